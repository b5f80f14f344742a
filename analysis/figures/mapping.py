"""Probabilities beside what is usual, methods beside each other, and what was said beside what came true."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from analysis.figures.style import axis, layout, text
from analysis.words import plural, probability


def probability_bars(table: pd.DataFrame, colours: Sequence[str], legend: Mapping[str, str] | None = None) -> dict:
    """Bars of ``probability``, a mark at the ``share`` in the atlas, in the order of ``table``. A click gives the term."""
    y = [text(term) for term in table.index]
    bars = {
        "type": "bar", "orientation": "h", "x": table["probability"].round(4).tolist(), "y": y, "customdata": table.index.tolist(),
        "marker": {"color": list(colours)}, "showlegend": False,
        "hovertext": [
            f"<b>{label}</b><br>{probability(row.probability)} for this description<br>{row.share:.0%} of the atlas"
            for label, row in zip(y, table.itertuples(), strict=True)
        ],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }  # fmt: skip
    said = {
        "type": "scatter", "mode": "text", "x": table[["probability", "share"]].max(axis=1).round(4).tolist(), "y": y,
        "text": [f"   {text(probability(chance))}" for chance in table["probability"]], "textposition": "middle right",
        "textfont": {"size": 12, "color": "@muted"}, "hoverinfo": "skip", "cliponaxis": False, "showlegend": False,
    }  # fmt: skip
    usual = {
        "type": "scatter", "mode": "markers", "x": table["share"].round(4).tolist(), "y": y, "hoverinfo": "skip", "showlegend": False,
        "marker": {"symbol": "line-ns-open", "size": 17, "color": "@ink", "line": {"width": 2.5}},
    }  # fmt: skip
    keys = [
        {"type": "bar", "orientation": "h", "x": [None], "y": [y[0]], "name": text(meaning), "marker": {"color": colour},
         "hoverinfo": "skip"}
        for meaning, colour in (legend or {}).items()
    ]  # fmt: skip
    return {
        "data": [bars, said, usual, *keys],
        "layout": layout(
            70 + 25 * max(len(table), 2) + (60 if legend else 0),
            margin={"l": 8, "r": 40, "t": 12, "b": 8},  # for the longest number beside a full bar
            barmode="overlay",
            bargap=0.32,
            showlegend=bool(legend),
            legend={"orientation": "h", "y": -0.02, "yanchor": "top", "x": 0, "font": {"size": 12},
                    "itemclick": False, "itemdoubleclick": False},
            xaxis=axis(tickformat=".0%", range=[0, 1.1], tickvals=[0, 0.5, 1], tickangle=0, side="top"),
            yaxis=axis(autorange="reversed", showgrid=False, tickvals=y, ticktext=[f"{label} " for label in y]),
        ),
        "narrow": {"yaxis": {"tickfont": {"size": 11}}},
    }  # fmt: skip


def method_dots(table: pd.DataFrame, measure: str) -> dict:
    """A dot a method at its ``value``, with its interval ``low`` to ``high``, the best on top."""
    y = [text(method) for method in table.index]
    dots = {
        "type": "scatter", "mode": "markers+text", "x": table["value"].round(4).tolist(), "y": y,
        "text": [f"{value:.3f}" for value in table["value"]], "textposition": "top center", "textfont": {"size": 12, "color": "@muted"},
        "marker": {"size": 11, "color": ["@accent" if first else "@plain" for first in table["chosen"]]},
        "error_x": {"type": "data", "symmetric": False, "array": (table["high"] - table["value"]).round(4).tolist(),
                    "arrayminus": (table["value"] - table["low"]).round(4).tolist(), "color": "@muted", "thickness": 1.4, "width": 4},
        "hovertext": [f"<b>{label}</b><br>{row.value:.3f}, 95% interval {row.low:.3f} to {row.high:.3f}"
                      for label, row in zip(y, table.itertuples(), strict=True)],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }  # fmt: skip
    return {
        "data": [dots],
        "layout": layout(
            90 + 44 * len(table),
            xaxis=axis(title=measure),
            yaxis=axis(showgrid=False, range=[len(y) - 0.5, -0.7], tickvals=y, ticktext=[f"{label} " for label in y]),
        ),
        "narrow": {"yaxis": {"tickfont": {"size": 10}}},
    }


def reliability(table: pd.DataFrame) -> dict:
    """What was said (across) against what came true (up), with the line on which both agree; size by number of pairs."""
    size = 8 + 22 * np.sqrt(table["count"] / table["count"].max())
    return {
        "data": [
            {"type": "scatter", "mode": "lines", "x": [0, 1], "y": [0, 1], "hoverinfo": "skip", "line": {"color": "@faint", "dash": "dot"}},
            {
                "type": "scatter", "mode": "markers", "x": table["said"].round(4).tolist(), "y": table["came_true"].round(4).tolist(),
                "marker": {"size": size.round(1).tolist(), "color": "@accent"},
                "error_y": {"type": "data", "symmetric": False, "array": (table["high"] - table["came_true"]).round(4).tolist(),
                            "arrayminus": (table["came_true"] - table["low"]).round(4).tolist(),
                            "color": "@muted", "thickness": 1.2, "width": 3},
                "hovertext": [f"<b>{step}</b><br>said {said:.0%} on average<br>came true in {true:.0%} of {plural(int(pairs), 'pair')}"
                              for step, said, true, pairs in table[["said", "came_true", "count"]].itertuples()],
                "hovertemplate": "%{hovertext}<extra></extra>",
            },
        ],
        "layout": layout(
            380,
            xaxis=axis(title="Probability said", tickformat=".0%", range=[0, 1.02]),
            yaxis=axis(title="Share that came true", tickformat=".0%", range=[-0.02, 1.02]),
        ),
    }  # fmt: skip
