"""Frequencies against counts over the files, and their statistics against SciPy and statsmodels."""

import numpy as np
import pytest
from pandas.testing import assert_frame_equal
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from analysis import Selection, frequency
from analysis.frequency import frequencies, shared_by

FACETS = [
    "category",
    "stage",
    "buyer_function",
    "buyer_industry",
    "control",
    "layer",
    "capability_family",
    "reviewer_role",
    "system_family",
    "risk_family",
]
CASES = {
    "the whole atlas": {},
    "a category": {"category": "Regulated AI"},
    "all of two controls": {"control": ["Audit trail", "Evidence storage"], "match": "all"},
    "a word": {"text": "invoice"},
}


@pytest.mark.parametrize("facet", [*FACETS, "company"])
@pytest.mark.parametrize("case", CASES)
def test_each_term_is_counted_as_the_files_say(atlas, terms, tags, pick, facet, case):
    table = frequency(atlas, facet, Selection(**CASES[case]))
    chosen = pick(**CASES[case])
    assert list(table.index) == terms[facet]
    assert table["count"].tolist() == [sum(term in tags[facet][found] for found in chosen) for term in terms[facet]]
    assert table.attrs["n"] == len(chosen) > 0


@pytest.mark.parametrize("facet", ["control", "buyer_function"])
@pytest.mark.parametrize("against", [None, "rest", Selection(stage="Scaling")], ids=["the atlas", "the rest", "another selection"])
def test_shares_intervals_lift_and_q_follow_from_the_counts(atlas, terms, tags, pick, facet, against):
    table = frequency(atlas, facet, Selection(category=["Regulated AI", "Frontier AI"]), against)
    everyone, chosen = pick(), pick(category=["Regulated AI", "Frontier AI"])
    base = {None: everyone, "rest": everyone - chosen}.get(against, pick(stage="Scaling"))
    outside = base - chosen
    assert (table.attrs["n"], table.attrs["baseline_n"]) == (len(chosen), len(base))
    p = []
    for term in terms[facet]:
        here, there, beyond = (sum(term in tags[facet][found] for found in group) for group in (chosen, base, outside))
        row = table.loc[term]
        assert row["share"] == pytest.approx(here / len(chosen))
        assert (row["low"], row["high"]) == pytest.approx(proportion_confint(here, len(chosen), method="wilson"), abs=1e-12)
        assert row["baseline"] == pytest.approx(there / len(base))
        if there:
            assert row["lift"] == pytest.approx((here / len(chosen)) / (there / len(base)))
        p.append(stats.fisher_exact([[here, len(chosen) - here], [beyond, len(outside) - beyond]]).pvalue)
    np.testing.assert_allclose(table["q"], multipletests(p, method="fdr_bh")[1], rtol=1e-8)
    assert (table["q"] < 0.05).any()


@pytest.mark.parametrize("against", [None, "rest", Selection(stage="Scaling")], ids=["the atlas", "the rest", "another selection"])
@pytest.mark.parametrize("case", CASES)
def test_facets_worked_out_together_are_as_those_worked_out_alone(atlas, case, against):
    selection = Selection(**CASES[case])
    for facet, table in frequencies(atlas, FACETS, selection, against).items():
        alone = frequency(atlas, facet, selection, against)
        assert_frame_equal(table, alone, rtol=1e-12)
        assert table.attrs == alone.attrs


def test_the_whole_atlas_is_its_own_baseline_and_there_is_nothing_to_test(atlas):
    table = frequency(atlas, "control")
    assert (table["lift"] == 1).all() and (table["share"] == table["baseline"]).all()
    assert table["q"].isna().all()


def test_the_rest_of_everything_is_nobody(atlas):
    table = frequency(atlas, "control", None, "rest")
    assert table.attrs["baseline_n"] == 0
    assert table[["baseline", "lift", "q"]].isna().all(axis=None)
    assert table["share"].notna().all()


@pytest.mark.parametrize("selection", [None, Selection(category=["Regulated AI", "Frontier AI"])], ids=["everything", "two categories"])
def test_a_baseline_inside_the_selection_is_tested_against_the_rest_of_it(atlas, terms, tags, pick, selection):
    table = frequency(atlas, "control", selection, Selection(category="Regulated AI"))
    inside = pick(category="Regulated AI")
    others = pick(category=["Regulated AI", "Frontier AI"] if selection else []) - inside
    p = []
    for term in terms["control"]:
        here, there = (sum(term in tags["control"][found] for found in group) for group in (inside, others))
        p.append(stats.fisher_exact([[here, len(inside) - here], [there, len(others) - there]]).pvalue)
    np.testing.assert_allclose(table["q"], multipletests(p, method="fdr_bh")[1], rtol=1e-8)
    same = frequency(atlas, "control", Selection(category="Regulated AI"), Selection(category="Regulated AI"))
    assert same["q"].isna().all() and (same["lift"].dropna() == 1).all()


def test_an_empty_selection_has_counts_of_zero_and_no_shares(atlas):
    table = frequency(atlas, "control", Selection(text="zzz-not-there"))
    assert (table["count"] == 0).all() and table.attrs["n"] == 0
    assert table[["share", "low", "high", "lift", "q"]].isna().all(axis=None)
    assert table["baseline"].equals(frequency(atlas, "control")["share"].rename("baseline"))


def test_one_workflow_has_all_or_nothing(atlas, tags):
    table = frequency(atlas, "control", Selection(text="phishing report triage"))
    assert table.attrs["n"] == 1
    assert set(table.index[table["share"] == 1]) == tags["control"]["ai-phishing-report-triage"]
    assert table["share"].isin([0, 1]).all()
    assert table["q"].between(0, 1).all()


def test_a_term_nobody_has_gets_nan_not_zero(small_atlas):
    row = frequency(small_atlas, "control", Selection(stage="Scaling")).loc["Data lineage"]
    assert (row["count"], row["share"], row["baseline"]) == (0, 0, 0)
    assert np.isnan(row["lift"])
    assert row["q"] == 1


def test_a_term_the_baseline_lacks_has_a_lift_without_bound(small_atlas):
    row = frequency(small_atlas, "control", Selection(category="Frontier AI"), Selection(category="Regulated AI")).loc["Metering"]
    assert (row["share"], row["baseline"], row["lift"]) == (1, 0, np.inf)


def test_a_facet_without_terms_gives_an_empty_table(lone_atlas):
    assert len(frequency(lone_atlas, "company")) == 0


def test_rates_by_group_are_shares_of_each_group_and_unknown_for_groups_without_workflows(atlas, small_atlas, terms, tags, pick):
    rates = shared_by(atlas, "control", "buyer_function", Selection(stage="Scaling"))
    for function in terms["buyer_function"]:
        group = pick(stage="Scaling", buyer_function=function)
        expected = [sum(c in tags["control"][found] for found in group) / len(group) if group else np.nan for c in terms["control"]]
        np.testing.assert_allclose(rates.loc[function], expected)
    assert shared_by(small_atlas, "control", "category").loc["Physical World AI"].isna().all()


def test_an_unknown_facet_names_the_nearest_one(atlas):
    with pytest.raises(KeyError, match="did you mean 'capability_family'"):
        frequency(atlas, "capability_famly")
