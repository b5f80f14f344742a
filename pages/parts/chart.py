"""One chart: what it says, the figure, who is in it, the same numbers as a table, downloads. Answers clicks."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from analysis.figures.style import THEMES
from analysis.selection import described
from analysis.views.view import Maker, View
from analysis.words import plural
from pages.parts import state
from pages.parts.context import context
from pages.parts.downloads import downloads
from pages.parts.drawer import open_on
from pages.parts.filter import escaped
from pages.parts.going import LINKS, carried
from pages.parts.saved import save
from pages.parts.serving import component, served

_DRAWN = ("data", "layout", "narrow", "narrow_traces")
# Title, what is shown and note are drawn by the component too, as plain text: each would cost a Markdown element more.
_HTML = """
<div class="atlas-words"><h3></h3><p></p></div>
<div class="atlas-chart">
  <div class="plot" role="img" tabindex="0"></div>
  <div class="ring" hidden></div>
  <div class="spoken" role="status" aria-live="polite"></div>
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
    """Address of the plotly.min.js that the installed plotly package ships."""
    import plotly

    return served("plotly.js", (Path(plotly.__file__).parent / "package_data" / "plotly.min.js").read_bytes())


@cache
def drawing():
    """The component, once the files it needs are served."""
    fixed = {"plotly": plotly_script(), "font": "app/static/fonts/inter-latin-wght-normal.woff2", "colours": THEMES}
    return component("chart", _HTML, f"const FIXED = {json.dumps(fixed)};\n{LINKS}")


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
    atlas, _ = context()
    with st.container(key=f"chart-{name}", gap="small"):
        subtitle, drawn = _prepared(view, name, alone)
        drawing()(
            key=key,
            data=drawn,
            on_click_change=(lambda: None) if alone else lambda: _clicked(key, view, on_click),
            on_select_change=lambda: _selected(key, on_select),
            on_save_change=lambda: save(atlas, view),
        )
        if not alone:
            downloads(view, name=name, subtitle=subtitle)


def subtitle_of(view: View) -> str:
    """What the view is about in a line, with the number of workflows and the filter."""
    atlas, selection = context()
    filtered = described(atlas, selection)
    whole = f" of {len(atlas):,}, {filtered}" if filtered else ""
    return " · ".join(part for part in (view.subtitle, f"n\u00a0=\u00a0{plural(view.n, 'workflow')}{whole}") if part)


def _prepared(view: View, name: str, alone: bool) -> tuple[str, bytes]:
    """What the view is about in a line, and what the browser draws; written out once for a view and a day."""
    today, part = date.today(), "alone" if alone else "drawn"
    if part not in view.kept or view.kept[part][0] != today:
        subtitle = subtitle_of(view)
        measured = view.method and not alone
        drawn = {
            "name": name,
            "figure": {key: view.figure[key] for key in _DRAWN if key in view.figure},
            "alt": view.alt,
            "title": view.title,
            "subtitle": subtitle,
            "note": view.note,
            "source": f"{state.origin()}, {today:%d %B %Y}",
            "linked": "Link copied" if state.own() is None else "Link copied. It opens the packaged atlas for others",
            "file": f"atlas-{name}",
            "min_width": view.figure.get("min_width"),
            "method": {"page": "methods", "query": f"method={view.method}", "keep": carried(context()[0])} if measured else None,
            "save": not alone and view.asked is not None,
        }
        view.kept[part] = today, subtitle, json.dumps(drawn, separators=(",", ":"), ensure_ascii=False).encode()
    return view.kept[part][1:]


def _clicked(key: str, view: View, on_click: Callable[[dict], None] | None) -> None:
    click = st.session_state[key].click
    if not click:
        return
    if on_click:
        on_click(click)
    elif view.opens and click["customdata"]:
        mark, facets = click["customdata"], view.opens
        exact = isinstance(mark, dict)
        terms = mark["exactly"] if exact else mark if isinstance(mark, list) else [mark]
        facets = facets * len(terms) if len(facets) == 1 else facets
        pairs = [pair for pair in zip(facets, terms, strict=True) if pair[1] is not None]  # a bar beside a matrix has one side only
        open_on(pairs, exactly=view.opens[0] if exact else None)


def _selected(key: str, on_select: Callable[[list], None] | None) -> None:
    caught = st.session_state[key].select
    if caught and on_select:
        on_select(caught["customdata"])
