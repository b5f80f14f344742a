"""A matrix as a heatmap."""

from __future__ import annotations

from math import isfinite

import numpy as np
import pandas as pd

from analysis.figures.style import axis, layout, text, wrapped
from analysis.matrix import MEASURES, CrossTable
from analysis.words import of

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
_CENTRES = {"lift": 1.0, "log_odds": 0.0, "log_odds_low": 0.0, "log_odds_high": 0.0, "residual": 0.0}
_ROW_HEIGHT = 26
_UPRIGHT = 8  # up to this many columns their names stand upright


def matrix_heatmap(table: CrossTable, measure: str, rows: pd.Index, columns: pd.Index) -> dict:
    """One measure of a cross table, in the given order of rows and columns.

    Cells with q < 0.05 carry a dot, cells with an expected count below 5 a lighter number. A click on a cell gives
    ``[row term, column term]``.
    """
    assert set(LABELS) == set(MEASURES)
    at = np.ix_(table.row_terms.get_indexer(rows), table.column_terms.get_indexer(columns))
    values = table.measure(measure).to_numpy(dtype=float)[at]
    q, few = table.q[at], table.few[at]
    shown = np.where(np.isfinite(values), values, np.nan)
    of_rows, of_columns = rows.name, columns.name
    rows, columns = rows.tolist(), columns.tolist()
    x, y = [text(term) for term in columns], [text(term) for term in rows]
    trace = {
        "type": "heatmap",
        "x": x,
        "y": y,
        "z": _plain(shown),
        "text": _cell_texts(values, measure, q, few),
        "texttemplate": "%{text}",
        "textfont": {"size": 11},
        "customdata": [[[row, column] for column in columns] for row in rows],
        "hovertext": _hover(table, at, y, x),
        "hovertemplate": "%{hovertext}<extra></extra>",
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
        **_colour(shown, measure),
    }
    pairs = 2 if table.itself else 1  # a pair of terms of one facet has two cells
    few_columns = len(columns) <= _UPRIGHT
    ticks = [wrapped(c, 16) if few_columns else _short(c) for c in columns]
    head = 64 if few_columns else 44 + 5 * min(max(map(len, columns), default=0), 34)
    return {
        "data": [trace],
        "layout": layout(
            head + _ROW_HEIGHT * max(len(rows), 2),
            margin={"l": 8, "r": 8 if few_columns else 64, "t": 8, "b": 8},
            uirevision=f"{of_rows} {of_columns} {head}",  # while it stays, the chart keeps its margins
            xaxis=axis(side="top", tickangle=0 if few_columns else -45, showgrid=False, ticks="", tickvals=x, ticktext=ticks),
            yaxis=axis(autorange="reversed", showgrid=False, ticks="", tickvals=y, ticktext=[f"{_short(r)} " for r in rows]),
        ),
        "narrow": {"xaxis": {"tickangle": -60}} if few_columns else {},
        "min_width": 200 + 30 * len(columns) if not few_columns else None,
        "few": int(few.sum()) // pairs,
        "marked": int((q < 0.05).sum()) // pairs,
        "above": int(((q < 0.05) & (table.residual[at] > 0)).sum()) // pairs,
    }


def _short(term: str) -> str:
    return text(term if len(term) <= 34 else term[:33].rstrip() + "…")


def _plain(values: np.ndarray) -> list[list[float | None]]:
    return [[round(v, 6) if isfinite(v) else None for v in row] for row in values.tolist()]


def _colour(values: np.ndarray, measure: str) -> dict:
    finite = values[np.isfinite(values)]
    if measure in ("p", "q"):
        return {"colorscale": "@scale", "reversescale": True, "zmin": 0, "zmax": 0.2}
    if measure in _CENTRES:
        centre = _CENTRES[measure]
        reach = float(np.nanquantile(np.abs(finite - centre), 0.98)) if finite.size else 1.0
        return {
            "colorscale": "@diverging",
            "zmid": centre,
            "zmin": centre - max(reach, 0.1),
            "zmax": centre + max(reach, 0.1),
        }
    top = 1.0 if measure in _SHARES else float(finite.max()) if finite.size else 1.0
    return {"colorscale": "@scale", "zmin": 0, "zmax": max(top, 1e-9)}


def _cell_texts(values: np.ndarray, measure: str, q: np.ndarray, few: np.ndarray) -> list[list[str]]:
    if measure == "count":
        form = np.char.mod("%d", np.nan_to_num(values))
    elif measure in _SHARES:
        form = np.char.add(np.char.mod("%d", np.rint(100 * np.nan_to_num(values))), "%")
    elif measure in ("p", "q"):
        form = np.char.mod("%.2g", np.nan_to_num(values))
    else:
        form = np.char.mod("%.1f", np.nan_to_num(values))
    form = np.where(np.isfinite(values), form, "")
    form = np.where(few & (form != ""), np.char.add(np.char.add("<i>", form), "</i>"), form)
    form = np.where(q < 0.05, np.char.add(form, "•"), form)
    return form.tolist()


def _hover(table: CrossTable, at: tuple, rows: list[str], columns: list[str]) -> list[list[str]]:
    totals = table.rows[at[0].ravel()].tolist()
    cells = [m[at].tolist() for m in (table.both, table.expected, table.lift, table.q, table.few)]
    lines = []
    for row, total, *values in zip(rows, totals, *cells, strict=True):
        line = []
        for column, both, expected, lift, q, few in zip(columns, *values, strict=True):
            note = f"<br>{lift:.1f} × as expected ({expected:.1f})" if isfinite(lift) else ""
            note += f", q = {q:.2g}" if isfinite(q) else ""
            note += "<br>few expected: read with care" if few else ""
            line.append(f"<b>{row} × {column}</b><br>{of(both, total)}{note}")
        lines.append(line)
    return lines
