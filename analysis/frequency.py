"""How often each term occurs in a selection, against a baseline."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis import counting, kernel
from analysis.inference import benjamini_hochberg, fisher_exact, wilson
from analysis.selection import Selection, apart, mask_of
from atlas_data import Atlas
from atlas_data.unstated import stated


def frequency(atlas: Atlas, facet: str, selection: Selection | None = None, against: Selection | str | None = None) -> pd.DataFrame:
    """Frequency of each term of a facet among the selected workflows.

    ``against`` sets the baseline: ``None`` the whole atlas, ``"rest"`` the workflows not selected, or another
    selection. Columns, one row a term in the order of the taxonomy:

    - ``count``: selected workflows with the term; ``share`` of the n selected, with its 95% Wilson interval
      ``low``-``high``;
    - ``baseline``: share among the baseline's workflows; ``lift``: share / baseline, infinite where the baseline lacks the term;
    - ``q``: Benjamini-Hochberg over the terms of the two-sided Fisher test of the selected workflows against the
      baseline's workflows outside the selection; when the baseline lies inside the selection, of the baseline against
      the rest of the selection. NaN when both are the same workflows.

    ``attrs["n"]`` and ``attrs["baseline_n"]`` give the two denominators.

    >>> from atlas_data import load_atlas
    >>> table = frequency(load_atlas(), "category")
    >>> int(table["count"].sum()) == table.attrs["n"]
    True
    """
    return frequencies(atlas, (facet,), selection, against)[facet]


def frequencies(
    atlas: Atlas, facets: Sequence[str], selection: Selection | None = None, against: Selection | str | None = None
) -> dict[str, pd.DataFrame]:
    """:func:`frequency` of several facets, whose terms are worked out together: seven of them in two fifths of the time.

    >>> from atlas_data import load_atlas
    >>> {facet: len(table) for facet, table in frequencies(load_atlas(), ["category", "stage"]).items()}
    {'category': 5, 'stage': 4}
    """
    words = [kernel.facet_words(atlas.facet(facet)) for facet in facets]
    chosen, everyone = mask_of(atlas, selection), mask_of(atlas, None)
    base = everyone & ~chosen if against == "rest" else mask_of(atlas, against)
    n, base_n = int(kernel.count(chosen)), int(kernel.count(base))
    count, base_count = _counts(words, chosen), _counts(words, base)
    low, high = wilson(count, n)
    with np.errstate(divide="ignore", invalid="ignore"):
        share, baseline = count / n, base_count / base_n
        lift = share / baseline
    p = _difference(words, *apart(chosen, base))
    parts = [slice(end - len(rows), end) for rows, end in zip(words, np.cumsum([len(rows) for rows in words]), strict=True)]
    q = np.concatenate([benjamini_hochberg(p[at]) for at in parts])
    columns = {"count": count, "share": share, "low": low, "high": high, "baseline": baseline, "lift": lift, "q": q}
    joined, tables = pd.DataFrame(columns), {}
    for facet, at in zip(facets, parts, strict=True):
        tables[facet] = joined.iloc[at].set_axis(atlas.facet(facet).terms)
        tables[facet].attrs.update(n=n, baseline_n=base_n)
    return tables


def more_often(atlas: Atlas, facet: str, selection: Selection | None) -> pd.Index:
    """The stated terms that the selected workflows have more often than all others (Fisher, q < 0.05), clearest first."""
    table = frequency(atlas, facet, selection, "rest")
    clear = table[(table["q"] < 0.05) & (table["share"] > table["baseline"]) & stated(table.index)]
    return clear.sort_values("q", kind="stable").index


def _difference(words: Sequence[np.ndarray], first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """p of each term of some facets, one after the other: the workflows of one mask against those of another."""
    n, m = int(kernel.count(first)), int(kernel.count(second))
    if not n or not m:
        return np.full(sum(map(len, words)), np.nan)
    count = _counts(words, first)
    return fisher_exact(count, np.int64(n), count + _counts(words, second), n + m)


def _counts(words: Sequence[np.ndarray], mask: np.ndarray) -> np.ndarray:
    """How many workflows of a mask have each term of some facets, one after the other."""
    return np.concatenate([kernel.count(rows & mask) for rows in words])


def shared_by(atlas: Atlas, facet: str, group: str, selection: Selection | None = None) -> pd.DataFrame:
    """Share of each group's selected workflows that have each term: frame group term x facet term, NaN for empty groups.

    What stands where no group is stated is none.
    """
    groups = atlas.facet(group).terms
    return pd.DataFrame(shares(atlas, facet, group, selection), index=groups, columns=atlas.facet(facet).terms)[stated(groups)]


def shares(atlas: Atlas, facet: str, group: str, selection: counting.Selected = None) -> np.ndarray:
    """The numbers of :func:`shared_by`, of all that may stand where a group does: float64 (group terms, facet terms)."""
    pairs, sizes = counting.per_pair(atlas, group, facet, selection), counting.per_term(atlas, group, selection)
    with np.errstate(divide="ignore", invalid="ignore"):
        return pairs / sizes[:, None]
