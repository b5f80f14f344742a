"""``python -m atlas_data``: tools for those who keep the data."""

from __future__ import annotations

import argparse
import sys

from atlas_data.loading import check_atlas
from atlas_data.problems import AtlasError


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m atlas_data", description="Check the files of an atlas.")
    commands = parser.add_subparsers(dest="command", required=True)
    validate = commands.add_parser(
        "validate",
        help="check every file and print every problem",
        description="Checks every workflow and taxonomy file: keys, values, labels, ids and folders. "
        "Exits 1 and prints each problem with file, line and field when there is one.",
    )
    validate.add_argument("path", nargs="?", help="folder of the atlas (default: the packaged one)")
    options = parser.parse_args(arguments)
    return _validate(options.path)


def _validate(path: str | None) -> int:
    try:
        reading = check_atlas(path)
        problems = reading.problems
    except AtlasError as error:
        reading, problems = None, list(error.problems)
    if problems:
        print(*problems, sep="\n", file=sys.stderr)
        count = len(problems)
        print(f"{count} {'problem' if count == 1 else 'problems'}.", file=sys.stderr)
        return 1
    labels = sum(len(entry.labels(field)) for entry in reading.entries for field in ("buyers", "capabilities", "reviewers"))
    print(
        f"{len(reading.entries)} workflows in {len({entry.category for entry in reading.entries})} categories: "
        f"every key, value, id and folder is sound; {labels} buyer, capability and reviewer labels map to terms."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
