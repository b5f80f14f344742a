"""Frames as files people can open."""

from __future__ import annotations

import re
from collections.abc import Mapping
from io import BytesIO

import pandas as pd
from pandas.api.types import is_object_dtype

# A spreadsheet runs text that starts like this as a formula (OWASP, "CSV injection"). Text that already stands behind
# apostrophes counts too, so that taking one apostrophe off always gives back what was written.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_FORBIDDEN_IN_SHEET = re.compile(r"[\[\]:*?/\\]")


def to_csv(frame: pd.DataFrame) -> bytes:
    """UTF-8 with a byte order mark, so that spreadsheets read accents; text that starts like a formula is quoted.

    >>> to_csv(pd.DataFrame({"a": ["=1+1"]}, index=pd.Index(["x"], name="id"))).decode("utf-8-sig").splitlines()
    ['id,a', "x,'=1+1"]
    """
    # Lines end as RFC 4180 says; Python then quotes text holding either character, which would else begin a row of its own.
    return _neutral(flat(frame)).to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")


def to_xlsx(frame: pd.DataFrame, sheet: str = "Data") -> bytes:
    """One sheet with a frozen header, filters and readable widths. Text is written as text, never as a formula or link."""
    return to_workbook({sheet: frame})


def to_workbook(frames: Mapping[str, pd.DataFrame]) -> bytes:
    """A sheet a frame, as :func:`to_xlsx` writes one. Names that a sheet cannot have are mended."""
    buffer = BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": True}
    names = [_FORBIDDEN_IN_SHEET.sub(" ", name)[:31].strip(" '") or "Data" for name in frames]
    with pd.ExcelWriter(buffer, engine="xlsxwriter", engine_kwargs={"options": options}) as writer:
        for name, frame in zip(_distinct(names), frames.values(), strict=True):
            table = flat(frame)
            table.to_excel(writer, sheet_name=name, index=False)
            page = writer.sheets[name]
            page.freeze_panes(1, 0)
            page.autofilter(0, 0, max(len(table), 1), max(table.shape[1] - 1, 0))
            page.autofit(max_width=420)
    return buffer.getvalue()


def to_parquet(frame: pd.DataFrame) -> bytes:
    """Apache Parquet with the index as ordinary columns."""
    buffer = BytesIO()
    table = flat(frame)
    table.attrs = {}
    table.to_parquet(buffer, index=False)
    return buffer.getvalue()


def flat(frame: pd.DataFrame) -> pd.DataFrame:
    """Index levels as columns, column names as text, lists of labels joined with semicolons."""
    flat = frame.reset_index(allow_duplicates=True)
    flat.columns = _distinct([_heading(column) for column in flat.columns])
    for column in filter(lambda name: is_object_dtype(flat[name]), flat.columns):
        flat[column] = flat[column].map(_joined)
    return flat


def _heading(column) -> str:
    return ": ".join(str(level) for level in column if level != "") if isinstance(column, tuple) else str(column)


def _distinct(headings: list[str]) -> list[str]:
    """A heading that occurs again gets a number, since files of columns need names of their own."""
    seen: list[str] = []
    for heading in headings:
        name, n = heading, 1
        while name in seen:
            n += 1
            name = f"{heading} ({n})"
        seen.append(name)
    return seen


def _joined(value):
    if not isinstance(value, (tuple, list)):
        return value
    return "; ".join(": ".join(map(str, item)) if isinstance(item, tuple) else str(item) for item in value)


def neutral(text: str) -> str:
    """Text as a CSV cell: an apostrophe before what a spreadsheet would run.

    >>> neutral("=1+1"), neutral("'=1+1"), neutral("'quoted'")
    ("'=1+1", "''=1+1", "'quoted'")
    """
    return "'" + text if _FORMULA.match(text) else text


def original(cell: str) -> str:
    """The text that :func:`neutral` made a cell of; any other cell as it is.

    >>> original("'=1+1"), original("''=1+1"), original("'quoted'"), original("=1+1")
    ('=1+1', "'=1+1", "'quoted'", '=1+1')
    """
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def _neutral(frame: pd.DataFrame) -> pd.DataFrame:
    def quoted(value):
        return neutral(value) if isinstance(value, str) else value

    text = frame.select_dtypes(exclude="number").columns
    return frame.assign(**{column: frame[column].map(quoted) for column in text}).rename(columns=quoted)
