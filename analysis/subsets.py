"""Sums over all subsets at once, a set being a number whose bit i stands for term i."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, partial

import numpy as np

LOW = 10  # bits inside a row, where sets are laid out as rows and columns: rows of 1,024 stay in the processor's cache
_SHORT = 6  # bits that are too low for rows of their own


def subset_sums(codes: np.ndarray, weights: np.ndarray, m: int) -> np.ndarray:
    """For each of the 2^m sets the sum of the weights of the sets within it: shape (2^m,), of the kind of the weights.

    The zeta transform of Yates, F. (1937), The Design and Analysis of Factorial Experiments; its cost is m 2^m additions and hardly
    grows with the number of codes.

    >>> subset_sums(np.array([0b01, 0b11]), np.array([5, 2]), 2).tolist()
    [0, 5, 0, 7]
    """
    low = min(m, _SHORT)
    value, short = np.zeros(1 << m, dtype=weights.dtype), np.arange(1 << low)
    # The low bits at once, for the few sets that there are; the others by whole rows.
    found, within = np.nonzero((codes[:, None] & ~short & (len(short) - 1)) == 0)
    np.add.at(value, codes[found] >> low << low | within, weights[found])
    for i in range(low, m):
        halves = value.reshape(-1, 2, 1 << i)
        halves[:, 1] += halves[:, 0]
    return value


def superset_sums(codes: np.ndarray, weights: np.ndarray, m: int) -> np.ndarray:
    """For each of the 2^m sets the sum of the weights of the sets that hold it: those within its complement, of complements.

    >>> superset_sums(np.array([0b01, 0b11]), np.array([5, 2]), 2).tolist()
    [7, 7, 2, 2]
    """
    return subset_sums((1 << m) - 1 - codes, weights, m)[::-1]


@cache
def by_size(m: int) -> list[np.ndarray]:
    """The sets of m terms with 0, 1, … m of them, each size in ascending order.

    >>> [sets.tolist() for sets in by_size(2)]
    [[0], [1, 2], [3]]
    """
    size = np.bitwise_count(np.arange(1 << m, dtype=np.uint32))
    return np.split(np.argsort(size, kind="stable"), np.bincount(size).cumsum()[:-1])


def most_by_size(value: np.ndarray, m: int) -> Iterator[tuple[np.generic, Callable[[], int]]]:
    """For each size from 0 to m the largest value, (2^m,), of a set of that size, and what finds the first set that has it.

    Sets are rows (their high bits) and columns (their low bits). Rows of one size are compared as they lie in memory, which leaves few
    numbers to take apart by the size of their columns.

    >>> [(int(most), first()) for most, first in most_by_size(np.array([0, 5, 0, 7]), 2)]
    [(0, 0), (5, 1), (7, 3)]
    """
    low = min(m, LOW)
    table, rows, columns = value.reshape(-1, 1 << low), by_size(m - low), by_size(low)
    tops = np.array([table[some].max(axis=0) for some in rows])
    starts = np.cumsum([0, *map(len, columns[:-1])])
    best = np.maximum.reduceat(tops[:, np.concatenate(columns)], starts, axis=1)  # by the sizes of rows and of columns
    for size in range(m + 1):
        sizes = [(r, size - r) for r in range(len(rows)) if 0 <= size - r <= low]
        most = max(best[pair] for pair in sizes)
        there = [(rows[r], columns[c][tops[r, columns[c]] == most]) for r, c in sizes if best[r, c] == most]
        yield most, partial(_first, table, most, there)


def _first(table: np.ndarray, number: np.generic, parts: list[tuple[np.ndarray, np.ndarray]]) -> int:
    """The first place in a table that holds the number, among these rows and columns."""
    found = []
    for rows, columns in parts:
        row, column = np.argwhere(table[np.ix_(rows, columns)] == number)[0]
        found.append(int(rows[row]) * table.shape[1] + int(columns[column]))
    return min(found)
