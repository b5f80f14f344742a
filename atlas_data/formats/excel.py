"""An Excel workbook: one sheet a table, with filters on and the header frozen.

Text is written as text, so nothing runs as a formula. Characters that XML cannot hold are written in Excel's own way
(``_x0007_``), and read back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO

import pandas as pd
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from atlas_data.atlas import Atlas
from atlas_data.dictionary import TABLES
from atlas_data.formats import archive
from atlas_data.limits import MAX_CELL, MAX_COLUMNS, MAX_ROWS
from atlas_data.problems import AtlasError, Problem
from atlas_data.tables import Contents, as_text, from_tables, to_tables

_LAST_ROW = 1_048_576  # of any workbook; a number beyond it is made up
_DAMAGED = (ValueError, KeyError, TypeError, IndexError, AttributeError, SyntaxError, OSError, InvalidFileException)  # what openpyxl raises
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
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
    frames = {name: read_sheet(book, name) for name in book.sheetnames if name in TABLES}
    return from_tables(frames, "sheet {}")


def first_sheet(data: bytes, shown: str, max_rows: int = MAX_ROWS) -> tuple[str, pd.DataFrame]:
    """The first sheet of a workbook that holds anything, by name."""
    book = _opened(data, shown)
    for name in book.sheetnames:
        frame = read_sheet(book, name, max_rows)
        if frame.shape[1]:
            return name, frame
    raise AtlasError([Problem(shown, "", "is empty: the first row of a sheet holds the names of the columns")])


def read_sheet(book, name: str, max_rows: int = MAX_ROWS) -> pd.DataFrame:
    """One sheet as text, indexed by row number, without empty rows. The first row holds the names of the columns."""
    shown = f"sheet {name}"
    header: list[str] = []
    numbers, cells, problems = [], [], []
    try:
        for number, values in _rows(book[name]):
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
    except _DAMAGED as error:
        raise AtlasError([Problem(shown, "", f"cannot be read: {error}; save the workbook anew")]) from None
    if problems:
        raise AtlasError(problems)
    return pd.DataFrame(cells, index=pd.Index(numbers, dtype="int64", name="row"), columns=header, dtype="str")


def _rows(sheet) -> Iterator[tuple[int, tuple]]:
    """The rows that hold anything, with their numbers and without empty cells at the end.

    A cell far to the right makes every row before it as wide, so no more columns are asked for than tell that they are too many.
    """
    if not hasattr(sheet, "iter_rows"):  # a sheet that is a chart
        return
    for number, values in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS + 1, values_only=True), 1):
        if number > _LAST_ROW:
            return
        if values.count(None) < len(values):
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
