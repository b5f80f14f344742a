"""Clicks on the map of categories and on that of workflows.

Streamlit keeps what a widget calls for as long as a visitor stays; a function of a page would keep all that its last run held.
"""

from __future__ import annotations

import streamlit as st

from analysis.figures.tree import ROOT
from atlas_data import Atlas
from pages.parts.filter import pick_only
from pages.parts.going import to_workflow

_CLICKED = "leaf"  # a workflow to open: a callback cannot leave the page


def enter(click: dict) -> None:
    """A leaf opens its workflow; an area is entered, which the address remembers."""
    path = dict(click["customdata"] or [])
    if "workflow" in path:
        st.session_state[_CLICKED] = path["workflow"]
    elif click["level"] in (None, ROOT):
        st.query_params.pop("level", None)
    else:
        st.query_params["level"] = click["level"]


def open_dot(click: dict) -> None:
    """A dot opens its workflow."""
    st.session_state[_CLICKED] = dict(click["customdata"])["workflow"]


def narrow(atlas: Atlas, caught: list) -> None:
    """What the lasso caught becomes the filter."""
    pick_only(atlas, [dict(mark)["workflow"] for mark in caught])


def open_clicked(atlas: Atlas) -> None:
    """Open the workflow that was clicked, if any was."""
    if _CLICKED in st.session_state:
        to_workflow(atlas, st.session_state.pop(_CLICKED))
