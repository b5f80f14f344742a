"""One chart: what it says, the figure, who is in it, the same numbers as a table, downloads. Answers clicks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import cache
from importlib.metadata import version
from pathlib import Path
from tempfile import NamedTemporaryFile

import pandas as pd
import streamlit as st

from analysis.figures.style import THEMES
from analysis.words import plural
from pages.parts.context import context
from pages.parts.downloads import downloads
from pages.parts.drawer import open_on
from pages.parts.filter import described, escaped

_DRAWN = ("data", "layout", "narrow", "narrow_traces")
_HERE = Path(__file__).parent
_HTML = """
<div class="atlas-chart">
  <div class="plot" role="img" tabindex="0"></div>
  <div class="ring" hidden></div>
  <div class="spoken" role="status" aria-live="polite"></div>
  <div class="tools">
    <button type="button" data-do="png" title="Save the chart as a picture">PNG</button>
    <button type="button" data-do="svg" title="Save the chart as vector graphics">SVG</button>
    <button type="button" data-do="link" title="Copy the address of exactly this view">Copy link</button>
  </div>
</div>
"""

_component = st.components.v2.component(
    "atlas_chart",
    html=_HTML,
    css=(_HERE / "chart.css").read_text(encoding="utf-8"),
    js=(_HERE / "chart.js").read_text(encoding="utf-8"),
    isolate_styles=False,
)


@cache
def plotly_script() -> str:
    """Address of the plotly.min.js that the installed plotly package ships, copied once to the served folder."""
    import plotly

    name = f"plotly-{version('plotly')}.min.js"
    served = _HERE.parent.parent / "static" / name
    if not served.exists():
        # A name of its own for each process: several may start at once, and none may serve half a file.
        with NamedTemporaryFile(dir=served.parent, prefix="plotly-", suffix=".part", delete=False) as part:
            part.write((Path(plotly.__file__).parent / "package_data" / "plotly.min.js").read_bytes())
        Path(part.name).chmod(0o644)
        Path(part.name).replace(served)
    return f"app/static/{name}"


def chart(
    figure: dict,
    table: pd.DataFrame | Callable[[], pd.DataFrame],
    *,
    name: str,
    title: str,
    n: int,
    subtitle: str = "",
    alt: str,
    note: str = "",
    opens: Sequence[str] = (),
    on_click: Callable[[dict], None] | None = None,
    formats: dict | None = None,
) -> None:
    """Show a figure with everything that belongs to it.

    ``title`` says the finding, ``subtitle`` what is shown, ``n`` how many workflows are in it, ``alt`` what the picture
    shows to those who do not see it, ``note`` the method in a sentence. ``table`` holds the numbers drawn, or makes
    them when asked for; ``formats`` its column configuration. A figure's own ``min_width`` makes it scroll sideways on a narrower screen.

    A click on a mark opens the drawer on its terms: ``opens`` names the facet of each. Or ``on_click`` is called with the
    click: ``customdata`` of the mark and, on a map of areas, the ``level`` entered. Both run before the page does.
    """
    key = f"plot-{name}"
    atlas, selection = context()
    filtered = described(atlas, selection)
    whole = f" of {len(atlas):,}, {filtered}" if filtered else ""
    shown = " · ".join(part for part in (subtitle, f"n = {plural(n, 'workflow')}{whole}") if part)
    with st.container(key=f"chart-{name}", gap="small"):
        st.subheader(escaped(title), anchor=False)
        st.caption(escaped(shown))
        _component(
            key=key,
            data={
                "name": name,
                "figure": {key: figure[key] for key in _DRAWN if key in figure},
                "colours": THEMES,
                "plotly": plotly_script(),
                "alt": alt,
                "title": title,
                "subtitle": shown,
                "source": f"AI Production Atlas, {date.today():%d %B %Y}",
                "font": "app/static/fonts/inter-latin-wght-normal.woff2",
                "file": f"atlas-{name}",
                "min_width": figure.get("min_width"),
            },
            on_click_change=lambda: _clicked(key, opens, on_click),
        )
        if note:
            st.caption(escaped(note))
        downloads(table, name=name, title=title, subtitle=shown, note=note, figure=figure, formats=formats)


def _clicked(key: str, opens: Sequence[str], on_click: Callable[[dict], None] | None) -> None:
    click = st.session_state[key].click
    if not click:
        return
    if on_click:
        on_click(click)
    elif opens and click["customdata"]:
        terms = click["customdata"] if len(opens) > 1 else [click["customdata"]]
        open_on(list(zip(opens, terms, strict=True)))
