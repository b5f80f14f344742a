"""``generate``: write a synthetic atlas of any size."""

from __future__ import annotations

import argparse
from pathlib import Path

from atlas_data.generating import generate
from atlas_data.problems import AtlasError, Problem, writing


def add_to(commands: argparse._SubParsersAction) -> None:
    parser = commands.add_parser(
        "generate",
        help="write a synthetic atlas of any size, for measuring",
        description="Writes one Parquet file of synthetic workflows shaped like the packaged ones: what each term's share is and "
        "which terms go together. Everything in it says that it is synthetic.",
        epilog="example:\n  python -m atlas_data generate --workflows 1000000 --seed 7 million.parquet && make run ATLAS=million.parquet",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("out", metavar="OUT", type=Path, help="the .parquet file to write; not overwritten without --force")
    parser.add_argument("--workflows", type=int, required=True, metavar="N", help="how many")
    parser.add_argument("--seed", type=int, default=7, help="the same seed gives the same workflows (default: 7)")
    parser.add_argument("--force", action="store_true", help="overwrite OUT")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    if options.workflows < 1 or options.seed < 0:
        raise AtlasError([Problem("generate", "", "needs one workflow or more, and a seed that is not negative")])
    if options.out.exists() and not options.force:
        raise AtlasError([Problem(str(options.out), "", "exists already; choose another name or add --force")])
    with writing(options.out):
        generate(options.out, options.workflows, options.seed)
    print(f"{options.workflows:,} synthetic workflows written to {options.out} ({options.out.stat().st_size:,} bytes).")
    return 0
