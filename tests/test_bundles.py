"""Closed sets, bundles and rules against mlxtend, SciPy and exhaustive search."""

from itertools import combinations
from time import perf_counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mlxtend.frequent_patterns import association_rules, fpgrowth, fpmax
from scipy import stats
from statsmodels.stats.multitest import multipletests

from analysis import Selection, bundles, rules
from analysis.bundles import closed_sets

FACETS = ["control", "layer", "capability_family", "reviewer_role", "company"]


def frequent(table: pd.DataFrame, support: int) -> dict[frozenset, int]:
    """Every set of terms with enough workflows, by mlxtend."""
    found = fpgrowth(table, min_support=(support - 0.5) / len(table), use_colnames=True)
    return {frozenset(terms): round(share * len(table)) for terms, share in zip(found["itemsets"], found["support"], strict=True)}


def closed(sets: dict[frozenset, int]) -> dict[frozenset, int]:
    """Those that no other set with as many workflows contains."""
    longer = {}
    for terms, count in sets.items():
        for term in terms:
            longer[terms - {term}] = max(longer.get(terms - {term}, 0), count)
    return {terms: count for terms, count in sets.items() if longer.get(terms, 0) < count}


def named(atlas, facet: str, selection: Selection | None, support: int) -> dict[frozenset, int]:
    sets, counts = closed_sets(atlas, facet, selection, support)
    terms = atlas.facet(facet).terms
    found = {frozenset(terms[row]): int(count) for row, count in zip(sets, counts, strict=True)}
    assert len(found) == len(sets), "each closed set is met once"
    return found


@pytest.mark.parametrize("facet", FACETS)
@pytest.mark.parametrize("support", [3, 8, 20])
def test_closed_sets_are_those_of_mlxtend_that_nothing_longer_equals(atlas, facet, support):
    assert named(atlas, facet, None, support) == closed(frequent(atlas.facet(facet).table, support))


def test_the_longest_sets_are_the_maximal_ones_of_mlxtend(atlas):
    mine = named(atlas, "control", None, 10)
    longest = {terms for terms in mine if not any(terms < other for other in mine)}
    assert longest == {frozenset(terms) for terms in fpmax(atlas.facet("control").table, 9.5 / 207, use_colnames=True)["itemsets"]}


@given(st.lists(st.integers(0, 63), min_size=9, max_size=9))
@settings(max_examples=40)
def test_closed_sets_of_any_table_are_all_intersections_of_its_rows(atlas, retagged, rows):
    """A set is closed if and only if it is what some workflows have in common."""
    layers = (np.array(rows * 23)[:, None] >> np.arange(6)) & 1 == 1
    drawn, terms = retagged(atlas, layer=layers), atlas.facet("layer").terms
    codes, shared = set(rows), set(rows)
    while True:
        more = {a & b for a in shared for b in codes} | shared
        if more == shared:
            break
        shared = more
    expected = {frozenset(terms[[i for i in range(6) if code >> i & 1]]) for code in shared if code}
    assert set(named(drawn, "layer", None, 1)) == expected


def test_bundles_measure_what_their_formulas_say(atlas):
    table, found = atlas.facet("control").table, bundles(atlas, "control", None, 11)
    share = table.mean()
    for row in found.itertuples():
        expected = 207 * np.prod([share[term] for term in row.terms])
        assert (row.degree, row.share) == (len(row.terms), pytest.approx(table[list(row.terms)].all(axis=1).mean()))
        assert row.expected == pytest.approx(expected)
        assert row.lift == pytest.approx(row.share * 207 / expected)
        assert row.leverage == pytest.approx(row.share - expected / 207)


def weakest_split(table: pd.DataFrame, terms: tuple) -> float:
    """The largest Fisher p over all splits, by loops and SciPy."""
    found = []
    for size in range(1, len(terms)):
        for part in combinations(terms, size):
            rest = [term for term in terms if term not in part]
            a, b = table[list(part)].all(axis=1), table[rest].all(axis=1)
            counts = [[(a & b).sum(), (a & ~b).sum()], [(~a & b).sum(), (~a & ~b).sum()]]
            above = (a & b).sum() * len(table) > a.sum() * b.sum()
            found.append(stats.fisher_exact(counts).pvalue if above else 1.0)
    return max(found)


@pytest.mark.parametrize("conditions", [{}, {"category": "Regulated AI"}], ids=str)
def test_a_bundle_is_as_sure_as_its_weakest_split(atlas, pick, conditions):
    chosen = atlas.facet("control").table.loc[sorted(pick(**conditions))]
    found = bundles(atlas, "control", Selection(**conditions), 14)
    p = [weakest_split(chosen, terms) for terms in found["terms"]]
    assert len(found) > 10
    np.testing.assert_allclose(found["p"], p, rtol=1e-7)
    np.testing.assert_allclose(found["q"], multipletests(p, method="fdr_bh")[1], rtol=1e-7)


@pytest.mark.parametrize(("facet", "support"), [("control", 11), ("control", 5), ("context_kind", 5)])
def test_rules_are_those_of_mlxtend_that_are_sound_and_productive(atlas, facet, support):
    table = atlas.facet(facet).table
    n = len(table)
    sets = frequent(table, support)
    items = pd.DataFrame({"itemsets": list(sets), "support": [count / n for count in sets.values()]})
    every = association_rules(items[items["itemsets"].map(len) <= 4], metric="support", min_threshold=0)
    every = every[(every["consequents"].map(len) == 1)].reset_index(drop=True)

    def p(both, rows, columns, total):
        return stats.fisher_exact([[both, rows - both], [columns - both, total - rows - columns + both]]).pvalue

    def sizes(row):
        return sets[row.antecedents | row.consequents], sets[row.antecedents], sets[row.consequents]

    every["q"] = multipletests([p(*sizes(row), n) for row in every.itertuples()], method="fdr_bh")[1]
    expected = {}
    for row in every[(every["q"] < 0.05) & (every["lift"] > 1) & (every["confidence"] >= 0.6)].itertuples():
        both, of, _ = sizes(row)
        shorter = [row.antecedents - {term} for term in row.antecedents] if len(row.antecedents) > 1 else []
        wins = [
            both / of > sets[less | row.consequents] / sets[less] and p(both, of, sets[less | row.consequents], sets[less]) < 0.05
            for less in shorter
        ]
        if all(wins):
            expected[row.antecedents, next(iter(row.consequents))] = (both, row.confidence, row.lift, row.q)
    found = rules(atlas, facet, None, support, 0.6)
    assert found.attrs["tested"] == len(every)
    mine = {(frozenset(row.antecedent), row.consequent): (row.confidence, row.lift, row.q) for row in found.itertuples()}
    assert mine.keys() == expected.keys() and len(mine) > 1
    for rule, values in mine.items():
        assert values == pytest.approx(expected[rule][1:])
    assert found["count"].tolist() == [expected[frozenset(row.antecedent), row.consequent][0] for row in found.itertuples()]


def shuffled(table: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The same tags with each term given to other workflows: independent of everything."""
    return np.array([rng.permutation(column) for column in table.T]).T


def test_without_any_association_hardly_any_bundle_or_rule_is_found(atlas, retagged):
    rng = np.random.default_rng(7)
    table, rounds, wrong = atlas.facet("control").table.to_numpy(), 25, 0
    for _ in range(rounds):
        drawn = retagged(atlas, control=shuffled(table, rng))
        wrong += (bundles(drawn, "control", None, 11)["q"] < 0.05).any() or len(rules(drawn, "control", None, 11, 0.01)) > 0
    assert wrong <= 0.05 * rounds + 3 * np.sqrt(0.05 * 0.95 * rounds)


def test_three_terms_that_need_each_other_are_found_and_a_pair_with_a_bystander_is_not(atlas, retagged):
    rng = np.random.default_rng(8)
    table, terms = shuffled(atlas.facet("control").table.to_numpy(), rng), atlas.facet("control").terms
    a, b, c, d, bystander = (terms.get_loc(name) for name in ("Metering", "Consent state", "Identity", "Telemetry", "Audit trail"))
    table[:, [a, b, c, d]] = False
    table[:30, [a, b, c]] = True
    table[60:100, d] = table[60:100, bystander] = True
    found = bundles(retagged(atlas, control=table), "control", None, 10)
    found = dict(zip(found["terms"], found["q"], strict=True))
    assert found[tuple(terms[sorted([a, b, c])])] < 1e-6
    mixed = {terms: q for terms, q in found.items() if "Telemetry" in terms and len(terms) > 2}
    assert mixed and min(mixed.values()) > 0.05


def test_the_atlas_takes_a_fraction_of_a_second(atlas, retagged):
    fresh = retagged(atlas)
    start = perf_counter()
    closed_sets(fresh, "control", None, 2)
    assert perf_counter() - start < 1.0  # 40 ms on two free cores


def test_too_many_sets_stop_the_search_with_a_reason(atlas, retagged):
    rng = np.random.default_rng(9)
    dense = retagged(atlas, control=rng.random((207, 21)) < 0.85)
    with pytest.raises(ValueError, match="more than 5,000 sets occur in at least 2 workflows"):
        closed_sets(dense, "control", None, 2)
    with pytest.raises(ValueError, match="more than"):
        bundles(dense, "control", None, 2)


@pytest.mark.parametrize("selection", [Selection(text="zzz-not-there"), Selection(text="phishing report triage")], ids=["nobody", "one"])
def test_nobody_and_one_workflow_have_no_bundle_and_no_rule(atlas, selection):
    assert len(bundles(atlas, "control", selection, 2)) == len(rules(atlas, "control", selection, 2)) == 0


def test_a_facet_of_one_term_a_workflow_has_no_bundle(atlas):
    assert len(bundles(atlas, "category", None, 2)) == len(rules(atlas, "category", None, 2)) == 0


def test_long_bundles_are_listed_untested(atlas, retagged):
    every = np.zeros((207, 21), dtype=bool)
    every[:50, :12] = True
    found = bundles(retagged(atlas, control=every), "control", None, 10)
    assert found["degree"].tolist() == [12] and found["q"].isna().all()
