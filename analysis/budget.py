"""What to build within a budget: the best set of controls that it pays."""

from __future__ import annotations

from collections.abc import Mapping
from weakref import WeakKeyDictionary

import numpy as np

from analysis.build_order import EXACT, Problem, named

_WITHIN: WeakKeyDictionary[Problem, dict] = WeakKeyDictionary()  # a page asks for the same budget in every run
_BUDGETS = 64  # that are kept of a problem
_BLOCK = 16  # terms of which all sets fit into a processor's cache: looked at in blocks, 2 million take a quarter of the time


def best_within(posed: Problem, effort: Mapping[str, float], budget: float) -> tuple[float, list[str], float]:
    """The best set whose effort stays within a budget: weight covered, the set, its effort. Exact up to 24 terms.

    ``effort`` by term, 1 where none is given. Of equally good sets the one with the least effort. ``ValueError`` for a
    negative effort, or for more than 24 terms.

    >>> from atlas_data import load_atlas
    >>> from analysis.build_order import problem
    >>> worth, chosen, spent = best_within(problem(load_atlas(), facet="layer"), {}, 3)
    >>> len(chosen), spent
    (3, 3.0)
    """
    if not posed.exact:
        raise ValueError(f"a budget is exact up to {EXACT} terms; there are {len(posed.terms)}")
    cost = np.array([float(effort.get(term, 1.0)) for term in posed.terms])
    if (cost < 0).any():
        raise ValueError(f"the effort of {posed.terms[int(cost.argmin())]!r} is negative")
    known, asked = _WITHIN.setdefault(posed, {}), (budget, *cost)
    if asked not in known:
        if len(known) == _BUDGETS:
            known.clear()
        known[asked] = _within(posed, cost, budget)
    worth, best, spent = known[asked]
    return worth, list(named(posed, best)), spent


def _within(posed: Problem, cost: np.ndarray, budget: float) -> tuple[float, int, float]:
    low, high = _sums(cost[:_BLOCK]), _sums(cost[_BLOCK:])
    found = (-1.0, 0, 0.0)
    for block, value in enumerate(posed.covered().reshape(len(high), len(low))):
        spent = low + high[block]
        worth = np.where(spent <= budget + 1e-9, value, value.dtype.type(-1))
        most = worth.max()
        if most >= max(found[0], 0):
            ties = np.flatnonzero(worth == most)
            first = ties[spent[ties].argmin()]
            if most > found[0] or spent[first] < found[2]:
                found = float(most), block * len(low) + int(first), float(spent[first])
    return found


def _sums(cost: np.ndarray) -> np.ndarray:
    """The effort of each set of terms, as :meth:`Problem.covered` has them in order."""
    spent = np.zeros(1)
    for each in cost:
        spent = np.concatenate([spent, spent + each])
    return spent
