"""The theme, written once.

Streamlit 1.67 tells the browser the whole theme at the start of every run, and for each of its six sections looks through all of its
few hundred options: a tenth of the server's time with a hundred visitors. What it writes is the same until its configuration changes.
"""

from __future__ import annotations

from functools import cache

from streamlit import config
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session

_write = app_session._populate_theme_msg


@cache
def _written(section: str) -> CustomThemeConfig | None:
    theme = CustomThemeConfig()
    _write(theme, section)
    return theme if theme.ByteSize() else None


def _copied(theme: CustomThemeConfig, section: str = "theme") -> None:
    if written := _written(section):
        theme.MergeFrom(written)


def write_once() -> None:
    """From now on, write what was written for the first run."""
    app_session._populate_theme_msg = _copied
    config.on_config_parsed(_written.cache_clear, force_connect=True)
