"""Two replicas behind the proxy of ``deploy/``, and one of them ends."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.cookies import SimpleCookie

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import ROOT, answers, free_port, until

_NEEDED = ("haproxy", "dnsmasq")
pytestmark = pytest.mark.skipif(
    not all(map(shutil.which, _NEEDED)), reason="needs haproxy and dnsmasq (Debian packages haproxy, dnsmasq-base), as the compose file has"
)


@contextmanager
def running(*command: str, **environment: str) -> Iterator[subprocess.Popen]:
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def replicas(tmp_path) -> Iterator[tuple[str, subprocess.Popen, Callable[[], subprocess.Popen]]]:
    """The address of the proxy, the only replica behind it, and what adds another: each with an address of its own on this machine.

    A name server tells the addresses, as in compose.
    """
    (tmp_path / "hosts").write_text("127.0.0.2 atlas\n127.0.0.3 atlas\n")
    dns, port, proxy = free_port(), free_port(), free_port()
    names = ["--no-daemon", f"--port={dns}", "--no-resolv", "--no-hosts", f"--addn-hosts={tmp_path / 'hosts'}"]
    served = ["-m", "streamlit", "run", "dashboard.py", f"--server.port={port}"]
    told = {"ATLAS_DNS": f"127.0.0.1:{dns}", "ATLAS_PORT": str(port), "ATLAS_PROXY_PORT": str(proxy), "ATLAS_SECRET": "one for all"}
    with ExitStack() as stack:

        def replica(host: str) -> subprocess.Popen:
            command = running(sys.executable, *served, f"--server.address={host}", STREAMLIT_SERVER_COOKIE_SECRET="one")
            started = stack.enter_context(command)
            until(lambda: answers(f"http://{host}:{port}"))
            return started

        stack.enter_context(running("dnsmasq", *names, "--listen-address=127.0.0.1", "--bind-interfaces"))
        first = replica("127.0.0.2")
        stack.enter_context(running("haproxy", "-f", "deploy/haproxy.cfg", **told))
        address = f"http://localhost:{proxy}"
        until(lambda: answers(address))
        yield address, first, lambda: replica("127.0.0.3")


def given(address: str, cookie: str = "") -> str:
    """The replica that the proxy gives a visitor, or ``""`` when it is to stay the one of the cookie."""
    request = urllib.request.Request(f"{address}/_stcore/health", headers={"Cookie": f"atlas-replica={cookie}"})
    with urllib.request.urlopen(request) as answer:
        cookies = SimpleCookie("; ".join(answer.headers.get_all("Set-Cookie", [])))
    return cookies["atlas-replica"].value if "atlas-replica" in cookies else ""


def test_a_visitor_keeps_a_replica_and_finds_the_same_view_when_it_is_gone(browser, replicas):
    address, first, another = replicas
    page = browser.new_context().new_page()
    page.goto(f"{address}/matrices?category=Regulated+AI&measure=lift")
    expect(page.locator(".st-key-filter-bar")).to_contain_text("65 of 207 workflows")
    (kept,) = (cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "atlas-replica")

    another()
    until(lambda: given(address) != kept)  # strangers go where fewer people are
    assert given(address, kept) == ""

    with page.expect_websocket():  # the next one: from when the old one ends, controls wait for it
        first.kill()
    page.get_by_role("button", name="Frontier AI").first.click()
    expect(page.locator(".st-key-filter-bar")).to_contain_text("83 of 207 workflows")
    expect(page).to_have_url(re.compile(r"category=Regulated\+AI&category=Frontier\+AI"))
    expect(page.get_by_role("combobox", name="Measure")).to_have_value("Lift")
    page.context.close()
