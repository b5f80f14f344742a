"""How often each term occurs in a selection, against a baseline."""

from __future__ import annotations

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
    words = kernel.facet_words(atlas.facet(facet))
    chosen, everyone = mask_of(atlas, selection), mask_of(atlas, None)
    base = everyone & ~chosen if against == "rest" else mask_of(atlas, against)
    n, base_n = int(kernel.count(chosen)), int(kernel.count(base))
    count, base_count = kernel.count(words & chosen), kernel.count(words & base)
    low, high = wilson(count, n)
    with np.errstate(divide="ignore", invalid="ignore"):
        share, baseline = count / n, base_count / base_n
        lift = share / baseline
    p = _difference(words, chosen, base)
    columns = {"count": count, "share": share, "low": low, "high": high, "baseline": baseline, "lift": lift}
    table = pd.DataFrame({**columns, "q": benjamini_hochberg(p)}, index=atlas.facet(facet).terms)
    table.attrs.update(n=n, baseline_n=base_n)
    return table


def more_often(atlas: Atlas, facet: str, selection: Selection | None) -> pd.Index:
    """The stated terms that the selected workflows have more often than all others (Fisher, q < 0.05), clearest first."""
    table = frequency(atlas, facet, selection, "rest")
    clear = table[(table["q"] < 0.05) & (table["share"] > table["baseline"]) & stated(table.index)]
    return clear.sort_values("q", kind="stable").index


def _difference(words: np.ndarray, chosen: np.ndarray, base: np.ndarray) -> np.ndarray:
    """p of each term: the selected workflows against the baseline's others; a baseline inside them against the rest."""
    first, second = apart(chosen, base)
    n, m = int(kernel.count(first)), int(kernel.count(second))
    if not n or not m:
        return np.full(len(words), np.nan)
    count = kernel.count(words & first)
    return fisher_exact(count, np.int64(n), count + kernel.count(words & second), n + m)


def shared_by(atlas: Atlas, facet: str, group: str, selection: Selection | None = None) -> pd.DataFrame:
    """Share of each group's selected workflows that have each term: frame group term x facet term, NaN for empty groups.

    What stands where no group is stated is none.
    """
    pairs = counting.per_pair(atlas, group, facet, selection)
    sizes = counting.per_term(atlas, group, selection)
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = pairs / sizes[:, None]
    groups = atlas.facet(group).terms
    return pd.DataFrame(shares, index=groups, columns=atlas.facet(facet).terms)[stated(groups)]
