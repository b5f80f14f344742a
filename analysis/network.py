"""Which terms of a facet occur together, as a network: ties above a threshold, the groups they form, a place for each term."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.keeping import kept
from analysis.matrix import CrossTable, cross
from analysis.selection import Selection
from atlas_data import Atlas
from atlas_data.problems import nearest

TIES = {
    "residual": "Haberman's adjusted residual: standard deviations above what independence gives.",
    "lift": "Workflows with both, divided by the number expected if the terms were independent.",
    "jaccard": "Workflows with both, divided by those with either (Jaccard 1901).",
    "proximity": "The smaller of the two shares: of the workflows with one term, those that also have the other (Hidalgo et al. 2007).",
}
_TIED = 2.0  # adjusted residual from which two terms stand side by side in the layout


@dataclass(frozen=True, eq=False)
class Network:
    """Terms and their ties.

    ``nodes``: one row a term that occurs, ``count``, ``ties``, ``group`` (1 for the largest; 0: no tie).
    ``ties``: one row a pair, strongest first, indexed by the two terms: ``count``, ``expected``, every measure of ``TIES``,
    ``q`` and ``few`` (expected below 5). ``modularity`` of the groups, NaN without ties. ``n``: workflows selected.
    """

    nodes: pd.DataFrame
    ties: pd.DataFrame
    modularity: float
    n: int


def network(
    atlas: Atlas,
    facet: str = "control",
    selection: Selection | None = None,
    measure: str = "residual",
    least: float = 2.0,
    support: int = 3,
) -> Network:
    """Pairs of terms that at least ``support`` workflows have both of and whose ``measure`` is at least ``least``.

    Groups: greedy modularity maximisation on ties weighted by the measure, which involves no chance: Clauset, A., Newman,
    M. E. J. and Moore, C. (2004), Finding community structure in very large networks, Physical Review E 70, 066111.
    ``ValueError`` for an unknown measure.

    >>> from atlas_data import load_atlas
    >>> found = network(load_atlas(), least=3.0)
    >>> bool((found.ties["residual"] >= 3).all())
    True
    """
    if measure not in TIES:
        raise ValueError(f"no measure {measure!r}{nearest(measure, TIES)} Measures: {', '.join(TIES)}")
    table = cross(atlas, facet, facet, selection)
    values = _measures(table)
    first, second = np.nonzero(np.triu((table.both >= max(support, 1)) & (values[measure] >= least), k=1))
    index = pd.MultiIndex.from_arrays([table.row_terms[first], table.row_terms[second]], names=[facet, f"{facet} (other)"])
    columns = {"count": table.both, "expected": table.expected, **values, "q": table.q, "few": table.few}
    ties = pd.DataFrame({name: array[first, second] for name, array in columns.items()}, index=index)
    ties = ties.sort_values([measure, "count"], ascending=False, kind="stable")
    nodes = pd.DataFrame({"count": table.rows}, index=table.row_terms)
    nodes["ties"] = np.bincount(np.concatenate([first, second]), minlength=len(nodes))
    groups, modularity = _groups(ties[measure])
    nodes["group"] = [groups.get(term, 0) for term in nodes.index]
    return Network(nodes[nodes["count"] > 0], ties, modularity, table.n)


def _measures(table: CrossTable) -> dict[str, np.ndarray]:
    either = table.rows[:, None] + table.columns[None, :] - table.both
    return {
        "residual": table.residual,
        "lift": table.lift,
        "jaccard": table.both / np.maximum(either, 1),
        "proximity": np.fmin(table.row_share, table.column_share),
    }


def _groups(weights: pd.Series) -> tuple[dict[str, int], float]:
    """The group of each tied term, the largest group first, and their modularity."""
    if not len(weights):
        return {}, float("nan")
    import networkx as nx

    graph = _graph(weights)
    found = nx.community.greedy_modularity_communities(graph, weight="weight")
    found = sorted((sorted(group) for group in found), key=lambda group: (-len(group), group))
    groups = {term: i for i, group in enumerate(found, start=1) for term in group}
    return groups, float(nx.community.modularity(graph, map(set, found), weight="weight"))


def _graph(weights: pd.Series):
    import networkx as nx

    graph = nx.Graph()
    graph.add_weighted_edges_from((a, b, weight) for (a, b), weight in weights.items())
    return graph


@kept(32)
def places(atlas: Atlas, facet: str) -> pd.DataFrame:
    """Where each term of a facet stands, ``x`` and ``y`` from 0 to 1: the same whatever is selected or measured.

    Kamada, T. and Kawai, S. (1989), Information Processing Letters 31, 7-15: distances on the page follow steps in the
    network of all workflows' ties (adjusted residual of at least 2), then each term takes a place of its own in staggered rows,
    so that labels do not meet.
    """
    import networkx as nx

    whole = network(atlas, facet, None, "residual", _TIED)
    terms = list(whole.nodes.index)
    if len(terms) < 2:
        return pd.DataFrame({"x": 0.5, "y": 0.5}, index=terms)
    graph = nx.Graph()
    graph.add_nodes_from(terms)
    graph.add_edges_from((a, b, {"length": 1 / weight}) for (a, b), weight in whole.ties["residual"].items())
    steps = dict(nx.all_pairs_dijkstra_path_length(graph, weight="length"))
    farthest = max((length for ends in steps.values() for length in ends.values()), default=0) or 1.0
    apart = {a: {b: steps[a].get(b, 1.3 * farthest) for b in terms} for a in terms}
    found = nx.kamada_kawai_layout(graph, dist=apart)
    at = np.array([found[term] for term in terms])
    at = (at - at.min(axis=0)) / np.maximum(np.ptp(at, axis=0), 1e-9)
    return pd.DataFrame(_spread(at), index=terms, columns=["x", "y"])


def _spread(at: np.ndarray, across: int = 4) -> np.ndarray:
    """Move points of the unit square to places where no two labels meet, moving them least in all (squared distances).

    Places stand in rows of ``across``, every second row shifted by half a step, with a third more of them than points.
    """
    from scipy.optimize import linear_sum_assignment

    rows = max(2, -(-4 * len(at) // (3 * across)))
    x = (np.arange(across)[None, :] + 0.5 * (np.arange(rows)[:, None] % 2)) / (across - 0.5)
    slots = np.column_stack([x.ravel(), np.repeat(np.linspace(0, 1, rows), across)])
    apart = ((at[:, None] - slots[None]) ** 2).sum(axis=2)
    return slots[linear_sum_assignment(apart)[1]]
