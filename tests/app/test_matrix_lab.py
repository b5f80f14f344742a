"""The matrix view in its further forms: what a figure holds, what a click gives, what the code beside it returns."""

from __future__ import annotations

import json

import numpy as np
import plotly.graph_objects as go
import pytest
from pandas.testing import assert_frame_equal

from analysis import Selection
from analysis.figures.style import painted
from analysis.views import VIEWS
from tests.app.conftest import charts, figure, words

MATRIX, BLOCKS = VIEWS["matrix"], VIEWS["blocks"]
WIDE = Selection(category=["Regulated AI", "Enterprise AI"])
FORMS = {
    "as it was": {},
    "nested": {"rows": "category", "rows_then": "stage"},
    "nested both ways": {"rows": "control", "rows_then": "control", "columns": "layer", "columns_then": "stage"},
    "the controls of a layer": {"columns": "layer", "columns_within": "Usage, billing and operational telemetry"},
    "in blocks": {"sort": "blocks"},
    "with totals": {"totals": "show", "rows": "category", "rows_then": "stage"},
    "against the rest": {"against": "rest", "measure": "row_share"},
    "against a stage, both": {"against": "stage", "against_stage": "Scaling", "shown": "both", "measure": "column_share"},
    "against a category, in blocks": {"against": "category", "against_category": "Regulated AI", "sort": "blocks"},
    "for each category": {"multiples": "category", "measure": "residual"},
    "for each stage": {"multiples": "stage", "columns": "layer"},
}
SELECTIONS = [Selection(), WIDE, Selection(text="phishing report triage"), Selection(stage="Frontier")]
forms = pytest.mark.parametrize("form", FORMS)


@forms
@pytest.mark.parametrize("selection", SELECTIONS, ids=str)
def test_every_form_bears_any_selection_and_its_code_gives_its_table(atlas, selection, form):
    view = MATRIX(atlas, selection, **FORMS[form])
    if not view.answered:
        assert view.title and view.note
        return
    assert json.dumps(view.figure, allow_nan=False)
    go.Figure(painted(view.figure), skip_invalid=False)
    for trace in view.figure["data"]:
        flat = [mark for line in trace.get("customdata", []) for mark in (line if trace["type"] == "heatmap" else [line])]
        assert {len(mark) for mark in flat} <= {len(view.opens)}
        for mark in flat:
            assert all(term is None or term in atlas.facet(facet).terms for facet, term in zip(view.opens, mark, strict=True))
    names = {"atlas": atlas, "selection": selection}
    exec(view.code, names)
    assert_frame_equal(names["table"], view.table)


@pytest.mark.parametrize("selection", SELECTIONS, ids=str)
def test_the_table_of_blocks_comes_with_the_code_that_makes_it(atlas, selection):
    view = BLOCKS(atlas, selection)
    if view.answered:
        names = {"atlas": atlas, "selection": selection}
        exec(view.code, names)
        assert_frame_equal(names["table"], view.table)
        assert json.dumps(view.figure, allow_nan=False)


def test_bars_beside_a_matrix_are_the_sums_of_the_facets_own_tables(atlas, pick, tags):
    cells, right, above = MATRIX(atlas, WIDE, totals="show").figure["data"]
    chosen = pick(category=["Regulated AI", "Enterprise AI"])
    for bars, values, facet, side in ((right, right["x"], "buyer_function", 0), (above, above["y"], "control", 1)):
        assert values == [sum(mark[side] in tags[facet][w] for w in chosen) for mark in bars["customdata"]]
        sums = atlas.facet(facet).table.loc[sorted(chosen)].sum()
        assert values == [sums[mark[side]] for mark in bars["customdata"]]
    assert (right["y"], above["x"]) == (cells["y"], cells["x"])  # in line with the cells
    assert (right["yaxis"], above["xaxis"]) == ("y", "x")


def test_borders_enclose_the_cells_of_each_block(atlas):
    view, found = MATRIX(atlas, None, sort="blocks"), BLOCKS(atlas).table
    (cells,) = view.figure["data"]
    shapes = view.figure["layout"]["shapes"]
    assert len(shapes) == sum(bool(row.rows and row.columns) for row in found.itertuples())
    for shape, block in zip(shapes, found.itertuples(), strict=True):
        inside = [cells["y"][i] for i in range(len(cells["y"])) if shape["y0"] < i < shape["y1"]]
        beside = [cells["x"][i] for i in range(len(cells["x"])) if shape["x0"] < i < shape["x1"]]
        assert (set(inside), set(beside)) == (set(block.rows.split("; ")), set(block.columns.split("; ")))


def test_small_multiples_share_one_colour_scale_and_mark_small_ones(atlas, pick):
    view = MATRIX(atlas, None, multiples="stage", columns="layer")
    assert len({(trace["zmin"], trace["zmax"]) for trace in view.figure["data"]}) == 1
    titles = [note["text"] for note in view.figure["layout"]["annotations"]]
    sizes = [len(pick(stage=stage)) for stage in atlas.facet("stage").terms]
    assert [f"n = {size}" in title and ("few" in title) == (size < 15) for title, size in zip(titles, sizes, strict=True)] == [True] * 4
    assert "Frontier (7 workflows)" in view.note
    five = MATRIX(atlas, None, multiples="category", columns="layer").figure["layout"]  # names of one column stand beside a panel
    assert five["xaxis3"]["showticklabels"] and five["xaxis3"]["tickangle"] == -90


def test_a_difference_is_centred_on_no_difference_and_shows_both_shares(atlas):
    view = MATRIX(atlas, WIDE, against="rest", shown="both", measure="row_share")
    first, second, change = view.figure["data"]
    assert change["zmid"] == 0 and change["zmin"] == -change["zmax"]
    here, there, gap = (np.array(trace["z"], dtype=float) for trace in (first, second, change))
    assert here - there == pytest.approx(gap, abs=3e-6, nan_ok=True)
    assert (first["zmin"], first["zmax"]) == (second["zmin"], second["zmax"])
    assert "customdata" not in second  # its workflows lie outside the filter that a click opens
    said = "".join(number for line in change["text"] for number in line)  # cells this narrow have room for the marks alone
    assert set(said) == {"•"} and len(said) == view.figure["marked"] and "italics" not in view.note
    few = MATRIX(atlas, WIDE, against="rest", shown="both", columns="layer")
    assert "italics" in few.note and any(number.strip("<i>/•") for line in few.figure["data"][2]["text"] for number in line)
    titles = [note["text"].split("</b>")[0][3:] for note in view.figure["layout"]["annotations"]]
    assert all(len(line) < 34 for title in titles for line in title.split("<br>"))


def test_a_group_that_is_not_the_facets_own_is_left_out_of_account(atlas):
    plain = MATRIX(atlas, None, rows="category")
    assert_frame_equal(MATRIX(atlas, None, rows="category", rows_within="Event-driven workflow control").table, plain.table)


def test_the_page_shows_each_form_from_its_address(visit):
    app = visit("matrices", rows="layer", rows_within="Event-driven workflow control", sort="blocks")
    assert not app.exception
    assert "The blocks" in words(app) and figure(app, "blocks")["data"]
    rows = {mark[0][0] for mark in figure(app, "matrix")["data"][0]["customdata"]}
    assert rows <= {"Approval workflow", "Event routing", "Human override", "Workflow state"}
    app.button(key="back-rows").click().run()
    assert len(figure(app, "matrix")["data"][0]["customdata"]) == 6
    assert not app.exception and "back-rows" not in {button.key for button in app.button}
    app.selectbox(key="rows_within").set_value("Usage, billing and operational telemetry").run()
    assert len(figure(app, "matrix")["data"][0]["customdata"]) == 2 and app.query_params["rows_within"]


def test_a_comparison_asks_only_for_what_it_needs(visit):
    app = visit("matrices", against="stage", against_stage="Emerging", category=["Regulated AI"])
    assert not app.exception and not app.warning
    asked = {box.key for box in app.selectbox}
    assert {"against", "against_stage"} <= asked and not asked & {"against_category", "multiples", "totals"}
    title = charts(app)[0]["title"]
    assert "Emerging" in title or "differs most" in title
