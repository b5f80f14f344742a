"""The selected workflows in an order, a page of them at a time."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analysis.complexity import complexity, complexity_at
from analysis.keeping import kept
from analysis.selection import Selection, bits_of, relevance
from atlas_data import Atlas
from atlas_data.problems import nearest

ORDERS = {
    "relevance": "Best match first",
    "category": "By category",
    "title": "By title",
    "information": "Most demanding first",
    "companies": "Most companies first",
}


def ordered(
    atlas: Atlas, selection: Selection | None = None, order: str = "category", first: int = 0, last: int | None = None
) -> pd.DataFrame:
    """Rows ``first`` to ``last`` (all without) of the selected workflows in an order of ``ORDERS``: the frame of workflows with
    the parts of :func:`analysis.complexity.complexity`. Workflows alike in it stand by category and title. ``ValueError`` for
    another order.

    >>> from atlas_data import load_atlas
    >>> ordered(load_atlas(), order="companies", last=5)["companies"].is_monotonic_decreasing
    True
    """
    at = places(atlas, selection, order)[first:last]
    return atlas.workflows.iloc[at].join(complexity_at(atlas, at))


def places(atlas: Atlas, selection: Selection | None = None, order: str = "category") -> np.ndarray:
    """The places in the atlas of the selected workflows, in an order of ``ORDERS``."""
    if order not in ORDERS:
        raise ValueError(f"no order {order!r}{nearest(order, ORDERS)}; orders: {', '.join(ORDERS)}")
    everyone = _everyone(atlas, order if order != "relevance" else "category")
    at = everyone[bits_of(atlas, selection)[everyone]]
    if order != "relevance" or selection is None or not selection.text:
        return at
    return at[np.argsort(-_score(atlas, selection.text, at), kind="stable")]


def _score(atlas: Atlas, text: str, at: np.ndarray) -> np.ndarray:
    """How well the workflows at some places answer a search."""
    if not {"title", "summary"} <= set(atlas.index.parts):
        return relevance(atlas.workflows.iloc[at], text).to_numpy()
    score = np.zeros(len(atlas), dtype=np.int64)
    for word in text.split():
        for part, weight in (("title", 100), ("summary", 1)):
            score += weight * atlas.index.bits(word, part)
    return score[at]


@kept(4)
def _everyone(atlas: Atlas, order: str) -> np.ndarray:
    """The places of all workflows in an order."""
    if order == "category":
        codes = pd.Categorical(atlas.workflows["category"]).codes
        last = np.iinfo(codes.dtype).max  # for workflows of no category; a number beyond the type of the codes would not fit
        table = pa.table({"category": np.where(codes < 0, last, codes), "title": pa.array(atlas.workflows["title"].array)})
        return pc.sort_indices(table, [("category", "ascending"), ("title", "ascending")]).to_numpy().astype(np.int32)
    at = _everyone(atlas, "category")
    held = atlas.workflows[order] if order in atlas.workflows else complexity(atlas)[order]
    held = pa.array(held.array[at])  # of a Series Arrow asks the index, which would make a table of all ids
    return at[pc.array_sort_indices(held, order="ascending" if order == "title" else "descending").to_numpy()]
