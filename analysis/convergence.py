"""Where demand and requirements meet: which terms are shared across categories, buyers and industries."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis import counting
from analysis.frequency import shares
from analysis.inference import wilson
from analysis.selection import Selection
from atlas_data import Atlas
from atlas_data.unstated import stated

LEAST_SHARE, LEAST_BREADTH = 0.25, 0.8  # of the shared production layer: share of workflows, share of the breadth there can be


def convergence(atlas: Atlas, facet: str = "control", selection: Selection | None = None) -> pd.DataFrame:
    """How widely each term of a facet is shared. One row a term:

    - ``count``, ``share`` of the selected workflows, with its Wilson interval ``low``-``high``;
    - ``breadth``: effective number of categories (Hill number of order 1) of its per-category rates; 1 means one
      category alone, the number of categories means the same rate in each. Rates, so large categories do not dominate;
    - ``breadth_function``, ``breadth_industry``: the same over buyer functions and buyer industries;
    - ``demand``: number of buyer functions with at least one selected workflow that has the term;
    - ``layer`` when the facet is ``control``.

    Hill, M. O. (1973), Ecology 54, 427-432. NaN where a term does not occur.

    >>> from atlas_data import load_atlas
    >>> table = convergence(load_atlas())
    >>> bool(table["breadth"].between(1, 5).all())
    True
    """
    n = counting.total(atlas, selection)
    count = counting.per_term(atlas, facet, selection)
    low, high = wilson(count, n)
    columns = {"count": count, "share": count / n if n else np.nan, "low": low, "high": high}
    groups = {column: group for column, group in _GROUPS.items() if group in atlas.facets}
    rates = {column: shares(atlas, facet, group, selection)[stated(atlas.facet(group).terms)] for column, group in groups.items()}
    columns |= {column: hill_number(each) for column, each in rates.items()}
    if "breadth_function" in rates:
        columns["demand"] = (rates["breadth_function"] > 0).sum(axis=0)
    if facet == "control" and "layer" in atlas.facets:
        columns["layer"] = layers(atlas)
    table = pd.DataFrame(columns, index=atlas.facet(facet).terms)
    table.attrs["n"] = n
    return table


_GROUPS = {"breadth": "category", "breadth_function": "buyer_function", "breadth_industry": "buyer_industry"}


def shared_layer(table: pd.DataFrame, categories: int) -> pd.DataFrame:
    """The terms of a convergence table that make up the shared production layer, most required first.

    The rule: required by at least 25% of the workflows (``LEAST_SHARE``), with a breadth of at least 80% of ``categories``, the
    number of categories present (``LEAST_BREADTH``).

    >>> from atlas_data import load_atlas
    >>> shared_layer(convergence(load_atlas()), 5).index[0]
    'Evidence storage'
    """
    if categories < 2:
        return table[:0]
    return _common(table, table["breadth"].to_numpy() >= LEAST_BREADTH * categories)


def nearly_shared(table: pd.DataFrame, categories: int) -> pd.DataFrame:
    """Those that miss :func:`shared_layer` by so little that a workflow or two decide: common enough, and their breadth is less than a
    twentieth below the rule's.

    >>> from atlas_data import load_atlas
    >>> list(nearly_shared(convergence(load_atlas()), 5).index)
    []
    """
    if categories < 2:
        return table[:0]
    short = table["breadth"].to_numpy() / (LEAST_BREADTH * categories)
    return _common(table, (short < 1) & (short >= 0.95))


def _common(table: pd.DataFrame, broad: np.ndarray) -> pd.DataFrame:
    """Of the rows that are broad those common enough, most required first."""
    at = np.flatnonzero(broad & (table["share"].to_numpy() >= LEAST_SHARE))
    return table.iloc[at[np.argsort(-table["count"].to_numpy()[at], kind="stable")]]


def hill_number(rates: np.ndarray) -> np.ndarray:
    """Effective number of groups of each column: exp of the Shannon entropy of its rates, normalised to sum 1.

    ``rates``: shape (groups, terms), NaN for groups without workflows. Shape (terms,), NaN where all rates are zero.

    >>> hill_number(np.array([[0.5, 1.0], [0.5, 0.0]])).round(6)
    array([2., 1.])
    """
    known = np.nan_to_num(rates)
    totals = known.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = known / totals
        entropy = -np.where(p > 0, p * np.log(p), 0.0).sum(axis=0)
    return np.where(totals > 0, np.exp(entropy), np.nan)


def layers(atlas: Atlas) -> pd.Series:
    """The layer of each control."""
    of = atlas.taxonomy.facets["layer"].by_label
    terms = atlas.facet("control").terms
    return pd.Series([of[term.casefold()][0] for term in terms], index=terms, name="layer")
