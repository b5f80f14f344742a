"""The blocks of a matrix: how dense they are inside and outside."""

from __future__ import annotations

import pandas as pd

from analysis.figures.style import axis, layout, text
from analysis.words import listed

_LINE = 46


def block_bars(found: pd.DataFrame) -> dict:
    """Inside and outside density of each block (from :func:`analysis.blocks.blocks`) on one line, with its terms beside it."""
    y = [f"Block {block}" for block in found.index]
    labels = [
        f"<b>{name}</b>: {text(listed(row.rows, most=2)) or 'no row'}<br>{text(listed(row.columns, most=2)) or 'no column'}"
        for name, row in zip(y, found.itertuples(), strict=True)
    ]
    inside, outside = ([None if pd.isna(value) else round(value, 6) for value in found[name]] for name in ("inside", "outside"))
    hover = [
        f"<b>{name}</b><br>Rows: {_lines(row.rows)}<br>Columns: {_lines(row.columns)}"
        for name, row in zip(y, found.itertuples(), strict=True)
    ]
    shared = {"y": y, "hovertext": hover, "hovertemplate": "%{hovertext}<br>%{x:.0%} %{fullData.name}<extra></extra>"}
    return {
        "data": [
            {"type": "bar", "orientation": "h", "x": inside, "name": "inside the block", "marker": {"color": "@accent"},
             "width": 0.5, **shared},
            {"type": "scatter", "mode": "markers", "x": outside, "name": "in the same rows and columns outside it",
             "marker": {"symbol": "line-ns-open", "size": 20, "color": "@ink", "line": {"width": 2.5}}, **shared},
        ],
        "layout": layout(
            90 + _LINE * max(len(found), 2),
            showlegend=True,
            legend={"orientation": "h", "y": 1, "yanchor": "bottom", "x": 0},
            xaxis=axis(tickformat=".0%", rangemode="tozero", title="Workflows with both terms, of those that could have both"),
            yaxis=axis(autorange="reversed", ticks="", showgrid=False, tickvals=y, ticktext=labels),
        ),
        "narrow": {"yaxis": {"tickfont": {"size": 10}}},
    }  # fmt: skip


def _lines(terms: tuple[str, ...]) -> str:
    return ",<br>".join(text(", ".join(terms[i : i + 3])) for i in range(0, len(terms), 3)) or "none"
