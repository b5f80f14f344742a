"""One Parquet table with a row a workflow, its lists as lists: for atlases too large to hold entry by entry.

Columns are named as in a plain sheet (:mod:`atlas_data.formats.sheet`). Text that repeats is stored by its distinct values.
:mod:`atlas_data.large` makes an atlas of such a file without making an entry of each row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from atlas_data.dictionary import LABELS, PARTS, VALUES, column_name
from atlas_data.problems import AtlasError, Problem, nearest
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
    ['Identity', 'Evidence storage']
    """
    rows = [entry.model_dump() for entry in entries]
    plain = pa.schema([(field.name, _plain(field.type)) for field in SCHEMA])
    return pa.Table.from_pylist([{name: _at(row, path) for name, path in PATHS.items()} for row in rows], plain).cast(SCHEMA)


def entry(row: dict[str, Any]) -> Workflow:
    """The entry that a row holds. What is null is left out."""
    content: dict[str, Any] = {}
    for name, path in PATHS.items():
        place = content
        for step in path[:-1]:
            place = place.setdefault(step, {})
        if row[name] is not None:
            place[path[-1]] = [_told(item) for item in row[name]] if name in PARTS else row[name]
    return Workflow.model_validate(content)


def _told(item: Any) -> Any:
    return {name: value for name, value in item.items() if value is not None} if item else item


def rows_at(file: pq.ParquetFile, places: np.ndarray) -> Iterator[tuple[int, dict[str, Any]]]:
    """The rows at some places, each with its place, group of rows by group; rows that stand near each other are read together."""
    ends = np.cumsum([file.metadata.row_group(i).num_rows for i in range(file.num_row_groups)])
    groups = np.searchsorted(ends, places, side="right")
    for group in np.unique(groups):
        held, here = file.read_row_group(group), places[groups == group]
        first = int(ends[group]) - len(held)
        runs = np.split(here, np.flatnonzero(np.diff(here) != 1) + 1)  # Arrow cannot take of coded lists within lists
        for run in runs:
            yield from zip(run.tolist(), held.slice(int(run[0]) - first, len(run)).to_pylist(), strict=True)


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


@dataclass(frozen=True, eq=False)
class Coded:
    """A column as distinct values and codes into them, -1 for none; ``lengths`` says how many codes each workflow has."""

    values: pa.Array
    codes: np.ndarray
    lengths: np.ndarray


def coded(file: pq.ParquetFile, column: str, split: bool = False) -> dict[str | None, Coded]:
    """A column of a file, under ``None``; of a list of items each of their parts, by name; ``split``: the words of a text."""
    kind = SCHEMA.field(column).type
    parts = [field.name for field in kind.value_type] if column in PARTS else [None]
    paths = [file.schema.column(i).path for i in range(len(file.schema))]
    read = [path for path in paths if path.split(".")[0] == column]
    chunks, lengths = {part: [] for part in parts}, []
    groups = (file.read_row_group(i, read).column(0) for i in range(file.num_row_groups))  # whole, Arrow cannot read coded lists
    for chunk in (chunk for group in groups for chunk in group.chunks):
        if split:
            text = chunk.cast(pa.string()) if pa.types.is_dictionary(chunk.type) else chunk
            chunk = pc.utf8_split_whitespace(pc.utf8_trim_whitespace(text))
        if pa.types.is_list(chunk.type) or pa.types.is_large_list(chunk.type):
            lengths.append(pc.fill_null(chunk.value_lengths(), 0).to_numpy(zero_copy_only=False))
            chunk = chunk.flatten()
        else:
            lengths.append(np.ones(len(chunk), dtype=np.int32))
        for part, found in chunks.items():
            leaf = pc.struct_field(chunk, part) if part else chunk
            found.append(leaf if pa.types.is_dictionary(leaf.type) else leaf.dictionary_encode())
    counts = np.concatenate(lengths)
    return {part: Coded(*_unified(found), counts) for part, found in chunks.items()}


def _unified(chunks: list[pa.DictionaryArray]) -> tuple[pa.Array, np.ndarray]:
    unified = pa.chunked_array(chunks).unify_dictionaries()
    values = unified.chunk(0).dictionary
    small = np.min_scalar_type(-len(values) - 1)
    codes = [pc.fill_null(chunk.indices, -1).to_numpy(zero_copy_only=False).astype(small, copy=False) for chunk in unified.chunks]
    return values, np.concatenate(codes)


def check(file: pq.ParquetFile, shown: str) -> None:
    """Raise :class:`AtlasError` unless a file has every column, each with what it must hold."""
    held = file.schema_arrow
    missing = [name for name in SCHEMA.names if name not in held.names]
    if {"workflow", "label"} & set(held.names) or "title" in missing:
        raise AtlasError([Problem(shown, "", "is one Parquet table; bring the zip or folder of all tables of the atlas")])
    problems = [Problem(shown, name, f"is a needed column and missing{nearest(name, held.names)}") for name in missing]
    for field in SCHEMA:
        if field.name in held.names and _shape(held.field(field.name).type) != _shape(field.type):
            shapes = _shape(held.field(field.name).type), _shape(field.type)
            problems.append(Problem(shown, field.name, f"holds {shapes[0]}; it must hold {shapes[1]}"))
    if not file.metadata.num_rows:
        problems.append(Problem(shown, "", "holds no workflows"))
    if problems:
        raise AtlasError(problems)


def _shape(kind: pa.DataType) -> str:
    """A type as people say it, whether or not its text is coded."""
    if pa.types.is_dictionary(kind):
        return _shape(kind.value_type)
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return f"lists of {_shape(kind.value_type)}"
    if pa.types.is_struct(kind):
        return f"({', '.join(f'{field.name}: {_shape(field.type)}' for field in kind)})"
    return "text" if pa.types.is_string(kind) or pa.types.is_large_string(kind) else str(kind)
