"""The map of workflows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.figures.style import axis, hue, layout, text, wrapped
from atlas_data.unstated import stated

# A group has no colour of its own anywhere else, and its number stands in its middle.
_GROUP_HUES = [*(hue("layer", i) for i in range(6)), hue("category", 3), "@plain"]


def workflow_map(points: pd.DataFrame, groups: pd.DataFrame, colour: str, terms: Sequence[str]) -> dict:
    """One dot a workflow at ``x``, ``y``, coloured by ``"category"``, ``"stage"`` (``terms``: all of them, in the order of the taxonomy)
    or ``"group"``; the number of a group in its middle.

    ``points`` and ``groups`` from :func:`analysis.space`. A click gives ``[["workflow", id]]``, a lasso a list of these.
    """
    if colour == "group":
        leading = (named[0][1] if named else name for name, named in zip(groups["name"], groups["terms"], strict=True))
        classes = [(g, f"{g} · {name}", _GROUP_HUES[g - 1]) for g, name in zip(groups.index, leading, strict=True)]
    else:
        said = stated(terms)
        hues = [hue(colour, place) if one else "@plain" for one, place in zip(said, (np.cumsum(said) - 1).tolist(), strict=True)]
        classes = [(name, name, shade) for name, shade in zip(terms, hues, strict=True)]
    dots = {
        "x": points["x"].round(4).tolist(),
        "y": points["y"].round(4).tolist(),
        "customdata": [[["workflow", workflow]] for workflow in points.index],
        "hovertext": _hover(points, groups),
    }
    edge = "@muted" if colour == "stage" else "@surface"  # early stages are nearly as light as the page
    held = points[colour].to_numpy(object)
    inside = {value: np.flatnonzero(held == value).tolist() for value, _, _ in classes}
    traces = [
        {
            "type": "scatter",
            "mode": "markers",
            "name": text(name),
            **{field: [values[i] for i in inside[value]] for field, values in dots.items()},
            "marker": {"color": shade, "size": 10, "opacity": 0.85, "line": {"width": 1, "color": edge}},
            "hovertemplate": "%{hovertext}<extra></extra>",
        }
        for value, name, shade in classes
        if inside[value]
    ]
    middles = points.loc[groups["medoid"]]
    numbers = [
        {"x": x, "y": y, "text": f"<b>{g}</b>", "showarrow": False, "font": {"size": 13, "color": "@ink"}, "bgcolor": "@surface",
         "bordercolor": "@ink", "borderpad": 2, "yshift": 16, "opacity": 0.9}
        for g, x, y in zip(groups.index, middles["x"].round(4), middles["y"].round(4), strict=True)
    ]  # fmt: skip
    bare = {"showgrid": False, "showline": False, "showticklabels": False, "ticks": ""}
    return {
        "data": traces,
        "layout": layout(
            620,
            dragmode="lasso",
            hovermode="closest",
            margin={"l": 8, "r": 8, "t": 8, "b": 8},
            xaxis=axis(**bare),
            yaxis=axis(**bare, scaleanchor="x"),
            annotations=numbers,
            newselection={"line": {"color": "@accent", "width": 2, "dash": "dot"}},
            showlegend=True,
            legend={"orientation": "h", "y": -0.02, "yanchor": "top", "x": 0, "itemclick": False, "itemdoubleclick": False,
                    "font": {"size": 12}},
        ),
        # A finger that moves over the map scrolls the page.
        "narrow": {"dragmode": False, "height": 560, "legend": {"font": {"size": 10}}},
    }  # fmt: skip


def _hover(points: pd.DataFrame, groups: pd.DataFrame) -> list[str]:
    titles = {workflow: wrapped(title, 44) for workflow, title in zip(points.index, points["title"], strict=True)}
    told = {0: "", **{group: f"<br>Group {group}: {wrapped(name, 44)}" for group, name in groups["name"].items()}}
    lines = zip(titles.values(), points["category"], points["stage"], points["group"], points["nearest"], strict=True)
    return [
        f"<b>{title}</b><br>{text(category)} · {text(stage)}{told[group]}<br>Nearest: {titles[nearest]}"
        for title, category, stage, group, nearest in lines
    ]
