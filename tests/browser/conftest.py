"""The dashboard in a real browser."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Download, Page, expect, sync_playwright

from tests import chromium

ROOT = Path(__file__).parent.parent.parent
SIZE = {"width": 1300, "height": 900}
# Addresses and the charts that they show.
PAGES = {
    "/": ["layers", "layers-by-category"],
    "/category_map": ["category-map", "stage-mix"],
    "/control_frequency": ["control-frequency"],
    "/matrices": ["matrix"],
    "/intersections": ["intersections"],
    "/bundles": ["bundles", "rules"],
    "/network": ["network"],
    "/convergence": ["convergence-map", "overlap", "placement", "profiles", "maturity"],
    "/space": ["workflow-space"],
    "/story?step=5": ["convergence-map"],
    "/story?step=2&demo=1&prospect=Acme": ["overlap"],
    "/compare": ["comparison"],
    "/workflows": [],
    "/workflow?id=ai-phishing-report-triage": [],
}

expect.set_options(timeout=15_000)


def pytest_collection_modifyitems(items):
    """One server and one browser for many: the tests of this folder run in two groups, each in one worker."""
    for item in items:
        if "tests/browser" in item.path.as_posix():
            group = "every page" if item.name.startswith("test_every_page_paints") or item.path.stem != "test_using_it" else "using it"
            item.add_marker(pytest.mark.xdist_group(group))


def serve(**environment: str) -> Iterator[str]:
    """Run the dashboard on a free port until the caller is done; yields its address."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", "dashboard.py", f"--server.port={port}"]
    server = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **environment}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    address = f"http://localhost:{port}"
    try:
        until(lambda: server.poll() is not None or answers(address))
        if server.poll() is not None:
            raise RuntimeError(f"the dashboard did not start:\n{server.stdout.read()}")
        yield address
    finally:
        server.terminate()
        output, _ = server.communicate(timeout=20)
        assert "Traceback" not in output, output


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(holds: Callable[[], bool]) -> None:
    """Wait for a server, a minute at most."""
    deadline = time.monotonic() + 60
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError("a server did not start within a minute")
        time.sleep(0.1)


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/_stcore/health", timeout=1) as answer:
            return answer.read() == b"ok"
    except OSError:
        return False


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """Where the dashboard is served."""
    yield from serve()


@pytest.fixture(scope="session")
def profile(tmp_path_factory) -> Iterator[BrowserContext]:
    """A browser that has been here before: its profile lies on a disk, and keeps the files and what was compiled of them."""
    path = chromium.find()
    if path is None:
        pytest.fail("no Chromium on this machine: run `python -m tests.chromium`")
    with sync_playwright() as playwright:
        folder = tmp_path_factory.mktemp("profile")
        profile = playwright.chromium.launch_persistent_context(folder, executable_path=path, args=chromium.ARGUMENTS, viewport=SIZE)
        yield profile
        profile.close()


@pytest.fixture(scope="session")
def browser(profile) -> Browser:
    """The same browser, where it opens private windows."""
    return profile.browser


class Visitor:
    """A person at the dashboard. At the end, the browser must have had nothing to complain about."""

    def __init__(self, page: Page, address: str):
        self.page, self.address, self.complaints = page, address, []
        self._hears = {
            "console": lambda message: (
                message.type == "error" and self.complaints.append(f"console: {message.text} ({message.location.get('url')})")
            ),
            "pageerror": lambda error: self.complaints.append(f"error in the page: {error}"),
            "request": lambda request: self._leaves(request.url),
        }
        for event, hears in self._hears.items():
            page.on(event, hears)

    def leave(self) -> None:
        """Leave the tab to the next visitor."""
        for event, hears in self._hears.items():
            self.page.remove_listener(event, hears)
        self.page.unroute_all()
        self.page.set_viewport_size(SIZE)
        self.page.goto("about:blank")

    def _leaves(self, url: str) -> None:
        if not url.startswith((self.address, self.address.replace("http", "ws"), "data:", "blob:")):
            self.complaints.append(f"request to another host: {url}")

    def open(self, path: str) -> Page:
        """Go to an address of the dashboard and wait until it has settled."""
        self.page.goto(self.address + path)
        expect(self.page.locator('[data-testid="stMain"] [data-testid="stElementContainer"]').first).to_be_visible()
        self.settled()
        return self.page

    def turn_to(self, path: str, charts: list[str]) -> None:
        """Go on to a page that shows these charts, as its links do: without loading anything anew."""
        self.page.evaluate("path => { history.pushState(null, '', path); dispatchEvent(new PopStateEvent('popstate')); }", path)
        drawn = "charts => charts.map((chart) => [chart.dataset.chart, !!chart.querySelector('.main-svg')])"
        shown = self.page.locator(".atlas-chart")
        expect(shown).to_have_count(len(charts))
        until(lambda: shown.evaluate_all(drawn) == [[name, True] for name in charts])
        self.settled()

    def settled(self) -> None:
        """Wait until the script has run, every chart is painted, nothing is stale, and panels that open or close have done so.

        Half a second long what is in a panel moves, and who presses a button may let go beside it.
        """
        expect(self.page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]')).to_be_visible()
        expect(self.page.locator('[class*="st-key-chart-"]:not(:has(.atlas-chart[data-painted]))')).to_have_count(0)
        expect(self.page.locator('[data-stale="true"]')).to_have_count(0)
        self.page.wait_for_function("document.getAnimations().every((moves) => moves.effect.target?.tagName !== 'DETAILS')")

    def download(self, name: str) -> Download:
        """Press a button for a file, and wait for the file."""
        button = self.page.get_by_role("button", name=name, exact=True)
        button.wait_for()
        self.settled()
        with self.page.expect_download() as coming:
            button.click()
        return coming.value

    def painted(self, name: str) -> int:
        """How often a chart has been painted."""
        return int(self.page.locator(f'.atlas-chart[data-chart="{name}"]').get_attribute("data-painted") or 0)

    def click_cell(self, name: str, row: str, column: str) -> None:
        """Click a heatmap cell where it is drawn."""
        plot = self.page.locator(f'.atlas-chart[data-chart="{name}"] .plot')
        plot.scroll_into_view_if_needed()
        x, y = plot.evaluate(
            "(g, [row, column]) => [g._fullLayout.xaxis._offset + g._fullLayout.xaxis.d2p(column),"
            " g._fullLayout.yaxis._offset + g._fullLayout.yaxis.d2p(row)]",
            [row, column],
        )
        plot.hover(position={"x": x, "y": y})
        plot.click(position={"x": x, "y": y})

    def click_mark(self, name: str, selector: str, index: int = 0) -> None:
        """Click the middle of a drawn mark."""
        mark = self.page.locator(f'.atlas-chart[data-chart="{name}"] {selector}').nth(index)
        mark.scroll_into_view_if_needed()
        box = mark.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self.page.mouse.move(x, y)
        self.page.mouse.click(x, y)


@pytest.fixture
def newcomer(browser: Browser, address: str) -> Iterator[Callable[..., Visitor]]:
    """Visitors with a browser of their own: nothing shared but the address."""
    contexts: list[BrowserContext] = []
    visitors: list[Visitor] = []

    def newcomer(at: str = address, **options) -> Visitor:
        options = {"viewport": SIZE, **options}
        contexts.append(browser.new_context(**options))
        visitors.append(Visitor(contexts[-1].new_page(), at))
        return visitors[-1]

    yield newcomer
    complaints = [complaint for visitor in visitors for complaint in visitor.complaints]
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def regular(address: str, profile: BrowserContext) -> Iterator[Callable[..., Visitor]]:
    """Visitors who come again with a browser that has kept the files: as fast as for most people, and a session of their own."""
    visitors: list[Visitor] = []

    def regular(width: int = SIZE["width"], scheme: str = "light") -> Visitor:
        page = profile.new_page()
        if width != SIZE["width"]:
            page.set_viewport_size({**SIZE, "width": width})
        page.emulate_media(color_scheme=scheme)
        visitors.append(Visitor(page, address))
        return visitors[-1]

    yield regular
    for visitor in visitors:
        visitor.page.close()
    assert [complaint for visitor in visitors for complaint in visitor.complaints] == []


@pytest.fixture
def visitor(address: str, profile: BrowserContext) -> Iterator[Visitor]:
    """One who comes again in the same tab, which is quicker still, and who holds nothing there."""
    profile.clear_cookies(name="atlas-held")
    visitor = Visitor(profile.pages[0], address)
    yield visitor
    visitor.leave()
    assert visitor.complaints == []
