"""The pages of the dashboard, in the order people meet them."""

from __future__ import annotations

import streamlit as st

# By section: page, its title and what it answers.
# No icons on pages: Streamlit fetches a page's icon from an outside host for the browser tab.
SECTIONS = {
    "Atlas": {
        "overview": ("Overview", "What the atlas says today, and where to start."),
        "category_map": ("Category map", "Five operating categories, their stages and workflows, side by side."),
        "workflows": ("Workflows", "Find a workflow by text or filter."),
        "workflow": ("Workflow", "One workflow with all of its parts."),
    },
    "Analysis": {
        "control_frequency": ("Control frequency", "How often each backend control is required, against a baseline."),
        "matrices": ("Matrices", "Any facet against any other: who needs what."),
        "convergence": ("Convergence", "Where demand and requirements overlap, and whether maturity brings them together."),
    },
    "Data": {
        "saved": ("Saved views", "The views kept under names of your own: reopen, order, share, export."),
        "embed": ("Embedded view", "One view alone, for a frame on another page."),
        "methods": ("Methods", "Each measure with its formula, its source and an example worked on the selection."),
    },
}
PAGES = {name: page for pages in SECTIONS.values() for name, page in pages.items()}
_HIDDEN = ("workflow", "embed")
WHATEVER_THE_FILTER = ("workflow", "saved")  # pages that are not about the selection
ALONE = ("embed",)  # pages in frames: no filter, no way around


def navigation():
    """Declare the pages and return the one to run."""
    pages = {section: [_page(name, *page) for name, page in pages.items()] for section, pages in SECTIONS.items()}
    return st.navigation(pages, position="hidden" if st.context.is_embedded else "top")


def _page(name: str, title: str, text: str):
    visibility = "hidden" if name in _HIDDEN else "visible"
    return st.Page(f"pages/{name}.py", title=title, help=text, default=name == "overview", visibility=visibility)
