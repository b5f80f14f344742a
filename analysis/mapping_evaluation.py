"""How well descriptions are mapped: each workflow described by its title and summary alone, mapped by a model that never saw its entry."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from threadpoolctl import threadpool_limits

from analysis.corpus import corpus, description, said
from analysis.keeping import kept
from analysis.mapping_model import NEIGHBOURS, PICKS, Model, some_of, tables
from atlas_data import Atlas

FOLDS, SEED, BINS = 10, 20, 10
LEAST = 30  # workflows needed to learn from at all
METHODS = {
    "mapping": "Mapping: words",
    "one": "Mapping: words and one term of each kind",
    "picked": "Mapping: words and all its terms",
    "neighbours": "The mapping's nearest neighbours alone",
    "plain": "Plain TF-IDF nearest neighbours",
    "popularity": "Popularity",
}


@dataclass(frozen=True, eq=False)
class HeldOut:
    """Probabilities for workflows that were not learned from: by facet and method, (workflows, terms), with the truth by facet."""

    truth: dict[str, np.ndarray]
    predicted: dict[str, dict[str, np.ndarray]]


@kept(1)
@threadpool_limits.wrap(limits=1, user_api="blas")  # many small products: threads would only wait for each other
def held_out(atlas: Atlas, folds: int = FOLDS, seed: int = SEED) -> HeldOut:
    """Ten-fold cross-validation over the workflows whose words were counted (:attr:`analysis.corpus.Corpus.places`).

    In each fold everything is fitted anew to the other folds: word weights, ridge, neighbours, requirements and the weights of the
    signals. A held-out workflow is described by title and summary, for ``picked`` and ``one`` also by all of its terms of buyers,
    inputs and capabilities, or by one of each facet at random; nothing else of its entry is used. The baselines: each term's share
    (``popularity``), the share among the 20 nearest entries by scikit-learn's TF-IDF but for English stop words (``plain``), and the
    mapping's own signal of neighbours: its word weights, neighbours counting by similarity (``neighbours``).
    """
    words, facets = corpus(atlas), tables(atlas)
    wanted = [name for name in ("control", "category", "stage", "reviewer_role") if name in facets]
    found = {name: {method: np.zeros_like(facets[name]) for method in METHODS} for name in wanted}
    shuffled = np.random.default_rng(seed).permutation(len(words.places))
    entries, counter = atlas.some(words.places), CountVectorizer(stop_words="english")
    whole = counter.fit_transform([said(entry) for entry in entries])
    described = counter.transform([description(entry) for entry in entries])
    for test in np.array_split(shuffled, folds):
        rows = np.setdiff1d(shuffled, test)
        fitted = Model(words, facets, rows)
        query = fitted.weigh(words.descriptions[test])
        picks = {name: facets[name][test] for name in PICKS if name in facets}
        places, weight = fitted.nearest((query @ fitted.vectors.T).toarray())
        alike = plainly_nearest(whole[rows], described[test])
        for name in wanted:
            y = facets[name][rows]
            found[name]["popularity"][test] = y.mean(axis=0)
            found[name]["plain"][test] = y[alike].mean(axis=1)
            found[name]["neighbours"][test] = np.einsum("ik,ikt->it", weight, y[places])
            found[name]["mapping"][test] = fitted.probability(name, query)
            found[name]["picked"][test] = fitted.probability(name, query, picks)
            found[name]["one"][test] = fitted.probability(name, query, {facet: some_of(bits, 0.0, seed) for facet, bits in picks.items()})
    return HeldOut({name: facets[name] for name in wanted}, found)


def plainly_nearest(entries: sparse.csr_array, asked: sparse.csr_array) -> np.ndarray:
    """Places of the 20 entries nearest to each text asked about, by cosine of scikit-learn's TF-IDF weights.

    >>> plainly_nearest(sparse.csr_array([[2, 0], [1, 1], [0, 2]]), sparse.csr_array([[3, 1]]))
    array([[0, 1, 2]])
    """
    weigh = TfidfTransformer().fit(entries)
    similar = (weigh.transform(asked) @ weigh.transform(entries).T).toarray()
    return np.argsort(-similar, axis=1, kind="stable")[:, :NEIGHBOURS]


def average_precision(truth: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """Average precision of each row's ranking of terms: the mean, over the terms that a workflow has, of the precision at its rank.

    Terms of equal score share a rank, the last one. NaN for a row without any term. Manning, Raghavan and Schuetze (2008),
    Introduction to Information Retrieval, 8.4.

    >>> average_precision(np.array([[1, 0, 1]]), np.array([[0.9, 0.8, 0.7]])).round(3)
    array([0.833])
    """
    ahead = scores[:, None, :] >= scores[:, :, None]  # for each term, the terms ranked as high or higher
    precision = (ahead * truth[:, None, :]).sum(axis=2) / ahead.sum(axis=2)
    has = truth.sum(axis=1)
    return np.where(has > 0, (precision * truth).sum(axis=1) / np.maximum(has, 1), np.nan)


def calibration(truth: np.ndarray, probability: np.ndarray, bins: int = BINS) -> pd.DataFrame:
    """Stated probability against what came true, in ``bins`` equal steps: ``said`` (mean), ``came_true`` (share), ``count`` of pairs."""
    which = np.minimum((probability * bins).astype(int), bins - 1).ravel()
    count = np.bincount(which, minlength=bins)
    with np.errstate(invalid="ignore"):
        said = np.bincount(which, probability.ravel(), bins) / count
        true = np.bincount(which, truth.ravel(), bins) / count
    steps = [f"{100 * i // bins} to {100 * (i + 1) // bins}%" for i in range(bins)]
    frame = pd.DataFrame({"said": said, "came_true": true, "count": count}, index=pd.Index(steps, name="probability"))
    return frame[count > 0]


def calibration_error(truth: np.ndarray, probability: np.ndarray, weight: np.ndarray | None = None, bins: int = BINS) -> np.ndarray:
    """Expected calibration error: mean distance between what is said and what comes true, over the steps of :func:`calibration`.

    ``weight``: (resamples, workflows), how often each workflow counts. Naeini, Cooper and Hauskrecht (2015), AAAI 29.
    """
    which = np.minimum((probability * bins).astype(int), bins - 1)
    each = np.stack([((probability - truth) * (which == step)).sum(axis=1) for step in range(bins)], axis=1)
    weight = np.ones((1, len(truth))) if weight is None else weight
    return np.abs(weight @ each).sum(axis=1) / (weight.sum(axis=1) * truth.shape[1])
