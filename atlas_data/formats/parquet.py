"""Apache Parquet: one file a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from io import BytesIO

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from atlas_data.atlas import Atlas
from atlas_data.dictionary import TABLES
from atlas_data.formats import archive
from atlas_data.limits import MAX_CELL, MAX_COLUMNS, MAX_UNPACKED, rows_of
from atlas_data.problems import AtlasError, Problem
from atlas_data.tables import Contents, from_tables, to_tables


def files(atlas: Atlas, ids: Iterable[str] | None = None) -> dict[str, bytes]:
    """The files by name.

    >>> from atlas_data import load_atlas
    >>> sorted(files(load_atlas(), []))[:2]
    ['companies.parquet', 'facets.parquet']
    """
    return {f"{name}.parquet": _written(frame) for name, frame in to_tables(atlas, ids).items()}


def write(atlas: Atlas, ids: Iterable[str] | None = None) -> bytes:
    """All files as one zip archive."""
    return archive.pack(files(atlas, ids))


def read(content: Mapping[str, bytes]) -> Contents:
    """What the Parquet files of an atlas hold. Files that are no table of an atlas are left alone."""
    tables = {name: _read(content[f"{name}.parquet"], f"{name}.parquet", rows_of(name)) for name in TABLES if f"{name}.parquet" in content}
    return from_tables(tables, "{}.parquet")


def _written(frame: pd.DataFrame) -> bytes:
    buffer = BytesIO()
    frame.to_parquet(buffer, index=False)
    return buffer.getvalue()


def _read(data: bytes, shown: str, max_rows: int) -> pd.DataFrame:
    """One file, indexed by row number from 1. Text stays encoded by its distinct values until its full size is known."""

    def refuse(reason: str):
        raise AtlasError([Problem(shown, "", reason)])

    try:
        head = pq.ParquetFile(BytesIO(data), thrift_string_size_limit=MAX_UNPACKED, thrift_container_size_limit=max_rows)
        schema = head.schema_arrow
        if head.metadata.num_rows > max_rows or len(schema) > MAX_COLUMNS:
            refuse(f"has {head.metadata.num_rows:,} rows of {len(schema)} columns; {max_rows:,} of {MAX_COLUMNS} are read at most")
        groups = (head.metadata.row_group(i) for i in range(head.metadata.num_row_groups))
        if sum(group.column(i).total_uncompressed_size for group in groups for i in range(group.num_columns)) > MAX_UNPACKED:
            refuse(f"would unpack to more than the {MAX_UNPACKED:,} bytes that are read")
        text = [field.name for field in schema if _is_text(field.type)]
        for field in schema:
            if field.name not in text and not _is_plain(field.type):
                refuse(f"column {field.name!r} holds {field.type}, which is neither text, number, date nor truth value")
        left = MAX_UNPACKED
        batches = []
        for batch in pq.ParquetFile(BytesIO(data), read_dictionary=text).iter_batches(10_000):
            columns = []
            for column in batch.columns:
                if pa.types.is_dictionary(column.type):
                    lengths = pc.take(pc.binary_length(column.dictionary), column.indices)
                    left -= pc.sum(lengths).as_py() or 0
                    if (pc.max(lengths).as_py() or 0) > 4 * MAX_CELL or left < 0:
                        refuse(
                            f"holds more text than the {MAX_UNPACKED:,} bytes that are read, or a cell of more than {MAX_CELL:,} characters"
                        )
                    column = column.dictionary_decode()
                columns.append(column.to_pylist())
            batches.append(pd.DataFrame(dict(zip(schema.names, columns, strict=True)), dtype="object"))
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        refuse(f"is not a readable Parquet file: {error}")
    frame = pd.concat(batches, ignore_index=True) if batches else pd.DataFrame(columns=schema.names, dtype="object")
    frame.index = pd.RangeIndex(1, len(frame) + 1, name="row")
    return frame


def _is_text(kind: pa.DataType) -> bool:
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return pa.types.is_string(kind) or pa.types.is_large_string(kind)


def _is_plain(kind: pa.DataType) -> bool:
    return any(
        test(kind)
        for test in (
            pa.types.is_integer,
            pa.types.is_floating,
            pa.types.is_boolean,
            pa.types.is_date,
            pa.types.is_timestamp,
            pa.types.is_null,
        )
    )
