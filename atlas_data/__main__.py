"""``python -m atlas_data``: tools for those who keep the data."""

from __future__ import annotations

import argparse
import sys

from atlas_data.commands import diff, export, formatting, generate, importing, new, report, validate
from atlas_data.problems import AtlasError

COMMANDS = (validate, new, formatting, diff, report, export, importing, generate)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m atlas_data", description="Tools for those who keep the data of an atlas.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.add_to(commands)
    options = parser.parse_args(arguments)
    try:
        return options.run(options)
    except AtlasError as error:
        print(*error.problems, sep="\n", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
