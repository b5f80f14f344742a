"""The demo: the story for a prospect in large type, step by step, then how far a platform carries them.

``demo=1`` and ``prospect=`` in the address turn it on. Fields bound to the address, drawn on every page, keep them there on all links.
"""

from __future__ import annotations

import streamlit as st

from analysis.counting import total
from analysis.selection import Selection
from analysis.story import STEPS, about, long_enough
from analysis.views.query import encoded, filtering
from analysis.views.view import Whole
from analysis.words import of
from atlas_data import Atlas
from pages.parts import filter as shared
from pages.parts.elsewhere import root
from pages.parts.going import carried, to_page
from pages.parts.navigation import DEMO, PAGES, PROSPECT, demonstrating
from pages.parts.serving import style

LONGEST = 80
PLATFORM = ("full", "partial")
STEP = Whole("step", "Step", 0, 0, len(STEPS))
_AFTER = tuple(page for page in ("platform", "brief") if page in PAGES)  # where the demo goes when the story is told
_LAST, _GOING = "demo-platform", "demo-going"


def remembered() -> None:
    """Keep the demo and the prospect's name in the address, whatever the page."""
    if DEMO not in st.session_state and DEMO not in st.query_params:
        return
    with st.sidebar, st.container(key="demo-address"):
        for key, label in ((DEMO, "Demo"), (PROSPECT, "Prospect")):
            st.text_input(label, key=key, bind="query-params", max_chars=LONGEST)
    if any(name in st.query_params for name in PLATFORM):
        st.session_state[_LAST] = {name: st.query_params.get_all(name) for name in PLATFORM}


def start(prospect: str) -> None:
    """Begin a demo. Call it in a callback."""
    for key, value in ((DEMO, "1"), (PROSPECT, prospect)):
        st.session_state[key] = value
        if value:
            st.query_params[key] = value  # fields that begin with a value do not write it to the address


def _end() -> None:
    st.session_state[DEMO] = st.session_state[PROSPECT] = ""


def link(atlas: Atlas, selection: Selection, prospect: str, full: tuple[str, ...], partial: tuple[str, ...]) -> str:
    """The address that opens the demo of the filter in use."""
    named = [(PROSPECT, prospect)] if prospect else []
    platform = [(name, term) for name, terms in zip(PLATFORM, (full, partial), strict=True) for term in terms]
    return f"{root()}story?{encoded([(DEMO, '1'), *named, *filtering(atlas, selection), *platform])}"


def alone() -> None:
    """The way to the story without anything around it."""
    st.button(
        "Full screen", key="story-alone", icon=":material/fullscreen:", on_click=start, args=("",),
        help="Large type and no menus; F11 hides the bars of the browser too. “End the demo” brings everything back.",
    )  # fmt: skip


def header(atlas: Atlas, selection: Selection, page: str) -> None:
    """Whom the demo is for and what it is about, the ways on and back, and the end."""
    st.html(style("demo"))
    prospect = (st.session_state.get(PROSPECT) or "").strip()[:LONGEST]
    named, n = about(selection), total(atlas, selection)
    told = [of(n, len(atlas)) if selection else f"{n:,} workflows"]
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", key="demo-header"):
        whom = [f"**For {shared.escaped(prospect)}**"] if prospect else []
        st.markdown(" · ".join([*whom, *([shared.escaped(named)] if named else []), *told]), width="content")
        with st.container(horizontal=True, gap="small", width="content", vertical_alignment="center"):
            walk(atlas, selection, page)
            st.button("End the demo", key="demo-end", type="tertiary", on_click=_end)


def walk(atlas: Atlas, selection: Selection, page: str) -> None:
    """Previous and next, as buttons and with the arrow keys: the steps of the story and, in a demo, the pages after it."""
    if _GOING in st.session_state:
        _go(atlas, *st.session_state.pop(_GOING))
    step = STEP.read(atlas, st.query_params.get(STEP.name, "")) or 0
    after = _AFTER if demonstrating() else ()
    steps = len(STEPS) if long_enough(atlas, selection) else 0
    stations = [*(("story", i) for i in range(steps + 1)), *((name, 0) for name in after)]
    here = ("story", min(step, steps)) if page == "story" else (page, 0)
    at = stations.index(here) if here in stations else None
    back = stations[at - 1] if at else None if at == 0 else stations[0]  # from a page beside the way, back to the start
    onward = stations[at + 1] if at is not None and at + 1 < len(stations) else None
    _way("Previous", "Left", back, page)
    _way("Next", "Right", onward, page)


def _way(label: str, key: str, to: tuple[str, int] | None, page: str) -> None:
    st.button(
        label, key=f"walk-{label.lower()}", shortcut=key, disabled=to is None, on_click=_walked, args=(page, to),
        type="primary" if label == "Next" else "secondary",
    )  # fmt: skip


def _walked(page: str, to: tuple[str, int]) -> None:
    """Step on this page, or leave word which page to open: the run after the press stands elsewhere already."""
    where, step = to
    if where != page:
        st.session_state[_GOING] = to
    elif step:
        st.query_params[STEP.name] = str(step)
    else:
        st.query_params.pop(STEP.name, None)


def _go(atlas: Atlas, page: str, step: int) -> None:
    """Open a page of the demo with the filter, the prospect and the platform."""
    platform = {name: st.query_params.get_all(name) for name in PLATFORM}
    platform = platform if any(platform.values()) else st.session_state.get(_LAST, platform)
    pairs = [(name, term) for name, terms in platform.items() for term in terms]
    steps = [(STEP.name, str(step))] if step else []
    to_page(page, [*steps, *pairs], carried(atlas))
