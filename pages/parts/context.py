"""What every page needs: the atlas, and the selection that the shared filter makes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import streamlit as st

from analysis.selection import Selection
from atlas_data import Atlas
from pages.parts.navigation import navigation

_context: ContextVar[tuple[Atlas, Selection] | None] = ContextVar("context", default=None)
_shared: ContextVar[bool] = ContextVar("shared", default=False)


@contextmanager
def provided(atlas: Atlas, selection: Selection, *, shared: bool = False) -> Iterator[None]:
    """Hold the context while a visit runs a page, and no longer. ``shared``: the selection is that of the shared filter."""
    tokens = _context.set((atlas, selection)), _shared.set(shared)
    try:
        yield
    finally:
        _context.reset(tokens[0])
        _shared.reset(tokens[1])


def shared() -> bool:
    """Whether the selection of this run is that of the shared filter, which the address holds."""
    return _shared.get()


def context() -> tuple[Atlas, Selection]:
    """The atlas and the selection of this run."""
    found = _context.get()
    if found is None:
        # The first visitor of a process who opens a page's own address meets Streamlit's old rule that a folder called
        # "pages" holds free-standing scripts. Declaring the navigation ends that; the second run enters by dashboard.py.
        navigation()
        st.rerun()
    return found
