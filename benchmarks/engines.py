"""The same views of the same atlas in memory and in databases: ``python -m benchmarks.engines SOURCE...``.

Each SOURCE is a file or an address that ``load_atlas`` opens. Printed are the seconds it takes to open, and of each view the
milliseconds on the server after a change of the filter: the median of four filters, and in brackets the first view of all
workflows, which also reads what is read once. Counts that an earlier view asked for under the same filter are not asked again.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
from statistics import median
from time import perf_counter

from analysis import Selection
from analysis.views import VIEWS
from atlas_data import load_atlas
from atlas_data.engines.connecting import is_address, shown

SHOWN = ("control-frequency", "matrix", "convergence-map", "intersections", "bundles", "maturity-odds", "category-map", "workflows")
FILTERS = (
    Selection(),
    Selection(category="Frontier AI"),
    Selection(control=["Identity", "Audit trail"], stage=["Scaling", "Emerging"], match={"control": "all"}),
    Selection(buyer_industry="Insurance"),
    Selection(text="claims"),
)


def measured(source: str) -> list[str]:
    """A column of the table."""
    start = perf_counter()
    atlas = load_atlas(source)
    said = [f"{perf_counter() - start:.1f} s"]
    for name in SHOWN:
        took = []
        for selection in FILTERS:
            start = perf_counter()
            VIEWS[name](atlas, selection)
            took.append(1000 * (perf_counter() - start))
        said.append(f"{median(took[1:]):,.0f} ({took[0]:,.0f})")
    return [*said, f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sources", nargs="+", metavar="SOURCE")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        print(*measured(arguments.sources[0]), sep="\n")
        return
    columns = []
    for source in arguments.sources:  # each in a process of its own
        command = [sys.executable, "-W", "ignore", "-m", "benchmarks.engines", "--one", source]
        columns.append(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\n")[: len(SHOWN) + 2])
    named = [shown(source).partition("://")[0] if is_address(source) else "in memory" for source in arguments.sources]
    print(f"| | {' | '.join(named)} |\n|---|{'---|' * len(named)}")
    for name, *values in zip(("open", *SHOWN, "memory of the process"), *columns, strict=True):
        print(f"| {name} | {' | '.join(values)} |")


if __name__ == "__main__":
    main()
