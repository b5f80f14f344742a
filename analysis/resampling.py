"""Resampled rates of many workflows, from their counts alone.

Bootstrap means and means of shuffled groups are sums over workflows. Of thousands of them the sums are as good as normal (for
the bootstrap the central limit theorem; for shuffling, which draws without replacement, Hájek, J. (1960), Limiting
distributions in simple random sampling from a finite population, Publ. Math. Inst. Hung. Acad. Sci. 5, 361-374). They are
then drawn from the normal distribution with the same means and covariances, at a cost that does not grow with the atlas.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis import counting, kernel
from atlas_data import Atlas

LARGE = 5_000  # selected workflows from which on resampling goes by counts


@dataclass(frozen=True, eq=False)
class Rates:
    """Of ``n`` workflows the share with each term, shape (terms,), and the covariance of two terms in a workflow, (terms, terms)."""

    n: int
    mean: np.ndarray
    covariance: np.ndarray


def rates(atlas: Atlas, facet: str, mask: np.ndarray) -> Rates:
    """Of the workflows of a mask."""
    both, n = counting.per_pair(atlas, facet, facet, mask), max(int(kernel.count(mask)), 1)
    mean = np.diag(both) / n
    return Rates(n, mean, both / n - np.outer(mean, mean))


def bootstrapped(of: Rates, resamples: int, rng: np.random.Generator) -> np.ndarray:
    """Rates of bootstrap samples of the workflows: shape (resamples, terms)."""
    return np.clip(of.mean + _noise(of.covariance / of.n, (resamples,), rng), 0, 1)


def shuffled(of: Rates, sizes: np.ndarray, times: int, rng: np.random.Generator) -> np.ndarray:
    """Rates of the groups that the workflows fall into when they are shuffled: (times, groups, terms), for groups of ``sizes``
    that sum to all workflows. The sums of groups s and t have covariance m_s (d_st - m_t / N) N / (N - 1) times that of a workflow."""
    sums = _noise(of.covariance * of.n / max(of.n - 1, 1), (times, len(sizes)), rng) * np.sqrt(sizes)[:, None]
    sums -= sizes[:, None] / of.n * sums.sum(axis=1, keepdims=True)
    return np.clip(of.mean + sums / np.maximum(sizes, 1)[:, None], 0, 1)


def _noise(covariance: np.ndarray, shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    return rng.multivariate_normal(np.zeros(len(covariance)), covariance, size=shape, method="eigh", check_valid="ignore")
