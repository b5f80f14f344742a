"""The few questions every view asks of an atlas. An engine that can answer these can stand in for the bit kernel.

A facet is named, or given as an :class:`analysis.axes.Axis` made from facets; a selection may be a mask.
"""

from __future__ import annotations

import numpy as np

from analysis import kernel
from analysis.axes import Axis
from analysis.selection import Selection, mask_of
from atlas_data import Atlas

Selected = Selection | np.ndarray | None


def total(atlas: Atlas, selection: Selected = None) -> int:
    """How many workflows are selected."""
    return int(kernel.count(mask_of(atlas, selection)))


def per_term(atlas: Atlas, facet: str | Axis, selection: Selected = None) -> np.ndarray:
    """How many selected workflows have each term of a facet: int64 of shape (terms,)."""
    return kernel.count(_words(atlas, facet) & mask_of(atlas, selection))


def per_pair(atlas: Atlas, rows: str | Axis, columns: str | Axis, selection: Selected = None) -> np.ndarray:
    """How many selected workflows have each pair of terms: int64 of shape (row terms, column terms)."""
    return kernel.pair_counts(_words(atlas, rows), _words(atlas, columns), mask_of(atlas, selection))


def per_workflow(atlas: Atlas, facet: str, selection: Selection | None = None) -> np.ndarray:
    """Which terms each selected workflow has: bool of shape (selected workflows, terms)."""
    chosen = kernel.unpack(mask_of(atlas, selection), len(atlas))
    return atlas.facet(facet).table.to_numpy(dtype=bool)[chosen]  # the type is lost when a facet has no terms


def _words(atlas: Atlas, facet: str | Axis) -> np.ndarray:
    return facet.words if isinstance(facet, Axis) else kernel.facet_words(atlas.facet(facet))
