"""What is on screen, for use elsewhere: as Python, as an address that returns the table, as a frame on another page."""

from __future__ import annotations

from html import escape
from urllib.parse import urlsplit

import streamlit as st

from analysis.selection import Selection
from analysis.views import VIEWS
from analysis.views.query import encoded, filtering, written
from analysis.views.view import View
from atlas_data import Atlas
from pages.parts import state
from pages.parts.context import context

_AROUND = 280  # pixels that title, caption and source take around a chart


def elsewhere(view: View) -> None:
    """The same table in Python and at an address, and the code that embeds the chart."""
    if view.asked is None:
        return
    name = view.asked.name
    ways = ["Python", "Address", *(["Embed"] if view.figure is not None else [])]
    way = st.segmented_control("Get this elsewhere", ways, key=f"elsewhere-{name}", default=ways[0], required=True)
    query = encoded(written(context()[0], view.asked, VIEWS[name]))
    if way == "Python":
        st.code(python_of(view), language="python", wrap_lines=True)
        st.caption("With this folder as the working directory. `load_atlas` takes the folder of another atlas.")
    elif way == "Address":
        asked = f"?{query}" if query else ""
        addresses = [f"{root()}api/views/{name}.{ending}{asked}" for ending in ("csv", "json")]
        st.code("\n".join(addresses), language=None, wrap_lines=True)
        st.caption(
            "For Excel (Data, From web), R (`read.csv`) or a notebook. 1,000 rows at once, up to 10,000 with `limit`, more with `offset`."
        )
    else:
        asked = f"{encoded([('view', name)])}&{query}".rstrip("&")
        source, height = escape(f"{root()}embed?{asked}&embed=true"), view.figure["layout"]["height"] + _AROUND
        frame = f'src="{source}" title="{escape(view.title)}" width="100%" height="{height}" loading="lazy" style="border: 0"'
        st.code(f"<iframe {frame}></iframe>", language="html", wrap_lines=True)
        st.caption("The chart with its caption, its filter and its source. What it shows follows its address.")


def all_workflows(atlas: Atlas, selection: Selection) -> str:
    """The address of a file of the selected workflows, however many."""
    asked = encoded(filtering(atlas, selection))
    return f"{root()}api/workflows.csv" + (f"?{asked}" if asked else "")


def python_of(view: View) -> str:
    """Python that gives the table of a view from nothing but the packages."""
    given = f"from analysis import Selection\nfrom atlas_data import load_atlas\n\natlas = load_atlas()\nselection = {view.asked.selection}"
    return f"{given}\n\n{view.code}" if view.code else given


def page_at(start: str, page: str, query: str) -> str:
    """The address of a page of the dashboard that is served at ``start``; that of the overview has no name."""
    return f"{start}{'' if page == 'overview' else page}?{query}".rstrip("?")


def root_for_others() -> str:
    """:func:`root` for files that are passed on: nothing on an atlas of one's own, which nobody else sees there."""
    return "" if state.own() is not None else root()


def root() -> str:
    """Where the dashboard is served: the address of this page without its last part."""
    address = urlsplit(st.context.url or "")
    return f"{address.scheme}://{address.netloc}{address.path.rpartition('/')[0]}/" if address.netloc else "/"
