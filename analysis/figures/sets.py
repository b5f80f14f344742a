"""Figures of sets: the UpSet chart, and observed against expected for bundles and rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.figures.style import axis, layout, text, wrapped
from analysis.words import of

_COLUMN, _ROW, _BARS = 24, 22, 190


def upset_chart(sets: pd.DataFrame, terms: pd.DataFrame, count: str, colours: Sequence[str], noun: str) -> dict:
    """Sets as columns: bars of how many workflows, above dots that say which terms; bars to the right count each term alone.

    ``sets`` from :func:`analysis.intersections.upset`; ``terms``: frame of ``count`` and ``colour``, one row a term, top to
    bottom; ``colours``: one a set. A click gives the terms of the set, ``{"exactly": terms}`` where ``count`` is so.
    """
    n, x, place = sets.attrs["n"], list(range(len(sets))), {term: i for i, term in enumerate(terms.index)}
    marks = [{"exactly": list(found)} if count == "exactly" else list(found) for found in sets["terms"]]
    hover = [
        f"<b>{text(' + '.join(found)) or f'No {text(noun)}'}</b><br>exactly these: {of(int(exactly), n)}"
        f"<br>at least these: {of(int(at_least), n)}"
        for found, exactly, at_least in zip(sets["terms"], sets["exactly"], sets["at_least"], strict=True)
    ]
    rows = [[place[term] for term in found] for found in sets["terms"]]
    dots = [(i, row) for i, found in enumerate(rows) for row in found]
    links = [value for i, found in enumerate(rows) if found for value in ((i, min(found)), (i, max(found)), (None, None))]
    every, top = range(len(terms)), max(int(terms["count"].max()), 1)
    share = _BARS / (_BARS + _ROW * len(terms))
    plain: dict[str, Any] = {"type": "scatter", "hoverinfo": "skip"}
    return {
        "data": [
            {
                "type": "bar", "x": x, "y": sets[count].tolist(), "yaxis": "y2", "marker": {"color": list(colours)}, "customdata": marks,
                "text": [f"{value:,}" for value in sets[count]], "textposition": "outside", "textangle": 0, "cliponaxis": False,
                "textfont": {"size": 11, "color": "@muted"}, "hovertext": hover, "hovertemplate": "%{hovertext}<extra></extra>",
            },
            {**plain, "mode": "markers", "x": [i for i in x for _ in every], "y": [*every] * len(x),
             "marker": {"size": 9, "color": "@grid"}},
            {**plain, "mode": "lines", "x": [i for i, _ in links], "y": [row for _, row in links],
             "line": {"width": 2, "color": "@plain"}},
            {
                "type": "scatter", "mode": "markers", "x": [i for i, _ in dots], "y": [row for _, row in dots],
                "marker": {"size": 11, "color": [terms["colour"].iloc[row] for _, row in dots]},
                "customdata": [marks[i] for i, _ in dots], "hovertext": [hover[i] for i, _ in dots],
                "hovertemplate": "%{hovertext}<extra></extra>",
            },
            {
                "type": "bar", "orientation": "h", "x": terms["count"].tolist(), "y": list(range(len(terms))), "xaxis": "x2", "width": 0.55,
                "marker": {"color": terms["colour"].tolist()}, "customdata": terms.index.tolist(), "cliponaxis": False,
                "text": [f"{value:,}" for value in terms["count"]], "textposition": "outside", "textfont": {"size": 11, "color": "@muted"},
                "hovertext": [f"<b>{text(term)}</b><br>{of(int(value), n)}" for term, value in terms["count"].items()],
                "hovertemplate": "%{hovertext}<extra></extra>",
            },
        ],
        "layout": layout(
            _BARS + _ROW * len(terms) + 30,
            margin={"l": 8, "r": 34, "t": 22, "b": 8},
            bargap=0.35,
            xaxis=axis(domain=[0, 0.84], showgrid=False, showticklabels=False, range=[-0.7, len(sets) - 0.3], anchor="y"),
            yaxis=axis(domain=[0, 1 - share - 0.02], showgrid=False, ticks="", range=[len(terms) - 0.4, -0.6],
                       tickvals=list(range(len(terms))), ticktext=[f"{_short(term)} " for term in terms.index]),
            yaxis2=axis(domain=[1 - share + 0.02, 1], rangemode="tozero", title="Workflows", anchor="x", nticks=5),
            xaxis2=axis(domain=[0.87, 1], showgrid=False, showticklabels=False, anchor="y", range=[0, 1.4 * top], title="Workflows"),
        ),
        "narrow": {"yaxis": {"tickfont": {"size": 11}}},
        "min_width": 265 + _COLUMN * len(sets),
    }  # fmt: skip


def _short(term: str) -> str:
    return text(term if len(term) <= 34 else term[:33].rstrip() + "…")


def against_expected(
    labels: Sequence[str], table: pd.DataFrame, colours: Sequence[str], marks: Sequence[list[str]], hover: Sequence[str], *, title: str,
    mark: str, share: bool,
) -> dict:  # fmt: skip
    """Horizontal bars of ``table["value"]`` with an upright line at ``table["mark"]``, and ``table["text"]`` behind them.

    ``low`` and ``high``, where the table has them, are intervals. ``mark`` says what the line stands for, ``share`` whether
    values are shares. A click gives the terms in ``marks``.
    """
    y = list(range(len(table)))
    value, line = table["value"].to_numpy(), table["mark"].to_numpy()
    high = table["high"].to_numpy() if "high" in table else value
    bars: dict[str, Any] = {
        "type": "bar", "orientation": "h", "x": value.tolist(), "y": y, "marker": {"color": list(colours)}, "customdata": list(marks),
        "hovertext": list(hover), "hovertemplate": "%{hovertext}<extra></extra>", "showlegend": False,
    }  # fmt: skip
    if "high" in table:
        bars["error_x"] = {"type": "data", "symmetric": False, "array": (high - value).tolist(), "color": "@ink", "thickness": 1.4,
                           "arrayminus": (value - table["low"]).tolist(), "width": 3}  # fmt: skip
    upright = {"symbol": "line-ns-open", "size": 17, "color": "@ink", "line": {"width": 2.5}}
    ticks = [wrapped(label, 44) for label in labels]
    lines = [tick.count("<br>") + 1 for tick in ticks]
    narrow = [wrapped(label, 24) for label in labels]
    narrow_lines = max((tick.count("<br>") + 1 for tick in narrow), default=1)
    return {
        "data": [
            bars,
            {"type": "scatter", "mode": "text", "x": np.fmax(high, line).tolist(), "y": y, "text": [f"  {text}" for text in table["text"]],
             "textposition": "middle right", "textfont": {"size": 12, "color": "@muted"}, "hoverinfo": "skip", "cliponaxis": False,
             "showlegend": False},
            {"type": "scatter", "mode": "markers", "x": line.tolist(), "y": y, "marker": upright, "hoverinfo": "skip", "name": mark,
             "showlegend": True},
        ],
        "layout": layout(
            90 + (14 + 16 * max(lines, default=1)) * max(len(table), 2),
            xaxis=axis(title=title, side="top", rangemode="tozero", range=[0, 1.22 * float(np.fmax(high, line).max())],
                       tickformat=".0%" if share else ",d", nticks=6),
            yaxis=axis(range=[len(table) - 0.4, -0.6], showgrid=False, tickvals=y, ticktext=[f"{tick} " for tick in ticks]),
            bargap=0.4,
            showlegend=True,
            legend={"orientation": "h", "y": -0.01, "yanchor": "top", "x": 0, "font": {"size": 12}, "itemclick": False,
                    "itemdoubleclick": False},
        ),
        "narrow": {
            "height": 90 + (14 + 14 * narrow_lines) * max(len(table), 2),
            "yaxis": {"tickfont": {"size": 11}, "ticktext": [f"{tick} " for tick in narrow]},
        },
    }  # fmt: skip
