"""Driving the dashboard without a browser."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).parent.parent.parent
PAGES = ("overview", "category_map", "control_frequency", "matrices", "convergence", "workflows", "workflow", "methods", "saved")


@pytest.fixture
def visit() -> Callable[..., AppTest]:
    """Open a page with query parameters, as a link does."""

    def visit(page: str, /, **parameters: str | list[str]) -> AppTest:
        app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=30)
        for name, value in parameters.items():
            app.query_params[name] = value
        app.run()
        if page != "overview":
            for name, value in parameters.items():
                app.query_params[name] = value
            app.switch_page(f"pages/{page}.py").run()
        return app

    return visit


def figure(app: AppTest, name: str) -> dict:
    """The Plotly figure that a chart part sends to the browser."""
    sent = [json.loads(element.proto.bytes) for element in app.get("bidi_component") if element.proto.bytes]
    return next(data["figure"] for data in sent if data["name"] == name)


def words(app: AppTest) -> str:
    """All text on the page."""
    kinds = ("title", "header", "subheader", "markdown", "caption", "info", "warning", "error", "code")
    return "\n".join(str(element.value) for kind in kinds for element in getattr(app, kind))
