"""``export``: write the atlas, or a part of it, to one file, or all of it into a database."""

from __future__ import annotations

import argparse
from pathlib import Path

from atlas_data.atlas import Atlas
from atlas_data.engines.connecting import is_address, shown
from atlas_data.engines.writing import write_database
from atlas_data.formats import FORMATS, write_atlas
from atlas_data.loading import load_atlas
from atlas_data.problems import AtlasError, Problem, nearest, writing


def add_to(commands: argparse._SubParsersAction) -> None:
    formats = "\n".join(f"  {format.name:<8} {format.title} ({format.ending})" for format in FORMATS.values())
    parser = commands.add_parser(
        "export",
        help="write the atlas, or a part of it, to one file; or all of it into a database",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Writes an atlas to one file. Every format but csv and sheet holds the vocabulary too,\n"
        f"so that 'import', or loading the file, gives back the same atlas.\n\nformats:\n{formats}\n\n"
        "An address instead of FORMAT and OUT writes the tables into a database, from which the same address opens them:\n"
        "  duckdb:///path/to/file.duckdb, postgresql://user@host/database, spark:///path/to/folder (Parquet tables)",
        epilog="example:\n  python -m atlas_data export excel regulated.xlsx --where category='Regulated AI' --where control=Identity",
    )
    parser.add_argument("format", metavar="FORMAT", help=f"one of {', '.join(FORMATS)}; or the address of a database")
    parser.add_argument(
        "out", metavar="OUT", type=Path, nargs="?", help="the file to write; one that exists is not overwritten without --force"
    )
    parser.add_argument("--path", help="the atlas to export: a folder or file (default: the packaged one)")
    parser.add_argument(
        "--where",
        metavar="FACET=TERM",
        action="append",
        default=[],
        help="only workflows that have the term; may be given again: terms of one facet widen the choice, facets narrow it",
    )
    parser.add_argument("--force", action="store_true", help="overwrite OUT")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    if is_address(options.format):
        return _into_database(options)
    if options.format not in FORMATS or options.out is None:
        reason = f"is not one of {', '.join(FORMATS)}{nearest(options.format, FORMATS)}" if options.format not in FORMATS else "needs OUT"
        raise AtlasError([Problem("export", options.format, reason)])
    if options.out.exists() and not options.force:
        raise AtlasError([Problem(str(options.out), "", "exists already; choose another name or add --force")])
    atlas = load_atlas(options.path)
    ids = chosen_ids(atlas, options.where)
    if not ids:
        raise AtlasError([Problem("--where", " ".join(options.where), "no workflow has these terms; leave one out")])
    data = write_atlas(atlas, options.format, ids)
    with writing(options.out):
        options.out.write_bytes(data)
    print(f"{len(ids)} of {len(atlas)} workflows written to {options.out} ({len(data):,} bytes).")
    return 0


def _into_database(options: argparse.Namespace) -> int:
    if options.where or options.out:
        raise AtlasError([Problem("export", "", "writes all of an atlas into a database; leave out OUT and --where")])
    atlas = load_atlas(options.path)
    write_database(atlas, options.format, options.force)
    print(f"{len(atlas):,} workflows written to {shown(options.format)}; open them with the same address.")
    return 0


def chosen_ids(atlas: Atlas, conditions: list[str]) -> list[str]:
    """The workflows that ``facet=term`` conditions choose.

    >>> atlas = load_atlas()
    >>> len(chosen_ids(atlas, ["stage=Frontier", "stage=Emerging"])) > len(chosen_ids(atlas, ["stage=Frontier"]))
    True
    """
    wanted: dict[str, list[str]] = {}
    for condition in conditions:
        name, _, term = condition.partition("=")
        if name not in atlas.facets:
            raise AtlasError([Problem("--where", condition, f"no facet {name!r}{nearest(name, atlas.facets)}; write FACET=TERM")])
        if term not in atlas.facet(name).terms:
            raise AtlasError(
                [Problem("--where", condition, f"facet {name!r} has no term {term!r}{nearest(term, atlas.facet(name).terms)}")]
            )
        wanted.setdefault(name, []).append(term)
    chosen = atlas.workflows.index
    for name, terms in wanted.items():
        table = atlas.facet(name).table[terms]
        chosen = chosen.intersection(table.index[table.any(axis=1)], sort=False)
    return chosen.tolist()
