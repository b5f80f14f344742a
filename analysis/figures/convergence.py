"""Figures of the convergence page."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.convergence import LEAST_BREADTH, LEAST_SHARE
from analysis.figures.labels import BEARABLE, DEMO, PHONE, PLOT, TALLER, Plot, label_places
from analysis.figures.style import axis, hue, layout, text, wrapped
from analysis.profiles import MaturityTest
from analysis.words import of, plural

_LARGEST = 22  # diameter of the largest bubble in pixels
_LARGEST_GROUP = 62
_HEIGHT = 600
_PLACEMENT = (740, 355), (247, 355, 0.82)  # plots of the placement, on a laptop and on a phone


def convergence_map(table: pd.DataFrame, layers: Sequence[str], groups: int) -> dict:
    """Controls by share (x), breadth over categories (y), demand (size) and layer (colour).

    ``table`` from :func:`analysis.convergence`; ``layers`` in the order of the taxonomy; ``groups``: how many
    categories the selection has, the highest breadth possible. In one category all have a breadth of 1, so it is the breadth over
    buyer functions that is drawn. A click gives the control.
    """
    table = table[table["count"] > 0]
    in_one = groups < 2
    breadth = table["breadth_function"].fillna(0.0) if in_one else table["breadth"]
    over = "buyer functions" if in_one else "categories"
    n = table.attrs["n"]
    biggest = max(float(table["demand"].max()), 1.0) if len(table) else 1.0
    radius = _LARGEST / 2 * np.sqrt(table["demand"].to_numpy() / biggest)
    right = float(table["share"].max()) * 1.12 if len(table) else 1.0
    lowest, top = _breadth_axis(breadth, groups)
    x, y = table["share"].to_numpy() / right, (top - breadth.to_numpy()) / (top - lowest)
    places, _ = label_places(x, y, radius, list(table.index), PLOT, also=[DEMO])
    small_places, covered = label_places(x, y, radius, list(table.index), PHONE)
    columns = (table["share"], breadth, *(table[name] for name in ("demand", "count", "low", "high")))
    rows = list(zip(table.index.tolist(), *(column.tolist() for column in columns), places, small_places, covered, strict=True))
    of_layer = table["layer"].tolist()
    traces, narrow_traces = [], []
    for i, layer in enumerate(layers):
        part = [row for row, own in zip(rows, of_layer, strict=True) if own == layer]
        if not part:
            continue
        terms, share, wide, demand, count, lows, highs, place, small_place, cover = zip(*part, strict=True)
        names = [text(term) for term in terms]
        seen = [much < BEARABLE for much in cover]
        narrow_traces.append(
            {
                "text": [name if one else "" for name, one in zip(names, seen, strict=True)],
                "textposition": [spot if one else "top center" for spot, one in zip(small_place, seen, strict=True)],
                "textfont": {"size": 9, "color": "@ink"},
            }
        )
        traces.append(
            {
                "type": "scatter",
                "mode": "markers+text",
                "name": text(layer),
                "x": [round(value, 6) for value in share],
                "y": [round(value, 6) for value in wide],
                "customdata": list(terms),
                "text": names,
                "textposition": list(place),
                "textfont": {"size": 11, "color": "@ink"},
                "marker": {
                    "color": hue("layer", i),
                    "opacity": 0.85,
                    "size": [max(askers, 1e-3) for askers in demand],  # 0 would be no mark
                    "sizemode": "area",
                    "sizeref": biggest / _LARGEST**2,
                    "sizemin": 5,
                    "line": {"width": 1, "color": "@surface"},
                },
                "hovertext": [
                    f"<b>{name}</b><br>{of(required, n)}, 95% interval {low:.0%} to {high:.0%}"
                    f"<br>breadth {broad:.2f} {over if in_one else f'of {groups} {over}'}"
                    f"<br>asked for by {plural(askers, 'buyer function')}"
                    for name, required, broad, askers, low, high in zip(names, count, wide, demand, lows, highs, strict=True)
                ],
                "hovertemplate": "%{hovertext}<extra></extra>",
                "cliponaxis": False,
            }
        )
    return {
        "data": traces,
        "layout": layout(
            _HEIGHT,
            margin={"l": 8, "r": 40, "t": 12, "b": 8},
            uirevision="map",
            shapes=[] if in_one else [_corner(LEAST_SHARE, LEAST_BREADTH * groups, right, top)],
            xaxis=axis(title="Share of workflows that require it", tickformat=".0%", range=[0, right]),
            yaxis=axis(title=f"Breadth: effective number of {over}", range=[lowest, top], dtick=None if in_one else 1),
            showlegend=True,
            legend={
                "orientation": "h",
                "y": -0.14,
                "yanchor": "top",
                "x": 0,
                "itemsizing": "constant",
                "itemclick": False,
                "itemdoubleclick": False,
                "font": {"size": 12},
            },
        ),
        "narrow": {"height": _HEIGHT + TALLER, "legend": {"y": -0.13, "font": {"size": 10}}},
        "narrow_traces": narrow_traces,
    }


def _corner(share: float, breadth: float, right: float, top: float) -> dict:
    """Where the shared production layer is: right of one share and above one breadth."""
    return {
        "type": "rect", "layer": "below", "x0": share, "x1": max(right, share), "y0": breadth, "y1": top,
        "fillcolor": "@accent", "opacity": 0.08, "line": {"width": 0},
    }  # fmt: skip


def _breadth_axis(breadth: pd.Series, groups: int) -> tuple[float, float]:
    """Its lower and its upper end."""
    if breadth.empty:
        return 0.85, groups + 0.25
    low = np.floor(2 * float(breadth.min()) - 0.5) / 2
    return (max(-0.5, low), float(breadth.max()) * 1.06 + 0.25) if groups < 2 else (max(0.85, low), groups + 0.25)


def category_placement(table: pd.DataFrame) -> dict:
    """Groups by control overlap (x), production complexity (y) and demand (size).

    ``table``: from :func:`analysis.categories.placement`; a category without an overlap has no place. A click gives the category.
    """
    placed = np.flatnonzero(table["overlap"].notna())
    table, colours = table.iloc[placed], [hue("category", i) for i in placed]
    biggest = max(float(table["demand"].max()), 1.0) if len(table) else 1.0
    names = [wrapped(term, 20) for term in table.index]
    across, up = _around(table["overlap"], 0.12), _around(table[["information_low", "information_high"]], 0.06)
    wide, narrow = (_beside_whiskers(table, names, across, up, biggest, plot) for plot in _PLACEMENT)
    columns = ("n", "overlap", "information", "information_low", "information_high", "demand")
    n, overlap, bits, low, high, demand = (table[name].tolist() for name in columns)
    return {
        "data": [
            {
                "type": "scatter",
                "mode": "markers+text",
                "x": [round(value, 6) for value in overlap],
                "y": [round(value, 6) for value in bits],
                "customdata": table.index.tolist(),
                "text": names,
                "textposition": wide,
                "textfont": {"size": 12},
                "error_y": {
                    "type": "data", "symmetric": False, "color": "@muted", "thickness": 1, "width": 3,
                    "array": [round(end - mean, 6) for end, mean in zip(high, bits, strict=True)],
                    "arrayminus": [round(mean - end, 6) for end, mean in zip(low, bits, strict=True)],
                },
                "marker": {
                    "color": colours, "size": demand, "sizemode": "area",
                    "sizeref": 2 * biggest / _LARGEST_GROUP**2, "sizemin": 8, "opacity": 0.85, "line": {"width": 1, "color": "@surface"},
                },
                "hovertext": [
                    f"<b>{text(term)}</b><br>{plural(int(many), 'workflow')}"
                    f"<br>overlap with the others {alike:.2f}"
                    f"<br>complexity {mean:.1f} bits ({least:.1f} to {most:.1f})"
                    f"<br>demand: {plural(int(asked), 'naming')} of a buyer function"
                    for term, many, alike, mean, least, most, asked in zip(table.index, n, overlap, bits, low, high, demand, strict=True)
                ],
                "hovertemplate": "%{hovertext}<extra></extra>",
                "cliponaxis": False,
            }
        ],
        "layout": layout(
            430,
            margin={"l": 8, "r": 60, "t": 30, "b": 8},
            uirevision="placement",
            xaxis=axis(title="Control overlap with the other categories", range=across),
            yaxis=axis(title="Complexity, mean bits", range=up),
        ),
        "narrow_traces": [{"textposition": narrow, "textfont": {"size": 10}}],
    }  # fmt: skip


def _around(values: pd.DataFrame | pd.Series, room: float) -> list[float]:
    """The ends of an axis that shows all values, with a share of their range left free on both sides."""
    low, high = (float(values.to_numpy().min()), float(values.to_numpy().max())) if len(values) else (0.0, 1.0)
    free = room * (high - low) or 0.5
    return [low - free, high + free]


def _beside_whiskers(table: pd.DataFrame, names: list[str], across: list[float], up: list[float], biggest: float, plot: Plot) -> list[str]:
    """Where the names of groups stand, off their own and the others' marks and intervals."""
    n = len(table)
    heights = np.concatenate([table[name].to_numpy() for name in ("information", "information_low", "information_high")])
    x = np.tile((table["overlap"].to_numpy() - across[0]) / (across[1] - across[0]), 3)
    radius = np.concatenate([_LARGEST_GROUP / 2 * np.sqrt(table["demand"].to_numpy() / biggest), np.zeros(2 * n)])
    ends = [(n + i, 2 * n + i) for i in range(n)]
    return label_places(x, (up[1] - heights) / (up[1] - up[0]), radius, [*names, *[""] * (2 * n)], plot, ends)[0][:n]


def similarity_heatmap(pairs: pd.DataFrame, terms: Sequence[str]) -> dict:
    """Similarity of every pair of groups as a square. A click gives ``[first, second]``."""
    position = {term: i for i, term in enumerate(terms)}
    z: list[list[float | None]] = [[None] * len(terms) for _ in terms]
    label = [[""] * len(terms) for _ in terms]
    hover = [[text(a)] * len(terms) for a in terms]
    for (first, second), row in pairs.iterrows():
        for a, b in ((first, second), (second, first)):
            i, j = position[a], position[b]
            z[i][j] = round(float(row["similarity"]), 6)
            label[i][j] = f"{row['similarity']:.2f}"
            hover[i][j] = (
                f"<b>{text(a)} and {text(b)}</b><br>similarity {row['similarity']:.2f} (95% interval {row['low']:.2f} to {row['high']:.2f})"
            )
    names = [text(term) for term in terms]
    lowest = float(pairs["similarity"].min()) if len(pairs) else 0.0
    return {
        "data": [
            {
                "type": "heatmap", "x": names, "y": names, "z": z, "text": label, "texttemplate": "%{text}", "textfont": {"color": "@cell"},
                "hovertext": hover, "hovertemplate": "%{hovertext}<extra></extra>", "xgap": 2, "ygap": 2,
                "customdata": [[[a, b] for b in terms] for a in terms],
                "colorscale": "@scale", "zmin": max(0.0, lowest - 0.1), "zmax": 1, "showscale": False,
                "hoverongaps": False,
            }
        ],
        "layout": layout(
            110 + 52 * max(len(terms), 2),
            xaxis=axis(side="top", showgrid=False, tickvals=names, ticktext=[wrapped(term, 14) for term in terms], tickangle=0),
            yaxis=axis(autorange="reversed", showgrid=False, tickvals=names, ticktext=[wrapped(term, 18) for term in terms]),
        ),
        "narrow": {"xaxis": {"tickangle": -60}},
    }  # fmt: skip


def maturity_lines(test: MaturityTest) -> dict:
    """Divergence between groups stage by stage, over the range that shuffled stages give. A click gives the stage."""
    stages = test.stages
    x = [
        f"{text(stage)}<br>n = {int(row['n'])}<br>{plural(int(row['groups']), 'category', 'categories')}"
        for stage, row in stages.iterrows()
    ]
    band = [*stages["high"].round(6), *stages["low"][::-1].round(6)]
    return {
        "data": [
            {"type": "scatter", "x": [*x, *x[::-1]], "y": band, "fill": "toself", "mode": "lines", "line": {"width": 0},
             "fillcolor": "@faint", "opacity": 0.35, "hoverinfo": "skip", "name": "95% of shuffles"},
            {"type": "scatter", "x": x, "y": stages["expected"].round(6).tolist(), "mode": "lines", "hoverinfo": "skip",
             "line": {"dash": "dot", "color": "@muted", "width": 1.5}, "name": "Expected if stage did not matter"},
            {"type": "scatter", "x": x, "y": stages["divergence"].round(6).tolist(), "mode": "lines+markers", "name": "Observed",
             "line": {"color": "@accent", "width": 2.5}, "marker": {"size": 10, "color": "@accent"},
             "customdata": stages.index.tolist(),
             "hovertext": [f"<b>{text(stage)}</b><br>{plural(int(row['n']), 'workflow')} in {int(row['groups'])} categories"
                           f"<br>divergence {row['divergence']:.3f}<br>shuffled: {row['expected']:.3f} "
                           f"({row['low']:.3f} to {row['high']:.3f})" for stage, row in stages.iterrows()],
             "hovertemplate": "%{hovertext}<extra></extra>"},
        ],
        "layout": layout(
            380,
            uirevision="maturity",
            xaxis=axis(showgrid=False, type="category"),
            yaxis=axis(title="Mean divergence between categories", rangemode="tozero"),
            showlegend=True,
            legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "itemclick": False, "itemdoubleclick": False},
        ),
    }  # fmt: skip
