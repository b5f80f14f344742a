"""Build order: exact answers equal those of trying everything, and of another solver."""

from __future__ import annotations

import gc
from itertools import combinations, permutations
from time import monotonic

import numpy as np
import pytest

from analysis import Selection
from analysis.budget import best_within
from analysis.build_order import (
    _LAST,
    Problem,
    best_order,
    best_sets,
    completed,
    curve,
    greedy_order,
    problem,
    random_curves,
)
from analysis.programme import best_of_each_size, best_of_size
from analysis.views import VIEWS
from analysis.views.decide import weighted
from analysis.weights import read_weights, to_csv


def random_problem(seed: int, m: int, n: int = 40) -> Problem:
    rng = np.random.default_rng(seed)
    needs = rng.random((n, m)) < rng.uniform(0.1, 0.6, m)
    return Problem(tuple("abcdefghijklmnop"[:m]), needs, rng.integers(0, 5, n).astype(float), ())


def worth(posed: Problem, built: tuple[str, ...]) -> float:
    """Weight covered, one workflow after the other."""
    total = 0.0
    for needs, weight in zip(posed.needs, posed.weights, strict=True):
        if {term for term, need in zip(posed.terms, needs, strict=True) if need} <= set(built):
            total += weight
    return total


@pytest.mark.parametrize("seed", range(5))
def test_the_best_set_of_each_size_is_the_best_of_all_combinations(seed):
    posed = random_problem(seed, 7)
    table = best_sets(posed)
    for size, row in table.iterrows():
        assert row["covered"] == max(worth(posed, each) for each in combinations(posed.terms, size))
        assert row["covered"] == worth(posed, row["terms"]) and len(row["terms"]) == size
        old, new = set(table["terms"].get(size - 1, ())), set(row["terms"])
        compared = size and table.at[size - 1, "covered"] > 0
        if row["dropped"]:  # only where keeping the set before is worse
            assert all(worth(posed, [*old, more]) < row["covered"] for more in set(posed.terms) - old)
        assert (set(row["added"]), set(row["dropped"])) == ((new - old, old - new) if compared else (set(), set()))


@pytest.mark.parametrize("seed", range(4))
def test_the_best_order_beats_every_permutation(seed):
    posed = random_problem(seed, 6)
    best = max(sum(worth(posed, order[:k]) for k in range(7)) for order in permutations(posed.terms))
    found = best_order(posed)
    assert sorted(found) == sorted(posed.terms)
    assert curve(posed, found).sum() == best
    assert curve(posed, greedy_order(posed)).sum() <= best


@pytest.mark.parametrize("n, worth_of_all", [(60, 1.0), (12, 1.0), (8, 0.5), (5, 0.25), (3, 1.0), (6, 0.0)])
def test_the_rows_of_the_dynamic_programme_agree_with_the_plain_recursion(n, worth_of_all):
    drawn = random_problem(9 + n, 13, n)
    posed = Problem(drawn.terms, drawn.needs, drawn.weights * worth_of_all, ())
    total, covered = np.zeros(2**13), posed.covered()
    for code in range(2**13):
        total[code] = covered[code] + max((total[code ^ (1 << i)] for i in range(13) if code >> i & 1), default=0.0)
    order = best_order(posed)
    assert sorted(order) == sorted(posed.terms) and curve(posed, order).sum() == total[-1]
    asked = {term: frozenset(np.flatnonzero(row & (posed.weights > 0))) for term, row in zip(posed.terms, posed.needs.T, strict=True)}
    assert not any(asked[early] < asked[late] for early, late in combinations(order, 2)), "it covers nothing without the other"


def test_what_is_needed_wherever_another_is_comes_before_it():
    needs = np.array([[int(bit) for bit in row] for row in ("110000000001", "010000000001", "001100000001", "000100000011")], dtype=bool)
    posed = Problem(tuple("abcdefghijkl"), needs, np.array([1.0, 0.0, 2.0, 1.0]), ())
    order = best_order(posed)  # l is needed by all, b wherever a is, d wherever c or k is, what nobody needs last
    assert order == ["l", "d", "c", "k", "a", "b", "e", "f", "g", "h", "i", "j"]


def test_a_curve_counts_what_each_step_completes(atlas):
    posed = problem(atlas)
    order = best_order(posed)
    done, steps = completed(posed, order), curve(posed, order)
    assert [int((done <= k).sum()) for k in range(len(order) + 1)] == steps.astype(int).tolist()
    assert steps[-1] == len(atlas)
    assert (random_curves(posed, 20).sum(axis=1) <= steps.sum()).all()


@pytest.mark.parametrize("size", [3, 18])
def test_the_mixed_integer_programme_agrees_on_the_real_atlas(atlas, size):
    posed = problem(atlas)
    chosen, bound = best_of_size(posed.needs, posed.weights, size, seconds=5)
    best = best_sets(posed)["covered"].loc[size]
    assert chosen.sum() <= size and worth(posed, np.array(posed.terms)[chosen]) <= best <= bound + 1e-6


def test_a_facet_too_large_to_try_every_set_gets_a_proven_answer_from_the_programme(atlas):
    selection = Selection(category="Frontier AI")
    posed = problem(atlas, selection=selection, facet="company")
    assert not posed.exact
    chosen, bound = best_of_size(posed.needs, posed.weights, 3, seconds=5)
    assert chosen.sum() <= 3 and worth(posed, np.array(posed.terms)[chosen]) == pytest.approx(bound, abs=1e-6)


@pytest.mark.parametrize("seed", range(3))
def test_sizes_that_share_a_time_stay_within_their_bounds_and_take_the_best_order_where_it_ends(seed):
    posed = random_problem(seed, 12)
    order = [posed.terms.index(term) for term in greedy_order(posed)]
    exact = best_sets(posed)["covered"].to_numpy()
    proven = best_of_each_size(posed.needs, posed.weights, order, seconds=60)
    assert [covered for covered, _, _ in proven] == exact.tolist() and max(gap for *_, gap in proven) < 0.1

    at_once = best_of_each_size(posed.needs, posed.weights, order, seconds=0)
    covered, chosen, gap = (np.array(part) for part in zip(*at_once, strict=True))
    assert covered.tolist() == curve(posed, greedy_order(posed)).tolist()
    assert (covered + gap >= exact).all() and (chosen.sum(axis=1) <= np.arange(13)).all()


def test_many_terms_are_answered_in_a_bounded_time():
    rng = np.random.default_rng(9)
    needs = np.zeros((300, 60), dtype=bool)
    for row in needs:
        row[rng.choice(60, rng.integers(1, 7), replace=False)] = True
    posed = Problem(tuple(f"C{i}" for i in range(60)), needs, np.ones(300), ())
    start = monotonic()
    table = best_sets(posed)
    assert monotonic() - start < 30  # at five seconds a size it took minutes
    assert table["covered"].is_monotonic_increasing and table["covered"].iloc[-1] == 300 and (table["gap"] >= 0).all()
    assert (table["covered"] >= curve(posed, greedy_order(posed))).all()


@pytest.mark.parametrize("budget", [0, 2.5, 6, 100])
def test_a_budget_gets_the_best_set_it_can_pay(budget):
    posed = random_problem(3, 7)
    effort = {"a": 3.0, "b": 0.5, "c": 2.0}
    cost = {term: effort.get(term, 1.0) for term in posed.terms}
    payable = [s for k in range(8) for s in combinations(posed.terms, k) if sum(cost[t] for t in s) <= budget]
    covered, chosen, spent = best_within(posed, effort, budget)
    assert covered == max(worth(posed, each) for each in payable) == worth(posed, tuple(chosen))
    assert spent == pytest.approx(sum(cost[t] for t in chosen)) and spent <= budget
    assert spent == pytest.approx(min(sum(cost[t] for t in s) for s in payable if worth(posed, s) == covered))


def test_each_budget_is_answered_for_itself():
    posed = random_problem(3, 7)
    answers = [best_within(posed, {"a": effort}, budget) for effort in (1.0, 6.0) for budget in (2, 5)]
    assert [best_within(posed, {"a": effort}, budget) for effort in (1.0, 6.0) for budget in (2, 5)] == answers
    assert len({str(answer) for answer in answers}) > 1
    answers[0][1].append("nothing")
    assert "nothing" not in best_within(posed, {"a": 1.0}, 2)[1], "what a caller does with an answer is its own"


@pytest.mark.parametrize(("factor", "kind"), [(1, np.int8), (100, np.int16), (10_000, np.int32), (10**9, np.float64), (0.1, np.float64)])
def test_coverage_is_the_same_whatever_numbers_it_is_summed_in(factor, kind):
    small = random_problem(5, 8)
    posed = Problem(small.terms, small.needs, (small.weights.round() + 1) * factor, ())
    covered = posed.covered()
    assert covered.dtype == kind
    everything = [tuple(term for i, term in enumerate(posed.terms) if code >> i & 1) for code in range(2**8)]
    assert covered == pytest.approx([worth(posed, terms) for terms in everything])
    assert best_order(posed) == best_order(Problem(posed.terms, posed.needs, posed.weights / factor, ()))


def test_what_is_there_already_is_not_built_again(atlas):
    posed = problem(atlas, have=["Identity", "Audit trail"])
    assert "Identity" not in posed.terms and len(posed.terms) == 19
    table = best_sets(posed)
    assert table["covered"].iloc[0] == int((atlas.facet("control").table.drop(columns=["Identity", "Audit trail"]).sum(axis=1) == 0).sum())


def test_weights_and_efforts_must_make_sense(atlas):
    with pytest.raises(ValueError, match="must not be negative"):
        problem(atlas, weights={atlas.workflows.index[0]: -1.0})
    with pytest.raises(ValueError, match="effort of 'Identity' is negative"):
        best_within(problem(atlas), {"Identity": -2.0}, 3)
    with pytest.raises(KeyError, match="did you mean 'Identity'"):
        problem(atlas, have="Identty")


def test_one_workflow_and_nothing_missing_are_answered(atlas):
    one = problem(atlas, selection=Selection(text="phishing report triage"))
    assert curve(one, best_order(one))[-1] == 1
    nothing = problem(atlas, have=list(atlas.facet("control").terms))
    assert best_order(nothing) == [] and best_sets(nothing)["covered"].tolist() == [207.0]
    assert curve(nothing, []).tolist() == [207.0]


def test_weights_of_ones_own_come_from_a_file_and_lead_the_order(atlas):
    heavy = atlas.workflows.index[5]
    weights, left = read_weights(atlas, to_csv(atlas, {heavy: 1000, atlas.workflows.index[6]: 0}))
    assert weights == {heavy: 1000.0, atlas.workflows.index[6]: 0.0} and not left
    found = weighted(VIEWS["build-order"], atlas, Selection(), (), "workflows", weights)
    needed = set(atlas.facet("control").table.columns[atlas.facet("control").table.loc[heavy]])
    assert set(found.more["order"][: len(needed)]) == needed
    assert found.more["total"] == 1000 + len(atlas) - 2 and "of the weight" in found.title and not found.asked


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"", b"title,weight\nx,1", b"x" * 4_000_001])
def test_a_file_that_holds_no_weights_is_refused(atlas, content):
    with pytest.raises(ValueError, match=r"file|CSV"):
        read_weights(atlas, content)


@pytest.mark.parametrize("said", ["-1", "nan", "inf", "much", "1e9", ""])
def test_a_weight_that_is_no_number_is_left_out_in_words(atlas, said):
    weights, left = read_weights(atlas, f"id,weight\n{atlas.workflows.index[0]},{said}\n".encode())
    assert not weights and "is no number" in left[0]


def test_what_every_set_covers_is_kept_for_the_last_problem_and_no_longer_than_it(atlas):
    posed = problem(atlas)
    first = posed.covered()
    assert posed.covered() is first and len(_LAST) == 1
    assert problem(atlas).covered() is first  # another view asks the same
    assert problem(atlas) != problem(atlas, selection=Selection(stage="Emerging")) != problem(atlas, facet="layer")
    other = problem(atlas, ["Identity"])
    assert len(other.covered()) == len(first) // 2 and len(_LAST) == 1
    del other
    gc.collect()
    assert not len(_LAST)
