"""A Frictionless Data Package: one CSV a table, and ``datapackage.json`` that describes every column, key and reference.

See https://datapackage.org. Written to be valid under versions 1 and 2 of the standard.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from atlas_data.atlas import Atlas
from atlas_data.dictionary import TABLES, Column, Table
from atlas_data.formats import archive, delimited
from atlas_data.limits import rows_of
from atlas_data.tables import Contents, from_tables, to_tables
from atlas_data.taxonomy import PACKAGED
from atlas_data.validation import slug

DESCRIPTOR = "datapackage.json"
_LICENCE = {"name": "CC-BY-4.0", "title": "Creative Commons Attribution 4.0", "path": "https://creativecommons.org/licenses/by/4.0/"}


def files(atlas: Atlas, ids: Iterable[str] | None = None) -> dict[str, bytes]:
    """The files of the package by name.

    >>> from atlas_data import load_atlas
    >>> sorted(files(load_atlas(), []))[:3]
    ['companies.csv', 'datapackage.json', 'facets.csv']
    """
    tables = to_tables(atlas, ids)
    descriptor = json.dumps(_descriptor(atlas), indent=2, ensure_ascii=False) + "\n"
    return {DESCRIPTOR: descriptor.encode()} | {f"{name}.csv": delimited.write(frame) for name, frame in tables.items()}


def write(atlas: Atlas, ids: Iterable[str] | None = None) -> bytes:
    """The package as one zip archive."""
    return archive.pack(files(atlas, ids))


def read(content: Mapping[str, bytes]) -> Contents:
    """What the CSV files of a package hold. Files that are no table of an atlas are left alone."""
    tables, warnings = {}, []
    for name in TABLES:
        if f"{name}.csv" in content:
            tables[name], found = delimited.read(content[f"{name}.csv"], f"{name}.csv", rows_of(name))
            warnings += found
    contents = from_tables(tables, "{}.csv")
    contents.warnings[:0] = warnings
    return contents


def _descriptor(atlas: Atlas) -> dict:
    descriptor = {
        "profile": "tabular-data-package",
        "name": slug(atlas.name) or "atlas",
        "title": "AI Production Atlas",
        "description": "Where AI runs in production: workflows, who buys them, what they need to run, how they break, and who builds them. "
        "In cells that begin like a formula (=, +, -, @) an apostrophe was put first; take it off to have the text.",
        "version": atlas.version,
    }
    if atlas.name == PACKAGED.parent.name:
        descriptor["licenses"] = [_LICENCE]
    return descriptor | {"resources": [_resource(table) for table in TABLES.values()]}


def _resource(table: Table) -> dict:
    schema = {"fields": [_field(column, table) for column in table.columns], "primaryKey": list(table.key), "missingValues": [""]}
    if table.references:
        schema["foreignKeys"] = [
            {"fields": list(columns), "reference": {"resource": target, "fields": list(keys)}} for columns, target, keys in table.references
        ]
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "description": table.description,
        "path": f"{table.name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": schema,
    }


def _field(column: Column, table: Table) -> dict:
    constraints: dict = {"required": True} if column.required else {}
    if column.options:
        constraints["enum"] = list(column.options)
    if table.key == (column.name,):
        constraints["unique"] = True
    field = {"name": column.name, "type": column.type, "description": column.description}
    return field | ({"constraints": constraints} if constraints else {})
