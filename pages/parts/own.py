"""An atlas of one's own in place of the served one: the switch, and the banner that says so on every page."""

from __future__ import annotations

import streamlit as st

from analysis.words import listed, plural
from atlas_data import Atlas, completed
from pages.parts import filter as shared
from pages.parts import state

_FORGOTTEN = "forgotten-terms"


def switch(atlas: Atlas | None) -> None:
    """Look at an atlas of one's own, or (``None``) at the served one again. A callback: the filter loses terms that are not there."""
    before = state.atlas()
    state.bring(None if atlas is None else completed(atlas))
    st.session_state[_FORGOTTEN] = shared.keep_known(before, state.atlas())


def banner() -> None:
    """Say whose atlas this is, when it is the visitor's own, and which terms of the filter it lacks."""
    forgotten = st.session_state.pop(_FORGOTTEN, [])
    if forgotten:
        terms = listed([state.code(term) for term in forgotten], most=5)
        state.notice(f"This atlas does not have {terms}; the filter goes on without.")
    own = state.own()
    if state.atlas().origin == "synthetic":
        said = "Nothing in it is about real workflows or companies; it is here to measure with."
        st.info(said, title=shared.escaped(state.atlas().name), icon=":material/science:")
    if own is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="own-atlas-banner"):
        count = plural(len(own), "workflow")
        # Not st.badge: it escapes some characters itself and leaves others.
        st.markdown(f":primary-badge[:material/upload_file: Your atlas: {shared.escaped(own.name)} ({count})]", width="content")
        st.button("Back to the packaged atlas", key="own-back", type="tertiary", icon=":material/undo:", on_click=switch, args=(None,))
    st.caption(
        "Only you see it, until you close or reload the page or are offline for long. A link you copy opens the packaged atlas for others."
    )
