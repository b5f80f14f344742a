"""What a file that somebody brings may hold at most. Stated here, told to people, and checked before anything is unpacked."""

from __future__ import annotations

MAX_BYTES = 20_000_000
"""Size of a file."""
MAX_UNPACKED = 100_000_000
"""Size of everything in a file once unpacked."""
MAX_RATIO = 200
"""How much larger than its packed form a part of an archive may be, where it is larger than a million bytes."""
MAX_PARTS = 200
"""Files in an archive."""
MAX_WORKFLOWS = 20_000
MAX_LABELS = 75 * MAX_WORKFLOWS
"""Labels of all workflows together, each a row of the table ``labels``. Those packaged have 60 each."""
MAX_ROWS = 200_000
"""Rows of any other table."""
MAX_COLUMNS = 200
MAX_CELL = 32_767
"""Characters of one cell: what a spreadsheet holds."""
MAX_PAIRS = 200_000_000
"""Workflows times terms, over all facets: one byte each in memory."""
MAX_PROBLEMS = 1_000
"""Problems told one by one; the rest are counted."""

STATED = (
    f"At most {MAX_BYTES // 1_000_000} MB ({MAX_UNPACKED // 1_000_000} MB unpacked), {MAX_WORKFLOWS:,} workflows, "
    f"{MAX_LABELS:,} labels in all, {MAX_ROWS:,} rows of any other table, {MAX_COLUMNS} columns and {MAX_CELL:,} characters a cell."
)
"""The limits in words, for those who bring a file."""


def rows_of(table: str) -> int:
    """How many rows of a table are read.

    >>> rows_of("workflows"), rows_of("labels"), rows_of("risks")
    (20000, 1500000, 200000)
    """
    return {"workflows": MAX_WORKFLOWS, "labels": MAX_LABELS}.get(table, MAX_ROWS)
