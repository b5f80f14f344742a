"""Exact intersections against frozensets."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import Selection, intersections


@pytest.mark.parametrize("facet", ["control", "layer", "buyer_function", "stage", "company"])
@pytest.mark.parametrize("conditions", [{}, {"category": "Frontier AI"}, {"text": "invoice"}], ids=str)
def test_each_workflow_is_in_exactly_the_set_it_has(atlas, tags, pick, facet, conditions):
    sets = intersections(atlas, facet, Selection(**conditions))
    expected = Counter(frozenset(tags[facet][w]) for w in pick(**conditions))
    assert {frozenset(row.terms): row.count for row in sets.itertuples(index=False)} == expected
    assert len(sets) == len(expected)


@given(st.data())
def test_any_selection_is_divided_without_rest_or_overlap(atlas, tags, pick, terms, data):
    controls = data.draw(st.lists(st.sampled_from(terms["control"]), min_size=1, max_size=3, unique=True))
    sets = intersections(atlas, "layer", Selection(control=controls))
    expected = Counter(frozenset(tags["layer"][w]) for w in pick(control=controls))
    assert {frozenset(found): count for found, count in zip(sets["terms"], sets["count"], strict=True)} == expected


def test_sets_come_most_frequent_first_then_smallest_with_terms_as_in_the_taxonomy(atlas, terms):
    sets = intersections(atlas, "layer")
    keys = [(-row.count, row.degree, row.terms) for row in sets.itertuples(index=False)]
    assert keys == sorted(keys)
    assert all(list(found) == [term for term in terms["layer"] if term in found] for found in sets["terms"])
    assert sets["degree"].tolist() == [len(found) for found in sets["terms"]]


def test_workflows_that_name_no_function_form_the_empty_set(small_atlas):
    sets = intersections(small_atlas, "buyer_function").set_index("terms")
    assert sets.loc[[()], "count"].tolist() == [2]
    assert sets.loc[[()], "degree"].tolist() == [0]
    assert sets["count"].sum() == 6


def test_an_empty_selection_has_no_sets(atlas):
    sets = intersections(atlas, "control", Selection(text="zzz-not-there"))
    assert len(sets) == 0
    assert list(sets.columns) == ["terms", "degree", "count"]


def test_one_workflow_is_one_set(atlas, tags):
    sets = intersections(atlas, "control", Selection(text="phishing report triage"))
    assert len(sets) == 1
    assert set(sets.at[0, "terms"]) == tags["control"]["ai-phishing-report-triage"]


def test_a_facet_nobody_has_a_term_of_leaves_everyone_in_the_empty_set(lone_atlas):
    sets = intersections(lone_atlas, "company")
    assert sets.to_dict("records") == [{"terms": (), "degree": 0, "count": 1}]


def test_an_unknown_facet_names_the_nearest_one(atlas):
    with pytest.raises(KeyError, match="did you mean 'layer'"):
        intersections(atlas, "layers")
