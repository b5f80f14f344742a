"""Side by side: counts from the files, tests against SciPy and statsmodels, and what is said when there is little to compare."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import fisher_exact
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from analysis import Selection, compare, side_by_side, space
from analysis.comparing import FACETS, largest
from analysis.figures.page import chart_page
from analysis.views import VIEWS
from analysis.views.view import Several

CHOSEN = [
    ("category", ["Regulated AI", "Frontier AI", "Enterprise AI"], {}),
    ("buyer_function", ["Legal", "Security"], {"stage": ["Scaling"]}),
    ("buyer_industry", ["Insurance", "Healthcare providers"], {}),
    ("company", ["Microsoft", "ServiceNow"], {}),
]


@pytest.mark.parametrize(("kind", "these", "conditions"), CHOSEN)
def test_counts_and_tests_are_those_of_the_files(atlas, pick, tags, kind, these, conditions):
    table = compare(atlas, kind, these, Selection(**conditions))
    groups = {one: pick(**{kind: [one]}) & pick(**conditions) for one in these}
    together = set().union(*groups.values())
    assert table.attrs["n"] == len(together)
    p = []
    for (facet, term, one), row in table.iterrows():
        having = {i for i in together if term in tags[facet][i]}
        mine, others = groups[one], together - groups[one]
        a, b = len(having & mine), len(having & others)
        assert (row["count"], row["n"], row["others"]) == (a, len(mine), len(others))
        assert (row["share"], row["elsewhere"]) == pytest.approx((a / len(mine), b / len(others)))
        assert (row["low"], row["high"]) == pytest.approx(proportion_confint(a, len(mine), method="wilson"), abs=1e-9)
        assert row["shared"] == all(2 * len(having & group) >= len(group) for group in groups.values())
        assert row["only"] == (bool(having & mine) and sum(bool(having & group) for group in groups.values()) == 1)
        p.append(fisher_exact([[a, len(mine) - a], [b, len(others) - b]]).pvalue)
    assert table["q"].to_numpy() == pytest.approx(multipletests(p, method="fdr_bh")[1])
    present = {(facet, term) for facet in FACETS if facet != kind for i in together for term in tags[facet][i]}
    assert set(table.index.droplevel("compared")) == present


def test_workflows_are_compared_by_what_each_has(atlas, tags):
    these = largest(atlas, "workflow", Selection(category="Regulated AI"))
    table = side_by_side(compare(atlas, "workflow", these), {these[1]: "The other"})
    assert list(table.columns) == [these[0], "The other", "shared", "only"]
    for (facet, term), row in table.iterrows():
        has = [term in tags[facet][one] for one in these]
        assert [row[these[0]], row["The other"]] == has and row["shared"] == all(has)
        assert row["only"] == ("" if all(has) else these[0] if has[0] else "The other")


def test_one_row_a_term_with_a_count_a_share_and_a_q_for_each(atlas):
    compared = compare(atlas, "category", ["Regulated AI", "Frontier AI"])
    table = side_by_side(compared)
    assert table.index.is_unique and len(table) == len(compared) / 2
    for column in ("count", "share", "q"):
        expected = compared.xs("Frontier AI", level="compared")[column]
        assert np.array_equal(table[f"Frontier AI: {column}"], expected, equal_nan=True)


@pytest.mark.parametrize(
    "these", [["Legal"], ["Legal", "Legal"], ["Legal", "Security", "Operations", "People", "Procurement", "Data and AI"]]
)
def test_fewer_than_two_more_than_five_or_the_same_twice_is_refused(atlas, these):
    with pytest.raises(ValueError, match="from 2 to 5 different"):
        compare(atlas, "buyer_function", these)


def test_an_unknown_name_comes_with_the_nearest_one(atlas):
    with pytest.raises(KeyError, match="did you mean 'Security'"):
        compare(atlas, "buyer_function", ["Legal", "Securty"])


def test_nobody_named_means_the_largest(atlas, tags):
    sizes = pd.Series([term for terms in tags["buyer_function"].values() for term in terms]).value_counts()
    assert sizes[largest(atlas, "buyer_function")].tolist() == sizes.iloc[:2].tolist()
    found = space(atlas, Selection(stage="Emerging"))
    assert largest(atlas, "workflow", Selection(stage="Emerging"))[1] == found.points.at[found.points["distance"].idxmin(), "nearest"]
    assert largest(atlas, "workflow", Selection(text="phishing report triage")) == ["ai-phishing-report-triage"]


@pytest.mark.parametrize("what", ["workflow", "category", "buyer_function", "buyer_industry", "company"])
@pytest.mark.parametrize("selection", [Selection(), Selection(category="Frontier AI"), Selection(text="phishing report triage")])
def test_the_view_bears_every_selection_and_its_code_gives_its_table(atlas, what, selection):
    for terms_of in ("control", "stage", "category"):
        view = VIEWS["comparison"](atlas, selection, what=what, terms_of=terms_of)
        if not view.answered:
            assert view.title.startswith("Choose at least two") and view.note
            continue
        names = {"atlas": atlas, "selection": selection}
        exec(view.code, names)
        pd.testing.assert_frame_equal(names["table"], view.table)
        cells = view.figure["data"][0]
        assert all(len(custom) == len(view.opens) for row in cells["customdata"] for custom in row)


def test_the_view_says_what_is_shared_and_what_is_not(atlas, small_atlas):
    view = VIEWS["comparison"](atlas, None, with_category=("Regulated AI", "Frontier AI"))
    assert "Regulated AI differs most in" in view.title or "Frontier AI differs most in" in view.title
    assert any(sentence.startswith("Only Frontier AI: ") for sentence in view.more["said"])
    twins = VIEWS["comparison"](small_atlas, None, what="workflow", with_workflow=("twin-one", "twin-two"))
    assert twins.title == "2 controls of 2 are shared by both"
    assert "Only First twin: Twinco." not in twins.more["said"] and "Nothing is found in Second twin only." in twins.more["said"]


def test_what_the_filter_leaves_out_is_named(atlas):
    frontier = Selection(category=["Frontier AI", "Regulated AI"])
    view = VIEWS["comparison"](atlas, frontier, with_category=("Regulated AI", "Frontier AI", "Enterprise AI"))
    assert "Not in the filter: Enterprise AI." in view.note
    alone = VIEWS["comparison"](atlas, frontier, with_category=("Regulated AI", "Enterprise AI"))
    assert not alone.answered and "Only 1 of the 2 chosen has a workflow in the filter" in alone.note


def test_markup_in_a_title_stays_text_on_screen_and_on_paper(small_atlas):
    view = VIEWS["comparison"](small_atlas, None, what="workflow", with_workflow=("markup", "loner"))
    assert "<b>Bold</b>" not in str(view.figure["layout"]) and "&lt;b&gt;Bold" in str(view.figure["layout"])
    page = chart_page(view.figure, view.table, view.title, view.subtitle, view.note, said=view.more["said"])
    assert "<script>alert" not in page and "&lt;script&gt;alert" in page and "@page" in page


def test_a_parameter_of_several_values_reads_each_by_name_or_as_shown(atlas):
    several = Several("with", "Workflows", {"a-b": "A to B", "c": "Sea"}, 2)
    assert [several.read(atlas, raw) for raw in ("a-b", "a TO b", "SEA", "d")] == ["a-b", "a-b", "c", None]
    assert several.standard(atlas) == () and "did you mean 'Sea'?" in several.refusal(atlas, "Seas")


def test_of_two_that_overlap_each_is_told_apart_and_of_two_apart_only_the_first(atlas):
    def told(what: str, *these: str) -> set[str]:
        view = VIEWS["comparison"](atlas, what=what, **{f"with_{what}": these})
        return {said.partition(" differs")[0] for said in view.more["said"] if "beyond chance" in said}

    overlap = ("Legal", "Compliance and risk")
    assert told("buyer_function", *overlap) == told("buyer_function", *overlap[::-1]) == set(overlap)
    assert told("category", "Frontier AI", "Regulated AI") == {"Frontier AI"}


def test_on_a_phone_names_are_no_wider_than_their_columns(atlas):
    figure = VIEWS["comparison"](atlas, what="workflow").figure
    wide, narrow = figure["layout"]["xaxis"]["ticktext"], figure["narrow"]["xaxis"]["ticktext"]
    words = [name.replace("<br>", " ") for name in narrow]
    assert words == [name.replace("<br>", " ") for name in wide]
    assert all(len(line) <= 12 or " " not in line for name in narrow for line in name.split("<br>"))
    assert figure["narrow"]["height"] > figure["layout"]["height"]
