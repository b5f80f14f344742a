"""Numbers on screen equal a brute-force count over the workflow files."""

from __future__ import annotations

import pytest

from analysis import Selection
from analysis.views import VIEWS
from tests.app.conftest import cards, figure, words

SELECTIONS = [
    {},
    {"category": ["Regulated AI"]},
    {"buyer_industry": ["Insurance"]},
    {"control": ["Audit trail", "Identity"], "match": "all"},
    {"stage": ["Scaling"], "text": "claims"},
]


def as_link(selection: dict) -> dict:
    names = {"text": "q"}
    return {names.get(name, name): value for name, value in selection.items()}


@pytest.mark.parametrize("selection", SELECTIONS)
def test_overview_figures_count_what_the_files_hold(visit, pick, tags, selection):
    app = visit("overview", **as_link(selection))
    ids = pick(**selection)
    shown = {metric.label: metric.value for metric in app.metric}

    def distinct(facet: str) -> str:
        return str(len(set().union(*(tags[facet][i] for i in ids))))

    assert shown == {
        "Workflows": str(len(ids)),
        "Categories": distinct("category"),
        "Buyer functions": distinct("buyer_function"),
        "Controls required": distinct("control"),
        "Companies": distinct("company"),
    }


@pytest.mark.parametrize("selection", SELECTIONS)
def test_every_bar_of_control_frequency_is_the_share_of_workflows(visit, pick, tags, selection):
    bars = figure(visit("control_frequency", **as_link(selection)), "control-frequency")["data"][0]
    ids = pick(**selection)
    expected = {term: sum(term in tags["control"][i] for i in ids) / len(ids) for term in bars["customdata"]}
    assert dict(zip(bars["customdata"], bars["x"], strict=True)) == pytest.approx(expected, abs=1e-6)
    assert len(expected) == 21


@pytest.mark.parametrize("selection", SELECTIONS)
@pytest.mark.parametrize(("rows", "columns"), [("buyer_function", "control"), ("category", "capability_family"), ("control", "control")])
def test_every_cell_of_a_matrix_is_a_count_of_workflows(visit, atlas, pick, tags, selection, rows, columns):
    titles = {"rows": atlas.facet(rows).title, "columns": atlas.facet(columns).title}
    heatmap = figure(visit("matrices", **as_link(selection), **titles), "matrix")["data"][0]
    ids = pick(**selection)
    for line, values in zip(heatmap["customdata"], heatmap["z"], strict=True):
        for (row, column), value in zip(line, values, strict=True):
            assert value == sum(row in tags[rows][i] and column in tags[columns][i] for i in ids)


def test_the_category_map_has_one_leaf_a_workflow_and_areas_that_add_up(visit, pick, tags):
    tree = figure(visit("category_map", buyer_industry=["Insurance"]), "category-map")["data"][0]
    ids = pick(buyer_industry=["Insurance"])
    leaves = {dict(custom)["workflow"] for custom in tree["customdata"] if custom and custom[-1][0] == "workflow"}
    assert leaves == ids
    for name, custom, value in zip(tree["ids"], tree["customdata"], tree["values"], strict=True):
        inside = [i for i in ids if all(term in tags[facet][i] for facet, term in custom if facet != "workflow")]
        assert value == (1 if custom and custom[-1][0] == "workflow" else len(inside)), name


def test_the_convergence_map_places_controls_by_their_share(visit, pick, tags):
    traces = figure(visit("convergence", stage=["Scaling"]), "convergence-map")["data"]
    ids = pick(stage=["Scaling"])
    placed = {
        term: (x, size) for trace in traces for term, x, size in zip(trace["customdata"], trace["x"], trace["marker"]["size"], strict=True)
    }
    for term, (share, demand) in placed.items():
        having = [i for i in ids if term in tags["control"][i]]
        assert share == pytest.approx(len(having) / len(ids), abs=1e-6)
        assert demand == len(set().union(*(tags["buyer_function"][i] for i in having)))


def test_the_drawer_lists_exactly_the_workflows_behind_a_cell(visit, atlas, pick):
    behind = pick(category=["Regulated AI"], buyer_function=["Legal"], control=["Audit trail"])
    app = visit("matrices", category=["Regulated AI"], pick=["buyer_function:Legal", "control:Audit trail"])
    assert f"{len(behind)} workflows with" in words(app)
    first_page = [card["title"] for card in cards(app)]
    titles = {atlas.workflows.at[i, "title"] for i in behind}
    assert first_page and set(first_page) <= titles


def test_what_is_kept_as_evidence_is_in_a_panel_one_workflow_a_row(visit, pick):
    app = visit("review_map", category=["Frontier AI"])
    assert not app.exception and not app.dataframe
    app.session_state["table-review-evidence"] = True
    table = app.run().dataframe[-1].value
    assert list(table) == ["title", "evidence", "triggers", "reviewers", "category"]
    assert len(table) == len(pick(category=["Frontier AI"])) and table["evidence"].map(len).min() > 0


@pytest.mark.parametrize(
    "workflow", ["ai-phishing-report-triage", "ai-food-safety-inspection-workflow", "ai-media-moderation-trust-safety"]
)
def test_a_workflow_page_shows_every_part_of_its_file(visit, entries, workflow):
    entry = next(entry for entry in entries if entry["id"] == workflow)
    said = words(visit("workflow", id=workflow)).replace("\\", "")
    lifecycle = [item for step in entry["lifecycle"].values() for items in step.values() for item in items]
    parts = [entry["title"], entry["summary"], entry["what_it_is"], entry["why_it_matters"], *entry["buyers"], *entry["capabilities"]]
    parts += [*entry["controls"], *lifecycle, *(risk["text"] for risk in entry["risks"])]
    parts += [item["requirement"] for item in entry["infrastructure"]]
    assert [part for part in parts if part not in said] == []
    assert ("No known builder with evidence." in said) == (not entry.get("companies"))


def test_the_overview_says_how_the_test_of_the_thesis_ended(visit, atlas):
    said = words(visit("overview"))
    verdict = VIEWS["maturity"](atlas, Selection())
    assert f"The thesis, tested. {verdict.title}" in said and verdict.more["said"] in said
    assert "The thesis, tested" not in words(visit("overview", category=["Regulated AI"])), "one category alone cannot be compared"
