"""``import``: read a file into a new atlas folder of YAML files."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from atlas_data.atlas import Atlas
from atlas_data.engines.connecting import is_address, shown
from atlas_data.export import to_csv
from atlas_data.formats.columns import ROW_GROUP
from atlas_data.limits import STATED
from atlas_data.loading import load_atlas, read_atlas
from atlas_data.problems import AtlasError, Problem, problem_table, reading, writing
from atlas_data.validation import folder_of
from atlas_data.writing import dump_entry, dump_facet


def add_to(commands: argparse._SubParsersAction) -> None:
    parser = commands.add_parser(
        "import",
        help="read a file into a new atlas folder",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Reads an export of an atlas (data package, Excel, Parquet, JSON Lines, SQLite), or a plain CSV or Excel sheet\n"
        "with one row a workflow and labels separated by semicolons, and writes a new atlas folder:\n"
        "workflows/<category>/<id>.yaml and taxonomy/*.yaml. Labels that the vocabulary does not know become terms of\n"
        "their own, each with a warning.\n"
        f"\nlimits:\n  {STATED}",
        epilog="example:\n  python -m atlas_data import ours.csv ours --column 'Use case=title' --errors problems.csv",
    )
    parser.add_argument("file", metavar="FILE", help="the file to read, a folder of the tables of an atlas, or the address of a database")
    parser.add_argument("out", metavar="OUT_FOLDER", type=Path, help="the folder to write; must be new or empty")
    parser.add_argument(
        "--column", metavar="THEIRS=OURS", action="append", default=[], help="in a plain sheet, which column holds what; may be given again"
    )
    parser.add_argument("--errors", metavar="CSV", type=Path, help="also write every problem and warning to this file, by row and field")
    parser.add_argument("--force", action="store_true", help="overwrite the file of --errors")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    if options.out.exists() and (not options.out.is_dir() or any(options.out.iterdir())):
        raise AtlasError([Problem(str(options.out), "", "exists already and is not an empty folder; choose another name")])
    if options.errors and options.errors.exists():
        if not is_address(options.file) and options.errors.resolve() == Path(options.file).resolve():
            raise AtlasError([Problem(str(options.errors), "", "is the file to read; choose another name for --errors")])
        if not options.force:
            raise AtlasError([Problem(str(options.errors), "", "exists already; choose another name or add --force")])
    try:
        atlas = _read(options)
    except AtlasError as error:
        _report(options.errors, error.problems)
        raise
    _report(options.errors, atlas.warnings)
    with writing(options.out):
        write_folder(atlas, options.out)
    if atlas.warnings:
        print(*atlas.warnings, sep="\n", file=sys.stderr)
    print(f"{len(atlas)} workflows and {len(atlas.facets)} facets written to {options.out}.")
    return 0


def _read(options: argparse.Namespace) -> Atlas:
    mapping = dict(pair.rpartition("=")[::2] for pair in options.column)
    if not mapping:
        return load_atlas(options.file)
    if is_address(options.file):
        raise AtlasError([Problem(shown(options.file), "", "is no sheet, whose columns alone have other names; leave out --column")])
    path = Path(options.file)
    with reading(path):
        return read_atlas(path.read_bytes(), path.name, mapping)


def write_folder(atlas: Atlas, folder: Path) -> None:
    """Write an atlas as a folder of YAML files, which :func:`atlas_data.load_atlas` and ``validate`` read.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     write_folder(load_atlas(), Path(place))
    ...     load_atlas(place).workflows.equals(load_atlas().workflows)
    True
    """
    for first in range(0, len(atlas), ROW_GROUP):  # what a large atlas reads at once
        for entry in atlas.some(np.arange(first, min(first + ROW_GROUP, len(atlas)))):
            path = folder / "workflows" / folder_of(entry.category) / f"{entry.id}.yaml"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(dump_entry(entry).encode())
    (folder / "taxonomy").mkdir(parents=True, exist_ok=True)
    for name, facet in atlas.taxonomy.facets.items():
        (folder / "taxonomy" / f"{name}.yaml").write_bytes(dump_facet(facet).encode())


def _report(path: Path | None, problems: Iterable[Problem]) -> None:
    if path is None:
        return
    with writing(path, problems):
        path.write_bytes(to_csv(problem_table(problems).set_index("file")))
