"""What to build within a budget: the best set of controls that it pays."""

from __future__ import annotations

from collections.abc import Mapping
from weakref import WeakKeyDictionary

import numpy as np

from analysis.build_order import EXACT, Problem, named

_WITHIN: WeakKeyDictionary[Problem, dict] = WeakKeyDictionary()  # a page asks for the same budget in every run
_BUDGETS = 64  # that are kept of a problem


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
    spent = np.zeros(1)
    for each in cost:
        spent = np.concatenate([spent, spent + each])
    value = posed.covered()
    worth = np.where(spent <= budget + 1e-9, value, value.dtype.type(-1))
    ties = np.flatnonzero(worth == worth.max())
    best = int(ties[spent[ties].argmin()])
    return float(worth[best]), best, float(spent[best])
