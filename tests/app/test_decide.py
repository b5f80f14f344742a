"""Platform coverage and build order as people use them."""

from __future__ import annotations

import pytest

from analysis.budget import best_within
from analysis.build_order import best_order, best_sets, curve, problem
from analysis.platform import fit
from analysis.shortlist import packed
from analysis.views.query import decoded
from analysis.words import listed, plural
from tests.app.conftest import cards, charts, figure, going, words


def test_a_platform_in_the_address_is_counted_by_category(visit, atlas):
    app = visit("platform", full=["Identity", "Audit trail", "Evidence storage"], partial=["Review workflow"])
    assert not app.exception
    table = fit(atlas, ("Identity", "Audit trail", "Evidence storage"), ("Review workflow",))
    counts = figure(app, "platform-fit")["data"]
    for trace, state in zip(counts, ("full", "partial", "missing"), strict=True):
        in_state = table[table["state"] == state]
        shown = {term: text for (term, _), text in zip(trace["customdata"], trace["text"], strict=True)}
        assert {term: int(text or 0) for term, text in shown.items()} == {term: int((in_state["category"] == term).sum()) for term in shown}


def test_what_is_not_carried_yet_begins_with_what_lacks_least(visit, atlas):
    held = {"full": ["Identity", "Audit trail", "Evidence storage"], "partial": ["Review workflow"]}
    app = visit("platform", **held)
    states = app.segmented_control(key="platform-state")
    table = fit(atlas, tuple(held["full"]), tuple(held["partial"]))
    many = table["state"].value_counts()
    assert states.value == next(state for state in ("full", "partial", "missing") if many.get(state, 0))
    named = {"full": "Fully carried", "partial": "Partly carried", "missing": "Not yet"}
    assert list(states.options) == [f"{called}: {many.get(state, 0)}" for state, called in named.items()]
    app.query_params["full"] = list(atlas.facet("control").terms)
    app.run()
    assert app.segmented_control(key="platform-state").value == "full"  # it follows until somebody chooses
    app.query_params["full"] = held["full"]
    app.run()
    app.segmented_control(key="platform-state").set_value("missing").run()
    assert not app.exception
    table = fit(atlas, tuple(held["full"]), tuple(held["partial"]))
    least = table.loc[table["state"] == "missing", "missing"].map(len).sort_values(kind="stable")
    shown = [card for card in cards(app) if card["text"].startswith("Missing: ")]
    assert [card["title"] for card in shown] == table.loc[least.index[:12], "title"].tolist()


def test_a_layer_is_added_and_removed_by_its_button(visit, atlas):
    app = visit("platform")
    assert "Say what the platform supports" in words(app) or any("Say what" in str(info.proto) for info in app.info)
    app.button(key="layer-Usage, billing and operational telemetry").click().run()
    assert set(app.multiselect(key="full").value) == {"Telemetry", "Metering"}
    app.button(key="layer-Usage, billing and operational telemetry").click().run()
    assert app.multiselect(key="full").value == []


@pytest.mark.parametrize("filtered", [{}, {"category": ["Regulated AI"]}, {"buyer_industry": ["Insurance"], "have": ["Identity"]}])
def test_the_build_order_on_screen_is_the_best_one(visit, atlas, filtered):
    from analysis import Selection

    app = visit("build_order", **filtered)
    assert not app.exception
    selection = Selection(**{name: terms for name, terms in filtered.items() if name != "have"})
    order = best_order(problem(atlas, filtered.get("have", []), selection))
    best = next(trace for trace in figure(app, "build-order")["data"] if trace["name"] == "Best order")
    assert best["customdata"][1:] == order
    assert {chart["name"] for chart in charts(app)} == {"build-order", "unlocked"}


def test_a_budget_of_nothing_buys_nothing(visit):
    app = visit("build_order", category=["Frontier AI"])
    app.number_input(key="budget-to-spend").set_value(0.0).run()
    assert "**0 controls**, effort 0: none." in words(app)


def test_efforts_count_while_their_table_is_closed(visit, atlas):
    app = visit("build_order")
    for efforts in ({}, {"Identity": 3.0, "Audit trail": 2.5, "Review workflow": 0.0}):
        app.session_state["efforts-written"] = efforts
        covered, chosen, spent = best_within(problem(atlas), efforts, 8.0)
        said = words(app.run())
        assert f"**{plural(len(chosen), 'control')}**, effort {spent:g}: " in said and chosen[0] in said.partition("effort ")[2]
        assert app.metric[0].value == f"{covered:.0f} of {len(atlas)}"


def test_the_best_sets_are_told_in_a_sentence_that_their_table_bears_out(visit, atlas):
    table = best_sets(problem(atlas))["covered"]
    half = next(size for size, count in table.items() if count >= len(atlas) / 2)
    assert f"**The best {half} controls of 21 cover {table[half]:.0f} of {len(atlas)} workflows.**" in words(visit("build_order"))


def test_a_bar_of_what_a_step_unlocks_opens_exactly_its_workflows(visit, atlas, tags, pick):
    app = visit("build_order")
    bars = [trace for trace in figure(app, "unlocked")["data"] if "customdata" in trace]
    term, category = bars[1]["customdata"][19]
    order = best_order(problem(atlas))
    before, after = set(order[: order.index(term)]), set(order[: order.index(term) + 1])
    behind = [i for i in pick(category=[category]) if tags["control"][i] <= after and not tags["control"][i] <= before]
    assert len(behind) == bars[1]["x"][19]
    opened = visit("build_order", mark=["unlocked", term, category])
    assert not opened.exception and f"{len(behind)} workflows" in [caption.value for caption in opened.caption]


def test_a_bar_of_a_platform_and_a_point_of_the_order_open_what_they_count(visit, atlas):
    held = {"full": ["Identity", "Audit trail", "Evidence storage"], "partial": ["Review workflow"]}
    table = fit(atlas, tuple(held["full"]), tuple(held["partial"]))
    count = int(((table["state"] == "missing") & (table["category"] == "Enterprise AI")).sum())
    opened = visit("platform", mark=["Enterprise AI", "Not yet"], **held)
    assert not opened.exception and f"{count} workflows" in [caption.value for caption in opened.caption]
    posed = problem(atlas)
    order = best_order(posed)
    opened = visit("build_order", mark=["built", order[11]])
    assert f"{int(curve(posed, order)[12])} workflows" in [caption.value for caption in opened.caption]


def test_a_gap_opens_the_workflows_nearest_to_it_under_its_own_name(visit, pick):
    [bars] = figure(visit("white_space", buyer_industry="Insurance"), "white-space")["data"]
    row, nearest = bars["customdata"][0]
    names = [hover.partition("</b>")[0].removeprefix("<b>") for hover in bars["hovertext"]]
    gaps = [name.removeprefix(f"{row} × ") for name, click in zip(names, bars["customdata"], strict=True) if click == [row, nearest]]
    opened = visit("white_space", buyer_industry="Insurance", mark=[row, nearest])
    near = pick(buyer_function=[row], capability_family=[nearest], buyer_industry=["Insurance"])
    assert not opened.exception and plural(len(near), "workflow") in [caption.value for caption in opened.caption]
    [drawer] = opened.get("dialog")
    assert drawer.proto.dialog.title == f"Nearest to {row} × {listed(gaps)}\\: {row} × {nearest}"


@pytest.mark.parametrize("mark", [["unlocked", "Audit trial", "Nowhere"], ["<b>"], ["unlocked"], ["built", "Identity", "x", "y"]])
@pytest.mark.parametrize("page", ["build_order", "platform", "white_space"])
def test_a_mark_that_is_not_in_the_charts_is_named_and_ignored(visit, page, mark):
    app = visit(page, mark=mark)
    assert not app.exception and "is not in these charts" in app.warning[0].value


def test_a_demo_shows_the_finding_first_and_its_brief_knows_prospect_and_platform(visit):
    held = {"demo": "1", "prospect": "Acme", "category": ["Regulated AI"], "full": ["Identity", "Audit trail"]}
    app = visit("platform", **held)
    assert not app.exception and not app.warning
    assert [chart["name"] for chart in charts(app)] == ["platform-fit"]
    brief = visit("brief", **held)
    assert not brief.exception and brief.header[0].value == "Acme\\: Regulated AI"
    assert "A platform with 2 controls (Identity and Audit trail) fully covers" in words(brief)
    brief.button(key="demo-end").click().run()
    assert not brief.exception and brief.text_input(key="for").value == ""


def test_a_brief_asks_for_platform_and_workflows_in_a_panel_that_is_sent_when_it_is_open_or_in_use(visit, atlas):
    def fields(app) -> set[str]:
        return {field.key for field in app.multiselect} & {"list", "full", "partial"}

    workflow = atlas.workflows.index[3]
    app = visit("brief")
    assert not app.exception and not fields(app)
    app.session_state["brief-about"] = True
    app.run()
    app.multiselect(key="list").set_value([workflow]).run()
    assert fields(app) == {"list", "full", "partial"} and app.header[0].value == atlas.workflows.at[workflow, "title"]
    shared = visit("brief", list=app.query_params["list"])
    assert shared.session_state["brief-about"] and shared.multiselect(key="list").value == [workflow]
    shared.multiselect(key="list").set_value([]).run()
    assert fields(shared) and shared.header[0].value == "All workflows of the atlas"
    demo = visit("brief", demo="1", full=["Identity"])
    assert fields(demo) and not demo.session_state["brief-about"]


def test_a_pasted_list_is_what_the_brief_is_about_and_what_it_does_not_know_is_said(visit, atlas):
    app = visit("brief")
    app.session_state["brief-about"] = True
    app.run()
    titles = list(atlas.workflows["title"].iloc[[5, 9]])
    app.text_area(key="pasted").set_value("\n".join([*titles, "Nobody does this"]))
    next(button for button in app.button if button.label == "Add to the list").click().run()
    assert app.multiselect(key="list").value == list(atlas.workflows.index[[5, 9]])
    assert app.header[0].value == "2 workflows picked" and "`Nobody does this`" in app.warning[0].value


def test_a_shared_shortlist_opens_with_its_notes_and_a_broken_one_is_named(visit, atlas):
    workflow = atlas.workflows.index[3]
    app = visit("shortlist", shared=packed({workflow: "call them"}))
    assert not app.exception and not app.warning and app.multiselect(key="keep").value == [workflow]
    assert app.session_state["shortlist-notes"] == {workflow: "call them"}
    assert any("shortlist?shared=" in code.value for code in app.code)
    assert "no shortlist" in visit("shortlist", shared="<script>").warning[0].value


def test_a_platform_is_kept_when_the_menu_leads_away_and_back_and_forgotten_when_it_is_emptied(visit):
    app = visit("platform", full=["Identity", "Audit trail"], partial=["Metering"])
    app.query_params.clear()  # as the addresses of the menu are
    app.switch_page("pages/matrices.py").run()
    for page in ("platform", "brief", "map_workflow", "platform"):
        app.switch_page(f"pages/{page}.py").run()
        kept = [("full", "Identity"), ("full", "Audit trail"), ("partial", "Metering")]
        assert decoded(going(app)["query"]) == kept and going(app)["instead"]
    app.query_params.update({"full": ["Metering"]})  # by a link: another platform, which has no other part of the one before
    app.switch_page("pages/matrices.py").run()
    app.switch_page("pages/platform.py").run()
    app.switch_page("pages/matrices.py").run()
    app.query_params.clear()
    app.query_params["q"] = "zzz-not-there"  # also where the filter leaves nothing
    app.switch_page("pages/brief.py").run()
    assert decoded(going(app)["query"]) == [("full", "Metering")]
    app.switch_page("pages/platform.py").run()
    app.query_params.update({"full": ["Identity"]})
    app.run()
    del app.query_params["full"]
    app.run()
    assert not charts(app) and "Say what the platform supports" in str([info.proto for info in app.info])
    app.query_params.update({"partial": ["Metering"]})
    app.run()
    del app.query_params["partial"]
    app.run()
    app.switch_page("pages/matrices.py").run()
    app.switch_page("pages/platform.py").run()
    assert "Say what the platform supports" in str([info.proto for info in app.info])


def test_a_switch_of_which_the_browser_says_nothing_keeps_its_default(visit):
    app = visit("build_order", worth="buyers")
    app.segmented_control(key="worth").set_value(None).run()
    assert app.segmented_control(key="worth").value == "workflows" and "worth" not in app.query_params
    assert not app.exception and not app.warning
