"""Networks: ties against SciPy and statsmodels, groups against an exhaustive search, places that stay."""

from itertools import product

import networkx as nx
import numpy as np
import pytest
from scipy.spatial.distance import pdist, squareform
from sklearn.metrics import jaccard_score
from statsmodels.stats.contingency_tables import Table2x2

from analysis import Selection, network
from analysis.figures.labels import label_places
from analysis.figures.style import wrapped
from analysis.network import TIES, places


@pytest.mark.parametrize("conditions", [{}, {"category": "Regulated AI"}], ids=str)
def test_each_tie_carries_the_measures_of_its_pair(atlas, pick, conditions):
    table = atlas.facet("control").table.loc[sorted(pick(**conditions))]
    found = network(atlas, "control", Selection(**conditions), "residual", 1.5, 2)
    assert len(found.ties) > 5 and found.n == len(table)
    for (first, second), tie in found.ties.iterrows():
        a, b = table[first], table[second]
        counts = np.array([[(a & b).sum(), (a & ~b).sum()], [(~a & b).sum(), (~a & ~b).sum()]])
        assert tie["count"] == counts[0, 0]
        assert tie["jaccard"] == pytest.approx(jaccard_score(a, b))
        assert tie["residual"] == pytest.approx(Table2x2(counts, shift_zeros=False).standardized_resids[0, 0])
        assert tie["lift"] == pytest.approx(counts[0, 0] * len(table) / (a.sum() * b.sum()))
        assert tie["proximity"] == pytest.approx(min(counts[0, 0] / a.sum(), counts[0, 0] / b.sum()))


def test_jaccard_ties_are_all_pairs_scipy_finds_close_enough(atlas):
    near = 1 - squareform(pdist(atlas.facet("capability_family").table.T.to_numpy(), "jaccard"))
    found = network(atlas, "capability_family", None, "jaccard", 0.15, 1)
    assert len(found.ties) == (near[np.triu_indices_from(near, 1)] >= 0.15).sum() > 10


@pytest.mark.parametrize(("measure", "facet"), list(product(TIES, ["control", "capability_family"])))
def test_ties_reach_the_threshold_and_have_enough_workflows(atlas, measure, facet):
    found = network(atlas, facet, None, measure, 0.3, 8)
    assert (found.ties[measure] >= 0.3).all() and (found.ties["count"] >= 8).all()
    assert found.ties[measure].is_monotonic_decreasing
    named = [term for pair in found.ties.index for term in pair]
    assert all(found.nodes.at[term, "ties"] == named.count(term) for term in found.nodes.index)
    assert ((found.nodes["group"] > 0) == (found.nodes["ties"] > 0)).all()


def test_groups_cut_two_cliques_apart_as_the_best_of_all_divisions_does(atlas, retagged):
    rng = np.random.default_rng(3)
    table = np.zeros((207, 6), dtype=bool)
    half = rng.random(207) < 0.5
    table[:, :3] = half[:, None] ^ (rng.random((207, 3)) < 0.1)
    table[:, 3:] = ~half[:, None] ^ (rng.random((207, 3)) < 0.1)
    found = network(retagged(atlas, layer=table), "layer", None, "residual", 2.0)
    graph = nx.Graph()
    graph.add_weighted_edges_from((a, b, tie["residual"]) for (a, b), tie in found.ties.iterrows())
    terms = list(graph)
    best = max(
        nx.community.modularity(
            graph, [group for group in ({t for t, s in zip(terms, sides, strict=True) if s == k} for k in range(3)) if group]
        )
        for sides in product(range(3), repeat=6)
    )
    assert found.modularity == pytest.approx(best) and sorted(found.nodes["group"]) == [1, 1, 1, 2, 2, 2]


def test_places_do_not_depend_on_anything_but_the_atlas(atlas, retagged):
    first = places(atlas, "control")
    assert first.equals(places(retagged(atlas), "control"))
    assert first.index.equals(network(atlas, "control").nodes.index)


@pytest.mark.parametrize("facet", ["control", "capability_family", "input_kind", "layer", "category"])
def test_no_two_terms_share_a_place_or_stand_too_near_for_their_labels(atlas, facet):
    at = places(atlas, facet).to_numpy()
    assert ((at >= 0) & (at <= 1)).all()
    across, down = np.abs(at[:, None] - at[None]).transpose(2, 0, 1)
    beside = (down < 1e-9) & ~np.eye(len(at), dtype=bool)
    assert (across[beside] > 0.28).all()


@pytest.mark.parametrize("facet", ["control", "capability_family"])
def test_labels_stand_off_the_lines_between_terms(atlas, facet):
    at, found = places(atlas, facet), network(atlas, facet, None, "residual", 2.0)
    lines = [(at.index.get_loc(a), at.index.get_loc(b)) for a, b in found.ties.index]
    x, y, radius = at["x"].to_numpy(), at["y"].to_numpy(), np.full(len(at), 12.0)
    labels = [wrapped(term, 12) for term in at.index]
    size = (850, 78 * len(set(y)))
    where, covered = label_places(x, y, radius, labels, size, lines, "bottom center")
    below, _ = label_places(x, y, radius, labels, size)
    assert len(where) == len(at) and np.median(covered) < 10
    assert "bottom center" in where and where != below


def test_terms_that_are_tied_stand_nearer_than_others(atlas):
    at, found = places(atlas, "control"), network(atlas, "control")
    apart = squareform(pdist(at.to_numpy()))
    tied = [apart[at.index.get_loc(a), at.index.get_loc(b)] for a, b in found.ties.index]
    assert np.mean(tied) < 0.7 * apart[np.triu_indices_from(apart, 1)].mean()


def test_nobody_one_workflow_and_one_term_facets_have_no_ties(atlas, lone_atlas):
    for chosen, selection, facet in (
        (atlas, Selection(text="zzz-not-there"), "control"),
        (atlas, Selection(text="phishing report triage"), "control"),
        (atlas, None, "category"),
        (lone_atlas, None, "company"),
    ):
        found = network(chosen, facet, selection, support=1)
        assert len(found.ties) == 0 and np.isnan(found.modularity) and (found.nodes["group"] == 0).all()
    assert len(places(lone_atlas, "company")) == 0 and len(places(lone_atlas, "control")) == 1


def test_an_unknown_measure_is_answered_with_the_nearest(atlas):
    with pytest.raises(ValueError, match="did you mean 'jaccard'"):
        network(atlas, measure="jacard")
