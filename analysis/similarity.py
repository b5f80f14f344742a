"""Which workflows are alike, and why."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.complexity import term_information
from atlas_data import Atlas

FACETS = ("control", "capability_family", "buyer_function", "buyer_industry", "reviewer_role", "risk_family")


def similarity(atlas: Atlas, workflow_id: str, n: int = 10) -> pd.DataFrame:
    """The ``n`` workflows nearest to one, most similar first.

    Similarity is a weighted Jaccard index over the terms of controls, capability families, buyer functions and
    industries, reviewer roles and risk families: information of the terms both have, divided by information of the
    terms either has. A term weighs -log2 of its share, so sharing a rare term counts more than sharing a common one.

    Columns: ``title``, ``category``, ``stage``, ``similarity`` (0 to 1) and ``shared``, a tuple of (facet, term) pairs,
    the weightiest first. ``KeyError`` for an unknown workflow.

    >>> from atlas_data import load_atlas
    >>> near = similarity(load_atlas(), "ai-phishing-report-triage", n=3)
    >>> len(near), bool(near["similarity"].is_monotonic_decreasing)
    (3, True)
    """
    atlas.entry(workflow_id)
    terms, table, weight = _weighted_terms(atlas)
    mine = table[atlas.workflows.index.get_loc(workflow_id)]
    common = (table & mine) @ weight
    either = (table | mine) @ weight
    score = np.divide(common, either, out=np.zeros_like(common), where=either > 0)
    others = np.array([i for i in np.argsort(-score, kind="stable") if atlas.workflows.index[i] != workflow_id][:n], dtype=int)
    shared = [tuple(terms[j] for j in _heaviest(table[i] & mine, weight)) for i in others]
    near = atlas.workflows.iloc[others][["title", "category", "stage"]].copy()
    near["similarity"] = score[others]
    near["shared"] = shared
    return near


def _weighted_terms(atlas: Atlas) -> tuple[list[tuple[str, str]], np.ndarray, np.ndarray]:
    names = [name for name in FACETS if name in atlas.facets]
    terms = [(name, term) for name in names for term in atlas.facet(name).terms]
    table = np.hstack([atlas.facet(name).table.to_numpy() for name in names])
    weight = np.concatenate([term_information(atlas, name) for name in names])
    return terms, table, weight


def _heaviest(bits: np.ndarray, weight: np.ndarray) -> np.ndarray:
    found = np.flatnonzero(bits)
    return found[np.argsort(-weight[found], kind="stable")]
