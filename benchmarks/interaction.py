"""From a click on a filter to the repainted page, in Chromium, on all pages that have the filter.

    python -m benchmarks.interaction [--pages matrices convergence] [--clicks 40] [--press 0] [--parts]

Where a page has a chart under any filter, its first one is compared with the same figure in an app in Dash and one of Streamlit's own
elements, which draw that figure under one filter and nothing else. All are served on this machine and clicked in turns, with the same
categories switched on and off. The mouse is held for 80 ms (``--press``); people hold it for 87 to 137 on average, by age (Edmonds and
Azzopardi, ClickSense, 2026). The clock starts when it is let go, at the click event in the page, and stops two animation frames after
Plotly has drawn the new numbers; both are told by listeners in the page. ``--parts``: where the time goes, and how much is sent; what
begins with the press is "sent" before the click, so that time is negative.

``at rest``: until the last change of the page; where there is no chart to compare, ``p95 : median`` is of that. ``moved``: the largest
layout shift of a click, counted as for Core Web Vitals (up to 0.1 is called good), but also just after the click, where that forgives
it. ``blank``: frames of all clicks in which a chart was missing that was there before and after.
"""

from __future__ import annotations

import argparse
import sys
from contextlib import ExitStack
from importlib.metadata import version

import numpy as np
from playwright.sync_api import Page, sync_playwright

from atlas_data import load_atlas
from benchmarks.bare import PAGES, chart_of
from benchmarks.serving import dashboard, served, streamlit
from pages.parts.navigation import ALONE
from pages.parts.navigation import PAGES as ALL
from tests import chromium

WARM_UP = 6
VIEWPORT = {"width": 1400, "height": 1000}
ADDRESSES = {name: "" if name == "overview" else name for name in ALL if name not in ALONE} | {
    "workflow": "workflow?id=ai-phishing-report-triage"
}

# Notes the times of what goes over the wire, and of one click until the chart shows other numbers than before and the page is at rest.
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
const shifts = new PerformanceObserver((list) => list.getEntries().forEach(({ value }) => { moved += value; }));
shifts.observe({ type: "layout-shift" });
const charts = () => document.querySelectorAll(".js-plotly-plot:has(.main-svg)").length;
const running = () => document.querySelector("[data-test-script-state=running]");
let moved = 0;
window.watchClick = (chart) => {
  const find = () => chart && document.querySelector(chart);
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
  moved = 0;
  const frames = [charts()];
  let last = 0;
  const page = new MutationObserver(() => { last = performance.now(); });
  page.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
  const rest = new Promise((resolve) => {
    const look = () => {
      frames.push(charts());
      if (clicked === undefined || running() || performance.now() - Math.max(clicked, last) < QUIET) requestAnimationFrame(look);
      else resolve(page.disconnect());
    };
    look();
  });
  const repainted = new Promise((resolve) => {
    if (!chart) return resolve([]);
    const check = () => {
      if (clicked === undefined || numbers() === before) return;
      observer.disconnect();
      find()?.removeListener?.("plotly_afterplot", check);
      const drawn = performance.now();
      requestAnimationFrame(() => requestAnimationFrame(() => resolve(summary(drawn))));
    };
    const observer = new MutationObserver(check);
    const anew = !!find().closest(".stPlotlyChart"); // Streamlit makes another element, which has no listeners
    observer.observe(document, { subtree: true, childList: anew, attributes: true, attributeFilter: ["data-painted"] });
    if (!anew && !find().closest(".atlas-chart")) find().on("plotly_afterplot", check);
  });
  window.shown = Promise.all([repainted, rest]).then(([times]) => {
    const least = Math.min(frames[0], frames.at(-1));
    return [times[0], Math.max(times[0] ?? 0, last - clicked), ...times.slice(1), moved, frames.filter((n) => n < least).length];
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
HEADS = ("dashboard", "Dash", "Streamlit", ": Dash", ": Streamlit", "p95 : median", "at rest", "moved", "blank")


def click(page: Page, chart: str, switch: str, press: int) -> list[float]:
    page.bring_to_front()
    page.evaluate("chart => watchClick(chart)", chart)
    page.locator(switch).click(delay=press)
    return page.evaluate("shown")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", choices=ADDRESSES, nargs="+", default=list(ADDRESSES), metavar="PAGE")
    parser.add_argument("--clicks", type=int, default=30, help="measured clicks in each app, for each page")
    parser.add_argument("--press", type=int, default=80, help="milliseconds for which the mouse is held")
    parser.add_argument("--parts", action="store_true", help="also where the time goes")
    arguments = parser.parse_args()

    packages = ", ".join(f"{name} {version(name)}" for name in ("streamlit", "dash", "plotly"))
    each = f"{arguments.clicks} clicks each, held for {arguments.press} ms"
    print(f"Python {sys.version.split()[0]}, {packages}; {each}; milliseconds, median (p95)")
    print(f"{'page':18}" + "".join(f"{head:>14}" for head in HEADS))
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
    address = ADDRESSES[name]
    charts = {"dashboard": chart_of(address) if address in PAGES else ""}
    pages = {"dashboard": opened(browser, f"{atlas}/{address}", charts["dashboard"])}
    with ExitStack() as servers:
        if address in PAGES:
            width = str(pages["dashboard"].locator(charts["dashboard"]).evaluate("plot => plot.clientWidth"))
            dash, _ = servers.enter_context(served(["benchmarks.bare", address, width, "{port}"], "/"))
            bare, _ = servers.enter_context(streamlit("benchmarks/bare.py", address, width))
            charts |= {"Dash": ".js-plotly-plot", "Streamlit": ".js-plotly-plot"}
            pages |= {"Dash": opened(browser, dash, charts["Dash"]), "Streamlit": opened(browser, bare, charts["Streamlit"])}
        switches = dict.fromkeys(charts, ".st-key-category button >> text={}") | {"Dash": "#category label >> text={}"}
        times: dict[str, list[list[float]]] = {app: [] for app in charts}
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
    page.locator(f"{chart} .main-svg, {chart}.js-plotly-plot" if chart else "h1").first.wait_for(timeout=30_000)
    page.wait_for_timeout(1500)
    return page


def report(page: str, times: dict[str, np.ndarray], parts: bool) -> None:
    middle = {app: np.median(rows, axis=0) for app, rows in times.items()}
    high = {app: np.quantile(rows, 0.95, axis=0) for app, rows in times.items()}
    ours, late = middle["dashboard"], high["dashboard"]
    compared = len(times) > 1
    cells = [f"{middle[app][0]:.0f} ({high[app][0]:.0f})" for app in times] if compared else [""] * 3
    cells += [f"{ours[0] / middle[app][0]:.2f}" if compared else "" for app in ("Dash", "Streamlit")]
    told = 0 if compared else 1  # without a chart, what counts is when the page is at rest
    cells += [f"{late[told] / ours[told]:.2f}", f"{ours[1]:.0f} ({late[1]:.0f})"]
    moved, blank = times["dashboard"][:, -2].max(), times["dashboard"][:, -1].sum()
    print(f"{page:18}" + "".join(f"{cell:>14}" for cell in (*cells, f"{moved:.3f}", f"{blank:.0f}")), flush=True)
    if parts and compared:
        print(f"{'':12}" + "".join(f"{part:>18}" for part in PARTS))
        for app in ("dashboard", "Dash"):
            print(f"{app:12}" + "".join(f"{f'{m:.0f} ({h:.0f})':>18}" for m, h in zip(middle[app][:-2], high[app][:-2], strict=True)))


if __name__ == "__main__":
    main()
