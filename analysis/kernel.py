"""The bit kernel: one bit per workflow, packed into 64-bit words.

A facet becomes a table of words, term by word; a selection becomes one row of words. A filter is AND and OR of rows, a
count is a popcount, a matrix is the popcount of pairwise ANDs. Nothing here knows names: callers put them back.
What stands for the bits of an atlas in a database (:class:`Rows`) is counted there.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import repeat
from weakref import WeakKeyDictionary

import numpy as np

from atlas_data import Facet
from atlas_data.bits import pack, unpack
from atlas_data.engines.rows import Rows
from atlas_data.large import PackedFacet

__all__ = ["all_of", "any_of", "count", "facet_words", "meets", "pack", "pair_counts", "unpack"]

_SLICE = 1_000  # words read in one go: what a row leaves behind stays in cache
_AT_ONCE = 200_000  # words to combine up to which one call for all is quickest
_LARGE = 2_000_000  # words to combine from which a second core pays
_packed: WeakKeyDictionary[Facet, np.ndarray] = WeakKeyDictionary()


def facet_words(facet: Facet) -> np.ndarray:
    """The packed table of a facet, shape (terms, words). Packed once and kept as long as the facet lives, or held so already."""
    if isinstance(facet, PackedFacet):
        return facet.words
    words = _packed.get(facet)
    if words is None:
        words = _packed[facet] = pack(np.ascontiguousarray(facet.table.to_numpy().T))
    return words


def any_of(rows: np.ndarray) -> np.ndarray:
    """OR of rows, shape (words,)."""
    return np.bitwise_or.reduce(rows, axis=0)


def all_of(rows: np.ndarray) -> np.ndarray:
    """AND of rows, shape (words,)."""
    return np.bitwise_and.reduce(rows, axis=0)


def count(words: np.ndarray) -> np.ndarray:
    """Number of bits set along the last axis, int64; fewer than 2^32 of them."""
    if isinstance(words, Rows):
        return words.count()
    return np.bitwise_count(words).sum(axis=-1, dtype=np.uint32).astype(np.int64)  # summing bytes as uint32 is twice as fast


def meets(rows: np.ndarray, mask: np.ndarray, among: np.ndarray | None = None) -> np.ndarray:
    """Whether each row shares a bit with a mask, bool of shape (rows,). Rows that were seen to are not read on; ``among`` says which
    can at all, if known."""
    if isinstance(rows, Rows):
        return count(rows & mask) > 0
    left = np.arange(len(rows)) if among is None else np.flatnonzero(among)
    met, first, width = np.zeros(len(rows), dtype=bool), 0, 64  # many are met at once, so the first steps are short
    while first < mask.size and len(left):
        met[left] = (rows[left, first : first + width] & mask[first : first + width]).any(axis=1)
        left, first, width = left[~met[left]], first + width, min(2 * width, _SLICE)
    return met


def pair_counts(rows: np.ndarray, columns: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Bits shared by every row and every column under ``mask``: int64 of shape (len(rows), len(columns)).

    Small tables take one call, those of some ten thousand workflows one for each row of the shorter side. Large ones loop over the
    longer side, so that what is held at once stays in cache, and share the loop between the cores: NumPy lets go of the
    interpreter while it computes. 40 x 21 terms of a million workflows take 5 ms on two cores.
    """
    if all(isinstance(words, Rows) for words in (rows, columns, mask)):
        return rows.pairs(columns & mask)
    rows, columns, mask = map(np.asarray, (rows, columns, mask))
    large = len(rows) * len(columns) * mask.size > _LARGE
    if (len(rows) > len(columns)) != large and len(rows) != len(columns):
        return pair_counts(columns, rows, mask).T
    masked = columns & mask
    if len(rows) * masked.size <= _AT_ONCE:
        return count(rows[:, None] & masked)
    if not large:
        return _row_by_row(rows, masked)
    parts = np.array_split(rows, os.cpu_count() or 1)
    return np.concatenate(list(_threads().map(_row_by_row, parts, repeat(masked))))


def _row_by_row(rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    counts = np.empty((len(rows), len(columns)), dtype=np.int64)
    for i, row in enumerate(rows):
        counts[i] = count(columns & row)
    return counts


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(thread_name_prefix="kernel")
