"""Places in the plane for things of which only the distances are known, and how far those places can be trusted.

``distance`` is symmetric with a zero diagonal, shape (n, n); ``places`` has shape (n, 2), in no unit. Everything starts
from the same arrangement and draws no random number, so the same distances always give the same places.
"""

from __future__ import annotations

import numpy as np
from scipy.linalg import eigh

_EARLY = 30  # steps of t-SNE in which neighbours are pulled together more strongly,
_EXAGGERATION = 6.0  # by so much
_RATE = 1 / 12  # of learning, for each place
_DIGITS = 1e-5  # to which the perplexity's logarithm is met


def classical(distance: np.ndarray) -> np.ndarray:
    """Classical scaling: the two leading principal coordinates of the distances.

    Torgerson, W. S. (1952), Psychometrika 17, 401-419. An axis is flipped so that its largest coordinate is positive.

    >>> line = np.abs(np.subtract.outer([0.0, 1, 5], [0, 1, 5]))
    >>> classical(line)[:, 0].round(6).tolist()
    [-2.0, -1.0, 3.0]
    """
    squared = distance**2
    centred = squared - squared.mean(axis=0) - squared.mean(axis=1)[:, None] + squared.mean()
    n, places = len(distance), np.zeros((len(distance), 2))
    leading = min(2, n)
    values, vectors = eigh(-centred / 2, subset_by_index=[n - leading, n - 1])
    if vectors.shape[1] < leading:  # LAPACK finds none where all distances are the same; asked for all it does, in three times the time
        values, vectors = (found[..., n - leading :] for found in eigh(-centred / 2))
    places[:, :leading] = (vectors * np.sqrt(np.maximum(values, 0)))[:, ::-1]
    largest = np.abs(places).argmax(axis=0)
    return places * np.where(places[largest, [0, 1]] < 0, -1, 1)


def smacof(distance: np.ndarray, steps: int = 300, tolerance: float = 1e-6) -> np.ndarray:
    """Metric multidimensional scaling: places whose distances differ least from those given, all pairs weighing alike.

    Majorisation by the Guttman transform from :func:`classical` on, until the sum of squared differences falls by less
    than ``tolerance`` of itself. De Leeuw, J. (1977); Borg, I. and Groenen, P. (2005), Modern Multidimensional Scaling,
    chapter 8.
    """
    places, before = classical(distance), np.inf
    for _ in range(steps):
        drawn = between(places)
        left = float(((drawn - distance) ** 2).sum())
        if before - left <= tolerance * left:
            break
        before = left
        ratio = np.divide(distance, drawn, out=np.zeros_like(distance), where=drawn > 1e-12)
        places = (ratio.sum(axis=1)[:, None] * places - ratio @ places) / len(distance)
    return places


def tsne(distance: np.ndarray, perplexity: float = 30.0, steps: int = 150) -> np.ndarray:
    """Places that keep neighbours together, at the price of the distances between those far apart.

    Exact t-distributed stochastic neighbour embedding from :func:`classical` on: van der Maaten, L. and Hinton, G. (2008),
    Journal of Machine Learning Research 9, 2579-2605; the start is that of Kobak, D. and Berens, P. (2019), Nature
    Communications 10, 5416; the rate of learning is in proportion to n after Belkina, A. C. et al. (2019), Nature Communications
    10, 5415. Up to 300 places need fewer and smaller steps than the usual 1,000: with a floor of 50 under the rate some dozens
    overshoot, and their divergence is larger on average than here. ``perplexity``: about how many neighbours a place has, at
    most a third of the others.
    """
    n, single = len(distance), np.float32  # in twice the time more digits would come, which no map shows
    near = _affinities(distance**2, min(perplexity, (n - 1) / 3)).astype(single)
    places = classical(distance)
    places = (places * (1e-4 / max(float(places[:, 0].std()), 1e-12))).astype(single)
    speed, gain = np.zeros_like(places), np.ones_like(places)
    rate = single(n * _RATE)
    pulled, diagonal = near * single(_EXAGGERATION), slice(None, None, n + 1)
    kernel, force = np.empty_like(near), np.empty_like(near)  # made once: what is new in every step costs more than the sums
    left, right, with_one = np.ones((n, 4), single), np.ones((4, n), single), np.ones((n, 3), single)
    for step in range(steps):
        pull, momentum = (pulled, single(0.5)) if step < _EARLY else (near, single(0.8))
        square = np.einsum("ij,ij->i", places, places)
        left[:, :2], left[:, 2], right[:2], right[3] = places, square + 1, -2 * places.T, square
        np.reciprocal(np.matmul(left, right, out=kernel), out=kernel)  # 1 / (1 + |x - y|^2), the squares multiplied out
        kernel.flat[diagonal] = 0
        np.multiply(kernel, single(-1) / kernel.sum(), out=force)
        force += pull
        force *= kernel
        with_one[:, :2] = places
        moved = force @ with_one
        slope = 4 * (moved[:, 2:] * places - moved[:, :2])
        gain = np.maximum(np.where(speed * slope < 0, gain + single(0.2), gain * single(0.8)), single(0.01))
        speed = momentum * speed - rate * gain * slope
        places = places + speed
    return (places - places.mean(axis=0)).astype(float)


def _affinities(squared: np.ndarray, perplexity: float) -> np.ndarray:
    """How much each is a neighbour of each, summing to 1: Gaussian widths so that every row has the perplexity, by Newton's
    method on the logarithm of the precision, between bounds, which are halved where it does not get on; six steps as a rule."""
    n = len(squared)
    apart = squared - np.where(np.eye(n, dtype=bool), np.inf, squared).min(axis=1)[:, None]
    np.fill_diagonal(apart, 0)
    low, high, before = np.zeros(n), np.full(n, np.inf), np.full(n, np.inf)
    precision = 1 / np.maximum(apart.mean(axis=1), 1e-12)
    for _ in range(50):
        p = np.exp(-precision[:, None] * apart)
        np.fill_diagonal(p, 0)
        total = p.sum(axis=1)
        p /= total[:, None]
        far = p * apart
        mean = far.sum(axis=1)
        over = np.log(total) + precision * mean - np.log(perplexity)  # entropy of the row above the one wanted
        if np.abs(over).max() < _DIGITS:
            break
        low, high = np.where(over > 0, precision, low), np.where(over > 0, high, precision)
        falls = precision**2 * (np.einsum("ij,ij->i", far, apart) - mean**2)  # by so much for a precision e times as high
        newton = precision * np.exp(np.clip(over / np.maximum(falls, 1e-12), -1, 1))
        slow = (low > 0) & np.isfinite(high) & (np.abs(over) > before / 2)
        precision, before = np.where((low <= newton) & (newton <= high) & ~slow, newton, np.sqrt(low * high)), np.abs(over)
    return (p + p.T) / (2 * n)


def between(places: np.ndarray) -> np.ndarray:
    """Euclidean distance of every two places."""
    return np.hypot(*(np.subtract.outer(axis, axis) for axis in places.T))


def stress(distance: np.ndarray, places: np.ndarray) -> float:
    """Kruskal's stress-1 of the places at their best scale: 0 when the map's distances are proportional to those given.

    The square root of sum (y - d)^2 / sum y^2 over pairs, d the given and y the drawn distance; stretching the map so
    that this is least makes it sqrt(1 - (sum d y)^2 / (sum d^2 sum y^2)). Kruskal, J. B. (1964), Psychometrika 29, 1-27.

    >>> corners = np.array([[0.0, 0], [3, 0], [0, 4]])
    >>> stress(between(corners), 2 * corners)
    0.0
    """
    drawn = between(places)
    squares = (distance**2).sum() * (drawn**2).sum()
    return float(np.sqrt(max(0.0, 1 - (distance * drawn).sum() ** 2 / squares))) if squares > 0 else 0.0


def trustworthiness(distance: np.ndarray, places: np.ndarray, neighbours: int) -> float:
    """Whether those that stand together on the map belong together: 1 when the ``neighbours`` nearest places are the nearest.

    1 - 2 / (n k (2 n - 3 k - 1)) times the sum, over every i and every j among the k nearest places of i but not among
    its k nearest by distance, of the rank of j by distance minus k. Venna, J. and Kaski, S. (2001), ICANN, 485-491.
    Needs ``neighbours`` < n / 2.
    """
    n, k = len(distance), neighbours
    drawn = between(places)
    ranks = np.empty((n, n), dtype=int)
    lines = np.arange(n)[:, None]
    ranks[lines, _nearest(distance)] = np.arange(n)  # 0 is the thing itself
    intruding = np.maximum(ranks[lines, _nearest(drawn)[:, 1 : k + 1]] - k, 0).sum()
    return float(1 - 2 / (n * k * (2 * n - 3 * k - 1)) * intruding)


def _nearest(distance: np.ndarray) -> np.ndarray:
    """Each line's columns from the nearest on, the thing itself first."""
    own = distance.copy()
    np.fill_diagonal(own, -1)
    return own.argsort(axis=1, kind="stable")
