"""What every page does: opens, follows the filter, bears an empty selection, one workflow and hostile links."""

from __future__ import annotations

import ast

import pytest
from streamlit.runtime.scriptrunner_utils.script_run_context import ScriptRunContext

from analysis.views.query import decoded
from pages.parts.held import SHORTLIST
from pages.parts.navigation import PAGES as ALL
from pages.parts.navigation import WHATEVER_THE_FILTER
from tests.app.conftest import PAGES, ROOT, going, words

ONE = "ai-phishing-report-triage"
LISTING = [page for page in PAGES if page != "workflow"]
SELECTING = [page for page in LISTING if page not in WHATEVER_THE_FILTER]


def healthy(app) -> None:
    assert not app.exception, [error.message for error in app.exception]
    assert app.title


@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens_from_its_address(visit, page):
    app = visit(page, **({"id": ONE} if page == "workflow" else {}))
    healthy(app)
    assert "207 workflows" in words(app)
    assert not app.warning


@pytest.mark.parametrize("page", LISTING)
def test_a_filter_in_the_address_is_applied_and_shown_as_chips(visit, pick, page):
    chosen = {"category": ["Regulated AI"], "control": ["Audit trail", "Identity"]}
    app = visit(page, **chosen)
    healthy(app)
    assert f"**{len(pick(**chosen))}** of 207 workflows" in words(app)
    chips = {button.label for button in app.button if button.key.startswith("chip-")}
    assert chips == {"Regulated AI", "Audit trail", "Identity"}


@pytest.mark.parametrize("page", SELECTING)
def test_an_empty_selection_says_so_and_offers_to_loosen_each_condition(visit, pick, page):
    chosen = {"category": ["Frontier AI"], "stage": ["Established"]}
    assert not pick(**chosen)
    app = visit(page, **chosen)
    healthy(app)
    assert "No workflow meets all of these conditions." in words(app)
    offered = {button.label for button in app.button if button.key.startswith("loosen-")}
    without_stage, without_category = len(pick(category=["Frontier AI"])), len(pick(stage=["Established"]))
    assert offered == {f"Stage ({without_stage} workflows then)", f"Category ({without_category} workflows then)", "Clear all"}
    app.button(key="loosen-stage").click().run()
    healthy(app)
    assert f"**{without_stage}** of 207 workflows" in words(app)


@pytest.mark.parametrize("page", LISTING)
def test_one_workflow_is_enough_for_a_page(visit, page):
    app = visit(page, q="phishing report triage")
    healthy(app)
    assert "**1** of 207 workflows" in words(app)


@pytest.mark.parametrize("page", LISTING)
def test_a_category_alone_is_enough_for_a_page(visit, page):
    app = visit(page, category=["Frontier AI"])
    healthy(app)
    assert "**18** of 207 workflows" in words(app)


HOSTILE = {
    "category": ["Regulated AI", "<script>alert(1)</script>"],
    "control": ["Audit trial"],
    "q": "<img src=x onerror=alert(1)> %00 ' OR 1=1 --",
    "match": "most",
    "measure": "../../etc/passwd",
    "rows": "no_such_facet",
    "sort": "[]",
    "top_rows": "-3",
    "support": "1e9",
    "pick": ["control:Audit trial", "nonsense"],
    "exactly": "<script>alert(1)</script>",
    "sets": "no_such_facet",
    "include": ["<b>x</b>", "Audit trial"],
    "highlight": "../../etc/passwd",
    "set_size": "-1",
    "bundle_share": "1e2",
    "tie": "strong",
    "tie_residual": "nan",
    "level": "all›Nowhere",
    "describe": "<script>alert(1)</script>",
    "map_buyer_function": "Nobody",
    "mapping_measure": "[]",
    "page": "99999",
    "compare": "everything",
    "view": "hologram",
    "shape": "circle",
    "id": "../ai-phishing",
    "only": "<b>nobody</b>",
    "weight_control": "11",
    "layout": "sideways",
    "what": "everything",
    "step": "-1",
    "demo": "<script>alert(1)</script>",
    "prospect": "<img src=x onerror=alert(1)>" * 9,
    "with_category": ["<b>none</b>", "Regulated AI"],
    "list": "nonsense",
    "have": "Audit trial",
    "segment": "galaxy",
    "keep": "<script>alert(1)</script>",
}


@pytest.mark.parametrize("page", PAGES)
def test_a_hostile_link_is_ignored_with_a_notice_and_never_an_exception(visit, page):
    app = visit(page, **HOSTILE)
    healthy(app)
    said = words(app)
    assert app.warning
    assert "<img" not in "".join(markdown.value for markdown in app.markdown if markdown.allow_html)
    if page != "workflow":
        assert "did you mean 'Audit trail'?" in said


@pytest.mark.parametrize(
    ("page", "parameter", "value", "hint"),
    [
        ("matrices", "measure", "Lifts", "did you mean 'Lift'?"),
        ("matrices", "rows", "Controls", "did you mean 'Control'?"),
        ("matrices", "top_rows", "many", "whole number from 1 to 100"),
        ("matrices", "pick", "control:Audit trial", "does not exist"),
        ("control_frequency", "order", "Alphabetical", "does not exist"),
        ("category_map", "shape", "Sunbust", "did you mean 'Sunburst'?"),
        ("category_map", "level", "all›Nowhere", "not on this map"),
        ("workflows", "view", "Tables", "did you mean 'Table'?"),
        ("workflows", "match", "most", "does not exist"),
        ("story", "step", "nine", "whole number from 0 to 7"),
        ("compare", "what", "Categoris", "did you mean 'Categories'?"),
        ("compare", "with_category", "Regulated IA", "did you mean 'Regulated AI'?"),
        ("workflows", "only", "ai-phishing-report-triag", "did you mean 'ai-phishing-report-triage'?"),
        ("space", "weight_buyer", "eleven", "whole number from 0 to 10"),
        ("space", "weighing", "Rare", "does not exist"),
        ("brief", "full", "Audit trial", "did you mean 'Audit trail'?"),
        ("brief", "list", "ai-phishing-report-triag", "did you mean 'ai-phishing-report-triage'?"),
        ("shortlist", "keep", "ai-phishing-report-triag", "did you mean 'ai-phishing-report-triage'?"),
        ("shortlist", "segment", "Workflows", "did you mean 'Workflow'?"),
        ("workflow", "id", "ai-phishing-report-triag", "did you mean 'ai-phishing-report-triage'?"),
    ],
)
def test_a_wrong_value_in_a_link_is_named_with_the_nearest_right_one(visit, page, parameter, value, hint):
    app = visit(page, **{parameter: value})
    healthy(app)
    notice = "\n".join(warning.value for warning in app.warning)
    assert value in notice
    assert hint.replace("'", "'") in notice.replace("\\", "")


def test_any_and_all_differ_within_one_kind_of_term(visit, pick):
    terms = {"control": ["Identity", "Metering"]}
    any_of, all_of = visit("workflows", **terms), visit("workflows", match="all", **terms)
    assert f"**{len(pick(**terms))}** of 207" in words(any_of)
    assert f"**{len(pick(match='all', **terms))}** of 207" in words(all_of)
    assert not any_of.warning and not all_of.warning
    assert len(pick(**terms)) > len(pick(match="all", **terms)) > 0


@pytest.mark.parametrize("written", ["all", "All", "ALL"])
def test_all_can_be_written_as_in_the_addresses_of_tables(visit, pick, written):
    app = visit("workflows", control=["Identity", "Metering"], match=written)
    assert f"**{len(pick(control=['Identity', 'Metering'], match='all'))}** of 207" in words(app) and not app.warning


@pytest.mark.parametrize(
    "given",
    [{"control": ["Identity"]}, {"control": ["Identity", "Metering"]}, {"buyer_function": ["Legal", "Security"], "control": ["Identity"]}],
)
def test_what_a_mark_adds_to_any_filter_selects_what_its_drawer_showed(visit, pick, tags, given):
    app = visit("control_frequency", pick="control:Audit trail", **given)
    behind = [workflow for workflow in pick(**given) if "Audit trail" in tags["control"][workflow]]
    assert f"{len(behind)} workflows with" in words(app)
    app.button(key="pick-to-filter").click().run()
    healthy(app)
    assert f"**{len(behind)}** of 207" in words(visit("control_frequency", **_asked(app)))
    app = visit("control_frequency", pick="control:Audit trail", **given)
    app.button(key="pick-left-out").click().run()
    healthy(app)
    assert f"**{len(pick(**given)) - len(behind)}** of 207" in words(visit("control_frequency", **_asked(app)))


def test_a_mark_that_all_workflows_lie_behind_is_not_offered_to_be_left_out(visit):
    app = visit("control_frequency", pick="control:Identity", control=["Identity"])
    assert {button.key for button in app.button if button.key.startswith("pick-")} == {"pick-to-filter"}


def _asked(app) -> dict[str, list[str]]:
    """The parameters of the address that the app goes to."""
    asked: dict[str, list[str]] = {}
    for name, value in decoded(going(app)["query"]):
        asked.setdefault(name, []).append(value)
    return asked


def test_clear_all_forgets_that_all_were_meant(visit, pick):
    app = visit("workflows", control=["Identity", "Metering"], match="all")
    app.button(key="clear-filter").click().run()
    app.multiselect(key="control").set_value(["Identity", "Metering"]).run()
    assert f"**{len(pick(control=['Identity', 'Metering']))}** of 207" in words(app)


def test_a_chip_removes_its_condition_and_clear_all_removes_the_rest(visit, pick):
    app = visit("control_frequency", category=["Regulated AI"], stage=["Scaling", "Emerging"], q="claims")
    app.button(key="chip-stage-Scaling").click().run()
    left = pick(category=["Regulated AI"], stage=["Emerging"], text="claims")
    assert f"**{len(left)}** of 207" in words(app)
    app.button(key="clear-filter").click().run()
    assert "**207 workflows**" in words(app)


def test_terms_can_be_left_out_and_brought_back(visit, pick):
    app = visit("control_frequency", stage=["Scaling"], match="all")
    app.multiselect(key="not").set_value(["Control: Metering", "Category: Frontier AI"]).run()
    healthy(app)
    left = pick(stage="Scaling") - pick(control="Metering") - pick(category="Frontier AI")
    assert f"**{len(left)}** of 207" in words(app)
    assert {button.label for button in app.button if button.key.startswith("chip-")} == {"Scaling", "not Metering", "not Frontier AI"}
    app.button(key="chip-not-category-Frontier AI").click().run()
    assert f"**{len(pick(stage='Scaling') - pick(control='Metering'))}** of 207" in words(app)
    assert app.multiselect(key="not").value == ["Control: Metering"]
    app.button(key="clear-filter").click().run()
    assert "**207 workflows**" in words(app) and app.multiselect(key="not").value == []


def test_what_is_left_out_comes_with_the_address(visit, pick):
    chosen = {"category": ["Regulated AI"], "not": ["Category: Regulated AI", "Control: Nonsense"]}
    app = visit("matrices", **chosen)
    healthy(app)
    assert "`Control: Nonsense`" in app.warning[0].value
    app.button(key="loosen-not").click().run()
    assert f"**{len(pick(category='Regulated AI'))}** of 207" in words(app)


def test_workflows_picked_one_by_one_are_a_condition_like_any_other(visit, pick):
    few = ["ai-phishing-report-triage", "ai-candidate-screening-interview-coordination"]
    app = visit("matrices", only=" ".join(few), stage=["Scaling", "Established", "Emerging", "Frontier"])
    healthy(app)
    assert "**2** of 207" in words(app) and "2 workflows picked" in words(app)
    app.button(key="chip-only").click().run()
    assert "**207** of 207" in words(app)
    nothing = visit("matrices", only=few[0], category=["Frontier AI"])
    assert not pick(category=["Frontier AI"]) & {few[0]}
    nothing.button(key="loosen-only").click().run()
    assert "**18** of 207" in words(nothing)


def test_a_group_on_the_map_can_become_the_filter(visit):
    app = visit("space", category=["Regulated AI"])
    button = app.button(key="group-1").click().run()
    healthy(button)
    assert "workflows picked" in words(app) and "**0** of" not in words(app)
    app.button(key="clear-filter").click().run()
    assert "**207 workflows**" in words(app)


def test_a_comparison_is_read_from_the_address_and_takes_no_more_than_five(visit, atlas):
    two = list(atlas.workflows.index[[3, 30]])
    app = visit("compare", what="workflow", with_workflow=two)
    healthy(app)
    assert not app.warning and app.multiselect(key="with_workflow").value == two
    industries = list(atlas.facet("buyer_industry").terms[:6])
    many = visit("compare", what="buyer_industry", with_buyer_industry=industries)
    healthy(many)
    assert "more than 5 buyer industries" in many.warning[0].value
    assert many.multiselect(key="with_buyer_industry").value == industries[:5]


def test_who_goes_back_is_shown_what_the_address_says_whatever_the_browser_has_forgotten(visit, monkeypatch):
    app = visit("matrices", measure="lift")
    assert not app.run().selectbox(key="measure").proto.set_value  # the browser has it
    # Back from a page whose run had not begun: the widget is new to the browser, and nothing else has changed here.
    goes_back(monkeypatch)
    back = app.run().selectbox(key="measure")
    assert back.proto.set_value and back.value == "lift"


def test_who_goes_back_on_a_page_keeps_what_its_address_never_said(visit, atlas, monkeypatch):
    app = visit("matrices")
    app.session_state[SHORTLIST] = two = list(atlas.workflows.index[[3, 30]])
    app.switch_page("pages/shortlist.py").run()  # by the menu, whose addresses say nothing of the list
    assert app.multiselect(key="keep").value == two
    goes_back(monkeypatch)
    assert app.run().multiselect(key="keep").value == two and app.session_state[SHORTLIST] == two


def goes_back(monkeypatch) -> None:
    """From now on runs begin as they do on Back and Forward."""
    reset = ScriptRunContext.reset
    monkeypatch.setattr(ScriptRunContext, "reset", lambda run, **more: reset(run, **more | {"is_history_navigation": True}))


@pytest.mark.parametrize("page", ALL)
def test_no_page_defines_a_function_of_its_own(page):
    """It would hold all names of the page, and they it: what a run has made would stay until all objects are looked at, by the hundred."""
    parsed = ast.parse((ROOT / "pages" / f"{page}.py").read_text("utf-8"))
    assert not [node for node in ast.walk(parsed) if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Lambda)]
