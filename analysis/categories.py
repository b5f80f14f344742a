"""Categories side by side."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis import counting
from analysis.complexity import complexity_at
from analysis.frequency import more_often
from analysis.inference import Z95
from analysis.matrix import cross
from analysis.profiles import mean_similarity
from analysis.selection import Selection, bits_of
from atlas_data import Atlas
from atlas_data.unstated import stated


def sizes(atlas: Atlas, selection: Selection | None = None) -> pd.Series:
    """How many selected workflows each category has."""
    return pd.Series(counting.per_term(atlas, "category", selection), index=atlas.facet("category").terms)


def comparison(atlas: Atlas, selection: Selection | None = None) -> pd.DataFrame:
    """Each category of the selection in a row:

    ``workflows``; ``buyer_functions`` and ``buyer_industries`` that name at least one of them; ``layer_span`` and
    ``information``, means over its workflows; ``distinctive``: up to three controls it requires significantly more often
    than the other selected workflows (q < 0.05 over the matrix, adjusted residual > 0, strongest first), or, where only one
    category is selected, than all that is not selected (Fisher's exact test, q < 0.05); ``companies`` with evidence; one column a
    stage with its number of workflows.

    >>> from atlas_data import load_atlas
    >>> comparison(load_atlas())["workflows"].sum() == len(load_atlas())
    np.True_
    """
    terms, told = atlas.facet("category").terms, _by_category(atlas, selection, "layer_span", "information")
    reach = {
        name: (counting.per_pair(atlas, "category", facet, selection) > 0).sum(axis=1)
        for name, facet in (("buyer_functions", "buyer_function"), ("buyer_industries", "buyer_industry"), ("companies", "company"))
    }
    stages = pd.DataFrame(counting.per_pair(atlas, "category", "stage", selection), index=terms, columns=atlas.facet("stage").terms)
    table = pd.DataFrame({"workflows": counting.per_term(atlas, "category", selection), **reach}, index=terms)
    return table.assign(
        layer_span=told["layer_span"][0],
        information=told["information"][0],
        distinctive=_distinctive(atlas, selection, table["workflows"].to_numpy()),
    ).join(stages)


def _by_category(atlas: Atlas, selection: Selection | None, *names: str) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """By part of the complexity, its mean over the selected workflows of each category that state their controls, and the standard error
    of that, NaN where there is nothing to tell it from."""
    at = np.flatnonzero(bits_of(atlas, counting.stating(atlas, "control", selection)))
    has = counting.terms_at(atlas, "category", at)
    parts, which = complexity_at(atlas, at[has.any(axis=1)], names), np.nonzero(has)[1]
    n = np.bincount(which, minlength=has.shape[1])

    def told(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        mean = np.bincount(which, values, minlength=len(n)) / n
        return mean, np.sqrt(np.bincount(which, (values - mean[which]) ** 2, minlength=len(n)) / (n - 1) / n)

    with np.errstate(divide="ignore", invalid="ignore"):
        return {name: told(parts[name].to_numpy()) for name in names}


def _distinctive(atlas: Atlas, selection: Selection | None, sizes: np.ndarray) -> list[tuple[str, ...]]:
    if (sizes > 0).sum() == 1:  # no other to compare with
        found = tuple(more_often(atlas, "control", selection)[:3])
        return [found if size else () for size in sizes]
    table = cross(atlas, "category", "control", selection)
    strong = np.where((table.q < 0.05) & (table.residual > 0) & stated(table.column_terms), table.residual, 0.0)
    best = np.argsort(-strong, axis=1, kind="stable")[:, :3]
    return [tuple(table.column_terms[j] for j in row if strong[i, j] > 0) for i, row in enumerate(best)]


def placement(atlas: Atlas, selection: Selection | None = None) -> pd.DataFrame:
    """Each category placed by control overlap, complexity and demand.

    ``n`` workflows; ``overlap``: mean similarity of its control profile to the other categories' (NaN below 3
    workflows); ``information``: mean bits of its control sets with a normal 95% interval (``information_low``,
    ``information_high``); ``demand``: pairs of one of its workflows and a buyer function that it names.

    >>> from atlas_data import load_atlas
    >>> placement(load_atlas())["overlap"].between(0, 1).all()
    np.True_
    """
    terms = atlas.facet("category").terms
    mean, error = _by_category(atlas, selection, "information")["information"]
    half = Z95 * np.where(np.isnan(error) & ~np.isnan(mean), 0.0, error)
    return pd.DataFrame(
        {
            "n": counting.per_term(atlas, "category", selection),
            "overlap": mean_similarity(atlas, "category", "control", selection),
            "information": mean,
            "information_low": mean - half,
            "information_high": mean + half,
            "demand": counting.per_pair(atlas, "category", "buyer_function", selection).sum(axis=1),
        },
        index=terms,
    )


def areas(atlas: Atlas, by: str, selection: Selection | None = None) -> pd.DataFrame:
    """One row an area of the category map that holds workflows: ``category``, the term of facet ``by`` and ``workflows`` in it."""
    counts, names = counting.per_pair(atlas, "category", by, selection), (atlas.facet("category").terms, atlas.facet(by).terms)
    row, column = np.nonzero(counts)
    return pd.DataFrame({"category": names[0][row], by: names[1][column], "workflows": counts[row, column]})


def paths(atlas: Atlas, by: str, selection: Selection | None = None) -> pd.DataFrame:
    """One row a leaf of the category map: ``category``, the term of facet ``by``, ``workflow`` id.

    A workflow with several terms of ``by`` has a leaf under each; one with none has no leaf.
    """
    at, categories = np.flatnonzero(bits_of(atlas, selection)), atlas.facet("category").terms
    workflow, term = np.nonzero(counting.terms_at(atlas, by, at))
    category = counting.terms_at(atlas, "category", at).argmax(axis=1)[workflow]
    order = np.lexsort((term, category))  # stable
    return pd.DataFrame(
        {
            "category": categories.to_numpy()[category[order]],
            by: atlas.facet(by).terms.to_numpy()[term[order]],
            "workflow": atlas.workflows.index[at[workflow[order]]].to_numpy(),
        }
    )
