"""Cells of a sheet that hold several labels: written with semicolons between them, and read as people write them.

A semicolon inside a label is written ``\\;``, a bar inside a part of an item ``\\|``.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping

import pandas as pd

from atlas_data.dictionary import LABELS, column_name
from atlas_data.problems import Problem
from atlas_data.taxonomy import load_taxonomy
from atlas_data.unstated import PLACEHOLDERS

_OTHERWISE = r"[,\r\n]"  # what people separate labels by, and what stands in labels too
_REMEDY = "separate labels by semicolons"


def joined(items: Iterable[str], separator: str = ";") -> str:
    r"""Items as one cell.

    >>> print(joined(["a", "b; c", "d\\"]))
    a; b\; c; d\
    """
    written = [re.sub(rf"(\\*){re.escape(separator)}", rf"\1\1\\{separator}", item) for item in items]
    if separator == "|":
        return " | ".join(written)
    # Backslashes at the end of an item would else belong to the separator after it.
    return "; ".join([re.sub(r"(\\+)$", r"\1\1", item) for item in written[:-1]] + written[-1:])


def split(cell: str, separator: str = ";", keep_empty: bool = False) -> list[str]:
    r"""The items of a cell; the opposite of :func:`joined`.

    >>> split(r"a; b\; c; d\\; e\f")
    ['a', ' b; c', ' d\\', ' e\\f']
    """
    items = [""]
    last = 0
    for match in re.finditer(rf"(\\*){re.escape(separator)}", cell):
        slashes = len(match[1])
        items[-1] += cell[last : match.start()] + "\\" * (slashes // 2)
        if slashes % 2:
            items[-1] += separator
        else:
            items.append("")
        last = match.end()
    items[-1] += cell[last:]
    return items if keep_empty else [item for item in items if item.strip(" \t\r\n")]


def tidied(frame: pd.DataFrame, fillers: Mapping[str, str], shown: str) -> tuple[pd.DataFrame, list[Problem]]:
    """The frame with labels separated by semicolons and without words that stand for nothing, and what was read otherwise.

    ``fillers``: the columns of labels, each with what to put where nothing is stated.
    """
    frame, warnings = frame.copy(), []
    commas = [column for column in map(column_name, LABELS.values()) if column in frame and frame[column].str.contains(_OTHERWISE).any()]
    taxonomy = load_taxonomy() if commas else None
    for column in filter(frame.columns.__contains__, fillers):
        size = f"{len(frame):,} cells"
        frame[column], silent = without_placeholders(frame[column], fillers[column])
        if silent:
            reason = f"holds words such as n/a, none, TBD or a dash in {silent:,} of {size}; they were read as not stated"
            warnings.append(Problem(shown, column, reason))
        if column not in commas:
            continue
        facets = taxonomy.readers(column)
        known = {name.casefold() for facet in facets for term in facet.terms for name in (term.name, *term.labels)}
        read = pd.DataFrame([separated(cell, known) for cell in frame[column]], index=frame.index, columns=["cell", "one"])
        apart, one = read.index[read["cell"] != frame[column]], read.index[read["one"]]
        if len(apart):
            reason = f"labels separated by commas or line breaks were split in {len(apart):,} of {size}; {_REMEDY}"
            warnings.append(Problem(shown, column, reason, int(apart[0])))
        if len(one):
            reason = f"{len(one):,} of {size} seem to hold several labels and were read as one each; {_REMEDY}"
            warnings.append(Problem(shown, column, reason, int(one[0])))
        frame[column] = read["cell"]
    return frame, warnings


def without_placeholders(cells: Iterable[str], filler: str) -> tuple[list[str], int]:
    """The cells without what people write for nothing, ``filler`` where no more is in one; and how many cells held such words.

    >>> without_placeholders(["Identity; n/a", "TBD", "Metering"], "Not stated")
    (['Identity', 'Not stated', 'Metering'], 2)
    """
    read, count = [], 0
    for cell in cells:
        items = split(cell)
        left = [item.strip() for item in items if item.strip().casefold() not in PLACEHOLDERS]
        count += len(left) < len(items)
        read.append(cell if len(left) == len(items) else joined(left) or filler)
    return read, count


def separated(cell: str, known: Container[str]) -> tuple[str, bool]:
    """A cell whose labels are separated by commas or line breaks with semicolons instead, where each is ``known`` (case-folded).

    Also whether it looks as if it held several labels but was left as one, since not every one is known.

    >>> separated("Identity, Metering", {"identity", "metering"}), separated("Identity, Four eyes", {"identity"})
    (('Identity; Metering', False), ('Identity, Four eyes', True))
    """
    parts = [part.strip() for part in re.split(_OTHERWISE, cell) if part.strip()]
    if len(parts) < 2 or ";" in cell or cell.strip().casefold() in known:
        return cell, False
    found = sum(part.casefold() in known for part in parts)
    return (joined(parts), False) if found == len(parts) else (cell, found > 0 or "\n" in cell.strip())
