"""The best sets of more terms than can be tried one by one, by a mixed-integer programme.

A workflow is covered when all the terms that it needs are chosen. ``needs``: bool (sets of needs, m terms); ``weights``: what
covering each is worth (sets of needs,).
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter
from time import monotonic

import numpy as np

SECONDS = 4.0  # for all sizes together


def best_of_size(needs: np.ndarray, weights: np.ndarray, size: int, seconds: float) -> tuple[np.ndarray | None, float]:
    """The best choice of at most ``size`` terms that was found in the time, bool (m,), None if none was, and what no choice can exceed.

    Solved by HiGHS: Huangfu and Hall (2018), Mathematical Programming Computation 10, 119-142.

    >>> chosen, bound = best_of_size(np.array([[True, True, False], [False, False, True]]), np.array([2.0, 1.0]), 2, seconds=5)
    >>> chosen.tolist(), round(bound)
    ([True, True, False], 2)
    """
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import coo_array

    n, m = needs.shape
    workflow, term = np.nonzero(needs)
    pairs = np.arange(len(workflow))
    rows, columns = np.concatenate([pairs, pairs]), np.concatenate([m + workflow, term])
    signs = np.concatenate([np.ones(len(pairs)), -np.ones(len(pairs))])
    needed = LinearConstraint(coo_array((signs, (rows, columns)), shape=(len(pairs), m + n)), ub=0)
    few = LinearConstraint(np.concatenate([np.ones(m), np.zeros(n)])[None], ub=size)
    answer = milp(
        np.concatenate([np.zeros(m), -weights]),
        integrality=np.concatenate([np.ones(m), np.zeros(n)]),
        bounds=Bounds(0, 1),
        constraints=[needed, few],
        options={"time_limit": seconds},
    )
    bound = answer.mip_dual_bound
    limit = float(weights.sum()) if bound is None or not np.isfinite(bound) else float(-bound)
    return (None if answer.x is None else answer.x[:m] > 0.5), limit


def worth(needs: np.ndarray, weights: np.ndarray, chosen: np.ndarray) -> float:
    """The weight that a choice of terms, bool (m,), covers."""
    return float(weights[~(needs & ~chosen).any(axis=1)].sum())


def best_of_each_size(
    needs: np.ndarray, weights: np.ndarray, order: Sequence[int], seconds: float = SECONDS
) -> list[tuple[float, np.ndarray, float]]:
    """For each size from 0 to m the weight covered, the choice, and how much more a better one might cover.

    The sizes share ``seconds``; where no better choice is found in a size's share, the first terms of ``order`` are taken, all m terms
    in the order in which to build them, or the choice of the size before. What a larger set cannot exceed, no smaller one can.
    """
    m, whole = needs.shape[1], float(weights.sum())

    def weighed(chosen: np.ndarray) -> tuple[float, np.ndarray]:
        return worth(needs, weights, chosen), chosen

    found = [weighed(np.zeros(m, dtype=bool))]
    bounds = [found[0][0]]
    until = monotonic() + seconds
    for size in range(1, m + 1):
        first = np.zeros(m, dtype=bool)
        first[list(order[:size])] = True
        tried, bound, left = [found[-1], weighed(first)], whole, until - monotonic()
        if tried[-1][0] < whole and left > 0:
            better, bound = best_of_size(needs, weights, size, left / (m - size + 1))
            tried += [] if better is None else [weighed(better)]
        found.append(max(reversed(tried), key=itemgetter(0)))
        bounds.append(bound)
    least = np.minimum.accumulate(bounds[::-1])[::-1]
    return [(covered, chosen, max(0.0, float(bound - covered))) for (covered, chosen), bound in zip(found, least, strict=True)]
