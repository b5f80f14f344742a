"""What can be wrong with an atlas, said so that the reader knows where to look and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice
from pathlib import Path

import pandas as pd

_COMPARED = 20_000  # names a misspelt one is compared with at most: half a second


@dataclass(frozen=True)
class Problem:
    """One thing wrong in one place.

    ``file`` is the path as the reader knows it, ``field`` the path inside the file (``risks[2].family``), ``line``
    the 1-based line when known, ``reason`` what is wrong with which value and what would be right.
    """

    file: str
    field: str
    reason: str
    line: int | None = None

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.field}: {self.reason}" if self.field else f"{place}: {self.reason}"


class AtlasError(ValueError):
    """The atlas cannot be used as it is; ``problems`` holds every reason found."""

    def __init__(self, problems: Iterable[Problem]):
        self.problems = tuple(problems)
        count = len(self.problems)
        head = f"The atlas has {count} {'problem' if count == 1 else 'problems'}:"
        super().__init__("\n".join([head, *map(str, self.problems)]))


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Say of a file or folder that it cannot be read as an :class:`AtlasError`; of ``path`` where the system names none."""
    try:
        yield
    except OSError as error:
        raise AtlasError([Problem(str(error.filename or path), "", f"cannot be read: {error.strerror or error}")]) from None


@contextmanager
def writing(path: Path, problems: Iterable[Problem] = ()) -> Iterator[None]:
    """Say of a file or folder that it cannot be written as an :class:`AtlasError`, after the ``problems`` found before.

    >>> with writing(Path("/nowhere/out.csv")):
    ...     Path("/nowhere/out.csv").write_bytes(b"")
    Traceback (most recent call last):
    atlas_data.problems.AtlasError: The atlas has 1 problem:
    /nowhere/out.csv: cannot be written: No such file or directory
    """
    try:
        yield
    except OSError as error:
        raise AtlasError([*problems, Problem(str(path), "", f"cannot be written: {error.strerror}")]) from None


def problem_table(problems: Iterable[Problem]) -> pd.DataFrame:
    """Problems as rows to sort and download: ``file`` (or table), ``row``, ``field`` and ``reason``.

    >>> problem_table([Problem("labels.csv", "label", "is empty", 12)]).columns.tolist()
    ['file', 'row', 'field', 'reason']
    """
    rows = [(problem.file, problem.line, problem.field, problem.reason) for problem in problems]
    return pd.DataFrame(rows, columns=["file", "row", "field", "reason"]).astype({"row": "Int64"})


def nearest(value: str, known: Iterable[str]) -> str:
    """A hint naming the closest known value, or an empty string when none is close, or there are too many to compare with.

    >>> nearest("Audit trial", ["Audit trail", "Metering"])
    "; did you mean 'Audit trail'?"
    >>> nearest("zzz", ["Audit trail"])
    ''
    """
    known = list(islice(known, _COMPARED + 1))
    if len(known) > _COMPARED:
        return ""
    by_folded = {name.casefold(): name for name in known}
    close = get_close_matches(str(value).casefold(), by_folded, n=1, cutoff=0.6)
    return f"; did you mean {by_folded[close[0]]!r}?" if close else ""
