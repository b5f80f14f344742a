"""Intervals and tests against SciPy, statsmodels and exact arithmetic."""

from fractions import Fraction
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from analysis.inference import benjamini_hochberg, fisher_exact, wilson


def tables(most: int):
    """Random 2 x 2 tables: both, only row, only column, neither."""
    return st.tuples(*[st.integers(0, most)] * 4).filter(sum)


def ours(a: int, b: int, c: int, d: int) -> float:
    return float(fisher_exact(np.array(a), np.array(a + b), np.array(a + c), a + b + c + d))


def exactly(a: int, b: int, c: int, d: int) -> float:
    """Fisher's p in whole numbers, so that ties are ties."""
    row, column, n = a + b, a + c, a + b + c + d
    ways = [comb(row, x) * comb(n - row, column - x) for x in range(max(0, row + column - n), min(row, column) + 1)]
    observed = comb(row, a) * comb(n - row, column - a)
    return float(Fraction(sum(way for way in ways if way <= observed), sum(ways)))


@pytest.mark.parametrize("n", [1, 2, 7, 58, 207, 5_000])
def test_wilson_gives_the_interval_of_statsmodels_and_scipy(n):
    k = np.unique(np.linspace(0, n, 40).astype(int))
    low, high = wilson(k, n)
    expected_low, expected_high = proportion_confint(k, n, method="wilson")
    np.testing.assert_allclose(low, expected_low, atol=1e-12)
    np.testing.assert_allclose(high, expected_high, atol=1e-12)
    scipys = [stats.binomtest(int(x), n).proportion_ci(method="wilson") for x in k]
    np.testing.assert_allclose(np.transpose([low, high]), scipys, atol=1e-12)


def test_wilson_ends_exactly_at_none_and_all():
    low, high = wilson(np.array([0, 9]), 9)
    assert low[0] == 0 and high[1] == 1


def test_wilson_of_nothing_is_unknown():
    assert np.isnan(wilson(np.array([0]), 0)).all()
    low, _ = wilson(np.array([0, 3]), np.array([0, 4]))
    assert np.isnan(low[0]) and low[1] > 0


@given(tables(30))
def test_fisher_is_exact_on_small_tables(table):
    assert ours(*table) == pytest.approx(exactly(*table), rel=1e-9)


@given(tables(900))
def test_fisher_is_exact_on_larger_tables(table):
    assert ours(*table) == pytest.approx(exactly(*table), rel=1e-8, abs=1e-300)


@given(tables(400))
def test_fisher_agrees_with_scipy(table):
    a, b, c, d = table
    assert ours(*table) == pytest.approx(stats.fisher_exact([[a, b], [c, d]]).pvalue, rel=1e-8, abs=1e-300)


@pytest.mark.parametrize("table", [(3, 1, 1, 3), (5, 5, 5, 5), (2, 8, 8, 2), (10, 0, 0, 10), (4, 6, 6, 4), (1, 0, 0, 1)])
def test_tables_as_likely_as_the_observed_one_count_as_extreme(table):
    assert ours(*table) == pytest.approx(exactly(*table), rel=1e-12)


@pytest.mark.parametrize("n", [4_999, 5_000, 5_001, 12_000, 100_000, 1_000_000])
def test_fisher_agrees_with_scipy_when_the_atlas_is_large(n):
    rng = np.random.default_rng(n)
    for _ in range(6):
        row, column = (int(x) for x in rng.integers(1, n - 1, 2))
        mean, spread = stats.hypergeom(n, row, column).stats("mv")
        for away in (0, 1.5, -3, 6):
            both = int(np.clip(round(mean + away * np.sqrt(spread)), max(0, row + column - n), min(row, column)))
            expected = stats.fisher_exact([[both, row - both], [column - both, n - row - column + both]]).pvalue
            assert ours(both, row - both, column - both, n - row - column + both) == pytest.approx(expected, rel=2e-6, abs=1e-30)


def test_a_rare_term_in_a_large_atlas_keeps_its_exact_p():
    for both in range(6):
        expected = stats.fisher_exact([[both, 5 - both], [40 - both, 19_955 + both]]).pvalue
        assert ours(both, 5 - both, 40 - both, 19_955 + both) == pytest.approx(expected, rel=1e-9)


def test_a_table_beyond_every_chance_is_practically_zero_not_an_error():
    assert 0 <= ours(3_000, 0, 0, 3_000) < 1e-30
    assert 0 <= ours(0, 3_000, 3_000, 0) < 1e-30


def test_margins_that_leave_no_choice_give_one():
    assert ours(0, 0, 4, 9) == ours(4, 9, 0, 0) == ours(0, 4, 0, 9) == ours(6, 0, 0, 0) == 1
    assert fisher_exact(np.zeros((2, 3), int), np.zeros((2, 1), int), np.zeros((1, 3), int), 0).tolist() == [[1] * 3] * 2


def test_a_whole_matrix_is_tested_cell_by_cell():
    rng = np.random.default_rng(3)
    rows, columns = rng.integers(5, 60, 7), rng.integers(5, 60, 4)
    both = np.array([[rng.hypergeometric(r, 80 - r, c) for c in columns] for r in rows])
    p = fisher_exact(both, rows[:, None], columns[None, :], 80)
    expected = [
        [stats.fisher_exact([[k, r - k], [c - k, 80 - r - c + k]]).pvalue for k, c in zip(line, columns, strict=True)]
        for line, r in zip(both, rows, strict=True)
    ]
    np.testing.assert_allclose(p, expected, rtol=1e-9)


def test_many_large_tables_worked_in_blocks_keep_their_places():
    rng = np.random.default_rng(4)
    n, size = 5_000, 3_000
    rows, columns = rng.integers(1, n, size), rng.integers(1, n, size)
    both = rng.hypergeometric(rows, n - rows, columns)
    p = fisher_exact(both, rows, columns, n)
    for i in range(0, size, 100):
        k, r, c = (int(x[i]) for x in (both, rows, columns))
        assert p[i] == pytest.approx(stats.fisher_exact([[k, r - k], [c - k, n - r - c + k]]).pvalue, rel=1e-8)


@given(st.lists(st.one_of(st.floats(0, 1), st.sampled_from([0.01, 0.05, 1.0])), min_size=1, max_size=40))
def test_q_values_are_those_of_statsmodels_and_scipy(p):
    q = benjamini_hochberg(np.array(p))
    np.testing.assert_allclose(q, multipletests(p, method="fdr_bh")[1], atol=1e-15)
    np.testing.assert_allclose(q, stats.false_discovery_control(p), atol=1e-15)


def test_cells_without_a_test_keep_their_place_and_do_not_count():
    p = np.array([[0.01, np.nan, 0.04], [np.nan, 0.03, 0.5]])
    q = benjamini_hochberg(p)
    assert (np.isnan(q) == np.isnan(p)).all()
    np.testing.assert_allclose(q[np.isfinite(p)], multipletests([0.01, 0.04, 0.03, 0.5], method="fdr_bh")[1])


def test_nothing_tested_gives_nothing():
    assert np.isnan(benjamini_hochberg(np.full((2, 2), np.nan))).all()
    assert benjamini_hochberg(np.empty(0)).shape == (0,)
