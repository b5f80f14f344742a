"""What a sheet leaves empty is no control to build, no buyer in demand and no likeness: findings rest on what is stated."""

from __future__ import annotations

import json

import numpy as np
import pytest

from analysis.brief import brief
from analysis.build_order import completed
from analysis.comparing import compare
from analysis.complexity import complexity
from analysis.findings import span
from analysis.investing import demand
from analysis.profiles import profile_similarity
from analysis.selection import Selection
from analysis.space import WEIGHINGS, distances, space
from analysis.views import VIEWS
from atlas_data import read_atlas

SILENT = ["letter-drafting", "meter-read", "meter-check", "meter-swap"]


def test_an_order_has_controls_only_and_leaves_out_workflows_that_state_none(gaps):
    view = VIEWS["build-order"](gaps)
    assert set(view.table.index) == {"Identity", "Audit trail", "Telemetry", "My own control"}
    assert view.n == 6 == view.table["covered"].iloc[-1] and "4 workflows without a stated control are left out." in view.note
    posed, order = view.more["problem"], view.more["order"]
    done = completed(posed, order)
    assert (done[SILENT] == len(order) + 1).all() and (done.drop(SILENT) <= len(order)).all()
    assert VIEWS["unlocked"](gaps).table.to_numpy().sum() == 6
    assert VIEWS["best-sets"](gaps).table["covered"].iloc[-1] == 6


def test_nobody_says_whether_a_platform_carries_what_states_no_control(gaps):
    view = VIEWS["platform-fit"](gaps, full=("Identity", "Audit trail", "Telemetry"), partial=())
    assert (view.n, view.title) == (6, "Fully carried: 5 of 6 workflows")
    assert list(view.more["blocking"].index) == ["My own control"]
    assert "Not stated" not in VIEWS["platform-fit"].parameters[0].choices(gaps)
    for have in ((), ("Identity", "Audit trail", "Telemetry")):
        [section] = [section for section in brief(gaps, have=have).sections if section.key == "coverage"]
        assert "Not stated" not in " ".join(section.sentences) and section.note.endswith(
            "4 workflows without a stated control are left out."
        )


def test_demand_is_that_of_buyers_who_are_named(gaps):
    asked = demand(gaps)
    assert asked.dropna().to_dict() == {"claims-triage": 3.0, "claims-intake": 3.0, "route-plan": 3.0}
    assert VIEWS["investor-map"](gaps, segment="buyer_function").title.startswith("Most demand: Legal, 3 workflows")
    assert VIEWS["investor-map"](gaps, segment="stage").title == "No stage is named here"


def test_views_of_workflows_that_state_little_are_about_those_that_do(gaps):
    for name in ("complexity-spread", "complexity-parts", "unlocked", "best-sets", "build-order"):
        view = VIEWS[name](gaps)
        assert view.n == 6 and view.note.endswith(" are left out.") and "4 workflows" in view.note
    silent = read_atlas(b"title,category,controls\nA,One,n/a\nB,One,n/a\nC,Two,n/a\nD,Two,n/a\n", "silent.csv")
    for name in ("complexity-spread", "complexity-parts", "build-order", "comparison"):
        view = VIEWS[name](silent)
        assert not view.answered and "nan" not in view.title
    assert "coverage" not in {section.key for section in brief(silent).sections}


def test_complexity_and_likeness_rest_on_stated_controls(gaps):
    parts = complexity(gaps)
    assert parts["layer_span"].tolist() == span(gaps, None).tolist()
    assert (parts.loc[SILENT, ["layer_span", "information"]] == 0).all(axis=None)
    assert np.isclose(parts.at["claims-intake", "information"], -np.log2(4 / 10))
    assert list(profile_similarity(gaps, resamples=10).index) == [("Claims", "Depot")]  # of Field nothing is known


def test_workflows_are_near_by_what_both_state(gaps):
    at, weights = np.arange(len(gaps)), {"control": 5, "capability": 5, "buyer": 5}
    place = dict(zip(gaps.workflows.index, at, strict=True))
    for weighing in WEIGHINGS:
        apart = distances(gaps, at, weights, weighing)
        assert apart[place["meter-read"], place["meter-check"]] == 1  # both state nothing: nobody can tell
        assert apart[place["claims-intake"], place["route-plan"]] == 0
        assert apart[place["claims-triage"], place["shift-plan"]] < apart[place["claims-triage"], place["letter-reading"]] == 1
    no_buyer, buyer = place["bin-check"], place["claims-triage"]  # they share a control, and the buyer of one is not stated
    alone = distances(gaps, at, {"control": 5, "capability": 0, "buyer": 0})
    assert distances(gaps, at, weights)[no_buyer, buyer] == alone[no_buyer, buyer] < 1


def test_groups_of_workflows_are_named_by_what_is_stated(gaps):
    rows = [
        "title,category,controls,buyers",
        *(f"A {i},One,Identity,Legal" for i in range(7)),
        *(f"B {i},Two,Telemetry," for i in range(6)),
    ]
    silent = read_atlas("\n".join([*rows, *(f"C {i},Two,n/a," for i in range(5))]).encode(), "silent.csv")
    found = space(silent)
    assert found.silent == 5 and found.groups["workflows"].tolist() == [7, 6] and not found.points.index.str.startswith("c").any()
    assert found.groups["name"].tolist() == ["Identity · Legal", "Telemetry"]
    view = VIEWS["workflow-space"](silent)
    assert view.n == 18 and view.note.endswith(" 5 workflows of which nothing is stated that weighs are left out.")
    assert "random sample" not in view.note
    few = VIEWS["workflow-space"](silent, Selection(workflow=["c-0", "c-1", "a-1", "b-1"]))
    assert not few.answered and few.title == "Too little is stated for a map"
    apart = read_atlas(b"title,category,controls\nA,One,Identity\nB,One,Telemetry\nC,Two,Metering\n", "apart.csv")
    assert VIEWS["workflow-space"](apart).title == "No two of these workflows share a term that weighs"


def test_a_comparison_counts_each_kind_of_term_of_the_workflows_that_state_it(gaps):
    view = VIEWS["comparison"](gaps, what="category", with_category=("Claims", "Depot"))
    table = compare(gaps, "category", ["Claims", "Depot"]).sort_index()
    identity, legal = table.loc[("control", "Identity")], table.loc[("buyer_function", "Legal")]
    assert identity[["count", "n", "others"]].to_numpy().tolist() == [[2, 3, 3], [2, 3, 3]] and identity["shared"].all()
    assert legal[["count", "n"]].to_numpy().tolist() == [[2, 2], [1, 1]] and (legal["share"] == 1).all()
    assert identity["elsewhere"].tolist() == pytest.approx([2 / 3, 2 / 3])
    assert view.title.startswith("1 control of 4 is common in both") and view.note.endswith(
        " 1 workflow without a stated control is left out."
    )
    assert not {"Not stated"} & set(view.table.index.get_level_values("term"))


def test_what_nobody_states_is_not_said_to_be_lacking(gaps):
    view = VIEWS["comparison"](gaps, what="category", with_category=("Claims", "Field"))
    words = [view.title, *view.more["said"]]
    assert "Not stated" not in " ".join(words) and "found in" not in " ".join(words)
    assert "Of Field nothing is stated under control, control layer and buyer function." in words
    table = compare(gaps, "category", ["Claims", "Field"]).xs("Field", level="compared")
    assert (table.loc["control", "n"] == 0).all() and table.loc["control", "share"].isna().all() and not table["shared"].any()
    assert view.figure["data"][0]["z"][0][1] is None and "not stated" in view.figure["data"][0]["hovertext"][0][1]
    json.dumps(view.figure["data"], allow_nan=False)
    pair = VIEWS["comparison"](gaps, what="workflow", with_workflow=("claims-triage", "letter-drafting"))
    assert pair.table.loc[("control", "Identity"), "Claims triage"] and np.isnan(pair.table.loc[("control", "Identity"), "Letter drafting"])
    assert pair.title == "No control is stated of Letter drafting" and view.title == "No control is stated of Field"
    assert view.note.endswith(" 4 workflows without a stated control are left out.")
    assert pair.figure["data"][0]["text"][0] == ["●", "–"] and pair.note.startswith(
        "A dot: the workflow has the term. A dash: it is not stated."
    )


def test_groups_are_groups_however_few_of_them_state_anything():
    sheet = b"title,category,controls\nA,One,Identity\nB,One,n/a\nC,One,n/a\nD,Two,Identity; Telemetry\nE,Two,n/a\nF,Two,n/a\n"
    view = VIEWS["comparison"](read_atlas(sheet, "few.csv"), what="category", with_category=("One", "Two"))
    assert view.title == "1 control of 2 is common in both; no difference holds up"
    assert "Control in at least half of the workflows of both: Identity." in view.more["said"]
    assert view.table.loc[("control", "Telemetry"), ["One: count", "Two: count"]].tolist() == [0, 1]


def test_a_group_that_states_nothing_hides_no_difference_of_the_others():
    rows = [f"{group} {i},{group},{control}" for group, control in (("A", "Identity"), ("B", "Telemetry"), ("C", "n/a")) for i in range(20)]
    atlas = read_atlas("\n".join(["title,category,controls", *rows]).encode(), "three.csv")
    view = VIEWS["comparison"](atlas, what="category", with_category=("A", "B", "C"))
    assert view.title == "No control is stated of C; A differs most in Identity, 100% against 0%"
    assert (
        "Nothing" not in " ".join(view.more["said"][1:]) and "Of C nothing is stated under control and control layer." in view.more["said"]
    )


def test_the_second_of_two_is_told_where_the_first_is_too_small_for_a_test():
    rows = ["A 0,A,Identity", *(f"A {i},A,n/a" for i in range(1, 30)), *(f"B {i},B,Telemetry" for i in range(400))]
    atlas = read_atlas("\n".join(["title,category,controls", *rows]).encode(), "two.csv")
    for order in (("A", "B"), ("B", "A")):
        view = VIEWS["comparison"](atlas, what="category", with_category=order)
        assert any(sentence.startswith("B differs from the others beyond chance") for sentence in view.more["said"])
