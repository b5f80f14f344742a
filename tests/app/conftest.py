"""Driving the dashboard without a browser."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from pages.parts.navigation import PAGES as ALL

ROOT = Path(__file__).parent.parent.parent
PAGES = tuple(page for page in ALL if page != "embed")  # shown in frames, tested on its own


@pytest.fixture(scope="session", autouse=True)
def packages_looked_through_once() -> Iterator[None]:
    """Streamlit looks for components in all installed packages, and its AppTest does so with every run: half of the time of these tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture
def visit() -> Callable[..., AppTest]:
    """Open a page with query parameters, as a link does."""

    def visit(page: str, /, **parameters: str | list[str]) -> AppTest:
        app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=30)
        for name, value in parameters.items():
            app.query_params[name] = value
        if page != "overview":
            app.switch_page(f"pages/{page}.py")
        return app.run()

    return visit


def _sent(app: AppTest) -> list[dict]:
    return [json.loads(element.proto.bytes) for element in app.get("bidi_component") if element.proto.bytes]


def going(app: AppTest) -> dict:
    """Where the page tells the browser to go."""
    [to] = [element.proto.json for element in app.get("bidi_component") if element.proto.component_name == "atlas_go"]
    return json.loads(to)


def charts(app: AppTest) -> list[dict]:
    """What chart parts send to the browser."""
    return [data for data in _sent(app) if "figure" in data]


def cards(app: AppTest) -> list[dict]:
    """The cards of all lists on the page."""
    return [card for data in _sent(app) for card in data.get("cards", [])]


def figure(app: AppTest, name: str) -> dict:
    """The Plotly figure that a chart part sends to the browser."""
    return next(data["figure"] for data in charts(app) if data["name"] == name)


def words(app: AppTest) -> str:
    """All text on the page."""
    kinds = ("title", "header", "subheader", "markdown", "caption", "info", "warning", "error", "code")
    drawn = [chart[part] for chart in charts(app) for part in ("title", "subtitle", "note")]
    drawn += [card[part] for card in cards(app) for part in ("title", "small", "text", "label")]
    return "\n".join([*(str(element.value) for kind in kinds for element in getattr(app, kind)), *drawn]).replace("\u00a0", " ")
