"""The convergence table against SciPy's entropy and loops over the files."""

from math import log

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import entropy
from statsmodels.stats.proportion import proportion_confint

from analysis import Selection, convergence
from analysis.convergence import hill_number, layers, shared_layer

GROUPS = {"breadth": "category", "breadth_function": "buyer_function", "breadth_industry": "buyer_industry"}
CASES = {"the whole atlas": {}, "two categories": {"category": ["Regulated AI", "Frontier AI"]}, "late": {"stage": ["Established"]}}


@given(st.lists(st.floats(0, 1), min_size=2, max_size=12).filter(lambda rates: sum(rates) > 1e-6))
def test_a_hill_number_is_the_exponential_of_scipys_entropy(rates):
    assert hill_number(np.array(rates)[:, None])[0] == pytest.approx(np.exp(entropy(rates)))


def test_the_effective_number_runs_from_one_group_alone_to_all_alike():
    rates = np.array([[0.4, 0.3, 0.0, np.nan], [0.0, 0.3, 0.0, np.nan], [np.nan, 0.3, 0.0, np.nan]])
    found = hill_number(rates)
    assert found[:2] == pytest.approx([1, 3])
    assert np.isnan(found[2:]).all()


@pytest.mark.parametrize("facet", ["control", "layer", "capability_family"])
@pytest.mark.parametrize("case", CASES)
def test_breadth_comes_from_the_rates_in_each_group(atlas, terms, tags, pick, facet, case):
    table = convergence(atlas, facet, Selection(**CASES[case]))
    for column, group in GROUPS.items():
        sets = [pick(**{**CASES[case], group: term}) for term in terms[group]] if group not in CASES[case] else None
        if sets is None:
            sets = [pick(**{group: term}) for term in CASES[case][group]]
        for term in terms[facet]:
            rates = [sum(term in tags[facet][w] for w in members) / len(members) for members in sets if members]
            p = [rate / sum(rates) for rate in rates if rate]
            expected = np.exp(-sum(x * log(x) for x in p)) if p else np.nan
            assert table.at[term, column] == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize("case", CASES)
def test_share_interval_and_demand_are_counted(atlas, terms, tags, pick, case):
    table, chosen = convergence(atlas, "control", Selection(**CASES[case])), pick(**CASES[case])
    assert table.attrs["n"] == len(chosen)
    for control in terms["control"]:
        having = [w for w in chosen if control in tags["control"][w]]
        row = table.loc[control]
        assert row["count"] == len(having)
        assert row["share"] == pytest.approx(len(having) / len(chosen))
        assert (row["low"], row["high"]) == pytest.approx(proportion_confint(len(having), len(chosen), method="wilson"), abs=1e-12)
        assert row["demand"] == len(set().union(*(tags["buyer_function"][w] for w in having)))


def test_every_control_has_the_layer_the_taxonomy_gives_it(atlas, vocabulary):
    written = {label: term["name"] for term in vocabulary["layer"]["terms"] for label in term["labels"]}
    assert layers(atlas).to_dict() == written
    assert convergence(atlas)["layer"].to_dict() == written
    assert "layer" not in convergence(atlas, "capability_family")


def test_a_large_category_does_not_dominate_breadth(atlas, retagged):
    category = np.zeros((len(atlas), 5), dtype=bool)
    category[:150, 0] = category[150:170, 1] = category[170:, 2] = True
    control = np.zeros((len(atlas), 21), dtype=bool)
    control[::2, 0] = True
    control[:150, 1] = True
    table = convergence(retagged(atlas, category=category, control=control))
    assert table["breadth"].iloc[0] == pytest.approx(3, abs=0.001)
    assert table["breadth"].iloc[1] == pytest.approx(1)
    assert table["breadth"].iloc[2:].isna().all()


def test_a_term_nobody_has_gets_nan_not_zero(small_atlas):
    row = convergence(small_atlas).loc["Data lineage"]
    assert (row["count"], row["share"], row["demand"]) == (0, 0, 0)
    assert np.isnan(row["breadth"]) and np.isnan(row["breadth_function"])


def test_a_control_asked_for_by_organisations_only_has_no_breadth_over_functions(small_atlas):
    row = convergence(small_atlas).loc["Consent state"]
    assert (row["count"], row["demand"], row["breadth"], row["breadth_industry"]) == (1, 0, pytest.approx(1), pytest.approx(1))
    assert np.isnan(row["breadth_function"])


def test_an_empty_selection_has_no_shares_and_no_breadth(atlas):
    table = convergence(atlas, "control", Selection(text="zzz-not-there"))
    assert (table[["count", "demand"]] == 0).all(axis=None)
    assert table[["share", "low", "high", *GROUPS]].isna().all(axis=None)


def test_one_workflow_is_as_broad_as_one_category(atlas, tags):
    table = convergence(atlas, "control", Selection(text="phishing report triage"))
    required = table[table["count"] > 0]
    assert set(required.index) == tags["control"]["ai-phishing-report-triage"]
    assert required["breadth"].to_numpy() == pytest.approx(1)


def test_the_shared_layer_is_what_a_quarter_requires_and_spreads_over_four_fifths(atlas, terms, tags, entries):
    core = shared_layer(convergence(atlas), 5)
    expected = {}
    for control in terms["control"]:
        rates = [
            np.mean([control in tags["control"][w] for w, found in tags["category"].items() if category in found])
            for category in terms["category"]
        ]
        count = sum(control in found for found in tags["control"].values())
        if count >= len(entries) / 4 and np.exp(entropy(rates)) >= 4:
            expected[control] = count
    assert core["count"].to_dict() == expected
    assert core["count"].is_monotonic_decreasing


def test_the_rule_of_the_shared_layer_holds_at_its_edges():
    shares, breadths = [0.25, 0.2499, 0.9, 0.9, 0.3], [5.0, 5.0, 4.0, 3.999, np.nan]
    table = pd.DataFrame({"share": shares, "breadth": breadths, "count": [25, 24, 90, 91, 30]}, index=list("abcde"))
    assert list(shared_layer(table, 5).index) == ["c", "a"]
    assert list(shared_layer(table, 4).index) == ["d", "c", "a"]


def test_an_unknown_facet_names_the_nearest_one(atlas):
    with pytest.raises(KeyError, match="did you mean 'control'"):
        convergence(atlas, "contrl")
