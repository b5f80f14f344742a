"""Groups of workflows side by side: profiles, the maturity test, and the tables of categories."""

from collections import Counter
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.spatial.distance import jensenshannon
from statsmodels.stats.multitest import multipletests

from analysis import Selection
from analysis.categories import comparison, paths, placement
from analysis.complexity import complexity
from analysis.profiles import divergence, maturity_test, mean_similarity, profile_similarity

EMPTY = Selection(text="zzz-not-there")
rates = st.lists(st.floats(0, 1), min_size=4, max_size=4).filter(lambda found: sum(found) > 1e-3)


@pytest.fixture(scope="module")
def profile(tags, terms):
    """Share of workflows with each term, counted one by one."""
    return lambda facet, ids: [sum(term in tags[facet][w] for w in ids) / len(ids) for term in terms[facet]]


def apart(profiles: list) -> list[float]:
    """SciPy's divergence of every pair of profiles; its distance is the square root."""
    return [jensenshannon(a, b, base=2) ** 2 for a, b in combinations(profiles, 2)]


@given(st.lists(rates, min_size=2, max_size=5))
def test_divergence_is_the_square_of_scipys_distance(profiles):
    assert divergence(np.array(profiles)) == pytest.approx(np.nan_to_num(apart(profiles)), abs=1e-9)


def test_divergence_runs_from_the_same_mix_to_nothing_in_common():
    assert divergence(np.array([[0.2, 0.1, 0.0], [0.6, 0.3, 0.0], [0.0, 0.0, 0.5]])) == pytest.approx([0, 1, 1], abs=1e-12)


def test_an_empty_profile_has_no_divergence_but_leaves_the_others_theirs():
    found = divergence(np.array([[0.5, 0.5], [0.0, 0.0], [1.0, 0.0]]))
    assert np.isnan(found[[0, 2]]).all() and 0 < found[1] < 1


def test_many_sets_of_profiles_are_compared_at_once():
    batch = np.random.default_rng(1).random((6, 4, 9))
    assert divergence(batch) == pytest.approx(np.array([apart(list(profiles)) for profiles in batch]))


@pytest.mark.parametrize(("group", "facet"), [("category", "control"), ("stage", "layer"), ("buyer_function", "capability_family")])
@pytest.mark.parametrize("conditions", [{}, {"stage": ["Scaling", "Established"]}], ids=str)
def test_similarity_of_groups_is_one_minus_the_divergence_of_their_rates(atlas, terms, pick, profile, group, facet, conditions):
    pairs = profile_similarity(atlas, group, facet, Selection(**conditions), resamples=20)
    chosen = pick(**conditions)
    groups = {term: chosen & pick(**{group: term}) for term in terms[group]}
    kept = {term: ids for term, ids in groups.items() if len(ids) >= 3}
    assert list(pairs.index) == list(combinations(kept, 2))
    expected = apart([profile(facet, ids) for ids in kept.values()])
    assert pairs["similarity"].to_numpy() == pytest.approx(1 - np.array(expected))
    assert pairs["n_first"].tolist() == [len(kept[first]) for first, _ in pairs.index]
    assert pairs["n_second"].tolist() == [len(kept[second]) for _, second in pairs.index]


def test_the_interval_is_that_of_resampling_workflows_within_each_group(atlas, tags, terms):
    pairs = profile_similarity(atlas, resamples=4_000)
    rng = np.random.default_rng(2)
    has = {w: np.array([term in found for term in terms["control"]], float) for w, found in tags["control"].items()}
    for first, second in (("Physical World AI", "Regulated AI"), ("Enterprise AI", "Frontier AI")):
        groups = [np.array([has[w] for w, found in tags["category"].items() if name in found]) for name in (first, second)]
        drawn = [1 - jensenshannon(*(g[rng.integers(0, len(g), len(g))].mean(axis=0) for g in groups), base=2) ** 2 for _ in range(4_000)]
        assert pairs.loc[(first, second), ["low", "high"]].to_numpy(float) == pytest.approx(
            np.percentile(drawn, [2.5, 97.5]), abs=0.2 * np.std(drawn)
        )


def test_resampling_is_repeatable(atlas):
    assert profile_similarity(atlas, resamples=30).equals(profile_similarity(atlas, resamples=30))


@pytest.mark.parametrize("group", ["category", "stage", "buyer_function"])
@pytest.mark.parametrize("conditions", [{}, {"stage": "Emerging"}, {"category": ["Frontier AI", "Regulated AI"]}], ids=str)
def test_the_mean_similarity_of_a_group_is_that_of_its_pairs(atlas, terms, group, conditions):
    selection = Selection(**conditions)
    pairs = profile_similarity(atlas, group, "control", selection, resamples=2)["similarity"]
    expected = [[similar for pair, similar in pairs.items() if term in pair] for term in terms[group]]
    found = mean_similarity(atlas, group, "control", selection)
    assert found == pytest.approx([np.mean(similar) if similar else np.nan for similar in expected], nan_ok=True)


@pytest.mark.parametrize("selection", [EMPTY, Selection(category="Regulated AI"), Selection(text="phishing report triage")], ids=str)
def test_without_two_groups_there_are_no_pairs(atlas, selection):
    assert np.isnan(mean_similarity(atlas, selection=selection)).all()
    pairs = profile_similarity(atlas, selection=selection)
    assert len(pairs) == 0
    assert list(pairs.columns) == ["similarity", "low", "high", "n_first", "n_second"]


def test_stages_are_compared_by_the_mean_divergence_of_their_categories(atlas, terms, pick, profile):
    table = maturity_test(atlas, permutations=9, resamples=2).stages
    expected = {}
    for stage in terms["stage"]:
        cells = [pick(stage=stage, category=category) for category in terms["category"]]
        cells = [ids for ids in cells if len(ids) >= 3]
        if len(cells) >= 2:
            expected[stage] = (sum(map(len, cells)), len(cells), np.mean(apart([profile("control", ids) for ids in cells])))
    assert list(table.index) == list(expected)
    assert table[["n", "groups", "divergence"]].to_numpy() == pytest.approx(np.array(list(expected.values())))


def test_what_shuffling_gives_is_what_an_independent_shuffle_gives(atlas, entries, terms, profile):
    table = maturity_test(atlas, permutations=4_000, resamples=2).stages
    rng, rounds = np.random.default_rng(3), 1_200
    within = {category: [entry for entry in entries if entry["category"] == category] for category in terms["category"]}
    seen: dict[str, list[float]] = {stage: [] for stage in table.index}
    for _ in range(rounds):
        cells: dict[str, list] = {stage: [] for stage in seen}
        for members in within.values():
            stages = rng.permutation([entry["stage"] for entry in members])
            for stage in seen:
                ids = [entry["id"] for entry, given_stage in zip(members, stages, strict=True) if given_stage == stage]
                if len(ids) >= 3:
                    cells[stage].append(profile("control", ids))
        for stage, profiles in cells.items():
            seen[stage].append(np.mean(apart(profiles)))
    for stage, values in seen.items():
        spread = np.std(values)
        assert table.at[stage, "expected"] == pytest.approx(np.mean(values), abs=0.1 * spread)
        assert table.loc[stage, ["low", "high"]].to_numpy(float) == pytest.approx(np.percentile(values, [2.5, 97.5]), abs=0.25 * spread)


def test_the_effect_is_the_change_beyond_shuffling_inside_its_interval(atlas):
    test = maturity_test(atlas, permutations=199, resamples=50)
    change = test.stages["divergence"] - test.stages["expected"]
    assert (test.first, test.last) == ("Emerging", "Established")
    assert test.effect == pytest.approx(change[test.last] - change[test.first])
    assert test.effect_low < test.effect < test.effect_high
    assert test.effect - test.effect_low == pytest.approx(test.effect_high - test.effect)
    assert test.p * 200 == pytest.approx(round(test.p * 200)) and 0 < test.p <= 1


def test_the_interval_of_the_effect_comes_from_resampling_workflows_within_each_cell(atlas, terms, tags, pick):
    test = maturity_test(atlas, permutations=9, resamples=2_000)
    rng, drawn = np.random.default_rng(6), {}
    has = {w: np.array([term in found for term in terms["control"]], float) for w, found in tags["control"].items()}
    for stage in (test.first, test.last):
        cells = [pick(stage=stage, category=category) for category in terms["category"]]
        cells = [np.array([has[w] for w in sorted(ids)]) for ids in cells if len(ids) >= 3]
        samples = [[cell[rng.integers(0, len(cell), len(cell))].mean(axis=0) for cell in cells] for _ in range(600)]
        drawn[stage] = np.array([np.mean(apart(profiles)) for profiles in samples])
    error = np.std(drawn[test.last] - drawn[test.first], ddof=1)
    assert test.effect_high - test.effect == pytest.approx(1.96 * error, rel=0.1)


def test_the_same_seed_gives_the_same_result(atlas):
    first, again = (maturity_test(atlas, permutations=99, resamples=20) for _ in range(2))
    assert first.stages.equals(again.stages)
    assert (first.effect, first.effect_low, first.p) == (again.effect, again.effect_low, again.p)


def in_random_stages(atlas, rng: np.random.Generator) -> np.ndarray:
    """The stage table with stages shuffled within each category: maturity that means nothing."""
    stages = atlas.facet("stage").table.to_numpy().copy()
    for column in atlas.facet("category").table.to_numpy().T:
        rows = np.flatnonzero(column)
        stages[rows] = stages[rng.permutation(rows)]
    return stages


def test_p_is_uniform_when_stages_mean_nothing(atlas, retagged):
    rng = np.random.default_rng(4)
    tests = [maturity_test(retagged(atlas, stage=in_random_stages(atlas, rng)), permutations=99, resamples=2) for _ in range(300)]
    p, effect = np.array([test.p for test in tests]), np.array([test.effect for test in tests])
    assert stats.kstest(p, "uniform").pvalue > 0.01
    assert (p <= 0.05).mean() <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 300)
    assert abs(effect.mean()) < 4 * stats.sem(effect)


@pytest.mark.parametrize(("alike", "sign"), [("Established", -1), ("Emerging", 1)])
def test_a_planted_change_is_found_with_its_direction(atlas, retagged, alike, sign):
    rng = np.random.default_rng(5)
    category = atlas.facet("category").table.to_numpy().argmax(axis=1)
    controls = rng.random((len(atlas), 21)) < 0.1
    own = np.arange(21)[None, :] // 4 == category[:, None]
    shared = np.arange(21)[None, :] < 5
    same = (atlas.workflows["stage"] == alike).to_numpy()[:, None]
    controls |= np.where(same, shared, own) & (rng.random(controls.shape) < 0.8)
    test = maturity_test(retagged(atlas, control=controls), permutations=399, resamples=50)
    assert test.p == pytest.approx(1 / 400)  # no shuffle comes near; a permutation p is never zero
    assert np.sign(test.effect) == sign == np.sign(test.effect_low) == np.sign(test.effect_high)


def test_a_shuffle_that_changes_nothing_is_as_extreme_as_what_is_observed(atlas, retagged, pick):
    stages = {"Emerging": 3, "Scaling": 4}
    sides = [[sorted(pick(category=c, stage=s))[:n] for s, n in stages.items()] for c in ("Enterprise AI", "Regulated AI")]
    place = {workflow: i for i, workflow in enumerate(atlas.workflows.index)}
    has = np.zeros((len(atlas), 21), dtype=bool)
    for side, cells in enumerate(sides):
        for cell, terms in zip(cells, ([side], [2, 3, 4]), strict=True):  # with nothing in common early, and much in common late
            for i, workflow in enumerate(cell):
                has[place[workflow], [*terms, 10 + 4 * side + i]] = True
    profiles = []  # of each category at both stages, under each way to share its workflows among them
    for cells in sides:
        rows = has[[place[workflow] for cell in cells for workflow in cell]]
        early = [list(chosen) for chosen in combinations(range(7), 3)]
        profiles.append([(rows[chosen].mean(axis=0), np.delete(rows, chosen, axis=0).mean(axis=0)) for chosen in early])
    changes = np.array([apart([a[1], b[1]])[0] - apart([a[0], b[0]])[0] for a in profiles[0] for b in profiles[1]])
    beyond = np.abs(changes - changes.mean())
    exact = (beyond >= beyond[0] - 1e-9).mean()  # the first is what is observed
    assert exact == 1 / 35**2, "it alone is as extreme, so that to miss it would leave nothing"
    asked = Selection().only([workflow for cells in sides for cell in cells for workflow in cell])
    test = maturity_test(retagged(atlas, control=has), selection=asked, permutations=60_000, resamples=2)
    assert test.effect == pytest.approx(changes[0] - changes.mean(), abs=0.003)
    assert test.p == pytest.approx(exact, abs=5 * np.sqrt(exact / 60_000))


@pytest.mark.parametrize(
    "selection", [EMPTY, Selection(category="Regulated AI"), Selection(stage="Scaling"), Selection(text="phishing report triage")], ids=str
)
def test_with_too_little_to_compare_there_is_no_verdict(atlas, selection):
    test = maturity_test(atlas, selection=selection)
    assert (test.effect, test.effect_low, test.effect_high, test.p, test.first) == (None,) * 5
    assert len(test.stages) == (selection == Selection(stage="Scaling"))
    assert test.stages["divergence"].notna().all() and test.stages[["expected", "low", "high"]].isna().all(axis=None)


def test_a_group_without_any_term_is_not_taken_for_a_significant_change(atlas, retagged):
    bare = atlas.facet("control").table.to_numpy().copy()
    bare[((atlas.workflows["category"] == "Enterprise AI") & (atlas.workflows["stage"] == "Emerging")).to_numpy()] = False
    test = maturity_test(retagged(atlas, control=bare), permutations=99, resamples=5)
    assert (test.effect, test.p) == (None, None)


@pytest.mark.parametrize("conditions", [{}, {"stage": ["Emerging", "Established"]}, {"category": "Frontier AI"}], ids=str)
def test_the_table_of_categories_counts_what_the_files_say(atlas, terms, tags, pick, conditions):
    table = comparison(atlas, Selection(**conditions))
    chosen = pick(**conditions)
    parts = complexity(atlas)
    assert list(table.index) == terms["category"]
    for category in terms["category"]:
        mine = [w for w in chosen if category in tags["category"][w]]
        row = table.loc[category]
        assert row["workflows"] == len(mine)
        for column, facet in (("buyer_functions", "buyer_function"), ("buyer_industries", "buyer_industry"), ("companies", "company")):
            assert row[column] == len(set().union(*(tags[facet][w] for w in mine)))
        assert {stage: row[stage] for stage in terms["stage"]} == {s: sum(s in tags["stage"][w] for w in mine) for s in terms["stage"]}
        for column in ("layer_span", "information"):
            assert row[column] == pytest.approx(parts.loc[mine, column].mean() if mine else np.nan, nan_ok=True)


def test_distinctive_controls_are_those_that_hold_up_against_the_other_categories(atlas, terms, tags):
    excess, p = {}, {}
    n = len(atlas)
    for category in terms["category"]:
        for control in terms["control"]:
            has = Counter((category in tags["category"][w], control in tags["control"][w]) for w in tags["control"])
            counts = np.array([[has[True, True], has[True, False]], [has[False, True], has[False, False]]])
            row, column = counts[0].sum() / n, counts[:, 0].sum() / n
            p[category, control] = stats.fisher_exact(counts).pvalue
            excess[category, control] = (counts[0, 0] - n * row * column) / np.sqrt(n * row * column * (1 - row) * (1 - column))
    q = dict(zip(p, multipletests(list(p.values()), method="fdr_bh")[1], strict=True))
    table = comparison(atlas)
    for category in terms["category"]:
        clear = sorted((c for c in terms["control"] if q[category, c] < 0.05 < excess[category, c]), key=lambda c: -excess[category, c])
        assert table.at[category, "distinctive"] == tuple(clear[:3])
    assert any(table["distinctive"])


def test_of_one_category_the_distinctive_controls_are_held_against_all_that_is_not_selected(atlas, terms, tags):
    for selection in (Selection(category="Frontier AI"), Selection(category="Regulated AI", stage="Scaling")):
        mine, found = set(selection.ids(atlas)), {}
        for control in terms["control"]:
            has = Counter((w in mine, control in held) for w, held in tags["control"].items())
            counts = [[has[True, True], has[True, False]], [has[False, True], has[False, False]]]
            found[control] = stats.fisher_exact(counts).pvalue, counts[0][0] / len(mine) > counts[1][0] / (len(atlas) - len(mine))
        q = dict(zip(found, multipletests([p for p, _ in found.values()], method="fdr_bh")[1], strict=True))
        clear = sorted((control for control, (_, more) in found.items() if more and q[control] < 0.05), key=lambda control: q[control])
        told = comparison(atlas, selection)["distinctive"]
        [category] = [term for term in told.index if selection.decided("category")[0] == term]
        assert told[category] == tuple(clear[:3]) and not any(told.drop(category))
    assert not any(comparison(atlas, Selection(workflow="ai-code-review-pull-request-gating"))["distinctive"])  # one shows nothing


def test_an_empty_selection_leaves_an_empty_table_of_categories(atlas):
    table, placed = comparison(atlas, EMPTY), placement(atlas, EMPTY)
    assert (table[["workflows", "buyer_functions", "companies"]] == 0).all(axis=None) and not any(table["distinctive"])
    assert table["layer_span"].isna().all()
    assert (placed[["n", "demand"]] == 0).all(axis=None)
    assert placed[["overlap", "information"]].isna().all(axis=None)


@pytest.mark.parametrize("conditions", [{}, {"stage": "Established"}], ids=str)
def test_categories_are_placed_by_overlap_bits_and_namings(atlas, terms, tags, pick, profile, conditions):
    placed = placement(atlas, Selection(**conditions))
    bits = complexity(atlas)["information"]
    groups = {category: pick(category=category, **conditions) for category in terms["category"]}
    large = {category: profile("control", ids) for category, ids in groups.items() if len(ids) >= 3}
    for category, ids in groups.items():
        row = placed.loc[category]
        others = [found for name, found in large.items() if name != category]
        overlap = np.mean([1 - apart([large[category], found])[0] for found in others]) if category in large else np.nan
        assert row["overlap"] == pytest.approx(overlap, nan_ok=True)
        assert (row["n"], row["demand"]) == (len(ids), sum(len(tags["buyer_function"][w]) for w in ids))
        if len(ids) > 1:
            mine = bits[list(ids)]
            interval = stats.norm.interval(0.95, mine.mean(), stats.sem(mine))
            assert row[["information", "information_low", "information_high"]].to_numpy(float) == pytest.approx([mine.mean(), *interval])


def test_each_leaf_of_the_map_is_one_workflow_under_one_term(atlas, tags, pick):
    leaves = paths(atlas, "buyer_function", Selection(stage="Scaling"))
    expected = {(next(iter(tags["category"][w])), term, w) for w in pick(stage="Scaling") for term in tags["buyer_function"][w]}
    assert set(leaves.itertuples(index=False, name=None)) == expected
    assert len(leaves) == len(expected)


def test_the_map_follows_the_order_of_the_taxonomy(atlas, terms):
    leaves = paths(atlas, "stage")
    places = [(terms["category"].index(row.category), terms["stage"].index(row.stage)) for row in leaves.itertuples()]
    assert places == sorted(places)


def test_a_workflow_that_names_no_function_has_no_leaf(small_atlas):
    assert not {"buyers-without-function", "insurer-only"} & set(paths(small_atlas, "buyer_function")["workflow"])
    assert isinstance(paths(small_atlas, "stage", EMPTY), pd.DataFrame) and paths(small_atlas, "stage", EMPTY).empty
