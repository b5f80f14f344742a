"""Comma-separated text: written so that spreadsheets open it safely, read from whatever a spreadsheet made of it."""

from __future__ import annotations

import codecs
import csv
import io
import re

import pandas as pd

from atlas_data.export import neutral, original
from atlas_data.limits import MAX_COLUMNS, MAX_ROWS
from atlas_data.problems import AtlasError, Problem
from atlas_data.tables import as_text

_DELIMITERS = {",": "a comma", ";": "a semicolon", "\t": "a tab"}
# As the first line: Excel's own way to name the separator.
_NAMED = re.compile(r'"?sep=([^\w\s"]|\t)"?[,;\t]*(?:\r\n?|\n|\Z)', re.IGNORECASE)
_MARKS = {  # UTF-32 first: its mark begins with that of UTF-16
    codecs.BOM_UTF32_LE: "UTF-32", codecs.BOM_UTF32_BE: "UTF-32", codecs.BOM_UTF16_LE: "UTF-16", codecs.BOM_UTF16_BE: "UTF-16"
}  # fmt: skip
_SAVE_AS = "save it as 'CSV UTF-8'"


def write(frame: pd.DataFrame) -> bytes:
    """A frame without its index as CSV: UTF-8, lines ending as RFC 4180 says, formulas neutralised.

    >>> write(pd.DataFrame({"a": ["=1", None]}))
    b'a\\r\\n\\'=1\\r\\n""\\r\\n'
    """
    buffer = io.StringIO(newline="")
    # Every row ends in CR LF, so Python quotes cells that hold either, also a lone carriage return.
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(frame.columns)
    for row in zip(*(frame[name].tolist() for name in frame.columns), strict=True):
        writer.writerow([neutral(as_text(value) or "") for value in row])
    return buffer.getvalue().encode()


def read(data: bytes, shown: str, max_rows: int = MAX_ROWS) -> tuple[pd.DataFrame, list[Problem]]:
    """The table in a CSV file, indexed by row number, and warnings.

    Reads UTF-8 with or without byte order mark, UTF-16 and UTF-32 with one, and Windows-1252 with a warning; commas, semicolons,
    tabs, or what a first line ``sep=`` names; any line ends, also mixed. Lines before the header that start with ``#`` are comments
    unless they list names. The apostrophe that :func:`write` puts before a formula is taken off.

    >>> read(b"# explained\\na;b\\n1;'=2\\r\\n", "x.csv")[0].loc[3].to_dict()
    {'a': '1', 'b': '=2'}
    """
    text, warnings = decoded(data, shown)
    delimiter = _delimiter(text)
    rows = _rows(text, delimiter, shown)
    number, header = next(rows, (1, []))
    while _is_comment(delimiter.join(header)):
        number, header = next(rows, (number, []))
    if not any(header):
        raise AtlasError([Problem(shown, "", "is empty: the first row holds the names of the columns")])
    header = [name.strip() for name in header]
    while header and not header[-1]:
        header.pop()
    if len(header) > MAX_COLUMNS:
        raise AtlasError([Problem(shown, "", f"has {len(header):,} columns, more than the {MAX_COLUMNS} that are read")])
    twice = [name for i, name in enumerate(header) if name in header[:i]]
    problems = [Problem(shown, name, "names two columns; rename one of them", number) for name in twice]
    numbers, cells = [], []
    for number, row in rows:
        if not any(row):
            continue
        if any(row[len(header) :]):
            remedy = f"quote cells that hold {_DELIMITERS.get(delimiter, repr(delimiter))}"
            problems.append(Problem(shown, "", f"the row has {len(row)} cells under {len(header)} names; {remedy}", number))
        if len(numbers) == max_rows:
            problems.append(Problem(shown, "", f"has more than the {max_rows:,} rows that are read; bring a part of it", number))
            break
        numbers.append(number)
        cells.append([original(cell) for cell in row[: len(header)]] + [""] * (len(header) - len(row)))
    if problems:
        raise AtlasError(problems)
    index = pd.Index(numbers, dtype="int64", name="row")
    return pd.DataFrame(cells, index=index, columns=header, dtype="str"), warnings


def decoded(data: bytes, shown: str) -> tuple[str, list[Problem]]:
    """The text of a file, and a warning when its encoding had to be guessed."""
    marked = next((name for mark, name in _MARKS.items() if data.startswith(mark)), None)
    if marked:
        try:
            return data.decode(marked), []
        except UnicodeDecodeError as error:
            raise AtlasError([Problem(shown, "", f"is not readable as {marked} text: {error.reason}; {_SAVE_AS}")]) from None
    if b"\0" in data[:4]:  # the first names of columns, in two bytes a letter
        raise AtlasError([Problem(shown, "", f"is not readable as text (UTF-16 without a byte order mark?); {_SAVE_AS}")])
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        try:
            text = data.decode("cp1252")
        except UnicodeDecodeError:
            raise AtlasError([Problem(shown, "", f"is not readable as UTF-8 text; {_SAVE_AS}", line)]) from None
        return text, [Problem(shown, "", f"is not UTF-8 and was read as Windows-1252; if accents look wrong, {_SAVE_AS}", line)]


def _rows(text: str, delimiter: str, shown: str):
    """Each row with its number as a spreadsheet counts: a cell may hold line ends."""
    named = _NAMED.match(text)
    first = 1 if named else 0
    reader = csv.reader(io.StringIO(text[named.end() :] if named else text, newline=""), delimiter=delimiter, strict=True)
    number = first
    try:
        for number, row in enumerate(reader, first + 1):
            yield number, row
    except csv.Error as error:
        raise AtlasError([Problem(shown, "", f"is not readable as CSV: {error}; check the quotes", number + 1)]) from None


def _delimiter(text: str) -> str:
    """What the first line names, else what separates most cells of the header."""
    named = _NAMED.match(text)
    header = next((line for line in io.StringIO(text, newline=None) if line.strip() and not _is_comment(line)), "")
    return named[1] if named else max(_DELIMITERS, key=header.count)


def _is_comment(line: str) -> bool:
    """Whether a line before the names of the columns explains. It may hold the names: they begin with ``#`` and no space, or one is title.

    >>> _is_comment("# Needed: title,category,controls"), _is_comment("# 1,000 rows"), _is_comment('"# a; b";;')
    (True, True, True)
    >>> _is_comment("#,Use case,Area"), _is_comment("#ID;Name"), _is_comment("# ID,Title,Category")
    (False, False, False)
    """
    if not line.lstrip(' "').startswith("#"):
        return False
    first, *others = (cell.strip(' "\r\n').casefold() for cell in re.split(f"[{''.join(_DELIMITERS)}]", line))
    return "title" not in others and not (any(others) and re.fullmatch(r"#\w*", first))
