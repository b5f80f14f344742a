"""Figures of the complexity page."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.complexity import Spread
from analysis.figures.style import axis, hue, layout, text, wrapped
from analysis.words import of, plural

_ROW = 62  # height of a group
_TICKS = (1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 1, 2, 4, 8, 16, 32)


def spread_boxes(found: Spread, by: str, terms: pd.Index, titles: pd.Series, label: str) -> dict:
    """Each group of workflows as a box (quartiles; whiskers to the last workflow within 1.5 times their distance) with a dot a workflow.

    ``terms``: all groups in the order of the taxonomy, for their colours. A click gives the group.
    """
    groups = found.groups
    places = {group: i for i, group in enumerate(groups.index)}
    whiskers = found.whiskers
    boxes = {
        "type": "box", "orientation": "h", "y": list(places.values()), "width": 0.5, "hoverinfo": "skip", "boxpoints": False,
        "q1": groups["q1"].tolist(), "median": groups["median"].tolist(), "q3": groups["q3"].tolist(),
        "lowerfence": whiskers["min"].tolist(), "upperfence": whiskers["max"].tolist(),
        "line": {"color": "@muted", "width": 1.5}, "fillcolor": "rgba(0,0,0,0)",
    }  # fmt: skip
    dots = []
    for group, place in places.items() if len(found.values) else ():
        value = found.values.loc[found.values["group"] == group, "value"]
        aside = 0.44 * (np.arange(len(value)) * 0.618034 % 1 - 0.5)  # golden ratio: even, and the same at each rerun
        dots.append(
            {
                "type": "scatter", "mode": "markers", "x": value.round(6).tolist(), "y": (place + aside).round(4).tolist(),
                "customdata": [group] * len(value),
                "marker": {"color": hue(by, terms.get_loc(group)), "size": 7, "opacity": 0.7},
                "hovertext": [f"<b>{text(titles[w])}</b><br>{text(group)}: {v:.3g} {text(label.lower())}" for w, v in value.items()],
                "hovertemplate": "%{hovertext}<extra></extra>",
            }
        )  # fmt: skip
    return {
        "data": [boxes, *dots],
        "layout": layout(
            70 + _ROW * max(len(groups), 2),
            uirevision=f"{by} {label}",
            xaxis=axis(title=text(label), rangemode="tozero"),
            yaxis=axis(
                range=[len(groups) - 0.5, -0.5], showgrid=False, tickvals=list(places.values()),
                ticktext=[f"{wrapped(group, 18)}<br>n = {n} " for group, n in groups["n"].items()],
            ),
        ),
    }  # fmt: skip


def odds_forest(table: pd.DataFrame, later: str) -> dict:
    """Odds ratios with their intervals on a logarithmic axis, filled where q < 0.05, hollow where few, with an arrow where an interval
    goes on beyond the axis. A click gives the term.

    ``table`` from :func:`analysis.stratified.maturity_odds`, finite rows, top to bottom; ``later`` names the later stages.
    """
    places = list(range(len(table)))
    ratio = table["odds_ratio"]
    colours = ["@accent" if held else "@plain" for held in table["q"] < 0.05]
    ends = table.loc[~table["few"], ["low", "high"]] if not table["few"].all() else table[["low", "high"]]
    reach = float(np.clip(max(ends["high"].max(), 1 / ends["low"].min(), 2.5), 2.5, 30))
    right, left = (np.flatnonzero(end > (1 + 1e-9) * reach).tolist() for end in (table["high"], 1 / table["low"]))  # not by rounding
    ticks = [tick for tick in _TICKS if 1 / reach <= tick <= reach]
    return {
        "data": [
            {
                "type": "scatter", "mode": "markers", "x": ratio.round(6).tolist(), "y": places, "customdata": table.index.tolist(),
                "marker": {
                    "size": 11, "color": colours,
                    "symbol": ["circle-open" if few else "circle" for few in table["few"]], "line": {"width": 2, "color": colours},
                },
                "error_x": {
                    "type": "data", "symmetric": False, "color": "@muted", "thickness": 1.4, "width": 4,
                    "array": (table["high"] - ratio).round(6).tolist(), "arrayminus": (ratio - table["low"]).round(6).tolist(),
                },
                "hovertext": [
                    f"<b>{text(term)}</b><br>{of(int(row['later']), int(row['count']))}: {text(later)}"
                    f"<br>odds ratio {row['odds_ratio']:.2f} (95% interval {row['low']:.2f} to {row['high']:.2f})"
                    f"<br>p = {row['p']:.2g}, q = {row['q']:.2g}"
                    + (f"<br>homogeneity p = {row['homogeneity']:.2g}" if np.isfinite(row["homogeneity"]) else "")
                    + ("<br>few workflows: read with care" if row["few"] else "")
                    for term, row in table.iterrows()
                ],
                "hovertemplate": "%{hovertext}<extra></extra>",
            },
            {
                "type": "scatter", "mode": "markers", "x": [reach] * len(right) + [1 / reach] * len(left), "y": right + left,
                "marker": {
                    "symbol": ["triangle-right"] * len(right) + ["triangle-left"] * len(left), "size": 10, "color": "@muted", "opacity": 1,
                },
                "cliponaxis": False, "hoverinfo": "skip",
            },
        ],
        "layout": layout(
            90 + 26 * max(len(table), 2),
            uirevision="odds",
            xaxis=axis(
                type="log", side="top", range=[-float(np.log10(reach)), float(np.log10(reach))], tickvals=ticks,
                ticktext=[f"{tick:.0f}" if tick >= 1 else f"1/{1 / tick:.0f}" for tick in ticks],
                title="Odds ratio",
            ),
            yaxis=axis(
                range=[len(table) - 0.5, -0.5], showgrid=False, tickvals=places,
                ticktext=[f"{_short(term)} ({count}) " for term, count in table["count"].items()],
            ),
            shapes=[{"type": "line", "x0": 1, "x1": 1, "y0": 0, "y1": 1, "yref": "paper", "line": {"color": "@muted", "dash": "dot"}}],
        ),
        "narrow": {"yaxis": {"tickfont": {"size": 10}}},
    }  # fmt: skip


def common_values(table: pd.DataFrame, labels: Mapping[str, str], n: int) -> dict:
    """How many workflows share the most common value of each number, listed items grey, parts of complexity in colour."""
    names = [labels[number] for number in table.index]
    return {
        "data": [
            {
                "type": "bar", "orientation": "h", "x": table["share"].round(6).tolist(), "y": [text(name) for name in names],
                "marker": {"color": ["@accent" if kind == "part" else "@faint" for kind in table["kind"]]},
                "text": [f"{share:.0%} have {value:.3g}" for share, value in zip(table["share"], table["common"], strict=True)],
                "textposition": "outside", "cliponaxis": False, "textfont": {"size": 12, "color": "@muted"},
                "hovertext": [
                    f"<b>{text(name)}</b><br>{of(round(row['share'] * n), n)} have {row['common']:.3g}"
                    f"<br>{plural(int(row['distinct']), 'different value')}"
                    for name, (_, row) in zip(names, table.iterrows(), strict=True)
                ],
                "hovertemplate": "%{hovertext}<extra></extra>",
            }
        ],
        "layout": layout(
            60 + 28 * len(table),
            bargap=0.32,
            xaxis=axis(tickformat=".0%", range=[0, 1.32], tickvals=[0, 0.25, 0.5, 0.75, 1], side="top"),
            yaxis=axis(autorange="reversed", showgrid=False, ticksuffix=" "),
        ),
        "narrow": {"xaxis": {"range": [0, 1.9], "tickvals": [0, 0.5, 1]}},
    }  # fmt: skip


def _short(term: str) -> str:
    return text(term if len(term) <= 36 else term[:35].rstrip() + "…")
