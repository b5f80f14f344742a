"""One Parquet table with a row a workflow, its lists as lists: for atlases too large to hold entry by entry.

Columns are named as in a plain sheet (:mod:`atlas_data.formats.sheet`). Text that repeats is stored by its distinct values.
:mod:`atlas_data.large` makes an atlas of such a file without making an entry of each row.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyarrow as pa

from atlas_data.dictionary import LABELS, PARTS, VALUES, column_name
from atlas_data.schema import Workflow

ABOUT = b"atlas"
"""Key of the file's own words about itself in its metadata, as JSON: ``name`` and ``origin``."""
ROW_GROUP = 8_192
"""Workflows read at once to find one: what opening a workflow costs."""
_REPEATED = pa.dictionary(pa.int32(), pa.string())
_KINDS = {"id": pa.string(), "title": pa.string(), "date": pa.date32()}
PATHS: dict[str, tuple[str, ...]] = (
    VALUES | {column_name(path): path for path in LABELS.values()} | {name: path for name, (path, _) in PARTS.items()}
)
"""The place in an entry of each column."""
SCHEMA = pa.schema(
    [(name, _KINDS.get(name, _REPEATED)) for name in VALUES]
    + [(column_name(path), pa.list_(_REPEATED)) for path in LABELS.values()]
    + [(name, pa.list_(pa.struct([(field, _REPEATED) for field in model.model_fields]))) for name, (_, model) in PARTS.items()]
)


def table(entries: Iterable[Workflow]) -> pa.Table:
    """Entries as rows.

    >>> from atlas_data import load_atlas
    >>> table([load_atlas().entry("ai-accounts-payable-invoice-approval")]).column("controls").to_pylist()[0][:2]
    ['Approval workflow', 'Workflow state']
    """
    rows = [entry.model_dump() for entry in entries]
    plain = pa.schema([(field.name, _plain(field.type)) for field in SCHEMA])
    return pa.Table.from_pylist([{name: _at(row, path) for name, path in PATHS.items()} for row in rows], plain).cast(SCHEMA)


def entry(row: dict[str, Any]) -> Workflow:
    """The entry that a row holds."""
    content: dict[str, Any] = {}
    for name, path in PATHS.items():
        place = content
        for step in path[:-1]:
            place = place.setdefault(step, {})
        place[path[-1]] = row[name]
    return Workflow.model_validate(content)


def _at(content: Any, path: tuple[str, ...]) -> Any:
    for step in path:
        content = content[step]
    return content


def _plain(kind: pa.DataType) -> pa.DataType:
    """The type without codes, which Arrow can make of Python values."""
    if pa.types.is_list(kind):
        return pa.list_(_plain(kind.value_type))
    if pa.types.is_struct(kind):
        return pa.struct([(field.name, _plain(field.type)) for field in kind])
    return kind.value_type if pa.types.is_dictionary(kind) else kind
