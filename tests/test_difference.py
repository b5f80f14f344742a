"""Differences of two selections: counts against loops over the files, tests and intervals against SciPy and statsmodels."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep

from analysis import Selection, difference, frequency
from analysis.inference import benjamini_hochberg, fisher_exact, newcombe
from analysis.panels import panel_cells, panels

PAIRS = {
    "apart": ({"stage": "Scaling"}, {"stage": "Emerging"}),
    "the rest": ({"category": "Regulated AI"}, None),
    "overlapping": ({"category": "Regulated AI"}, {"stage": "Scaling"}),
    "inside": ({}, {"category": "Frontier AI"}),
}


def sides(pick, pair) -> tuple[set[str], set[str]]:
    """The two sets of workflows that are compared, from the files."""
    here, there = pair
    chosen, everyone = pick(**here), pick()
    base = everyone - chosen if there is None else pick(**there)
    return (chosen, base - chosen) if base - chosen else (chosen - base, base)


@pytest.mark.parametrize("share", ["n", "row", "column"])
@pytest.mark.parametrize("pair", PAIRS)
def test_every_cell_is_a_two_by_two_table_of_workflows_that_the_two_do_not_share(atlas, terms, tags, pick, pair, share):
    here, there = PAIRS[pair]
    against = "rest" if there is None else Selection(**there)
    found = difference(atlas, "buyer_industry", "layer", Selection(**here), against, share)
    cells, compared = found.cells(), sides(pick, PAIRS[pair])
    p = []
    for row in terms["buyer_industry"]:
        for column in terms["layer"]:
            cell = cells.loc[(row, column)]
            counts = []
            for side in compared:
                has = [(row in tags["buyer_industry"][w], column in tags["layer"][w]) for w in side]
                whole = {"n": len(has), "row": sum(a for a, _ in has), "column": sum(b for _, b in has)}[share]
                counts.append((sum(a and b for a, b in has), whole))
            (a, n), (b, m) = counts
            assert (cell["count"], cell["total"], cell["other_count"], cell["other_total"]) == (a, n, b, m)
            if not n or not m:
                assert np.isnan([cell["difference"], cell["low"], cell["high"], cell["p"], cell["q"]]).all()
                continue
            assert cell["difference"] == pytest.approx(a / n - b / m)
            p.append(stats.fisher_exact([[a, n - a], [b, m - b]]).pvalue)
            assert cell["p"] == pytest.approx(p[-1], rel=1e-7)
            assert (cell["low"], cell["high"]) == pytest.approx(confint_proportions_2indep(a, n, b, m, method="newcomb"), abs=1e-9)
            assert cell["few"] == ((a + b) / (n + m) * min(n, m) < 5)
    assert cells["q"].dropna().to_numpy() == pytest.approx(multipletests(p, method="fdr_bh")[1])


def test_one_column_differs_as_its_bar_in_the_frequency_chart(atlas):
    chosen, other = Selection(category="Regulated AI"), Selection(stage="Scaling")
    bars = frequency(atlas, "control", chosen, other)
    cells = difference(atlas, "control", "control", chosen, other).cells()
    diagonal = cells[[a == b for a, b in cells.index]]
    assert benjamini_hochberg(diagonal["p"].to_numpy()) == pytest.approx(bars["q"].to_numpy())
    assert diagonal["share"].to_numpy() == pytest.approx(bars["share"].to_numpy())


@given(st.lists(st.tuples(*[st.integers(0, 40)] * 4).filter(lambda t: t[0] + t[1] and t[2] + t[3]), min_size=1, max_size=12))
def test_tables_of_different_sizes_are_tested_each_with_its_own(tables):
    a, b, c, d = np.array(tables).T
    expected = [stats.fisher_exact([[w, x], [y, z]]).pvalue for w, x, y, z in tables]
    assert fisher_exact(a, a + b, a + c, a + b + c + d) == pytest.approx(expected, rel=1e-7)
    low, high = newcombe(a, a + b, c, c + d)
    for i, (w, x, y, z) in enumerate(tables):
        assert (low[i], high[i]) == pytest.approx(confint_proportions_2indep(w, w + x, y, y + z, method="newcomb"), abs=1e-9)


def test_selections_that_are_the_same_have_nothing_to_compare(atlas):
    same = difference(atlas, "layer", "control", Selection(stage="Scaling"), Selection(stage="Scaling"))
    assert same.cells()[["difference", "p", "q"]].isna().all(axis=None)


def test_an_unknown_share_is_answered_with_the_nearest_one(atlas):
    with pytest.raises(ValueError, match="did you mean 'column'"):
        difference(atlas, "layer", "control", None, share="columns")


@pytest.mark.parametrize("share", ["n", "row"])
def test_two_halves_drawn_at_random_seldom_differ(atlas, retagged, share):
    rng = np.random.default_rng(4)
    rounds, found, nominal = 200, [], []
    for _ in range(rounds):
        stages = np.zeros((len(atlas), 4), dtype=bool)
        stages[np.arange(len(atlas)), rng.integers(0, 2, len(atlas))] = True
        first, second = (Selection(stage=term) for term in atlas.facet("stage").terms[:2])
        halves = difference(retagged(atlas, stage=stages), "buyer_function", "control", first, second, share)
        found.append(np.nan_to_num(halves.q, nan=1) < 0.05)
        nominal.append(np.nan_to_num(halves.p, nan=1) < 0.05)
    assert np.mean(found) <= 0.05
    assert np.any(found, axis=(1, 2)).mean() <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / rounds)
    assert 0.001 < np.mean(nominal) <= 0.05  # conservative where few are expected, but not blind


def test_each_panel_counts_its_own_workflows_and_q_is_over_all_of_them(atlas, terms, tags):
    found = panels(atlas, "buyer_function", "control", "stage", Selection(category="Regulated AI"))
    p = []
    for stage, table in found.items():
        inside = [w for w in tags["stage"] if tags["stage"][w] == {stage} and tags["category"][w] == {"Regulated AI"}]
        assert table.n == len(inside) > 0
        for row, line in zip(terms["buyer_function"], table.both, strict=True):
            for column, count in zip(terms["control"], line, strict=True):
                assert count == sum(row in tags["buyer_function"][w] and column in tags["control"][w] for w in inside)
        p += table.p.ravel().tolist()
    q = panel_cells(found, "stage")["q"].to_numpy()
    assert q == pytest.approx(multipletests(p, method="fdr_bh")[1])
