"""The pages of the dashboard, in the order people meet them."""

from __future__ import annotations

from copy import copy
from functools import cache

import streamlit as st

# By section: page, its title and what it answers.
# No icons on pages: Streamlit fetches a page's icon from an outside host for the browser tab.
SECTIONS = {
    "Atlas": {
        "overview": ("Overview", "What the atlas says today, and where to start."),
        "category_map": ("Category map", "Five operating categories, their stages and workflows, side by side."),
        "workflows": ("Workflows", "Find a workflow by text or filter."),
        "workflow": ("Workflow", "One workflow with all of its parts."),
        "companies": ("Companies", "Who builds and runs it, with the pages that show it."),
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
        "space": ("Workflow space", "Which workflows are alike, on one map."),
        "compare": ("Compare", "Two to five workflows, categories, buyers or companies side by side."),
    },
    "Decide": {
        "story": ("Story", "Where AI in production converges, step by step, for any filter; and the demo."),
        "platform": ("Platform coverage", "Which workflows a platform carries, and which missing controls block most."),
        "build_order": ("Build order", "Which controls to build next, with proof."),
        "brief": ("Brief", "A segment or a list of workflows as slides, a page and data."),
        "shortlist": ("Shortlist", "Demand, complexity and crowding; a shortlist with notes and evidence."),
        "white_space": ("White space", "What the neighbourhood predicts and the atlas lacks, and where it is crowded."),
        "map_workflow": ("Map your workflow", "Describe a workflow: what it is near, what it will require, and why."),
    },
    "Data": {
        "data": ("Data", "Take the atlas away: files, data dictionary, licence, changelog."),
        "own": ("Your own atlas", "Look at workflows of your own with every page."),
        "methods": ("Methods", "Each measure with its formula, its source and an example worked on the selection."),
        "saved": ("Saved views", "The views kept under names of your own: reopen, order, share, export."),
        "embed": ("Embedded view", "One view alone, for a frame on another page."),
        "compare_atlases": ("Compare atlases", "What was added, removed and moved, and how shares changed."),
    },
}
PAGES = {name: page for pages in SECTIONS.values() for name, page in pages.items()}
_HIDDEN = ("workflow", "embed")
WHATEVER_THE_FILTER = ("workflow", "data", "own", "compare_atlases", "saved")  # pages that are not about the selection
DEMO = "demo"  # 1 in the address: no way around but the demo's own
PROSPECT = "prospect"  # whom a demo is for
ALONE = ("embed",)  # pages in frames: no filter, no way around


def navigation():
    """Declare the pages and return the one to run."""
    pages = {section: [copy(page) for page in pages] for section, pages in _declared().items()}
    return st.navigation(pages, position="hidden" if st.context.is_embedded or demonstrating() else "top")


def demonstrating() -> bool:
    """Whether a demo is running: as the address says, and later the field bound to it."""
    return st.session_state.get(DEMO, st.query_params.get(DEMO)) == "1"


@cache
def _declared() -> dict[str, list]:
    """All pages by section. Declaring one looks for its file; a run needs copies, because it marks the one that it may run."""
    return {section: [_page(name, *page) for name, page in pages.items()] for section, pages in SECTIONS.items()}


def _page(name: str, title: str, text: str):
    visibility = "hidden" if name in _HIDDEN else "visible"
    return st.Page(f"pages/{name}.py", title=title, help=text, default=name == "overview", visibility=visibility)
