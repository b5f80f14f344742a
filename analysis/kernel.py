"""The bit kernel: one bit per workflow, packed into 64-bit words.

A facet becomes a table of words, term by word; a selection becomes one row of words. A filter is AND and OR of rows, a
count is a popcount, a matrix is the popcount of pairwise ANDs. Nothing here knows names: callers put them back.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from weakref import WeakKeyDictionary

import numpy as np

from atlas_data import Facet

_WORD = 64
_SLICE = 1000  # words counted in one go: at most 64,000 bits, so that 16 bits hold a count
_AT_ONCE = 1 << 16  # words written in one go: 512 kB
_MUCH = 1 << 22  # words to count from which on threads pay: about 2 ms of work
_packed: WeakKeyDictionary[Facet, np.ndarray] = WeakKeyDictionary()


def pack(bits: np.ndarray) -> np.ndarray:
    """Pack booleans along the last axis: shape (..., n) to uint64 words of shape (..., ceil(n / 64)).

    >>> pack(np.array([True, False, True]))
    array([5], dtype=uint64)
    """
    n = bits.shape[-1]
    padding = [(0, 0)] * (bits.ndim - 1) + [(0, -n % _WORD)]
    padded = np.pad(np.asarray(bits, dtype=bool), padding)
    return np.packbits(padded, axis=-1, bitorder="little").view("<u8").astype(np.uint64, copy=False)


def unpack(words: np.ndarray, n: int) -> np.ndarray:
    """The first ``n`` bits of packed words as booleans; the inverse of :func:`pack`.

    >>> unpack(pack(np.array([True, False, True])), 3)
    array([ True, False,  True])
    """
    little = np.ascontiguousarray(words).astype("<u8", copy=False)
    return np.unpackbits(little.view(np.uint8), axis=-1, bitorder="little", count=n).view(bool)


def facet_words(facet: Facet) -> np.ndarray:
    """The packed table of a facet, shape (terms, words). Packed once and kept as long as the facet lives."""
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
    """Number of bits set along the last axis, int64."""
    return np.bitwise_count(words).sum(axis=-1, dtype=np.int64)


def pair_counts(rows: np.ndarray, columns: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Bits shared by every row and every column under ``mask``: int64 of shape (len(rows), len(columns)).

    Works slice by slice of the words, so that a slice stays in cache, and on all cores when there is much to count, for
    NumPy lets other threads run meanwhile. 5 ms for 40 x 21 terms of a million workflows on two cores.

    >>> pair_counts(np.array([[6], [1]], np.uint64), np.array([[5], [7]], np.uint64), np.array([3], np.uint64))
    array([[0, 1],
           [1, 1]])
    """
    slices = [slice(start, start + _SLICE) for start in range(0, mask.size, _SLICE)]

    def counts_in(words: slice) -> np.ndarray:
        return _slice_counts(rows[:, words], columns[:, words], mask[words])

    nothing = np.zeros((len(rows), len(columns)), dtype=np.int64)
    if len(rows) * columns.size < _MUCH:
        return sum(map(counts_in, slices), nothing)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return sum(pool.map(counts_in, slices), nothing)


def _slice_counts(rows: np.ndarray, columns: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """:func:`pair_counts` of at most ``_SLICE`` words, some rows at a time. The longer axis comes last: it runs fastest."""
    masked, rows = columns & mask, rows[:, None]
    axis = 2
    if mask.size < len(columns):
        masked, rows = np.ascontiguousarray(masked.T), rows.transpose(0, 2, 1)
        axis = 1
    counts = np.empty((len(rows), len(columns)), dtype=np.uint16)
    step = max(1, _AT_ONCE // max(masked.size, 1))
    for i in range(0, len(rows), step):
        both = rows[i : i + step] & masked
        np.bitwise_count(both).sum(axis=axis, dtype=np.uint16, out=counts[i : i + step])
    return counts
