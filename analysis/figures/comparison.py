"""Things side by side as a matrix of shares."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from analysis.figures.style import axis, layout, text, wrapped
from analysis.words import FEW, of

_ROW_HEIGHT = 26


def side_by_side_heatmap(compared: pd.DataFrame, named: Mapping[str, str], single: bool) -> dict:
    """Share of workflows with each term, one column each compared; where they differ most comes first.

    ``compared``: the rows of one facet from :func:`analysis.comparing.compare`. ``single``: each is one workflow, and a cell
    says whether it has the term. A click gives ``[compared, term]``, of single workflows ``[term]``.
    """
    shares = compared["share"].unstack("compared", sort=False).droplevel("facet")
    spread = (shares.max(axis=1) - shares.min(axis=1)).sort_values(ascending=False, kind="stable")
    shares = shares.loc[spread.index]
    cells = compared.droplevel("facet").to_dict("index")
    y, x = [text(term) for term in shares.index], list(shares.columns)
    rows = [[cells[term, one] for one in x] for term in shares.index]
    trace = {
        "type": "heatmap",
        "x": x,
        "y": y,
        "z": shares.round(6).astype(object).where(shares.notna(), None).to_numpy().tolist(),
        "text": [[_cell(cell, single) for cell in row] for row in rows],
        "texttemplate": "%{text}",
        "textfont": {"size": 12, "color": "@cell"},
        "customdata": [[[term] if single else [one, term] for one in x] for term in shares.index],
        "hovertext": [
            [f"<b>{wrapped(named[one], 40)}</b><br>{text(term)}<br>{_said(cell, single)}" for one, cell in zip(x, row, strict=True)]
            for term, row in zip(shares.index, rows, strict=True)
        ],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "showscale": False,
        "xgap": 3,
        "ygap": 2,
        "colorscale": "@scale",
        "zmin": 0,
        "zmax": 1.6 if single else 1,  # yes and no need less contrast than shares
    }
    heads, narrow = ([wrapped(named[one], width) for one in x] for width in (20, 12))
    height, narrow_height = (_ROW_HEIGHT * max(len(y), 2) + 24 + 17 * _lines(labels) for labels in (heads, narrow))
    return {
        "data": [trace],
        "layout": layout(
            height,
            xaxis=axis(type="category", side="top", showgrid=False, ticks="", tickvals=x, ticktext=heads, tickangle=0),
            yaxis=axis(type="category", autorange="reversed", showgrid=False, ticks="", tickvals=y, ticktext=[f"{label} " for label in y]),
        ),
        "narrow": {"height": narrow_height, "xaxis": {"ticktext": narrow}},
        "min_width": 180 + 90 * len(x),
    }


def _lines(labels: list[str]) -> int:
    return max(label.count("<br>") + 1 for label in labels)


def _cell(cell: dict, single: bool) -> str:
    if not cell["n"]:
        return "–"
    if single:
        return "●" if cell["count"] else ""
    marked = "•" if cell["q"] < 0.05 else ""
    return (f"{cell['count']:.0f} of {cell['n']:.0f}" if cell["n"] < FEW else f"{cell['share']:.0%}") + marked


def _said(cell: dict, single: bool) -> str:
    if not cell["n"]:
        return "not stated"
    if single:
        return "yes" if cell["count"] else "no"
    said = f"{of(int(cell['count']), int(cell['n']))}<br>95% interval {cell['low']:.0%} to {cell['high']:.0%}"
    return said + (f"<br>{cell['elsewhere']:.0%} of the others, q = {cell['q']:.2g}" if cell["q"] == cell["q"] else "")
