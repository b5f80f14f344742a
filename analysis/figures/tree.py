"""The map of categories: nested areas, one leaf a workflow."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from analysis.figures.style import hue, layout, on, text, wrapped
from analysis.words import plural

SEPARATOR = "›"
ROOT = "all"
_LEGIBLE = 70  # leaves whose names can be read
_FITTING = {"minsize": 8, "mode": "hide"}


def category_tree(
    paths: pd.DataFrame,
    categories: list[str],
    titles: pd.Series,
    shape: str = "treemap",
    leaves: str = "workflow",
    level: str = "all",
) -> dict:
    """Nested areas from a frame of paths.

    ``paths``: one row a leaf; its columns from the outermost (``category``) to the innermost, and ``workflow``, the id
    of the leaf. ``titles``: title by workflow id. ``shape``: ``"treemap"`` or ``"sunburst"``. ``leaves``: what one leaf
    counts. ``level``: id of the area to open, as a click reports it. A click gives ``[[facet, term], ...]`` from the
    outside in; the last is ``["workflow", id]`` on a leaf.
    """
    levels = [column for column in paths.columns if column != "workflow"]
    areas = paths.groupby(levels, sort=False, observed=True).size().rename("workflows").reset_index()
    figure = area_tree(areas, categories, shape, leaves, level)
    trace = figure["data"][0]
    ids, labels, parents, values = (trace[name] for name in ("ids", "labels", "parents", "values"))
    colours, custom, hover = trace["marker"]["colors"], trace["customdata"], trace["hovertext"]
    named = titles.loc[paths["workflow"]].tolist()
    for workflow, title, *key in zip(paths["workflow"].tolist(), named, *(paths[level].tolist() for level in levels), strict=True):
        ids.append(_id((*key, workflow)))
        labels.append(wrapped(title.removeprefix("AI "), 15) if shape == "treemap" else text(title))
        parents.append(_id(key))
        values.append(1)
        colours.append(hue("category", categories.index(key[0])))
        trace["textfont"]["color"].append(on(colours[-1]))
        custom.append([*([level, term] for level, term in zip(levels, key, strict=True)), ["workflow", workflow]])
        hover.append(f"<b>{text(title)}</b><br>{' · '.join(text(part) for part in key)}")
    trace["maxdepth"] += 1
    return entered(figure, level if level in ids else ROOT)


def entered(figure: dict, level: str) -> dict:
    """The figure with an area entered. Leaves of a treemap carry their names where few enough are in sight for them to be read."""
    trace = figure["data"][0] | {"level": level}
    if trace["type"] == "treemap":
        leaves = [bool(path) and path[-1][0] == "workflow" for path in trace["customdata"]]
        inside = level if level == ROOT else level + SEPARATOR
        seen = sum(leaf and key.startswith(inside) for key, leaf in zip(trace["ids"], leaves, strict=True))
        trace["texttemplate"] = [("%{label}" if seen <= _LEGIBLE else "") if leaf else "%{label}" for leaf in leaves]
    return figure | {"data": [trace]}


def area_tree(areas: pd.DataFrame, categories: list[str], shape: str = "treemap", leaves: str = "workflow", level: str = "all") -> dict:
    """Nested areas without leaves, as :func:`category_tree`; ``areas``: one row an innermost area with its number of ``workflows``."""
    levels = [column for column in areas.columns if column != "workflows"]
    everything = int(areas["workflows"].sum())
    ids, labels, parents, values = [ROOT], ["All categories"], [""], [everything]
    colours, custom, hover = ["rgba(0,0,0,0)"], [[]], [f"<b>All categories</b><br>{plural(everything, leaves)}"]
    for depth in range(1, len(levels) + 1):
        groups = areas.groupby(levels[:depth], sort=False, observed=True)["workflows"].sum()
        for key, count in groups.items():
            key = key if isinstance(key, tuple) else (key,)
            ids.append(_id(key))
            labels.append(f"{text(key[-1])} · {count:,}")  # as part of the label: a heading shows nothing else
            parents.append(_id(key[:-1]))
            values.append(int(count))
            colours.append(hue("category", categories.index(key[0])))
            custom.append([list(pair) for pair in zip(levels, key, strict=False)])
            hover.append(f"<b>{text(key[-1])}</b><br>{plural(int(count), leaves)}")
    trace = {
        "type": shape,
        "ids": ids,
        "labels": labels,
        "parents": parents,
        "values": values,
        "branchvalues": "total",
        "level": level if level in ids else ROOT,
        "customdata": custom,
        "hovertext": hover,
        "hovertemplate": "%{hovertext}<extra></extra>",
        "marker": {"colors": colours, "line": {"width": 1, "color": "@surface"}},
        "textfont": {"color": [on(colour) if colour[0] == "@" else "@ink" for colour in colours], "size": 13},
        "sort": False,
    }
    if shape == "treemap":
        trace |= {
            "tiling": {"pad": 2, "packing": "squarify"},
            "maxdepth": len(levels) + 1,
            "texttemplate": "%{label}",
            "pathbar": {"visible": True, "thickness": 24, "textfont": {"color": "@ink", "size": 12}},
            "marker": trace["marker"] | {"pad": {"t": 22, "l": 3, "r": 3, "b": 3}, "cornerradius": 3},
            "root": {"color": "rgba(0,0,0,0)"},
        }
    else:
        trace |= {"maxdepth": len(levels), "insidetextorientation": "radial", "leaf": {"opacity": 1}}
    return {
        "data": [trace],
        "layout": layout(640, margin={"l": 0, "r": 0, "t": 4, "b": 4}, **({} if shape == "treemap" else {"uniformtext": _FITTING})),
        "narrow": {"height": 560},
    }


def _id(key: Iterable[str]) -> str:
    return SEPARATOR.join([ROOT, *map(str, key)])
