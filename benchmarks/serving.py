"""Servers of a benchmark: started on a free port of this machine, ended with it."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def served(command: list[str], health: str) -> Iterator[tuple[str, int]]:
    """Run ``python -m command`` with ``{port}`` filled in until the block ends; gives its address and process id."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    filled = [sys.executable, "-m", *(part.format(port=port) for part in command)]
    server = subprocess.Popen(filled, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 60
        while not _answers(address + health):
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{' '.join(filled)} did not start")
            time.sleep(0.1)
        yield address, server.pid
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()


def streamlit(script: str, *given: str) -> contextmanager[tuple[str, int]]:
    """A Streamlit app as people run it, without watching its files."""
    options = ["--server.port={port}", "--server.address=127.0.0.1"]
    return served(["streamlit", "run", script, *options, *(["--", *given] if given else [])], "/_stcore/health")


def dashboard() -> contextmanager[tuple[str, int]]:
    return streamlit("dashboard.py")


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=1) as answer:
            return answer.status == 200
    except OSError:
        return False
