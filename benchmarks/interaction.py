"""From a click on a filter to the repainted heatmap, in Chromium: the dashboard against a bare Dash app with the same figure.

    python -m benchmarks.interaction [--page matrices] [--clicks 40]

Both apps are served on this machine and clicked in turns, with the same categories switched on and off. The clock starts at
the click event in the page and stops two animation frames after Plotly has drawn the new numbers; both are told by
listeners in the page. Also shown: where the time goes, and how much is sent.
"""

from __future__ import annotations

import argparse
import sys
from importlib.metadata import version

import numpy as np
from playwright.sync_api import Page, sync_playwright

from analysis import Selection
from analysis.figures.heatmap import matrix_heatmap
from analysis.figures.style import painted
from analysis.matrix import cross
from analysis.ordering import present_in_order
from atlas_data import load_atlas
from benchmarks.serving import dashboard, served
from tests import chromium

WARM_UP = 6
VIEWPORT = {"width": 1400, "height": 1000}


def matrix_figure(selection: Selection) -> dict:
    table = cross(load_atlas(), "buyer_function", "control", selection)
    return matrix_heatmap(table, "count", *present_in_order(table, "similarity", 1, (30, 30)))


PAGES = {"matrices": ("matrix", matrix_figure)}  # page: name of its chart, and the figure it shows

# Notes the times of what goes over the wire, and of one click until the chart shows other numbers than before.
SCRIPT = """
const sent = [], received = [];
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
  const numbers = () => JSON.stringify(find()?.data?.[0].z ?? null);
  const before = numbers();
  let clicked, begun;
  window.draw ??= window.Plotly.react;
  window.Plotly.react = (...given) => { begun = performance.now(); return window.draw(...given); };
  document.addEventListener("click", () => {
    sent.length = received.length = 0;
    performance.clearResourceTimings();
    clicked = performance.now();
  }, { capture: true, once: true });
  window.shown = new Promise((resolve) => {
    const check = () => {
      if (clicked === undefined || numbers() === before) return;
      observer.disconnect();
      find().removeListener?.("plotly_afterplot", check);
      const drawn = performance.now();
      requestAnimationFrame(() => requestAnimationFrame(() => resolve(summary(drawn))));
    };
    const observer = new MutationObserver(check);
    observer.observe(document, { subtree: true, attributes: true, attributeFilter: ["data-painted"] });
    if (!find().closest(".atlas-chart")) find().on("plotly_afterplot", check);
  });
  function summary(drawn) {
    const total = performance.now() - clicked;
    const [call] = performance.getEntriesByType("resource").filter((entry) => entry.name.includes("_dash-update-component"));
    const arrived = received.filter(([at]) => at <= drawn);
    const start = call?.requestStart ?? sent[0][0];
    const end = call?.responseEnd ?? arrived.at(-1)[0];
    const bytes = call?.decodedBodySize ?? received.reduce((sum, [, n]) => sum + n, 0);
    return [total, start - clicked, end - start, begun - end, drawn - begun, clicked + total - drawn, bytes / 1000];
  }
};
"""
PARTS = ("click to repaint", "until sent", "server and wire", "React", "Plotly", "frames", "kB received")


def dash_app(page: str, port: int, width: int) -> None:
    from dash import Dash, Input, Output, dcc, html

    _, figure = PAGES[page]
    categories = list(load_atlas().facet("category").terms)
    app = Dash(__name__, serve_locally=True)
    app.layout = html.Div(
        [
            dcc.Checklist(categories, [], id="category"),
            dcc.Graph(id="graph", config={"displayModeBar": False, "doubleClick": "reset"}, style={"width": f"{width}px"}),
        ]
    )

    @app.callback(Output("graph", "figure"), Input("category", "value"))
    def draw(chosen: list[str]) -> dict:
        return painted(figure(Selection(category=chosen)))

    app.run(host="127.0.0.1", port=port, debug=False)


def click(page: Page, chart: str, switch: str) -> list[float]:
    page.bring_to_front()
    page.wait_for_timeout(350)  # what the last click left to do ends first
    page.evaluate("chart => watchClick(chart)", chart)
    page.locator(switch).click()
    return page.evaluate("shown")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--page", choices=PAGES, default="matrices")
    parser.add_argument("--clicks", type=int, default=40, help="measured clicks in each app")
    parser.add_argument("--dash", type=int, nargs=2, metavar=("PORT", "WIDTH"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.dash:
        return dash_app(arguments.page, *arguments.dash)

    name, _ = PAGES[arguments.page]
    categories = list(load_atlas().facet("category").terms)
    toggled = np.random.default_rng(7).integers(len(categories), size=WARM_UP + arguments.clicks)
    charts = {"dashboard": f".atlas-chart[data-chart={name}] .plot", "Dash": ".js-plotly-plot"}
    switches = {"dashboard": ".st-key-category button >> text={}", "Dash": "#category label >> text={}"}
    times: dict[str, list[list[float]]] = {app: [] for app in charts}
    with sync_playwright() as playwright, dashboard() as (atlas, _):
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.ARGUMENTS)
        try:
            pages = {"dashboard": opened(browser, f"{atlas}/{arguments.page}", charts["dashboard"])}
            width = pages["dashboard"].locator(charts["dashboard"]).evaluate("plot => plot.clientWidth")
            command = ["benchmarks.interaction", "--page", arguments.page, "--dash", "{port}", str(width)]
            with served(command, "/") as (dash, _):
                pages["Dash"] = opened(browser, dash, charts["Dash"])
                for category in toggled:
                    for app, page in pages.items():
                        times[app].append(click(page, charts[app], switches[app].format(f"'{categories[category]}'")))
        finally:
            browser.close()
    report({app: np.array(rows[WARM_UP:]) for app, rows in times.items()})


def opened(browser, address: str, chart: str) -> Page:
    page = browser.new_page(viewport=VIEWPORT)
    page.add_init_script(SCRIPT)
    page.goto(address)
    page.locator(f"{chart} .main-svg, {chart}.js-plotly-plot").first.wait_for(timeout=30_000)
    page.wait_for_timeout(1500)
    return page


def report(times: dict[str, np.ndarray]) -> None:
    packages = ", ".join(f"{name} {version(name)}" for name in ("streamlit", "dash", "plotly"))
    print(f"Python {sys.version.split()[0]}, {packages}; {len(next(iter(times.values())))} clicks each; milliseconds, median (p95)")
    print(f"{'':12}" + "".join(f"{part:>18}" for part in PARTS))
    for app, rows in times.items():
        middle, high = np.median(rows, axis=0), np.quantile(rows, 0.95, axis=0)
        print(f"{app:12}" + "".join(f"{f'{m:.0f} ({h:.0f})':>18}" for m, h in zip(middle, high, strict=True)))
    ratio = np.median(times["dashboard"][:, 0]) / np.median(times["Dash"][:, 0])
    print(f"median of the dashboard : median of Dash = {ratio:.2f}")


if __name__ == "__main__":
    main()
