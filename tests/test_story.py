"""The story: every step of every story says something, and what it says is what the frames say."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
import pytest

from analysis import Selection, convergence, frequency
from analysis.headlines import category_headline
from analysis.story import LEAST, STEPS, about, headline, long_enough
from analysis.views import VIEWS
from atlas_data import completed, load_atlas, read_atlas

FACETS = ("category", "buyer_function", "buyer_industry", "stage")
_ATLAS = load_atlas()
SELECTIONS = [Selection()] + [
    Selection(**{facet: term}) for facet in FACETS for term in _ATLAS.facet(facet).terms if _ATLAS.facet(facet).table[term].sum() >= LEAST
]
QUICK = [step for step in STEPS if step.view != "build-order"]  # a quarter of a second each


def test_a_story_has_five_to_eight_steps_each_a_registered_view():
    assert 5 <= len(STEPS) <= 8
    assert all(step.view in VIEWS and step.question.endswith("?") for step in STEPS)
    assert len({step.question for step in STEPS}) == len(STEPS)


@pytest.mark.parametrize("selection", SELECTIONS, ids=lambda selection: about(selection) or "everything")
def test_every_step_of_every_story_has_a_finding_true_of_its_workflows(atlas, pick, selection):
    chosen = pick(**{facet: list(terms) for facet, terms in selection.facets.items()})
    n = len(chosen)
    for step in QUICK:
        view = step.answer(atlas, selection)
        assert view.answered and view.title, step.question
        assert view.n == n
        said = f"{view.title} {step.sentence(atlas, selection)}"
        assert "nan" not in said.split()
        for part, whole, share in re.findall(r"(\d+) of (\d+) workflows(?: \((\d+)%\))?", said):
            assert int(whole) == n and int(part) <= n
            assert share == f"{100 * int(part) / n:.0f}"


def split(names: str) -> list[str]:
    """The names of a list in words."""
    return re.split(r", | and (?=[A-Z])", names)


@pytest.mark.parametrize("selection", SELECTIONS, ids=lambda selection: about(selection) or "everything")
def test_the_sentences_of_a_story_say_what_counting_the_tags_says(atlas, selection):
    chosen = selection.ids(atlas)
    buyers, controls = (atlas.facet(name).table.loc[chosen] for name in ("buyer_function", "control"))
    told = {step.view: step.sentence(atlas, selection) for step in QUICK}
    sizes = atlas.workflows.loc[chosen, "category"].value_counts()
    name, count = re.match(
        r"(.+?)(?: (?:is|are) the largest of \d categories, with |: )(\d+) workflows?(?: each)?\.", told["stage-mix"]
    ).groups()
    assert set(split(name)) == set(sizes.index[sizes == sizes.max()]) and int(count) == sizes.max()

    asked, wanted = buyers.sum(), selection.facets.get("buyer_function", ())
    functions, besides, count = re.match(
        r"(\d+) buyer functions? asks?; (besides )?.+ (?:is|are) named most,? (?:each )?by (\d+) of", told["overlap"]
    ).groups()
    others = asked.drop(list(wanted))
    assert int(functions) == (asked > 0).sum() and others.max() == int(count) and bool(besides) == bool(wanted)
    assert all(term in told["overlap"] for term in others.index[others == others.max()][:4])

    required = controls.sum()
    sentence = told["convergence-map"]
    categories = atlas.workflows.loc[chosen, "category"].nunique()
    if categories == 1:
        name, count = re.match(r"(.+) (?:is|are) required most,? ?(?:each )?by (\d+) of", sentence).groups()
        assert required.max() == int(count) and set(split(name)) == set(required.index[required == required.max()])
    elif sentence:
        inside, asked_for, name, count = re.match(
            r"(\d+) of (\d+) controls? (?:is|are) shared across categories(?:: |; the rarest of them, )(.+), "
            r"(?:is |are each )?required by (\d+)",
            sentence,
        ).groups()
        table = convergence(atlas, "control", selection)
        core = table[(table["share"] >= 0.25) & (table["breadth"] >= 0.8 * categories)].index
        assert int(inside) == len(core) and int(asked_for) == (required > 0).sum()
        assert required[core].min() == int(count) and set(split(name)) == set(core[required[core] == required[core].min()])
    else:
        assert "No control is both" in VIEWS["convergence-map"](atlas, selection).title


@pytest.mark.parametrize("selection", [Selection(), Selection(buyer_industry="Insurance"), Selection(stage="Frontier")], ids=about)
def test_the_order_in_a_story_covers_what_it_says(atlas, selection):
    view = next(step for step in STEPS if step.view == "build-order").answer(atlas, selection)
    half, terms = map(int, re.match(r"(\d+) controls of (\d+)", view.title).groups())
    assert view.table.index.nunique() == terms == (frequency(atlas, "control", selection)["count"] > 0).sum()
    chosen = atlas.facet("control").table.loc[selection.ids(atlas)]

    def covered(built: int) -> int:
        return int((~chosen.drop(columns=view.table.index[:built])).all(axis=1).sum())

    assert covered(half) >= len(chosen) / 2 > covered(half - 1)


def test_complexity_is_compared_by_stage_where_one_category_is_left(atlas):
    step = next(step for step in STEPS if step.view == "complexity-spread")
    assert step.values(atlas, Selection())["spread_by"] == "category"
    assert step.values(atlas, Selection(category="Regulated AI"))["spread_by"] == "stage"


def test_fourteen_workflows_are_too_few_for_a_story_and_fifteen_are_enough(atlas):
    ids = atlas.workflows.index
    assert not long_enough(atlas, Selection(workflow=ids[: LEAST - 1]))
    assert long_enough(atlas, Selection(workflow=ids[:LEAST]))


def test_the_title_names_the_filter_and_of_many_terms_the_first():
    assert headline(Selection()) == "The story of AI in production"
    assert headline(Selection(buyer_industry="Insurance")) == "The story for Insurance"
    assert about(Selection(control=["Identity", "Metering"], match="all")) == "Identity and Metering"
    assert about(Selection(stage=["Frontier", "Emerging", "Scaling", "Established"])) == "Emerging or Established or Frontier or 1 more"
    assert about(Selection(category="Regulated AI", workflow=["a", "b"])) == "Regulated AI, 2 workflows picked"


def test_a_step_whose_view_cannot_answer_says_nothing_beside_it(atlas):
    silent = replace(STEPS[0], view="platform-fit", told=lambda *_: "never said")
    assert silent.sentence(atlas, Selection()) == ""


def test_of_a_sheet_without_buyers_no_buyer_is_said_to_ask():
    rows = "".join(f"W{i},{'A' if i % 2 else 'B'},Identity;{'Four eyes' if i % 3 else 'Audit trail'}\n" for i in range(20))
    bare = completed(read_atlas(f"title,category,controls\n{rows}".encode(), "bare.csv", {}))
    told = {step.view: (step.answer(bare, Selection()).title, step.sentence(bare, Selection())) for step in STEPS}
    assert all(title for title, _ in told.values())
    assert told["overlap"][1] == ""


def test_nobody_leads_where_all_are_equal(atlas):
    title = VIEWS["stage-mix"](atlas, Selection(stage="Established")).title
    assert title == "All workflows are scaling or established"
    assert VIEWS["stage-mix"](atlas, Selection(stage="Emerging")).title == "No workflow is scaling or established"
    assert category_headline(pd.Series({"A": 3, "B": 3, "C": 1})) == "A and B are the largest of 3 categories, with 3 workflows each"
