"""A SQLite database: one table each, with primary and foreign keys, so that SQL answers questions about the atlas."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing

import pandas as pd

from atlas_data.atlas import Atlas
from atlas_data.dictionary import TABLES, Table
from atlas_data.limits import MAX_UNPACKED, rows_of
from atlas_data.problems import AtlasError, Problem
from atlas_data.tables import Contents, as_text, from_tables, to_tables

_TYPES = {"string": "TEXT", "integer": "INTEGER", "boolean": "INTEGER", "date": "TEXT"}
_READING = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ}
_MAX_STEPS = 2_000  # of 100,000 instructions each: some seconds


def write(atlas: Atlas, ids: Iterable[str] | None = None) -> bytes:
    """The tables as one database file.

    >>> from atlas_data import load_atlas
    >>> write(load_atlas(), [])[:15]
    b'SQLite format 3'
    """
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("PRAGMA foreign_keys = ON")
        for name, frame in to_tables(atlas, ids).items():
            database.execute(_create(TABLES[name]))
            slots = ", ".join("?" * frame.shape[1])
            columns = (map(_stored, frame[column].tolist()) for column in frame.columns)
            database.executemany(f"INSERT INTO {name} VALUES ({slots})", zip(*columns, strict=True))
        database.commit()
        return database.serialize()


def read(data: bytes, shown: str) -> Contents:
    """What the tables of a database hold. It is opened in memory, and only plain reading of its tables is allowed."""
    with closing(sqlite3.connect(":memory:")) as database:
        try:
            database.deserialize(data)
            database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_UNPACKED // 10)
            database.execute("PRAGMA trusted_schema = OFF")
            database.execute("PRAGMA cell_size_check = ON")
            steps = iter(range(_MAX_STEPS))
            database.set_progress_handler(lambda: next(steps, None) is None, 100_000)
            kinds = dict(database.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'table'").fetchall())
            for name in filter(TABLES.__contains__, kinds):
                computed = [column[1] for column in database.execute(f"PRAGMA table_xinfo({name})") if column[6]]
                if computed:  # what it computes could be of any size
                    raise AtlasError([Problem(f"table {name}", computed[0], "is computed when it is read; store its values instead")])
            database.set_authorizer(lambda action, *_: sqlite3.SQLITE_OK if action in _READING else sqlite3.SQLITE_DENY)
            plain = [name for name in TABLES if name in kinds and not str(kinds[name]).upper().startswith("CREATE VIRTUAL")]
            return from_tables({name: _rows(database, name) for name in plain}, "table {}")
        except (sqlite3.Error, UnicodeDecodeError) as error:
            raise AtlasError([Problem(shown, "", f"is not a readable SQLite database: {error}")]) from None


def _create(table: Table) -> str:
    parts = [f"{column.name} {_TYPES[column.type]}{' NOT NULL' if column.required else ''}" for column in table.columns]
    parts.append(f"PRIMARY KEY ({', '.join(table.key)})")
    parts += [f"FOREIGN KEY ({', '.join(own)}) REFERENCES {target} ({', '.join(keys)})" for own, target, keys in table.references]
    return f"CREATE TABLE {table.name} ({', '.join(parts)})"


def _stored(value):
    return int(value) if isinstance(value, (bool, int)) else as_text(value)


def _rows(database: sqlite3.Connection, name: str) -> pd.DataFrame:
    cursor = database.execute(f"SELECT * FROM {name}")  # a name of ours
    left = MAX_UNPACKED
    rows = []
    for row in cursor:
        left -= sum(len(value) for value in row if isinstance(value, (str, bytes)))
        if len(rows) == rows_of(name) or left < 0:
            reason = f"has more than the {rows_of(name):,} rows or {MAX_UNPACKED:,} characters that are read; bring a part of it"
            raise AtlasError([Problem(f"table {name}", "", reason)])
        rows.append(row)
    columns = [column[0] for column in cursor.description]
    return pd.DataFrame(rows, columns=columns, index=pd.RangeIndex(1, len(rows) + 1, name="row"), dtype="object")
