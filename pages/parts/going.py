"""Going to another page from a click that is not on a link, and to a place on the page.

``st.switch_page`` with query parameters leaves an extra history entry behind, so that Back lands on a page that never was.
Here the browser makes one entry and Streamlit follows it, as it follows Back and Forward.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

import streamlit as st

from analysis.views.query import encoded
from atlas_data import Atlas
from pages.parts.filter import parameters
from pages.parts.navigation import DEMO, PROSPECT
from pages.parts.serving import script

PART = "chart"  # the chart of a page that a link leads to
# What every component that holds links starts with.
LINKS = script("links")

_go = st.components.v2.component(
    "atlas_go",
    js=LINKS
    + """
    const done = new Set();
    export default function ({ data }) {
      if (done.has(data.at)) return;
      done.add(data.at);
      follow(data);
    }
    """,
)
_scroll = st.components.v2.component(
    "atlas_scroll",
    js="""
    const done = new Set();
    export default function ({ data }) {
      const visit = window.history.length + data.to;
      if (done.has(visit)) return;
      done.add(visit);
      requestAnimationFrame(() => {
        const place = document.querySelector(`.st-key-${CSS.escape(data.to)}`);
        if (!place) return;
        place.style.scrollMarginTop = "5rem";  // below the bar at the top
        place.scrollIntoView({ block: "start" });
      });
    }
    """,
)


def carried(atlas: Atlas) -> list[str]:
    """The parameters of the address that go along to other pages: the shared filter, and the demo."""
    return [*parameters(atlas), DEMO, PROSPECT]


def to_workflow(atlas: Atlas, workflow: str) -> None:
    """Open a workflow's page with the filter."""
    to_page("workflow", [("id", workflow)], carried(atlas))


def to_page(page: str | None, pairs: Sequence[tuple[str, str]], keep: Sequence[str] = (), instead: bool = False) -> None:
    """Open a page, ``None`` for this one, with the given parameters of the address; those named in ``keep`` go along.

    ``instead``: in the place of this one in the browser's history.
    """
    _go(key="go", data={"page": page, "query": encoded(pairs), "keep": list(keep), "instead": instead, "at": time.time()})


def scroll_to_part(*charts: str) -> None:
    """Bring the chart that the address asks for into view, of those that a link may lead to. Call it last on a page."""
    if (part := st.query_params.get(PART)) in charts:
        scroll_to(f"chart-{part}")


def scroll_to(key: str) -> None:
    """Bring the element with a key to the top of the window, once a visit."""
    _scroll(key="scroll", data={"to": key})
