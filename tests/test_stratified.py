"""Stratified tables against statsmodels, on the atlas and on generated tables, and what they find under no association."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.contingency_tables import StratifiedTable
from statsmodels.stats.multitest import multipletests

from analysis import Selection
from analysis.stratified import Strata, later_stages, maturity_odds, strata

LATER = {"Scaling", "Established"}
FACETS = ["control", "reviewer_role", "system_family", "review_trigger", "capability_family"]


def check(found: dict, tables: list[np.ndarray]) -> None:
    """One pooled result against statsmodels; ``tables`` are the strata as [[a, b], [c, d]]."""
    told = [table for table in tables if table.sum(axis=0).all() and table.sum(axis=1).all()]
    over, under = (sum(t[i] * t[j] / t.sum() for t in told) for i, j in ((((0, 0)), ((1, 1))), (((0, 1)), ((1, 0)))))
    if not told:
        assert all(np.isnan(found[name]) for name in ("odds_ratio", "p", "homogeneity"))
        return
    truth = StratifiedTable([table.astype(float) for table in told])
    assert found["p"] == pytest.approx(truth.test_null_odds(correction=False).pvalue, rel=1e-8)
    if over == 0 or under == 0:
        assert found["odds_ratio"] in (0, np.inf) and np.isnan(found["low"]) and np.isnan(found["homogeneity"])
        return
    assert found["odds_ratio"] == pytest.approx(truth.oddsratio_pooled)
    assert (found["low"], found["high"]) == pytest.approx(truth.oddsratio_pooled_confint())
    if len(told) > 1:
        assert found["homogeneity"] == pytest.approx(truth.test_equal_odds(adjust=True).pvalue, abs=1e-8)
    else:
        assert np.isnan(found["homogeneity"])


@pytest.mark.parametrize("facet", FACETS)
@pytest.mark.parametrize("conditions", [{}, {"category": ["Regulated AI", "Frontier AI"]}, {"buyer_function": "Legal"}], ids=str)
def test_each_odds_ratio_is_that_of_its_strata_counted_in_the_files(atlas, terms, tags, pick, facet, conditions):
    chosen = pick(**conditions)
    table = maturity_odds(atlas, facet, Selection(**conditions))
    for term, row in table.iterrows():
        tables = []
        for category in terms["category"]:
            counts = np.zeros((2, 2), dtype=int)
            for w in chosen:
                if category in tags["category"][w]:
                    counts[int(term not in tags[facet][w]), int(not LATER & tags["stage"][w])] += 1
            tables.append(counts)
        assert row["count"] == sum(t[0].sum() for t in tables) and row["later"] == sum(t[0, 0] for t in tables)
        check(row.to_dict(), tables)
    tested = table["p"].notna()
    np.testing.assert_allclose(table.loc[tested, "q"], multipletests(table.loc[tested, "p"], method="fdr_bh")[1])


@given(st.lists(st.tuples(*[st.integers(0, 30)] * 4), min_size=1, max_size=6))
def test_any_strata_give_what_statsmodels_gives(counts):
    one = Strata(*(np.array([[stratum[i]] for stratum in counts]) for i in range(4)))
    low, high = one.interval()
    found = {"odds_ratio": one.odds_ratio()[0], "low": low[0], "high": high[0], "p": one.p()[0], "homogeneity": one.homogeneity()[0]}
    check(found, [np.array([[a, b], [c, d]]) for a, b, c, d in counts])


def test_a_difference_between_categories_alone_is_not_taken_for_maturity():
    # one category is late and has the term, the other is early and lacks it; within each, nothing goes together
    pooled = Strata(*(np.array([[v] for v in values]) for values in ((32, 2), (8, 8), (8, 8), (2, 32))))
    assert pooled.odds_ratio()[0] == pytest.approx(1) and pooled.p()[0] == pytest.approx(1)
    crude = Strata(*(np.array([[sum(values)]]) for values in ((32, 2), (8, 8), (8, 8), (2, 32))))
    assert crude.odds_ratio()[0] > 4 and crude.p()[0] < 0.001


def test_few_workflows_are_marked_by_the_criterion_of_mantel_and_fleiss(atlas):
    counts = strata(atlas, "control")
    n, row, group = counts.a + counts.b + counts.c + counts.d, counts.a + counts.b, counts.a + counts.c
    mean = row * group / n
    for k, few in enumerate(maturity_odds(atlas)["few"]):
        least = sum(max(0, row[i, k] + group[i, k] - n[i, k]) for i in range(len(n)))
        most = sum(min(row[i, k], group[i, k]) for i in range(len(n)))
        assert few == (min(mean[:, k].sum() - least, most - mean[:, k].sum()) < 5)


def test_the_later_half_of_the_stages_is_scaling_and_established(atlas):
    assert later_stages(atlas) == ["Scaling", "Established"]


def test_when_stages_are_shuffled_within_categories_discoveries_stay_rare(atlas, retagged):
    rng = np.random.default_rng(11)
    stage, category = (atlas.facet(name).table.to_numpy() for name in ("stage", "category"))
    nominal, discoveries, rounds = [], 0, 300
    for _ in range(rounds):
        shuffled = stage.copy()
        for k in range(category.shape[1]):
            rows = np.flatnonzero(category[:, k])
            shuffled[rows] = stage[rng.permutation(rows)]
        table = maturity_odds(retagged(atlas, stage=shuffled), "control")
        sound = table[~table["few"]]
        nominal.append((sound["p"] < 0.05).mean())
        discoveries += bool((table["q"] < 0.05).any())
    assert 0.02 < np.mean(nominal) < 0.07
    assert discoveries / rounds <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / rounds)


def test_an_association_put_in_is_found(atlas, retagged):
    rng = np.random.default_rng(12)
    late = atlas.facet("stage").table[sorted(LATER)].any(axis=1).to_numpy()
    controls = atlas.facet("control").table.to_numpy().copy()
    controls[:, 3] = rng.random(len(atlas)) < np.where(late, 0.6, 0.2)
    row = maturity_odds(retagged(atlas, control=controls)).iloc[3]
    assert row["low"] > 1.5 and row["q"] < 0.001


def test_one_workflow_and_none_prove_nothing(atlas):
    assert maturity_odds(atlas, selection=Selection(text="phishing report triage"))[["odds_ratio", "p", "q"]].isna().all(axis=None)
    assert len(maturity_odds(atlas, selection=Selection(text="zzz-not-there"))) == 0
