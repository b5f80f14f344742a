"""Weights of one's own, in a table that is not sent until it is opened."""


def test_weights_stay_in_use_when_their_table_is_closed(visitor):
    page = visitor.open("/build_order?category=Frontier+AI")
    panel, grid = page.locator(".st-key-weights-panel summary"), page.locator(".st-key-weights-panel [data-testid=stDataFrame]")
    in_use, covered = page.get_by_text("Weights of your own are in use"), page.locator(".atlas-words h3").first
    panel.wait_for()
    assert not grid.count() and not in_use.count()
    without = covered.inner_text()

    panel.click()
    grid.wait_for()
    grid.click(position={"x": grid.bounding_box()["width"] - 60, "y": 52})  # the weight of the first workflow
    page.keyboard.press("Enter")
    page.locator("#portal input").fill("500")
    page.keyboard.press("Enter")
    in_use.wait_for()
    page.wait_for_function("([shown, before]) => shown.textContent !== before", arg=[covered.element_handle(), without])
    weighted = covered.inner_text()

    panel.click()
    page.locator(".st-key-weights-panel details:not([open])").wait_for()
    visitor.settled()
    assert in_use.count() and covered.inner_text() == weighted
