"""One chart: what it says, the figure, who is in it, the same numbers as a table, downloads. Answers clicks."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any

import streamlit as st

from analysis.figures.bundle import plotly_js
from analysis.figures.style import THEMES
from analysis.views.view import Maker, View
from pages.parts import state
from pages.parts.context import context
from pages.parts.downloads import downloads
from pages.parts.drawer import open_on
from pages.parts.drawn import drawn
from pages.parts.filter import escaped
from pages.parts.going import LINKS
from pages.parts.saved import save
from pages.parts.serving import component, script, served

# Tells Chromium to compile the whole script at once. It runs most of it when it loads, and else reads each function twice or more to find
# its end first: 1.0 s in which a new visitor's browser does nothing else, 0.6 with this.
_COMPILED_AT_ONCE = b"//# allFunctionsCalledOnLoad\n"
# Title, what is shown and note are drawn by the component too, as plain text: each would cost a Markdown element more.
_HTML = """
<div class="atlas-words"><h3></h3><p></p></div>
<div class="atlas-chart">
  <div class="plot" role="application" aria-roledescription="chart" tabindex="0"
    aria-description="Use the arrow keys to move between marks, Enter to see the workflows behind one."></div>
  <div class="ring" hidden></div>
  <div class="spoken" role="status"></div>
  <div class="tools">
    <a hidden>How it is measured</a>
    <button type="button" data-do="save" title="Add to your saved views, which you find under Data" hidden>Save this view</button>
    <span></span>
    <button type="button" data-do="png" title="Save the chart as a picture">PNG</button>
    <button type="button" data-do="svg" title="Save the chart as vector graphics">SVG</button>
    <button type="button" data-do="link" title="Copy the address of exactly this view">Copy link</button>
  </div>
</div>
<p class="atlas-note"></p>
"""


@cache
def plotly_script() -> str:
    """Address of the part of the installed plotly package that draws."""
    return served("plotly.js", _COMPILED_AT_ONCE + plotly_js().encode())


@cache
def drawing():
    """The component, once the files it needs are served."""
    fixed = {"plotly": plotly_script(), "font": "app/static/fonts/inter-latin-wght-normal.woff2", "colours": THEMES}
    parts = (f"const FIXED = {json.dumps(fixed)};\n", LINKS, *map(script, ("ahead", "marks", "picture")))
    return component("chart", _HTML, "".join(parts))


def chart(maker: Maker, **parameters: Any) -> View:
    """Make a view for the atlas and selection of this run, and show it."""
    view = maker(*context(), **parameters)
    show(view, name=maker.name)
    return view


def show(
    view: View,
    *,
    name: str,
    on_click: Callable[[dict], None] | None = None,
    on_select: Callable[[list], None] | None = None,
    alone: bool = False,
) -> None:
    """Show a view with everything that belongs to it; ``alone``: in a frame of another page, without ways onward.

    A click on a mark opens the drawer on its terms. Or ``on_click`` is called with the click: ``customdata`` of the mark
    and, on a map of areas, the ``level`` entered. Where the figure's ``dragmode`` is a lasso, ``on_select`` is called with the
    ``customdata`` of the marks it caught. All run before the page does. A figure's own ``min_width`` makes it
    scroll sideways on a narrower screen.
    """
    if view.figure is None:
        if view.note:
            st.info(escaped(view.note), title=escaped(view.title))
        else:
            st.info(escaped(view.title))
        return
    key = f"plot-{name}"
    # Streamlit keeps what a widget calls for as long as a visitor stays: of the view only what is needed then.
    opens, asked, title = view.opens, view.asked, view.title
    with st.container(key=f"chart-{name}", gap="small"):
        subtitle, picture = drawn(view, name, alone)
        drawing()(
            key=key,
            data=picture,
            on_click_change=(lambda: None) if alone else lambda: _clicked(key, opens, on_click),
            on_select_change=lambda: _selected(key, on_select),
            on_save_change=lambda: save(state.atlas(), asked, title),
        )
        if not alone:
            downloads(view, name=name, subtitle=subtitle)


def _clicked(key: str, opens: tuple[str, ...], on_click: Callable[[dict], None] | None) -> None:
    click = st.session_state[key].click
    if not click:
        return
    if on_click:
        on_click(click)
    elif opens and click["customdata"]:
        mark, facets = click["customdata"], opens
        exact = isinstance(mark, dict)
        terms = mark["exactly"] if exact else mark if isinstance(mark, list) else [mark]
        facets = facets * len(terms) if len(facets) == 1 else facets
        pairs = [pair for pair in zip(facets, terms, strict=True) if pair[1] is not None]  # a bar beside a matrix has one side only
        open_on(pairs, exactly=opens[0] if exact else None)


def _selected(key: str, on_select: Callable[[list], None] | None) -> None:
    caught = st.session_state[key].select
    if caught and on_select:
        on_select(caught["customdata"])
