"""Going to another page from a click that is not on a link.

``st.switch_page`` with query parameters leaves an extra history entry behind, so that Back lands on a page that never was.
Here the browser makes one entry and Streamlit follows it, as it follows Back and Forward.
"""

from __future__ import annotations

import time

import streamlit as st

_go = st.components.v2.component(
    "atlas_go",
    js="""
    const done = new Set();
    export default function ({ data }) {
      if (done.has(data.at)) return;
      done.add(data.at);
      const address = new URL(window.location.href);
      const kept = [...address.searchParams].filter(([name]) => data.keep.includes(name));
      address.pathname = address.pathname.replace(/[^/]*$/, "workflow");
      address.search = new URLSearchParams([...kept, ["id", data.workflow]]);
      window.history.pushState({}, "", address);
      window.dispatchEvent(new PopStateEvent("popstate"));
    }
    """,
)


def to_workflow(workflow: str, keep: tuple[str, ...]) -> None:
    """Open a workflow's page; the parameters named in ``keep`` (the shared filter) go along."""
    _go(key="go", data={"workflow": workflow, "keep": list(keep), "at": time.time()})
