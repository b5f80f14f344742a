"""Intersections, bundles and the network as people use them: links, terms of several kinds, what is behind a bar."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis import Selection
from analysis.views import VIEWS
from tests.app.conftest import figure, words

NAMES = ("intersections", "bundles", "rules", "network")
SELECTIONS = {
    "the whole atlas": Selection(),
    "a category": Selection(category="Frontier AI"),
    "one workflow": Selection(text="phishing report triage"),
    "nobody": Selection(text="zzz-not-there"),
}
TRIO = ["Auditability and review history", "Event-driven workflow control", "Tenant-aware storage and data boundaries"]


def exactly(tags, terms: list[str]) -> list[str]:
    return [workflow for workflow, has in tags["layer"].items() if has == set(terms)]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("selection", SELECTIONS.values(), ids=SELECTIONS)
@pytest.mark.parametrize("facet", ["control", "layer", "category", "stage", "company", "input_kind"])
def test_every_view_answers_or_says_why_not(atlas, name, selection, facet):
    view = VIEWS[name](atlas, selection, sets=facet)
    assert view.title and view.answered == (view.figure is not None) == (len(view.table) > 0)
    assert view.answered or view.note or not view.n


@pytest.mark.parametrize("name", NAMES)
def test_every_view_survives_an_atlas_of_one_and_one_without_controls(lone_atlas, atlas, name):
    from dataclasses import replace

    assert VIEWS[name](lone_atlas).title
    without = replace(atlas, _facets={facet: atlas.facet(facet) for facet in atlas.facets if facet not in ("control", "layer")}, kept={})
    assert VIEWS[name](without, sets="risk_family").title
    assert VIEWS[name](without).title


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("intersections", {}),
        ("intersections", {"set_count": "exactly", "sets": "buyer_industry", "set_degree": 0, "set_order": "degree"}),
        ("intersections", {"include": ["Identity"], "exclude": ["Audit trail", "Metering"], "set_size": 4}),
        ("bundles", {}),
        ("bundles", {"bundle_show": "all", "bundle_order": "count", "bundle_share": 10, "bundle_most": 7}),
        ("rules", {}),
        ("rules", {"rule_confidence": 80}),
        ("network", {}),
        ("network", {"tie": "jaccard", "sets": "capability_family"}),
    ],
)
def test_the_lines_of_python_give_the_table_on_screen(atlas, name, parameters):
    for selection in (Selection(), Selection(category=["Regulated AI", "Enterprise AI"])):
        view = VIEWS[name](atlas, selection, **parameters)
        if view.answered:
            given = {"atlas": atlas, "selection": selection}
            exec(view.code, given)
            pd.testing.assert_frame_equal(given["table"], view.table)


def test_bars_count_exactly_or_at_least_the_terms_below_them(visit, tags):
    has = list(tags["layer"].values())
    for count in ("exactly", "at_least"):
        bars = figure(visit("intersections", sets="layer", set_count=count), "intersections")["data"][0]
        for mark, height in zip(bars["customdata"], bars["y"], strict=True):
            terms = set(mark["exactly"] if count == "exactly" else mark)
            assert height == sum(found == terms if count == "exactly" else found >= terms for found in has)


def test_a_link_to_exactly_these_terms_opens_the_workflows_with_no_other(visit, tags, atlas):
    behind = exactly(tags, TRIO)
    assert len(behind) < len([has for has in tags["layer"].values() if has >= set(TRIO)])
    app = visit("intersections", sets="layer", pick=[f"layer:{term}" for term in TRIO], exactly="layer")
    assert not app.exception and not app.warning
    said = words(app)
    assert f"{len(behind)} workflows with" in said and "and no other control layer" in said


def test_a_filter_also_holds_for_exactly_these_terms(visit, tags, pick):
    behind = [workflow for workflow in exactly(tags, TRIO) if workflow in pick(category=["Regulated AI"])]
    app = visit("intersections", category="Regulated AI", pick=[f"layer:{term}" for term in TRIO], exactly="layer")
    noun = "workflow" if len(behind) == 1 else "workflows"
    assert f"{len(behind)} {noun} with" in words(app)


def test_exactly_no_term_is_a_set_too(visit, tags):
    none = sum(not has for has in tags["buyer_function"].values())
    app = visit("intersections", exactly="buyer_function")
    assert f"{none} workflows with no buyer function" in words(app)


def test_a_link_to_exactly_an_unknown_facet_is_ignored_with_a_notice(visit):
    app = visit("intersections", exactly="layers")
    assert "did you mean 'layer'?" in app.warning[0].value


def test_terms_in_a_link_narrow_the_sets_and_colour_bars(visit):
    app = visit("intersections", include=["Identity", "audit trail"], exclude="Metering", highlight="Policy versioning")
    assert not app.exception and not app.warning
    bars = figure(app, "intersections")["data"][0]
    assert all({"Identity", "Audit trail"} <= set(terms) and "Metering" not in terms for terms in bars["customdata"])
    lit = [colour == "@accent" for colour in bars["marker"]["color"]]
    assert lit == ["Policy versioning" in terms for terms in bars["customdata"]] and any(lit) and not all(lit)


def test_terms_chosen_land_in_the_address_and_go_when_another_facet_is_chosen(visit):
    app = visit("intersections", include=["Identity"])
    app.multiselect(key="include").set_value(["Identity", "Audit trail"]).run()
    assert app.query_params["include"] == ["Identity", "Audit trail"]
    app.selectbox(key="sets").set_value("layer").run()
    assert not app.exception and not app.warning
    assert "include" not in app.query_params and app.multiselect(key="include").value == []


def test_a_wrong_term_in_a_link_is_named_with_the_nearest_right_one(visit):
    app = visit("intersections", include=["Audit trial", "Identity"])
    assert "Audit trial" in app.warning[0].value and "did you mean 'Audit trail'?" in app.warning[0].value
    assert app.multiselect(key="include").value == ["Identity"]


def test_the_network_shows_the_threshold_of_the_measure_chosen_only(visit):
    app = visit("network", tie="jaccard", tie_jaccard="0.25")
    assert not app.exception and not app.warning
    assert {box.key for box in app.selectbox if box.key.startswith("tie_")} == {"tie_jaccard"}
    assert "jaccard index of at least 0.25" in words(app)


def test_places_in_the_network_stay_when_the_filter_changes(visit):
    def at(app) -> dict[str, tuple]:
        circles = next(trace for trace in figure(app, "network")["data"] if trace["mode"] == "markers+text")
        return dict(zip(circles["customdata"], zip(circles["x"], circles["y"], strict=True), strict=True))

    whole, part = at(visit("network")), at(visit("network", category="Regulated AI", tie="proximity"))
    assert part.items() <= whole.items() and len(part) > 15


@pytest.mark.parametrize("name", ["intersections", "bundles"])
def test_too_many_sets_are_refused_with_what_to_do(atlas, retagged, name):
    dense = retagged(atlas, control=np.random.default_rng(4).random((207, 21)) < 0.9)
    view = VIEWS[name](dense, Selection(), **({} if name == "intersections" else {"bundle_share": 1}))
    assert not view.answered and "Too many" in view.title and "Ask for more workflows" in view.note


def test_where_small_sets_are_too_many_larger_ones_are_sought_and_the_note_says_so(atlas, retagged):
    dense = retagged(atlas, control=np.random.default_rng(4).random((207, 21)) < 0.4)
    view = VIEWS["intersections"](dense)
    assert view.answered and "Sets of 10 workflows or more." in view.note
    given = {"atlas": dense, "selection": Selection()}
    exec(view.code, given)
    pd.testing.assert_frame_equal(given["table"], view.table)


def test_pages_that_share_a_control_each_start_with_its_usual_value(visit):
    app = visit("intersections")
    app.switch_page("pages/bundles.py").run()
    assert app.selectbox(key="sets").value == "control"
    assert figure(app, "bundles") == figure(visit("bundles"), "bundles")
