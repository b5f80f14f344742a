"""Several matrices side by side."""

from __future__ import annotations

from collections.abc import Sequence
from re import sub

import numpy as np
import pandas as pd

from analysis.difference import Difference
from analysis.figures.heatmap import colour, difference_cells, matrix_cells, names
from analysis.figures.style import axis, layout, text, wrapped
from analysis.matrix import CrossTable
from analysis.words import FEW, capital, plural

_ROW, _TITLE, _CELL, _GAP = 19, 34, 13, 14  # heights of a row and a title, least width of a cell, gap between panels, in px
_PLOT = 640  # width of the cells of all panels on a laptop
_DOUBLED = {-3: "1/8", -2: "1/4", -1: "1/2", 0: "1", 1: "2", 2: "4", 3: "8"}  # lifts by their logarithm to base 2
_LETTER = 4.7  # width of a letter in the smallest type that can be read


def small_multiples(panels: dict[str, CrossTable], measure: str, rows: pd.Index, columns: pd.Index) -> dict:
    """One measure of each cross table on one colour scale, titled with its name and n. A click on a cell gives the terms of
    its row and column and the name of the panel."""
    drawn = []
    for name, table in panels.items():
        cells = matrix_cells(table, measure, rows, columns, within=list(panels.values()))
        cells["customdata"] = [[[*terms, name] for terms in line] for line in cells["customdata"]]
        drawn.append((name, table.n, cells))
    drawn[0][-1].update(_scale(drawn[0][-1], 0, percent=measure in ("row_share", "column_share")))
    if measure == "lift":
        drawn[0][-1]["colorbar"] |= {"tickvals": list(_DOUBLED), "ticktext": list(_DOUBLED.values())}
    across = 3 if len(columns) <= 9 else 2 if len(columns) <= 30 else 1
    q = np.stack([table.q for table in panels.values()])
    return _grid(drawn, next(iter(panels.values())), rows, columns, across, measure) | {"marked": int((q < 0.05).sum())}


def side_by_side(found: Difference, rows: pd.Index, columns: pd.Index, of_whom: tuple[str, str]) -> dict:
    """The shares of two selections on one colour scale, and their difference. The cells of the second open nothing."""
    at = np.ix_(found.first.row_terms.get_indexer(rows), found.first.column_terms.get_indexer(columns))
    change = difference_cells(found, rows, columns, of_whom)
    scale = colour(np.concatenate([share[at] for share in found.shares]), "share")
    drawn = []
    for name, table, share in zip(of_whom, (found.first, found.second), found.shares, strict=True):
        shown = np.round(share[at], 6)
        texts = np.where(np.isfinite(shown), np.char.mod("%d", np.rint(100 * np.nan_to_num(shown))), "").tolist()
        z = [[None if np.isnan(value) else value for value in line] for line in shown.tolist()]
        cells = {key: value for key, value in change.items() if key != "zmid"} | scale | {"z": z, "text": texts}
        drawn.append((capital(name), table.n, cells))
    del drawn[1][-1]["customdata"]
    drawn[0][-1].update(_scale(drawn[0][-1], 0, percent=True))
    drawn.append(("Difference", None, change | _scale(change, 1, percent=True)))
    across = 3 if len(columns) <= 30 else 1
    return _grid(drawn, found.first, rows, columns, across, found.share) | {
        "few": int(found.few[at].sum()), "marked": int((found.q[at] < 0.05).sum()),
    }  # fmt: skip


def _title(name: str, n: int | None, width: int) -> str:
    lines = wrapped(name, width).split("<br>")
    if n is None:
        return f"<b>{'<br>'.join(lines)}</b>"
    said = f"n = {n:,}{', few' if n < FEW else ''}"
    return f"<b>{'<br>'.join(lines)}</b>{', ' if len(lines[-1]) + len(said) < width else '<br>'}{said}"


def _thinned(cells: dict, width: float) -> dict:
    """The numbers in cells where the longest has room, else the marks of those with q < 0.05 alone."""
    longest = max((len(sub("<[^>]+>", "", number)) for line in cells["text"] for number in line), default=0)
    if width >= _LETTER * longest:
        return cells
    return cells | {"text": [["•" if number.endswith("•") else "" for number in line] for line in cells["text"]]}


def _scale(cells: dict, place: int, percent: bool = False) -> dict:
    form = {"tickformat": "+.0%" if "zmid" in cells else ".0%"} if percent else {}
    bar = {"thickness": 9, "len": 150, "lenmode": "pixels", "y": 1, "yanchor": "top", "x": 1.01 + 0.07 * place, "xpad": 4,
           "outlinewidth": 0, "tickfont": {"size": 10, "color": "@muted"}, **form}  # fmt: skip
    return {"showscale": True, "colorbar": bar}


def _grid(
    drawn: Sequence[tuple[str, int | None, dict]], table: CrossTable, rows: pd.Index, columns: pd.Index, across: int, kind: str
) -> dict:
    """Panels in lines of ``across``, with row names on the left and column names below the last panel of each column."""
    across = min(across, len(drawn))
    lines = -(-len(drawn) // across)
    height, gap = _ROW * max(len(rows), 3), _GAP / _PLOT
    titled = [_title(*named, 92 // across) for *named, _ in drawn]
    head_height = _TITLE + 15 * max(title.count("<br>") for title in titled)
    whole = lines * (height + head_height)
    thinned = [_thinned(cells, _PLOT / across / len(columns)) for *_, cells in drawn]
    row_names, column_names = (names(side, terms) for side, terms in zip(table.axes or (None, None), (rows, columns), strict=True))
    head = 5.6 * max(map(len, column_names)) + 16
    tight = across > 2 and len(columns) > 9
    angle = -90 if tight or len(drawn) % across else -60  # slanted names would run into a panel of the line below
    size = 9 if tight else 10
    frame, traces, titles = {}, [], []
    for i, (title, cells) in enumerate(zip(titled, thinned, strict=True)):
        line, place = divmod(i, across)
        key = str(i + 1) if i else ""
        left = place / across + (gap / 2 if place else 0)
        top = 1 - (line * (height + head_height) + head_height) / whole
        last = i + across >= len(drawn)
        shared = {"showgrid": False, "ticks": "", "tickfont": {"size": size, "color": "@ink"}}
        frame[f"xaxis{key}"] = axis(
            domain=[left, (place + 1) / across - (gap / 2 if place < across - 1 else 0)], anchor=f"y{key}", side="bottom", tickangle=angle,
            showticklabels=last, tickvals=cells["x"], ticktext=[text(name) for name in column_names], **shared,
        )  # fmt: skip
        frame[f"yaxis{key}"] = axis(
            domain=[top - height / whole, top], anchor=f"x{key}", autorange="reversed", showticklabels=not place,
            tickvals=cells["y"], ticktext=[f"{text(name)} " for name in row_names], **shared,
        )  # fmt: skip
        titles.append(
            {"text": title, "xref": "paper", "yref": "paper", "x": left, "y": top, "xanchor": "left", "yanchor": "bottom",
             "yshift": 3, "align": "left", "showarrow": False, "font": {"size": 12, "color": "@ink"}}
        )  # fmt: skip
        traces.append(cells | {"xaxis": f"x{key}", "yaxis": f"y{key}", "xgap": 1, "ygap": 1})
    return {
        "data": traces,
        "layout": layout(
            round(whole + head),
            margin={"l": 8, "r": 8, "t": 4, "b": 8},
            uirevision=f"{kind} {len(drawn)} {head}",
            annotations=titles,
            **frame,
        ),
        "narrow": {},
        "numbered": any(number.strip("•") for line in thinned[-1]["text"] for number in line),
        "min_width": 260 + across * len(columns) * (_CELL if across < 3 else 9),
    }


def sizes(panels: dict[str, CrossTable]) -> str:
    """Which panels rest on few workflows, in words; empty when none does."""
    few = [f"{name} ({plural(table.n, 'workflow')})" for name, table in panels.items() if table.n < FEW]
    return f" Few workflows: {', '.join(few)}." if few else ""
