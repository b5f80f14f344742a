"""A matrix as a heatmap."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

import numpy as np
import pandas as pd

from analysis.axes import INSIDE, Axis
from analysis.difference import Difference
from analysis.figures.style import axis, layout, text, wrapped
from analysis.matrix import MEASURES, CrossTable
from analysis.words import of, plural

LABELS = {
    "count": "Workflows",
    "row_share": "Share of row",
    "column_share": "Share of column",
    "lift": "Lift",
    "expected": "Expected",
    "log_odds": "Log odds ratio",
    "log_odds_low": "Log odds, low end",
    "log_odds_high": "Log odds, high end",
    "residual": "Adjusted residual",
    "p": "p (Fisher)",
    "q": "q (FDR)",
}
_SHARES = ("row_share", "column_share")
_CENTRES = {"lift": 0.0, "log_odds": 0.0, "log_odds_low": 0.0, "log_odds_high": 0.0, "residual": 0.0, "difference": 0.0}
_ROW_HEIGHT = 26
_UPRIGHT_COLUMN = 96  # pixels that a name that stands upright needs
_UPRIGHT = 8  # up to this many columns their names stand upright
_LONGEST = 48, 34  # characters of a name beside a matrix, and above it
_LONGEST_NARROW = 32  # beside a matrix on a phone
_BARS = 54  # height of the bars above a matrix, with the gap below them


def matrix_heatmap(
    table: CrossTable,
    measure: str,
    rows: pd.Index,
    columns: pd.Index,
    blocks: Sequence[tuple[Sequence[str], Sequence[str]]] = (),
    totals: bool = False,
) -> dict:
    """One measure of a cross table, in the given order of rows and columns.

    Cells with q < 0.05 carry a dot, cells with an expected count below 5 a lighter number. A click on a cell gives
    ``[row term, column term]``, or all terms of a nested row or column. ``blocks``: rows and columns to draw a border
    around, neighbours in this order. ``totals``: bars of each row's and column's workflows beside the matrix.
    """
    assert set(LABELS) == set(MEASURES)
    cells = matrix_cells(table, measure, rows, columns)
    figure = framed(cells, table.axes, rows, columns, f"{rows.name} {columns.name}", blocks)
    if totals:
        _add_totals(figure, table, rows, columns)
    at = _places(table, rows, columns)
    pairs = 2 if table.itself else 1  # a pair of terms of one facet has two cells
    q = table.q[at]
    return figure | {
        "few": int(table.few[at].sum()) // pairs,
        "marked": int((q < 0.05).sum()) // pairs,
        "above": int(((q < 0.05) & (table.residual[at] > 0)).sum()) // pairs,
    }


def difference_heatmap(
    found: Difference, rows: pd.Index, columns: pd.Index, names: tuple[str, str], blocks: Sequence[tuple[Sequence[str], Sequence[str]]] = ()
) -> dict:
    """The difference of two selections' shares in percentage points; ``names`` are theirs. Marks and clicks as in a matrix."""
    cells = difference_cells(found, rows, columns, names)
    figure = framed(cells, found.first.axes, rows, columns, f"{rows.name} {columns.name}", blocks)
    at = _places(found.first, rows, columns)
    return figure | {"few": int(found.few[at].sum()), "marked": int((found.q[at] < 0.05).sum())}


def matrix_cells(table: CrossTable, measure: str, rows: pd.Index, columns: pd.Index, within: Sequence[CrossTable] = ()) -> dict:
    """The heatmap trace of one measure. ``within``: the tables whose values share its colour scale, none for its own."""
    at = _places(table, rows, columns)
    values, *others = (_coloured(found, measure)[at] for found in (table, *within))
    numbers = _numbers(table.measure(measure).to_numpy(dtype=float)[at], measure, "%" if len(columns) <= _UPRIGHT else "")
    return _trace(
        rows, columns, values, _marked(numbers, table.q[at], table.few[at]), _hover(table, at, rows, columns),
        clicked(table.axes, rows, columns), colour(np.concatenate(others) if others else values, measure),
    )  # fmt: skip


def difference_cells(found: Difference, rows: pd.Index, columns: pd.Index, names: tuple[str, str]) -> dict:
    """The heatmap trace of a difference."""
    at = _places(found.first, rows, columns)
    values = found.difference[at]
    form = np.where(np.isfinite(values), np.char.mod("%+d", np.rint(100 * np.nan_to_num(values))), "")
    return _trace(
        rows, columns, values, _marked(form, found.q[at], found.few[at]), _difference_hover(found, at, rows, columns, names),
        clicked(found.first.axes, rows, columns), colour(values, "difference"),
    )  # fmt: skip


def framed(
    cells: dict,
    axes: tuple[Axis, Axis] | None,
    rows: pd.Index,
    columns: pd.Index,
    kind: str,
    blocks: Sequence[tuple[Sequence[str], Sequence[str]]] = (),
) -> dict:
    """A figure of one heatmap trace with its names; ``kind``: figures of one kind keep their margins."""
    sides = list(zip(axes or (None, None), (rows, columns), strict=True))
    row_names, column_names = (names(*side, most) for side, most in zip(sides, _LONGEST, strict=True))
    few_columns = len(columns) <= _UPRIGHT
    ticks = [wrapped(c, 16) if few_columns else text(c) for c in (columns if few_columns else column_names)]
    head = 64 if few_columns else 44 + 5 * max(map(len, column_names))
    return {
        "data": [cells],
        "layout": layout(
            head + _ROW_HEIGHT * max(len(rows), 2),
            margin={"l": 8, "r": 8 if few_columns else 64, "t": 8, "b": 8},
            uirevision=f"{kind} {head}",
            xaxis=axis(side="top", tickangle=0 if few_columns else -45, showgrid=False, ticks="", tickvals=cells["x"], ticktext=ticks),
            yaxis=axis(
                autorange="reversed",
                showgrid=False,
                ticks="",
                tickvals=cells["y"],
                ticktext=[f"{text(r)} " for r in row_names],
                tickfont={"color": "@ink", "size": 11 if not few_columns and max(map(len, row_names)) > _LONGEST[1] else 13},
            ),
            **({"shapes": _borders(blocks, rows, columns)} if len(blocks) else {}),
        ),
        "narrow": {
            **({"xaxis": {"tickfont": {"size": 11}}} if few_columns else {}),
            "yaxis": {"ticktext": [f"{text(r)} " for r in names(*sides[0], _LONGEST_NARROW)], "tickfont": {"size": 10}},
        },
        "min_width": 50 + 6 * max(map(len, row_names), default=0) + (_UPRIGHT_COLUMN if few_columns else 30) * len(columns),
    }


def names(side: Axis | None, terms: pd.Index, most: int = _LONGEST[1]) -> list[str]:
    """Names short enough to stand beside a matrix. Where one facet is inside another a run of rows names the outer once."""
    if side is None or not side.nested:
        return [_short(term, most) for term in terms]
    parts = [side.parts[place] for place in side.terms.get_indexer(terms)]
    half = most // 2 - 1
    return [
        ("" if before and before[0] == outer else _short(outer, half)) + INSIDE + _short(inner, half)
        for before, (outer, inner) in zip([None, *parts], parts, strict=False)
    ]


def clicked(axes: tuple[Axis, Axis] | None, rows: pd.Index, columns: pd.Index) -> list:
    """What a click on each cell gives: the terms of its row and its column."""
    ours, theirs = (_parts(side, terms) for side, terms in zip(axes or (None, None), (rows, columns), strict=True))
    return [[[*row, *column] for column in theirs] for row in ours]


def colour(values: np.ndarray, measure: str) -> dict:
    """Colour scale and range of a measure for these values."""
    finite = values[np.isfinite(values)]
    if measure in ("p", "q"):
        return {"colorscale": "@scale", "reversescale": True, "zmin": 0, "zmax": 0.2}
    if measure in _CENTRES:
        centre = _CENTRES[measure]
        reach = max(float(np.nanquantile(np.abs(finite - centre), 0.98)) if finite.size else 1.0, 0.1)
        return {"colorscale": "@diverging", "zmid": centre, "zmin": centre - reach, "zmax": centre + reach}
    top = 1.0 if measure in _SHARES else float(finite.max()) if finite.size else 1.0
    return {"colorscale": "@scale", "zmin": 0, "zmax": max(top, 1e-9)}


def _coloured(table: CrossTable, measure: str) -> np.ndarray:
    """The values that colours follow: those of the measure. Of lift the logarithm to base 2, so that half as many as expected
    stand as far from it as twice as many, with half a workflow added to both counts, so that rare terms stay pale."""
    if measure != "lift":
        return table.measure(measure).to_numpy(dtype=float)
    return np.where(np.isnan(table.lift), np.nan, np.log2((table.both + 0.5) / (table.expected + 0.5)))


def _trace(rows: pd.Index, columns: pd.Index, values: np.ndarray, texts: list, hover: list, custom: list, colours: dict) -> dict:
    return {
        "type": "heatmap",
        "x": [text(term) for term in columns.tolist()],
        "y": [text(term) for term in rows.tolist()],
        "z": [[round(v, 6) if isfinite(v) else None for v in row] for row in values.tolist()],
        "text": texts,
        "texttemplate": "%{text}",
        "textfont": {"size": 11, "color": "@cell"},
        "customdata": custom,
        "hovertext": hover,
        "hovertemplate": "%{hovertext}<extra></extra>",
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
        **colours,
    }


def _places(table: CrossTable, rows: pd.Index, columns: pd.Index) -> tuple:
    return np.ix_(table.row_terms.get_indexer(rows), table.column_terms.get_indexer(columns))


def _parts(side: Axis | None, terms: pd.Index) -> list:
    return [(term,) for term in terms.tolist()] if side is None else [side.parts[place] for place in side.terms.get_indexer(terms)]


def _short(term: str, most: int) -> str:
    return term if len(term) <= most else term[: most - 1].rstrip() + "…"


def _borders(blocks: Sequence[tuple[Sequence[str], Sequence[str]]], rows: pd.Index, columns: pd.Index) -> list[dict]:
    shapes = []
    for sides in blocks:
        if all(map(len, sides)):
            (top, bottom), (left, right) = (
                (min(places), max(places))
                for places in (terms.get_indexer(list(inside)).tolist() for terms, inside in zip((rows, columns), sides, strict=True))
            )
            ends = {"x0": left - 0.5, "x1": right + 0.5, "y0": top - 0.5, "y1": bottom + 0.5}
            shapes.append({"type": "rect", "xref": "x", "yref": "y", **ends, "line": {"color": "@ink", "width": 2}})
    return shapes


def _add_totals(figure: dict, table: CrossTable, rows: pd.Index, columns: pd.Index) -> None:
    """Bars of workflows: one a row on the right, one a column on top, each in line with its cells."""
    cells, frame = figure["data"][0], figure["layout"]
    inside = _ROW_HEIGHT * max(len(rows), 2)
    high = inside / (inside + _BARS)
    blank = [None] * (len(table.axes[1].facets) if table.axes else 1), [None] * (len(table.axes[0].facets) if table.axes else 1)
    of_rows, of_columns = table.rows[table.row_terms.get_indexer(rows)], table.columns[table.column_terms.get_indexer(columns)]
    ours, theirs = (_parts(side, terms) for side, terms in zip(table.axes or (None, None), (rows, columns), strict=True))
    right = {"orientation": "h", "x": of_rows.tolist(), "y": cells["y"], "xaxis": "x2", "yaxis": "y",
             "customdata": [[*part, *blank[0]] for part in ours]}  # fmt: skip
    above = {"x": cells["x"], "y": of_columns.tolist(), "xaxis": "x", "yaxis": "y2", "customdata": [[*blank[1], *part] for part in theirs]}
    for bars, labels, counts in ((right, cells["y"], of_rows), (above, cells["x"], of_columns)):
        counts = counts.tolist()
        figure["data"].append(
            {
                "type": "bar", "marker": {"color": "@plain"}, "width": 0.8, "text": [f"{count:,}" for count in counts],
                "textposition": "outside", "textfont": {"size": 11, "color": "@muted"}, "textangle": 0, "cliponaxis": False,
                "hovertext": [f"<b>{label}</b><br>{of(count, table.n)}" for label, count in zip(labels, counts, strict=True)],
                "hovertemplate": "%{hovertext}<extra></extra>", **bars,
            }
        )  # fmt: skip
    hidden = {"visible": False, "fixedrange": True}
    frame["height"] += _BARS
    frame["uirevision"] += " totals"
    frame["xaxis"] |= {"domain": [0, 0.88], "anchor": "y2"}
    frame["yaxis"] |= {"domain": [0, high - 0.005]}
    frame["xaxis2"] = hidden | {"domain": [0.885, 1], "range": [0, 1.45 * max(of_rows.max(initial=1), 1)], "anchor": "y"}
    frame["yaxis2"] = hidden | {"domain": [high, 1], "range": [0, 1.5 * max(of_columns.max(initial=1), 1)], "anchor": "x"}


def _numbers(values: np.ndarray, measure: str, sign: str) -> np.ndarray:
    """``sign``: what stands behind a share; many columns leave no room for it."""
    known = np.nan_to_num(values)
    if measure in _SHARES:
        form = np.char.add(np.char.mod("%d", np.rint(100 * known)), sign)
    else:
        decimals = 0 if measure == "count" else 1
        form = np.char.mod("%.2g", known) if measure in ("p", "q") else np.char.mod(f"%.{decimals}f", np.round(known, decimals) + 0.0)
    return np.where(np.isfinite(values), form, "")


def _marked(form: np.ndarray, q: np.ndarray, few: np.ndarray) -> list[list[str]]:
    form = np.where(few & (form != ""), np.char.add(np.char.add("<i>", form), "</i>"), form)
    return np.where(q < 0.05, np.char.add(form, "•"), form).tolist()


def _hover(table: CrossTable, at: tuple, rows: pd.Index, columns: pd.Index) -> list[list[str]]:
    totals = table.rows[at[0].ravel()].tolist()
    cells = [m[at].tolist() for m in (table.both, table.expected, table.lift, table.q, table.few)]
    columns = [text(column) for column in columns]
    lines = []
    for row, total, *values in zip(map(text, rows), totals, *cells, strict=True):
        line = []
        for column, both, expected, lift, q, few in zip(columns, *values, strict=True):
            note = f"<br>{lift:.1f} × the expected {expected:.1f}" if isfinite(lift) else ""
            note += f", q = {q:.2g}" if isfinite(q) else ""
            note += "<br>few expected: read with care" if few else ""
            line.append(f"<b>{row} × {column}</b><br>{of(both, total)}{note}")
        lines.append(line)
    return lines


def _difference_hover(found: Difference, at: tuple, rows: pd.Index, columns: pd.Index, of_whom: tuple[str, str]) -> list[list[str]]:
    counts = [table.both[at].tolist() for table in (found.first, found.second)]
    totals = [total[at].tolist() for total in found.totals]
    cells = [values[at].tolist() for values in (found.difference, *found.interval, found.q, found.few)]
    first, second = map(text, of_whom)
    columns = [text(column) for column in columns]
    lines = []
    for row, *values in zip(map(text, rows), *counts, *totals, *cells, strict=True):
        line = []
        for column, here, there, n, m, gap, low, high, q, few in zip(columns, *values, strict=True):
            said = [f"<b>{row} × {column}</b>", *(f"{who}: {_part(*part)}" for who, part in ((first, (here, n)), (second, (there, m))))]
            if isfinite(gap):
                said.append(f"{100 * gap:+.0f} points (95% interval {100 * low:+.0f} to {100 * high:+.0f})")
            if isfinite(q):
                said[-1] += f", q = {q:.2g}"
            line.append("<br>".join([*said, *(["few expected: read with care"] if few else [])]))
        lines.append(line)
    return lines


def _part(count: int, total: int) -> str:
    return of(count, total) if total else plural(0, "workflow")
