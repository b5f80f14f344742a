"""How the views grow with the atlas: server time after a change of the filter at 200 to a million workflows, load time, memory.

    python -m benchmarks.growth [--sizes 207 10000 100000 1000000] [--rounds 5] [--views NAME ...] [--folder FOLDER]

207 is the packaged atlas; larger ones are synthetic (``python -m atlas_data generate``, seed 7), written to a folder for
temporary files, or kept in ``--folder``. Each size runs in a process of its own. A round asks a view for a filter that nobody has
asked any view for, and turns the figure into what is sent; so nothing is answered from what is kept but what does not depend on the
filter. One filter is asked before the clock starts. Medians of the rounds, of filters by facets and of searches for a word apart.
Writes ``benchmarks/growth.md`` and ``benchmarks/growth.svg`` unless views are named.
"""

from __future__ import annotations

import argparse
import json
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from itertools import combinations
from pathlib import Path

from threadpoolctl import threadpool_limits

from analysis import Selection
from analysis.views import VIEWS
from atlas_data import Atlas, load_atlas

HERE = Path(__file__).parent
SIZES = (207, 10_000, 100_000, 1_000_000)
LIMIT = 250  # milliseconds
LONGEST = 10  # seconds a view is waited for
SEARCHES = 3  # of a view; one more is asked before the clock starts


def filters(atlas: Atlas, view: int, rounds: int) -> list[dict]:
    """Filters for the view of this number: of the same kinds for each view, narrow and wide, and none of them twice. One to begin with,
    then ``rounds``."""

    def pair(facet: str, number: int) -> list[str]:
        terms = list(combinations(atlas.facet(facet).names, 2))
        return list(terms[number * 11 % len(terms)])  # 11 divides none of their numbers

    kinds = (
        lambda i: {"category": pair("category", i), "stage": atlas.facet("stage").names[i // 10 % 4], "control": pair("control", i)},
        lambda i: {"buyer_function": pair("buyer_function", i)},
        lambda i: {"control": pair("control", i), "match": "all"},
        lambda i: {"category": pair("category", i), "exclude": {"control": pair("control", i)}},
        lambda i: {"exclude": {"buyer_function": pair("buyer_function", i)}},  # nearly all
    )
    begun = {"category": pair("category", view), "reviewer_role": pair("reviewer_role", view)}
    return [begun, *(kinds[i % len(kinds)](view + len(VIEWS) * (i // len(kinds))) for i in range(rounds))]


def searches(view: int) -> list[dict]:
    """Searches for the view of this number, none of them twice: words of the titles of the packaged atlas."""
    words = sorted(set(re.findall("[a-z]{6,}", " ".join(load_atlas().workflows["title"]).casefold())))
    return [{"text": words[(view * SEARCHES + i) * 5 % len(words)]} for i in range(SEARCHES)]


def resident() -> float:
    """Memory of this process, in MB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024


def give_up(*_) -> None:
    raise TimeoutError(f"more than {LONGEST} s")


def measure(source: str | None, rounds: int, names: list[str]) -> dict:
    """One size, in this process."""
    import pages.parts.chart  # noqa: F401 - what the server has in memory before an atlas

    threadpool_limits(1, "blas")  # as the server does
    signal.signal(signal.SIGALRM, give_up)
    before, start = resident(), time.perf_counter()
    atlas = load_atlas(source)
    found = {"workflows": len(atlas), "load": time.perf_counter() - start, "views": {}, "searches": {}, "payload": {}}
    loaded = resident()
    for name in names or VIEWS:
        number = list(VIEWS).index(name)
        by_facets, by_words = filters(atlas, number, rounds), searches(number)
        times, payload = [], 0
        for i, conditions in enumerate((*by_facets, *by_words)):
            selection = Selection(**conditions)
            start = time.perf_counter()
            signal.alarm(LONGEST if i else 10 * LONGEST)
            try:
                view = VIEWS[name](atlas, selection)
                payload = max(payload, len(json.dumps(view.figure, default=str)))
            except Exception as error:  # a view that fails, or takes too long, must show in the table, not end it
                found["payload"][name] = repr(error)[:80]
            finally:
                signal.alarm(0)
            times.append(1000 * (time.perf_counter() - start))
        found["views"][name] = statistics.median(times[1 : len(by_facets)])
        found["searches"][name] = statistics.median(times[len(by_facets) :])
        found["payload"].setdefault(name, payload)
        medians = f"{found['views'][name]:>9.1f} {found['searches'][name]:>9.1f} ms"
        print(f"{len(atlas):>9,} {name:<24} {medians}  {found['payload'][name]}", file=sys.stderr, flush=True)
    return found | {"before": before, "loaded": loaded, "after": resident()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--rounds", type=int, default=5, choices=range(1, 16))
    parser.add_argument("--views", nargs="+", default=[])
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one is not None:
        print(json.dumps(measure(options.one or None, options.rounds, options.views)))
        return
    with tempfile.TemporaryDirectory() as temporary:
        results = [_run(size, options, options.folder or Path(temporary)) for size in options.sizes]
    text = written(results)
    print(text)
    if not options.views:
        (HERE / "growth.md").write_text(text, encoding="utf-8")
        (HERE / "growth.svg").write_text(picture(results), encoding="utf-8")


def _run(size: int, options: argparse.Namespace, folder: Path) -> dict:
    path = folder / f"{size}.parquet"
    if size != SIZES[0] and not path.exists():
        subprocess.run([sys.executable, "-m", "atlas_data", "generate", "--workflows", str(size), "--seed", "7", str(path)], check=True)
    source = "" if size == SIZES[0] else str(path)
    command = [sys.executable, "-m", "benchmarks.growth", "--one", source, "--rounds", str(options.rounds)]
    command += ["--views", *options.views] if options.views else []
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout.splitlines()[-1])


def written(results: list[dict]) -> str:
    """The results as a table."""
    heads = [f"{found['workflows']:,}" for found in results]
    lines = [
        "# Growth",
        "",
        f"Made by `python -m benchmarks.growth` on {time.strftime('%Y-%m-%d')}: median milliseconds of server time of each view after a",
        "change of the filter, to the figure as it is sent; after the stroke, after a search for a word. Each filter and word is new to",
        f"all views. The limit at a million is {LIMIT} ms.",
        "",
        f"| | {' | '.join(heads)} |",
        "|---|" + "---|" * len(heads),
        _line("load, s", [f"{found['load']:.1f}" for found in results]),
        _line("memory of the process before and after loading, MB", [f"{found['before']:.0f}, {found['loaded']:.0f}" for found in results]),
        _line("and after all views, MB", [f"{found['after']:.0f}" for found in results]),
        _line("bytes a workflow, whole process", [f"{found['after'] * 2**20 / found['workflows']:,.0f}" for found in results]),
        "",
        f"| view | {' | '.join(heads)} | largest figure, kB, at {heads[-1]} |",
        "|---|" + "---|" * (len(heads) + 1),
    ]
    for name in results[-1]["views"]:
        times = [(found["views"][name], found["searches"][name]) for found in results]
        size = results[-1]["payload"][name]
        last = f"{size / 1000:,.0f}" if isinstance(size, int) else size
        lines.append(_line(name, [*(f"{facets:,.1f} / {word:,.1f}" for facets, word in times), last]))
    return "\n".join(lines) + "\n"


def _line(head: str, cells: list[str]) -> str:
    return f"| {head} | {' | '.join(cells)} |"


def picture(results: list[dict]) -> str:
    """A line a view over the sizes, both axes logarithmic, as SVG."""
    from math import log10

    sizes = [found["workflows"] for found in results]
    low, high, wide, tall = 0.1, 10_000, 560, 380

    def at(size: float, milliseconds: float) -> str:
        x = 60 + wide * log10(size / sizes[0]) / max(log10(sizes[-1] / sizes[0]), 1)
        return f"{x:.0f},{20 + tall * (1 - log10(min(max(milliseconds, low), high) / low) / log10(high / low)):.0f}"

    lines = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 660 450" font-family="sans-serif" font-size="12" fill="#333">',
             '<rect width="660" height="450" fill="white"/>']  # fmt: skip
    for milliseconds in (0.1, 1, 10, 100, 1_000, 10_000):
        y = at(sizes[0], milliseconds).split(",")[1]
        lines.append(f'<path d="M60 {y}H620" stroke="#ddd"/><text x="54" y="{y}" dy="4" text-anchor="end">{milliseconds:g}</text>')
    for size in sizes:
        x = at(size, low).split(",")[0]
        lines.append(f'<text x="{x}" y="420" text-anchor="middle">{size:,}</text>')
    y = at(sizes[0], LIMIT).split(",")[1]
    lines.append(f'<path d="M60 {y}H620" stroke="#b3261e" stroke-dasharray="4 3"/>')
    lines.append(f'<text x="620" y="{y}" dy="-5" text-anchor="end" fill="#b3261e">{LIMIT} ms</text>')
    for name in results[-1]["views"]:
        points = [at(found["workflows"], found["views"][name]) for found in results]
        lines.append(
            f'<polyline points="{" ".join(points)}" fill="none" stroke="#3b6fb6" stroke-opacity="0.55"><title>{name}</title></polyline>'
        )
    return "\n".join(
        [*lines, '<text x="60" y="442">Workflows; milliseconds to answer a changed filter, a line a view</text>', "</svg>", ""]
    )


if __name__ == "__main__":
    main()
