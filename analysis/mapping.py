"""A workflow described in one's own words, placed on the map: what it is near, what it will probably require, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd
from scipy import sparse

from analysis import counting
from analysis.corpus import corpus, spoken
from analysis.mapping_evaluation import LEAST
from analysis.mapping_model import PICKS, PREDICTED, Model, model
from analysis.selection import Selection, bits_of
from atlas_data import Atlas

FEWEST_WORDS = 5  # known words below which nothing is said
LONGEST = 1_500  # characters of a description that are read
_REASONS = 6
_PICK_WEIGHT = 0.05  # what sharing all picked terms adds to a cosine similarity when workflows are listed


@dataclass(frozen=True, eq=False)
class Placed:
    """Where a description falls.

    ``known``: its words that the atlas has too, as written; ``unknown``: the others. ``nearest``: workflows by ``closeness``, with
    ``title``, ``category``, ``stage``, ``similarity`` (cosine of the words, 0 to 1), ``words`` and ``terms`` (picked ones) in common,
    the weightiest first. ``chances``: for each facet a frame of term by ``probability`` and ``share`` (in the atlas), likeliest first;
    empty where the atlas is too small to learn from. ``limits``: what cannot be said, and why.
    """

    text: str
    picks: tuple[tuple[str, str], ...]
    known: tuple[str, ...]
    unknown: tuple[str, ...]
    n: int
    nearest: pd.DataFrame = field(repr=False)
    chances: Mapping[str, pd.DataFrame] = field(repr=False)
    limits: tuple[str, ...]
    query: sparse.csr_array = field(repr=False)
    _atlas: Atlas = field(repr=False)

    @property
    def answered(self) -> bool:
        return len(self.nearest) > 0

    @cached_property
    def _chosen(self) -> dict[str, np.ndarray]:
        return _bits(self._atlas, self.picks)

    def evidence(self, term: str, facet: str = "control") -> pd.DataFrame:
        """What speaks for and against a term, in log odds; together with the start the column ``weight`` sums to those of its
        probability (of facets whose terms exclude each other: before they are made to sum to 1).

        Columns ``kind`` (start, word, neighbour, pick), ``what``, ``workflow`` (its id, or empty), ``weight``; the weightiest first
        after the start. ``KeyError`` for a term the facet does not have.
        """
        fitted, at = model(self._atlas), self._atlas.facet(facet).terms.get_loc(term)
        fit = fitted.weights(facet, tuple(self._chosen))
        signals = fitted.signals(facet, self.query, self._chosen)[0, at]
        parts = [*self._by_word(fitted, facet, at, fit.slopes), *self._by_neighbour(fitted, facet, at, fit.slopes[2])]
        first_pick = 4 if facet == "control" else 3
        for slope, (name, chosen) in zip(fit.slopes[first_pick:], self._chosen.items(), strict=True):
            terms, ratio = self._atlas.facet(name).terms, fitted.pick_slopes(facet, name)[:, at]
            parts += [("pick", terms[j], "", slope * ratio[j] / (chosen.sum() + 1)) for j in np.flatnonzero(chosen[0])]
        frame = pd.DataFrame(parts, columns=["kind", "what", "workflow", "weight"])
        frame = frame.iloc[np.argsort(-frame["weight"].abs(), kind="stable")]
        start = fit.constant + signals @ fit.slopes - frame["weight"].sum()
        first = pd.DataFrame([("start", "Before reading the description", "", start)], columns=frame.columns)
        return pd.concat([first, frame], ignore_index=True)

    def _by_word(self, fitted: Model, facet: str, at: int, slopes: np.ndarray) -> list[tuple]:
        """Each word's part in the ridge score and, for controls, in the likeness to requirements beyond that to any control's."""
        slope = slopes[1] * fitted.word_slopes(facet)[self.query.indices, at]
        if facet == "control":
            likeness = fitted.requirement_slopes[self.query.indices]
            slope = slope + slopes[3] * (likeness[:, at] - likeness.mean(axis=1))
        return [("word", word, "", weight) for word, weight in zip(self._written(self.query.indices), self.query.data * slope, strict=True)]

    def _by_neighbour(self, fitted: Model, facet: str, at: int, slope: float) -> list[tuple]:
        """Each neighbour's vote beyond what any workflow's would be."""
        places, weight = fitted.nearest((self.query @ fitted.vectors.T).toarray())
        votes = weight[0] * (fitted.y[facet][places[0], at] - fitted.y[facet][:, at].mean())
        found = self._atlas.workflows.iloc[corpus(self._atlas).places[fitted.rows[places[0]]]]
        return [("neighbour", *pair, slope * vote) for pair, vote in zip(zip(found["title"], found.index, strict=True), votes, strict=True)]

    def _written(self, places: np.ndarray) -> list[str]:
        stems, said = {place: stem for stem, place in corpus(self._atlas).vocabulary.items()}, spoken(self.text)
        return [said[stems[place]] for place in places]


def map_workflow(atlas: Atlas, text: str, picks: Sequence[tuple[str, str]] = (), selection: Selection | None = None, n: int = 6) -> Placed:
    """Map a description to the atlas.

    ``picks``: (facet, term) pairs of buyer functions, buyer industries, input kinds and capability families that the workflow is
    known to have; ``KeyError`` for a term that does not exist. ``selection`` narrows which workflows may be among the ``n`` nearest;
    probabilities rest on the whole atlas. Only the first 1,500 characters are read. The method and how well it does:
    :mod:`analysis.mapping_model` and :mod:`analysis.mapping_evaluation`.

    >>> from atlas_data import load_atlas
    >>> placed = map_workflow(load_atlas(), "Reads supplier invoices, matches them to purchase orders and proposes payment approval")
    >>> placed.nearest.index[0], "Approval workflow" in placed.chances["control"].index[:5]
    ('ai-accounts-payable-invoice-approval', True)
    """
    text, picks = text[:LONGEST], tuple(dict.fromkeys((facet, term) for facet, term in picks))
    chosen, vocabulary = _bits(atlas, picks), corpus(atlas).vocabulary
    said = spoken(text)
    known = tuple(word for stem, word in said.items() if stem in vocabulary)
    unknown = tuple(word for stem, word in said.items() if stem not in vocabulary)
    fitted = model(atlas)
    query = fitted.weigh(corpus(atlas).count([text]))
    enough = len(known) >= FEWEST_WORDS
    among = np.flatnonzero(bits_of(atlas, selection)[corpus(atlas).places]) if enough else np.zeros(0, dtype=int)
    predicted = [facet for facet in PREDICTED if facet in atlas.facets and len(atlas.facet(facet).terms)]
    learned = enough and len(atlas) >= LEAST
    return Placed(
        text=text,
        picks=picks,
        known=known,
        unknown=unknown,
        n=fitted.n,
        nearest=_nearest(atlas, fitted, query, chosen, picks, said, among, n),
        chances={facet: _chances(atlas, fitted, facet, query, chosen) for facet in predicted if learned},
        limits=_limits(atlas, learned) if enough else (),
        query=query,
        _atlas=atlas,
    )


def _limits(atlas: Atlas, learned: bool) -> tuple[str, ...]:
    read = len(corpus(atlas).places)
    part = f"Of {len(atlas):,} workflows an even sample of {read:,} was read, and the nearest are among these."
    return (() if learned else (_too_small(len(atlas)),)) + ((part,) if read < len(atlas) else ())


def _too_small(n: int) -> str:
    return f"The atlas in use has {n} workflows. Probabilities are learned from {LEAST} or more, so only the nearest workflows are shown."


def _bits(atlas: Atlas, picks: Sequence[tuple[str, str]]) -> dict[str, np.ndarray]:
    """The picked terms of each facet picked from, as 0 and 1: one row, terms."""
    found: dict[str, np.ndarray] = {}
    for facet in PICKS:
        terms = [term for name, term in picks if name == facet]
        if terms:
            found[facet] = np.zeros((1, len(atlas.facet(facet).terms)))
            found[facet][0, [atlas.facet(facet).terms.get_loc(term) for term in terms]] = 1
    if len(picks) != sum(int(bits.sum()) for bits in found.values()):
        raise KeyError(f"picks are terms of {', '.join(PICKS)}")
    return found


def _chances(atlas: Atlas, fitted: Model, facet: str, query: sparse.csr_array, chosen: Mapping[str, np.ndarray]) -> pd.DataFrame:
    probability = fitted.probability(facet, query, chosen)[0]
    share = counting.per_term(atlas, facet) / max(len(atlas), 1)
    frame = pd.DataFrame({"probability": probability, "share": share}, index=atlas.facet(facet).terms)
    return frame.iloc[np.argsort(-probability, kind="stable")]


def _nearest(
    atlas: Atlas, fitted: Model, query: sparse.csr_array, chosen: Mapping[str, np.ndarray], picks: Sequence[tuple[str, str]],
    said: Mapping[str, str], among: np.ndarray, n: int,
) -> pd.DataFrame:  # fmt: skip
    """The nearest of the workflows at the places ``among`` of the corpus, with what they have in common with the description."""
    vectors = fitted.everyone[among]
    similarity, of_atlas = (vectors @ query.T).toarray()[:, 0], corpus(atlas).places[among]
    shared, whole = np.zeros(len(among)), 0.0
    for name, bits in chosen.items():
        weight = bits[0] * fitted.information(name)
        shared, whole = shared + counting.terms_at(atlas, name, of_atlas) @ weight, whole + weight.sum()
    closeness = similarity + _PICK_WEIGHT * shared / (whole or 1.0)
    first = np.argsort(-closeness, kind="stable")[:n]
    stems = {place: stem for stem, place in corpus(atlas).vocabulary.items()}
    common = [vectors[[i]].multiply(query).tocoo() for i in first]
    near = atlas.workflows.iloc[of_atlas[first]][["title", "category", "stage"]].copy()
    near["similarity"], near["closeness"] = similarity[first], closeness[first]
    near["words"] = [tuple(said[stems[row.coords[1][j]]] for j in np.argsort(-row.data, kind="stable")[:_REASONS]) for row in common]
    has = [counting.terms_at(atlas, facet, of_atlas[first])[:, atlas.facet(facet).terms.get_loc(term)] for facet, term in picks]
    near["terms"] = [tuple(pick[1] for pick, bits in zip(picks, has, strict=True) if bits[i]) for i in range(len(near))]
    return near


def most_telling(evidence: pd.DataFrame, most: int = 6) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What speaks most for, and most against: two parts of :meth:`Placed.evidence` without the start."""
    found = evidence[evidence["kind"] != "start"]
    return found[found["weight"] > 0].head(most), found[found["weight"] < 0].head(most)
