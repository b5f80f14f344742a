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


def fisher_exact(both: np.ndarray, rows: np.ndarray, columns: np.ndarray, total: np.ndarray | int) -> np.ndarray:
    """Two-sided Fisher exact p-value of each 2 x 2 table given by its margins, same shape as ``both``.

    ``both`` has the row and the column property, ``rows`` and ``columns`` the one or the other, out of ``total``
    (one for all tables, or one each). The p-value sums the hypergeometric probabilities that do not exceed that of the
    table observed (Fisher 1935; the definition R and SciPy use). Above 5,000 workflows the sum runs over 12 standard
    deviations around the mean, beyond which the mass is below 1e-30.

    >>> fisher_exact(np.array([8]), np.array([10]), np.array([9]), 20).round(6)
    array([0.005477])
    """
    shape = np.broadcast_shapes(np.shape(both), np.shape(rows), np.shape(columns), np.shape(total))
    k, r, c, t = (np.broadcast_to(np.asarray(x, dtype=np.int64), shape).ravel() for x in (both, rows, columns, total))
    if k.size == 0 or not t.any():
        return np.ones(shape)
    first, last = np.maximum(0, r + c - t), np.minimum(r, c)
    if t.max() > _FULL_SUPPORT:
        share, other = r / np.maximum(t, 1), c / np.maximum(t, 1)
        mean = r * other
        reach = 12 * np.sqrt(mean * (1 - share) * (1 - other)) + 20
        first = np.maximum(first, np.floor(mean - reach).astype(np.int64))
        last = np.minimum(last, np.ceil(mean + reach).astype(np.int64))
    p = np.exp(_log_probability(k, r, c, t))  # of a table beyond that range: all that is as extreme has next to no mass
    near = np.flatnonzero((first <= k) & (k <= last))
    if near.size:
        order = near[np.argsort(last[near] - first[near])]
        for block in np.array_split(order, max(1, int((last - first + 1)[near].max()) * near.size // 4_000_000)):
            p[block] = _fisher_block(k[block], r[block], c[block], first[block], last[block], t[block])
    return p.reshape(shape)


def _fisher_block(k, r, c, first, last, total):
    support = first[:, None] + np.arange((last - first).max() + 1)
    within = support <= last[:, None]
    x = np.where(within, support, first[:, None])
    observed = _log_probability(k, r, c, total)
    logs = _log_probability(x, r[:, None], c[:, None], total[:, None])
    as_extreme = within & (logs <= observed[:, None] + 1e-7)  # ties differ by rounding only; R uses the same slack
    total_p = np.where(as_extreme, np.exp(logs), 0.0).sum(axis=1)
    return np.clip(np.maximum(total_p, np.exp(observed)), 0.0, 1.0)


def _log_probability(x, r, c, total):
    f = _log_factorials(int(total.max()).bit_length())
    return f[r] - f[x] - f[r - x] + f[total - r] - f[c - x] - f[total - r - c + x] - f[total] + f[c] + f[total - c]


@lru_cache
def _log_factorials(bits: int) -> np.ndarray:
    """Of the numbers that so many bits hold: few tables serve all sizes."""
    return np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, 1 << bits)))])


def newcombe(first: np.ndarray, first_trials: np.ndarray, second: np.ndarray, second_trials: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Hybrid score 95% interval of the difference of two independent shares, ``(low, high)``; NaN without trials.

    Newcombe, R. G. (1998), Statistics in Medicine 17, 873-890, method 10: from the Wilson interval of each share.

    >>> low, high = newcombe(np.array([56]), 70, np.array([48]), 80)  # the paper's example (a)
    >>> low.round(4), high.round(4)
    (array([0.0524]), array([0.3339]))
    """
    (a_low, a_high), (b_low, b_high) = wilson(first, first_trials), wilson(second, second_trials)
    with np.errstate(divide="ignore", invalid="ignore"):
        a, b = np.true_divide(first, first_trials), np.true_divide(second, second_trials)
    below, above = np.hypot(a - a_low, b_high - b), np.hypot(a_high - a, b - b_low)
    return a - b - below, a - b + above


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
