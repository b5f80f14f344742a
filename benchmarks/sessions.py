"""Many visitors at once: websocket sessions that filter and change pages, as Streamlit's own client would.

    python -m benchmarks.sessions [--levels 1 20 100] [--seconds 30] [--rested] [--filters Category] [--thought 0.5 2] [--pages matrices]

Starts the dashboard anew for each level (--rested: and waits until it has made what visitors ask for first), opens that many sessions
from one process, lets each load a page and then change the category or the stage filter again and again, with 0.5 to 2 seconds of thought
in between; every fifth time it goes to another page.
The time of a rerun runs from sending it to the message that the script has finished. "load" is that of the visitors' first pages,
before anybody clicks; "newcomer" that of others who come every three seconds while they do, look at the first page and at another,
and leave. With each click the first chart of the page asks for its new numbers, as it does in a browser: "chart" is the time until it
has them, "busy" the share that the server left to the rerun; it is then spared such questions for as long as it says. "MB a minute"
is the slope of the server's memory over the second half of the time (--seconds 1800 for a soak).
Everything stays on this machine, so this process takes its share of the cores too.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import httpx2
import numpy as np
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

from benchmarks.serving import dashboard

FILTERS = ("Category", "Stage")  # labels of the filter's widgets that are all in sight
PATIENCE = 60  # seconds after which a rerun counts as lost
ARRIVAL = 0.05  # seconds between two new visitors
NEWCOMER = 3  # seconds between two who come while the others are at work


@dataclass
class Level:
    """What the visitors of a level are to do, and what they saw."""

    only: list[str]
    thought: tuple[float, float]
    filters: tuple[str, ...] = FILTERS
    arrived: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))
    go: asyncio.Event = field(default_factory=asyncio.Event)
    until: float = 0.0
    loads: list[float] = field(default_factory=list)
    newcomers: list[float] = field(default_factory=list)
    reruns: list[float] = field(default_factory=list)
    charts: list[float] = field(default_factory=list)
    left: int = 0
    errors: list[str] = field(default_factory=list)
    received: int = 0


class Session:
    """One visitor: remembers what Streamlit's client would send back."""

    def __init__(self, socket: ClientConnection, web: httpx2.AsyncClient, level: Level, random: np.random.Generator):
        self.socket, self.web, self.level, self.random = socket, web, level, random
        self.page, self.query, self.pages = "", "", []
        self.charts: dict[str, str] = {}  # by page: what its first chart asks for
        self.spared = 0.0  # until when the server, which was busy, is not asked for charts
        self.widgets: dict[str, str] = {}  # ids of the filters, by label
        self.options: dict[str, list[str]] = {}
        self.chosen: dict[str, list[str]] = {}
        self.cached: list[set[str]] = []  # hashes of the large messages of the last runs, which the server need not send again

    async def rerun(self, name: str = "") -> float:
        """Ask for a rerun and wait for its end; seconds."""
        message = BackMsg()
        state = message.rerun_script
        state.query_string, state.page_script_hash, state.page_name = self.query, self.page, name
        state.cached_message_hashes.extend(set().union(*self.cached[-2:]))
        for label, widget in self.widgets.items():
            state.widget_states.widgets.add(id=widget).string_array_value.data.extend(self.chosen.get(label, []))
        self.cached.append(set())
        start = time.perf_counter()
        await self.socket.send(message.SerializeToString())
        async with asyncio.timeout(PATIENCE):
            while not self._finished(await self.socket.recv()):
                pass
        return time.perf_counter() - start

    async def ask(self) -> None:
        """What the first chart of the page does when the filter changes."""
        if self.page in self.charts and time.perf_counter() > self.spared:
            start = time.perf_counter()
            answer = await self.web.get(f"{self.charts[self.page]}&{self.query}")
            self.level.charts.append(time.perf_counter() - start)
            self.spared = time.perf_counter() + float(answer.headers.get("Retry-After", 0))
            self.level.left += answer.status_code == 204
            if answer.status_code not in (200, 204):
                self.level.errors.append(f"{answer.status_code} for {answer.url}")

    def _finished(self, data: bytes) -> bool:
        self.level.received += len(data)
        message = ForwardMsg.FromString(data)
        kind = message.WhichOneof("type")
        if message.metadata.cacheable or kind == "ref_hash":
            self.cached[-1].add(message.ref_hash or message.hash)
        if kind == "new_session":
            self.page = message.new_session.page_script_hash
        elif kind == "navigation":
            self.page = message.navigation.page_script_hash
            shown = [page for page in message.navigation.app_pages if not page.is_hidden]
            self.pages = [page for page in shown if not self.level.only or page.url_pathname in self.level.only]
        elif kind == "page_info_changed":
            self.query = message.page_info_changed.query_string
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            self._seen(message.delta.new_element)
        elif kind == "script_finished":
            if message.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
                self.level.errors.append("the script does not compile")
            return message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN
        return False

    def _seen(self, element) -> None:
        kind = element.WhichOneof("type")
        if kind == "exception":
            self.level.errors.append(f"{element.exception.type}: {element.exception.message}")
        elif kind == "button_group" and element.button_group.label in FILTERS:
            self.widgets[element.button_group.label] = element.button_group.id
            self.options[element.button_group.label] = [option.content for option in element.button_group.options]
        elif kind == "bidi_component" and self.page not in self.charts:
            _, asks, ahead = element.bidi_component.bytes.rpartition(b'"ahead":{')
            if asks:
                asked = json.loads(b"{" + ahead[:-1])
                self.charts[self.page] = f"/{asked['page']}?{asked['query']}"

    def toggle(self) -> None:
        label = self.level.filters[self.random.integers(len(self.level.filters))]
        options, chosen = self.options[label], self.chosen.get(label, [])
        term = options[self.random.integers(len(options))]
        self.choose({**self.chosen, label: [kept for kept in chosen if kept != term] if term in chosen else [*chosen, term]})

    def choose(self, chosen: dict[str, list[str]]) -> None:
        """Terms by the label of their filter, from the next run on."""
        self.chosen = chosen
        self.query = urlencode([(label.lower(), term) for label, terms in chosen.items() for term in terms])

    def turn_page(self) -> None:
        self.page = self.pages[self.random.integers(len(self.pages))].page_script_hash


async def come_and_go(web: httpx2.AsyncClient, number: int, level: Level) -> None:
    """Somebody who looks at the first page, and at another, while the others are at work."""
    try:
        async with connect(stream_of(web), subprotocols=["streamlit"], max_size=None, open_timeout=PATIENCE) as socket:
            session = Session(socket, web, level, np.random.default_rng([8, number]))
            level.newcomers.append(await session.rerun())
            session.turn_page()
            level.newcomers.append(await session.rerun())
    except Exception as error:
        level.errors.append(repr(error))


def stream_of(web: httpx2.AsyncClient) -> str:
    return str(web.base_url.join("/_stcore/stream")).replace("http", "ws", 1)


async def visit(web: httpx2.AsyncClient, number: int, level: Level) -> None:
    """One visitor from arrival to departure."""
    random = np.random.default_rng([7, number])
    await asyncio.sleep(ARRIVAL * number)
    try:
        async with connect(stream_of(web), subprotocols=["streamlit"], max_size=None, open_timeout=PATIENCE) as socket:
            session = Session(socket, web, level, random)
            level.loads.append(await session.rerun())
            session.turn_page()
            level.loads.append(await session.rerun())
            level.arrived.release()
            await level.go.wait()
            await asyncio.sleep(random.uniform(0, level.thought[1]))
            turn = 0
            while time.perf_counter() < level.until:
                turn += 1
                session.toggle()
                if turn % 5 == 0:
                    session.turn_page()
                    level.reruns.append(await session.rerun())
                else:
                    _, took = await asyncio.gather(session.ask(), session.rerun())
                    level.reruns.append(took)
                await asyncio.sleep(random.uniform(*level.thought))
    except Exception as error:
        level.errors.append(repr(error))
        level.arrived.release()


async def run_level(address: str, pid: int, sessions: int, arguments: argparse.Namespace) -> dict[str, float]:
    # The server ends connections that were idle for 5 seconds. A browser that meets that asks again; this client does not.
    limits = httpx2.Limits(max_connections=None, max_keepalive_connections=None, keepalive_expiry=2)
    async with httpx2.AsyncClient(base_url=address, timeout=PATIENCE, limits=limits) as web:
        return await visited(web, pid, sessions, arguments)


async def visited(web: httpx2.AsyncClient, pid: int, sessions: int, arguments: argparse.Namespace) -> dict[str, float]:
    await visit_once(web, arguments)  # the first visitor of a server waits for imports
    if arguments.rested:
        await rest(pid)
    memory = resident(pid)
    level = Level(arguments.pages, tuple(arguments.thought), tuple(arguments.filters))
    visitors = [asyncio.create_task(visit(web, i, level)) for i in range(sessions)]
    for _ in visitors:
        await level.arrived.acquire()
    start, cpu, own = time.perf_counter(), cpu_seconds(pid), time.process_time()
    level.until = start + arguments.seconds
    level.go.set()
    sizes, newcomers = [], []
    while (now := time.perf_counter() - start) < arguments.seconds:
        sizes.append((now / 60, resident(pid)))
        if len(newcomers) < now / NEWCOMER:
            newcomers.append(asyncio.create_task(come_and_go(web, len(newcomers), level)))
        await asyncio.sleep(min(1, arguments.seconds - now))
    half = sizes[len(sizes) // 2 :]  # of the time: by then every view and filter has been seen
    spent, done = time.perf_counter() - start, len(level.reruns)
    result = {
        "reruns a second": done / spent,
        "server cores": (cpu_seconds(pid) - cpu) / spent,
        "cores here": (time.process_time() - own) / spent,
        "server MB": resident(pid),
        "worker MB": sum(map(resident, started_by(pid))),
        "MB a session": (resident(pid) - memory) / sessions,
        "MB a minute": np.polyfit(*zip(*half, strict=True), 1)[0] if len(half) > 2 else np.nan,
    }
    await asyncio.gather(*visitors, *newcomers)
    for error in sorted(set(level.errors))[:5]:
        print(f"  error: {error}")
    measured = level.loads, level.newcomers, level.reruns, level.charts
    loads, newcomers, reruns, charts = (1000 * np.array(times or [np.nan]) for times in measured)
    return {
        "sessions": sessions,
        "reruns": len(level.reruns),
        "p50 ms": np.median(reruns),
        "p95 ms": np.quantile(reruns, 0.95),
        "load p95 ms": np.quantile(loads, 0.95),
        "newcomer p95 ms": np.quantile(newcomers, 0.95),
        "chart p50 ms": np.median(charts),
        "chart p95 ms": np.quantile(charts, 0.95),
        "busy": level.left / max(len(level.charts), 1),
        "errors": len(level.errors),
        "kB a run": level.received / 1000 / max(len(level.reruns) + len(level.loads), 1),
        **result,
    }


async def visit_once(web: httpx2.AsyncClient, arguments: argparse.Namespace) -> None:
    level = Level(arguments.pages, (0, 0))
    level.go.set()
    await visit(web, 0, level)
    await asyncio.sleep(1)


async def rest(pid: int) -> None:
    """Wait until a server has nothing to do: one that has just started makes what visitors ask for first."""
    before = -1.0
    while (spent := cpu_seconds(pid)) - before > 0.2:
        before = spent
        await asyncio.sleep(2)


def resident(pid: int) -> float:
    """Resident memory of a process in MB."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def cpu_seconds(pid: int) -> float:
    """What a process, and those it has started, have had of the processor."""
    fields = (Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split() for each in (pid, *started_by(pid)))
    return sum(int(each[11]) + int(each[12]) for each in fields) / os.sysconf("SC_CLK_TCK")


def started_by(pid: int) -> list[int]:
    """The processes that a process has started and that still run."""
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True)
    return [int(line) for line in listed.stdout.split()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--levels", type=int, nargs="+", default=[1, 20, 100], help="sessions at once")
    parser.add_argument("--seconds", type=float, default=30, help="of each level")
    parser.add_argument("--rested", action="store_true", help="visitors come once a started server has nothing left to do")
    parser.add_argument("--filters", choices=FILTERS, nargs="+", default=FILTERS, help="what visitors click on")
    parser.add_argument("--thought", type=float, nargs=2, default=[0.5, 2.0], help="least and most seconds between two clicks of a visitor")
    parser.add_argument("--pages", nargs="+", default=[], help="only these pages (the last part of their address)")
    arguments = parser.parse_args()
    for i, sessions in enumerate(arguments.levels):
        with dashboard() as (address, pid):
            result = asyncio.run(run_level(address, pid, sessions, arguments))
        if not i:
            print("".join(f"{name:>17}" for name in result))
        digits = {name: 0 if value >= 20 or float(value).is_integer() else 2 for name, value in result.items()}
        print("".join(f"{value:17.{digits[name]}f}" for name, value in result.items()), flush=True)


if __name__ == "__main__":
    main()
