"""Sums over all subsets at once, a set being a number whose bit i stands for term i."""

from __future__ import annotations

import numpy as np

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
