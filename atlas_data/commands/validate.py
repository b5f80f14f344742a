"""``validate``: check every file and print every problem."""

from __future__ import annotations

import argparse
import sys

import numpy as np

from atlas_data.atlas import Atlas
from atlas_data.loading import load_atlas
from atlas_data.problems import AtlasError
from atlas_data.unstated import stated

FREE = ("buyers", "capabilities", "inputs", "context_keys", "triggers", "reviewers", "targets")  # fields of free words


def add_to(commands: argparse._SubParsersAction) -> None:
    parser = commands.add_parser(
        "validate",
        help="check every file and print every problem",
        description="Checks every workflow and taxonomy file: keys, values, labels, ids and folders; or what any other atlas holds. "
        "Exits 1 and prints each problem with file, line and field when there is one. Warnings are printed too.",
    )
    parser.add_argument("path", nargs="?", help="folder, file or database (default: the packaged one)")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    try:
        atlas = load_atlas(options.path)
    except AtlasError as error:
        count = len(error.problems)
        print(*error.problems, f"{count} {'problem' if count == 1 else 'problems'}.", sep="\n", file=sys.stderr)
        return 1
    print(*atlas.warnings, sep="\n", end="\n" if atlas.warnings else "", file=sys.stderr)
    print(f"{len(atlas)} workflows in {atlas.workflows['category'].nunique()} categories: {_sound(atlas)}")
    return 0


def _sound(atlas: Atlas) -> str:
    """What of an atlas was found to be sound."""
    if atlas.engine is not None:
        return "it opens; its workflows were checked when they were written into it."
    if atlas.indexed is not None:  # entries of a large atlas are read when they are asked for
        return "every column, id and label is sound."
    entries = atlas.some(np.arange(len(atlas)))
    labels = stated(label for entry in entries for field in FREE for label in entry.labels(field)).sum()
    return (
        f"every key, value, id and folder is sound; "
        f"{labels} labels of buyers, capabilities, inputs, context keys, review triggers, reviewers and targets map to terms."
    )
