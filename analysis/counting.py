"""The few questions every view asks of an atlas. An engine that can answer these can stand in for the bit kernel.

A facet is named, or given as an :class:`analysis.axes.Axis` made from facets; a selection may be a mask.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from analysis import kernel
from analysis.axes import Axis
from analysis.keeping import kept
from analysis.selection import Selection, bits_of, mask_of, places_of
from atlas_data import Atlas
from atlas_data.bits import distinct_sets
from atlas_data.unstated import stated

Selected = Selection | np.ndarray | None
_LONG_ROW = 1_000  # words from which on reading a whole row takes longer than to ask some workflows,
_MOST_ASKED = 50_000  # which are at most so many


def total(atlas: Atlas, selection: Selected = None) -> int:
    """How many workflows are selected."""
    return int(kernel.count(mask_of(atlas, selection)))


def per_term(atlas: Atlas, facet: str | Axis, selection: Selected = None) -> np.ndarray:
    """How many selected workflows have each term of a facet: int64 of shape (terms,)."""
    return kernel.count(_words(atlas, facet) & mask_of(atlas, selection))


def per_pair(atlas: Atlas, rows: str | Axis, columns: str | Axis, selection: Selected = None) -> np.ndarray:
    """How many selected workflows have each pair of terms: int64 of shape (row terms, column terms)."""
    return kernel.pair_counts(_words(atlas, rows), _words(atlas, columns), mask_of(atlas, selection))


def per_workflow(atlas: Atlas, facet: str, selection: Selected = None) -> np.ndarray:
    """Which terms each selected workflow has: bool of shape (selected workflows, terms)."""
    return terms_at(atlas, facet, places_of(atlas, selection))


def terms_at(atlas: Atlas, facet: str, places: np.ndarray) -> np.ndarray:
    """Which terms the workflows at some places of the atlas have: bool of shape (places, terms)."""
    if atlas.engine:
        return atlas.engine.terms_at(facet, places)
    words = kernel.facet_words(atlas.facet(facet))
    if len(places) * 8 > len(atlas):
        return np.ascontiguousarray(kernel.unpack(words, len(atlas))[:, places].T)
    return (words[:, places >> 6] >> (places & 63).astype(np.uint64) & np.uint64(1)).astype(bool).T


def occurring(atlas: Atlas, facet: str, mask: np.ndarray, among: np.ndarray | None = None) -> np.ndarray:
    """Whether each term of a facet occurs in workflows of a mask: bool of shape (terms,). ``among`` says which can at all, if known.

    Rare terms are looked for in all words of a row, common ones in few. A few workflows of very many are therefore asked for theirs.
    """
    words = kernel.facet_words(atlas.facet(facet))
    if atlas.engine or not len(words) or mask.size < _LONG_ROW or kernel.count(mask) > _MOST_ASKED:
        return kernel.meets(words, mask, among)
    term, starts = _terms_in_turn(atlas, facet)
    at = places_of(atlas, mask)
    first, number = starts[at], starts[at + 1] - starts[at]
    found = np.repeat(first - np.cumsum(number) + number, number) + np.arange(number.sum())
    return np.bincount(term[found], minlength=len(words)) > 0


@kept(1, large=1)
def _terms_in_turn(atlas: Atlas, facet: str) -> tuple[np.ndarray, np.ndarray]:
    """The terms of one workflow after the other, in the smallest integers that hold them, and where those of each begin, int32 of shape
    (workflows + 1,)."""
    words = kernel.facet_words(atlas.facet(facet))
    places = [np.flatnonzero(kernel.unpack(row, len(atlas))).astype(np.int32) for row in words]
    term = np.repeat(np.arange(len(words), dtype=np.min_scalar_type(-max(len(words), 1))), [len(row) for row in places])
    place = np.concatenate(places)
    starts = np.concatenate([[0], np.cumsum(np.bincount(place, minlength=len(atlas)))]).astype(np.int32)
    return term[np.argsort(place, kind="stable")], starts


def present(atlas: Atlas, facet: str, selection: Selected = None) -> int:
    """How many stated terms of a facet at least one selected workflow has."""
    return int((per_term(atlas, facet, selection) > 0)[stated(atlas.facet(facet).terms)].sum())


def held(atlas: Atlas, facet: str) -> np.ndarray:
    """How many terms of a facet are stated of each workflow of the atlas: int16 of shape (workflows,)."""
    known = stated(atlas.facet(facet).terms)
    if atlas.engine:
        return atlas.engine.sets(facet)[:, known].sum(axis=1, dtype=np.int16)[atlas.engine.which(facet)]
    count = np.zeros(len(atlas), dtype=np.int16)
    words = kernel.facet_words(atlas.facet(facet))
    for term in np.flatnonzero(known):
        count += kernel.unpack(words[term], len(atlas))
    return count


def stating(atlas: Atlas, facet: str, selection: Selected = None) -> np.ndarray:
    """The mask of the selected workflows without those of which a facet only says that nothing is stated."""
    known, mask = stated(atlas.facet(facet).terms), mask_of(atlas, selection)
    if known.all():
        return mask
    words = kernel.facet_words(atlas.facet(facet))
    return mask & ~(kernel.any_of(words[~known]) & ~kernel.any_of(words[known]))


def silent(has: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Which rows of a table of terms have only such as state nothing; ``known``: the terms that state something."""
    return has[:, ~known].any(axis=1) & ~has[:, known].any(axis=1)


def per_set(atlas: Atlas, facet: str, selection: Selected = None) -> tuple[np.ndarray, np.ndarray]:
    """The distinct sets of terms that selected workflows have, bool (sets, terms), and how many have exactly each, int64 (sets,)."""
    sets, count = distinct(atlas, facet), per_place(atlas, [facet], selection)[facet]
    return sets[count > 0], count[count > 0]


def distinct(atlas: Atlas, facet: str) -> np.ndarray:
    """The distinct sets of terms in the whole atlas: bool (sets, terms)."""
    return atlas.engine.sets(facet) if atlas.engine else sets_of(atlas, facet)[0]


def set_at(atlas: Atlas, facet: str, places: np.ndarray) -> np.ndarray:
    """Which of :func:`distinct` the workflows at some places have: int32 of shape (places,)."""
    return atlas.engine.set_at(facet, places) if atlas.engine else sets_of(atlas, facet)[1][places]


def per_number(atlas: Atlas, column: str, selection: Selected = None) -> np.ndarray:
    """How many selected workflows list 0, 1, 2… items in a part, one of the numbers in the frame of workflows: int64."""
    if not atlas.engine:
        return np.bincount(atlas.workflows[column].to_numpy()[bits_of(atlas, selection)])
    number, n = atlas.engine.tally(f"n_{column}", mask_of(atlas, selection))
    return np.bincount(number, n).astype(np.int64)


def per_place(atlas: Atlas, facets: Iterable[str], selection: Selected = None) -> dict[str, np.ndarray]:
    """Of each of some facets how many selected workflows have exactly each of its sets (:func:`distinct`): int64 of shape (sets,)."""
    if atlas.engine:
        return {facet: _tallied(atlas, facet, selection) for facet in facets}
    at = places_of(atlas, selection)  # found once: that takes longer than to count
    return {facet: np.bincount(which[at], minlength=len(sets)) for facet in facets for sets, which in [sets_of(atlas, facet)]}


def per_place_by(atlas: Atlas, facets: Iterable[str], by: str, selection: Selected = None) -> dict[str, np.ndarray]:
    """:func:`per_place` of the selected workflows with each term of a facet: int64 of shape (terms of ``by``, sets)."""
    mask = mask_of(atlas, selection)
    if not atlas.engine:
        counted = [per_place(atlas, facets, row & mask) for row in kernel.facet_words(atlas.facet(by))]
        return {facet: np.array([count[facet] for count in counted]) for facet in facets}
    has, found = atlas.engine.sets(by), {}
    for facet in facets:
        one, other, n = atlas.engine.crossed(facet, by, mask)
        count = np.zeros((len(has), len(atlas.engine.sets(facet))), dtype=np.int64)
        count[other, one] = n
        found[facet] = has.T.astype(np.int64) @ count
    return found


def _tallied(atlas: Atlas, facet: str, selection: Selected) -> np.ndarray:
    count = np.zeros(len(atlas.engine.sets(facet)), dtype=np.int64)
    code, n = atlas.engine.tally(f"f_{facet}", mask_of(atlas, selection))
    count[code] = n
    return count


@kept(8)
def sets_of(atlas: Atlas, facet: str) -> tuple[np.ndarray, np.ndarray]:
    """The distinct sets of terms in the whole atlas, bool (sets, terms), and the place among them of each workflow's."""
    if atlas.engine:
        return atlas.engine.sets(facet), atlas.engine.which(facet)
    return distinct_sets(kernel.facet_words(atlas.facet(facet)), len(atlas))


def _words(atlas: Atlas, facet: str | Axis) -> np.ndarray:
    return facet.words if isinstance(facet, Axis) else kernel.facet_words(atlas.facet(facet))
