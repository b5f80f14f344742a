"""The same matrix for each part of a selection, side by side."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from analysis import counting, kernel
from analysis.axes import Axis
from analysis.inference import benjamini_hochberg
from analysis.matrix import CrossTable, cross
from analysis.selection import mask_of
from atlas_data import Atlas


def panels(atlas: Atlas, rows: str | Axis, columns: str | Axis, by: str, selection: counting.Selected = None) -> dict[str, CrossTable]:
    """The cross table of ``rows`` and ``columns`` in each term of the facet ``by`` that selected workflows have.

    They are read together, so q is Benjamini-Hochberg over the cells of all of them.

    >>> from atlas_data import load_atlas
    >>> [table.n for table in panels(load_atlas(), "layer", "control", "stage").values()]
    [7, 77, 104, 19]
    """
    facet, chosen = atlas.facet(by), mask_of(atlas, selection)
    masks = kernel.facet_words(facet) & chosen
    found = {term: cross(atlas, rows, columns, mask) for term, mask in zip(facet.terms, masks, strict=True) if mask.any()}
    if not found:
        return {}
    q = benjamini_hochberg(np.stack([table.p for table in found.values()]))
    return {term: replace(table, joint_q=part) for (term, table), part in zip(found.items(), q, strict=True)}


def panel_cells(found: dict[str, CrossTable], by: str, rows: pd.Index | None = None, columns: pd.Index | None = None) -> pd.DataFrame:
    """Every cell of every panel with every measure: :meth:`CrossTable.cells` with the panel as a further level of the index."""
    return pd.concat({term: table.cells(rows, columns) for term, table in found.items()}, names=[f"{by} (panel)"])
