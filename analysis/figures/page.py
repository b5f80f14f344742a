"""A figure as one self-contained web page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from html import escape

import pandas as pd
import plotly.graph_objects as go

from analysis.figures.style import FONT, painted

_STYLE = f"""
body {{ font-family: {FONT}; color: #1f2733; max-width: 1100px; margin: 2rem auto; padding: 0 1rem; }}
h1 {{ font-size: 1.3rem; }} p {{ color: #5d6878; font-size: 0.85rem; }}
table {{ border-collapse: collapse; font-size: 0.8rem; }} th, td {{ text-align: right; padding: 2px 8px; border-bottom: 1px solid #ddd; }}
th:first-child {{ text-align: left; }}
thead {{ display: table-header-group; }} tr, li, .plotly-graph-div {{ break-inside: avoid; }}
@page {{ margin: 14mm; }}
@media print {{ body {{ margin: 0; max-width: none; }} }}
"""


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
    shown = go.Figure(painted(figure), skip_invalid=True)
    chart = shown.to_html(include_plotlyjs=True, full_html=False, config={"displaylogo": False})
    numbers = table.reset_index().to_html(index=False, escape=True, border=0, float_format=lambda value: f"{value:.4g}", na_rep="")
    origin = f"{escape(origin)}, {date.today():%d %B %Y}" + (f", {escape(address)}" if address else "")
    points = "".join(f"<li>{escape(sentence)}</li>" for sentence in said)
    parts = [
        f"<h1>{escape(title)}</h1><p>{escape(subtitle)}</p>",
        f"<ul>{points}</ul>" if said else "",
        chart,
        f"<p>{escape(note)}</p><p>{origin}</p>",
        numbers,
    ]
    head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>{_STYLE}</style>'
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{"".join(parts)}</body></html>'
