"""Figures of sets, bundles, rules and networks as data: accepted by Plotly, escaped, the same in both themes."""

import json

import plotly.graph_objects as go
import pytest

from analysis import Selection
from analysis.figures.page import chart_page
from analysis.figures.style import THEMES, painted
from analysis.views import VIEWS

ASKED = [
    ("intersections", {}),
    ("intersections", {"set_count": "exactly", "highlight": ["Identity"]}),
    ("intersections", {"sets": "buyer_function", "set_count": "exactly", "set_degree": 0}),
    ("bundles", {"bundle_show": "all"}),
    ("rules", {}),
    ("network", {}),
    ("network", {"sets": "context_kind", "tie": "lift", "tie_lift": "1.1"}),
]


@pytest.mark.parametrize("mode", THEMES)
@pytest.mark.parametrize(("name", "parameters"), ASKED)
def test_a_figure_is_plain_json_that_plotly_accepts_in_both_themes(atlas, name, parameters, mode):
    figure = VIEWS[name](atlas, Selection(), **parameters).figure
    assert json.loads(json.dumps(figure, allow_nan=False))["layout"]["height"] > 0
    drawn = painted(figure, mode)
    assert '"@' not in json.dumps({"data": [{**trace, "customdata": None} for trace in drawn["data"]], "layout": drawn["layout"]})
    go.Figure(drawn)
    go.Layout(figure["narrow"])


@pytest.mark.parametrize(("name", "parameters"), ASKED)
def test_a_figure_can_be_taken_away_as_a_page(atlas, name, parameters):
    view = VIEWS[name](atlas, Selection(), **parameters)
    assert "<script src" not in chart_page(view.figure, view.table, view.title, view.subtitle)


@pytest.mark.parametrize("count", ["exactly", "at_least"])
def test_markup_in_a_term_is_shown_and_never_obeyed(small_atlas, count):
    view = VIEWS["intersections"](small_atlas, sets="company", set_count=count, set_degree=1)
    drawn = json.dumps([{**trace, "customdata": None} for trace in view.figure["data"]] + [view.figure["layout"]])
    assert "&lt;b&gt;x&lt;/b&gt;" in drawn and "<b>x</b>" not in drawn
    assert any("<b>x</b>" in json.dumps(mark) for mark in view.figure["data"][0]["customdata"])


def test_markup_in_a_tie_is_shown_and_never_obeyed(small_atlas):
    view = VIEWS["network"](small_atlas, sets="company", tie="lift", tie_support=1)
    drawn = json.dumps([{**trace, "customdata": None} for trace in view.figure["data"]])
    assert "&lt;b&gt;x&lt;/b&gt;" in drawn and "<b>x</b>" not in drawn


def test_bars_of_bundles_and_rules_stand_for_the_numbers_in_the_table(atlas):
    bundles, rules = VIEWS["bundles"](atlas), VIEWS["rules"](atlas)
    for view, value, mark in ((bundles, "count", "expected"), (rules, "confidence", "share")):
        bars, _, line = view.figure["data"]
        assert bars["x"] == view.table[value].tolist() and line["x"] == view.table[mark].tolist()
    reach = [value + up for value, up in zip(rules.figure["data"][0]["x"], rules.figure["data"][0]["error_x"]["array"], strict=True)]
    assert reach == pytest.approx(rules.table["high"].tolist())
