"""A network of terms: lines for ties, circles for terms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.figures.labels import label_places
from analysis.figures.style import layout, text, wrapped
from analysis.words import of

_LARGEST, _ROW, _ROW_NARROW = 34, 78, 84  # diameter of the largest circle, height of a row of terms, also on a phone, in pixels
_WIDE, _NARROW = 850, 330  # width on a laptop and on a phone
_SIDE = 0.12  # empty on the left and on the right, as a share of the width that the places take
_WIDTHS = (1.2, 2.4, 4.5)


def network_chart(nodes: pd.DataFrame, ties: pd.DataFrame, measure: str, label: str, n: int, legend: dict[str, str]) -> dict:
    """Terms at their places, sized by workflows; ties as lines, thicker when stronger unless few are expected, with a dot to click halfway.

    ``nodes``: one row a term, ``x``, ``y`` (0 to 1), ``count``, ``colour``, ``group``; ``ties``: indexed by two terms, with
    ``count``, ``expected``, ``few`` and the ``measure``; ``legend``: colour name by what it means. A click on a circle gives
    its term, on a dot the two terms.
    """
    x, y = nodes["x"].to_dict(), nodes["y"].to_dict()
    group = nodes["group"].to_dict()
    rank = ties[measure].rank(pct=True).mask(ties["few"], 0.0) if len(ties) else ties[measure]  # thin lines for what rests on few
    rows = len(nodes["y"].unique())
    traces: list[dict[str, Any]] = []
    for within in (False, True):
        for width, low, high in zip(_WIDTHS, (-1.0, 1 / 3, 2 / 3), (1 / 3, 2 / 3, 1.0), strict=True):
            some = [(a, b) for (a, b), place in rank.items() if low < place <= high and (group[a] == group[b]) == within]
            if some:
                traces.append(
                    {
                        "type": "scatter", "mode": "lines", "hoverinfo": "skip", "showlegend": False,
                        "x": [value for a, b in some for value in (x[a], x[b], None)],
                        "y": [value for a, b in some for value in (y[a], y[b], None)],
                        "line": {"width": width, "color": "@plain" if within else "@faint", "dash": "solid" if within else "dot"},
                    }
                )  # fmt: skip
    traces.append(
        {
            "type": "scatter", "mode": "markers", "showlegend": False,
            "x": [(x[a] + x[b]) / 2 for a, b in ties.index], "y": [(y[a] + y[b]) / 2 for a, b in ties.index],
            "marker": {"size": 7, "color": "@surface", "line": {"width": 1.5, "color": "@plain"}},
            "customdata": [[a, b] for a, b in ties.index],
            "hovertext": _ties_in_words(ties, measure, label, nodes["count"]),
            "hovertemplate": "%{hovertext}<extra></extra>",
        }
    )  # fmt: skip
    biggest = max(int(nodes["count"].max()), 1)
    above, below = 0.35 / max(rows - 1, 1), 0.75 / max(rows - 1, 1)
    labels = [wrapped(term, 12) for term in nodes.index]
    standing = {
        "x": (nodes["x"].to_numpy() + _SIDE) / (1 + 2 * _SIDE), "y": (nodes["y"].to_numpy() + above) / (1 + above + below),
        "radius": np.maximum(_LARGEST * np.sqrt(nodes["count"].to_numpy() / biggest), 5) / 2, "labels": labels,
        "lines": [(nodes.index.get_loc(a), nodes.index.get_loc(b)) for a, b in ties.index], "first": "bottom center", "beyond": 0,
    }  # fmt: skip
    places, narrow = (label_places(plot=plot, **standing)[0] for plot in ((_WIDE, _ROW * rows), (_NARROW, _ROW_NARROW * rows)))
    traces.append(
        {
            "type": "scatter", "mode": "markers+text", "showlegend": False, "cliponaxis": False,
            "x": nodes["x"].tolist(), "y": nodes["y"].tolist(), "customdata": nodes.index.tolist(),
            "marker": {"color": nodes["colour"].tolist(), "size": nodes["count"].tolist(), "sizemode": "area",
                       "sizeref": biggest / _LARGEST**2, "sizemin": 5, "opacity": 1, "line": {"width": 1.5, "color": "@surface"}},
            "text": labels, "textposition": places,
            "textfont": {"size": 11, "color": "@ink", "shadow": "@halo"},
            "hovertext": [
                f"<b>{text(term)}</b><br>{of(int(node['count']), n)}<br>"
                + (f"group {int(node['group'])}, {int(node['ties'])} ties" if node["group"] else "no tie this strong")
                for term, node in nodes.iterrows()
            ],
            "hovertemplate": "%{hovertext}<extra></extra>",
        }
    )  # fmt: skip
    for meaning, colour in legend.items():
        traces.append({"type": "scatter", "mode": "markers", "x": [None], "y": [None], "name": text(meaning), "hoverinfo": "skip",
                       "marker": {"color": colour, "size": 10}})  # fmt: skip
    hidden = {"visible": False, "fixedrange": True}
    return {
        "data": traces,
        "layout": layout(
            90 + _ROW * rows + (40 if legend else 0),
            margin={"l": 8, "r": 8, "t": 16, "b": 8},
            xaxis={**hidden, "range": [-_SIDE, 1 + _SIDE]},
            yaxis={**hidden, "range": [1 + below, -above]},
            showlegend=bool(legend),
            legend={"orientation": "h", "y": 0, "yanchor": "top", "x": 0, "font": {"size": 12}, "itemclick": False,
                    "itemdoubleclick": False},
        ),
        "narrow_traces": {"textfont": {"size": 10, "color": "@ink", "shadow": "@halo"}, "textposition": narrow},
        "narrow": {"height": 130 + _ROW_NARROW * rows + (120 if legend else 0), "legend": {"font": {"size": 11}}},
    }  # fmt: skip


def _ties_in_words(ties: pd.DataFrame, measure: str, label: str, count: pd.Series) -> Sequence[str]:
    return [
        f"<b>{text(a)} and {text(b)}</b><br>{int(row['count']):,} workflows, {row['expected']:.1f} expected"
        f"<br>{text(label.lower())} {row[measure]:.2f}"
        + (f", q = {row['q']:.2g}" if np.isfinite(row["q"]) else "")
        + ("<br>few expected: read with care" if row["few"] else "")
        for (a, b), row in ties.iterrows()
    ]
