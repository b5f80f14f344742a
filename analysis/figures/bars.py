"""Frequencies as bars, with their intervals and the baseline marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from analysis.figures.style import axis, layout, on, text
from analysis.words import of

_BAR = 25


def frequency_bars(
    table: pd.DataFrame, colours: Sequence[str], baseline: str | None = None, legend: Mapping[str, str] | None = None
) -> dict:
    """Share of workflows with each term, top to bottom in the order of ``table`` (from :func:`analysis.frequency`).

    ``colours``: one colour name a term. ``baseline``: what the marks stand for, ``None`` to draw none. ``legend``: colour
    name by what it means. A click gives the term.
    """
    n = table.attrs["n"]
    y = [text(term) for term in table.index]
    share = table["share"].fillna(0.0)
    bars = {
        "type": "bar",
        "orientation": "h",
        "x": share.round(6).tolist(),
        "y": y,
        "customdata": table.index.tolist(),
        "marker": {"color": list(colours)},
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": (table["high"] - share).fillna(0).round(6).tolist(),
            "arrayminus": (share - table["low"]).fillna(0).round(6).tolist(),
            "color": "@ink",
            "thickness": 1.4,
            "width": 3,
        },
        "hovertext": _hover(table, n, baseline),
        "hovertemplate": "%{hovertext}<extra></extra>",
    }
    counts = {
        "type": "scatter",
        "mode": "text",
        "x": np.fmax(table["high"].fillna(0), table["baseline"].fillna(0) if baseline else 0).round(6).tolist(),
        "y": y,
        "text": [f"  {count:,}{'•' if baseline and q < 0.05 else ''}" for count, q in zip(table["count"], table["q"], strict=True)],
        "textposition": "middle right",
        "textfont": {"size": 12, "color": "@muted"},
        "hoverinfo": "skip",
        "cliponaxis": False,
    }
    bars["showlegend"] = counts["showlegend"] = False
    traces = [bars, counts]
    if baseline:
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": table["baseline"].round(6).tolist(),
                "y": y,
                "marker": {"symbol": "line-ns-open", "size": 17, "color": "@ink", "line": {"width": 2.5}},
                "hoverinfo": "skip",
                "showlegend": False,
            }
        )
    for meaning, colour in (legend or {}).items():
        traces.append({"type": "bar", "orientation": "h", "x": [None], "y": [y[0]], "name": text(meaning), "marker": {"color": colour},
                       "showlegend": True, "hoverinfo": "skip"})  # fmt: skip
    top = float(np.nanmax([*table["high"], *(table["baseline"] if baseline else [0]), 0.05])) if len(table) else 1.0
    return {
        "data": traces,
        "layout": layout(
            70 + _BAR * max(len(table), 2) + (60 if legend else 0),
            uirevision=f"{table.index.name} {bool(legend)}",
            barmode="overlay",
            showlegend=bool(legend),
            legend={
                "orientation": "h",
                "y": -0.02,
                "yanchor": "top",
                "x": 0,
                "font": {"size": 12},
                "itemclick": False,
                "itemdoubleclick": False,
            },
            xaxis=axis(tickformat=".0%", range=[0, min(top * 1.12, 1.08)], side="top", rangemode="tozero"),
            yaxis=axis(autorange="reversed", showgrid=False, tickvals=y, ticktext=[f"{label} " for label in y]),
            bargap=0.32,
        ),
        "narrow": {"yaxis": {"tickfont": {"size": 11}}},
    }


def _hover(table: pd.DataFrame, n: int, baseline: str | None) -> list[str]:
    lines = []
    for term, row in table.iterrows():
        line = f"<b>{text(term)}</b><br>{of(int(row['count']), n)}"
        if np.isfinite(row["low"]):
            line += f"<br>95% interval {row['low']:.0%} to {row['high']:.0%}"
        if baseline and np.isfinite(row["baseline"]):
            line += f"<br>{text(baseline)}: {row['baseline']:.0%}"
            line += f"<br>{row['lift']:.2f} × the baseline" if np.isfinite(row["lift"]) else ""
            line += f", q = {row['q']:.2g}" if np.isfinite(row["q"]) else ""
        lines.append(line)
    return lines


def stacked_shares(shares: pd.DataFrame, counts: pd.DataFrame, colours: Sequence[str]) -> dict:
    """Each row of ``shares`` as one bar made of its columns, which sum to 1. A click gives ``[row, column]``."""
    return _stacked(shares, counts, colours, axis(tickformat=".0%", range=[0, 1], tickvals=[0, 0.2, 0.4, 0.6, 0.8, 1], showgrid=False), 36)


def stacked_counts(counts: pd.DataFrame, colours: Sequence[str]) -> dict:
    """Each row of ``counts`` as one bar made of its columns, as long as they sum to. A click gives ``[row, column]``."""
    sums = counts.sum(axis=1)
    step = {"dtick": 1} if sums.max() < 12 else {}
    figure = _stacked(counts, counts, colours, axis(title="Workflows", rangemode="tozero", tickformat=",d", **step), 27)
    figure["data"].append(
        {
            "type": "scatter",
            "mode": "text",
            "x": sums.tolist(),
            "y": [text(row) for row in counts.index],
            "text": [f"  {count:,}" for count in sums],
            "textposition": "middle right",
            "textfont": {"size": 12, "color": "@muted"},
            "hoverinfo": "skip",
            "cliponaxis": False,
            "showlegend": False,
        }
    )
    return figure


def _stacked(values: pd.DataFrame, counts: pd.DataFrame, colours: Sequence[str], x: dict, bar: int) -> dict:
    y = [text(row) for row in values.index]
    traces = [
        {
            "type": "bar",
            "orientation": "h",
            "name": text(column),
            "x": values[column].fillna(0).round(6).tolist(),
            "y": y,
            "marker": {"color": colour},
            "customdata": [[row, column] for row in values.index],
            "text": [f"{count}" if count else "" for count in counts[column]],
            "textposition": "inside",
            "insidetextanchor": "middle",
            "insidetextfont": {"color": on(colour)},
            "textangle": 0,
            "hovertext": [
                f"<b>{text(row)}, {text(column)}</b><br>{of(int(count), int(total))}"
                for row, count, total in zip(values.index, counts[column], counts.sum(axis=1), strict=True)
            ],
            "hovertemplate": "%{hovertext}<extra></extra>",
        }
        for column, colour in zip(values.columns, colours, strict=True)
    ]
    return {
        "data": traces,
        "layout": layout(
            96 + bar * len(values),
            uirevision=f"{values.index.name} {values.columns.name}",
            barmode="stack",
            bargap=0.35,
            margin={"l": 8, "r": 24, "t": 12, "b": 8},  # half of "100%": a label that does not fit Plotly leaves out
            xaxis=x,
            yaxis=axis(type="category", autorange="reversed", showgrid=False, tickvals=y, ticktext=[f"{label} " for label in y]),
            showlegend=True,
            legend={
                "orientation": "h",
                "y": 1.02,
                "yanchor": "bottom",
                "x": 0,
                "traceorder": "normal",
                "itemclick": False,
                "itemdoubleclick": False,
            },
        ),
        "narrow": {"height": 96 + bar * len(values) + 18 * len(traces)},  # there the legend stands one below the other
    }
