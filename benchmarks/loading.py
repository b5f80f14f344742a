"""From an address, or a click on the navigation, to the page's first chart, in Chromium.

    python -m benchmarks.loading [--pages matrices convergence] [--times 10]

``cold``: a browser that has kept nothing opens the page's own address, in turns with bare apps in Dash and of Streamlit's own elements
that draw the same figure. ``again``: a browser with a profile on the disk that has been there three times, and has kept the files and what
it compiled of them. ``page to page``: from the click on a link of the navigation. Each ends two animation frames after Plotly has drawn.
``switch``: from the click that opens a menu of the navigation, which needs no server, until it is there. Servers are warm: someone has
been on the page before.
"""

from __future__ import annotations

import argparse
from tempfile import TemporaryDirectory

import numpy as np
from playwright.sync_api import Browser, BrowserContext, Locator, Page, sync_playwright

from benchmarks.bare import PAGES, chart_of
from benchmarks.interaction import VIEWPORT
from benchmarks.serving import dashboard, served, streamlit
from pages.parts.navigation import SECTIONS
from tests import chromium

PLAIN = ".js-plotly-plot"
LINK = "[data-testid=stTopNavDropdownLink]"
VISITS = 3  # until a browser has kept what it compiled

# Tells when something is there, in milliseconds since the address was opened or since the last click.
SCRIPT = """
window.there = (selector, from) => new Promise((resolve) => {
  const check = () => {
    if (!document.querySelector(selector)) return;
    observer.disconnect();
    requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - from())));
  };
  const observer = new MutationObserver(check);
  observer.observe(document, { subtree: true, childList: true });
  check();
});
document.addEventListener("click", () => (window.clicked = performance.now()), true);
"""


def drawn(chart: str) -> str:
    """What is there when a chart is."""
    return f"{chart} .main-svg :is(.trace, .hm, .slice)"


def cold(browser: Browser, addresses: dict[str, tuple[str, str]], times: int) -> dict[str, list[float]]:
    """By app, given as address and chart: milliseconds until a browser that has kept nothing shows it."""
    found: dict[str, list[float]] = {app: [] for app in addresses}
    for turn in range(1 + times):
        for app, asked in addresses.items():
            with browser.new_context(viewport=VIEWPORT) as context:
                spent = _loaded(context, *asked)
            if turn:
                found[app].append(spent)
    return found


def again(profile: BrowserContext, addresses: dict[str, tuple[str, str]], times: int) -> dict[str, list[float]]:
    """The same for a browser that has been there before."""
    found = {app: [_loaded(profile, *asked) for _ in range(VISITS)] for app, asked in addresses.items()}
    for _ in range(times):
        for app, asked in addresses.items():
            found[app].append(_loaded(profile, *asked))
    return {app: spent[VISITS:] for app, spent in found.items()}


def _loaded(context: BrowserContext, address: str, chart: str) -> float:
    page = context.new_page()
    page.add_init_script(SCRIPT)
    page.goto(address, wait_until="commit")
    spent = page.evaluate("selector => there(selector, () => 0)", drawn(chart))
    page.close()
    return spent


def turns(browser: Browser, address: str, names: list[str], times: int) -> dict[str, list[tuple[float, float]]]:
    """By page: milliseconds from the click on its menu until that is open, and from the click on its link, coming from the page before it
    in the list."""
    places = {name: (section, title) for section, pages in SECTIONS.items() for name, (title, _) in pages.items()}
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in names}
    with browser.new_context(viewport=VIEWPORT) as context:
        page = context.new_page()
        page.add_init_script(SCRIPT)
        page.goto(f"{address}/{names[-1]}")
        page.locator(drawn(chart_of(names[-1]))).first.wait_for()
        for turn in range(1 + times):
            for name in names:
                page.wait_for_timeout(350)
                section, title = places[name or "overview"]
                open_menu = page.get_by_test_id("stTopNavSection").filter(has_text=section)
                spent = tuple(
                    _after_click(page, *click)
                    for click in ((open_menu, LINK), (page.locator(LINK).get_by_text(title, exact=True), drawn(chart_of(name))))
                )
                if turn:
                    found[name].append(spent)
    return found


def _after_click(page: Page, place: Locator, selector: str) -> float:
    place.wait_for()
    page.evaluate("selector => void (window.shown = there(selector, () => window.clicked))", selector)
    place.click()
    return page.evaluate("shown")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", choices=PAGES, nargs="+", default=list(PAGES), metavar="PAGE")
    parser.add_argument("--times", type=int, default=10)
    arguments = parser.parse_args()
    heads = ("cold", "Dash", "Streamlit", ": Dash", "again", "Dash", ": Dash", "page to page", "switch")
    print("milliseconds, median\n" + f"{'page':18}" + "".join(f"{head:>14}" for head in heads))
    with sync_playwright() as playwright, dashboard() as (atlas, _), TemporaryDirectory() as folder:
        launch = {"executable_path": chromium.find(), "args": chromium.ARGUMENTS}
        profile = playwright.chromium.launch_persistent_context(folder, **launch, viewport=VIEWPORT)
        try:
            between = turns(profile.browser, atlas, arguments.pages, arguments.times) if len(arguments.pages) > 1 else {}
            for name in arguments.pages:
                dash, bare = served(["benchmarks.bare", name, "1000", "{port}"], "/"), streamlit("benchmarks/bare.py", name, "1000")
                with dash as (dash_at, _), bare as (bare_at, _):
                    apps = {"dashboard": (f"{atlas}/{name}", chart_of(name)), "Dash": (dash_at, PLAIN), "Streamlit": (bare_at, PLAIN)}
                    first = {app: np.median(spent) for app, spent in cold(profile.browser, apps, arguments.times).items()}
                    del apps["Streamlit"]
                    later = {app: np.median(spent) for app, spent in again(profile, apps, arguments.times).items()}
                switch, turn = np.median(between.get(name, [(np.nan, np.nan)]), axis=0)
                row = (
                    *first.values(),
                    first["dashboard"] / first["Dash"],
                    *later.values(),
                    later["dashboard"] / later["Dash"],
                    turn,
                    switch,
                )
                forms = ("14.0f",) * 3 + ("14.2f",) + ("14.0f",) * 2 + ("14.2f",) + ("14.0f",) * 2
                print(f"{name or 'overview':18}" + "".join(format(*pair) for pair in zip(row, forms, strict=True)), flush=True)
        finally:
            profile.close()


if __name__ == "__main__":
    main()
