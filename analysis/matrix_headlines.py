"""What a matrix says in a sentence, from the numbers it shows: true for any selection."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from analysis.difference import Difference
from analysis.matrix import CrossTable
from analysis.words import FEW, listed, of, plural, small
from atlas_data.unstated import stated


def matrix_headline(table: CrossTable, measure: str) -> str:
    """The largest cell of what a matrix shows; of what compares with independence, among the pairs that hold up."""
    if measure in ("count", "expected", "row_share", "column_share"):
        return _largest_cell(table, measure)
    if table.untested is not None and table.untested.all():
        return "Rows and columns share a facet, so no pair can be tested"
    strongest = hot_cells(table, limit=1, by=measure)
    return f"Strongest: {strongest['words'].iloc[0]}" if len(strongest) else "No pair stands clearly above expectation"


def _largest_cell(table: CrossTable, measure: str) -> str:
    """The cell with the most workflows, or the largest share, and how many are as large.

    What is not stated is left out; as long as there are others, pairs that follow from how the axes are made are too, and, which is
    said where it matters, shares of fewer than 15 workflows and terms that all workflows have, as those the filter asks for.
    """
    total = np.broadcast_to(table.columns if measure == "column_share" else table.rows[:, None], table.both.shape)
    values = np.nan_to_num(table.measure(measure).to_numpy(dtype=float))
    rows, columns = _stated_lines(table)
    shown = np.logical_and.outer(rows, columns)
    if not table.both[shown].any():
        return "No workflow has a term of both"

    def without(left: np.ndarray) -> np.ndarray:
        return shown & ~left if (shown & ~left & (table.both > 0)).any() else shown

    if table.untested is not None:
        shown = without(table.untested)
    said, of_all = "", values[shown].max()
    if measure.endswith("share"):
        shown = without(total < FEW)
        said = f" of {FEW} workflows or more" if values[shown].max() < of_all else ""
        of_all = values[shown].max()
    everywhere: dict[str, None] = {}
    for terms, all_have in (
        (table.row_terms, ((table.rows == table.n) & rows)[:, None]),
        (table.column_terms, (table.columns == table.n) & columns),
    ):
        kept = without(np.broadcast_to(all_have, shown.shape))
        everywhere |= dict.fromkeys(terms[all_have.ravel()]) if (kept != shown).any() else {}
        shown = kept
    if values[shown].max() < of_all:
        said += f" besides {listed(list(everywhere), most=2)}, which all have"
    largest = shown & np.isclose(values, values[shown].max())
    row, column = np.unravel_index(np.where(largest, table.both, -1).argmax(), largest.shape)  # of equal shares, that of the most workflows
    equal = np.argwhere(largest)
    if table.itself and not measure.endswith("share"):  # each pair stands on both sides of the diagonal
        equal = np.unique(np.sort(equal, axis=1), axis=0)
    names, count = f"{table.row_terms[row]} × {table.column_terms[column]}", int(table.both[row, column])
    if measure == "expected":
        return f"Most expected{said}: {names}, {table.expected[row, column]:.1f} workflows where there are {count}"
    found = f"{'Most workflows' if measure == 'count' else 'Largest share'}{said}: {names}, {of(count, int(total[row, column]))}"
    more = plural(len(equal) - 1, "other pair")
    return found + (f"; as {'many' if measure == 'count' else 'large'} in {more}" if len(equal) > 1 else "")


def _stated_lines(table: CrossTable) -> tuple[np.ndarray, np.ndarray]:
    """Which rows and which columns say something; of pairs of terms both must."""
    sides = zip(table.axes or (None, None), (table.row_terms, table.column_terms), strict=True)
    rows, columns = (
        np.array([stated(part).all() for part in side.parts], dtype=bool) if side is not None and side.nested else stated(terms)
        for side, terms in sides
    )
    return rows, columns


def difference_headline(found: Difference, of_whom: tuple[str, str], decided: Collection[str] = ()) -> str:
    """The cell in which two selections differ most beyond chance (q < 0.05), of terms that the filter has not ``decided``."""
    clear = found.cells()
    clear = clear[(clear["q"] < 0.05) & ~np.logical_or.reduce([clear.index.isin(list(decided), level=level) for level in (0, 1)])]
    first, second = of_whom
    if clear.empty:
        return f"No difference between {first} and {second} holds up"
    row, column = clear["difference"].abs().idxmax()
    cell = clear.loc[(row, column)]
    here, there = (of(int(cell[f"{other}count"]), int(cell[f"{other}total"])) for other in ("", "other_"))
    return f"{row} × {column} differs most: {here} in {first}, {there} in {second}"


def blocks_headline(found: pd.DataFrame) -> str:
    """How many blocks a matrix has and how far they stand out, from a table of blocks."""
    if len(found) < 2:
        return "No division into blocks holds more than the totals of rows and columns give"
    dense = found["lift"].idxmax()
    return f"{plural(len(found), 'block')}; block {dense} stands out most, {found.at[dense, 'lift']:.1f} times as many as expected inside"


def pairs_headline(above: int) -> str:
    """How many pairs of buyer and control occur together beyond chance."""
    if not above:
        return "No buyer and control occur together more often than chance explains"
    return f"{plural(above, 'pair')} of buyer and control {'occurs' if above == 1 else 'occur'} together more often than chance explains"


def hot_cells(table: CrossTable, limit: int = 8, by: str = "residual") -> pd.DataFrame:
    """The pairs that occur most above expectation and hold up: q < 0.05, expected at least 5 or not marked as few.

    One row a pair, the largest measure ``by`` first, of p and q the smallest: ``row``, ``column``, ``count``, ``row_total``,
    ``lift``, ``residual``, ``q`` and ``words``, for example "Compliance and risk × Policy versioning: 41 of 58 workflows,
    1.6 times the expected number, q = 0.001".
    """
    named = np.logical_and.outer(*_stated_lines(table))
    hot = (table.q < 0.05) & (table.residual > 0) & ~table.few & named
    if table.itself:  # each pair stands on both sides of the diagonal
        hot &= np.triu(np.ones(hot.shape, dtype=bool), k=1)
    at = np.flatnonzero(hot)
    measure = table.measure(by).to_numpy()
    strongest = at[np.argsort(measure.flat[at] * (1 if by in ("p", "q") else -1), kind="stable")][:limit]
    rows = []
    for i, j in zip(*np.unravel_index(strongest, hot.shape), strict=True):
        row, column, lift, q = table.row_terms[i], table.column_terms[j], table.lift[i, j], table.q[i, j]
        count, row_total = int(table.both[i, j]), int(table.rows[i])
        words = f"{row} × {column}: {count} of {row_total} workflows, {lift:.1f} times the expected number, q {small(q)}"
        rows.append((row, column, count, row_total, lift, table.residual[i, j], q, words))
    return pd.DataFrame(rows, columns=["row", "column", "count", "row_total", "lift", "residual", "q", "words"])
