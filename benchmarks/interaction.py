"""From a click on a filter to the repainted chart, in Chromium: 13 pages against bare apps with the figure of the first chart.

    python -m benchmarks.interaction [--pages matrices convergence] [--clicks 40] [--press 0] [--parts]

All apps are served on this machine and clicked in turns, with the same categories switched on and off. The mouse is held for 80 ms
(``--press``); people hold it for 87 to 137 on average, by age (Edmonds and Azzopardi, ClickSense, 2026). The clock starts when it is let
go, at the click event in the page, and stops two animation frames after Plotly has drawn the new numbers; both are told by listeners in
the page. The page draws all it has; an app in Dash and one of Streamlit's own elements draw one figure under one filter.
``--parts``: where the time goes, and how much is sent; what begins with the press is "sent" before the click, so that time is negative.
"""

from __future__ import annotations

import argparse
import sys
from importlib.metadata import version

import numpy as np
from playwright.sync_api import Page, sync_playwright

from atlas_data import load_atlas
from benchmarks.bare import PAGES, chart_of
from benchmarks.serving import dashboard, served, streamlit
from tests import chromium

WARM_UP = 6
VIEWPORT = {"width": 1400, "height": 1000}


# Notes the times of what goes over the wire, and of one click until the chart shows other numbers than before.
SCRIPT = """
const sent = [], received = [];
const QUIET = 300; // milliseconds in which nothing changes on the page
const size = (data) => data.byteLength ?? data.size ?? data.length;
const Socket = window.WebSocket;
window.WebSocket = class extends Socket {
  constructor(...given) {
    super(...given);
    this.addEventListener("message", (event) => received.push([performance.now(), size(event.data)]));
  }
  send(data) { sent.push([performance.now(), size(data)]); super.send(data); }
};
window.watchClick = (chart) => {
  const find = () => document.querySelector(chart);
  const numbers = () => JSON.stringify(find()?.data?.map(({ x, y, z, values, labels, text }) => [x, y, z, values, labels, text]) ?? null);
  const before = numbers();
  performance.clearResourceTimings();
  let clicked, begun;
  if (window.Plotly) { // Streamlit keeps its own to itself
    window.draw ??= window.Plotly.react;
    window.Plotly.react = (...given) => { begun = performance.now(); return window.draw(...given); };
  }
  document.addEventListener("click", () => {
    sent.length = received.length = 0;
    clicked = performance.now();
  }, { capture: true, once: true });
  let last = 0;
  const page = new MutationObserver(() => { last = performance.now(); });
  page.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
  const quiet = () => new Promise((resolve) => {
    const look = () => performance.now() - last < QUIET ? requestAnimationFrame(look) : resolve(page.disconnect());
    look();
  });
  window.shown = new Promise((resolve) => {
    const check = () => {
      if (clicked === undefined || numbers() === before) return;
      observer.disconnect();
      find()?.removeListener?.("plotly_afterplot", check);
      const drawn = performance.now();
      requestAnimationFrame(() => requestAnimationFrame(() => {
        const found = summary(drawn);
        quiet().then(() => resolve([found[0], Math.max(found[0], last - clicked), ...found.slice(1)]));
      }));
    };
    const observer = new MutationObserver(check);
    const anew = !!find().closest(".stPlotlyChart"); // Streamlit makes another element, which has no listeners
    observer.observe(document, { subtree: true, childList: anew, attributes: true, attributeFilter: ["data-painted"] });
    if (!anew && !find().closest(".atlas-chart")) find().on("plotly_afterplot", check);
  });
  function summary(drawn) {
    const total = performance.now() - clicked;
    const [call] = performance.getEntriesByType("resource").filter((entry) => /_dash-update-component|\\/drawn\\//.test(entry.name));
    const arrived = received.filter(([at]) => at <= drawn);
    const start = call?.requestStart ?? sent[0][0];
    const end = call?.responseEnd ?? arrived.at(-1)[0];
    const bytes = call?.decodedBodySize ?? received.reduce((sum, [, n]) => sum + n, 0);
    return [total, start - clicked, end - start, begun - end, drawn - begun, clicked + total - drawn, bytes / 1000];
  }
};
"""
PARTS = ("click to repaint", "page at rest", "until sent", "server and wire", "React", "Plotly", "frames", "kB received")


def click(page: Page, chart: str, switch: str, press: int) -> list[float]:
    page.bring_to_front()
    page.evaluate("chart => watchClick(chart)", chart)
    page.locator(switch).click(delay=press)
    return page.evaluate("shown")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", choices=PAGES, nargs="+", default=list(PAGES), metavar="PAGE")
    parser.add_argument("--clicks", type=int, default=30, help="measured clicks in each app, for each page")
    parser.add_argument("--press", type=int, default=80, help="milliseconds for which the mouse is held")
    parser.add_argument("--parts", action="store_true", help="also where the time goes")
    arguments = parser.parse_args()

    packages = ", ".join(f"{name} {version(name)}" for name in ("streamlit", "dash", "plotly"))
    each = f"{arguments.clicks} clicks each, held for {arguments.press} ms"
    print(f"Python {sys.version.split()[0]}, {packages}; {each}; milliseconds, median (p95)")
    heads = ("dashboard", "Dash", "Streamlit", ": Dash", ": Streamlit", "p95 : median")
    print(f"{'page':18}" + "".join(f"{head:>14}" for head in heads))
    with sync_playwright() as playwright, dashboard() as (atlas, _):
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.ARGUMENTS)
        try:
            for page in arguments.pages:
                report(page, measured(browser, atlas, page, arguments.clicks, arguments.press), arguments.parts)
        finally:
            browser.close()


def measured(browser, atlas: str, name: str, clicks: int, press: int) -> dict[str, np.ndarray]:
    """The times of every click in each app, after some to warm up."""
    categories = list(load_atlas().facet("category").terms)
    toggled = np.random.default_rng(7).integers(len(categories), size=WARM_UP + clicks)
    charts = {"dashboard": chart_of(name), "Dash": ".js-plotly-plot", "Streamlit": ".js-plotly-plot"}
    switches = dict.fromkeys(charts, ".st-key-category button >> text={}") | {"Dash": "#category label >> text={}"}
    times: dict[str, list[list[float]]] = {app: [] for app in charts}
    pages = {"dashboard": opened(browser, f"{atlas}/{name}", charts["dashboard"])}
    width = str(pages["dashboard"].locator(charts["dashboard"]).evaluate("plot => plot.clientWidth"))
    with served(["benchmarks.bare", name, width, "{port}"], "/") as (dash, _), streamlit("benchmarks/bare.py", name, width) as (bare, _):
        pages |= {"Dash": opened(browser, dash, charts["Dash"]), "Streamlit": opened(browser, bare, charts["Streamlit"])}
        for category in toggled:
            for app, page in pages.items():
                times[app].append(click(page, charts[app], switches[app].format(f"'{categories[category]}'"), press))
    for page in pages.values():
        page.close()
    return {app: np.array(rows[WARM_UP:], dtype=float) for app, rows in times.items()}


def opened(browser, address: str, chart: str) -> Page:
    page = browser.new_page(viewport=VIEWPORT)
    page.add_init_script(SCRIPT)
    page.goto(address)
    page.locator(f"{chart} .main-svg, {chart}.js-plotly-plot").first.wait_for(timeout=30_000)
    page.wait_for_timeout(1500)
    return page


def report(page: str, times: dict[str, np.ndarray], parts: bool) -> None:
    middle = {app: np.median(rows, axis=0) for app, rows in times.items()}
    high = {app: np.quantile(rows, 0.95, axis=0) for app, rows in times.items()}
    shown = "".join(f"{f'{middle[app][0]:.0f} ({high[app][0]:.0f})':>14}" for app in times)
    ratios = "".join(f"{middle['dashboard'][0] / middle[app][0]:>14.2f}" for app in ("Dash", "Streamlit"))
    print(f"{page or 'overview':18}{shown}{ratios}{high['dashboard'][0] / middle['dashboard'][0]:>14.2f}", flush=True)
    if parts:
        print(f"{'':12}" + "".join(f"{part:>18}" for part in PARTS))
        for app in ("dashboard", "Dash"):
            print(f"{app:12}" + "".join(f"{f'{m:.0f} ({h:.0f})':>18}" for m, h in zip(middle[app], high[app], strict=True)))


if __name__ == "__main__":
    main()
