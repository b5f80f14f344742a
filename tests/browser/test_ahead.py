"""Charts that are painted before the run of their page, in order and never with what was taken back."""

from __future__ import annotations

import re
from itertools import pairwise

from playwright.sync_api import Page, Route, WebSocketRoute, expect

from tests.browser.conftest import PAGES, until


class Wire:
    """The websocket of a page, which can be held: no run begins and none says anything until it is let go."""

    def __init__(self, page: Page):
        self._held: list[tuple[WebSocketRoute, str | bytes]] | None = None
        page.route_web_socket(re.compile("/_stcore/stream"), self._between)

    def _between(self, browser: WebSocketRoute) -> None:
        server = browser.connect_to_server()
        browser.on_message(lambda message: self._pass(server, message))
        server.on_message(lambda message: self._pass(browser, message))

    def _pass(self, to: WebSocketRoute, message: str | bytes) -> None:
        to.send(message) if self._held is None else self._held.append((to, message))

    def hold(self) -> None:
        self._held = []

    def let_go(self) -> None:
        held, self._held = self._held, None
        for to, message in held:
            to.send(message)


def in_the_end(route: Route) -> None:
    """Have the server answer a chart that asks, also where it is busy and would leave it to the run: for a while after its start it is."""
    answers = [route.fetch()]
    until(lambda: answers[-1].status == 200 or answers.append(route.fetch()))
    route.fulfill(response=answers[-1])


def test_a_chart_has_the_new_numbers_before_the_run_of_its_page_and_is_painted_once(regular, pick):
    visitor = regular()
    wire = Wire(visitor.page)
    page = visitor.open("/control_frequency")
    before, n = visitor.painted("control-frequency"), len(pick(category=["Frontier AI"]))
    page.route("**/drawn/**", in_the_end)
    wire.hold()
    page.get_by_role("button", name="Frontier AI").click()
    expect(page.locator(".atlas-words p").first).to_contain_text(f"{n} workflows of 207")
    expect(page.locator(".st-key-filter-bar")).not_to_contain_text("of 207")
    wire.let_go()
    expect(page.locator(".st-key-filter-bar")).to_contain_text(f"{n} of 207 workflows")
    visitor.settled()
    assert visitor.painted("control-frequency") == before + 1


def test_a_press_asks_for_what_the_click_will_show_and_the_click_does_not_ask_again(regular, pick):
    page = regular().open("/control_frequency?stage=Scaling")
    said, asked = page.locator(".atlas-words p").first, []
    page.on("request", lambda request: "/drawn/" in request.url and asked.append(request.url))
    page.get_by_role("button", name="Frontier AI").hover()
    with page.expect_response(re.compile("/drawn/.*category=Frontier")):
        page.mouse.down()
    expect(said).not_to_contain_text("Frontier AI")
    page.mouse.up()
    expect(said).to_contain_text(f"{len(pick(category=['Frontier AI'], stage=['Scaling']))} workflows of 207")

    page.get_by_role("combobox", name="Control", exact=True).press_sequentially("Audit")
    page.get_by_role("option", name="Audit trail").hover()
    with page.expect_response(re.compile("/drawn/.*control=Audit")):
        page.mouse.down()
    page.mouse.up()
    found = len(pick(category=["Frontier AI"], stage=["Scaling"], control=["Audit trail"]))
    expect(said).to_contain_text(f"{found} workflows of 207")
    expect(page.locator(".st-key-filter-bar")).to_contain_text(f"{found} of 207 workflows")
    page.keyboard.press("Escape")
    assert len(asked) == 2

    page.get_by_role("button", name="Frontier AI", pressed=True).hover()
    with page.expect_response(re.compile("/drawn/(?!.*category=)")):
        page.mouse.down()
    page.mouse.move(700, 500)  # let go elsewhere, which is no click
    page.mouse.up()
    expect(page).to_have_url(re.compile(r"category=Frontier\+AI"))
    expect(said).to_contain_text(f"{found} workflows of 207")


def test_a_chart_that_gets_no_answer_waits_for_the_run_of_its_page(visitor, pick):
    page = visitor.open("/control_frequency")
    page.route("**/drawn/**", lambda route: route.fulfill(status=204))
    page.get_by_role("button", name="Frontier AI").click()
    expect(page.locator(".atlas-words p").first).to_contain_text(f"{len(pick(category=['Frontier AI']))} workflows of 207")


def test_a_busy_server_is_not_asked_again_for_a_while(regular, pick):
    visitor = regular()
    wire, asked = Wire(visitor.page), []

    def busy(route):
        asked.append(route)
        route.fulfill(status=204, headers={"Retry-After": "60"})

    page = visitor.open("/control_frequency")
    page.route("**/drawn/**", busy)
    said = page.locator(".atlas-words p").first
    wire.hold()  # a run that comes before the answer ends the question, and the answer is not read
    with page.expect_event("requestfinished", lambda request: "/drawn/" in request.url):
        page.get_by_role("button", name="Frontier AI").click()
    wire.let_go()
    expect(said).to_contain_text(f"{len(pick(category='Frontier AI'))} workflows of 207")
    page.get_by_role("button", name="Regulated AI").click()
    expect(said).to_contain_text(f"{len(pick(category=['Frontier AI', 'Regulated AI']))} workflows of 207")
    assert len(asked) == 1


def test_a_chart_does_not_stay_ahead_of_a_filter_that_was_taken_back(regular):
    visitor = regular()
    wire, asked = Wire(visitor.page), []

    def answer(route):
        asked.append(route)
        in_the_end(route) if len(asked) == 1 else route.fulfill(status=204)

    page = visitor.open("/control_frequency")
    page.route("**/drawn/**", answer)
    wire.hold()
    said = page.locator(".atlas-words p").first
    page.get_by_role("button", name="Frontier AI").click()
    expect(said).to_contain_text("of 207, Category: Frontier AI")
    page.get_by_role("button", name="Frontier AI").click()
    expect(said).not_to_contain_text("Frontier AI")
    assert len(asked) == 2


def test_the_charts_of_a_page_are_shown_one_after_another_from_the_top(newcomer):
    visitor = newcomer()
    visitor.page.add_init_script(
        """
        const shown = (window.shown = []);
        let frame = 0;
        const count = () => { frame++; requestAnimationFrame(count); };
        count();
        new MutationObserver((changes) => {
          for (const { target } of changes) if (target.dataset.painted === "1") shown.push([target.dataset.chart, frame]);
        }).observe(document, { subtree: true, attributes: true, attributeFilter: ["data-painted"] });
        """
    )
    page = visitor.open("/convergence")
    page.wait_for_function("count => shown.length === count", arg=len(PAGES["/convergence"]))
    names, frames = zip(*page.evaluate("shown"), strict=True)
    assert list(names) == PAGES["/convergence"]
    assert all(before < after for before, after in pairwise(frames)), "the browser shows each before it draws the next"


def test_a_tab_that_nobody_looks_at_draws_all_its_charts(newcomer):
    visitor = newcomer()
    visitor.page.add_init_script(
        "Object.defineProperty(document, 'hidden', { get: () => true }); window.requestAnimationFrame = () => 0;"  # as browsers do there
    )
    page = visitor.page
    page.goto(f"{visitor.address}/convergence")
    for name in PAGES["/convergence"]:
        expect(page.locator(f'.atlas-chart[data-chart="{name}"]')).to_have_attribute("data-painted", "1")


def test_quick_clicks_end_with_what_the_last_one_asks_for(visitor, pick):
    page = visitor.open("/matrices")
    for category in ("Frontier AI", "Regulated AI", "Enterprise AI", "Frontier AI"):
        page.locator(".st-key-category").get_by_role("button", name=category).click(no_wait_after=True)
    n = len(pick(category=["Regulated AI", "Enterprise AI"]))
    expect(page.locator(".st-key-filter-bar")).to_contain_text(f"{n} of 207 workflows")
    visitor.settled()
    expect(page.locator(".atlas-words p").first).to_contain_text(f"{n} workflows of 207")
