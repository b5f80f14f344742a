"""Intervals and tests for counts, vectorised over whole tables."""

from __future__ import annotations

from functools import lru_cache
from statistics import NormalDist

import numpy as np

Z95 = NormalDist().inv_cdf(0.975)
_FULL_SUPPORT = 5_000  # up to this many workflows Fisher's test sums the whole support


def wilson(successes: np.ndarray, trials: np.ndarray | int, z: float = Z95) -> tuple[np.ndarray, np.ndarray]:
    """Wilson score interval of a share, ``(low, high)``; NaN where there are no trials.

    Wilson, E. B. (1927), Journal of the American Statistical Association 22, 209-212.

    >>> low, high = wilson(np.array([5]), 10)
    >>> round(float(low[0]), 4), round(float(high[0]), 4)
    (0.2366, 0.7634)
    """
    k, n = np.asarray(successes, dtype=float), np.asarray(trials, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = k / n
        centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
        half = z / (1 + z**2 / n) * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    low, high = np.where(k == 0, 0.0, centre - half), np.where(k == n, 1.0, centre + half)
    return np.where(n > 0, low, np.nan), np.where(n > 0, high, np.nan)


def newcombe(before: np.ndarray, n_before: int, after: np.ndarray, n_after: int, z: float = Z95) -> tuple[np.ndarray, np.ndarray]:
    """Score interval ``(low, high)`` of the difference of two independent shares, after less before; NaN where either has no trials.

    Built from the Wilson intervals of the two: method 10 of Newcombe, R. G. (1998), Statistics in Medicine 17, 873-890.

    >>> low, high = newcombe(np.array([48]), 80, np.array([56]), 70)
    >>> round(float(low[0]), 4), round(float(high[0]), 4)
    (0.0524, 0.3339)
    """
    (low_1, high_1), (low_2, high_2) = wilson(before, n_before, z), wilson(after, n_after, z)
    with np.errstate(divide="ignore", invalid="ignore"):
        first, second = np.asarray(before, dtype=float) / n_before, np.asarray(after, dtype=float) / n_after
    difference = second - first
    return difference - np.hypot(second - low_2, high_1 - first), difference + np.hypot(high_2 - second, first - low_1)


def fisher_exact(both: np.ndarray, rows: np.ndarray, columns: np.ndarray, total: int) -> np.ndarray:
    """Two-sided Fisher exact p-value of each 2 x 2 table given by its margins, same shape as ``both``.

    ``both`` has the row and the column property, ``rows`` and ``columns`` the one or the other, out of ``total``. The
    p-value sums the hypergeometric probabilities that do not exceed that of the table observed (Fisher 1935; the
    definition R and SciPy use). Above 5,000 workflows the sum runs over 12 standard deviations around the mean, beyond
    which the mass is below 1e-30.

    >>> fisher_exact(np.array([8]), np.array([10]), np.array([9]), 20).round(6)
    array([0.005477])
    """
    shape = np.broadcast_shapes(np.shape(both), np.shape(rows), np.shape(columns))
    k, r, c = (np.broadcast_to(np.asarray(x, dtype=np.int64), shape).ravel() for x in (both, rows, columns))
    if k.size == 0 or total == 0:
        return np.ones(shape)
    first, last = np.maximum(0, r + c - total), np.minimum(r, c)
    if total > _FULL_SUPPORT:
        mean = r * (c / total)
        reach = 12 * np.sqrt(mean * (1 - r / total) * (1 - c / total)) + 20
        first = np.maximum(first, np.floor(mean - reach).astype(np.int64))
        last = np.minimum(last, np.ceil(mean + reach).astype(np.int64))
    p = np.empty(k.size)
    order = np.argsort(last - first)
    for block in np.array_split(order, max(1, int((last - first + 1).max()) * k.size // 4_000_000)):
        p[block] = _fisher_block(k[block], r[block], c[block], first[block], last[block], total)
    return p.reshape(shape)


def _fisher_block(k, r, c, first, last, total):
    support = first[:, None] + np.arange((last - first).max() + 1)
    within = support <= last[:, None]
    x = np.where(within, support, first[:, None])
    observed = _log_probability(k, r, c, total)
    logs = _log_probability(x, r[:, None], c[:, None], total)
    as_extreme = within & (logs <= observed[:, None] + 1e-7)  # ties differ by rounding only; R uses the same slack
    total_p = np.where(as_extreme, np.exp(logs), 0.0).sum(axis=1)
    return np.clip(np.maximum(total_p, np.exp(observed)), 0.0, 1.0)


def _log_probability(x, r, c, total):
    f = _log_factorials(total)
    return f[r] - f[x] - f[r - x] + f[total - r] - f[c - x] - f[total - r - c + x] - f[total] + f[c] + f[total - c]


@lru_cache(maxsize=8)
def _log_factorials(n: int) -> np.ndarray:
    return np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, n + 1)))])


def benjamini_hochberg(p: np.ndarray) -> np.ndarray:
    """False discovery rate q-values over all finite entries of ``p``, same shape; NaN stays NaN.

    Benjamini, Y. and Hochberg, Y. (1995), Journal of the Royal Statistical Society B 57, 289-300.

    >>> benjamini_hochberg(np.array([0.01, 0.04, 0.03, np.nan])).round(3)
    array([0.03, 0.04, 0.04,  nan])
    """
    flat = np.asarray(p, dtype=float).ravel()
    tested = np.flatnonzero(np.isfinite(flat))
    q = np.full(flat.shape, np.nan)
    if tested.size:
        order = tested[np.argsort(flat[tested], kind="stable")]
        scaled = flat[order] * order.size / np.arange(1, order.size + 1)
        q[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return q.reshape(np.shape(p))
