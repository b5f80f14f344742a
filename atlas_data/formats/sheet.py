"""A plain sheet: one row a workflow, labels separated by semicolons, as CSV or Excel. What people already have, or fill in.

A semicolon inside a label is written ``\\;``. Where an item has parts (a requirement and its control), they are separated by
bars, ``Approvals kept | Approval workflow``, and a bar inside a part is written ``\\|``. A backslash only has a meaning of its
own before a semicolon or a bar, where ``\\\\`` is one backslash; everywhere else it is a backslash.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import replace
from itertools import count

import numpy as np
import pandas as pd
from openpyxl.utils import get_column_letter

from atlas_data.atlas import Atlas
from atlas_data.dictionary import LABEL_DESCRIPTIONS, LABELS, PARTS, TABLES, VALUES, Column, column_name
from atlas_data.formats import cells, delimited, excel
from atlas_data.formats.cells import joined, split
from atlas_data.limits import MAX_CELL, MAX_WORKFLOWS
from atlas_data.problems import AtlasError, Problem, nearest
from atlas_data.schema import Workflow
from atlas_data.tables import Contents, as_text, chosen, from_tables
from atlas_data.unstated import NOT_STATED
from atlas_data.validation import slug

REQUIRED = ("title", "category", "controls")
_LABELLED = ("category", "stage", *map(column_name, LABELS.values()), *PARTS)  # the columns that hold labels, or items with them
_SHEET, _EXPLAINED = "atlas", ("columns", "notes")  # the sheets of a template
_BOM = b"\xef\xbb\xbf"  # spreadsheets then read accents
_ORDER = (
    *("id", "title", "category", "stage", "summary", "what_it_is", "why_it_matters", "buyers", "capabilities", "controls", "requirements"),
    *("inputs", "context_keys", "ai_tasks", "triggers", "reviewers", "evidence", "targets", "retention", "monitoring"),
    *("risks", "companies", "provenance", "source", "sources", "completed", "date"),
)


def _columns() -> dict[str, Column]:
    found = {column.name: column for column in TABLES["workflows"].columns}
    for field, path in LABELS.items():
        found[column_name(path)] = Column(column_name(path), LABEL_DESCRIPTIONS[field])
    for name, (_, model) in PARTS.items():
        parts = " | ".join(model.model_fields)
        found[name] = Column(name, f"{TABLES[name].description.partition(', one row')[0].rstrip('.')}: {parts}.")
    return {name: found[name] for name in sorted(found, key=lambda name: _ORDER.index(name) if name in _ORDER else len(_ORDER))}


COLUMNS: dict[str, Column] = _columns()
"""The columns of a sheet, in order, with what each holds."""


def table(entries: Iterable[Workflow]) -> pd.DataFrame:
    """Entries as one row each.

    >>> from atlas_data import load_atlas
    >>> entry = load_atlas().entry("ai-accounts-payable-invoice-approval")
    >>> table([entry]).loc[1, "stage"]
    'Established'
    """
    rows = [_row(entry) for entry in entries]
    for row in rows:
        for name, text in row.items():
            if len(text) > MAX_CELL:
                reason = f"has {len(text):,} characters; a cell holds {MAX_CELL:,}. Export to a data package or JSON Lines"
                raise AtlasError([Problem(row["id"], name, reason)])
    return pd.DataFrame(rows, index=pd.RangeIndex(1, len(rows) + 1, name="row"), columns=list(COLUMNS), dtype="str")


def write(atlas: Atlas, ids: Iterable[str] | None = None) -> bytes:
    """The workflows as CSV, one row each. The vocabulary is not in it."""
    return _BOM + delimited.write(table(chosen(atlas, ids)))


def write_excel(atlas: Atlas, ids: Iterable[str] | None = None) -> bytes:
    """The workflows as an Excel workbook of one sheet. The vocabulary is not in it."""
    return excel.workbook({_SHEET: table(chosen(atlas, ids))})


def template(ending: str = ".csv") -> bytes:
    """An empty sheet to fill in, as ``.csv`` with comments or ``.xlsx`` with a second sheet that explains the columns.

    >>> template().decode("utf-8-sig").splitlines()[0]
    '# One row a workflow. Several labels in a cell are separated by semicolons; a semicolon inside a label is written \\\\;'
    """
    needed = {name: "needed" if name in REQUIRED else "" for name in COLUMNS}
    notes = [
        "One row a workflow. Several labels in a cell are separated by semicolons; a semicolon inside a label is written \\;",
        "Where an item has parts, they are separated by bars: Approvals kept per invoice | Approval workflow",
        f"Only {', '.join(REQUIRED[:-1])} and {REQUIRED[-1]} are needed. What you leave out or leave empty is read as '{NOT_STATED}'.",
    ]
    if ending == ".xlsx":
        meaning = pd.DataFrame({"column": list(needed), "needed": needed.values(), "meaning": [_meaning(name) for name in COLUMNS]})
        return excel.workbook({_SHEET: table([]), **dict(zip(_EXPLAINED, (meaning, pd.DataFrame({"notes": notes})), strict=True))})
    notes += [f"{name}{' (needed)' if needed[name] else ''}: {_meaning(name)}" for name in COLUMNS]
    comments = "".join(f"# {note}\r\n" for note in notes)
    return _BOM + comments.encode() + delimited.write(table([]))


def _meaning(name: str) -> str:
    column = COLUMNS[name]
    return column.description + (f" One of {', '.join(column.options)}." if column.options else "")


def headings(data: bytes, shown: str) -> list[str]:
    """The names of the columns of a sheet somebody brings, for a step in which they say which is which."""
    return _frame(data, shown, {}).frame.columns.tolist()


def understood(names: Iterable[str]) -> dict[str, str]:
    """Those of their names of columns that are ours but for case and spaces, each with ours; reading needs no mapping for them.

    >>> understood(["What it is", "Buyer"])
    {'What it is': 'what_it_is'}
    """
    return {name: _key(name) for name in names if _key(name) in COLUMNS}


def suggest(names: Iterable[str]) -> dict[str, str]:
    """For each of their names the column of ours that it most likely is; names that resemble none are left out.

    >>> suggest(["Title", "Buyer", "Colour"])
    {'Title': 'title', 'Buyer': 'buyers'}
    """
    found = {name: _key(name) for name in names}
    exact = understood(found)
    left = set(COLUMNS) - set(exact.values())
    for name, key in found.items():
        hint = re.search(r"'(\w+)'", nearest(key, left)) if name not in exact else None
        if hint:
            exact[name] = hint[1]
            left.discard(hint[1])
    return {name: exact[name] for name in found if name in exact}


def read(data: bytes, shown: str, mapping: Mapping[str, str] | None = None, today: datetime.date | None = None) -> Contents:
    """The workflows in a sheet. ``mapping``: their names of columns to ours; names that differ in case or spaces need none.

    A column that is left out and a cell that is empty are filled with "Not stated" and told in ``warnings``, as is what was read
    other than it stands (:func:`atlas_data.formats.cells.tidied`, :func:`atlas_data.formats.excel.plain_sheet`). Without ``id``
    it is made of the title, without ``provenance`` entries are the keeper's own, without ``date`` they are of ``today``.
    """
    mapping = mapping or {}
    found = _frame(data, shown, mapping)
    name, frame, warnings = found.name, found.frame, found.warnings
    ours = {their: mapping.get(their) or _key(their) for their in frame.columns}
    problems = []
    for their, our in mapping.items():
        if their not in ours:
            problems.append(Problem(name, their, f"is no column of the file{nearest(their, filter(None, ours))}"))
        elif our not in COLUMNS:
            problems.append(Problem(name, their, f"{our!r} is no column of an atlas{nearest(our, COLUMNS)}"))
    for place, (their, our) in enumerate(zip(frame.columns, map(ours.get, frame.columns), strict=True)):
        if not their and frame.iloc[:, place].str.strip().any():
            reason = f"column {get_column_letter(place + 1)} has no name and was not read; name it in the first row to have it read"
            warnings.append(Problem(name, "", reason))
        elif our not in COLUMNS and their and their not in mapping:
            warnings.append(Problem(name, their, f"is no column of an atlas and was not read{nearest(_key(their), COLUMNS)}"))
    known = {their: our for their, our in ours.items() if our in COLUMNS}
    problems += [problem for problem in found.lost if problem.field in known]
    twice = {our for our in known.values() if list(known.values()).count(our) > 1}
    problems += [
        Problem(name, our, f"is meant by several columns: {', '.join(t for t, o in known.items() if o == our)}") for our in sorted(twice)
    ]
    missing = [column for column in REQUIRED if column not in known.values()]
    remedy = "is a needed column and missing; name it in the first row, or say which of yours it is"
    problems += [Problem(name, column, f"{remedy}{nearest(column, frame.columns)}") for column in missing]
    if problems:
        return Contents(problems=problems, warnings=warnings)
    fillers = {column: _item(column, NOT_STATED if column in REQUIRED or _needs(column) else "") for column in _LABELLED}
    frame, tidied = cells.tidied(frame[list(known)].rename(columns=known), fillers, name)
    frame, told = _completed(frame)
    warnings += tidied + [Problem(name, column, reason) for column, reason in told.items()]
    tables, again = _tables(frame, today or datetime.date.today(), name)
    contents = from_tables(tables, name.replace("{", "{{").replace("}", "}}"), one_sheet=True)
    contents.problems = [*again, *contents.problems]
    contents.warnings = [*warnings, *contents.warnings]
    return contents


def _frame(data: bytes, shown: str, mapping: Mapping[str, str]) -> excel.Plain:
    """What the sheet holds; of a workbook, the sheet that has most of the needed columns, else most of ours, else most columns."""

    def fit(names: list[str]) -> tuple[int, ...]:
        ours = {mapping.get(name) or _key(name) for name in names}
        return len(ours.intersection(REQUIRED)), len(ours.intersection(COLUMNS)), sum(map(bool, names))

    if data.startswith(b"PK"):
        found = excel.plain_sheet(data, shown, fit, _EXPLAINED, MAX_WORKFLOWS)
        return replace(found, name=f"sheet {found.name}")
    return excel.Plain(shown, *delimited.read(data, shown, MAX_WORKFLOWS), [])


def _item(column: str, filler: str) -> str:
    """A filler as the one item of a cell."""
    return f"{filler} | {filler}" if column in PARTS and filler else filler


def _completed(frame: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, str]]:
    """The frame with what an entry cannot be without where a column or a cell is missing, and what to say of each such column."""
    frame, told = frame.copy(), {}
    for column in COLUMNS:
        if not _needs(column) or column in (*REQUIRED, "id", "provenance", "date"):
            continue
        filler = _item(column, NOT_STATED)
        if column not in frame:
            frame[column] = filler
            told[column] = f"is not in the sheet; every workflow has {NOT_STATED!r} there"
            continue
        # A semicolon is text in a text, and parts nothing in a list. The schema keeps control characters, str.strip does not.
        empty = np.array([not (cell.strip(" \t\r\n\xa0") if column in VALUES else split(cell)) for cell in frame[column]], dtype=bool)
        frame[column] = frame[column].mask(empty, filler)
        if empty.any():
            part = "every workflow has" if empty.all() else f"{empty.sum():,} of {len(frame):,} workflows have"
            told[column] = f"is empty; {part} {NOT_STATED!r} there"
    return frame, told


def _key(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")


def _needs(name: str) -> bool:
    """Whether an entry cannot be without it."""
    if name in PARTS:
        return name == "risks"
    return COLUMNS[name].required and name not in ("retention", "monitoring", "completed")


def _row(entry: Workflow) -> dict[str, str]:
    content = entry.model_dump()

    def at(path: tuple[str, ...]):
        value = content
        for step in path:
            value = value[step]
        return value

    row = {name: as_text(at(path)) or "" for name, path in VALUES.items()}
    row |= {column_name(path): joined(at(path)) for path in LABELS.values()}
    for name, (path, _) in PARTS.items():
        row[name] = joined(joined([value or "" for value in part.values()], "|") for part in at(path))
    return row


def _tables(frame: pd.DataFrame, today: datetime.date, shown: str) -> tuple[dict[str, pd.DataFrame], list[Problem]]:
    """The sheet cut into the tables of an atlas, each row with the number it has in the sheet, and what is used again in it.

    A row with the title or the id of another is given an id of its own, so that the rest of it is checked too.
    """
    rows: dict[str, list[dict]] = {name: [] for name in ("workflows", "labels", *PARTS)}
    defaults, problems = {"provenance": "own", "date": today.isoformat()}, []
    ids, titles, used = {}, {}, {*frame.get("id", ())}  # of each id and title its row, and all ids
    for number, row in zip(frame.index, frame.to_dict("records"), strict=True):
        title = row["title"].strip().casefold()
        workflow = row.get("id") or _id_of(row["title"], number, used)
        if row.get("id") in ids:
            problems.append(Problem(shown, "id", f"{workflow!r} is already used in row {ids[workflow]}", number))
            workflow = f"row-{number}"
        elif not row.get("id") and title in titles:
            reason = f"{row['title'].strip()!r} also stands in row {titles[title]}; add an id column to keep both"
            problems.append(Problem(shown, "title", reason, number))
        ids.setdefault(workflow, number)
        used.add(workflow)
        if title and not row.get("id"):
            titles.setdefault(title, number)
        values = {name: row.get(name) or defaults.get(name) for name in VALUES}
        rows["workflows"].append(values | {"id": workflow, "row": number})
        of = {"workflow": workflow, "row": number}
        for field, path in LABELS.items():
            rows["labels"] += [of | {"field": field, "label": label} for label in split(row.get(column_name(path), ""))]
        for name, (_, model) in PARTS.items():
            for item in split(row.get(name, "")):
                parts = [part.strip(" ") for part in split(item, "|", keep_empty=True)]
                fields = dict(zip(model.model_fields, parts, strict=False))
                if "website" in fields:  # people give its address
                    fields["website"] = re.sub("^https?:// *", "", fields["website"].casefold()).partition("/")[0].partition("?")[0]
                rows[name].append(of | fields)
                if len(parts) > len(model.model_fields):  # so that the schema tells
                    rows[name][-1][list(model.model_fields)[-1]] = " | ".join(parts[len(model.model_fields) - 1 :])
    columns = {"workflows": list(VALUES), "labels": ["workflow", "field", "label"]}
    columns |= {name: ["workflow", *model.model_fields] for name, (_, model) in PARTS.items()}
    frames = {name: pd.DataFrame(found, columns=[*columns[name], "row"], dtype="object").set_index("row") for name, found in rows.items()}
    return frames, problems


def _id_of(title: str, number: int, used: Container[str]) -> str:
    """An id made of a title, with the number of the row after it where another title gives the same one."""
    start = slug(title)[:80].strip("-") or f"workflow-{number}"
    numbered = (f"{start[: 79 - len(str(i))].strip('-')}-{i}" for i in count(number))
    return start if start not in used else next(name for name in numbered if name not in used)
