"""Who reviews, and what is kept of it: the review step of each workflow."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis import kernel
from analysis.selection import Selection, bits_of, mask_of
from atlas_data import Atlas
from atlas_data.unstated import stated

_STEPS = {"triggers": ("review", "triggers"), "reviewers": ("review", "reviewers"), "evidence": ("record", "evidence")}


def review_steps(atlas: Atlas, selection: Selection | None = None, most: int | None = None) -> pd.DataFrame:
    """What goes to people, to whom and what is kept as evidence, in the words of each selected workflow, or the first ``most``.

    One row a workflow: ``title``, ``category`` and tuples of ``triggers``, ``reviewers`` and ``evidence``.

    >>> from atlas_data import load_atlas
    >>> steps = review_steps(load_atlas())
    >>> bool((steps["triggers"].map(len) > 0).all())
    True
    """
    at = np.flatnonzero(bits_of(atlas, selection))[:most]
    cycles = [entry.lifecycle for entry in atlas.some(at)]
    texts = {name: [tuple(getattr(getattr(cycle, step), part)) for cycle in cycles] for name, (step, part) in _STEPS.items()}
    return atlas.workflows.iloc[at][["title", "category"]].assign(**texts)


def without(atlas: Atlas, facet: str = "reviewer_role", selection: Selection | None = None, most: int | None = None) -> pd.DataFrame:
    """The selected workflows that have no term of a facet, the first ``most``: ``title``, ``category`` and ``stage``.

    >>> from atlas_data import load_atlas
    >>> len(without(load_atlas(), "reviewer_role"))
    0
    """
    at = np.flatnonzero(bits_of(atlas, lacking(atlas, facet, selection)))[:most]
    return atlas.workflows.iloc[at][["title", "category", "stage"]]


def lacking(atlas: Atlas, facet: str, selection: Selection | None = None) -> np.ndarray:
    """The mask of the selected workflows that have no term of a facet."""
    return mask_of(atlas, selection) & ~kernel.any_of(kernel.facet_words(atlas.facet(facet))[stated(atlas.facet(facet).terms)])
