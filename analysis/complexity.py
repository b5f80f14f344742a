"""What makes a workflow demanding to run.

Counting listed items would measure the format: nearly every entry lists six controls, five capabilities and four to
six buyers. What does vary is how far the controls spread and how unusual they are.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis import counting
from analysis.selection import Selection
from atlas_data import Atlas


def complexity(atlas: Atlas, selection: Selection | None = None) -> pd.DataFrame:
    """The parts of production complexity, one row a selected workflow:

    - ``layer_span``: how many of the control layers its controls touch;
    - ``information``: information content of its control set in bits, the sum of -log2 of each control's share in the
      whole atlas: rare requirements weigh more (Shannon self-information, controls taken as independent);
    - ``reviewer_roles``: how many distinct roles review it;
    - ``percentile``: share of the whole atlas with less information, ties counted half, times 100.

    The parts are not added up: no weighting of them could be justified from the data.

    >>> from atlas_data import load_atlas
    >>> parts = complexity(load_atlas())
    >>> bool(parts["layer_span"].between(1, 6).all())
    True
    """
    bits = information(atlas)
    chosen = (selection if selection is not None else Selection()).ids(atlas)
    level = bits.to_numpy().round(9)  # equal sets may differ in the last digits, by the order of summation
    below, upto = (np.searchsorted(np.sort(level), level, side=side) for side in ("left", "right"))
    table = pd.DataFrame(
        {
            "layer_span": atlas.facet("layer").table.sum(axis=1),
            "information": bits,
            "reviewer_roles": atlas.facet("reviewer_role").table.sum(axis=1),
            "percentile": 100 * (below + upto) / 2 / max(len(bits), 1),
        }
    )
    return table.loc[chosen]


def information(atlas: Atlas, facet: str = "control") -> pd.Series:
    """Sum of -log2 share of each workflow's terms, in bits; shares are over the whole atlas."""
    table = atlas.facet(facet).table
    return pd.Series(table.to_numpy() @ term_information(atlas, facet), index=table.index, name="information")


def term_information(atlas: Atlas, facet: str) -> np.ndarray:
    """-log2 of each term's share in the whole atlas, in bits; 0 for terms that never occur."""
    count = counting.per_term(atlas, facet)
    share = np.where(count > 0, count, len(atlas)) / max(len(atlas), 1)
    return -np.log2(share)
