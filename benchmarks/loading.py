"""From an address, or a click on the navigation, to the page's first chart, in Chromium.

    python -m benchmarks.loading [--pages matrices convergence] [--times 10]

``cold``: a browser that has kept nothing opens the page's own address, in turns with bare apps in Dash and of Streamlit's own elements
that draw the same figure. ``again``: the same with the files the browser has kept. ``page to page``: from the click on a link of the
navigation. Each ends two animation frames after Plotly has drawn. Servers are warm: someone has been on the page before.
"""

from __future__ import annotations

import argparse

import numpy as np
from playwright.sync_api import Browser, sync_playwright

from benchmarks.bare import PAGES, chart_of
from benchmarks.interaction import VIEWPORT
from benchmarks.serving import dashboard, served, streamlit
from pages.parts.navigation import SECTIONS
from tests import chromium

PLAIN = ".js-plotly-plot"

# Tells when the chart is drawn, in milliseconds since the address was opened or since the last click.
SCRIPT = """
window.painted = (chart, from) => new Promise((resolve) => {
  const check = () => {
    if (!document.querySelector(`${chart} .main-svg :is(.trace, .hm, .slice)`)) return;
    observer.disconnect();
    requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - from())));
  };
  const observer = new MutationObserver(check);
  observer.observe(document, { subtree: true, childList: true });
  check();
});
document.addEventListener("click", () => (window.clicked = performance.now()), true);
"""


def loads(browser: Browser, addresses: dict[str, tuple[str, str]], times: int) -> dict[str, list[tuple[float, float]]]:
    """By app, given as address and chart: milliseconds of a cold load, and of another in the same browser."""
    found: dict[str, list[tuple[float, float]]] = {app: [] for app in addresses}
    for _ in range(1 + times):
        for app, (address, chart) in addresses.items():
            with browser.new_context(viewport=VIEWPORT) as context:
                page = context.new_page()
                page.add_init_script(SCRIPT)
                found[app].append(tuple(_loaded(page, address, chart) for _ in ("cold", "again")))
    return {app: rows[1:] for app, rows in found.items()}


def _loaded(page, address: str, chart: str) -> float:
    page.goto(address, wait_until="commit")
    return page.evaluate("chart => painted(chart, () => 0)", chart)


def turns(browser: Browser, address: str, names: list[str], times: int) -> dict[str, list[float]]:
    """By page: milliseconds from the click on its link, coming from the page before it in the list."""
    places = {name: (section, title) for section, pages in SECTIONS.items() for name, (title, _) in pages.items()}
    found: dict[str, list[float]] = {name: [] for name in names}
    with browser.new_context(viewport=VIEWPORT) as context:
        page = context.new_page()
        page.add_init_script(SCRIPT)
        _loaded(page, f"{address}/{names[-1]}", chart_of(names[-1]))
        for turn in range(1 + times):
            for name in names:
                page.wait_for_timeout(350)
                section, title = places[name or "overview"]
                page.get_by_test_id("stTopNavSection").filter(has_text=section).click()
                link = page.get_by_test_id("stTopNavDropdownLink").get_by_text(title, exact=True)
                link.wait_for()
                page.evaluate("chart => void (window.shown = painted(chart, () => window.clicked))", chart_of(name))
                link.click()
                spent = page.evaluate("shown")
                if turn:
                    found[name].append(spent)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", choices=PAGES, nargs="+", default=list(PAGES), metavar="PAGE")
    parser.add_argument("--times", type=int, default=10)
    arguments = parser.parse_args()
    heads = ("cold", "Dash", "Streamlit", ": Dash", "again", "Dash", "page to page")
    print("milliseconds, median\n" + f"{'page':18}" + "".join(f"{head:>14}" for head in heads))
    with sync_playwright() as playwright, dashboard() as (atlas, _):
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.ARGUMENTS)
        try:
            between = turns(browser, atlas, arguments.pages, arguments.times) if len(arguments.pages) > 1 else {}
            for name in arguments.pages:
                dash, bare = served(["benchmarks.bare", name, "1000", "{port}"], "/"), streamlit("benchmarks/bare.py", name, "1000")
                with dash as (dash_at, _), bare as (bare_at, _):
                    apps = {"dashboard": (f"{atlas}/{name}", chart_of(name)), "Dash": (dash_at, PLAIN), "Streamlit": (bare_at, PLAIN)}
                    ours, theirs, plain = (np.median(rows, axis=0) for rows in loads(browser, apps, arguments.times).values())
                row = (ours[0], theirs[0], plain[0], ours[0] / theirs[0], ours[1], theirs[1], np.median(between.get(name, [np.nan])))
                forms = ("14.0f",) * 3 + ("14.2f",) + ("14.0f",) * 3
                print(f"{name or 'overview':18}" + "".join(format(*pair) for pair in zip(row, forms, strict=True)), flush=True)
        finally:
            browser.close()


if __name__ == "__main__":
    main()
