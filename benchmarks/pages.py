"""Server time per rerun, by page: one visitor who changes the filter, over a websocket.

    python -m benchmarks.pages [--pages matrices brief ...]

Each page is asked for the same 16 filters twice, two categories at a stage, which no server makes beforehand: the first time they are new
to it, the second time its views are kept. Mean milliseconds of the processor's time that the server spends on a rerun, sending included,
and the median from the click to the message that the script has finished, for new filters and for kept ones.
"""

from __future__ import annotations

import argparse
import asyncio
from itertools import combinations, islice, product
from statistics import median

import httpx2
import numpy as np
from websockets.asyncio.client import connect

from benchmarks.serving import dashboard
from benchmarks.sessions import Level, Session, cpu_seconds, rest, stream_of


async def measure(address: str, pid: int, pages: list[str]) -> list[tuple[float, ...]]:
    """A row a page: processor time for new filters and for kept ones, then the whole time for both, in ms, and the page's address."""
    async with (
        httpx2.AsyncClient(base_url=address, timeout=60) as web,
        connect(stream_of(web), subprotocols=["streamlit"], max_size=None) as socket,
    ):
        level = Level(pages, (0, 0))
        visitor = Session(socket, web, level, np.random.default_rng(0))
        await visitor.rerun()
        await rest(pid)
        pairs = product(visitor.options["Stage"], combinations(visitor.options["Category"], 2))
        filters = [{"Category": list(categories), "Stage": [stage]} for stage, categories in islice(pairs, 4, 20)]
        rows = []
        for page in list(visitor.pages):
            visitor.page = page.page_script_hash
            await choose(visitor, {})
            spent, took = [], []
            for _ in range(2):
                before = cpu_seconds(pid)
                took.append(1000 * median([await choose(visitor, chosen) for chosen in filters]))
                spent.append(1000 * (cpu_seconds(pid) - before) / len(filters))
            rows.append((*spent, *took, page.url_pathname or "overview"))
        if level.errors:
            raise RuntimeError("; ".join(level.errors[:3]))
    return rows


async def choose(visitor: Session, chosen: dict[str, list[str]]) -> float:
    visitor.choose(chosen)
    return await visitor.rerun()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", nargs="+", default=[], help="only these pages (the last part of their address)")
    arguments = parser.parse_args()
    with dashboard() as (address, pid):
        rows = asyncio.run(measure(address, pid, arguments.pages))
    print(f"{'page':<18}{'processor: new':>16}{'kept':>8}{'whole: new':>14}{'kept':>8}")
    for *times, page in sorted(rows, key=lambda row: -row[1]):
        new, kept, whole_new, whole_kept = times
        print(f"{page:<18}{new:16.0f}{kept:8.0f}{whole_new:14.0f}{whole_kept:8.0f}")


if __name__ == "__main__":
    main()
