"""Bundles: sets of terms that occur together, and the rules worth reading among them."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd

from analysis import counting, kernel
from analysis.inference import benjamini_hochberg, fisher_exact, wilson
from analysis.keeping import kept
from analysis.selection import Selection, mask_of
from analysis.subsets import superset_sums
from atlas_data import Atlas

_MANY = 20_000  # workflows from which on every set is counted at once, if the facet allows
_EVERY = 22  # terms up to which there are few enough sets for that
_AT_ONCE = 200_000  # words of sets that are extended together
MOST_SETS = 5_000  # closed sets beyond which the search stops and says so
_LONGEST = 10  # terms of a bundle up to which all of its splits are tested: there are 2^(terms - 1) - 1
_ANTECEDENT = 3  # terms a rule may ask for: longer ones are not read
SOUND = 0.05


@kept(64)
def closed_sets(atlas: Atlas, facet: str, selection: Selection | None, support: int) -> tuple[np.ndarray, np.ndarray]:
    """Every closed set of terms that at least ``support`` workflows have: bool (sets, terms), and their counts.

    A set is closed when no term can be added without losing a workflow, so each group of workflows with something in
    common stands once, with all that they share. The empty set is left out. Found by prefix-preserving closure extension,
    which meets each closed set once: Uno, T., Asai, T., Uchida, Y. and Arimura, H. (2004), An efficient algorithm for
    enumerating closed patterns in transaction databases, Discovery Science, LNCS 3245, 16-31.
    ``ValueError`` when there are more than 5,000.
    """
    if (having := _having_every(atlas, facet, selection)) is not None:
        return _closed(having, max(support, 1), len(atlas.facet(facet).terms))
    words, mask = np.asarray(kernel.facet_words(atlas.facet(facet))), np.asarray(mask_of(atlas, selection))
    n, place = int(kernel.count(mask)), np.arange(len(words))
    at_once = max(1, _AT_ONCE // max(words.size, 1))
    found, counts = [np.zeros((0, len(words)), dtype=bool)], [np.zeros(0, dtype=np.int64)]
    # Sets in blocks: the terms of each, the workflows that have them, how many these are, and the term it was reached by.
    todo = [(kernel.count(words & mask)[None] == n, mask[None], np.array([n]), np.array([-1]))] if n >= support and len(words) else []
    while todo:
        block = todo.pop()
        if len(block[0]) > at_once:
            todo.append(tuple(part[at_once:] for part in block))
        terms, occurs, count, core = (part[:at_once] for part in block)
        some = terms.any(axis=1)
        found.append(terms[some])
        counts.append(count[some])
        if sum(map(len, found)) > MOST_SETS:
            raise ValueError(f"more than {MOST_SETS:,} sets occur in at least {support:,} workflows")
        which, term = np.nonzero(~terms & (place > core[:, None]))
        having = words[term] & occurs[which]
        size = kernel.count(having)
        enough = size >= max(support, 1)
        which, term, having, size = which[enough], term[enough], having[enough], size[enough]
        closure = kernel.pair_counts(having, words, mask) == size[:, None]
        new = ~(closure & ~terms[which] & (place < term[:, None])).any(axis=1)  # else it is reached from an earlier term
        if new.any():
            todo.append((closure[new], having[new], size[new], term[new]))
    return np.concatenate(found), np.concatenate(counts)


@kept(4, large=1)
def _having_every(atlas: Atlas, facet: str, selection: Selection | None) -> np.ndarray | None:
    """How many selected workflows have at least the terms of each of all 2^m sets, bit i of the position standing for term i: the
    superset sums of the counts of exact sets (Yates 1937), whose cost does not grow with the atlas. ``None`` where the
    workflows are few, which are then counted set by set, or the terms many."""
    m = len(atlas.facet(facet).terms)
    if m > _EVERY or counting.total(atlas, selection) < _MANY:
        return None
    sets, count = counting.per_set(atlas, facet, selection)
    return superset_sums(sets @ (1 << np.arange(m)), count.astype(np.int32), m)


def _closed(having: np.ndarray, support: int, m: int) -> tuple[np.ndarray, np.ndarray]:
    """The closed sets among all sets: those from which every further term takes a workflow."""
    code = np.flatnonzero(having[1:] >= support) + 1
    for i in range(m):
        code = code[(code >> i & 1 == 1) | (having[code | 1 << i] < having[code])]
    if len(code) > MOST_SETS:
        raise ValueError(f"more than {MOST_SETS:,} sets occur in at least {support:,} workflows")
    return (code[:, None] >> np.arange(m) & 1).astype(bool), having[code].astype(np.int64)


def bundles(atlas: Atlas, facet: str = "control", selection: Selection | None = None, support: int = 10) -> pd.DataFrame:
    """Closed sets of two terms or more that at least ``support`` workflows have, the strongest lift first.

    One row a set: ``terms`` (tuple, taxonomy order), ``degree``, ``count``, ``share``; ``expected`` if all terms were
    independent of each other, n times the product of their shares; ``lift`` = count / expected (Brin, Motwani and
    Silverstein 1997); ``leverage`` = share - expected / n (Piatetsky-Shapiro 1991); ``p``: the largest p-value of Fisher's
    exact test over all ways to split the set in two, 1 where a split occurs no more often than expected. Small only when no
    split explains the set: Webb, G. I. (2010), Self-sufficient itemsets, ACM TKDD 4(1), 3. ``q``: Benjamini-Hochberg over
    these rows. NaN for sets of more than 10 terms, whose splits are too many. ``attrs["n"]``: workflows selected.

    >>> from atlas_data import load_atlas
    >>> found = bundles(load_atlas(), support=20)
    >>> bool((found["lift"] > 0).all()), found.attrs["n"]
    (True, 207)
    """
    terms, n = atlas.facet(facet).terms.to_numpy(), counting.total(atlas, selection)
    sets, count = closed_sets(atlas, facet, selection, support)
    sets, count = sets[sets.sum(axis=1) > 1], count[sets.sum(axis=1) > 1]
    share = counting.per_term(atlas, facet, selection) / max(n, 1)
    expected = n * np.where(sets, share, 1.0).prod(axis=1)
    table = pd.DataFrame(
        {
            "terms": pd.Series([tuple(terms[row]) for row in sets], dtype=object),
            "degree": sets.sum(axis=1),
            "count": count,
            "share": count / max(n, 1),
            "expected": expected,
            "lift": count / expected,
            "leverage": (count - expected) / max(n, 1),
            "p": _weakest_split(atlas, facet, selection, sets, n),
        }
    )
    table["q"] = benjamini_hochberg(table["p"].to_numpy())
    table = table.sort_values(["lift", "count", "terms"], ascending=[False, False, True], ignore_index=True)
    table.attrs["n"] = n
    return table


def _weakest_split(atlas: Atlas, facet: str, selection: Selection | None, sets: np.ndarray, n: int) -> np.ndarray:
    """The largest p over the splits of each set."""
    words, mask, every = kernel.facet_words(atlas.facet(facet)), mask_of(atlas, selection), _having_every(atlas, facet, selection)
    tested = np.flatnonzero(sets.sum(axis=1) <= _LONGEST)
    tables, owners = [np.empty((0, 3), dtype=np.int64)], [np.empty(0, dtype=np.int64)]
    for which in tested:
        having = mask[None] if every is None else np.zeros(1, dtype=np.int64)
        for term in np.flatnonzero(sets[which]):  # row i: the workflows with the terms that the bits of i name
            having = np.concatenate([having, having & words[term] if every is None else having | 1 << int(term)])
        count = kernel.count(having) if every is None else every[having].astype(np.int64)
        half = len(count) // 2
        tables.append(np.column_stack([np.full(half - 1, count[-1]), count[1:half], count[-2 : half - 1 : -1]]))
        owners.append(np.full(half - 1, which))
    distinct, at = np.unique(np.concatenate(tables), axis=0, return_inverse=True)
    both, one, other = distinct.T
    p = np.where(both * n > one * other, fisher_exact(both, one, other, n), 1.0)[at.ravel()]
    weakest = np.full(len(sets), np.nan)
    weakest[tested] = 0.0
    np.maximum.at(weakest, np.concatenate(owners), p)
    return weakest


@kept(16)
def _frequent(atlas: Atlas, facet: str, selection: Selection | None, support: int) -> dict[tuple[int, ...], int]:
    """Every set of up to four terms, by their positions, that at least ``support`` workflows have, with its count."""
    words, mask = kernel.facet_words(atlas.facet(facet)), mask_of(atlas, selection)
    if (every := _having_every(atlas, facet, selection)) is not None:
        code = np.flatnonzero(every[1:] >= support) + 1
        code = code[np.bitwise_count(code) <= _ANTECEDENT + 1]
        if len(code) > 4 * MOST_SETS:
            raise ValueError(f"more than {4 * MOST_SETS:,} sets occur in at least {support:,} workflows")
        named = [tuple(i for i in range(len(words)) if one >> i & 1) for one in code.tolist()]
        return dict(sorted(zip(named, every[code].tolist(), strict=True), key=lambda found: (len(found[0]), found[0])))
    having, sets = mask[None], np.empty((1, 0), dtype=np.int64)
    counted: dict[tuple[int, ...], int] = {}
    for _ in range(_ANTECEDENT + 1):
        count = kernel.pair_counts(having, words, mask)
        after = np.arange(len(words)) > (sets[:, -1:] if sets.shape[1] else -1)
        which, term = np.nonzero((count >= support) & after)
        having, sets = having[which] & words[term], np.column_stack([sets[which], term])
        counted |= dict(zip(map(tuple, sets.tolist()), count[which, term].tolist(), strict=True))
        if len(counted) > 4 * MOST_SETS:
            raise ValueError(f"more than {4 * MOST_SETS:,} sets occur in at least {support:,} workflows")
    return counted


def rules(
    atlas: Atlas, facet: str = "control", selection: Selection | None = None, support: int = 10, confidence: float = 0.6
) -> pd.DataFrame:
    """Rules "workflows with these terms also have that one" worth reading, the surest (lowest q) first.

    Of all rules with one to three terms before the arrow, one after it, and at least ``support`` workflows with all of them
    (``attrs["tested"]`` says how many), those are kept that

    - hold in at least ``confidence`` of the workflows with the antecedent;
    - hold more often than the consequent occurs anyway, with q < 0.05: Fisher's exact test of antecedent by consequent,
      Benjamini-Hochberg over all rules tested (``attrs["sound"]`` says how many pass both);
    - are productive: dropping any one term of the antecedent gives a rule that holds less often, by Fisher's exact test
      (p < 0.05) among the workflows of that shorter rule. Webb, G. I. (2007), Discovering significant patterns, Machine
      Learning 68, 1-33.

    One row a rule: ``antecedent`` (tuple), ``consequent``, ``count`` with both, ``of`` with the antecedent, ``confidence`` =
    count / of with its Wilson interval ``low``-``high``, ``share`` of all that have the consequent, ``lift`` = confidence /
    share, ``p``, ``q``. Agrawal, R., Imielinski, T. and Swami, A. (1993), SIGMOD Record 22(2), 207-216.

    >>> from atlas_data import load_atlas
    >>> bool((rules(load_atlas())["lift"] > 1).all())
    True
    """
    terms, n = atlas.facet(facet).names, counting.total(atlas, selection)
    count = _frequent(atlas, facet, selection, max(support, 1))
    split = [(found, i) for found in count if len(found) > 1 for i in range(len(found))]
    before, after = [found[:i] + found[i + 1 :] for found, i in split], np.array([found[i] for found, i in split], dtype=np.int64)
    both = np.array([count[found] for found, _ in split], dtype=np.int64)
    of = np.array([count[antecedent] for antecedent in before], dtype=np.int64)
    share = counting.per_term(atlas, facet, selection)[after]
    distinct, which = np.unique(np.column_stack([both, of, share]), axis=0, return_inverse=True)
    p = fisher_exact(*distinct.T, n)[which.ravel()]
    q = benjamini_hochberg(p)
    low, high = wilson(both, of)
    table = pd.DataFrame(
        {
            "antecedent": pd.Series([tuple(terms[i] for i in antecedent) for antecedent in before], dtype=object),
            "consequent": pd.Series([terms[i] for i in after], dtype=object), "count": both, "of": of, "confidence": both / of, "low": low,
            "high": high, "share": share / max(n, 1), "lift": both * n / (of * share), "p": p, "q": q,
        }
    )  # fmt: skip
    sound = np.flatnonzero((table["q"] < SOUND) & (table["lift"] > 1) & (table["confidence"] >= confidence))
    table = table.iloc[_productive(count, before, after, sound)]
    table = table.sort_values(["q", "lift", "consequent"], ascending=[True, False, True], ignore_index=True)
    table.attrs.update(n=n, tested=len(q), sound=len(sound))
    return table


def _with(antecedent: tuple[int, ...], term: int) -> tuple[int, ...]:
    return tuple(sorted((*antecedent, term)))


def _productive(count: dict, before: list[tuple[int, ...]], after: np.ndarray, which: np.ndarray) -> np.ndarray:
    """Those of some rules that hold more often than every rule with one term fewer before the arrow, among the workflows of that."""
    shorter = [(i, left) for i in which.tolist() if len(before[i]) > 1 for left in combinations(before[i], len(before[i]) - 1)]
    have = [count[before[i]] for i, _ in shorter]
    both, hold = ([count[_with(found, int(after[i]))] for i, found in rows] for rows in ([(i, before[i]) for i, _ in shorter], shorter))
    both, have, hold, n = (np.array(found, dtype=np.int64) for found in (both, have, hold, [count[left] for _, left in shorter]))
    better = both * n > have * hold
    better[better] = fisher_exact(both[better], have[better], hold[better], n[better]) < SOUND
    return np.setdiff1d(which, np.array([i for i, _ in shorter], dtype=np.int64)[~better])
