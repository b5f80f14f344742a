"""Similarity against a weighted Jaccard index on Python sets."""

from math import fsum, log2

import pytest

from analysis import similarity

FACETS = ("control", "capability_family", "buyer_function", "buyer_industry", "reviewer_role", "risk_family")


@pytest.fixture(scope="module")
def bits(tags):
    """Information of every (facet, term) pair, from its share in the atlas."""
    n = len(tags["control"])
    counts = {}
    for facet in FACETS:
        for found in tags[facet].values():
            for term in found:
                counts[facet, term] = counts.get((facet, term), 0) + 1
    return {pair: -log2(count / n) for pair, count in counts.items()}


@pytest.fixture(scope="module")
def pairs(tags):
    """The (facet, term) pairs of each workflow."""
    return {w: {(facet, term) for facet in FACETS for term in tags[facet][w]} for w in tags["control"]}


def jaccard(a: set, b: set, bits: dict) -> float:
    return fsum(bits[pair] for pair in a & b) / fsum(bits[pair] for pair in a | b)


def test_the_nearest_are_those_that_share_most_information(atlas, entries, pairs, bits):
    for entry in entries[::9]:
        me = entry["id"]
        truth = {w: jaccard(pairs[me], pairs[w], bits) for w in pairs if w != me}
        near = similarity(atlas, me, n=12)
        assert near["similarity"].tolist() == pytest.approx([truth[w] for w in near.index])
        assert near["similarity"].tolist() == pytest.approx(sorted(truth.values(), reverse=True)[:12])
        assert me not in near.index and near.index.is_unique


def test_what_two_workflows_share_explains_their_similarity_weightiest_first(atlas, entries, pairs, bits):
    for entry in entries[4::9]:
        for row in similarity(atlas, entry["id"], n=5).itertuples():
            assert set(row.shared) == pairs[entry["id"]] & pairs[row.Index]
            weights = [bits[pair] for pair in row.shared]
            assert weights == sorted(weights, reverse=True)


def test_similarity_is_mutual(atlas, entries):
    ids = [entry["id"] for entry in entries[:6]]
    every = {me: similarity(atlas, me, n=len(atlas))["similarity"] for me in ids}
    assert all(every[a][b] == pytest.approx(every[b][a]) for a in ids for b in ids if a != b)


def test_a_twin_is_fully_alike_and_comes_first(small_atlas):
    near = similarity(small_atlas, "twin-one")
    assert near.index[0] == "twin-two"
    assert near["similarity"].iloc[0] == pytest.approx(1)


def test_no_more_workflows_than_there_are_others(small_atlas, lone_atlas):
    assert len(similarity(small_atlas, "loner", n=50)) == 5
    assert len(similarity(small_atlas, "loner", n=0)) == 0
    assert len(similarity(lone_atlas, "loner")) == 0


def test_terms_that_everyone_has_explain_but_weigh_nothing(small_atlas):
    near = similarity(small_atlas, "loner")
    assert near.at["insurer-only", "similarity"] == 0
    assert set(near.at["insurer-only", "shared"]) >= {("risk_family", "Physical safety"), ("reviewer_role", "Legal counsel")}


def test_a_row_says_which_workflow_it_is(atlas, entries):
    near = similarity(atlas, entries[0]["id"], n=len(atlas))
    for entry in entries[1:]:
        assert near.loc[entry["id"], ["title", "category", "stage"]].tolist() == [entry[key] for key in ("title", "category", "stage")]


def test_an_unknown_workflow_names_the_nearest_one(atlas):
    with pytest.raises(KeyError, match="did you mean 'ai-phishing-report-triage'"):
        similarity(atlas, "ai-phishing-report-triag")
