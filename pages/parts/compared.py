"""What differs between two atlases, for as long as a visitor looks at it."""

from __future__ import annotations

import streamlit as st

from atlas_data import Atlas
from atlas_data.comparing import Comparison, compare
from pages.parts.turns import turn


def compared(before: Atlas, after: Atlas) -> Comparison:
    """The comparison, made once for a visitor and two atlases, and kept with the visitor."""
    last = st.session_state.get("compared")
    if last is None or last[0] is not before or last[1] is not after:
        with st.spinner("Comparing"), turn.aside():
            last = st.session_state["compared"] = (before, after, compare(before, after))
    return last[2]
