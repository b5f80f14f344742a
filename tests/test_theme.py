"""The theme of every run is what Streamlit would write, without its work."""

from types import SimpleNamespace

import pytest
from streamlit import config
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session

from pages.parts import theme

SECTIONS = ("theme", "theme.light", "theme.dark", "theme.sidebar", "theme.light.sidebar", "theme.dark.sidebar")


@pytest.fixture
def once(monkeypatch):
    """The theme written once, for the length of a test."""
    listeners = []
    monkeypatch.setattr(app_session, "_populate_theme_msg", theme._write)
    monkeypatch.setattr(theme, "config", SimpleNamespace(on_config_parsed=lambda listener, force_connect: listeners.append(listener)))
    theme._written.cache_clear()
    theme.write_once()
    yield listeners
    theme._written.cache_clear()


def test_each_section_is_as_streamlit_writes_it(once):
    for _ in range(2):
        for section in SECTIONS:
            ours, theirs = CustomThemeConfig(), CustomThemeConfig()
            app_session._populate_theme_msg(ours, section)
            theme._write(theirs, section)
            assert ours == theirs, section
            assert ours.ByteSize() or section == "theme.sidebar", "what the dashboard's own configuration does not set"


def test_a_section_that_says_nothing_is_not_there(once):
    whole = CustomThemeConfig()
    app_session._populate_theme_msg(whole.sidebar, "theme.of-nobody")
    assert not whole.HasField("sidebar")


def test_streamlit_uses_it_and_writes_once(once, monkeypatch):
    asked = []
    monkeypatch.setattr(config, "get_options_for_section", lambda section: asked.append(section) or {})
    names = app_session.AppSession._create_new_session_message.__code__.co_names
    assert "_populate_theme_msg" in names, (
        "Streamlit does not write the theme that way any more: pages/parts/theme.py can go or must change"
    )
    for _ in range(3):
        for section in SECTIONS:
            app_session._populate_theme_msg(CustomThemeConfig(), section)
    assert asked == list(SECTIONS)


def test_a_changed_configuration_is_written_anew(once, monkeypatch):
    before, after = CustomThemeConfig(), CustomThemeConfig()
    app_session._populate_theme_msg(before)
    monkeypatch.setattr(config, "get_options_for_section", lambda section: {"primaryColor": "#123456"})
    for listener in once:
        listener()
    app_session._populate_theme_msg(after)
    assert after.primary_color == "#123456" != before.primary_color
