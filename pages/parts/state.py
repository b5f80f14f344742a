"""The atlas and what a visitor has said so far."""

from __future__ import annotations

import ctypes
import gc
import os
from contextlib import nullcontext, suppress
from contextvars import ContextVar
from functools import lru_cache
from threading import Lock
from time import monotonic

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from threadpoolctl import threadpool_limits

from atlas_data import Atlas, AtlasError, completed, load_atlas
from pages.parts.turns import turn

# The tables of a page are small: to take a few rows of text from Arrow costs 0.1 ms, and a page does so hundreds of times.
pd.set_option("mode.string_storage", "python")

_OWN = "own-atlas"
# Objects made before the collector looks at the youngest; times it does before it looks at the middle ones; and those at all. With
# Python's own (700, 10, 10) it took 6% of the time with a hundred visitors, and half a second at once where all are looked at. Runs leave
# it little (pages/parts/finished.py), so that it may look seldom.
_COLLECT = (5_000, 20, 20)
_ARENA_MAX = -8  # M_ARENA_MAX in malloc.h
_LOOK = 10  # seconds after which the files are looked at again, in case they have changed
_looking = Lock()
_last: tuple[int, Atlas | AtlasError] | None = None  # when the files were looked at, and what they held
_settled: Atlas | None = None
_place: ContextVar[DeltaGenerator] = ContextVar("place of notices")


def lately() -> Atlas:
    """The atlas that everybody sees, as it was a few seconds ago at most; the same, with what was computed of it, while its files are.

    Where they have changed, one who asks reads them, and the others have the atlas as it was meanwhile. Raises what reading raises.
    """
    if at_hand():
        return latest()
    with turn.aside() if _last is None else nullcontext():  # who waits for another's first look must not keep the turn from that one
        if _looking.acquire(blocking=_last is None):
            try:
                if not at_hand():  # somebody else may have looked before this one could
                    with turn.aside():
                        _look()
            finally:
                _looking.release()
    return latest()


def at_hand() -> bool:
    """Whether :func:`lately` answers at once: else the files are looked at, and read if they have changed, however long that takes."""
    return _last is not None and _last[0] == _now()


def latest() -> Atlas:
    """The atlas as it was last looked at."""
    _, found = _last
    if isinstance(found, AtlasError):
        raise AtlasError(found.problems)
    return found


def _now() -> int:
    return int(monotonic() // _LOOK)


def _look() -> None:
    global _last
    before = _last and _last[1]
    try:
        found = _completed(load_atlas(os.environ.get("ATLAS") or None))
        if _settled is None or before is found:
            settle(found)
    except AtlasError as error:
        found = error
    _last = _now(), found


_completed = lru_cache(maxsize=1)(completed)


def settle(atlas: Atlas) -> None:
    """Once for each atlas: what is loaded stays, so the collector need not look at it again, and arrays are worked on by one thread.

    Of another atlas than the first only when it is looked at again: by then the one before is no longer in use, and is collected.
    """
    global _settled
    if _settled is atlas:
        return
    if _settled is None:
        threadpool_limits(1, "blas")  # the arrays are small; threads that wait for work only take it from other visitors
        _share_memory()
        gc.set_threshold(*_COLLECT)
    _settled = atlas
    gc.unfreeze()
    freeze()


def freeze() -> None:
    """What there is by now, other than garbage, stays: the collector need not look at it again."""
    gc.collect()
    gc.freeze()


def _share_memory() -> None:
    """Two pools of memory for all threads: of a pool for each, which the C library of Linux would make, most of every one lies idle."""
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).mallopt(_ARENA_MAX, 2)


def atlas() -> Atlas:
    """The atlas this visitor looks at: their own when they brought one, else the one that is served."""
    brought = own()
    return served() if brought is None else brought


def own() -> Atlas | None:
    """The atlas that this visitor brought. It lives in their session and goes with it."""
    return st.session_state.get(_OWN)


def bring(brought: Atlas | None) -> None:
    """Look at an atlas of one's own from now on, or at the served one again."""
    st.session_state[_OWN] = brought


def origin(atlas: Atlas, own: bool) -> str:
    """Which atlas a picture or a page is from; ``own``: one that a visitor brought."""
    if atlas.origin == "synthetic":
        return f"{atlas.name}, not real workflows"
    return f"Own atlas “{atlas.name}” in the AI Production Atlas dashboard" if own else "AI Production Atlas"


def packaged() -> bool:
    """Whether this visitor looks at the atlas that comes with the dashboard."""
    return own() is None and not os.environ.get("ATLAS")


def served() -> Atlas:
    """The atlas that everybody sees, or a page that says which file to mend."""
    try:
        return lately()
    except AtlasError as error:
        st.error("The atlas did not load, because what it is read from has problems.", title="Data problem", icon=":material/error:")
        st.code("\n".join(map(str, error.problems)), language=None, wrap_lines=True)
        st.caption("Mend the files (`python -m atlas_data validate` checks them) or the address of the database, then reload this page.")
        st.stop()


def notices_in(container: DeltaGenerator) -> None:
    """Where this run shows its notices: at the top of the page, whenever they arise."""
    _place.set(container)


def notice(message: str) -> None:
    """Say what was ignored, and why."""
    _place.get().warning(message, icon=":material/link_off:")


def code(value: str) -> str:
    """A value from outside as literal text in Markdown, whatever it holds."""
    value = " ".join(value.split())  # a line of its own would end the code
    ticks = "`" * (max((len(run) for run in _runs(value)), default=0) + 1)
    return f"{ticks} {value[:80]} {ticks}" if "`" in value else f"`{value[:80]}`"


def _runs(value: str) -> list[str]:
    return [run for run in "".join(c if c == "`" else " " for c in value).split() if run]
