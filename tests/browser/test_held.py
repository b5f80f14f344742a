"""What a visitor holds in their tab comes back when their session begins anew; what cannot is told."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Page, expect

OWN = b"title,category,controls\nPay,Back office,Identity\nShip,Back office,Metering\n"


def names(page: Page) -> list[str]:
    return page.locator('[class*="st-key-saved-name"] input').evaluate_all("fields => fields.map((field) => field.value)")


def held(page: Page, what: str) -> None:
    """Wait until the tab has it."""
    page.wait_for_function("what => (sessionStorage.getItem('atlas-held') ?? '').includes(what)", arg=what)


def keep(visitor, what: str) -> None:
    """Write what the tab holds, where no run of the dashboard writes over it."""
    visitor.page.goto(f"{visitor.address}/_stcore/health")
    visitor.page.evaluate("held => sessionStorage.setItem('atlas-held', held)", what)


def test_saved_views_a_shortlist_weights_and_notes_outlive_the_session(newcomer):
    visitor = newcomer()
    page = visitor.open("/matrices")
    page.get_by_role("button", name="Save this view").click()
    held(page, "saved")
    visitor.turn_to("/shortlist", ["investor-map"])
    page.get_by_role("combobox", name="Workflows kept").press_sequentially("Phishing Rep")
    page.get_by_role("option", name=re.compile("Phishing Report")).click()
    grid = page.locator("[data-testid=stDataFrame]").first
    grid.wait_for()
    held(page, "shortlist")

    page.goto(f"{visitor.address}/saved")  # a session of its own
    expect(page.locator('[class*="st-key-saved-name"]')).to_have_count(1)
    assert names(page)[0].startswith("Most workflows")
    visitor.settled()
    page.locator('[class*="st-key-saved-remove"] button').first.click()
    expect(page.get_by_text("Nothing is saved yet.")).to_be_visible()
    page.wait_for_function("!sessionStorage.getItem('atlas-held').includes('saved')")
    visitor.settled()
    page.get_by_test_id("stTopNavSection").get_by_text("Decide").click()
    page.get_by_test_id("stTopNavPopoverBody").get_by_text("Shortlist", exact=True).click()
    assert "ai-phishing-report-triage" in visitor.download("List and notes (CSV)").path().read_text(encoding="utf-8-sig")

    page.goto(f"{visitor.address}/shortlist")  # of its own again, and the address says nothing of the list
    expect(page.get_by_role("button", name="List and notes (CSV)")).to_be_visible()
    visitor.settled()
    held(page, "ai-phishing-report-triage")

    page.goto(f"{visitor.address}/saved")
    visitor.settled()
    expect(page.get_by_text("Nothing is saved yet.")).to_be_visible()

    keep(visitor, json.dumps({"weights": {"ai-phishing-report-triage": 50}}))
    page.goto(f"{visitor.address}/build_order")
    expect(page.get_by_text("Weights of your own are in use")).to_be_visible()


def test_what_the_tab_holds_is_not_that_of_another_and_nonsense_is_ignored(newcomer):
    visitor = newcomer()
    page = visitor.open("/saved")
    page.evaluate("document.cookie = 'atlas-held=1'")
    for nonsense in (
        "",
        "nonsense",
        '{"saved": [{"name": 1}]}',
        '{"saved": [{"name": "x", "view": "nothing"}]}',
        '{"weights": {"x": "NaN"}, "notes": []}',
    ):
        keep(visitor, nonsense)
        page.goto(f"{visitor.address}/saved")
        page.wait_for_function("sessionStorage.getItem('atlas-held') === '{}'")
        visitor.settled()
        expect(page.get_by_text("Nothing is saved yet.")).to_be_visible()
        assert not page.locator("[data-testid=stException]").count()


@pytest.mark.parametrize("path", ["/control_frequency", "/control_frequency?q=xyzzyxyzzy"])
def test_of_an_atlas_of_ones_own_it_is_told_once_that_it_is_gone(newcomer, path):
    visitor = newcomer()
    page = visitor.open("/own")
    page.locator("input[type=file]").first.set_input_files({"name": "ours.csv", "mimeType": "text/csv", "buffer": OWN})
    page.get_by_role("button", name="Use this atlas").click()
    page.locator(".st-key-own-atlas-banner").wait_for()
    held(page, "ours")
    page.goto(f"{visitor.address}{path}")
    expect(page.get_by_text("Your atlas “ours” is gone")).to_be_visible()
    visitor.settled()
    page.goto(f"{visitor.address}/matrices")
    visitor.settled()
    assert not page.get_by_text("is gone").count()
