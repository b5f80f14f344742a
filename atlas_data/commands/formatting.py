"""``format``: rewrite files in canonical order, so that a diff shows only what was meant."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from atlas_data.loading import PACKAGED_ATLAS
from atlas_data.problems import Problem, writing
from atlas_data.reading import build, read_yaml, yaml_files
from atlas_data.schema import Workflow
from atlas_data.taxonomy import FacetFile
from atlas_data.writing import dump_entry, dump_facet


def add_to(commands: argparse._SubParsersAction) -> None:
    parser = commands.add_parser(
        "format",
        help="rewrite files in canonical order",
        description="Rewrites workflow files (keys in the order of the schema) and taxonomy files (labels of a term in alphabetical order, "
        "whatever their letter case) in one canonical form. Comments are not kept. A file that cannot be read is named and left as it is. "
        "Exits 1 if there was one, or, with --check, if a file differs.",
    )
    parser.add_argument("path", nargs="?", type=Path, default=PACKAGED_ATLAS, help="folder of the atlas (default: the packaged one)")
    parser.add_argument("--check", action="store_true", help="write nothing; name the files that differ and exit 1")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    files = list(_files(options.path))
    if not files:
        print(f"{options.path}: holds no files in workflows/ or taxonomy/", file=sys.stderr)
        return 1
    problems: list[Problem] = []
    differing = 0
    for path, model in files:
        shown = path.relative_to(options.path).as_posix()
        text, found = canonical(path, model, shown)
        problems += found
        if text is not None and path.read_bytes() != text.encode():
            differing += 1
            if not options.check:
                with writing(path, problems):
                    path.write_bytes(text.encode())
            print(f"{'differs' if options.check else 'rewritten'}: {shown}")
    print(*problems, sep="\n", end="\n" if problems else "", file=sys.stderr)
    told = "would be rewritten" if options.check else "rewritten"
    print(f"{differing} of {len(files)} files {told}.")
    return 1 if problems or (options.check and differing) else 0


def canonical(path: Path, model: type[Workflow] | type[FacetFile], shown: str) -> tuple[str | None, list[Problem]]:
    """The canonical text of a file, or ``None`` and why the file cannot be read. ``shown`` names the file in problems."""
    content, problems = read_yaml(path, shown)
    if problems:
        return None, problems
    value, problems = build(model, content, path, shown)
    if value is None:
        return None, problems
    return (dump_entry(value) if isinstance(value, Workflow) else dump_facet(_sorted(value))), []


def _sorted(facet: FacetFile) -> FacetFile:
    terms = [term.model_copy(update={"labels": sorted(term.labels, key=lambda label: (label.casefold(), label))}) for term in facet.terms]
    return facet.model_copy(update={"terms": terms})


def _files(folder: Path) -> Iterator[tuple[Path, type[Workflow] | type[FacetFile]]]:
    for path in yaml_files(folder / "workflows"):
        yield path, Workflow
    for path in yaml_files(folder / "taxonomy", deep=False):
        yield path, FacetFile
