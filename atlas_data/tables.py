"""An atlas as relational tables and back: what every tabular format writes and reads.

:data:`atlas_data.dictionary.TABLES` names the tables and their columns. A frame's index holds the row numbers of what was
read, so that a problem can name the row people see in their file.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from pydantic import ValidationError

from atlas_data.atlas import Atlas
from atlas_data.dictionary import LABELS, PARTS, TABLES, VALUES, Table, column_name
from atlas_data.limits import MAX_CELL, rows_of
from atlas_data.problems import Problem, nearest
from atlas_data.reading import explained, field_path
from atlas_data.schema import Workflow
from atlas_data.taxonomy import FacetFile, Taxonomy, check_facet

_DTYPES = {"string": "str", "integer": "int64", "boolean": "bool", "date": "object"}
_IDS = {"id", "workflow"}  # columns of them: tables are joined by what the schema will make of an id
Row = dict[str, str]


@dataclass
class Contents:
    """What a file holds: its entries, its vocabulary if it has one, and what is wrong (``problems``) or worth knowing (``warnings``)."""

    entries: list[Workflow] = field(default_factory=list)
    taxonomy: Taxonomy | None = None
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)


def to_tables(atlas: Atlas, ids: Iterable[str] | None = None) -> dict[str, pd.DataFrame]:
    """Every table of an atlas, or of the workflows ``ids`` with the whole vocabulary.

    >>> from atlas_data import load_atlas
    >>> tables = to_tables(load_atlas(), ["ai-accounts-payable-invoice-approval"])
    >>> tables["risks"].columns.tolist()
    ['workflow', 'position', 'text', 'family']
    """
    rows: dict[str, list[tuple]] = {name: [] for name in TABLES}
    for entry in chosen(atlas, ids):
        content = entry.model_dump()
        rows["workflows"].append(tuple(_get(content, path) for path in VALUES.values()))
        for name, path in LABELS.items():
            rows["labels"] += [(entry.id, name, i, label) for i, label in enumerate(_get(content, path), 1)]
        for table, (path, _) in PARTS.items():
            rows[table] += [(entry.id, i, *part.values()) for i, part in enumerate(_get(content, path), 1)]
    for position, facet in enumerate(atlas.taxonomy.facets.values(), 1):
        name = facet.facet
        rows["facets"].append((name, position, *(getattr(facet, column) for column in TABLES["facets"].names[2:])))
        for i, term in enumerate(facet.terms, 1):
            rows["terms"].append((name, i, term.name, term.definition))
            rows["term_labels"] += [(name, term.name, k, label) for k, label in enumerate(term.labels, 1)]
    return {name: _frame(rows[name], table) for name, table in TABLES.items()}


def chosen(atlas: Atlas, ids: Iterable[str] | None = None) -> list[Workflow]:
    """The entries of the workflows ``ids``, in the order of the atlas; all without ``ids``."""
    if ids is None:
        return atlas.some(np.arange(len(atlas)))
    wanted = list(dict.fromkeys(ids))
    places = atlas.places(wanted)
    for unknown in np.flatnonzero(places < 0):
        atlas.entry(wanted[unknown])  # says which it is
    return atlas.some(np.sort(places))


def _frame(rows: list[tuple], table: Table) -> pd.DataFrame:
    columns = {column.name: [row[i] for row in rows] for i, column in enumerate(table.columns)}
    index = pd.RangeIndex(1, len(rows) + 1, name="row")
    return pd.DataFrame({c.name: pd.Series(columns[c.name], index=index, dtype=_DTYPES[c.type]) for c in table.columns}, index=index)


def from_tables(tables: Mapping[str, pd.DataFrame], shown: str = "{}", one_sheet: bool = False) -> Contents:
    """The entries and the vocabulary that tables hold, with every problem by table, row and column.

    ``shown`` is how people know a table, with ``{}`` for its name (``"{}.csv"``). Without a table ``facets`` there is no vocabulary.
    ``one_sheet``: the tables were cut from one sheet with a row a workflow, so problems name its columns.

    >>> contents = from_tables({"workflows": pd.DataFrame({"id": ["a"]})})
    >>> str(contents.problems[0])
    'workflows: title: is a required column and missing'
    """
    reader = _Reader(shown, one_sheet)
    rows = {name: reader.rows(tables[name], table) for name, table in TABLES.items() if name in tables}
    if "workflows" not in tables:
        reader.tell("workflows", "", "is missing: one row a workflow")
    if reader.problems:
        return Contents(problems=reader.problems, warnings=reader.warnings)
    for name, found in rows.items():
        reader.check_key(TABLES[name], found)
        reader.check_references(TABLES[name], found, rows)
    entries = reader.entries(rows)
    taxonomy = reader.taxonomy(rows) if "facets" in rows else None
    return Contents(entries, taxonomy, reader.problems, reader.warnings)


class _Reader:
    """Reads tables and keeps what is wrong with them."""

    def __init__(self, shown: str, one_sheet: bool = False):
        self.shown, self.one_sheet = shown, one_sheet
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []

    def tell(self, table: str, column: str, reason: str, row: int | None = None) -> None:
        self.problems.append(Problem(self.shown.format(table), column, reason, row))

    def rows(self, frame: pd.DataFrame, table: Table) -> list[tuple[int, Row]]:
        """The rows of a frame with what their cells hold as text, in the order of ``position``. Empty cells are left out."""
        if len(frame) > rows_of(table.name):
            reason = f"has {len(frame):,} rows of the table {table.name!r}, more than the {rows_of(table.name):,} that are read"
            self.tell(table.name, "", f"{reason}; bring fewer workflows")
            return []
        for column in table.columns:
            if column.required and column.name not in frame.columns and column.name != "position":
                self.tell(table.name, column.name, f"is a required column and missing{nearest(column.name, map(str, frame.columns))}")
        for name in map(str, frame.columns):
            if name not in table.names:
                hint = nearest(name, table.names)
                self.warnings.append(Problem(self.shown.format(table.name), name, f"is not a column of this table and was not read{hint}"))
        known = [name for name in table.names if name in frame.columns]
        cells = [map(as_text, frame[name].tolist()) for name in known]
        rows = []
        for number, values in zip(frame.index.tolist(), zip(*cells, strict=True), strict=False):
            row = {name: value for name, value in zip(known, values, strict=True) if value}
            for name in _IDS & row.keys():
                row[name] = row[name].strip()
            if row:
                rows.append((int(number), row))
                for name, value in row.items():
                    if len(value) > MAX_CELL:
                        self.tell(table.name, name, f"holds {len(value):,} characters; a cell holds {MAX_CELL:,} at most", int(number))
        return self._in_order(table, rows) if "position" in known else rows

    def _in_order(self, table: Table, rows: list[tuple[int, Row]]) -> list[tuple[int, Row]]:
        for number, row in rows:
            text = row.get("position", "0")
            if not (text.isascii() and text.isdigit() and len(text) < 10):
                self.tell(table.name, "position", f"{text!r} is not a whole number", number)
                row["position"] = "0"
        return sorted(rows, key=lambda item: int(item[1].get("position", 0)))

    def check_key(self, table: Table, rows: list[tuple[int, Row]]) -> None:
        seen: dict[tuple, int] = {}
        for number, row in rows:
            key = tuple(row.get(name) for name in table.key)
            if None not in key and key in seen:
                self.tell(table.name, table.key[-1], f"{key[-1]!r} is already used in row {seen[key]}", number)
            seen.setdefault(key, number)

    def check_references(self, table: Table, rows: list[tuple[int, Row]], all_rows: Mapping[str, list[tuple[int, Row]]]) -> None:
        for columns, target, keys in table.references:
            known = {tuple(row.get(key) for key in keys) for _, row in all_rows.get(target, [])}
            hints = 20  # finding the nearest of many names is slow
            for number, row in rows:
                value = tuple(row.get(column) for column in columns)
                if None in value:
                    column = columns[value.index(None)]
                    self.tell(table.name, column, "is required and missing", number)
                elif value not in known:
                    hint = nearest(value[-1], [key[-1] for key in known if key[:-1] == value[:-1] and key[-1]]) if hints > 0 else ""
                    hints -= 1
                    self.tell(table.name, columns[-1], f"{value[-1]!r} is not in {self.shown.format(target)}{hint}", number)

    def entries(self, rows: Mapping[str, list[tuple[int, Row]]]) -> list[Workflow]:
        drafts: dict[str, tuple[dict, dict]] = {}  # of each workflow, what it holds and where each part of it was read
        for number, row in rows["workflows"]:
            content: dict[str, Any] = {}
            for path in (*LABELS.values(), *(path for path, _ in PARTS.values())):
                _put(content, path[:-1])
            for column, path in VALUES.items():
                if column in row:
                    _put(content, path[:-1])[path[-1]] = row[column]
            drafts.setdefault(row.get("id", f"\0{number}"), (content, {(): ("workflows", number)}))
        for number, row in rows.get("labels", []):
            name = row.get("field", "")
            if name not in LABELS:
                self.tell("labels", "field", f"{name!r} is not one of {', '.join(LABELS)}{nearest(name, LABELS)}", number)
            elif row.get("workflow") in drafts:
                _append(*drafts[row["workflow"]], LABELS[name], row.get("label", ""), ("labels", number))
        for table, (path, model) in PARTS.items():
            for number, row in rows.get(table, []):
                if row.get("workflow") in drafts:
                    part = {key: row[key] for key in model.model_fields if key in row}
                    _append(*drafts[row["workflow"]], path, part, (table, number))
        built = (self._build(Workflow, content, places) for content, places in drafts.values())
        return [entry for entry in built if entry is not None]

    def taxonomy(self, rows: Mapping[str, list[tuple[int, Row]]]) -> Taxonomy:
        drafts: dict[str, tuple[dict, dict]] = {}
        for number, row in rows["facets"]:
            content = {key: value for key, value in row.items() if key != "position"}
            drafts.setdefault(row.get("facet", f"\0{number}"), (content, {(): ("facets", number)}))
        terms: dict[tuple, tuple[tuple, dict]] = {}
        for number, row in rows.get("terms", []):
            if row.get("facet") in drafts:
                content, places = drafts[row["facet"]]
                term = {"name" if key == "term" else key: row[key] for key in ("term", "definition") if key in row}
                place = _append(content, places, ("terms",), term, ("terms", number))
                terms[row["facet"], row.get("term")] = (place, term)
        for number, row in rows.get("term_labels", []):
            key = (row.get("facet"), row.get("term"))
            if key in terms:
                place, term = terms[key]
                term.setdefault("labels", []).append(row.get("label", ""))
                drafts[key[0]][1][*place, "labels", len(term["labels"]) - 1] = ("term_labels", number)
        facets = {}
        for content, places in drafts.values():
            facet = self._build(FacetFile, content, places)
            if facet is not None:
                facets[facet.facet] = facet
                for place, reason in check_facet(facet):
                    self._place(place, reason, places)
        if not rows["facets"]:
            self.tell("facets", "", "has no rows: an atlas needs at least one facet")
        return Taxonomy(facets)

    def _build(self, model: type, content: dict, places: dict) -> Any:
        try:
            return model.model_validate(content)
        except ValidationError as error:
            for place, _, reason in explained(error, model):
                self._place(place, reason, places)
            return None

    def _place(self, place: tuple, reason: str, places: Mapping[tuple, tuple[str, int]]) -> None:
        """Tell a reason at the row where that part of an entry was read, and at its column."""
        length = next(n for n in range(len(place), -1, -1) if place[:n] in places)
        table, number = places[place[:length]]
        rest = place[length:]
        if place in VALUES.values():
            column = column_name(place)
        elif table == "labels" or self.one_sheet:
            depth = next((n for n, step in enumerate(place) if isinstance(step, int)), len(place))
            name = column_name(place[:depth]) if self.one_sheet else ".".join(place[:depth])
            column = name + field_path(("", *place[depth:]))
        elif table == "term_labels":
            column = "label"
        elif table == "terms":
            column = "term" if rest == ("name",) else field_path(rest)
        else:
            column = field_path(rest)
        self.tell(table, column, reason, number)


def _get(content: dict, path: tuple[str, ...]) -> Any:
    for step in path:
        content = content[step]
    return content


def _put(content: dict, path: tuple[str, ...]) -> dict:
    """The dictionary at ``path``, made where there is none."""
    for step in path:
        content = content.setdefault(step, {})
    return content


def _append(content: dict, places: dict, path: tuple[str, ...], item: Any, where: tuple[str, int]) -> tuple:
    items = _put(content, path[:-1]).setdefault(path[-1], [])
    items.append(item)
    place = (*path, len(items) - 1)
    places[place] = where
    return place


def as_text(value: Any) -> str | None:
    """A cell as the text people meant, whatever type a spreadsheet or a file of columns made of it; ``None`` when it is empty.

    >>> [as_text(value) for value in (True, 3.0, datetime.datetime(2026, 11, 21), float("nan"))]
    ['true', '3', '2026-11-21', None]
    """
    if isinstance(value, str):
        return value or None
    if value is None or value is pd.NaT or value is pd.NA or value != value:
        return None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, datetime.date) else str(value)
