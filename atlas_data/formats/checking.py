"""Whether the rows of one Parquet table are sound, without making an entry of each.

What the schema asks of a value is asked once of each distinct value of a column. Rows that hold one that does not fit, or a
list that is empty or names a label twice, are found by the codes alone; only those rows are read, and the schema says of
each what is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, get_args

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import StringConstraints, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from atlas_data.dictionary import LABELS, PARTS, VALUES, column_name
from atlas_data.formats.columns import PATHS, Coded, entry, rows_at
from atlas_data.problems import Problem
from atlas_data.reading import explained, field_path
from atlas_data.schema import Workflow

_AT_ONCE = 65_536
_LONG = 64  # lists of more labels are looked at one by one
_STRIPPED = TypeAdapter(list[Annotated[str, StringConstraints(strip_whitespace=True)]])  # as the schema reads labels
_COLUMNS = {path: name for name, path in PATHS.items()}


def _field(path: tuple[str, ...]) -> FieldInfo:
    model = Workflow
    for step in path[:-1]:
        model = model.model_fields[step].annotation
    return model.model_fields[path[-1]]


def _kind(field: FieldInfo) -> Any:
    return Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation


_LISTS = {column_name(path): _field(path) for path in LABELS.values()} | {name: _field(path) for name, (path, _) in PARTS.items()}
LEAVES: dict[tuple[str, str | None], tuple[Any, bool]] = (
    {(name, None): (_kind(_field(path)), _field(path).is_required()) for name, path in VALUES.items()}
    | {(column_name(path), None): (get_args(_field(path).annotation)[0], True) for path in LABELS.values()}
    | {
        (name, part): (_kind(field), field.is_required())
        for name, (_, model) in PARTS.items()
        for part, field in model.model_fields.items()
    }
)
"""Each column, or column and part of its items: the kind of its values in the schema, and whether there must be one."""
ORIGINS = ("provenance", "source", "sources")
"""The columns, in order, that :func:`unfounded` takes."""


def misfits(values: pa.Array | pa.ChunkedArray, kind: Any) -> np.ndarray:
    """The places of values that the schema does not accept.

    >>> misfits(pa.array(["a-slug", "No slug"]), _kind(_field(("id",)))).tolist()
    [1]
    """
    fits, found = TypeAdapter(list[kind]), []
    for first in range(0, len(values), _AT_ONCE):
        try:
            fits.validate_python(values.slice(first, _AT_ONCE).to_numpy(zero_copy_only=False).tolist())
        except ValidationError as error:
            found += [first + detail["loc"][0] for detail in error.errors(include_url=False, include_context=False)]
    return np.unique(np.array(found, dtype=np.int64))


def unsound(held: Coded, column: str, part: str | None = None) -> np.ndarray:
    """The places of the rows of which a column, or a part of its items, is not as the schema asks."""
    kind, needed = LEAVES[column, part]
    wrong = misfits(held.values, kind)
    unfit = np.isin(held.codes, wrong) if len(wrong) else np.zeros(len(held.codes), dtype=bool)
    if needed:
        unfit |= held.codes < 0
    found = [rows_of(held, np.flatnonzero(unfit))]
    if column in _LISTS and _LISTS[column].is_required():
        found.append(np.flatnonzero(held.lengths == 0))
    if column in _LISTS and part is None:
        found.append(_repeating(held))
    return np.concatenate(found)


def rows_of(held: Coded, places: np.ndarray) -> np.ndarray:
    """The row that each code at some places belongs to."""
    return np.searchsorted(np.cumsum(held.lengths), places, side="right") if len(places) else places


def _repeating(held: Coded) -> np.ndarray:
    """The rows whose list names a label twice, whatever its case. Labels are compared with those one place on, two places on..."""
    folded: dict[str, int] = {}
    texts = _STRIPPED.validate_python(held.values.to_pylist())
    same = np.array([folded.setdefault(text.casefold(), len(folded)) for text in texts], dtype=held.codes.dtype)
    codes = held.codes if len(folded) == len(same) else same[held.codes]
    rows, ends = np.repeat(np.arange(len(held.lengths), dtype=np.int32), held.lengths), np.cumsum(held.lengths)
    long = np.flatnonzero(held.lengths > _LONG)
    found = [[row for row in long if len(np.unique(codes[ends[row] - held.lengths[row] : ends[row]])) < held.lengths[row]]]
    for step in range(1, min(held.lengths.max(), _LONG)):
        pairs = np.flatnonzero(codes[step:] == codes[:-step])
        found.append(rows[pairs[rows[pairs] == rows[pairs + step]]])
    return np.concatenate(found).astype(np.int64)


def unfounded(kind: Coded, source: Coded, sources: Coded) -> np.ndarray:
    """The rows that do not name where they come from, as :class:`atlas_data.schema.Provenance` asks."""
    kinds = np.array([*kind.values.to_pylist(), None], dtype=object)  # the code of none, -1, is the last
    of_catalogue, curated = ((kinds == name)[kind.codes] for name in ("catalogue", "curated"))
    return np.flatnonzero((of_catalogue & (source.codes < 0)) | (curated & (sources.lengths == 0)))


def told(file: pq.ParquetFile, places: np.ndarray, shown: str) -> Iterator[Problem]:
    """What is wrong with the rows at some places, in the words of the schema: by row, from 1, and column."""
    for place, row in rows_at(file, places):
        try:
            entry(row)
        except ValidationError as error:
            for where, _, reason in explained(error, Workflow):
                length = next((n for n in range(len(where), 0, -1) if where[:n] in _COLUMNS), 0)
                field = _COLUMNS[where[:length]] + field_path(("", *where[length:])) if length else field_path(where)
                yield Problem(shown, field, reason, place + 1)
