"""What the atlas has learned about descriptions: from words to the terms of a facet, in parts that can be shown as evidence.

A model scores each term of a facet by a few signals and adds them up on the scale of log odds:

- *start*: the term's share in the atlas;
- *words*: ridge regression of the term on TF-IDF weights of words (Hoerl and Kennard 1970, Technometrics 12, 55-67);
- *requirements*, for controls: how alike the description is to the requirements that entries list under the control;
- *neighbours*: the share of the nearest workflows that have the term, weighted by similarity;
- *picks*: for each facet picked from, the sum of the log odds ratios of the term among workflows with each picked term, divided by
  their number and one.

Their weights are fitted by logistic regression to descriptions that the model has not seen: title and summary of each workflow,
scored with that workflow left out of all signals, with some of its terms as picks. The ridge without one workflow follows exactly
from one matrix inverse (Cook and Weisberg 1982, Residuals and Influence in Regression).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse
from scipy.special import expit

from analysis.corpus import Corpus, corpus, evenly
from analysis.counting import terms_at
from analysis.keeping import kept
from atlas_data import Atlas

PICKS = ("buyer_function", "buyer_industry", "input_kind", "capability_family")
PREDICTED = ("control", "category", "stage", "reviewer_role")
NEIGHBOURS = 20
RIDGE = 0.2  # added to the diagonal of the similarities
_CONSTANT = 10.0  # variance of the intercept: large, so that it is hardly shrunk
_PSEUDO = 5.0  # workflows at the atlas's rate that a term's own rate is mixed with


@kept(1)
def model(atlas: Atlas) -> Model:
    """The model of an atlas, fitted once."""
    words = corpus(atlas)
    return Model(words, tables(atlas), evenly(len(words.places)))


def tables(atlas: Atlas) -> dict[str, np.ndarray]:
    """The facets that are predicted or picked from, as 0 and 1: workflow of the corpus x term."""
    places = corpus(atlas).places
    return {name: terms_at(atlas, name, places).astype(float) for name in (*PREDICTED, *PICKS) if name in atlas.facets}


def _unit(rows: sparse.csr_array) -> sparse.csr_array:
    norms = np.sqrt(rows.multiply(rows).sum(axis=1))
    return sparse.csr_array(sparse.diags_array(1 / np.where(norms > 0, norms, 1)) @ rows)


def log_odds(p: np.ndarray) -> np.ndarray:
    p = np.clip(p, 0.005, 0.995)
    return np.log(p / (1 - p))


@dataclass(frozen=True)
class Weights:
    """The logistic regression that adds the signals up: log odds = constant + sum of slope x signal."""

    constant: float
    slopes: np.ndarray


def logistic(x: np.ndarray, y: np.ndarray) -> Weights:
    """Logistic regression with half the squared length of the slopes as penalty, by Newton's method: few slopes, a few steps.

    >>> fit = logistic(np.array([[-1.0], [0.0], [0.0], [1.0]]), np.array([0, 0, 1, 1]))
    >>> round(float(fit.slopes[0]), 3)
    0.675
    """
    design = np.column_stack([np.ones(len(x)), x])
    penalty = np.r_[0.0, np.ones(x.shape[1])]
    beta = np.zeros(design.shape[1])
    for _ in range(25):
        p = expit(design @ beta)
        step = np.linalg.solve((design * (p * (1 - p))[:, None]).T @ design + np.diag(penalty), design.T @ (y - p) - penalty * beta)
        beta = beta + step
        if np.abs(step).max() < 1e-9:
            break
    return Weights(float(beta[0]), beta[1:])


class Model:
    """Fitted to the workflows in ``rows`` of a corpus; knows nothing of the others."""

    def __init__(self, words: Corpus, facets: Mapping[str, np.ndarray], rows: np.ndarray):
        self.rows, self.n = rows, len(rows)
        self.y = {name: table[rows] for name, table in facets.items()}
        entries = words.entries[rows]
        self._df = np.bincount(entries.indices, minlength=entries.shape[1])
        self._descriptions = words.descriptions[rows]
        self.vectors = self.weigh(entries)
        self.everyone = self.vectors if self.n == words.entries.shape[0] else self.weigh(words.entries)
        inside = np.isin(words.owner, rows)
        self._owner, self._about = np.searchsorted(rows, words.owner[inside]), words.about[inside]
        self._requirements = self.weigh(words.requirements[np.flatnonzero(inside)])
        kernel = (self.vectors @ self.vectors.T).toarray()
        self._inverse = np.linalg.inv(kernel + _CONSTANT + RIDGE * np.eye(self.n))
        self._alpha = {name: self._inverse @ y for name, y in self.y.items() if name in PREDICTED}
        self._weights: dict[tuple[str, tuple[str, ...]], Weights] = {}

    def weigh(self, counts: sparse.csr_array, *, own: bool = False) -> sparse.csr_array:
        """TF-IDF rows of length 1: (1 + ln count) (1 + ln((1 + n) / (1 + workflows with the word))); unknown words weigh nothing.

        ``own``: each row describes a workflow learned from, which is not counted among those with the word.
        """
        rows = sparse.csr_array(counts, copy=True)
        n, df = self.n - own, self._df[rows.indices] - own
        rows.data = np.where(df > 0, (1 + np.log(np.maximum(rows.data, 1))) * (1 + np.log((1 + n) / (1 + np.maximum(df, 0)))), 0.0)
        rows.eliminate_zeros()
        return _unit(rows)

    @cached_property
    def _seen(self) -> tuple[sparse.csr_array, np.ndarray]:
        """Descriptions of the workflows learned from, each as if it were new, and their similarity to the others."""
        queries = self.weigh(self._descriptions, own=True)
        return queries, (queries @ self.vectors.T).toarray()

    def information(self, facet: str) -> np.ndarray:
        count = self.y[facet].sum(axis=0)
        return np.where(count > 0, -np.log2(np.maximum(count, 1) / self.n), 0.0)

    def nearest(self, closeness: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Places of the nearest workflows and their weights, which sum to 1: both (descriptions, neighbours)."""
        most = max(1, min(NEIGHBOURS, self.n // 4))
        places = np.argsort(-closeness, axis=1, kind="stable")[:, :most]
        weight = np.maximum(np.take_along_axis(closeness, places, axis=1), 1e-9)
        return places, weight / weight.sum(axis=1, keepdims=True)

    def word_slopes(self, facet: str) -> np.ndarray:
        """What one unit of a word adds to the ridge score: (words, terms)."""
        return self.vectors.T @ self._alpha[facet]

    def intercept(self, facet: str) -> np.ndarray:
        return _CONSTANT * self._alpha[facet].sum(axis=0)

    @cached_property
    def requirement_slopes(self) -> np.ndarray:
        """What one unit of a word adds to the likeness to a control's requirements: (words, controls)."""
        tags = self._tags
        return (self._requirements.T @ tags) / (tags.sum(axis=0) + _PSEUDO)

    @cached_property
    def _tags(self) -> np.ndarray:
        return np.eye(self.y["control"].shape[1])[self._about]

    def pick_slopes(self, facet: str, pick: str) -> np.ndarray:
        """Log odds ratio of each term among workflows with a picked term against all: (picked terms, terms)."""
        x, y = self.y[pick], self.y[facet]
        rate = (y.sum(axis=0) + 0.5) / (self.n + 1)
        return log_odds((x.T @ y + _PSEUDO * rate) / (x.sum(axis=0)[:, None] + _PSEUDO)) - log_odds(rate)

    def signals(self, facet: str, query: sparse.csr_array, picks: Mapping[str, np.ndarray]) -> np.ndarray:
        """The signals of new descriptions: (descriptions, terms, signals), in the order start, words, neighbours,
        requirements (of controls alone), picks of each facet."""
        y, similar = self.y[facet], (query @ self.vectors.T).toarray()
        places, weight = self.nearest(similar)
        parts = [
            np.broadcast_to(log_odds((y.sum(axis=0) + 0.5) / (self.n + 1)), (query.shape[0], y.shape[1])),
            similar @ self._alpha[facet] + self.intercept(facet),
            np.einsum("ik,ikt->it", weight, y[places]),
        ]
        if facet == "control":
            parts.append(query @ self.requirement_slopes)
        parts += [_mean_of(chosen, self.pick_slopes(facet, pick)) for pick, chosen in picks.items()]
        return np.stack(parts, axis=-1)

    def _left_out(self, facet: str, given: tuple[str, ...]) -> np.ndarray:
        """The signals of each workflow learned from, with that workflow left out of them."""
        y, (query, similar) = self.y[facet], self._seen
        alpha, others = self._alpha[facet], y.sum(axis=0) - y
        rate = (others + 0.5) / self.n
        pull = np.einsum("ij,ji->i", similar + _CONSTANT, self._inverse) / np.diag(self._inverse)
        places, weight = self.nearest(np.where(np.eye(self.n, dtype=bool), -np.inf, similar))
        parts = [
            log_odds(rate),
            (similar + _CONSTANT) @ alpha - pull[:, None] * alpha,
            np.einsum("ik,ikt->it", weight, y[places]),
        ]
        if facet == "control":
            likeness = (query @ self._requirements.T).toarray()
            own = self._owner[None, :] == np.arange(self.n)[:, None]
            parts.append((np.where(own, 0.0, likeness) @ self._tags) / ((~own) @ self._tags + _PSEUDO))
        for pick in given:
            x = self.y[pick]
            both = (x.T @ y)[None] - y[:, None, :]  # only the rows of the workflow's own terms are used
            ratio = log_odds((both + _PSEUDO * rate[:, None, :]) / ((x.sum(axis=0) - 1)[None, :, None] + _PSEUDO))
            ratio = ratio - log_odds(rate)[:, None, :]
            chosen = some_of(x)
            parts.append(np.einsum("ij,ijt->it", chosen, ratio) / (chosen.sum(axis=1, keepdims=True) + 1))
        return np.stack(parts, axis=-1)

    def weights(self, facet: str, given: Sequence[str] = ()) -> Weights:
        """How much each signal counts when terms of the facets ``given`` are picked."""
        key = facet, tuple(given)
        if key not in self._weights:
            signals = self._left_out(facet, key[1])
            x, y = signals.reshape(-1, signals.shape[-1]), self.y[facet].ravel()
            mean, spread = x.mean(axis=0), np.where(x.std(axis=0) > 1e-9, x.std(axis=0), 1.0)
            if y.min() == y.max():  # nothing to tell apart
                self._weights[key] = Weights(0.0, np.eye(len(mean))[0])
            else:
                fit = logistic((x - mean) / spread, y)
                slopes = fit.slopes / spread
                self._weights[key] = Weights(fit.constant - float(slopes @ mean), slopes)
        return self._weights[key]

    def probability(self, facet: str, query: sparse.csr_array, picks: Mapping[str, np.ndarray] | None = None) -> np.ndarray:
        """Probability of each term of a facet: (descriptions, terms). Terms that exclude each other sum to 1."""
        picks = picks or {}
        fit = self.weights(facet, tuple(picks))
        p = expit(self.signals(facet, query, picks) @ fit.slopes + fit.constant)
        return p / p.sum(axis=1, keepdims=True) if (self.y[facet].sum(axis=1) == 1).all() else p


def _mean_of(chosen: np.ndarray, slopes: np.ndarray) -> np.ndarray:
    """The mean of the slopes of the chosen terms and one zero, so that a single term is not taken for all of them."""
    return (chosen @ slopes) / (chosen.sum(axis=1, keepdims=True) + 1)


def some_of(bits: np.ndarray, share: float = 0.3, seed: int = 7) -> np.ndarray:
    """A part of each row's terms, drawn at random: each with probability ``share``, and at least one. People pick few terms.

    >>> some_of(np.array([[1.0, 1.0, 0.0], [0.0, 0.0, 0.0]]), share=0.0).sum(axis=1)
    array([1., 0.])
    """
    drawn = np.where(bits > 0, np.random.default_rng(seed).random(bits.shape), -1.0)
    first = drawn == drawn.max(axis=1, keepdims=True)
    return ((drawn > 1 - share) | first).astype(float) * (bits > 0)
