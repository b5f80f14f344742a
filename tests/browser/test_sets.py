"""What only a browser shows of sets: a click on a bar, a tie, a key."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect


def picked(page) -> list[str]:
    return parse_qs(urlsplit(page.url).query)["pick"]


def test_a_click_on_an_exclusive_bar_opens_the_workflows_with_exactly_these_terms_and_back_returns(visitor, tags):
    page = visitor.open("/intersections?sets=layer&set_count=exactly")
    visitor.click_mark("intersections", ".bars .point path")
    expect(page).to_have_url(re.compile("exactly=layer"))
    terms = {value.partition(":")[2] for value in picked(page)}
    behind = sum(has == terms for has in tags["layer"].values())
    expect(page.get_by_role("dialog")).to_contain_text(f"{behind} workflows with")
    expect(page.get_by_role("dialog")).to_contain_text("and no other control layer")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page).not_to_have_url(re.compile("pick=|exactly="))


def test_the_bar_of_a_term_alone_opens_all_workflows_with_it(visitor, tags):
    page = visitor.open("/intersections?sets=layer&set_count=exactly")
    visitor.click_mark("intersections", ".x2y .bars .point path")
    expect(page.get_by_role("dialog")).to_be_visible()
    (value,) = picked(page)
    behind = sum(value.partition(":")[2] in has for has in tags["layer"].values())
    expect(page.get_by_role("dialog")).to_contain_text(f"{behind} workflows with")
    assert "only" not in page.url


def test_arrow_keys_walk_the_bars_above_the_dots(visitor):
    page = visitor.open("/intersections")
    page.locator('.atlas-chart[data-chart="intersections"] .plot').focus()
    page.keyboard.press("ArrowRight")
    ring, bar = page.locator(".atlas-chart .ring"), page.locator(".atlas-chart .bars .point path").first
    expect(ring).to_be_visible()
    centre = ring.evaluate("r => { const b = r.getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2]; }")
    box = bar.bounding_box()
    assert centre == pytest.approx([box["x"] + box["width"] / 2, box["y"]], abs=3)
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("Review workflow × Evidence storage")


def test_a_click_on_a_tie_opens_the_pair_and_a_click_on_a_circle_the_term(visitor, tags):
    page = visitor.open("/network")
    circles = page.locator(".atlas-chart .scatterlayer .trace").filter(has=page.locator("text")).locator(".point")
    for marks, terms in ((page.locator(".atlas-chart .scatterlayer .trace:not(:has(text)) .point"), 2), (circles, 1)):
        box = marks.first.bounding_box()
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        expect(page.get_by_role("dialog")).to_be_visible()
        names = {value.partition(":")[2] for value in picked(page)}
        behind = sum(names <= has for has in tags["control"].values())
        assert len(names) == terms
        expect(page.get_by_role("dialog")).to_contain_text(f"{behind} workflows with")
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
