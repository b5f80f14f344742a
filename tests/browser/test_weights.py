"""What people write into tables stays in use: when the table is closed, the filter or the rows change, or the page is left."""

import json

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import until


def test_weights_stay_in_use_when_their_table_is_closed(visitor):
    page = visitor.open("/build_order?category=Frontier+AI")
    panel, grid = page.locator(".st-key-weights-panel summary"), page.locator(".st-key-weights-panel [data-testid=stDataFrame]")
    in_use, covered = page.get_by_text("Weights of your own are in use"), page.locator(".atlas-words h3").first
    panel.wait_for()
    assert not grid.count() and not in_use.count()
    without = covered.inner_text()

    panel.click()
    grid.wait_for()
    visitor.settled()
    grid.click(position={"x": grid.bounding_box()["width"] - 60, "y": 52})  # the weight of the first workflow
    page.keyboard.press("Enter")
    page.locator("#portal input").fill("500")
    page.keyboard.press("Enter")
    in_use.wait_for()
    expect(covered).not_to_have_text(without)
    visitor.settled()
    weighted = covered.inner_text()

    panel.click()
    page.locator(".st-key-weights-panel details:not([open])").wait_for()
    visitor.settled()
    assert in_use.count() and covered.inner_text() == weighted

    page.get_by_role("button", name="Clear all").click()  # all workflows are in the table now
    page.get_by_text("207 workflows", exact=True).wait_for()
    visitor.settled()
    assert in_use.count()

    page.get_by_test_id("stTopNavSection").get_by_text("Data").click()
    page.get_by_test_id("stTopNavPopoverBody").get_by_text("Methods", exact=True).click()
    page.wait_for_url("**/methods")
    in_use.wait_for(state="detached")
    page.go_back()
    in_use.wait_for()
    visitor.settled()
    panel.click()
    lines = visitor.download("Weights (CSV)").path().read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 1 + 207 and sum(line.endswith(",500") for line in lines) == 1


def test_a_note_on_a_control_outlives_the_next_choice_of_controls(visitor):
    sent = []
    visitor.page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    page = visitor.open("/platform?full=Identity")
    panel = page.locator("details", has_text="Profile: name, notes, file")
    grid = panel.locator("[data-testid=stDataFrame]")

    def press(key: str) -> None:
        before = len(sent)
        page.keyboard.press(key)
        until(lambda: page.evaluate("true") and len(sent) > before)  # the table waits a moment before it tells
        visitor.settled()

    def saved() -> dict:
        file = visitor.download("Save the profile").path()
        return json.loads(file.read_text(encoding="utf-8"), parse_constant=lambda word: pytest.fail(word))["controls"]

    panel.locator("summary").click()
    grid.wait_for()
    visitor.settled()
    grid.click(position={"x": grid.bounding_box()["width"] - 60, "y": 52})  # the note on the first control
    page.keyboard.press("Enter")
    page.locator("#portal").locator("input, textarea").fill("through the gateway")
    press("Enter")
    page.get_by_role("button", name="Usage, billing and operational telemetry").click()
    expect(panel.locator("[role=grid]")).to_have_attribute("aria-rowcount", "4")
    assert saved() == {
        "Identity": {"support": "full", "note": "through the gateway"}, "Telemetry": {"support": "full"}, "Metering": {"support": "full"},
    }  # fmt: skip
