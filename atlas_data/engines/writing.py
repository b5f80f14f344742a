"""Writing an atlas into a database, a batch of workflows at a time."""

from __future__ import annotations

import io
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from atlas_data.atlas import Atlas
from atlas_data.bits import distinct_sets, pack
from atlas_data.dictionary import LABELS, PARTS, TABLES, VALUES, column_name
from atlas_data.engines.connecting import FORM, REMEDY, folder, scheme, shown
from atlas_data.formats import columns
from atlas_data.large import Entries, PackedFacet
from atlas_data.problems import AtlasError, Problem
from atlas_data.searching import folded
from atlas_data.tables import to_tables

LISTED = ("buyers", "capabilities", "controls", "infrastructure", "reviewers", "risks", "companies")
SEARCHED = ("buyers", "capabilities", "controls", "inputs", "context_keys", "ai_tasks", "triggers", "reviewers", "evidence", "targets")
_TYPES = {"string": "text", "int16": "smallint", "int32": "integer", "int64": "bigint", "date32[day]": "date", "bool": "boolean"}
_INDEXED = {
    "workflows": ("id", "place, id, title"), "labels": ("workflow",), **{name: ("workflow",) for name in PARTS},
    "atlas_facts": ("place",), "atlas_sets": ("facet, term", "facet, code"),
}  # fmt: skip
_BATCH = 8_192
Put = Callable[[str, pa.Table], None]


def write_database(atlas: Atlas, address: str, replace: bool = False) -> None:
    """Write every table of an atlas to ``duckdb:///file``, ``postgresql://…``, or with ``spark:///folder`` as Parquet tables, which other
    engines load too. Raises :class:`AtlasError` for another engine, and unless ``replace`` where an atlas is already."""
    if scheme(address) not in _SINKS:
        reason = f"cannot be written; write spark:///folder, and load its Parquet tables there. Written are: {', '.join(_SINKS)}"
        raise AtlasError([Problem(shown(address), "", reason)])
    try:
        with _SINKS[scheme(address)](address, replace) as put:
            for name, table in tables(atlas):
                put(name, table)
    except ImportError:
        raise AtlasError([Problem(shown(address), "", f"needs the driver of its engine: {REMEDY}")]) from None


def tables(atlas: Atlas) -> Iterator[tuple[str, pa.Table]]:
    """Every table with its name, the long ones in parts."""
    place = 0
    for batch in _batches(atlas):
        for name, table in _of_workflows(batch, place).items():
            yield name, table
        place += len(batch)
    found = {name: _sets(atlas, name) for name in atlas.facets}
    yield "atlas_facts", _facts(atlas, {name: which for name, (_, which) in found.items()})
    for name, (sets, _) in found.items():
        code, term = np.nonzero(sets)
        facet = pa.array([name] * len(code), pa.string())
        yield "atlas_sets", pa.table({"facet": facet, "code": code.astype(np.int32), "term": term.astype(np.int32)})
        terms = atlas.facet(name).names
        facet = pa.array([name] * len(terms), pa.string())
        yield (
            "atlas_terms",
            pa.table({"facet": facet, "position": np.arange(len(terms), dtype=np.int32), "term": pa.array(terms, pa.string())}),
        )
    for name, frame in to_tables(atlas, []).items():
        if name in ("facets", "terms", "term_labels"):
            yield name, _arrow(frame, name)
    about = {"form": FORM, "name": atlas.name, "origin": atlas.origin, "version": atlas.version, "workflows": len(atlas)}
    about["multiple"] = [name for name in atlas.facets if atlas.facet(name).multiple]
    yield "atlas_about", pa.table({"about": [json.dumps(about)]})


def _batches(atlas: Atlas) -> Iterator[pa.RecordBatch]:
    """The workflows as rows of :data:`atlas_data.formats.columns.SCHEMA`."""
    if isinstance(atlas._entries, Entries):
        for table in atlas._entries.tables():
            yield from table.to_batches(_BATCH)
        return
    ids = atlas.workflows.index
    for first in range(0, len(ids), _BATCH):
        yield from columns.table(map(atlas.entry, ids[first : first + _BATCH])).combine_chunks().to_batches()


def _of_workflows(batch: pa.RecordBatch, place: int) -> dict[str, pa.Table]:
    """The tables that have rows of these workflows, the first of which is at ``place``."""
    ids, places = batch.column("id").cast(pa.string()), pa.array(np.arange(place, place + len(batch), dtype=np.int32))
    values = {name: _plain(batch.column(name)) for name in VALUES}
    found = {"workflows": pa.table({**values, "place": places})}
    labels, lists = [], {}
    for field, path in LABELS.items():
        lengths, items = _flat(batch.column(column_name(path)))
        lists[column_name(path)] = lengths, items
        labels.append(pa.table({**_keys(ids, lengths), "field": pa.array([field] * len(items), pa.string()), "label": items}))
    found["labels"] = pa.concat_tables(labels).select(TABLES["labels"].names)
    for name, (_, model) in PARTS.items():
        lengths, items = _flat(batch.column(name))
        parts = {part: _plain(pc.struct_field(items, part)) for part in model.model_fields}
        lists[name] = lengths, parts.get("name")
        found[name] = pa.table({**_keys(ids, lengths), **parts})
    searched = [values["category"], values["stage"], *(_joined(*lists[name]) for name in (*SEARCHED, "companies"))]
    texts = {"title": values["title"], "summary": values["summary"], "labels": pc.binary_join_element_wise(*searched, "\n")}
    as_searched = {name: pa.array([folded(text) for text in column.to_pylist()], pa.string()) for name, column in texts.items()}
    found["atlas_texts"] = pa.table({"place": places, **as_searched})
    return found


def _flat(lists: pa.ListArray) -> tuple[np.ndarray, pa.Array]:
    """How many items each list has, and all items."""
    return pc.fill_null(lists.value_lengths(), 0).to_numpy(zero_copy_only=False), _plain(lists.flatten())


def _plain(values: pa.Array) -> pa.Array:
    return values.cast(values.type.value_type) if pa.types.is_dictionary(values.type) else values


def _keys(ids: pa.Array, lengths: np.ndarray) -> dict[str, pa.Array]:
    of = np.repeat(np.arange(len(ids)), lengths)
    position = np.arange(len(of)) - np.repeat(np.cumsum(lengths) - lengths, lengths) + 1
    return {"workflow": ids.take(pa.array(of)), "position": pa.array(position.astype(np.int64))}


def _joined(lengths: np.ndarray, items: pa.Array) -> pa.Array:
    offsets = pa.array(np.append(0, np.cumsum(lengths)).astype(np.int32))
    return pc.binary_join(pa.ListArray.from_arrays(offsets, items), "\n")


def _facts(atlas: Atlas, which: dict[str, np.ndarray]) -> pa.Table:
    found = {"place": np.arange(len(atlas), dtype=np.int32)} | {f"f_{name}": codes for name, codes in which.items()}
    return pa.table(found | {f"n_{name}": atlas.workflows[name].to_numpy().astype(np.int32) for name in LISTED})


def _sets(atlas: Atlas, name: str) -> tuple[np.ndarray, np.ndarray]:
    facet = atlas.facet(name)
    words = facet.words if isinstance(facet, PackedFacet) else pack(np.ascontiguousarray(facet.table.to_numpy().T))
    return distinct_sets(np.asarray(words), len(atlas))


def _arrow(frame: pd.DataFrame, name: str) -> pa.Table:
    kinds = {"string": pa.string(), "integer": pa.int64(), "boolean": pa.bool_(), "date": pa.date32()}
    schema = pa.schema([(column.name, kinds[column.type]) for column in TABLES[name].columns])
    return pa.Table.from_pandas(frame, schema, preserve_index=False)


def _taken(address: str) -> AtlasError:
    return AtlasError([Problem(shown(address), "", "holds something already; choose another place or add --force")])


@contextmanager
def _duckdb(address: str, replace: bool) -> Iterator[Put]:
    import duckdb

    path = Path(address.partition("://")[2])
    if path.exists() and not replace:
        raise _taken(address)
    if not path.parent.is_dir():
        raise AtlasError([Problem(shown(address), "", f"there is no folder {str(path.parent)!r}; make it first")])
    part = path.with_name(f"{path.name}.part")
    for left in (part, part.with_name(f"{part.name}.wal")):  # by a run that was ended
        left.unlink(missing_ok=True)
    made: set[str] = set()
    try:
        opened = duckdb.connect(str(part))
    except duckdb.IOException as error:
        raise AtlasError([Problem(shown(address), "", f"cannot be written: {str(error).splitlines()[0]}")]) from None
    with opened as database:  # no transaction: it would hold all tables in memory until the end

        def put(name: str, table: pa.Table) -> None:
            database.register("batch", table)
            database.execute(f'INSERT INTO "{name}" FROM batch' if name in made else f'CREATE TABLE "{name}" AS FROM batch')
            made.add(name)

        yield put
    os.replace(part, path)


@contextmanager
def _postgresql(address: str, replace: bool) -> Iterator[Put]:
    """All in one transaction, beside what was there before, which others read until the new tables take its place."""
    import psycopg

    made: set[str] = set()
    with psycopg.connect(address) as database:
        if (
            database.execute("SELECT to_regclass('atlas_about') IS NOT NULL OR to_regclass('workflows') IS NOT NULL").fetchone()[0]
            and not replace
        ):
            raise _taken(address)

        def put(name: str, table: pa.Table) -> None:
            if name not in made:
                kinds = ", ".join(f'"{field.name}" {_TYPES[str(field.type)]}' for field in table.schema)
                database.execute(f'CREATE TABLE "{name}.part" ({kinds})')
                made.add(name)
            lines = io.BytesIO()
            pyarrow.csv.write_csv(table, lines, pyarrow.csv.WriteOptions(include_header=False))
            with database.cursor().copy(f'COPY "{name}.part" FROM STDIN (FORMAT csv)') as copy:
                copy.write(lines.getbuffer())

        try:
            yield put
        except (psycopg.DataError, psycopg.errors.InsufficientPrivilege) as error:
            raise AtlasError([Problem(shown(address), "", f"did not take the atlas: {' '.join(str(error).split())[:300]}")]) from None
        for name in made:
            for key in _INDEXED.get(name, ()):
                database.execute(f'CREATE INDEX ON "{name}.part" ({key})')
        for name in made:
            database.execute(f'DROP TABLE IF EXISTS "{name}"; ALTER TABLE "{name}.part" RENAME TO "{name}"')
    with psycopg.connect(address, autocommit=True) as database:
        for name in made:
            database.execute(f'VACUUM ANALYZE "{name}"')


@contextmanager
def _parquet(address: str, replace: bool) -> Iterator[Put]:
    out = folder(address)
    if out.exists() and not replace:
        raise _taken(address)
    part = out.with_name(f"{out.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    writers: dict[str, Any] = {}

    def put(name: str, table: pa.Table) -> None:
        if name not in writers:
            (part / name).mkdir(parents=True)
            writers[name] = pq.ParquetWriter(part / name / "part-0.parquet", table.schema, compression="zstd")
        writers[name].write_table(table)

    try:
        yield put
    finally:
        for writer in writers.values():
            writer.close()
    shutil.rmtree(out, ignore_errors=True)
    part.rename(out)


_SINKS = {"duckdb": _duckdb, "postgresql": _postgresql, "spark": _parquet}
