"""In which order to show the rows and columns of a matrix."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.matrix import CrossTable
from atlas_data.problems import nearest

ORDERS = {
    "taxonomy": "As in the taxonomy",
    "size": "Most workflows first",
    "name": "By name",
    "similarity": "Similar ones together",
}
MATRIX_ORDERS = ORDERS | {"blocks": "In blocks"}


def ordered(terms: pd.Index, sizes: np.ndarray, profiles: np.ndarray, order: str) -> np.ndarray:
    """Positions of ``terms`` in the order asked for, one of ``ORDERS``.

    ``sizes``: workflows of each term. ``profiles``: one row of numbers a term; ``"similarity"`` clusters them (average
    linkage on cosine distance) and orders the leaves so that neighbours are as alike as the tree allows (Bar-Joseph
    et al. 2001). Terms without any workflow come last. ``ValueError`` for an unknown order.

    >>> ordered(pd.Index(["b", "a"]), np.array([1, 2]), np.eye(2), "name").tolist()
    [1, 0]
    """
    if order == "name":
        return np.array(sorted(range(len(terms)), key=lambda i: terms[i].casefold()), dtype=int)
    if order == "size":
        return np.argsort(-sizes, kind="stable")
    if order == "similarity":
        return _leaf_order(sizes, profiles)
    if order == "taxonomy":
        return np.arange(len(terms))
    raise ValueError(f"no order {order!r}{nearest(order, ORDERS)} Orders: {', '.join(ORDERS)}")


def present_in_order(table: CrossTable, order: str, support: int = 1, most: tuple[int, int] | None = None) -> tuple[pd.Index, pd.Index]:
    """Row and column terms of a cross table that at least ``support`` workflows have, in the order asked for.

    ``order``: one of ``MATRIX_ORDERS``; ``"blocks"`` puts rows and columns of one block together
    (:func:`analysis.blocks.coclustered`). Where one facet stands inside another the order holds within each term of the
    outer one, except in blocks. ``most``: how many rows and columns at most, the largest kept. Both are empty when
    either would be.
    """
    kept = []
    for side, (terms, sizes, profiles, limit) in enumerate(
        (
            (table.row_terms, table.rows, table.row_share, most and most[0]),
            (table.column_terms, table.columns, table.column_share.T, most and most[1]),
        )
    ):
        enough = np.flatnonzero(sizes >= max(support, 1))
        largest = np.sort(enough[np.argsort(-sizes[enough], kind="stable")][:limit])
        if order != "blocks":
            largest = largest[ordered(terms[largest], sizes[largest], profiles[largest], order)]
            if table.axes and table.axes[side].nested:
                outer = pd.factorize(pd.Index([part[0] for part in table.axes[side].parts]))[0]
                largest = largest[np.argsort(outer[largest], kind="stable")]
        kept.append(largest)
    if not all(map(len, kept)):
        return table.row_terms[:0], table.column_terms[:0]
    if order == "blocks":
        from analysis.blocks import block_counts, coclustered

        counts = block_counts(table, table.row_terms[kept[0]], table.column_terms[kept[1]])
        found = coclustered(counts).order(table.rows[kept[0]], table.columns[kept[1]])
        kept = [places[order] for places, order in zip(kept, found, strict=True)]
    return table.row_terms[kept[0]], table.column_terms[kept[1]]


def _leaf_order(sizes: np.ndarray, profiles: np.ndarray) -> np.ndarray:
    present = np.flatnonzero(np.linalg.norm(np.nan_to_num(profiles), axis=1) > 0)
    absent = np.setdiff1d(np.arange(len(sizes)), present)
    if len(present) < 3:
        return np.concatenate([present, absent])
    from scipy.cluster.hierarchy import linkage
    from scipy.spatial.distance import pdist, squareform

    rows = np.nan_to_num(profiles)[present]
    distance = np.clip(pdist(rows, "cosine"), 0, None)
    leaves = _optimal_leaves(linkage(distance, "average"), squareform(distance))
    if sizes[present[leaves[0]]] < sizes[present[leaves[-1]]]:  # either direction is right; start with the larger end
        leaves = leaves[::-1]
    return np.concatenate([present[leaves], absent])


def _optimal_leaves(tree: np.ndarray, distance: np.ndarray) -> list[int]:
    """The leaf order with the least distance between neighbours, added up, among all that the tree allows.

    Bar-Joseph et al. (2001), Bioinformatics 17 (suppl. 1), S22-S29. SciPy's ``optimal_leaf_ordering`` finds this length
    but returns another order (scipy issue 11227).
    """
    members = [[i] for i in range(len(distance))]
    shortest = [np.zeros((1, 1)) for _ in members]  # of each node: least length by its first and its last leaf
    for a, b in tree[:, :2].astype(int):
        to_b = (shortest[a][:, :, None] + distance[np.array(members[a])[:, None], members[b]]).min(axis=1)
        across = (to_b[:, :, None] + shortest[b]).min(axis=1)
        node = np.full((len(across) + across.shape[1],) * 2, np.inf)
        node[: len(across), len(across) :], node[len(across) :, : len(across)] = across, across.T
        shortest.append(node)
        members.append(members[a] + members[b])

    first, last = (members[-1][i] for i in np.unravel_index(shortest[-1].argmin(), shortest[-1].shape))
    leaves, open_nodes = [], [(len(members) - 1, first, last)]
    while open_nodes:
        node, first, last = open_nodes.pop()
        if node < len(distance):
            leaves.append(node)
            continue
        a, b = tree[node - len(distance), :2].astype(int)
        if first not in members[a]:
            a, b = b, a
        from_first, to_last = shortest[a][members[a].index(first)], shortest[b][:, members[b].index(last)]
        length = from_first[:, None] + distance[np.array(members[a])[:, None], members[b]] + to_last
        end, start = np.unravel_index(length.argmin(), length.shape)
        open_nodes += [(b, members[b][start], last), (a, first, members[a][end])]
    return leaves
