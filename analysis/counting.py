"""The few questions every view asks of an atlas. An engine that can answer these can stand in for the bit kernel."""

from __future__ import annotations

import numpy as np

from analysis import kernel
from analysis.selection import Selection, mask_of
from atlas_data import Atlas


def total(atlas: Atlas, selection: Selection | None = None) -> int:
    """How many workflows are selected."""
    return int(kernel.count(mask_of(atlas, selection)))


def per_term(atlas: Atlas, facet: str, selection: Selection | None = None) -> np.ndarray:
    """How many selected workflows have each term of a facet: int64 of shape (terms,)."""
    return kernel.count(kernel.facet_words(atlas.facet(facet)) & mask_of(atlas, selection))


def per_pair(atlas: Atlas, rows: str, columns: str, selection: Selection | None = None) -> np.ndarray:
    """How many selected workflows have each pair of terms: int64 of shape (row terms, column terms)."""
    row_words, column_words = (kernel.facet_words(atlas.facet(name)) for name in (rows, columns))
    return kernel.pair_counts(row_words, column_words, mask_of(atlas, selection))


def per_workflow(atlas: Atlas, facet: str, selection: Selection | None = None) -> np.ndarray:
    """Which terms each selected workflow has: bool of shape (selected workflows, terms)."""
    chosen = kernel.unpack(mask_of(atlas, selection), len(atlas))
    return atlas.facet(facet).table.to_numpy(dtype=bool)[chosen]  # the type is lost when a facet has no terms
