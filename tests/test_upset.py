"""Exclusive and inclusive intersections against upsetplot and loops over the files."""

import pytest
import upsetplot
from hypothesis import given
from hypothesis import strategies as st

from analysis import Selection, intersections, upset
from analysis.intersections import ORDERS

FACETS = ["control", "layer", "buyer_function", "risk_family"]


def by_upsetplot(table, **conditions) -> dict[frozenset, int]:
    """Sizes of exact sets."""
    sizes = upsetplot.query(upsetplot.from_indicators(table), subset_size="count", **conditions).subset_sizes
    names = list(sizes.index.names)
    return {frozenset(name for name, has in zip(names, key, strict=True) if has): int(size) for key, size in sizes.items()}


def sizes(sets, count: str) -> dict[frozenset, int]:
    return {frozenset(terms): size for terms, size in zip(sets["terms"], sets[count], strict=True)}


@pytest.mark.parametrize("facet", FACETS)
@pytest.mark.parametrize("conditions", [{}, {"category": "Frontier AI"}], ids=str)
def test_exact_sets_are_those_of_upsetplot(atlas, pick, facet, conditions):
    chosen = atlas.facet(facet).table.loc[sorted(pick(**conditions))]
    assert sizes(upset(atlas, facet, Selection(**conditions)), "exactly") == by_upsetplot(chosen)


@pytest.mark.parametrize(("support", "degree"), [(1, 4), (2, 0), (5, 3)])
def test_least_size_and_degree_leave_what_upsetplot_leaves(atlas, support, degree):
    found = upset(atlas, "layer", support=support, degree=degree)
    expected = by_upsetplot(atlas.facet("layer").table, min_subset_size=support, min_degree=degree)
    assert sizes(found, "exactly") == expected and expected


@given(st.data())
def test_include_and_exclude_leave_what_upsetplot_leaves(atlas, terms, data):
    names = data.draw(st.lists(st.sampled_from(terms["layer"]), min_size=1, max_size=3, unique=True))
    cut = data.draw(st.integers(0, len(names)))
    found = sizes(upset(atlas, "layer", include=names[:cut], exclude=names[cut:]), "exactly")
    assert found == by_upsetplot(atlas.facet("layer").table, present=names[:cut], absent=names[cut:])


@pytest.mark.parametrize("count", ["exactly", "at_least"])
@pytest.mark.parametrize("facet", FACETS)
def test_both_counts_of_every_set_are_those_of_a_loop_over_the_files(atlas, tags, pick, facet, count):
    chosen = [tags[facet][w] for w in pick(stage="Scaling")]
    sets = upset(atlas, facet, Selection(stage="Scaling"), count=count, support=2, degree=1)
    assert len(sets) > 1 and sets.attrs["n"] == len(chosen)
    for row in sets.itertuples():
        assert row.exactly == sum(has == set(row.terms) for has in chosen)
        assert row.at_least == sum(has >= set(row.terms) for has in chosen)
        assert row.degree == len(row.terms)
        assert row.share == pytest.approx(getattr(row, count) / len(chosen))


def test_with_at_least_every_group_of_workflows_is_listed_once(atlas, tags):
    sets = upset(atlas, "control", count="at_least", degree=2)
    behind = [frozenset(w for w, has in tags["control"].items() if has >= set(terms)) for terms in sets["terms"]]
    assert len(set(behind)) == len(behind)
    pairs = sizes(sets[sets["degree"] == 2], "at_least")
    assert pairs[frozenset(("Review workflow", "Evidence storage"))] == 76


@pytest.mark.parametrize("count", ["exactly", "at_least"])
def test_the_first_few_are_the_first_of_all_in_every_order(atlas, terms, count):
    for sort in ORDERS:
        every, few = (upset(atlas, "layer", count=count, sort=sort, most=most) for most in (None, 5))
        assert every["terms"].tolist()[:5] == few["terms"].tolist()
        assert few.attrs["found"] == len(every)
        has = [tuple(term not in found for term in terms["layer"]) for found in every["terms"]]
        size = [-value for value in every[count]]
        keys = {"size": zip(size, every["degree"], has), "degree": zip(every["degree"], size, has), "terms": has}[sort]  # noqa: B905
        keys = list(keys)
        assert keys == sorted(keys)


def test_the_public_intersections_are_the_exact_ones(atlas):
    assert sizes(intersections(atlas), "count") == sizes(upset(atlas), "exactly")


def test_workflows_without_a_term_are_the_empty_set(small_atlas):
    found = upset(small_atlas, "buyer_function").set_index("degree")
    assert found.at[0, "exactly"] == 2 and found.at[0, "at_least"] == 6


def test_nobody_has_no_sets_and_an_unknown_order_is_answered_with_the_nearest(atlas):
    assert len(upset(atlas, "control", Selection(text="zzz-not-there"))) == 0
    assert len(upset(atlas, "control", Selection(text="zzz-not-there"), count="at_least")) == 0
    with pytest.raises(ValueError, match="did you mean 'degree'"):
        upset(atlas, sort="degrees")
    with pytest.raises(ValueError, match="did you mean 'at_least'"):
        upset(atlas, count="at least")
