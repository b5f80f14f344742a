"""The atlas and what a visitor has said so far."""

from __future__ import annotations

import gc
import os
from contextvars import ContextVar
from functools import lru_cache

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from threadpoolctl import threadpool_limits

from atlas_data import Atlas, AtlasError, load_atlas

_place: ContextVar[DeltaGenerator] = ContextVar("place of notices")


@st.cache_resource(ttl="10s", show_spinner=False)
def _loaded() -> Atlas:
    atlas = load_atlas(os.environ.get("ATLAS") or None)  # cached by the state of its files; looks every ten seconds
    _freeze(atlas)
    return atlas


@lru_cache(maxsize=1)
def _freeze(atlas: Atlas) -> None:
    """Once for each atlas: what is loaded stays, so the collector need not look at it again."""
    threadpool_limits(1, "blas")  # the arrays are small; threads that wait for work only take it from other visitors
    gc.collect()
    gc.freeze()


def atlas() -> Atlas:
    """The atlas, or a page that says which file to mend."""
    try:
        return _loaded()
    except AtlasError as error:
        st.error("The atlas did not load, because its files have problems.", title="Data problem", icon=":material/error:")
        st.code("\n".join(map(str, error.problems)), language=None, wrap_lines=True)
        st.caption("Mend the files, check them with `python -m atlas_data validate`, then reload this page.")
        st.stop()


def notices_in(container: DeltaGenerator) -> None:
    """Where this run shows its notices: at the top of the page, whenever they arise."""
    _place.set(container)


def notice(message: str) -> None:
    """Say what was ignored, and why."""
    _place.get().warning(message, icon=":material/link_off:")


def code(value: str) -> str:
    """A value from outside as literal text in Markdown, whatever it holds."""
    ticks = "`" * (max((len(run) for run in _runs(value)), default=0) + 1)
    return f"{ticks} {value[:80]} {ticks}" if "`" in value else f"`{value[:80]}`"


def _runs(value: str) -> list[str]:
    return [run for run in "".join(c if c == "`" else " " for c in value).split() if run]
