"""The story and the demo as people use them."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest

from analysis import Selection
from analysis.story import STEPS, headline
from tests.app.conftest import charts, words


@pytest.mark.parametrize("number", range(1, len(STEPS) + 1))
def test_every_step_has_an_address_and_shows_its_view_for_the_filter(visit, atlas, number):
    app = visit("story", step=str(number), buyer_industry=["Insurance"])
    assert not app.exception and not app.warning
    assert app.title[0].value == "The story for Insurance"
    step, selection = STEPS[number - 1], Selection(buyer_industry="Insurance")
    shown = charts(app)
    assert [chart["name"] for chart in shown] == [step.view]
    assert shown[0]["title"] == step.answer(atlas, selection).title
    assert f"**{number} of {len(STEPS)}: {step.question}**" in words(app)


def test_next_and_previous_step_through_the_story_and_stop_at_its_ends(visit):
    app = visit("story")
    assert app.button(key="walk-previous").disabled
    app.button(key="walk-next").click().run()
    assert app.query_params["step"] == "1" and STEPS[0].question in words(app)
    app.button(key="walk-previous").click().run()
    assert "step" not in app.query_params
    last = visit("story", step=str(len(STEPS)))
    assert last.button(key="walk-next").disabled


def test_with_fourteen_workflows_the_story_says_so_and_offers_to_loosen(visit, atlas):
    few = list(atlas.workflows.index[:14])
    app = visit("story", only=" ".join(few), step="3")
    assert not app.exception and not charts(app)
    assert "at least 15 workflows, and there are 14" in words(app)
    app.button(key="loosen-only").click().run()
    assert [chart["name"] for chart in charts(app)] == [STEPS[2].view]


def test_a_step_that_does_not_exist_is_named_and_the_story_starts(visit):
    app = visit("story", step="99")
    assert not app.exception
    assert "99" in app.warning[0].value and app.title[0].value == headline(Selection())


def test_a_demo_greets_the_prospect_on_every_page_until_it_ends(visit):
    app = visit("platform", demo="1", prospect="Acme *Insurance*", buyer_industry=["Insurance"], full=["Identity"])
    assert not app.exception and not app.warning
    assert r"**For Acme \*Insurance\***" in words(app)
    assert not [button for button in app.button if (button.key or "").startswith("chip-")]
    app.button(key="demo-end").click().run()
    assert "For Acme" not in words(app)
    assert [button for button in app.button if (button.key or "").startswith("chip-")]
    assert "demo" not in app.query_params and "prospect" not in app.query_params


def test_a_demo_is_set_up_in_one_link_with_prospect_filter_and_platform(visit):
    app = visit("story", category=["Regulated AI"], full=["Identity", "Metering"], partial=["Audit trail"])
    app.text_input(key="demo-prospect").set_value("Acme & Sons").run()
    link = next(code.value for code in app.code if "demo=1" in code.value)
    assert urlsplit(link).path.endswith("story")
    assert parse_qsl(urlsplit(link).query) == [
        ("demo", "1"), ("prospect", "Acme & Sons"), ("category", "Regulated AI"),
        ("full", "Identity"), ("full", "Metering"), ("partial", "Audit trail"),
    ]  # fmt: skip
    app.button(key="demo-start").click().run()
    assert "demo" in app.query_params and "prospect" in app.query_params
    assert "**For Acme & Sons**" in words(app).replace("\\", "")
    assert "Regulated AI" in words(app)


def test_full_screen_leaves_nothing_but_the_step_and_the_ways_on(visit):
    app = visit("story", step="4", buyer_industry=["Insurance"])
    app.button(key="story-alone").click().run()
    assert not app.exception and app.query_params["step"] in ("4", ["4"])
    assert app.title[0].value == STEPS[3].question and not [b for b in app.button if (b.key or "").startswith("chip-")]
    assert app.button(key="walk-next") and app.button(key="demo-end")


@pytest.mark.parametrize("wrong", ["0", "yes", "<b>1</b>"])
def test_only_a_one_in_the_address_starts_a_demo(visit, wrong):
    app = visit("story", demo=wrong)
    assert not app.exception
    assert not [button for button in app.button if button.key == "demo-end"]
