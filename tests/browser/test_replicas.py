"""Two replicas behind the proxy of ``deploy/``, and one of them ends."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

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
def replicas(tmp_path) -> Iterator[tuple[str, list[subprocess.Popen]]]:
    """The address of the proxy, and the replicas behind it: addresses of their own on this machine, told by a name server as in compose."""
    (tmp_path / "hosts").write_text("127.0.0.2 atlas\n127.0.0.3 atlas\n")
    dns, port, proxy = free_port(), free_port(), free_port()
    names = [
        "--no-daemon",
        f"--port={dns}",
        "--no-resolv",
        "--no-hosts",
        f"--addn-hosts={tmp_path / 'hosts'}",
        "--listen-address=127.0.0.1",
    ]
    served = ["-m", "streamlit", "run", "dashboard.py", f"--server.port={port}", "--server.fileWatcherType=none"]
    told = {"ATLAS_DNS": f"127.0.0.1:{dns}", "ATLAS_PORT": str(port), "ATLAS_PROXY_PORT": str(proxy), "ATLAS_SECRET": "one for all"}
    with ExitStack() as stack:
        stack.enter_context(running("dnsmasq", *names, "--listen-address=127.0.0.1", "--bind-interfaces"))
        started = [
            stack.enter_context(running(sys.executable, *served, f"--server.address=127.0.0.{host}", STREAMLIT_SERVER_COOKIE_SECRET="one"))
            for host in (2, 3)
        ]
        until(lambda: all(answers(f"http://127.0.0.{host}:{port}") for host in (2, 3)))
        stack.enter_context(running("haproxy", "-f", "deploy/haproxy.cfg", **told))
        address = f"http://localhost:{proxy}"
        until(lambda: answers(address))
        yield address, started


def test_visitors_keep_their_replica_and_find_the_same_view_when_it_is_gone(browser, replicas):
    address, (first, _) = replicas
    pages = [browser.new_context().new_page() for _ in range(2)]
    for page in pages:
        page.goto(f"{address}/matrices?category=Regulated+AI&measure=lift")
        expect(page.locator(".st-key-filter-bar")).to_contain_text("65 of 207 workflows")
    kept = [{cookie["name"]: cookie["value"] for cookie in page.context.cookies()}["atlas-replica"] for page in pages]
    assert kept[0] != kept[1]

    first.kill()
    for page in pages:
        page.get_by_role("button", name="Frontier AI").first.click()
        expect(page.locator(".st-key-filter-bar")).to_contain_text("83 of 207 workflows")
        expect(page).to_have_url(re.compile(r"category=Regulated\+AI&category=Frontier\+AI"))
        expect(page.get_by_role("combobox", name="Measure")).to_have_value("Lift")
        page.context.close()
