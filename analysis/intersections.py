"""Exact set intersections: which combinations of terms occur."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis import counting
from analysis.selection import Selection
from atlas_data import Atlas


def intersections(atlas: Atlas, facet: str = "control", selection: Selection | None = None) -> pd.DataFrame:
    """Each distinct set of terms that selected workflows have, exactly those terms and no others.

    One row a set, the most frequent first: ``terms`` (tuple, taxonomy order), ``degree`` (number of terms), ``count``
    (workflows). The counts sum to the selected workflows. Lex, A. et al. (2014), UpSet, IEEE TVCG 20, 1983-1992.

    >>> from atlas_data import load_atlas
    >>> sets = intersections(load_atlas(), "layer")
    >>> int(sets["count"].sum()) == len(load_atlas())
    True
    """
    member = counting.per_workflow(atlas, facet, selection)
    terms = atlas.facet(facet).terms
    packed = np.packbits(member, axis=1)
    _, first, count = np.unique(packed, axis=0, return_index=True, return_counts=True)
    sets = pd.DataFrame(
        {
            "terms": [tuple(terms[member[i]]) for i in first],
            "degree": member[first].sum(axis=1),
            "count": count,
        }
    )
    return sets.sort_values(["count", "degree", "terms"], ascending=[False, True, True], ignore_index=True)
