"""Demand, complexity and crowding side by side: of workflows, and of segments of the atlas.

Counting a workflow's own buyers would measure the format of its entry, which lists four to six. Its demand is therefore
that of the buyers it names: how many workflows of the atlas they name.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis import counting, kernel
from analysis.complexity import PARTS, complexity, parts, quantile, tallies_by
from analysis.keeping import kept
from analysis.selection import Selection, bits_of, mask_of
from atlas_data import Atlas
from atlas_data.unstated import stated

BUYERS = ("buyer_function", "buyer_industry")
NEEDED = ("control", "layer", "reviewer_role", "category", "stage")


@kept(1)
def demand(atlas: Atlas) -> pd.Series:
    """Demand of each workflow of the atlas: the mean, over the buyer functions and industries it names, of the number of
    workflows that name the buyer; NaN where it names none.

    >>> from atlas_data import load_atlas
    >>> atlas = load_atlas()
    >>> bool(demand(atlas).max() <= len(atlas))
    True
    """
    named, summed = np.zeros(len(atlas)), np.zeros(len(atlas))
    for facet in (name for name in BUYERS if name in atlas.facets):
        known = stated(atlas.facet(facet).terms)
        for row, count in zip(kernel.facet_words(atlas.facet(facet))[known], counting.per_term(atlas, facet)[known], strict=True):
            has = kernel.unpack(row, len(atlas))
            named += has
            summed += has * float(count)
    with np.errstate(invalid="ignore"):
        mean = np.where(named > 0, summed / named, np.nan)
    return pd.Series(mean, index=atlas.workflows.index, name="demand")


def workflows(atlas: Atlas, selection: Selection | None = None) -> pd.DataFrame:
    """One row a selected workflow, in the order of the atlas: ``title``, ``category``, ``stage``, :func:`demand`, the parts
    of production complexity (:func:`analysis.complexity.parts`), ``percentile`` of the information, ``builders`` (distinct
    companies with evidence) and their names (``companies``).

    >>> from atlas_data import load_atlas
    >>> atlas = load_atlas()
    >>> bool((workflows(atlas)["builders"] == atlas.workflows["companies"]).all())
    True
    """
    bits = bits_of(atlas, selection)
    table = atlas.workflows.loc[bits, ["title", "category", "stage"]].assign(demand=demand(atlas)[bits])
    table = table.assign(**parts(atlas, selection), percentile=complexity(atlas, selection)["percentile"])
    if "company" not in atlas.facets:
        return table.assign(builders=0, companies=[()] * len(table))
    has, terms = counting.per_workflow(atlas, "company", selection), atlas.facet("company").terms
    return table.assign(builders=has.sum(axis=1), companies=[tuple(terms[row]) for row in has])


@kept(8, large=8)
def _together(atlas: Atlas, facet: str) -> np.ndarray:
    """Which companies ever meet which terms of a facet: no filter makes them meet others."""
    return counting.per_pair(atlas, "company", facet) > 0


def segments(atlas: Atlas, facet: str, selection: Selection | None = None) -> pd.DataFrame:
    """One row a stated term of a facet that occurs, most demanded first: ``demand`` (selected workflows with the term), the medians
    of their parts of production complexity, ``builders`` (distinct companies with evidence on them), builders for each
    workflow (``crowding``), and workflows with no known builder (``without``).

    >>> from atlas_data import load_atlas
    >>> int(segments(load_atlas(), "category")["demand"].sum())
    207
    """
    count = counting.per_term(atlas, facet, selection)
    terms = atlas.facet(facet).terms
    at = np.flatnonzero((count > 0) & stated(terms))
    mask, words = mask_of(atlas, selection), kernel.facet_words(atlas.facet(facet))[at]
    table = pd.DataFrame({"demand": count[at]}, index=terms[at])
    counted = tallies_by(atlas, facet, selection)
    for part in PARTS:
        table[part] = [quantile(*counted[term][part], 0.5) for term in at]
    if "company" in atlas.facets:
        rows_of = kernel.facet_words(atlas.facet("company"))
        served = kernel.any_of(rows_of) if len(rows_of) else np.zeros_like(mask)
        together = (_together(atlas, facet)[:, at] & counting.occurring(atlas, "company", mask)[:, None]).T
        met = (counting.occurring(atlas, "company", row & mask, ever) for row, ever in zip(words, together, strict=True))
        table["builders"] = [int(companies.sum()) for companies in met]
        table["without"] = kernel.count(words & mask & ~served)
    else:
        table = table.assign(builders=0, without=count[at])
    table.insert(len(table.columns) - 1, "crowding", table["builders"] / table["demand"])
    return table.sort_values("demand", ascending=False, kind="stable")
