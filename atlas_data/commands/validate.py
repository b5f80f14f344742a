"""``validate``: check every file and print every problem."""

from __future__ import annotations

import argparse
import sys

from atlas_data.loading import check_atlas
from atlas_data.problems import AtlasError

FREE = ("buyers", "capabilities", "inputs", "context_keys", "triggers", "reviewers", "targets")  # fields of free words


def add_to(commands: argparse._SubParsersAction) -> None:
    parser = commands.add_parser(
        "validate",
        help="check every file and print every problem",
        description="Checks every workflow and taxonomy file: keys, values, labels, ids and folders. "
        "Exits 1 and prints each problem with file, line and field when there is one.",
    )
    parser.add_argument("path", nargs="?", help="folder of the atlas (default: the packaged one)")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    try:
        reading = check_atlas(options.path)
        problems = reading.problems
    except AtlasError as error:
        reading, problems = None, list(error.problems)
    if problems:
        print(*problems, sep="\n", file=sys.stderr)
        count = len(problems)
        print(f"{count} {'problem' if count == 1 else 'problems'}.", file=sys.stderr)
        return 1
    labels = sum(len(entry.labels(field)) for entry in reading.entries for field in FREE)
    print(
        f"{len(reading.entries)} workflows in {len({entry.category for entry in reading.entries})} categories: "
        f"every key, value, id and folder is sound; "
        f"{labels} labels of buyers, capabilities, inputs, context keys, review triggers, reviewers and targets map to terms."
    )
    return 0
