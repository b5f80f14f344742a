"""What is on screen, for use elsewhere: frames on other pages, Python, addresses."""

from __future__ import annotations

import pytest

from analysis.views import VIEWS
from tests.app.conftest import figure, words


@pytest.mark.parametrize("name", VIEWS)
def test_every_view_can_stand_alone_in_a_frame(visit, atlas, name):
    app = visit("embed", view=name, category=["Regulated AI"])
    assert not app.exception
    said = words(app)
    assert "Regulated AI" in said and "Source: [AI Production Atlas]" in said
    assert not app.button and not app.expander and not app.pills, "nothing but the chart, its words and its filter"


def test_the_source_of_a_frame_is_the_page_of_its_view_and_the_overview_is_the_first(visit):
    assert "(/matrices?stage=Scaling)" in words(visit("embed", view="matrix", stage=["Scaling"]))
    assert "(/?stage=Scaling)" in words(visit("embed", view="layers", stage=["Scaling"]))


@pytest.mark.parametrize(
    ("page", "asked"),
    [
        ("matrices", {"category": "%s"}),
        ("workflow", {"id": "%s"}),
        ("methods", {"method": "%s"}),
        ("embed", {"view": "matrix", "measure": "lift%s"}),
    ],
)
def test_lines_in_an_address_stay_inside_the_code_that_quotes_them(visit, page, asked):
    app = visit(page, **{name: value.replace("%s", "x\n\n# Hi [l](http://evil.example)") for name, value in asked.items()})
    assert not app.exception
    quoted = [said for said in words(app).split("`") if "evil" in said]
    assert quoted and all("\n" not in said for said in quoted)


def test_a_frame_follows_the_filter_and_the_parameters_in_its_address(visit, pick):
    app = visit("embed", view="control-frequency", stage=["Scaling"], q="claims", by="layer", compare="rest")
    n = len(pick(stage=["Scaling"], text="claims"))
    assert f"n = {n} workflows of 207, Stage: Scaling; search “claims”" in words(app).replace("\\", "")
    assert len(figure(app, "control-frequency")["data"][0]["y"]) == 6


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"view": "matrx"}, "did you mean 'matrix'?"),
        ({"view": "matrix", "measure": "lifts"}, "did you mean 'Lift'?"),
        ({"view": "matrix", "control": "Audit trial"}, "did you mean 'Audit trail'?"),
        ({"view": "<script>alert(1)</script>"}, "does not exist"),
        ({}, "does not exist"),
    ],
)
def test_a_frame_with_a_wrong_address_says_what_is_wrong(visit, asked, said):
    app = visit("embed", **asked)
    assert not app.exception
    assert said in words(app).replace("\\", "")


def test_the_panel_of_a_chart_offers_python_an_address_and_a_frame(visit):
    app = visit("control_frequency", category=["Regulated AI"])
    app.session_state["table-control-frequency"] = True
    app.run()
    assert "selection = Selection(category='Regulated AI')" in words(app)
    choice = next(group for group in app.button_group if group.key == "elsewhere-control-frequency")
    choice.set_value("Address").run()
    assert "/api/views/control-frequency.csv?category=Regulated+AI" in words(app)
    choice = next(group for group in app.button_group if group.key == "elsewhere-control-frequency")
    choice.set_value("Embed").run()
    assert "embed?view=control-frequency&amp;category=Regulated+AI&amp;embed=true" in words(app)


def test_a_link_to_a_method_opens_its_paragraph_for_the_selection(visit):
    app = visit("methods", method="lift", category=["Regulated AI"])
    said = words(app)
    assert "How many times as often" in said and "n = 65" in said.replace("\\", "")
    assert "of 207 workflows" in said


def test_a_link_to_a_method_that_does_not_exist_names_the_nearest(visit):
    assert "did you mean 'residual'?" in "".join(w.value for w in visit("methods", method="residuals").warning).replace("\\", "")
