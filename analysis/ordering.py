"""In which order to show the rows and columns of a matrix."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.matrix import CrossTable

ORDERS = {
    "taxonomy": "As in the taxonomy",
    "size": "Most workflows first",
    "name": "By name",
    "similarity": "Similar ones together",
}


def ordered(terms: pd.Index, sizes: np.ndarray, profiles: np.ndarray, order: str) -> np.ndarray:
    """Positions of ``terms`` in the order asked for, one of ``ORDERS``.

    ``sizes``: workflows of each term. ``profiles``: one row of numbers a term; ``"similarity"`` clusters them (average
    linkage on cosine distance) and orders the leaves so that neighbours are as alike as the tree allows (Bar-Joseph
    et al. 2001). Terms without any workflow come last.

    >>> ordered(pd.Index(["b", "a"]), np.array([1, 2]), np.eye(2), "name").tolist()
    [1, 0]
    """
    if order == "name":
        return np.array(sorted(range(len(terms)), key=lambda i: terms[i].casefold()), dtype=int)
    if order == "size":
        return np.argsort(-sizes, kind="stable")
    if order == "similarity":
        return _leaf_order(sizes, profiles)
    return np.arange(len(terms))


def present_in_order(table: CrossTable, order: str, support: int = 1, most: tuple[int, int] | None = None) -> tuple[pd.Index, pd.Index]:
    """Row and column terms of a cross table that at least ``support`` workflows have, in the order asked for.

    ``most``: how many rows and columns at most, the largest kept. Both are empty when either would be.
    """
    kept = []
    for terms, sizes, profiles, limit in (
        (table.row_terms, table.rows, table.row_share, most and most[0]),
        (table.column_terms, table.columns, table.column_share.T, most and most[1]),
    ):
        enough = np.flatnonzero(sizes >= max(support, 1))
        largest = np.sort(enough[np.argsort(-sizes[enough], kind="stable")][:limit])
        kept.append(terms[largest[ordered(terms[largest], sizes[largest], profiles[largest], order)]])
    rows, columns = kept
    return (rows, columns) if len(rows) and len(columns) else (rows[:0], columns[:0])


def _leaf_order(sizes: np.ndarray, profiles: np.ndarray) -> np.ndarray:
    present = np.flatnonzero(np.linalg.norm(np.nan_to_num(profiles), axis=1) > 0)
    absent = np.setdiff1d(np.arange(len(sizes)), present)
    if len(present) < 3:
        return np.concatenate([present, absent])
    from scipy.cluster.hierarchy import leaves_list, linkage, optimal_leaf_ordering
    from scipy.spatial.distance import pdist

    rows = np.nan_to_num(profiles)[present]
    distance = np.clip(pdist(rows, "cosine"), 0, None)
    tree = optimal_leaf_ordering(linkage(distance, "average"), distance)
    leaves = leaves_list(tree)
    if sizes[present[leaves[0]]] < sizes[present[leaves[-1]]]:  # either direction is right; start with the larger end
        leaves = leaves[::-1]
    return np.concatenate([present[leaves], absent])
