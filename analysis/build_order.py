"""What to build next: the best sets of controls of every size, and the best order to build them in.

A workflow is covered when all its controls are there. With m controls still to build, the weight covered by each of the
2^m possible sets is one subset-sum (zeta) transform (Yates 1937; Björklund et al. 2007, Fourier meets Möbius). From it follow,
exactly, the best set of each size, the best set under a budget, and by a dynamic programme over subsets (Bellman 1962; Held
and Karp 1962) the best nested order: the one whose coverage, added up over all steps, is the largest. Above 24 controls the
best sets come from a mixed-integer programme with its gap (:mod:`analysis.programme`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd

from analysis import counting, kernel
from analysis.coverage import checked
from analysis.nesting import nested_order
from analysis.selection import Selection, bits_of, mask_of
from analysis.subsets import most_by_size, subset_sums
from atlas_data import Atlas
from atlas_data.unstated import stated

EXACT = 24  # up to so many terms every set is compared
_RANDOM = 200


@dataclass(frozen=True, eq=False)
class Problem:
    """What the workflows still need, as the distinct sets of terms that they have: few, however many the workflows.

    ``terms``: the m terms still to build, in taxonomy order; ``needs``: bool (sets, m); ``weights``: what covering the
    workflows with each set is worth; ``have``: the terms there already; ``posed``: the atlas, the selection and the facet; ``silent``:
    which sets state nothing, so that nobody knows what covers them.
    """

    terms: tuple[str, ...]
    needs: np.ndarray
    weights: np.ndarray
    have: tuple[str, ...]
    posed: tuple[Atlas, Selection | None, str] | None = None
    silent: np.ndarray | bool = False

    @property
    def exact(self) -> bool:
        return len(self.terms) <= EXACT

    @property
    def sets(self) -> int:
        """How many sets there are to compare."""
        return 2 ** len(self.terms)

    def covered(self) -> np.ndarray:
        """Weight covered by each set of terms: (2^m,); bit i of the position stands for term i. Of whole weights in the smallest integers
        that hold them all: 4 MB for 21 terms of a few hundred workflows, which a processor is done with in a quarter of the time; else
        float64."""
        if (known := _LAST.get(self)) is not None:
            return known
        m = len(self.terms)
        value = subset_sums(self.needs @ (1 << np.arange(m)), self.weights.astype(self.fitting()), m)
        value.flags.writeable = False
        _LAST.clear()
        _LAST[self] = value
        return value

    def __eq__(self, other: object) -> bool:
        """Whether the same sets are worth the same, whoever asks."""
        same = isinstance(other, Problem) and self.terms == other.terms
        return same and np.array_equal(self.weights, other.weights) and np.array_equal(self.needs, other.needs)

    def __hash__(self) -> int:
        return hash((self.terms, self.weights.tobytes()))

    def fitting(self, times: int = 1) -> type:
        """The smallest integers that hold so many times all weights; float64 where these are not whole, or too large."""
        most, whole = self.weights.sum() * times, (self.weights == np.floor(self.weights)).all()
        return next((kind for kind in (np.int8, np.int16, np.int32) if whole and most <= np.iinfo(kind).max), np.float64)


# Order, sets and budget are asked for one after the other, each with a problem of its own: the last answer is kept, and no longer than
# its problem.
_LAST: WeakKeyDictionary[Problem, np.ndarray] = WeakKeyDictionary()


def problem(
    atlas: Atlas,
    have: str | Iterable[str] = (),
    selection: Selection | None = None,
    weights: Mapping[str, float] | pd.Series | None = None,
    facet: str = "control",
) -> Problem:
    """What the selected workflows still need beyond ``have``; ``weights`` by workflow id, 1 where none is given. A workflow whose terms are
    not stated counts for nothing.

    ``KeyError`` for an unknown term, ``ValueError`` for a negative weight.
    """
    terms = atlas.facet(facet).terms
    have = checked(atlas, facet, have)
    needs, worth = counting.per_set(atlas, facet, selection)
    if weights is not None:
        each = pd.Series(weights, dtype=float).reindex((selection if selection is not None else Selection()).ids(atlas)).fillna(1.0)
        if (each < 0).any():
            raise ValueError(f"the weight of {each.idxmin()!r} is {each.min():g}; weights must not be negative")
        worth = np.bincount(_set_of(atlas, facet, selection), each.to_numpy(), minlength=len(needs))
    known = stated(terms)
    silent = counting.silent(needs, known)
    open_ = known & ~terms.isin(have) & needs.any(axis=0)
    worth = np.where(silent, 0.0, worth)
    return Problem(tuple(terms[open_]), needs[:, open_], worth, tuple(have), (atlas, selection, facet), silent)


def _set_of(atlas: Atlas, facet: str, selection: Selection | None) -> np.ndarray:
    """The place of each selected workflow's set of terms among those of :func:`analysis.counting.per_set`."""
    which = counting.sets_of(atlas, facet)[1][bits_of(atlas, selection)]
    return (np.cumsum(np.bincount(which) > 0) - 1)[which]


def best_sets(posed: Problem) -> pd.DataFrame:
    """The best set of each size: one row a size from 0 to m.

    ``covered``: weight covered; ``terms``: the set, in taxonomy order (where every set was compared, of equally good ones one that
    holds the set before, else the first); ``added`` to and ``dropped`` from the set before, empty where that covers
    nothing; ``gap``: how much more a better set might still cover, 0 when every set was compared. Above 24 terms sets may be smaller
    than their size, and what is found depends on the speed of the machine.

    >>> from atlas_data import load_atlas
    >>> table = best_sets(problem(load_atlas(), facet="layer"))
    >>> int(table["covered"].iloc[-1]), table["covered"].is_monotonic_increasing
    (207, True)
    """
    m = len(posed.terms)
    if not posed.exact:
        from analysis.programme import best_of_each_size

        order = [posed.terms.index(term) for term in greedy_order(posed)]
        found = [
            (covered, tuple(term for term, there in zip(posed.terms, chosen, strict=True) if there), gap)
            for covered, chosen, gap in best_of_each_size(posed.needs, posed.weights, order)
        ]
    else:
        worth, code, found = posed.covered(), 0, []
        for size, (most, first) in enumerate(most_by_size(worth, m)):
            larger = [code | 1 << i for i in range(m) if size and not code >> i & 1]
            code = next((one for one in larger if worth[one] == most), None) or first()
            found.append((float(most), code, 0.0))
        found = [(most, named(posed, code), gap) for most, code, gap in found]
    covered, sets, gap = map(list, zip(*found, strict=True))
    before = [sets[0], *(old if most > 0 else new for most, old, new in zip(covered[:-1], sets[:-1], sets[1:], strict=True))]
    steps = list(zip(before, sets, strict=True))
    columns = {
        "covered": covered,
        "added": [tuple(term for term in new if term not in old) for old, new in steps],
        "dropped": [tuple(term for term in old if term not in new) for old, new in steps],
        "terms": sets,
        "gap": gap,
    }
    return pd.DataFrame(columns, index=pd.RangeIndex(m + 1, name="size"))


def best_order(posed: Problem) -> list[str]:
    """The nested order whose coverage, added up over all steps, is the largest; exact up to 24 terms, greedy above. Of equally good ones
    one in which a term comes before those that cover nothing without it; of two that the same workflows need the first in the taxonomy.

    >>> from atlas_data import load_atlas
    >>> len(best_order(problem(load_atlas(), facet="layer")))
    6
    """
    if not posed.exact:
        return greedy_order(posed)
    covered = posed.covered().astype(posed.fitting(len(posed.terms) + 1), copy=False)
    return [posed.terms[i] for i in nested_order(posed.needs[posed.weights > 0], covered)]


def greedy_order(posed: Problem) -> list[str]:
    """Always the term that covers the most at once; of equals the one that most uncovered weight needs."""
    lacking, order = posed.needs.copy(), []
    while lacking.shape[1] > len(order):
        missing = lacking.sum(axis=1)
        gain = posed.weights @ (lacking & (missing == 1)[:, None])
        asked = posed.weights @ lacking
        left = [i for i in range(lacking.shape[1]) if posed.terms[i] not in order]
        best = max(left, key=lambda i: (gain[i], asked[i], -i))
        order.append(posed.terms[best])
        lacking[:, best] = False
    return order


def curve(posed: Problem, order: Iterable[str]) -> np.ndarray:
    """Weight covered after 0, 1, … m steps of an order: float64 (m + 1,)."""
    place = np.array([list(order).index(term) + 1 for term in posed.terms], dtype=int)
    return _curves(posed, place[None])[0]


def random_curves(posed: Problem, times: int = _RANDOM, seed: int = 7) -> np.ndarray:
    """Curves of random orders: float64 (times, m + 1)."""
    rng = np.random.default_rng(seed)
    return _curves(posed, rng.permuted(np.tile(np.arange(1, len(posed.terms) + 1), (times, 1)), axis=1))


def completed(posed: Problem, order: Iterable[str]) -> pd.Series:
    """The step of the order that completes each workflow, by workflow id; 0 when nothing is missing, a step beyond the last for one
    whose terms are not stated."""
    atlas, selection, facet = posed.posed
    return pd.Series(_steps(posed, order)[_set_of(atlas, facet, selection)], index=atlas.workflows.index[bits_of(atlas, selection)])


def _steps(posed: Problem, order: Iterable[str]) -> np.ndarray:
    """The step of the order that completes each set."""
    order = list(order)
    place = np.array([order.index(term) + 1 for term in posed.terms], dtype=int)
    return np.where(posed.silent, len(order) + 1, (posed.needs * place).max(axis=1, initial=0))


def unlocked_by(atlas: Atlas, posed: Problem, order: Iterable[str], facet: str = "category") -> pd.DataFrame:
    """Workflows that each step of an order completes, by the terms of a facet that occur: one row a step, counts."""
    order, (_, selection, of) = list(order), posed.posed
    done, mask = np.zeros(len(atlas), dtype=np.int64), mask_of(atlas, selection)
    done[bits_of(atlas, mask)] = _steps(posed, order)[_set_of(atlas, of, selection)]
    words = kernel.facet_words(atlas.facet(facet)) & mask
    counts = [np.bincount(done[bits_of(atlas, row)], minlength=len(order) + 2)[1:-1] for row in words]
    counts = np.array(counts, dtype=np.int64).reshape(-1, len(order)).T
    table = pd.DataFrame(counts, index=pd.Index(order, name="control"), columns=atlas.facet(facet).terms)
    return table.loc[:, words.any(axis=1)]


def worths(atlas: Atlas, selection: Selection | None = None, worth: str = "workflows") -> pd.Series | None:
    """What each workflow counts: ``"workflows"`` one each (``None``), ``"buyers"`` the buyer functions that name it."""
    if worth == "workflows" or "buyer_function" not in atlas.facets:
        return None
    ids = (selection if selection is not None else Selection()).ids(atlas)
    return pd.Series(counting.held(atlas, "buyer_function")[bits_of(atlas, selection)], index=ids, dtype=float)


def named(posed: Problem, code: int) -> tuple[str, ...]:
    """The terms of a set, given as the place of its bits."""
    return tuple(term for i, term in enumerate(posed.terms) if code >> i & 1)


def _curves(posed: Problem, places: np.ndarray) -> np.ndarray:
    """Coverage after each step, for many orders at once; ``places`` (orders, m): the step at which each term comes."""
    if not places.shape[1]:
        return np.full((len(places), 1), posed.weights.sum())
    if posed.exact:  # what each step covers is known for every set
        bits = np.take_along_axis(np.broadcast_to(1 << np.arange(places.shape[1]), places.shape), np.argsort(places, axis=1), 1)
        return posed.covered()[np.cumsum(np.pad(bits, ((0, 0), (1, 0))), axis=1)].astype(float)
    codes, code_of = np.unique(posed.needs, axis=0, return_inverse=True)
    weight = np.bincount(code_of.ravel(), posed.weights, minlength=len(codes))
    done = np.stack([(codes * place).max(axis=1) for place in places])
    steps = places.shape[1] + 1
    flat = (np.arange(len(places))[:, None] * steps + done).ravel()
    gained = np.bincount(flat, np.tile(weight, len(places)), minlength=len(places) * steps)
    return gained.reshape(len(places), steps).cumsum(axis=1)
