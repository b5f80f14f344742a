"""The document in which Streamlit starts: it says what the page is, and asks for what the page needs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import streamlit
from starlette.applications import Starlette
from starlette.testclient import TestClient

from analysis.views import VIEWS
from pages.parts import shell
from pages.parts.navigation import PAGES
from pages.parts.serving import file_at

BROWSER = TestClient(Starlette(routes=shell.routes))
STREAMLIT = Path(streamlit.__file__).parent / "static"
ROOT = Path(shell.__file__).parents[2]


@pytest.mark.parametrize("name", ["", *PAGES])
def test_each_page_says_what_it_is_before_any_script_has_run(name):
    answer = BROWSER.get(f"/{name}?category=Frontier+AI")
    title, answers = PAGES[name or "overview"]
    assert answer.status_code == 200 and answer.headers["cache-control"] == "no-cache"
    assert f"<title>{title} · AI Production Atlas</title>" in answer.text
    assert f'<meta property="og:title" content="{title} · AI Production Atlas">' in answer.text
    assert answers.partition(",")[0] in answer.text
    assert "Frontier" not in answer.text, "nothing of the address is in the document"


def test_it_is_the_document_of_streamlit_but_for_that():
    theirs, ours = (STREAMLIT / "index.html").read_text(encoding="utf-8"), shell.document("data")
    scripts = re.compile(r'<script type="module"[^>]*>')
    assert scripts.findall(ours) == [tag.replace("./static/", "./client/") for tag in scripts.findall(theirs)]
    assert len(scripts.findall(ours)) == 1
    assert "<title>Streamlit</title>" in theirs and theirs.count("./favicon.png") == 1, "what is replaced"
    assert "SourceSans" in theirs and "SourceSans" not in ours
    body = re.compile(r"<body>.*</body>", re.DOTALL)
    assert body.findall(ours) == body.findall(theirs)


def test_the_client_is_told_where_the_server_is_and_looks_there_under_this_name():
    assert shell.document("matrices").index("BACKEND_BASE_URL") < shell.document("matrices").index('<script type="module"')
    client = "".join(file.read_text(encoding="utf-8") for file in (STREAMLIT / "static" / "js").glob("index.*.js"))
    assert "window.__streamlit" in client and "BACKEND_BASE_URL" in client, "Streamlit still reads it"


def test_all_it_asks_for_is_there_and_nothing_twice():
    asked = re.findall(r'(?:href|src)="\./((?:client|static|app/static)/[^"]+)"', shell.document("matrices"))
    assert len(asked) == len(set(asked)) > 30
    for address in asked:
        inside = ROOT / address.removeprefix("app/") if address.startswith("app/") else file_at(address)
        assert inside and inside.is_file(), address
    assert not any(address.startswith("static/") for address in asked), "what both ask for has one address"
    assert shell.parts()[0].startswith("BidiComponent."), "Streamlit still has it"


def test_pages_with_charts_ask_for_plotly_and_others_do_not():
    with_charts = {maker.page for maker in VIEWS.values()}
    assert {name for name in PAGES if "made-plotly" in shell.document(name)} == with_charts
    assert "matrices" in with_charts and "data" not in with_charts
