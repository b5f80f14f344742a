"""The best order to add terms in: each set of an order within the next, by a dynamic programme over all sets."""

from __future__ import annotations

from functools import cache

import numpy as np

from analysis.subsets import LOW, by_size

_PAD = 32  # entries between two rows that are turned


def nested_order(needs: np.ndarray, covered: np.ndarray) -> list[int]:
    """The order of m terms whose coverage, added up over all steps, is the largest: the places of the terms.

    ``needs``: which terms something worth covering needs, bool (things, m); ``covered``: what each set of terms covers, (2^m,), bit i of
    the position standing for term i, of a type that holds m + 1 times the most. Bellman (1962), Held and Karp (1962). Of equally good
    orders one in which a term comes before those that cover nothing without it; of two that the same things need the first.

    >>> nested_order(np.array([[True, True], [False, True]]), np.array([0, 0, 1, 2]))
    [1, 0]
    """
    m, first = needs.shape[1], _first(needs)
    total = _nested(covered, m, first)
    after = (first @ (1 << np.arange(m))).tolist()
    code, steps = (1 << m) - 1, []
    while code:
        left = [i for i in range(m) if code >> i & 1 and not code & after[i]]
        last = max(left, key=lambda i: (total[code ^ (1 << i)], i))
        steps.append(last)
        code ^= 1 << last
    return steps[::-1]


def _first(needs: np.ndarray) -> np.ndarray:
    """[i, j]: whether term i may as well come before j, as whatever needs j needs i, so that j alone covers nothing: bool (m, m). Of two
    that are needed together the one before."""
    asked = needs.astype(np.float32)
    first = asked.T @ asked == asked.sum(axis=0)  # of those that need j as many need i too
    return first & ~(first.T & np.tri(len(first), dtype=bool))


def _nested(covered: np.ndarray, m: int, first: np.ndarray) -> np.ndarray:
    """For each set the largest sum of coverage over the ways to build it one by one: (2^m,), of the type of ``covered``.

    total[S] = covered[S] + max over i in S of total[S without i]. Sets are laid out as rows (their high bits) and columns
    (their low bits), so that each step works on whole rows, a size at a time. Rows and columns that hold a term without one that may
    as well come ``first``, (m, m), are passed over, and -1 there: with a few dozen workflows that is most of them.
    """
    low = min(m, LOW)
    value = covered.reshape(-1, 1 << low)
    total = np.empty_like(value)
    passed, lacking = _lacking(first[low:, low:]), _lacking(first[:low, :low])
    total[passed] = -1
    steps = _smaller(low, lacking)[1:]
    for size, (rows, smaller) in enumerate(_smaller(m - low, passed)):
        before = np.full((len(rows), 1 << low), -1, dtype=value.dtype)  # below any coverage
        before, here = _turned(_most(before, total, smaller)), _turned(value[rows])
        if size:
            here[0] += before[0]
        here[lacking] = -1
        for columns, fewer in steps:
            here[columns] += _most(before[columns], here, fewer)
        total[rows] = here.T
    return total.ravel()


def _turned(table: np.ndarray) -> np.ndarray:
    """The columns as rows, by way of rows that do not lie a power of two apart: entries below each other would push each other out of
    the processor's cache, and it would take several times as long."""
    apart = np.empty((len(table), table.shape[1] + _PAD), dtype=table.dtype)[:, : table.shape[1]]
    apart[...] = table
    return np.ascontiguousarray(apart.T)


def _most(best: np.ndarray, held: np.ndarray, choices: list[np.ndarray]) -> np.ndarray:
    """``best``, or the row of ``held`` at any of the ``choices`` where that is more."""
    row = np.empty_like(best)
    for at in choices:
        np.maximum(best, np.take(held, at, axis=0, out=row, mode="clip"), out=best)  # with another mode it would be copied twice
    return best


def _lacking(first: np.ndarray) -> np.ndarray:
    """Which sets of m terms hold one without another that comes ``first``: bool (2^m,)."""
    m = len(first)
    sets, lacking = np.arange(1 << m), np.zeros(1 << m, dtype=bool)
    for term, others in enumerate(first.T @ (1 << np.arange(m))):
        if others:
            lacking |= (sets >> term & 1 == 1) & (sets & others != others)
    return lacking


def _smaller(m: int, lacking: np.ndarray) -> list[tuple[np.ndarray, list[np.ndarray]]]:
    """By size, the sets of m terms that are not ``lacking`` any, (2^m,); with as many others, each without one of its terms."""
    if not lacking.any():
        return _all_smaller(m)
    whole = ~lacking
    return [(sets[whole[sets]], [fewer[whole[sets]] for fewer in smaller]) for sets, smaller in _all_smaller(m)]


@cache
def _all_smaller(m: int) -> list[tuple[np.ndarray, list[np.ndarray]]]:
    """By size, all sets of m terms with as many others: each set without one of its terms."""
    sizes = by_size(m)
    terms = [np.nonzero(sets[:, None] >> np.arange(m) & 1)[1].reshape(len(sets), size) for size, sets in enumerate(sizes)]
    return [(sets, [sets ^ (1 << term) for term in held.T]) for sets, held in zip(sizes, terms, strict=True)]
