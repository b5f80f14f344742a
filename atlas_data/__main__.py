"""``python -m atlas_data``: tools for those who keep the data."""

from __future__ import annotations

import argparse
import os
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
        code = options.run(options)
        sys.stdout.flush()  # so that a reader who has left is noticed here
        return code
    except AtlasError as error:
        print(*error.problems, sep="\n", file=sys.stderr)
        return 1
    except BrokenPipeError:  # as of `| head`: the interpreter would tell again when it flushes at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + 13  # what a shell says of tools that SIGPIPE ends
    except OSError as error:
        if error.filename is None:
            raise
        print(f"{error.filename}: cannot be read or written: {error.strerror}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
