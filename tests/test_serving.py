"""Files made for the browser."""

from __future__ import annotations

import re

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from pages.parts import serving

NOT_MADE = ("script-000000000000.js", "..", "%2e%2e%2fapp.css", "..%5capp.css", "script.js%00", "x" * 300, "{made}.gz")
SCRIPT = b"export const answer = 42;\n" * 100


@pytest.fixture
def browser(tmp_path, monkeypatch) -> TestClient:
    monkeypatch.setattr(serving, "_STATIC", tmp_path)
    return TestClient(Starlette(routes=serving.routes))


def test_a_file_arrives_packed_or_plain_as_the_browser_asks_and_is_kept_for_good(browser):
    address = serving.served("script.js", SCRIPT)
    packed = browser.get(address)
    plain = browser.get(address, headers={"Accept-Encoding": "identity"})
    assert packed.content == plain.content == SCRIPT  # the client unpacks
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < len(SCRIPT) / 10
    assert "content-encoding" not in plain.headers
    for answer in (packed, plain):
        assert answer.headers["content-type"].partition(";")[0].endswith("javascript")
        assert "immutable" in answer.headers["cache-control"]


def test_a_changed_file_has_another_address(browser):
    assert serving.served("script.js", SCRIPT) != serving.served("script.js", SCRIPT + b"// more")


def test_a_browser_that_refuses_packed_files_gets_them_plain(browser):
    answer = browser.get(serving.served("script.js", SCRIPT), headers={"Accept-Encoding": "gzip;q=0, br"})
    assert "content-encoding" not in answer.headers and answer.content == SCRIPT


def test_streamlits_client_arrives_packed_and_its_parts_find_each_other(browser):
    folder = serving.STREAMLIT / "static"
    for file in sorted(folder.glob("*/index.*")) + sorted(folder.glob("media/*"))[:1]:
        answer = browser.get(f"/{serving.CLIENT}/{file.relative_to(folder)}")
        assert answer.content == file.read_bytes() and "immutable" in answer.headers["cache-control"]
        assert ("content-encoding" in answer.headers) == (file.suffix in (".js", ".css"))
    absolute = re.compile(r"""["'`(]/static/(?:js|css|media)/""")
    assert not any(absolute.search(file.read_text(encoding="utf-8")) for file in folder.glob("js/index.*.js")), (
        "they are relative to itself"
    )


@pytest.mark.parametrize("path", ["", "js", "js/none.js", "../index.html", "%2e%2e/index.html", "js/../../index.html"])
def test_nothing_else_is_found_beside_the_client(browser, path):
    assert browser.get(f"/{serving.CLIENT}/{path}").status_code == 404


@pytest.mark.parametrize("name", NOT_MADE)
def test_what_is_not_such_a_file_is_not_found(browser, name):
    made = serving.served("script.js", SCRIPT).removeprefix("app/static/made-")
    assert browser.get(f"/app/static/made-{name.format(made=made)}").status_code == 404
