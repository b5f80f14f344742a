"""Demand, complexity and crowding as bubbles."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.companies import NO_BUILDER
from analysis.figures.labels import BEARABLE, DEMO, PHONE, PLOT, TALLER, label_places
from analysis.figures.style import axis, hue, layout, text
from analysis.words import listed, plural

_LARGEST, _DOT = 40, 13  # diameters in pixels: of the largest segment, of a workflow with the most companies
_HIGH = 560


def segment_bubbles(table: pd.DataFrame, facet: str, positions: Sequence[int]) -> dict:
    """Segments by demand (x), complexity (y) and companies with evidence (size); hollow where there is none.

    ``table`` from :func:`analysis.investing.segments`; ``positions`` of its terms in the facet, for their colours. A click
    gives the term.
    """
    most = max(int(table["builders"].max()), 1)
    size = (_LARGEST * np.sqrt(table["builders"] / most)).clip(lower=8).to_numpy()
    (left, right), (low, high) = _range(table["demand"]), _range(table["information"])
    x, y = (table["demand"].to_numpy() - left) / (right - left), (high - table["information"].to_numpy()) / (high - low)
    names = list(table.index)
    places, _ = label_places(x, y, size / 2, names, PLOT, also=[DEMO])
    narrow, covered = label_places(x, y, size / 2, names, PHONE)
    hover = [
        f"<b>{text(term)}</b><br>demand: {plural(int(row['demand']), 'workflow')}<br>complexity: median {row['information']:.1f} bits, "
        f"{row['layer_span']:.1f} layers<br>{_builders(int(row['builders']))}"
        + (f"<br>{plural(int(row['without']), 'workflow')} without" if row["without"] and row["builders"] else "")
        for term, row in table.iterrows()
    ]
    marks = _marks(table, size, [hue(facet, i).replace("@plain", "@accent") for i in positions], hover)
    marks |= {
        "mode": "markers+text", "customdata": names, "text": [text(name) for name in names], "textposition": places,
        "textfont": {"size": 11, "color": "@ink"},
    }  # fmt: skip
    shown = [text(name) if much < BEARABLE else "" for name, much in zip(names, covered, strict=True)]
    return {
        "data": [marks],
        "layout": _frame((left, right), (low, high), "Demand: workflows"),
        "narrow": {"height": _HIGH + TALLER},
        "narrow_traces": [{"text": shown, "textposition": narrow, "textfont": {"size": 9, "color": "@ink"}}],
    }


def workflow_bubbles(table: pd.DataFrame, categories: pd.Index) -> dict:
    """Workflows by demand (x), complexity (y), companies with evidence (size) and category (colour); hollow where there is none.

    ``table`` from :func:`analysis.investing.workflows`. A click gives the workflow's id.
    """
    table = table.dropna(subset=["demand"])
    most, traces = max(int(table["builders"].max()) if len(table) else 1, 1), []
    for i, category in enumerate(categories):
        part = table[table["category"] == category]
        if part.empty:
            continue
        size = (_DOT * np.sqrt(part["builders"] / most)).clip(lower=6).to_numpy()
        hover = [
            f"<b>{text(row.title)}</b><br>{text(row.category)}, {text(row.stage)}"
            f"<br>demand of its buyers: {row.demand:.0f} workflows each, on average"
            f"<br>complexity: {row.information:.1f} bits, {plural(int(row.layer_span), 'layer')}"
            f"<br>{_builders(int(row.builders))}{': ' + text(listed(row.companies, 4)) if row.builders else ''}"
            for row in part.itertuples()
        ]
        marks = _marks(part, size, [hue("category", i)] * len(part), hover)
        traces.append(marks | {"mode": "markers", "name": text(category), "showlegend": True, "customdata": part.index.tolist()})
    frame = _frame(_range(table["demand"]), _range(table["information"]), "Demand of its buyers: workflows each names, mean")
    legend = {
        "orientation": "h", "y": -0.14, "yanchor": "top", "x": 0, "itemsizing": "constant", "itemclick": False, "itemdoubleclick": False,
        "font": {"size": 12},
    }  # fmt: skip
    return {
        "data": traces,
        "layout": frame | {"showlegend": True, "legend": legend},
        "narrow": {"legend": {"y": -0.2, "font": {"size": 10}}},
    }


def _builders(count: int) -> str:
    return plural(count, "company with evidence", "companies with evidence") if count else NO_BUILDER


def _marks(table: pd.DataFrame, size: np.ndarray, colours: Sequence[str], hover: Sequence[str]) -> dict:
    return {
        "type": "scatter", "x": table["demand"].round(6).tolist(), "y": table["information"].round(6).tolist(),
        "marker": {
            "size": size.round(2).tolist(), "color": list(colours), "opacity": 0.8,
            "symbol": ["circle" if count else "circle-open" for count in table["builders"]],
            "line": {"width": [1 if count else 2 for count in table["builders"]],
                     "color": ["@surface" if count else colour for count, colour in zip(table["builders"], colours, strict=True)]},
        },
        "hovertext": list(hover), "hovertemplate": "%{hovertext}<extra></extra>", "cliponaxis": False,
    }  # fmt: skip


def _range(values: pd.Series) -> tuple[float, float]:
    """The ends of an axis, with room around the outermost bubbles."""
    if not len(values):
        return 0.0, 1.0
    low, high = float(values.min()), float(values.max())
    room = 0.12 * (high - low) or 1.0
    return max(low - room, 0.0), high + room


def _frame(x: tuple[float, float], y: tuple[float, float], title: str) -> dict:
    return layout(
        _HIGH,
        margin={"l": 8, "r": 40, "t": 12, "b": 8},
        uirevision=title,
        xaxis=axis(title=title, range=list(x)),
        yaxis=axis(title="Complexity: information of its controls, bits", range=list(y)),
    )
