"""Who reviews, and what is kept of it: the review step of each workflow."""

from __future__ import annotations

import pandas as pd

from analysis import counting
from analysis.selection import Selection
from atlas_data import Atlas
from atlas_data.unstated import stated

_STEPS = {"triggers": ("review", "triggers"), "reviewers": ("review", "reviewers"), "evidence": ("record", "evidence")}


def review_steps(atlas: Atlas, selection: Selection | None = None) -> pd.DataFrame:
    """What goes to people, to whom and what is kept as evidence, in the words of each selected workflow.

    One row a workflow: ``title``, ``category`` and tuples of ``triggers``, ``reviewers`` and ``evidence``.

    >>> from atlas_data import load_atlas
    >>> steps = review_steps(load_atlas())
    >>> bool((steps["triggers"].map(len) > 0).all())
    True
    """
    ids = (selection if selection is not None else Selection()).ids(atlas)
    cycles = [atlas.entry(workflow).lifecycle for workflow in ids]
    texts = {name: [tuple(getattr(getattr(cycle, step), part)) for cycle in cycles] for name, (step, part) in _STEPS.items()}
    return atlas.workflows.loc[ids, ["title", "category"]].assign(**texts)


def without(atlas: Atlas, facet: str = "reviewer_role", selection: Selection | None = None) -> pd.DataFrame:
    """The selected workflows that have no term of a facet: ``title``, ``category`` and ``stage``.

    >>> from atlas_data import load_atlas
    >>> len(without(load_atlas(), "reviewer_role"))
    0
    """
    ids = (selection if selection is not None else Selection()).ids(atlas)
    has = counting.per_workflow(atlas, facet, selection)[:, stated(atlas.facet(facet).terms)].any(axis=1)
    return atlas.workflows.loc[ids[~has], ["title", "category", "stage"]]
