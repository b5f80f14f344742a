"""An Excel workbook: one sheet a table, with filters on and the header frozen.

Text is written as text, so nothing runs as a formula. Characters that XML cannot hold are written in Excel's own way
(``_x0007_``), and read back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from itertools import islice

import numpy as np
import pandas as pd
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from atlas_data.atlas import Atlas
from atlas_data.dictionary import TABLES
from atlas_data.formats import archive
from atlas_data.limits import MAX_CELL, MAX_COLUMNS, MAX_ROWS, rows_of
from atlas_data.problems import AtlasError, Problem
from atlas_data.tables import Contents, as_text, from_tables, to_tables

_LAST_ROW = 1_048_576  # of any workbook; a number beyond it is made up
_DAMAGED = (ValueError, KeyError, TypeError, IndexError, AttributeError, SyntaxError, OSError, InvalidFileException)  # what openpyxl raises
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?\bref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3}\d{1,7})"')
_COMPUTED = re.compile(
    rb'<(?:\w+:)?c\s([^>]*?)\s?r="([A-Z]{1,3})(\d{1,7})"([^>]*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*'
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_TOP = 10  # rows of a sheet among which the names of the columns are looked for
_TO_ESCAPE = re.compile("[\0-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")


def write(atlas: Atlas, ids: Iterable[str] | None = None) -> bytes:
    """The tables as one workbook.

    >>> from atlas_data import load_atlas
    >>> write(load_atlas(), [])[:2]
    b'PK'
    """
    return workbook(to_tables(atlas, ids))


def workbook(frames: Mapping[str, pd.DataFrame]) -> bytes:
    """Frames without their index as the sheets of a workbook."""
    book = Workbook(write_only=True)
    for name, frame in frames.items():
        sheet = book.create_sheet(name)
        sheet.freeze_panes = "A2"
        sheet.auto_filter.ref = f"A1:{get_column_letter(max(frame.shape[1], 1))}{len(frame) + 1}"
        for i, column in enumerate(frame.columns, 1):
            longest = max((len(as_text(value) or "") for value in frame[column].tolist()[:200]), default=0)
            sheet.column_dimensions[get_column_letter(i)].width = min(max(longest, len(column)) + 3, 60)
        sheet.append(frame.columns.tolist())
        for row in zip(*(frame[column].tolist() for column in frame.columns), strict=True):
            sheet.append([_cell(sheet, value, name) for value in row])
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _cell(sheet, value, name: str):
    if not isinstance(value, str):
        return value if as_text(value) is not None else None
    text = _TO_ESCAPE.sub(lambda match: f"_x{ord(match[0]):04X}_", value)
    if len(text) > MAX_CELL:
        reason = f"{value[:40]!r}… has {len(text):,} characters; a cell of a workbook holds {MAX_CELL:,}. Export to another format"
        raise AtlasError([Problem(f"sheet {name}", "", reason)])
    if not text.startswith(("=", "#")):
        return text
    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"  # neither a formula nor an error
    return cell


def sheet_names(data: bytes, shown: str) -> list[str]:
    """The names of the sheets of a workbook."""
    book = _opened(data, shown)
    return book.sheetnames


def read(data: bytes, shown: str) -> Contents:
    """What the sheets of a workbook hold. Sheets that are no table of an atlas are left alone."""
    book = _opened(data, shown)
    frames = {name: read_sheet(book, name, rows_of(name)) for name in book.sheetnames if name in TABLES}
    return from_tables(frames, "sheet {}")


@dataclass(frozen=True)
class Plain:
    """The one sheet of a workbook that is read: its cells, what was read otherwise or not at all, and cells that have lost their value."""

    name: str
    frame: pd.DataFrame
    warnings: list[Problem]
    lost: list[Problem]


def plain_sheet(
    data: bytes, shown: str, fit: Callable[[list[str]], tuple[int, ...]], quiet: Container[str] = (), max_rows: int = MAX_ROWS
) -> Plain:
    """The sheet of a workbook whose names of columns fit best, the first of those that fit alike; others are told unless ``quiet``.

    ``fit``: how well the texts of a row do as names of columns, first how many of the needed ones they are. The names stand in
    the first row of a sheet, or further down where they have a title above them.
    """
    book = _opened(data, shown)
    tops = {name: _top(book, name, fit) for name in book.sheetnames}
    tops = {name: top for name, top in tops.items() if top}
    if not tops:
        raise AtlasError([Problem(shown, "", "is empty: the first row of a sheet holds the names of the columns")])
    chosen = max(tops, key=lambda name: tops[name][0])
    fits, row, above = tops[chosen]
    frame, place = read_sheet(book, chosen, max_rows, row), f"sheet {chosen}"
    warnings = [Problem(place, "", f"the names of the columns stand in row {row}; what is above was not read", row)] if above else []
    for name in tops:
        if name != chosen and name not in quiet:
            alike = "holds workflows too and was not read; bring it as a file of its own, or add its rows to"
            reason = alike if tops[name][0][0] == fits[0] > 0 else "was not read; the workflows were read from"
            warnings.append(Problem(f"sheet {name}", "", f"{reason} sheet {chosen!r}"))
    with _reading(place):
        content = book._archive.read(book[chosen]._worksheet_path)  # merged cells and formulas are not told otherwise
    frame, merged = _filled(frame, content, place)
    return Plain(chosen, frame, warnings + merged, _lost(frame, content, place, row))


def _top(book, name: str, fit: Callable[[list[str]], tuple[int, ...]]) -> tuple[tuple[int, ...], int, bool] | None:
    """How well the names of the columns of a sheet fit, the row they stand in, and whether something stands above."""
    with _reading(f"sheet {name}"):
        rows = [(number, [_text(value).strip() for value in values]) for number, values in islice(_rows(book[name]), _TOP)]
    if not rows:
        return None
    (first, names), *rest = rows
    below = next((number for number, texts in rest if fit(texts)[0] > max(fit(names)[0], 1)), None)
    return (fit(names), first, False) if below is None else (fit(dict(rest)[below]), below, True)


def _filled(frame: pd.DataFrame, content: bytes, shown: str) -> tuple[pd.DataFrame, list[Problem]]:
    """The frame with what stands in a merged cell in each of its rows, and a warning for each column with such cells."""
    cells, names, found, left = frame.to_numpy(dtype=object, copy=True), frame.columns.tolist(), {}, frame.size
    for column, top, end in _MERGED.findall(content):
        place, last = column_index_from_string(column.decode()) - 1, int(re.sub(rb"\D", b"", end))
        first, until = np.searchsorted(frame.index, [int(top), last + 1])
        left -= max(until - first, 0)
        if left < 0:  # merged cells do not overlap
            break
        if place < len(names) and until - first > 1 and frame.index[first] == int(top):
            cells[first:until, place] = cells[first, place]
            found.setdefault(names[place], []).append(f"{column.decode()}{int(top)}:{end.decode()}")
    told = "merged cells, first {}; each of their rows was given what stands in them"
    warnings = [Problem(shown, name, f"holds {len(ranges)} {told.format(ranges[0])}") for name, ranges in found.items()]
    return pd.DataFrame(cells, index=frame.index, columns=frame.columns, dtype="str") if found else frame, warnings


def _lost(frame: pd.DataFrame, content: bytes, shown: str, header: int) -> list[Problem]:
    """The formulas without a value: a program wrote them, and only a spreadsheet works them out."""
    reason, names, problems = "is a formula without a stored value; open the file in Excel and save it", frame.columns.tolist(), []
    for before, column, row, after in _COMPUTED.findall(content):
        place = column_index_from_string(column.decode()) - 1
        if b't="str"' not in before + after and int(row) > header and place < len(names):  # an empty text is a value
            problems.append(Problem(shown, names[place], reason, int(row)))
    return problems


def read_sheet(book, name: str, max_rows: int = MAX_ROWS, top: int = 1) -> pd.DataFrame:
    """One sheet as text, indexed by row number, without empty rows. The first row from ``top`` on holds the names of the columns."""
    shown = f"sheet {name}"
    header: list[str] = []
    numbers, cells, problems = [], [], []
    with _reading(shown):
        for number, values in _rows(book[name]):
            if number < top:
                continue
            row = ["" if value is None else _text(value) for value in values]
            if not header:
                header = [text.strip() for text in row]
                twice = [text for i, text in enumerate(header) if text and text in header[:i]]
                problems += [Problem(shown, text, "names two columns; rename one of them", number) for text in twice]
            elif len(row) > len(header):
                problems.append(Problem(shown, "", "the row has cells beyond the names of the columns", number))
            elif len(numbers) == max_rows:
                problems.append(Problem(shown, "", f"has more than the {max_rows:,} rows that are read; bring a part of it", number))
                break
            else:
                numbers.append(number)
                cells.append(row + [""] * (len(header) - len(row)))
            if len(row) > MAX_COLUMNS:
                problems = [Problem(shown, "", f"has more than the {MAX_COLUMNS} columns that are read", number)]
                break
    if problems:
        raise AtlasError(problems)
    return pd.DataFrame(cells, index=pd.Index(numbers, dtype="int64", name="row"), columns=header, dtype="str")


@contextmanager
def _reading(shown: str) -> Iterator[None]:
    """Say of a sheet that it is damaged, whatever openpyxl makes of it."""
    try:
        yield
    except _DAMAGED as error:
        raise AtlasError([Problem(shown, "", f"cannot be read: {error}; save the workbook anew")]) from None


def _rows(sheet) -> Iterator[tuple[int, tuple]]:
    """The rows that hold anything, with their numbers and without empty cells at the end.

    A cell far to the right makes every row before it as wide, so no more columns are asked for than tell that they are too many.
    """
    if not hasattr(sheet, "iter_rows"):  # a sheet that is a chart
        return
    empty = None  # openpyxl gives one and the same tuple for each of the rows that are not there, which may be a million
    for number, values in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS + 1, values_only=True), 1):
        if number > _LAST_ROW:
            return
        if values is empty:
            continue
        if values.count(None) == len(values):
            empty = values
            continue
        end = next(i for i in range(len(values), 0, -1) if values[i - 1] is not None)
        if any(value != "" for value in values[:end]):
            yield number, values[:end]


def _text(value) -> str:
    if isinstance(value, str):
        return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), value) if "_x" in value else value
    return as_text(value) or ""


def _opened(data: bytes, shown: str):
    archive.refuse_entities(data, shown)
    try:
        return load_workbook(BytesIO(data), read_only=True, data_only=True, keep_links=False)
    except _DAMAGED as error:
        raise AtlasError([Problem(shown, "", f"is not a readable Excel workbook: {error}")]) from None
