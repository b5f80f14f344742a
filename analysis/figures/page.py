"""A figure as one self-contained web page."""

from __future__ import annotations

import plotly.graph_objects as go

from analysis.figures.style import painted, text


def chart_page(figure: dict, title: str, subtitle: str) -> str:
    """HTML that holds the figure, Plotly itself, the title and the subtitle; it opens without a network.

    >>> page = chart_page({"data": [], "layout": {}}, "A <title>", "n = 3")
    >>> "A &lt;title&gt;" in page and 'src="http' not in page
    True
    """
    drawn = painted(figure)
    shown = go.Figure({"data": drawn["data"], "layout": drawn["layout"]}, skip_invalid=True)
    head = f"<b>{text(title)}</b><br><span style='font-size:13px'>{text(subtitle)}</span>"
    margin = drawn["layout"].get("margin", {})
    shown.update_layout(title={"text": head, "x": 0.01}, margin=margin | {"t": margin.get("t", 12) + 80})
    page = shown.to_html(include_plotlyjs=True, full_html=True, config={"displaylogo": False})
    return page.replace("<head>", f"<head><title>{text(title)}</title>", 1)
