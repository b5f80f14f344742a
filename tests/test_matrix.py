"""Matrices: counts against loops over the files, every measure of every cell against SciPy and statsmodels."""

from itertools import combinations_with_replacement

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.contingency_tables import Table, Table2x2
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from analysis import Selection, matrix
from analysis.matrix import MEASURES, CrossTable, cross

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
EMPTY = Selection(text="zzz-not-there")


def one_cell(a: int, b: int, c: int, d: int) -> CrossTable:
    """A 1 x 1 matrix: both, only row, only column, neither."""
    both, row, column = np.array([[a]]), np.array([a + b]), np.array([a + c])
    return CrossTable(both, row, column, a + b + c + d, pd.Index(["row"]), pd.Index(["column"]), itself=False)


def check_cell(found: dict, a: int, b: int, c: int, d: int) -> None:
    """Every measure of a cell but q, recomputed from its 2 x 2 table by other libraries."""
    counts, n = np.array([[a, b], [c, d]]), a + b + c + d
    expected = (a + b) * (a + c) / n
    share, other = (a / m if m else np.nan for m in (a + b, a + c))
    assert found["count"] == a
    assert found["expected"] == pytest.approx(expected)
    assert [found["row_share"], found["column_share"]] == pytest.approx([share, other], nan_ok=True)
    assert found["lift"] == pytest.approx(a / expected if expected else np.nan, nan_ok=True)
    corrected = Table2x2(counts + 0.5, shift_zeros=False)
    assert found["log_odds"] == pytest.approx(corrected.log_oddsratio)
    assert (found["log_odds_low"], found["log_odds_high"]) == pytest.approx(corrected.log_oddsratio_confint())
    assert found["p"] == pytest.approx(stats.fisher_exact(counts).pvalue, rel=1e-7, abs=1e-30)
    if min(a + b, a + c, c + d, b + d):
        assert found["residual"] == pytest.approx(Table(counts, shift_zeros=False).standardized_resids[0, 0], abs=1e-9)
    else:
        assert np.isnan(found["residual"])


@pytest.mark.parametrize(("rows", "columns"), list(combinations_with_replacement(FACETS, 2)))
def test_each_cell_counts_the_workflows_with_both_terms(atlas, terms, tags, pick, rows, columns):
    chosen = pick(stage=["Scaling", "Emerging"])
    table = matrix(atlas, rows, columns, Selection(stage=["Scaling", "Emerging"]))
    having = {name: [{w for w in chosen if term in tags[name][w]} for term in terms[name]] for name in (rows, columns)}
    assert (list(table.index), list(table.columns)) == (terms[rows], terms[columns])
    assert table.to_numpy().tolist() == [[len(a & b) for b in having[columns]] for a in having[rows]]


def test_companies_are_counted_like_any_other_facet(atlas, terms, tags):
    table = matrix(atlas, "company", "category")
    for company in terms["company"]:
        mine = [next(iter(tags["category"][w])) for w, names in tags["company"].items() if company in names]
        assert table.loc[company].tolist() == [mine.count(category) for category in terms["category"]]


@pytest.mark.parametrize("conditions", [{}, {"category": "Physical World AI"}, {"control": ["Audit trail"]}], ids=str)
def test_every_measure_of_every_cell_is_that_of_its_own_two_by_two_table(atlas, terms, tags, pick, conditions):
    chosen = pick(**conditions)
    cells = cross(atlas, "buyer_function", "control", Selection(**conditions)).cells()
    p = []
    for row in terms["buyer_function"]:
        for column in terms["control"]:
            has = [(row in tags["buyer_function"][w], column in tags["control"][w]) for w in chosen]
            counts = [has.count(pair) for pair in ((True, True), (True, False), (False, True), (False, False))]
            cell = cells.loc[(row, column)]
            check_cell(cell, *counts)
            p.append(stats.fisher_exact(np.reshape(counts, (2, 2))).pvalue)
            assert (cell["row_total"], cell["column_total"], cell["n"]) == (counts[0] + counts[1], counts[0] + counts[2], len(chosen))
            assert cell["few"] == ((counts[0] + counts[1]) * (counts[0] + counts[2]) < 5 * len(chosen))
    assert len(p) == len(cells) == 420
    np.testing.assert_allclose(cells["q"], multipletests(p, method="fdr_bh")[1], rtol=1e-7)


def test_the_row_share_carries_its_wilson_interval(atlas):
    cells = cross(atlas, "buyer_function", "control").cells()
    named = cells[cells["row_total"] > 0]
    low, high = proportion_confint(named["count"], named["row_total"], method="wilson")
    np.testing.assert_allclose(named["row_share_low"], low, atol=1e-12)
    np.testing.assert_allclose(named["row_share_high"], high, atol=1e-12)


@given(st.tuples(*[st.integers(0, 60)] * 4).filter(sum))
def test_every_measure_holds_on_any_table(table):
    check_cell(one_cell(*table).cells().iloc[0], *table)


@pytest.mark.parametrize("table", [(900, 1_100, 2_000, 6_000), (3, 20, 400, 19_577), (2_500, 2_500, 2_500, 2_500), (0, 40, 9_000, 1_000)])
def test_every_measure_holds_in_a_large_atlas(table):
    check_cell(one_cell(*table).cells().iloc[0], *table)


def test_a_measure_can_be_asked_for_by_its_name_in_words(atlas):
    named = matrix(atlas, "stage", "control", measure="row share")
    assert named.equals(matrix(atlas, "stage", "control", measure="row-share"))
    assert named.equals(matrix(atlas, "stage", "control", measure="row_share"))
    assert (named.attrs["n"], named.attrs["measure"]) == (len(atlas), "row_share")


@pytest.mark.parametrize("measure", MEASURES)
def test_rows_and_columns_swapped_give_the_same_numbers_turned(atlas, measure):
    turned = {"row_share": "column_share", "column_share": "row_share"}.get(measure, measure)
    there, back = matrix(atlas, "control", "stage", measure=measure), matrix(atlas, "stage", "control", measure=turned)
    np.testing.assert_allclose(there, back.T, rtol=1e-12)


def test_a_facet_against_itself_has_totals_but_no_test_on_its_diagonal(atlas, terms, tags):
    table = cross(atlas, "control", "control")
    assert np.diag(table.both).tolist() == [sum(term in found for found in tags["control"].values()) for term in terms["control"]]
    assert np.isnan(np.diag(table.p)).all() and np.isnan(np.diag(table.q)).all()
    assert list(table.cells().index.names) == ["control", "control (column)"]


def test_each_pair_of_a_facet_against_itself_is_one_test_though_shown_twice(atlas):
    table = cross(atlas, "control", "control")
    above = np.triu_indices(len(table.row_terms), 1)
    np.testing.assert_allclose(table.q[above], multipletests(table.p[above], method="fdr_bh")[1])
    np.testing.assert_allclose(table.q, table.q.T)


def test_an_empty_selection_counts_nothing_and_measures_nothing(atlas):
    assert (matrix(atlas, "buyer_function", "control", EMPTY) == 0).all(axis=None)
    for measure in ("row_share", "column_share", "lift", "expected", "residual"):
        assert matrix(atlas, "buyer_function", "control", EMPTY, measure).isna().all(axis=None)
    for measure in ("p", "q"):
        assert (matrix(atlas, "buyer_function", "control", EMPTY, measure) == 1).all(axis=None)
    assert (matrix(atlas, "buyer_function", "control", EMPTY, "log odds") == 0).all(axis=None)
    assert not cross(atlas, "buyer_function", "control", EMPTY).few.any()


def test_one_workflow_shows_its_terms_and_proves_nothing(atlas, tags):
    table = cross(atlas, "layer", "control", Selection(text="phishing report triage"))
    layers, controls = (tags[name]["ai-phishing-report-triage"] for name in ("layer", "control"))
    shown = {(row, column) for (row, column), count in table.measure("count").stack().items() if count}
    assert table.n == 1 and shown == {(row, column) for row in layers for column in controls}
    assert (table.q == 1).all() and np.isnan(table.residual).all()


def test_a_term_nobody_has_gets_nan_not_zero(small_atlas):
    cells = cross(small_atlas, "category", "control").cells()
    absent = cells.loc["Physical World AI"]
    assert (absent["count"] == 0).all() and absent["p"].to_numpy() == pytest.approx(1)
    assert absent[["row_share", "row_share_low", "row_share_high", "lift", "residual"]].isna().all(axis=None)
    assert np.isnan(cells.at[("Regulated AI", "Data lineage"), "lift"])
    assert cells.at[("Regulated AI", "Data lineage"), "row_share"] == 0


def test_workflows_that_name_no_function_still_count_among_all(small_atlas):
    table = cross(small_atlas, "buyer_function", "control")
    assert table.n == 6
    assert table.measure("expected").at["Legal", "Audit trail"] == pytest.approx(3 * 4 / 6)


def test_unknown_names_are_answered_with_the_nearest_one(atlas):
    with pytest.raises(KeyError, match="did you mean 'buyer_function'"):
        matrix(atlas, "buyer_functions", "control")
    with pytest.raises(KeyError, match="did you mean 'control'"):
        matrix(atlas, "buyer_function", "controls")
    with pytest.raises(ValueError, match="did you mean 'residual'"):
        matrix(atlas, "buyer_function", "control", measure="residuals")


def shuffled(table: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The same tags with each term given to other workflows: independent of everything."""
    return np.array([rng.permutation(column) for column in table.T]).T


def test_without_any_association_discoveries_stay_at_or_below_five_percent(atlas, retagged):
    rng = np.random.default_rng(5)
    controls, rounds = atlas.facet("control").table.to_numpy(), 600
    matrices = [cross(retagged(atlas, control=shuffled(controls, rng)), "buyer_function", "control") for _ in range(rounds)]
    found = np.array([(table.q < 0.05).mean() for table in matrices])
    nominal = np.array([(table.p < 0.05).mean() for table in matrices])
    slack = 3 * np.sqrt(0.05 * 0.95 / rounds)
    assert found.mean() <= 0.05
    assert (found > 0).mean() <= 0.05 + slack  # with no true association, every matrix with a discovery is a false one
    assert 0.005 < nominal.mean() <= 0.05  # the exact test is conservative, but not blind


def test_an_association_that_is_there_is_found(atlas, retagged):
    rng = np.random.default_rng(6)
    controls = shuffled(atlas.facet("control").table.to_numpy(), rng)
    legal = atlas.facet("buyer_function").table["Legal"].to_numpy()
    place = atlas.facet("control").terms.get_loc("Consent state")
    controls[:, place] = legal ^ (rng.random(len(atlas)) < 0.05)
    q = matrix(retagged(atlas, control=controls), "buyer_function", "control", measure="q")
    assert q.at["Legal", "Consent state"] < 0.001
