"""Every sentence is taken apart and each of its numbers and names counted again in the files."""

import re
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats
from scipy.stats import entropy
from statsmodels.stats.multitest import multipletests

from analysis import Selection, frequency
from analysis.categories import placement
from analysis.convergence import convergence, nearly_shared, shared_layer
from analysis.findings import overview
from analysis.headlines import even_layers_headline, layer_headline, maturity_verdict, placement_headline
from analysis.matrix import cross
from analysis.matrix_headlines import hot_cells, matrix_headline
from analysis.profiles import maturity_test
from analysis.views import VIEWS
from analysis.words import of, small
from atlas_data.taxonomy import load_taxonomy

CATEGORIES = ["Physical World AI", "Enterprise AI", "Operational AI", "Regulated AI", "Frontier AI"]
CASES = {
    "the whole atlas": {},
    **{category: {"category": category} for category in CATEGORIES},
    "a stage of few": {"stage": "Frontier"},
    "three categories": {"category": CATEGORIES[:3]},
    "two categories, established": {"category": CATEGORIES[2:4], "stage": "Established"},
    "a word": {"text": "invoice"},
    "a rare control": {"control": "Metering"},
    "an industry": {"buyer_industry": "Telecom"},
}
case = pytest.mark.parametrize("case", CASES)
SHARE = r"[\d,]+ of [\d,]+ workflows?(?: \(\d+%\))?"


def parts(pattern: str, sentence: str) -> tuple[str, ...]:
    """What stands in the groups of a pattern that must match the whole sentence."""
    found = re.fullmatch(pattern.replace("SHARE", f"({SHARE})"), sentence)
    assert found, f"{sentence!r} does not read as {pattern!r}"
    return found.groups()


def share(words: str) -> tuple[int, int]:
    """Part and whole of "41 of 58 workflows (71%)"; the percentage is there from 15 on, and right."""
    part, whole, percent = re.fullmatch(r"([\d,]+) of ([\d,]+) workflows?(?: \((\d+)%\))?", words).groups()
    part, whole = (int(number.replace(",", "")) for number in (part, whole))
    assert (percent is not None) == (whole >= 15)
    assert percent is None or abs(int(percent) - 100 * part / whole) <= 0.5
    return part, whole


def named(words: str, known: list[str]) -> tuple[list[str], int]:
    """The terms in a list of words, and how many more it says there are; nothing else may stand in it."""
    pattern = "|".join(map(re.escape, sorted(known, key=len, reverse=True)))
    more = re.search(r" and (\d+) more$", words)
    rest = words[: more.start()] if more else words
    assert re.fullmatch(rf"(?:{pattern})(?:(?:, | and )(?:{pattern}))*", rest), f"{words!r} is not a list of terms"
    return re.findall(pattern, rest), int(more[1]) if more else 0


@pytest.fixture(scope="module")
def counted(tags, terms):
    """Workflows of a set with each term of a facet."""
    return lambda facet, chosen: {term: sum(term in tags[facet][w] for w in chosen) for term in terms[facet]}


@pytest.fixture
def said(atlas, case):
    return overview(atlas, Selection(**CASES[case]))


@pytest.fixture
def chosen(pick, case):
    found = pick(**CASES[case])
    assert len(found) > 1
    return found


@case
def test_the_controls_that_make_up_half_of_all_requirements(said, chosen, counted, case):
    count = counted("control", chosen)
    half, of_all = parts(r"(\d+) controls? of (\d+) makes? up half of all requirements", said[0].claim)
    besides = " besides" if "control" in CASES[case] else ""
    listing, first, by = parts(rf"(.+)\. Most often required{besides}: (.+?), (?:each )?by SHARE\.", said[0].detail)
    ranked = sorted(count.values(), reverse=True)
    assert int(of_all) == len(count) == 21
    assert sum(ranked[: int(half)]) >= sum(ranked) / 2 > sum(ranked[: int(half) - 1])
    names, more = named(listing, list(count))
    assert more == 0 and sorted((count[name] for name in names), reverse=True) == ranked[: int(half)]
    leading, others = named(first, list(count))
    asked = CASES[case].get("control")
    most = [count[name] for name in count if name != asked]  # what the filter asks for leads by construction
    assert len(leading) + others == most.count(max(most)) and ("each by" in said[0].detail) == (most.count(max(most)) > 1)
    assert {(count[name], len(chosen)) for name in leading} == {share(by)} == {(max(most), len(chosen))}


@case
def test_how_many_layers_half_of_the_workflows_need(said, chosen, counted, tags, case):
    count = counted("layer", chosen)
    span = [len(tags["layer"][w]) for w in chosen]
    by_middle, layers, of_all = parts(r"SHARE needs? (\d+) control layers? or more, of (\d+)", said[1].claim)
    layers, of_all = int(layers), int(of_all)
    assert share(by_middle) == (sum(s >= layers for s in span), len(chosen))
    assert of_all == len(count) == 6
    assert sum(s >= layers for s in span) >= len(chosen) / 2 >= sum(s > layers for s in span)
    most, by_most, least, by_least, at_least, by_span = parts(
        r"(.+?): SHARE\. (.+?): SHARE\. At least (\d) layers: SHARE\.", said[1].detail
    )
    assert share(by_most) == (count[most], len(chosen)) == (max(count.values()), len(chosen))
    assert share(by_least) == (count[least], len(chosen)) == (min(count.values()), len(chosen))
    assert share(by_span) == (sum(s >= int(at_least) for s in span), len(chosen))


@case
def test_the_buyer_functions_named_most(said, chosen, counted, tags, terms, case):
    count = counted("buyer_function", chosen)
    leading, verb = parts(r"(.+) (is the buyer function|are the buyer functions) named most", said[2].claim)
    names, more = named(leading, list(count))
    top = [term for term in terms["buyer_function"] if count[term] == max(count.values())]
    assert names == top[: len(names)] and len(names) + more == len(top)
    assert verb.startswith("is") == (len(top) == 1)
    by, rest = parts(r"(?:It is|Each is) named by SHARE\.(.*)", said[2].detail)
    assert share(by) == (max(count.values()), len(chosen))
    present = {category for w in chosen for category in tags["category"][w]}
    meets = {term: {c for w in chosen if term in tags["buyer_function"][w] for c in tags["category"][w]} for term in count}
    everywhere = {term for term in count if meets[term] == present}
    if len(present) == 1 or not everywhere:
        assert rest == ""
    else:
        number, categories, listing = parts(r" (\d+) functions? in every one of the (\d) categories: (.+)\.", rest)
        names, more = named(listing, list(count))
        assert (int(number), int(categories)) == (len(everywhere), len(present))
        assert set(names) <= everywhere and len(names) + more == len(everywhere)


@case
def test_who_reviews_most_and_why_people_are_asked(said, chosen, counted, terms, case):
    roles, triggers = counted("reviewer_role", chosen), counted("review_trigger", chosen)
    (leading,) = parts(r"Reviewed most often by (.+)", said[5].claim)
    top = [role for role in terms["reviewer_role"] if roles[role] == max(roles.values())]
    assert leading.startswith(top[0][0].lower() + top[0][1:])
    by, reason, asked = parts(
        r"(?:They review|Each reviews) SHARE\. Most common reasons? to ask a person: (.+?), (?:each )?in SHARE\.", said[5].detail
    )
    assert share(by) == (max(roles.values()), len(chosen))
    assert share(asked) == (max(triggers.values()), len(chosen))
    first = [name for name in triggers if triggers[name] == max(triggers.values())]
    leading, others = named(reason, [name.lower() for name in triggers])
    assert set(leading) <= {name.lower() for name in first} and len(leading) + others == len(first)


@case
def test_the_controls_that_make_up_the_shared_layer(said, chosen, counted, tags, terms, case):
    count, sizes = counted("control", chosen), counted("category", chosen)
    present = [category for category in terms["category"] if sizes[category]]
    if len(present) == 1:
        assert said[3].claim == f"All of these workflows are {present[0]}"
        (number,) = parts(r"They require (\d+) different controls?; with one category there is no breadth to measure\.", said[3].detail)
        assert int(number) == sum(value > 0 for value in count.values())
        return
    breadth = {}
    for control in (name for name in count if count[name]):
        rates = [sum(control in tags["control"][w] and c in tags["category"][w] for w in chosen) / sizes[c] for c in present]
        breadth[control] = np.exp(entropy(rates))
    wide = {c for c, value in breadth.items() if value >= 0.8 * len(present) and count[c] >= 0.25 * len(chosen)}
    if wide:
        number, of_all = parts(r"(\d+) controls? of (\d+) makes? up the shared production layer", said[3].claim)
        assert (int(number), int(of_all)) == (len(wide), 21)
        categories, listing = parts(r"Required by at least 25% of workflows, evenly spread over (\d) categories: (.+)\.", said[3].detail)
        assert int(categories) == len(present)
        names, more = named(listing, list(count))
        assert set(names) <= wide and len(names) + more == len(wide)
        assert [count[name] for name in names] == sorted((count[name] for name in wide), reverse=True)[: len(names)]
    else:
        assert said[3].claim == f"No control is both common and shared by all {len(present)} categories"
        closest, value = parts(r"(.+) spreads most evenly, with a breadth of (\d\.\d) categories\.", said[3].detail)
        assert breadth[closest] == pytest.approx(max(breadth.values()))
        assert float(value) == pytest.approx(breadth[closest], abs=0.05)


@case
def test_how_far_the_workflows_have_come(said, chosen, counted, case):
    stages, sizes = counted("stage", chosen), counted("category", chosen)
    late, names = parts(r"SHARE: (scaling or established)", said[4].claim)
    assert names and share(late) == (stages["Scaling"] + stages["Established"], len(chosen))
    listing, called, largest, number = parts(
        r"By stage: (.+)\. (Largest category|Largest categories|Category): (.+?), (\d+)(?: each)?\.", said[4].detail
    )
    assert (called == "Category") == (sum(size > 0 for size in sizes.values()) == 1)
    found = re.findall(r"(\d+) (frontier|emerging|scaling|established)", listing)
    assert re.sub(r"\d+ [a-z]+|, | and ", "", listing) == ""
    assert {name.capitalize(): int(value) for value, name in found} == {stage: value for stage, value in stages.items() if value}
    leading, more = named(largest, list(sizes))
    first = {category for category, size in sizes.items() if size == int(number) == max(sizes.values())}
    assert set(leading) <= first and len(leading) + more == len(first) and (called == "Largest categories") == (len(first) > 1)


@case
def test_each_finding_names_a_page_that_exists(said, chosen, pytestconfig, case):
    assert [finding.page for finding in said] == [
        "control_frequency",
        "control_frequency",
        "matrices",
        "convergence",
        "category_map",
        "review_map",
    ]
    assert all((pytestconfig.rootpath / "pages" / f"{finding.page}.py").is_file() for finding in said)


def test_nothing_is_said_of_an_empty_selection(atlas):
    assert overview(atlas, Selection(text="zzz-not-there")) == []


def test_one_workflow_is_described_by_what_it_requires(atlas, entries, tags):
    for entry in entries[::25]:
        (finding,) = overview(atlas, Selection(text=f"{entry['title']} {entry['summary']}"))
        assert finding.claim == f"One workflow: {entry['title']}"
        category, stage, needs, layers = parts(r"(.+), (.+?)\. It requires (.+), in (\d) layers?\.", finding.detail)
        assert (category, stage) == (entry["category"], entry["stage"].lower())
        assert set(named(needs, entry["controls"])[0]) == tags["control"][entry["id"]]
        assert int(layers) == len(tags["layer"][entry["id"]])


def test_buyers_that_name_no_function_are_said_to_name_none(small_atlas):
    buyers = overview(small_atlas, Selection(category="Regulated AI"))[2]
    assert (buyers.claim, buyers.detail) == ("No buyer function is named", "These workflows name buying organisations only.")


def test_one_control_makes_up_half(small_atlas):
    assert overview(small_atlas, Selection(category="Operational AI"))[0].claim == "1 control of 21 makes up half of all requirements"


@case
def test_hot_cells_are_the_strongest_pairs_that_hold_up(atlas, chosen, terms, tags, case):
    found = hot_cells(cross(atlas, "buyer_function", "control", Selection(**CASES[case])))
    n, p, expected = len(chosen), {}, {}
    for row in terms["buyer_function"]:
        for column in terms["control"]:
            has = [(row in tags["buyer_function"][w], column in tags["control"][w]) for w in chosen]
            a, b, c, d = (has.count(pair) for pair in ((True, True), (True, False), (False, True), (False, False)))
            p[row, column] = stats.fisher_exact([[a, b], [c, d]]).pvalue
            mean = (a + b) * (a + c) / n
            spread = mean * (1 - (a + b) / n) * (1 - (a + c) / n)
            expected[row, column] = (a, a + b, mean, (a - mean) / np.sqrt(spread) if spread else 0)
    q = dict(zip(p, multipletests(list(p.values()), method="fdr_bh")[1], strict=True))
    clear = [pair for pair, (_, _, mean, residual) in expected.items() if q[pair] < 0.05 and residual > 0 and mean >= 5]
    clear.sort(key=lambda pair: -expected[pair][3])
    assert [(cell.row, cell.column) for cell in found.itertuples()] == clear[:8]
    for cell in found.itertuples():
        count, total, mean, _ = expected[cell.row, cell.column]
        words = r"(.+) × (.+): (\d+) of (\d+) workflows, (\d+\.\d) times the expected number, q (.+)"
        row, column, said_count, said_total, lift, said_q = parts(words, cell.words)
        assert (row, column, int(said_count), int(said_total)) == (cell.row, cell.column, count, total)
        assert float(lift) == pytest.approx(count / mean, abs=0.0501)
        assert said_q == small(q[row, column])


def test_the_whole_atlas_has_hot_cells_and_an_empty_selection_has_none(atlas):
    assert len(hot_cells(cross(atlas, "buyer_function", "control"))) == 8
    assert len(hot_cells(cross(atlas, "buyer_function", "control"), limit=3)) == 3
    assert hot_cells(cross(atlas, "buyer_function", "control", Selection(text="zzz-not-there"))).empty


@pytest.mark.parametrize("p", [0.0, 0.0004, 0.00099, 0.001, 0.0312, 0.0995, 0.3, 1.0])
def test_a_p_value_is_rounded_or_bounded_never_zero(p):
    sign, number = small(p).split()
    assert float(number) > 0
    assert p < float(number) if sign == "<" else p == pytest.approx(float(number), abs=0.005)


@case
def test_the_layers_that_most_workflows_touch(atlas, chosen, counted, case):
    sentence = layer_headline(frequency(atlas, "layer", Selection(**CASES[case])))
    words = r"(\d) layers? of (\d) (?:is|are) touched by more than half of (\d+) workflows"
    count = counted("layer", chosen)
    assert [int(x) for x in parts(words, sentence)] == [sum(2 * value > len(chosen) for value in count.values()), 6, len(chosen)]


@case
def test_the_layers_that_half_of_every_category_touch(atlas, chosen, tags, terms, case):
    sentence = even_layers_headline(cross(atlas, "category", "layer", Selection(**CASES[case])))
    groups = [[w for w in chosen if category in tags["category"][w]] for category in terms["category"]]
    groups = [group for group in groups if group]
    even = {layer for layer in terms["layer"] if all(2 * sum(layer in tags["layer"][w] for w in g) >= len(g) for g in groups)}
    if even:
        which, listing = parts(r"At least half of the workflows(| in each of the \d categories) touch (.+)", sentence)
        assert which == ("" if len(groups) == 1 else f" in each of the {len(groups)} categories")
        assert set(named(listing, terms["layer"])[0]) == even
    else:
        assert sentence == "No layer is touched by at least half of the workflows in every category"


def test_categories_are_placed_in_words_as_in_numbers(atlas):
    placed = placement(atlas)
    unusual, central = parts(
        r"(.+) asks for the most unusual controls, (.+) shares most with the other categories", placement_headline(placed)
    )
    assert placed.at[unusual, "information"] == placed["information"].max()
    assert placed.at[central, "overlap"] == placed["overlap"].max()
    first = placed.assign(information=[9, 1, 1, 1, 1], overlap=[0.9, 0.1, 0.1, 0.1, np.nan])
    assert placement_headline(first) == f"{first.index[0]} asks for the most unusual controls and shares most with the other categories"
    two = placement_headline(placement(atlas, Selection(category=["Frontier AI", "Regulated AI"])))
    assert two == "Frontier AI asks for the most unusual controls"  # what two share, each shares with the other


@pytest.fixture(scope="module")
def verdict(atlas):
    test = maturity_test(atlas, permutations=199, resamples=20)
    return lambda **changes: maturity_verdict(replace(test, **changes), len(atlas))


def test_the_verdict_repeats_the_numbers_of_the_test(atlas, verdict):
    _, sentence = verdict(effect=-0.0567, effect_low=-0.1597, effect_high=0.0464, p=0.3053)
    words = (
        r"Beyond what shuffled stages give, divergence changes by (.+) from (.+) to (.+) "
        r"\(95% interval (.+) to (.+), permutation p = (.+), n = (\d+)\)\. (\d+) workflows of another stage, or .+ are left out\. (.+)"
    )
    *numbers, n, left, rest = parts(words, sentence)
    assert numbers == ["-0.057", "Emerging", "Established", "-0.160", "+0.046", "0.31"]
    sizes = atlas.workflows.groupby(["stage", "category"], observed=True).size()
    stages = sizes[sizes >= 3].groupby("stage", observed=True).agg(["sum", "size"])
    assert int(n) == stages.loc[stages["size"] >= 2, "sum"].sum() == len(atlas) - int(left)
    assert rest == "The profiles are more alike at the later stage, by no more than chance can explain."


@pytest.mark.parametrize(
    ("effect", "p", "headline"),
    [
        (-0.1, 0.01, "Yes: control profiles grow more alike with maturity"),
        (0.1, 0.01, "No: control profiles grow less alike with maturity"),
        (-0.1, 0.4, "No: the atlas does not show profiles growing more alike with maturity"),
        (0.1, 0.4, "No: the atlas does not show profiles growing more alike with maturity"),
    ],
)
def test_the_verdict_says_yes_only_to_a_significant_change_towards_alike(verdict, effect, p, headline):
    said, sentence = verdict(effect=effect, p=p)
    assert said == headline
    assert ("by no more than chance can explain" in sentence) == (p > 0.05)
    assert ("less alike at the later stage" in sentence) == (p > 0.05 and effect > 0)


def test_without_a_test_the_verdict_says_why(atlas):
    few = Selection(stage="Frontier")
    headline, sentence = maturity_verdict(maturity_test(atlas, selection=few), len(few.ids(atlas)))
    assert headline == "Too few workflows to tell"
    assert sentence.endswith(f"leaves {len(few.ids(atlas))} workflows.")
    one = Selection(category="Regulated AI")
    assert maturity_verdict(maturity_test(atlas, selection=one), len(one.ids(atlas)))[0] == "Not testable here"


@pytest.mark.parametrize("measure", ["lift", "log_odds", "residual"])
def test_the_headline_of_a_matrix_names_the_largest_of_what_it_shows_among_those_that_hold_up(atlas, measure):
    table = cross(atlas, "buyer_function", "control")
    cells = table.cells()
    sound = cells[(cells["q"] < 0.05) & (cells["residual"] > 0) & (cells["expected"] >= 5)]
    assert matrix_headline(table, measure).startswith("Strongest: " + " × ".join(sound[measure].idxmax()) + ": ")


@pytest.mark.parametrize(("measure", "total"), [("row_share", "row_total"), ("column_share", "column_total")])
def test_the_headline_of_shares_names_the_largest_share_of_enough_workflows_and_says_so(atlas, measure, total):
    table = cross(atlas, "buyer_function", "control")
    cells = table.cells()
    largest = cells.loc[cells.loc[cells[total] >= 15, measure].idxmax()]
    only = " of 15 workflows or more" if cells[measure].max() > largest[measure] else ""
    said = matrix_headline(table, measure)
    assert said.startswith(f"Largest share{only}: {' × '.join(largest.name)}, {largest['count']:.0f} of {largest[total]:.0f} workflows")


def test_the_headline_of_a_matrix_leaves_out_what_all_workflows_have_and_counts_equals(atlas):
    both = Selection(control=["Identity", "Audit trail"], match="all")
    cells = cross(atlas, "buyer_function", "control", both).cells()["count"].drop(["Identity", "Audit trail"], level="control")
    said = f"Most workflows besides Identity and Audit trail, which all have: {' × '.join(cells.idxmax())}, {cells.max()} of "
    assert matrix_headline(cross(atlas, "buyer_function", "control", both), "count").startswith(said)

    regulated = cross(atlas, "buyer_function", "control", Selection(category="Regulated AI"))
    counts = regulated.cells()["count"]
    assert (counts == counts.max()).sum() == 2 and matrix_headline(regulated, "count").endswith("; as many in 1 other pair")

    category = Selection(category="Regulated AI", control="Identity")  # terms on both sides
    counts = cross(atlas, "category", "control", category).cells()["count"].loc["Regulated AI"].drop("Identity")
    title = matrix_headline(cross(atlas, "category", "control", category), "count")
    assert title.startswith(f"Most workflows besides Identity, which all have: Regulated AI × {counts.idxmax()}, ")

    one = Selection().only([atlas.workflows.index[0]])
    assert "which all have" not in matrix_headline(cross(atlas, "buyer_function", "control", one), "count")  # nothing else is left


@pytest.mark.parametrize(("rows", "columns"), [("risk_family", "risk_family"), ("input_kind", "reviewer_role"), ("control", "control")])
@pytest.mark.parametrize("measure", ["count", "row_share", "column_share"])
@pytest.mark.parametrize("industry", ["Hospitality and venues", "Insurance", "Education", "Public sector"])
def test_equals_of_the_largest_cell_are_counted(atlas, rows, columns, measure, industry):
    table = cross(atlas, rows, columns, Selection(buyer_industry=industry))
    cells = table.cells()
    if rows == columns:
        cells = cells[[row != column for row, column in cells.index]]
    if measure != "count" and (cells[total := measure.replace("share", "total")] >= 15).any():
        cells = cells[cells[total] >= 15]
    everywhere = {*table.row_terms[table.rows == table.n], *table.column_terms[table.columns == table.n]}
    others = cells[[not {row, column} & everywhere for row, column in cells.index]]
    cells = others if others["count"].any() else cells
    largest = cells[np.isclose(cells[measure], cells[measure].max())]
    pairs = {frozenset(pair) if rows == columns and measure == "count" else pair for pair in largest.index}
    said = matrix_headline(table, measure)
    more = re.search(r"; as (?:many|large) in (\d+) other pairs?$", said)
    assert len(pairs) - 1 == (int(more[1]) if more else 0)
    whole = largest["column_total" if measure == "column_share" else "row_total"]
    found = [f": {row} × {column}, {of(int(largest.at[(row, column), 'count']), int(of_all))}" for (row, column), of_all in whole.items()]
    assert any(words in said for words in found)


def test_what_misses_the_shared_layer_by_a_hair_is_named(atlas):
    insurance = Selection(buyer_industry="Insurance")
    near = nearly_shared(convergence(atlas, "control", insurance), 5)
    assert len(near) and (near["share"] >= 0.25).all() and near["breadth"].between(3.8, 4, inclusive="left").all()
    view = VIEWS["convergence-map"](atlas, insurance)
    assert all(f"{term} (" in view.note for term in near.index[:4])
    [corner] = view.figure["layout"]["shapes"]
    table = convergence(atlas, "control", insurance)
    inside = table[(table["share"] >= corner["x0"]) & (table["breadth"] >= corner["y0"])].index
    assert set(inside) == set(shared_layer(table, 5).index)


def test_the_title_of_the_network_speaks_of_ties_with_enough_expected(atlas):
    view = VIEWS["network"](atlas, Selection(category="Regulated AI"))
    ties = view.table[~view.table["few"]]
    assert view.table["few"].iloc[0] and view.title.startswith(" and ".join(ties.index[0]) + " have the strongest tie, in ")


def test_what_the_filter_asks_for_or_leaves_out_is_no_finding(atlas):
    def title(name: str, selection: Selection, **values) -> str:
        return VIEWS[name](atlas, selection, **values).title

    identity, scoped = Selection(control="Identity"), Selection(layer="Scoped access and identities")
    without = Selection(exclude={"control": "Identity"})
    for selection in (identity, without):
        assert " Identity differs" not in title("control-frequency", selection) and "it also" not in title("control-frequency", selection)
        assert "Identity" not in title("matrix", selection, against="rest")
    assert title("control-frequency", identity).startswith("Besides Identity, ")
    assert title("control-frequency", identity, by="layer", compare="rest").startswith("Besides Scoped access and identities, ")
    mine = set(load_taxonomy().facets["layer"].terms[0].labels)
    assert not any(f"{control} differs" in title("control-frequency", scoped, compare="rest") for control in mine)
    for facet, at in (("buyer_function", 2), ("reviewer_role", 5)):
        term = atlas.facet(facet).names[3]
        said = overview(atlas, Selection(**{facet: term}))[at].claim
        assert " besides" in said and term.casefold() not in said.casefold()
