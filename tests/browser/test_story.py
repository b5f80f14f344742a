"""The story and the demo with the keys, in a browser."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import expect


def asked(page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def test_the_arrow_keys_tell_a_demo_from_its_start_to_the_platform_and_back(visitor):
    page = visitor.open("/story?demo=1&prospect=Acme+Insurance&buyer_industry=Insurance&full=Identity&full=Audit+trail&step=6")
    kept = {"demo": ["1"], "prospect": ["Acme Insurance"], "buyer_industry": ["Insurance"]}
    expect(page.get_by_text("For Acme Insurance")).to_be_visible()
    expect(page.get_by_role("heading", name="What to build first?")).to_be_visible()
    expect(page.get_by_test_id("stSidebar")).not_to_be_visible()
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "20px"
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0, "the page scrolls sideways"

    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("heading", name="What is missing?")).to_be_visible()
    visitor.settled()
    assert asked(page) == kept | {"step": ["7"], "full": ["Identity", "Audit trail"]}

    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile(r"/platform\?"))
    expect(page.get_by_role("heading", name="How far a platform carries")).to_be_visible()
    visitor.settled()
    assert asked(page) == kept | {"full": ["Identity", "Audit trail"]}
    expect(page.get_by_text("For Acme Insurance")).to_be_visible()

    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("heading", name="What is missing?")).to_be_visible()
    visitor.settled()
    assert asked(page) == kept | {"step": ["7"], "full": ["Identity", "Audit trail"]}

    page.get_by_role("button", name="End the demo").click()
    expect(page.get_by_text("For Acme Insurance")).to_have_count(0)
    visitor.settled()
    assert "demo" not in asked(page) and "prospect" not in asked(page)
    expect(page.get_by_test_id("stSidebar")).to_be_visible()


def test_on_a_chart_the_arrow_keys_walk_its_marks_and_the_story_stays(visitor):
    page = visitor.open("/story?step=4")
    page.locator('.atlas-chart[data-chart="layers-by-category"] .plot').focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator('.atlas-chart[data-chart="layers-by-category"] .ring')).to_be_visible()
    visitor.settled()
    assert asked(page) == {"step": ["4"]}
    page.locator('.atlas-chart[data-chart="layers-by-category"] .plot').blur()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_text("5 of 7")).to_be_visible()
