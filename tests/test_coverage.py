"""Coverage against Python sets."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import Selection, coverage


@given(st.data())
def test_a_workflow_is_covered_when_nothing_it_needs_is_missing(atlas, terms, tags, pick, data):
    have = data.draw(st.lists(st.sampled_from(terms["control"]), max_size=21))
    stages = data.draw(st.lists(st.sampled_from(terms["stage"]), max_size=2))
    table = coverage(atlas, have, Selection(stage=stages))
    assert set(table.index) == pick(stage=stages)
    for row in table.itertuples():
        needs = tags["control"][row.Index]
        assert row.covered == (needs <= set(have))
        assert (row.needed, row.present) == (len(needs), len(needs & set(have)))
        assert row.missing == tuple(term for term in terms["control"] if term in needs - set(have))
    covered = [w for w in table.index if tags["control"][w] <= set(have)]
    assert (table.attrs["n"], table.attrs["covered"], table.attrs["covered_weight"]) == (len(table), len(covered), len(covered))


def test_all_controls_cover_everything_and_none_cover_nothing(atlas, terms):
    assert coverage(atlas, terms["control"])["covered"].all()
    nothing = coverage(atlas, [])
    assert not nothing["covered"].any() and (nothing["present"] == 0).all()


def test_the_table_says_which_workflow_a_row_is(atlas, entries):
    table = coverage(atlas, ["Identity"])
    for entry in entries:
        assert (table.at[entry["id"], "title"], table.at[entry["id"], "category"]) == (entry["title"], entry["category"])


@pytest.mark.parametrize("as_series", [False, True])
def test_a_weight_not_given_is_one(small_atlas, as_series):
    given_weights = {"markup": 5.0, "twin-one": 0.5}
    weights = pd.Series(given_weights) if as_series else given_weights
    table = coverage(small_atlas, ["Identity", "Audit trail", "Telemetry"], weights=weights)
    assert table["weight"].to_dict() == {
        "markup": 5, "buyers-without-function": 1, "insurer-only": 1, "twin-one": 0.5, "twin-two": 1, "loner": 1,
    }  # fmt: skip
    assert set(table.index[table["covered"]]) == {"markup", "twin-one", "twin-two"}
    assert table.attrs["covered_weight"] == 6.5


def test_a_workflow_that_needs_nothing_of_a_facet_is_covered(small_atlas):
    table = coverage(small_atlas, [], facet="buyer_function")
    assert set(table.index[table["covered"]]) == {"buyers-without-function", "insurer-only"}


def test_without_any_company_every_workflow_is_covered_by_none(lone_atlas):
    assert coverage(lone_atlas, [], facet="company")["covered"].tolist() == [True]


def test_an_empty_selection_covers_nobody(atlas):
    table = coverage(atlas, ["Identity"], Selection(text="zzz-not-there"), weights={"loner": 2.0})
    assert len(table) == 0
    assert table.attrs == {"n": 0, "covered": 0, "covered_weight": 0.0}


def test_an_unknown_control_names_the_nearest_one(atlas):
    with pytest.raises(KeyError, match="Control has no term 'Metring'; did you mean 'Metering'"):
        coverage(atlas, ["Identity", "Metring"])
