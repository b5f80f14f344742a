"""Files that people take away: made when a button is pressed, with the rows on screen, and the parts of Plotly that draw them."""

from __future__ import annotations

import re
from io import BytesIO

import pandas as pd
from playwright.sync_api import expect

from analysis.figures.bundle import TRACES
from tests.browser.conftest import PAGES


def test_downloads_arrive_with_the_rows_on_screen(visitor, pick):
    page = visitor.open("/control_frequency?category=Regulated+AI")
    page.get_by_text("Table and downloads").click()
    for label, read in {"CSV": pd.read_csv, "Excel": pd.read_excel, "Parquet": pd.read_parquet}.items():
        table = read(BytesIO(visitor.download(label).path().read_bytes())).set_index("control")
        assert len(table) == 21
        for control, count in table["count"].items():
            assert count == len(pick(category=["Regulated AI"]) & pick(control=[control]))


def test_a_file_is_there_until_its_visitor_goes_on_however_much_others_do(visitor, newcomer):
    page = visitor.open("/brief")
    file = visitor.download("Page (HTML)")
    content = file.path().read_bytes()
    other = newcomer()
    for path in ("/control_frequency", "/matrices", "/workflows"):
        other.open(path)
    again = page.request.get(file.url)  # as late as from far away
    assert again.status == 200 and again.body() == content and b"207 workflows" in content
    for path, charts in list(PAGES.items())[:5]:
        visitor.turn_to(path, charts)
    for path in ("/control_frequency", "/matrices"):
        other.open(path)
    assert page.request.get(file.url).status == 404, "nobody needs it any more"


def test_the_chart_comes_as_a_page_and_as_a_picture(visitor):
    page = visitor.open("/matrices")
    assert visitor.download("PNG").path().read_bytes().startswith(b"\x89PNG")
    assert "Compliance and risk" in visitor.download("SVG").path().read_text(encoding="utf-8")
    page.get_by_text("Table and downloads").click()
    content = visitor.download("HTML").path().read_text(encoding="utf-8")
    assert "Plotly.newPlot" in content
    assert not re.search(r"<script[^>]+src=", content)
    page.set_content(content)
    expect(page.locator(".js-plotly-plot .main-svg .hm")).to_have_count(1)


def test_plotly_comes_with_the_kinds_of_traces_that_are_drawn_and_no_others(visitor):
    page = visitor.open("/category_map?shape=sunburst")
    assert set(page.evaluate("Object.keys(Plotly.PlotSchema.get().traces)")) == TRACES
    for kind in sorted(TRACES):
        drawn = page.evaluate(
            """kind => {
              const plot = document.body.appendChild(document.createElement("div"));
              const trace = { type: kind, x: [1, 2], y: [3, 4], z: [[1, 2]], labels: ["a", "b"], parents: ["", "a"], values: [2, 1] };
              return Plotly.newPlot(plot, [trace]).then(() => plot.querySelectorAll(".trace, .hm, .slice").length);
            }""",
            kind,
        )
        assert drawn, kind
