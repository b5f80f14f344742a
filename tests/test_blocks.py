"""Blocks of a matrix: divisions against scikit-learn's and all there are, modularity against its definition and networkx."""

from __future__ import annotations

import itertools

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.cluster import SpectralCoclustering
from sklearn.metrics import adjusted_rand_score

from analysis import Selection, axis, blocks, cross, present_in_order
from analysis.blocks import coclustered, modularity

PAIRS = [("buyer_function", "control"), ("buyer_industry", "layer"), ("control", "control"), ("stage", "capability_family")]


def counted(atlas, rows, columns, **conditions) -> np.ndarray:
    table = cross(atlas, rows, columns, Selection(**conditions))
    return np.where(np.eye(*table.both.shape, dtype=bool) & table.itself, 0, table.both).astype(float)  # no term against itself


def test_divisions_are_better_than_scikit_learns_spectral_co_clustering(atlas):
    ours, theirs = [], []
    for sides, category in itertools.product(PAIRS, [[], ["Regulated AI"], ["Enterprise AI", "Frontier AI"]]):
        counts = counted(atlas, *sides, category=category)
        at = np.ix_(counts.sum(axis=1) > 0, counts.sum(axis=0) > 0)
        found, numbers = coclustered(counts), range(2, min(8, *counts[at].shape) + 1)
        models = [SpectralCoclustering(k, random_state=0).fit(counts[at]) for k in numbers]
        assert list(found.tried) == list(numbers)
        assert found.modularity == max(found.tried.values()) == pytest.approx(barber(counts, found.rows, found.columns))
        ours.append(found.modularity)
        theirs.append(max(barber(counts[at], model.row_labels_, model.column_labels_) for model in models))
    better = np.array(ours) / theirs
    assert better.min() > 0.98 and np.median(better) > 1.05
    assert np.sum(better > 1) >= 11  # of 12


def test_few_rows_are_divided_as_well_as_they_can_be(atlas):
    """With five rows all divisions can be tried: what the columns add is largest where each is in the block to which it adds most."""
    shares = []
    for columns in (facet for facet in atlas.facets if facet not in ("category", "company")):
        counts = counted(atlas, "category", columns)
        counts = counts[:, counts.sum(axis=0) > 0]
        surplus = counts / counts.sum() - np.outer(counts.sum(axis=1), counts.sum(axis=0)) / counts.sum() ** 2
        most = min(8, *counts.shape)
        best = max((surplus.T @ np.eye(most)[list(rows)]).max(axis=1).sum() for rows in itertools.product(range(most), repeat=5))
        shares.append(coclustered(counts).modularity / best)
    assert max(shares) == pytest.approx(1) and min(shares) > 0.97
    assert np.mean(np.array(shares) > 1 - 1e-9) >= 0.75


def test_no_row_or_column_would_rather_be_in_another_block(atlas):
    counts = counted(atlas, "buyer_function", "control")
    found = coclustered(counts)
    for side in ("rows", "columns"):
        labels = getattr(found, side)
        for i, block in itertools.product(np.flatnonzero(labels >= 0), range(found.number)):
            moved = {"rows": found.rows, "columns": found.columns, side: np.where(np.arange(labels.size) == i, block, labels)}
            assert modularity(counts, **moved) <= found.modularity + 1e-12


def barber(counts, rows, columns) -> float:
    """Barber (2007), equation 15, cell by cell."""
    total, of_rows, of_columns = counts.sum(), counts.sum(axis=1), counts.sum(axis=0)
    return sum(
        (counts[i, j] - of_rows[i] * of_columns[j] / total) / total
        for i in range(len(rows))
        for j in range(len(columns))
        if rows[i] == columns[j]
    )


@given(
    arrays(int, (5, 4), elements=st.integers(0, 6)).filter(lambda counts: counts.sum()), st.lists(st.integers(0, 2), min_size=9, max_size=9)
)
def test_modularity_is_that_of_its_definition_and_of_the_directed_graph(counts, labels):
    rows, columns = np.array(labels[:5]), np.array(labels[5:])
    value = modularity(counts, rows, columns)
    assert value == pytest.approx(barber(counts, rows, columns))
    graph = nx.DiGraph()  # all edges from rows to columns: the directed modularity's null model is then Barber's
    graph.add_nodes_from([("row", i) for i in range(5)] + [("column", j) for j in range(4)])
    graph.add_weighted_edges_from((("row", i), ("column", j), counts[i, j]) for i, j in zip(*np.nonzero(counts), strict=True))
    parts = [{(side, i) for side, found in (("row", rows), ("column", columns)) for i in np.flatnonzero(found == k)} for k in range(3)]
    assert value == pytest.approx(nx.community.modularity(graph, [part for part in parts if part]))


@settings(max_examples=12)
@given(arrays(int, st.tuples(st.integers(1, 6), st.integers(1, 6)), elements=st.integers(0, 3)))
def test_any_table_of_counts_can_be_divided_or_left_whole(counts):
    found = coclustered(counts)
    for labels, axis_sum in ((found.rows, counts.sum(axis=1)), (found.columns, counts.sum(axis=0))):
        assert ((labels == -1) == (axis_sum == 0)).all()
    order = found.order(counts.sum(axis=1), counts.sum(axis=0))
    assert [sorted(side.tolist()) for side in order] == [list(range(size)) for size in counts.shape]
    assert found.modularity >= 0 and found.modularity >= max(found.tried.values(), default=0) - 1e-9


def test_planted_blocks_are_found(atlas):
    rng = np.random.default_rng(1)
    rows, columns = np.repeat([0, 1, 2], [7, 5, 4]), np.repeat([0, 1, 2], [6, 6, 3])
    counts = rng.poisson(np.where(rows[:, None] == columns[None, :], 20, 3))
    shuffled = rng.permutation(16), rng.permutation(15)
    found = coclustered(counts[np.ix_(*shuffled)])
    assert found.number == 3
    assert adjusted_rand_score(rows[shuffled[0]], found.rows) == adjusted_rand_score(columns[shuffled[1]], found.columns) == 1


@pytest.mark.parametrize("conditions", [{}, {"category": "Regulated AI"}, {"stage": "Frontier"}], ids=str)
def test_densities_are_those_of_loops_over_the_cells(atlas, conditions):
    table = cross(atlas, "buyer_function", "control", Selection(**conditions))
    found = blocks(table)
    both = table.measure("count")
    rows, columns = (pd.Series(size, index=index) for size, index in ((table.rows, both.index), (table.columns, both.columns)))
    for block in found.itertuples():
        sums = {True: np.zeros(3), False: np.zeros(3)}
        for a in both.index:
            for b in both.columns:
                here = (a in block.rows) + (b in block.columns)
                if here:
                    sums[here == 2] += both.at[a, b], min(rows[a], columns[b]), rows[a] * columns[b] / table.n
        assert block.inside == pytest.approx(sums[True][0] / sums[True][1])
        assert block.outside == pytest.approx(sums[False][0] / sums[False][1])
        assert block.lift == pytest.approx(sums[True][0] / sums[True][2])
    assert found["modularity"].sum() == pytest.approx(found.attrs["modularity"])


def test_in_the_order_of_blocks_each_block_stands_together(atlas):
    table = cross(atlas, axis(atlas, "category", then="stage"), "control")
    rows, columns = present_in_order(table, "blocks")
    found = blocks(table, *present_in_order(table, "taxonomy"))
    assert len(found) > 1
    for shown, side in ((rows, "rows"), (columns, "columns")):
        assert shown.tolist() and [set(part) for part in found[side] if part] == [
            set(shown[shown.get_indexer(part).min() : shown.get_indexer(part).max() + 1]) for part in found[side] if part
        ]
        assert sum(map(len, found[side])) == len(shown)


def test_too_little_to_divide_is_one_block_or_none(atlas):
    table = cross(atlas, "stage", "control", Selection(text="phishing report triage"))
    assert len(blocks(table, *present_in_order(table, "taxonomy"))) == 1
    assert len(blocks(cross(atlas, "stage", "control", Selection(text="zzz-not-there")))) == 0
