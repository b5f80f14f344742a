"""Which workflows are alike, and why."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis import kernel
from analysis.complexity import term_information
from analysis.counting import sets_of, terms_at
from analysis.keeping import kept
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
    names = [name for name in FACETS if name in atlas.facets]
    terms, own = [(name, term) for name in names for term in atlas.facet(name).terms], _own(atlas)
    weight, place = np.concatenate([term_information(atlas, name) for name in names]), atlas.places([workflow_id])[0]

    def has(places: np.ndarray) -> np.ndarray:
        return np.hstack([terms_at(atlas, name, places) for name in names])

    mine, common, at = has(np.array([place]))[0], np.zeros(len(atlas)), 0
    for name in names:
        words = kernel.facet_words(atlas.facet(name))
        for i in np.flatnonzero(mine[at : at + len(words)]):
            common += weight[at + i] * kernel.unpack(words[i], len(atlas))
        at += len(words)
    either = own + own[place] - common
    score = np.divide(common, either, out=np.zeros_like(common), where=either > 0).round(12)  # equal but for the order of summation
    score[place] = -1
    others = np.flatnonzero(score >= np.partition(score, -n - 1)[-n - 1]) if n < len(score) - 1 else np.arange(len(score))
    others = others[np.argsort(-score[others], kind="stable")]
    others = others[others != place][:n]
    shared = [tuple(terms[j] for j in _heaviest(row & mine, weight)) for row in has(others)]
    near = atlas.workflows.iloc[others][["title", "category", "stage"]].copy()
    near["similarity"] = score[others]
    near["shared"] = shared
    return near


@kept(1)
def _own(atlas: Atlas) -> np.ndarray:
    """The information of all terms of each workflow."""
    own = np.zeros(len(atlas))
    for name in FACETS:
        if name in atlas.facets:
            sets, which = sets_of(atlas, name)
            own += (sets @ term_information(atlas, name))[which]
    return own


def _heaviest(bits: np.ndarray, weight: np.ndarray) -> np.ndarray:
    found = np.flatnonzero(bits)
    return found[np.argsort(-weight[found], kind="stable")]
