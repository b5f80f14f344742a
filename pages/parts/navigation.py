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
        "intersections": ("Intersections", "Which controls, or terms of any facet, are required together."),
        "bundles": ("Bundles", "Sets that come together more often than chance explains, and the rules worth reading."),
        "network": ("Network", "Which terms go together, and the groups they form."),
        "convergence": ("Convergence", "Where demand and requirements overlap, and whether maturity brings them together."),
        "complexity": ("Complexity and maturity", "What makes a workflow demanding, and what goes with maturity."),
        "review_map": ("Human review", "What goes to people, to whom, and with what evidence."),
    },
    "Decide": {
        "brief": ("Brief", "A segment or a list of workflows as slides, a page and data."),
        "shortlist": ("Shortlist", "Demand, complexity and crowding; a shortlist with notes and evidence."),
        "white_space": ("White space", "What the neighbourhood predicts and the atlas lacks, and where it is crowded."),
    },
}
PAGES = {name: page for pages in SECTIONS.values() for name, page in pages.items()}
_HIDDEN = ("workflow",)
WHATEVER_THE_FILTER = ("workflow",)  # pages that are not about the selection


def navigation():
    """Declare the pages and return the one to run."""
    return st.navigation(
        {section: [_page(name, *page) for name, page in pages.items()] for section, pages in SECTIONS.items()}, position="top"
    )


def _page(name: str, title: str, text: str):
    visibility = "hidden" if name in _HIDDEN else "visible"
    return st.Page(f"pages/{name}.py", title=title, help=text, default=name == "overview", visibility=visibility)
