"""Set intersections: which combinations of terms occur."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis import counting
from analysis.bundles import closed_sets
from analysis.selection import Selection
from atlas_data import Atlas
from atlas_data.problems import nearest

ORDERS = {"size": "Most workflows first", "degree": "Fewest terms first", "terms": "As in the taxonomy"}


def intersections(atlas: Atlas, facet: str = "control", selection: Selection | None = None) -> pd.DataFrame:
    """Each distinct set of terms that selected workflows have, exactly those terms and no others.

    One row a set, the most frequent first: ``terms`` (tuple, taxonomy order), ``degree`` (number of terms), ``count``
    (workflows). The counts sum to the selected workflows. Lex, A. et al. (2014), UpSet, IEEE TVCG 20, 1983-1992.

    >>> from atlas_data import load_atlas
    >>> sets = intersections(load_atlas(), "layer")
    >>> int(sets["count"].sum()) == len(load_atlas())
    True
    """
    distinct, count = counting.per_set(atlas, facet, selection)
    sets = _named(atlas, facet, distinct).assign(count=count)
    return sets.sort_values(["count", "degree", "terms"], ascending=[False, True, True], ignore_index=True)


def upset(
    atlas: Atlas,
    facet: str = "control",
    selection: Selection | None = None,
    *,
    count: str = "exactly",
    sort: str = "size",
    support: int = 1,
    degree: int = 0,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    most: int | None = None,
) -> pd.DataFrame:
    """Sets of terms with the workflows that have exactly these and those that have at least these.

    One row a set: ``terms``, ``degree``, ``exactly``, ``at_least``, ``share`` (of the selected workflows, by ``count``).
    ``count="exactly"`` takes every set that some workflow has and no more. ``count="at_least"`` takes every set that no
    term can be added to without losing a workflow (a closed set): other sets hold the same workflows as one of these.

    ``support`` workflows and ``degree`` terms at least; with all terms of ``include``, none of ``exclude``; in order of
    ``sort``, one of ``ORDERS``; the first ``most``. ``attrs``: ``n``, and ``found``, how many sets there are before ``most``.
    ``ValueError`` for an unknown order or count, or more than 5,000 closed sets.

    >>> from atlas_data import load_atlas
    >>> upset(load_atlas(), count="at_least", degree=2, most=1).at[0, "terms"]
    ('Review workflow', 'Evidence storage')
    """
    for value, known in ((count, ("exactly", "at_least")), (sort, ORDERS)):
        if value not in known:
            raise ValueError(f"no {value!r}{nearest(value, known)} It is one of: {', '.join(known)}")
    distinct, exactly = counting.per_set(atlas, facet, selection)
    n = int(exactly.sum())
    if count == "exactly":
        sets, size = distinct, exactly
    else:
        sets, size = closed_sets(atlas, facet, selection, max(support, 1))
    with_all, with_none = (atlas.facet(facet).terms.get_indexer(list(terms)) for terms in (include, exclude))
    kept = (size >= support) & (sets.sum(axis=1) >= degree) & sets[:, with_all].all(axis=1) & ~sets[:, with_none].any(axis=1)
    sets, size = sets[kept], size[kept]
    degrees = sets.sum(axis=1)
    keys = {"size": ["size", "degree"], "degree": ["degree", "size"], "terms": []}[sort]
    rank = [~sets[:, i] for i in range(sets.shape[1])]  # by terms: sets with the first term of the taxonomy first
    by = [-size if key == "size" else degrees for key in keys]
    if most is not None and keys[:1] == ["size"] and len(size) > 10 * most:  # of many, those that can be among the first
        large = np.flatnonzero(size >= np.partition(size, len(size) - most)[len(size) - most])
    else:
        large = np.arange(len(size))
    order = large[np.lexsort([key[large] for key in (*reversed(rank), *reversed(by))])[:most]] if len(size) else large
    table, chosen = _named(atlas, facet, sets[order]), sets[order]
    blocks = [_held(block, distinct, exactly) for block in np.array_split(chosen, chosen.size * len(distinct) // 20_000_000 + 1)]
    table[["exactly", "at_least"]] = np.concatenate(blocks)
    table["share"] = table[count] / max(n, 1)
    table.attrs.update(n=n, found=int(kept.sum()))
    return table


def _held(sets: np.ndarray, distinct: np.ndarray, count: np.ndarray) -> np.ndarray:
    """How many workflows have exactly, and at least, the terms of each set: shape (sets, 2)."""
    size = sets.sum(axis=1)[:, None]
    at_least = sets.astype(np.float32) @ distinct.T.astype(np.float32) == size  # whole numbers, in the fastest type to multiply
    exactly = at_least & (distinct.sum(axis=1) == size)
    return np.stack([exactly @ count, at_least @ count], axis=1)


def _named(atlas: Atlas, facet: str, sets: np.ndarray) -> pd.DataFrame:
    terms = atlas.facet(facet).terms.to_numpy()
    return pd.DataFrame({"terms": pd.Series([tuple(terms[row]) for row in sets], dtype=object), "degree": sets.sum(axis=1)})
