"""Groups of things of which only the distances are known, each around one of them."""

from __future__ import annotations

import numpy as np

MOST = 8  # groups looked for at most: as many as a legend can hold


def k_medoids(distance: np.ndarray, k: int) -> np.ndarray:
    """Partition around ``k`` medoids: for each of n things the index of its medoid, shape (n,).

    The medoids are things themselves. They are built up one by one, then exchanged one for one as long as that lowers the
    sum of distances to the nearest medoid (PAM). Kaufman, L. and Rousseeuw, P. J. (1990), Finding Groups in Data, chapter 2.

    >>> spots = np.array([0.0, 1, 2, 10, 11, 12])
    >>> k_medoids(np.abs(np.subtract.outer(spots, spots)), 2).tolist()
    [1, 1, 1, 4, 4, 4]
    """
    medoids = [int(distance.sum(axis=1).argmin())]
    while len(medoids) < k:
        gain = np.maximum(distance[:, medoids].min(axis=1)[:, None] - distance, 0).sum(axis=0)
        gain[medoids] = -1.0
        medoids.append(int(gain.argmax()))
    while exchange := _best_exchange(distance, medoids):
        at, candidate = exchange
        medoids[at] = candidate
    owner = np.array(medoids)[distance[:, medoids].argmin(axis=1)]
    owner[medoids] = medoids  # a copy of a medoid may be one itself
    return owner


def _best_exchange(distance: np.ndarray, medoids: list[int]) -> tuple[int, int] | None:
    """The exchange of a medoid (by place) for another thing that lowers the sum most; ``None`` when none does."""
    to = distance[:, medoids]
    own = np.eye(len(medoids))[to.argmin(axis=1)]
    nearest, second = np.sort(to, axis=1)[:, :2].T if len(medoids) > 1 else (to[:, 0], np.full(len(to), np.inf))
    added = np.minimum(nearest[:, None], distance)  # what is left to each thing with a candidate more;
    lost = np.minimum(second[:, None], distance) - added  # and how much more without its own medoid (Schubert and Rousseeuw 2021)
    sums = added.sum(axis=0) + own.T @ lost
    at, candidate = divmod(int(sums.argmin()), len(distance))
    return (at, candidate) if sums[at, candidate] < nearest.sum() - 1e-9 else None


def silhouettes(distance: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """How much better each thing fits its own group than the next one, -1 to 1; 0 for a thing alone in its group.

    (b - a) / max(a, b), a the mean distance to the others of its group, b the least mean distance to another group.
    Rousseeuw, P. J. (1987), Journal of Computational and Applied Mathematics 20, 53-65. Needs two groups or more.
    """
    names, own = np.unique(groups, return_inverse=True)
    member = np.eye(len(names))[own]
    sizes = member.sum(axis=0)
    sums = distance @ member
    lines = np.arange(len(own))
    inside = sums[lines, own] / np.maximum(sizes[own] - 1, 1)
    means = sums / sizes
    means[lines, own] = np.inf
    outside = means.min(axis=1)
    larger = np.maximum(inside, outside)
    score = np.divide(outside - inside, larger, out=np.zeros(len(own)), where=larger > 0)
    return np.where(sizes[own] > 1, score, 0.0)


def grouped(distance: np.ndarray, most: int = MOST) -> np.ndarray:
    """The medoid of each thing, with as many groups, from 2 to ``most``, as give the highest mean silhouette."""
    tried = [k_medoids(distance, k) for k in range(2, min(most, len(distance) - 1) + 1)]
    return max(tried, key=lambda groups: silhouettes(distance, groups).mean())
