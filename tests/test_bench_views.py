"""White space, complexity and human review as views: every selection, every parameter, and what they refuse to say."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis import Selection
from analysis.views import VIEWS
from analysis.views.view import Choice
from atlas_data import read_atlas

NAMES = [name for name, maker in VIEWS.items() if maker.page in ("white_space", "complexity", "review_map")]
SELECTIONS = {
    "all": Selection(),
    "a category": Selection(category="Frontier AI"),
    "a stage": Selection(stage="Established"),
    "a search": Selection(text="claims"),
    "one workflow": Selection(text="phishing report triage"),
}


def marks(figure: dict) -> list:
    """The customdata of each mark."""
    found = []
    for trace in figure["data"]:
        data = trace.get("customdata", [])
        found += [mark for row in data for mark in row] if trace["type"] == "heatmap" else data
    return found


def check(view, atlas, selection) -> None:
    assert view.title and view.n == len(selection.ids(atlas))
    if not view.answered:
        return
    for mark in marks(view.figure) if view.figure else []:
        for facet, term in zip(view.opens, mark if len(view.opens) > 1 else [mark], strict=True):
            assert term in atlas.facet(facet).terms
    assert view.method and view.alt and set(view.columns) <= {*view.table.columns, "_index"}
    scope = {"atlas": atlas, "selection": selection}
    exec(view.code, scope)
    pd.testing.assert_frame_equal(scope["table"], view.table)


@pytest.mark.parametrize("selection", SELECTIONS.values(), ids=list(SELECTIONS))
@pytest.mark.parametrize("name", NAMES)
def test_a_view_answers_for_any_selection_and_its_code_gives_its_table(atlas, name, selection):
    check(VIEWS[name](atlas, selection), atlas, selection)


@pytest.mark.parametrize("name", NAMES)
def test_every_choice_of_a_view_is_answered_or_refused_in_words(atlas, name):
    maker, selection = VIEWS[name], Selection(stage=["Scaling", "Emerging"])
    for parameter in maker.parameters:
        for value in parameter.choices(atlas) if isinstance(parameter, Choice) else (parameter.least, parameter.most):
            check(maker(atlas, selection, **{parameter.name: value}), atlas, selection)


@pytest.mark.parametrize("name", NAMES)
def test_an_atlas_of_one_and_an_atlas_of_six_are_borne(small_atlas, lone_atlas, name):
    for atlas in (small_atlas, lone_atlas):
        check(VIEWS[name](atlas), atlas, Selection())


@pytest.mark.parametrize(
    "missing", ["category", "stage", "control", "layer", "reviewer_role", "review_trigger", "capability_family", "company"]
)
@pytest.mark.parametrize("name", NAMES)
def test_an_atlas_without_a_facet_is_answered_or_told(atlas, name, missing):
    less = replace(atlas, _facets={key: facet for key, facet in atlas._facets.items() if key != missing}, kept={})
    view = VIEWS[name](less)
    assert view.title and (
        view.answered or "of itself" in view.title or missing.replace("_", " ") in view.title.replace("_", " ") or "names who" in view.title
    )


def test_a_gap_opens_workflows_that_exist(atlas):
    view = VIEWS["white-space"](atlas, space_rows="buyer_industry", space_columns="control")
    for (industry, control), gap in zip(marks(view.figure), view.table.itertuples(), strict=True):
        assert len(Selection(buyer_industry=industry, control=control).ids(atlas)) == gap.near > 0


def test_a_facet_has_no_white_space_of_its_own(atlas):
    view = VIEWS["white-space"](atlas, space_rows="control", space_columns="control")
    assert not view.answered and view.note == "Choose two different facets."


def test_maturity_says_which_control_holds_up_with_its_odds(atlas):
    view = VIEWS["maturity-odds"](atlas)
    row = view.table.loc["Telemetry"]
    assert view.title.startswith(f"Telemetry goes with Scaling and Established: odds {row['odds_ratio']:.1f} times as high")
    assert (
        VIEWS["maturity-odds"](atlas, odds_of="reviewer_role").title == "No reviewer role goes with Scaling and Established beyond chance"
    )
    assert not VIEWS["maturity-odds"](atlas, Selection(stage="Scaling")).answered


def test_an_interval_that_goes_on_beyond_the_axis_ends_in_an_arrow(atlas):
    cut = 0
    rounding = Selection(control="Asset identity"), "review_trigger"  # the lowest end, by which the axis is made, lies on its edge
    for selection, facet in ((None, "control"), (None, "reviewer_role"), (None, "system_family"), rounding):
        view = VIEWS["maturity-odds"](atlas, selection, odds_of=facet)
        (terms, arrows), (least, most) = view.figure["data"], view.figure["layout"]["xaxis"]["range"]
        drawn = view.table.loc[terms["customdata"]]
        ends = {"triangle-right": np.log10(drawn["high"]) > most + 1e-9, "triangle-left": np.log10(drawn["low"]) < least - 1e-9}
        for symbol, beyond in ends.items():
            assert [y for y, s in zip(arrows["y"], arrows["marker"]["symbol"], strict=True) if s == symbol] == list(np.flatnonzero(beyond))
        cut += len(arrows["y"])
        assert ("Arrows:" in view.note) == bool(arrows["y"])
    assert cut


def test_the_page_says_why_items_are_not_counted(atlas):
    view = VIEWS["complexity-parts"](atlas)
    assert view.title.startswith("189 of 207 workflows (91%) list exactly 6 controls")
    assert "Listed items are not counted" in view.note


def test_no_difference_is_called_that(atlas):
    assert (
        VIEWS["complexity-spread"](atlas, spread_by="stage", part="layer_span").title
        == "Layers touched: no difference by stage beyond chance"
    )
    assert "too few workflows" in VIEWS["complexity-spread"](atlas, Selection(text="phishing report triage")).title
    alone = VIEWS["complexity-spread"](atlas, Selection(category="Regulated AI"), spread_by="category")
    assert alone.title.endswith("; one category only")
    rows = "".join(f"Claim {i},Claims,Identity\nBin {i},Depot,Telemetry\n" for i in range(6))
    equal = read_atlas(f"title,category,controls\n{rows}".encode(), "equal.csv")
    title = VIEWS["complexity-spread"](equal, part="regulated_controls").title
    assert title == "Regulated controls: median 0.0; the same for all that can be compared"


def test_a_median_is_that_of_more_workflows_than_are_drawn(atlas, monkeypatch):
    selection = Selection(category="Regulated AI")
    expected = VIEWS["complexity-spread"](atlas, selection).title
    monkeypatch.setattr("analysis.complexity.DOTS", 10)
    view = VIEWS["complexity-spread"].make(atlas, selection, "information", "category")
    assert view.title == expected and "nan" not in view.title and "a dot a workflow" not in view.subtitle


def test_stages_exclude_each_other(atlas):
    assert VIEWS["maturity-odds"](atlas).title.partition(";")[0].endswith("are Scaling or Established")


def said(value) -> list[str]:
    """Every text of a figure, but for what a click hands back."""
    if isinstance(value, dict):
        return [text for key, item in value.items() if key != "customdata" for text in said(item)]
    return [text for item in value for text in said(item)] if isinstance(value, list) else [value] if isinstance(value, str) else []


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("crowded-cells", {"space_columns": "company"}),
        ("crowded-cells", {"space_rows": "company", "space_columns": "control"}),
        ("white-space", {"space_rows": "category", "space_columns": "company"}),
        ("complexity-spread", {}),
    ],
)
def test_markup_in_a_name_is_shown_and_never_obeyed(small_atlas, name, parameters):
    texts = " ".join(said(VIEWS[name](small_atlas, **parameters).figure))
    assert "<script>" not in texts and "<b>x</b>" not in texts
    assert "&lt;" in texts
