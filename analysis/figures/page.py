"""Figures as one self-contained web page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

import pandas as pd
import plotly.graph_objects as go

from analysis.figures.bundle import plotly_js
from analysis.figures.style import FONT, painted

_STYLE = f"""
body {{ font-family: {FONT}; color: #1f2733; max-width: 1100px; margin: 2rem auto; padding: 0 1rem; }}
h1 {{ font-size: 1.5rem; }} h2 {{ font-size: 1.2rem; margin-top: 2.5rem; }} p {{ color: #5d6878; font-size: 0.85rem; }}
table {{ border-collapse: collapse; font-size: 0.8rem; }} th, td {{ text-align: right; padding: 2px 8px; border-bottom: 1px solid #ddd; }}
th:first-child {{ text-align: left; }} .numbers {{ overflow-x: auto; }}
thead {{ display: table-header-group; }} tr, li, .plotly-graph-div {{ break-inside: avoid; }}
@page {{ margin: 14mm; }}
@media print {{ body {{ margin: 0; max-width: none; }} }}
"""


@dataclass(frozen=True, eq=False)
class Section:
    """A chart on such a page: what it says, the figure if there is one, its numbers, the method, the address that reopens it.

    ``said``: sentences that stand before the figure. ``origin``: which atlas it is from.
    """

    title: str
    subtitle: str
    figure: dict | None
    table: pd.DataFrame
    note: str = ""
    address: str = ""
    said: Sequence[str] = ()
    origin: str = "AI Production Atlas"


def chart_page(
    figure: dict,
    table: pd.DataFrame,
    title: str,
    subtitle: str,
    note: str = "",
    address: str = "",
    said: Sequence[str] = (),
    origin: str = "AI Production Atlas",
) -> str:
    """HTML that holds the figure, Plotly itself, the numbers, the method and where it comes from; opens without a network.

    ``said``: sentences that stand before the figure.

    >>> page = chart_page({"data": [], "layout": {}}, pd.DataFrame({"a": [1]}), "A <title>", "n = 3")
    >>> "A &lt;title&gt;" in page and "<script src" not in page
    True
    """
    return report_page(title, [Section("", subtitle, figure, table, note, address, said, origin)])


def report_page(title: str, sections: Sequence[Section]) -> str:
    """Several charts on one page; Plotly is in it once, before the first."""
    body, drawn = [f"<h1>{escape(title)}</h1>"], False
    for section in sections:
        body.append((f"<h2>{escape(section.title)}</h2>" if section.title else "") + f"<p>{escape(section.subtitle)}</p>")
        points = "".join(f"<li>{escape(sentence)}</li>" for sentence in section.said)
        body.append(f"<ul>{points}</ul>" if points else "")
        if section.figure is not None:
            shown = go.Figure(painted(section.figure), skip_invalid=True)
            body.append("" if drawn else f"<script>{plotly_js()}</script>")
            body.append(shown.to_html(include_plotlyjs=False, full_html=False, config={"displaylogo": False}))
            drawn = True
        origin = f"{escape(section.origin)}, {date.today():%d %B %Y}" + (f", {escape(section.address)}" if section.address else "")
        table = section.table.reset_index()
        numbers = table.to_html(index=False, escape=True, border=0, float_format=lambda value: f"{value:.4g}", na_rep="")
        shut = "" if len(sections) > 1 else " open"  # a report of several is read for its charts
        body.append(f"<p>{escape(section.note)}</p><p>{origin}</p>")
        body.append(f'<details{shut}><summary>Numbers</summary><div class="numbers">{numbers}</div></details>')
    head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>{_STYLE}</style>'
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{"".join(body)}</body></html>'
