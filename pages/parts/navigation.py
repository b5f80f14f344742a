"""The pages of the dashboard, in the order people meet them."""

from __future__ import annotations

import streamlit as st

# No icons on pages: Streamlit fetches a page's icon from an outside host for the browser tab.
PAGES = {
    "overview": ("Overview", "What the atlas says today, and where to start."),
    "category_map": ("Category map", "Five operating categories, their stages and workflows, side by side."),
    "control_frequency": ("Control frequency", "How often each backend control is required, against a baseline."),
    "matrices": ("Matrices", "Any facet against any other: who needs what."),
    "convergence": ("Convergence", "Where demand and requirements overlap, and whether maturity brings them together."),
    "workflows": ("Workflows", "Find a workflow by text or filter."),
    "workflow": ("Workflow", "One workflow with all of its parts."),
}
_HIDDEN = ("workflow",)
WHATEVER_THE_FILTER = ("workflow",)  # url paths of pages that are not about the selection


def navigation():
    """Declare the pages and return the one to run."""
    return st.navigation(
        [
            st.Page(
                f"pages/{name}.py", title=title, help=text, default=name == "overview",
                visibility="hidden" if name in _HIDDEN else "visible",
            )
            for name, (title, text) in PAGES.items()
        ]
    )  # fmt: skip
