"""What stands for packed bits of an atlas in a database: the conditions that the bits would meet, counted by the engine.

A row is a pair of ``atoms``, the (facet, term) that it stands for, and ``where``, the conditions on its workflows. Counting rows
groups by the facets of their atoms, so that all terms of a facet, or all pairs of two, are one query. AND, OR and NOT give rows
again. Whatever else is done with rows needs the bits, and NumPy then gets them: they are read once for each facet and selection.

Conditions are tuples: ``("any", facet, terms)``, ``("text", part, word)``, ``("picked", places)``, ``("not", where)``,
``("or", wheres)``; a ``where`` is a frozen set of them, which must all hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from atlas_data.bits import WORD

if TYPE_CHECKING:
    from atlas_data.engines.engine import Engine

Atom = tuple[str, int]
Where = frozenset
Row = tuple[tuple[Atom, ...], Where]
EVERYONE: Where = frozenset()
_DEEP = 3  # atoms of a row beyond which its bits are read: there are too many combinations to count them all
_MANY = 32  # queries beyond which the bits are read


class Rows:
    """Rows of bits, or with ``single`` one row, as the conditions they meet."""

    __hash__ = None
    dtype = np.dtype(np.uint64)

    def __init__(self, engine: Engine, rows: Sequence[Row], single: bool = False):
        self.engine, self.rows, self.single = engine, list(rows), single

    # Shape, as that of the bits.

    @property
    def shape(self) -> tuple[int, ...]:
        words = -(-self.engine.workflows // WORD)
        return (words,) if self.single else (len(self.rows), words)

    @property
    def ndim(self) -> int:
        return len(self.shape)

    @property
    def size(self) -> int:
        return int(np.prod(self.shape))

    def __len__(self) -> int:
        return self.shape[0]

    def __iter__(self) -> Iterator[Any]:
        return iter(np.asarray(self)) if self.single else (Rows(self.engine, [row], single=True) for row in self.rows)

    def __getitem__(self, at: Any) -> Any:
        if self.single:
            return Rows(self.engine, self.rows) if at is None else np.asarray(self)[at]
        if isinstance(at, int | np.integer):
            return Rows(self.engine, [self.rows[at]], single=True)
        if isinstance(at, slice):
            return Rows(self.engine, self.rows[at])
        if isinstance(at, list | np.ndarray):
            return Rows(self.engine, [self.rows[i] for i in np.arange(len(self.rows))[at]])
        return np.asarray(self)[at]

    # Bits.

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        bits = self.engine.bits(self.rows[0]) if self.single else self.engine.table(self.rows)
        return bits.astype(dtype) if dtype is not None and dtype != bits.dtype else bits

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *given: Any, **options: Any) -> Any:
        if method == "__call__" and not options and all(isinstance(one, Rows) for one in given) and ufunc in _OPERATIONS:
            return _OPERATIONS[ufunc](*given)
        if method == "reduce" and ufunc in _REDUCED and options == {"axis": 0} and isinstance(given[0], Rows) and not given[0].single:
            return _REDUCED[ufunc](given[0])
        return getattr(ufunc, method)(*(np.asarray(one) if isinstance(one, Rows) else one for one in given), **options)

    def __array_function__(self, function: Callable, kinds: Any, given: tuple, options: dict) -> Any:
        if function in (np.concatenate, np.stack) and not options and (joined := _joined(given[0], function is np.stack)) is not None:
            return joined
        if function is np.delete and options == {"axis": 0} and not self.single:
            return self[np.delete(np.arange(len(self)), given[1])]
        return function(*map(_with_bits, given), **{name: _with_bits(value) for name, value in options.items()})

    def __and__(self, other: Any) -> Any:
        return np.bitwise_and(self, other)

    __rand__ = __and__

    def __or__(self, other: Any) -> Any:
        return np.bitwise_or(self, other)

    __ror__ = __or__

    def __invert__(self) -> Any:
        return np.invert(self)

    def __eq__(self, other: Any) -> Any:
        return np.equal(self, other)

    def any(self, axis: int | None = None) -> Any:
        return np.asarray(self).any(axis=axis) if axis not in (None, -1, self.ndim - 1) else self._some(axis)

    def _some(self, axis: int | None) -> Any:
        found = self.count() > 0
        return bool(np.any(found)) if axis is None else found

    # Counts.

    def count(self) -> Any:
        """How many workflows each row has: int64 of shape (rows,), of a single row one number."""
        groups: dict[tuple, list[int]] = {}
        for i, (atoms, where) in enumerate(self.rows):
            groups.setdefault((tuple(facet for facet, _ in atoms), where), []).append(i)
        if len(groups) > _MANY or any(len(facets) > _DEEP for facets, _ in groups):
            found = np.bitwise_count(np.asarray(self)).sum(axis=-1, dtype=np.int64)
        else:
            found = np.zeros(len(self.rows), dtype=np.int64)
            for (facets, where), at in groups.items():
                found[at] = self.engine.counts(facets, where).of(np.array([[term for _, term in self.rows[i][0]] for i in at]))
            found = found[0] if self.single else found
        return found

    def pairs(self, columns: Rows) -> np.ndarray:
        """How many workflows each row shares with each of the columns: int64 of shape (rows, columns)."""
        both = [_both(row, column) for row in self.rows for column in columns.rows]
        return np.asarray(Rows(self.engine, both).count()).reshape(len(self.rows), len(columns.rows))


def where_of(row: Row) -> Where:
    """What the workflows of a row meet."""
    atoms, where = row
    return where | {("any", facet, (term,)) for facet, term in atoms}


def _both(one: Row, other: Row) -> Row:
    return tuple(sorted(one[0] + other[0])), one[1] | other[1]


def _either(rows: list[Row]) -> Row:
    """The row of whoever has one of some rows."""
    facets = {facet for atoms, _ in rows for facet, _ in atoms}
    if len(facets) == 1 and all(len(atoms) == 1 and where == rows[0][1] for atoms, where in rows):
        terms = tuple(sorted({term for atoms, _ in rows for _, term in atoms}))
        return (), rows[0][1] | {("any", facets.pop(), terms)}
    wheres = frozenset(map(where_of, rows))
    return ((), next(iter(wheres))) if len(wheres) == 1 else ((), frozenset({("or", wheres)}))


def _and(one: Rows, other: Rows) -> Rows:
    if len(one.rows) > 1 and len(other.rows) > 1 and len(one.rows) != len(other.rows):
        raise ValueError(f"{len(one.rows)} rows and {len(other.rows)} rows do not go together")
    n = len(one.rows) if len(other.rows) == 1 and other.single else max(len(one.rows), len(other.rows)) if one.rows and other.rows else 0
    pairs = [_both(one.rows[i if len(one.rows) > 1 else 0], other.rows[i if len(other.rows) > 1 else 0]) for i in range(n)]
    return Rows(one.engine, pairs, one.single and other.single)


def _or(one: Rows, other: Rows) -> Any:
    if one.single and other.single:
        return Rows(one.engine, [_either(one.rows + other.rows)], single=True)
    return np.asarray(one) | np.asarray(other)


def _not(one: Rows) -> Rows:
    return Rows(one.engine, [((), frozenset({("not", where_of(row))})) for row in one.rows], one.single)


def _any_of(rows: Rows) -> Any:
    return Rows(rows.engine, [_either(rows.rows)] if rows.rows else [((), frozenset({("not", EVERYONE)}))], single=True)


def _all_of(rows: Rows) -> Rows:
    return Rows(rows.engine, [((), frozenset().union(*map(where_of, rows.rows)))], single=True)


def _joined(parts: Sequence[Any], stacked: bool) -> Rows | None:
    """Rows one after the other, where all parts are; arrays without rows add none."""
    held = [part for part in parts if isinstance(part, Rows)]
    if any(part.single != stacked for part in held) or any(len(part) for part in parts if not isinstance(part, Rows)):
        return None
    return Rows(held[0].engine, [row for part in held for row in part.rows])


def _with_bits(value: Any) -> Any:
    if isinstance(value, Rows):
        return np.asarray(value)
    return type(value)(map(_with_bits, value)) if isinstance(value, list | tuple) else value


_OPERATIONS = {np.bitwise_and: _and, np.bitwise_or: _or, np.invert: _not}
_REDUCED = {np.bitwise_or: _any_of, np.bitwise_and: _all_of}
