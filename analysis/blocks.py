"""Blocks of a matrix: rows and columns that go together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from analysis.matrix import CrossTable

MOST_BLOCKS = 8


@dataclass(frozen=True, eq=False)
class Blocks:
    """Which block each row and column of a matrix is in: 0 the largest, -1 none, for a line without any count.

    ``modularity``: Barber's, of this division. ``tried``: the modularity of each number of blocks that was tried.
    """

    rows: np.ndarray
    columns: np.ndarray
    modularity: float
    tried: dict[int, float]

    @property
    def number(self) -> int:
        return int(max(self.rows.max(initial=-1), self.columns.max(initial=-1))) + 1

    def order(self, rows: np.ndarray, columns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Positions of rows and columns block by block, the largest by ``rows`` and ``columns`` (sizes) first in each."""
        return tuple(
            np.lexsort((-sizes, np.where(labels < 0, self.number, labels)))
            for labels, sizes in ((self.rows, rows), (self.columns, columns))
        )


def coclustered(counts: np.ndarray, most: int = MOST_BLOCKS) -> Blocks:
    """Co-cluster the rows and columns of a table of counts, shape (rows, columns).

    Rows and columns are placed as in spectral co-clustering (Dhillon 2001, KDD '01, 269-274), in one dimension to as many as ``most``
    blocks take, and either side is divided by Ward's method. From there the lines of the other side, then those of the first and so on,
    move to the block where they add most to the modularity of the bipartite graph (:func:`modularity`), until it no longer rises (BRIM,
    Barber 2007, PRE 76, 066102). Of all divisions into 2 to ``most`` blocks that with the largest modularity is kept. One block where
    nothing can be divided or no division has a positive modularity.

    >>> found = coclustered(np.array([[9, 8, 0], [8, 9, 1], [0, 1, 9]]))
    >>> found.rows.tolist(), found.columns.tolist(), found.number
    ([0, 0, 1], [0, 0, 1], 2)
    """
    counts = np.ascontiguousarray(counts, dtype=float)
    return _coclustered(counts.tobytes(), counts.shape, most)


@lru_cache(maxsize=64)  # the order of a matrix, its borders and the table of its blocks all ask for the same
def _coclustered(raw: bytes, shape: tuple[int, int], most: int) -> Blocks:
    counts = np.frombuffer(raw).reshape(shape)
    kept = counts.sum(axis=1) > 0, counts.sum(axis=0) > 0
    present = counts[np.ix_(*kept)]
    best, rows, columns, tried = 0.0, *(np.zeros(size, dtype=int) for size in present.shape), {}
    for number, divided in _divisions(present, most):
        value = modularity(present, *divided)
        tried[number] = max(value, tried.get(number, value))
        if value > best + 1e-12:
            best, (rows, columns) = value, divided
    used, labels = np.unique(np.append(rows, columns), return_inverse=True)
    rows, columns = np.split(labels, [len(rows)])
    inside = [present[np.ix_(rows == block, columns == block)].sum() for block in range(len(used))]
    rank = np.argsort(np.argsort(-np.array(inside), kind="stable"), kind="stable")  # the block with most counts is 0
    whole = [np.full(there.shape, -1) for there in kept]
    for line, there, labels in zip(whole, kept, (rows, columns), strict=True):
        line[there] = rank[labels]
        line.flags.writeable = False
    return Blocks(*whole, best, tried)


def _divisions(counts: np.ndarray, most: int) -> Iterator[tuple[int, tuple[np.ndarray, np.ndarray]]]:
    """Divisions of rows and columns, none of them empty, into at most each number of blocks."""
    from scipy.cluster.hierarchy import fcluster, ward

    left, right = (1 / np.sqrt(counts.sum(axis=side)) for side in (1, 0))
    u, _, v = np.linalg.svd(left[:, None] * counts * right, full_matrices=False)
    places = (left[:, None] * u)[:, 1:], (right[:, None] * v.T)[:, 1:]  # the first only tells how large a line is
    surplus = counts / counts.sum() - np.outer(counts.sum(axis=1), counts.sum(axis=0)) / counts.sum() ** 2
    numbers = range(2, min(most, *counts.shape) + 1)
    for dimensions in range(1, len(numbers).bit_length() + 1):
        trees = [ward(side[:, :dimensions]) for side in places]
        for number in numbers:
            rows, columns = (fcluster(tree, number, "maxclust") - 1 for tree in trees)
            yield number, _moved(surplus, columns, number)
            yield number, _moved(surplus.T, rows, number)[::-1]


def _moved(surplus: np.ndarray, columns: np.ndarray, number: int) -> tuple[np.ndarray, np.ndarray]:
    """Blocks of rows and of columns when these have moved, in turns, as long as the surplus inside blocks rises."""
    last = -np.inf
    while True:
        rows = (surplus @ np.eye(number)[columns]).argmax(axis=1)
        gains = surplus.T @ np.eye(number)[rows]
        columns, inside = gains.argmax(axis=1), gains.max(axis=1).sum()
        if inside <= last + 1e-12:
            return rows, columns
        last = inside


def modularity(counts: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> float:
    """Modularity of a division of a weighted bipartite graph: the share of all counts inside blocks, less the share that the
    totals of rows and columns alone would put there.

    Barber, M. J. (2007), Physical Review E 76, 066102.

    >>> modularity(np.eye(2), np.array([0, 1]), np.array([0, 1]))
    0.5
    """
    total = counts.sum()
    inside = rows[:, None] == columns[None, :]
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / total
    return float(((counts - expected) * inside).sum() / total)


def block_counts(table: CrossTable, rows: pd.Index, columns: pd.Index) -> np.ndarray:
    """The counts that are divided into blocks: of the terms shown, without cells that follow from how the axes are made."""
    at = np.ix_(table.row_terms.get_indexer(rows), table.column_terms.get_indexer(columns))
    return table.both[at] if table.untested is None else np.where(table.untested[at], 0, table.both[at])


def blocks(table: CrossTable, rows: pd.Index | None = None, columns: pd.Index | None = None) -> pd.DataFrame:
    """The blocks of a matrix, the one with most counts first: a row a block.

    - ``rows``, ``columns``: its terms, a tuple each;
    - ``inside``: workflows that have both terms of its cells / the most that could (the smaller total of the two terms),
      added up over its cells; ``outside``: the same over the other cells of its rows and columns;
    - ``lift``: workflows in its cells / those that independence of the terms would give;
    - ``modularity``: what the block adds to Barber's modularity, whose sum is in ``attrs["modularity"]``.

    Values without any cell are NaN. ``rows`` and ``columns`` restrict the matrix to these terms.

    >>> from analysis.matrix import cross
    >>> from atlas_data import load_atlas
    >>> found = blocks(cross(load_atlas(), "buyer_function", "control"))
    >>> bool((found["inside"] > found["outside"]).all())
    True
    """
    rows, columns = (table.row_terms if rows is None else rows), (table.column_terms if columns is None else columns)
    counts = block_counts(table, rows, columns)
    found = coclustered(counts)
    at = np.ix_(table.row_terms.get_indexer(rows), table.column_terms.get_indexer(columns))
    most = np.minimum.outer(table.rows, table.columns)[at]
    possible = np.ones(counts.shape, dtype=bool) if table.untested is None else ~table.untested[at]
    expected = np.nan_to_num(table.expected[at])
    by_totals = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / max(counts.sum(), 1)
    lines = []
    for block in range(found.number):
        in_rows, in_columns = found.rows == block, found.columns == block
        inside = possible & np.outer(in_rows, in_columns)
        outside = possible & (in_rows[:, None] ^ in_columns[None, :])
        lines.append(
            {
                "rows": tuple(rows[in_rows]),
                "columns": tuple(columns[in_columns]),
                "inside": _ratio(counts[inside].sum(), most[inside].sum()),
                "outside": _ratio(counts[outside].sum(), most[outside].sum()),
                "lift": _ratio(counts[inside].sum(), expected[inside].sum()),
                "modularity": float((counts - by_totals)[np.outer(in_rows, in_columns)].sum() / max(counts.sum(), 1)),
            }
        )
    index = pd.RangeIndex(1, found.number + 1, name="block")
    frame = pd.DataFrame(lines, index=index, columns=["rows", "columns", "inside", "outside", "lift", "modularity"])
    frame.attrs.update(n=table.n, modularity=found.modularity, tried=found.tried)
    return frame


def _ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole else float("nan")
