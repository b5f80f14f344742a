"""One bit per workflow, packed into 64-bit words: how facets and selections are held."""

from __future__ import annotations

import numpy as np

WORD = 64


def pack(bits: np.ndarray) -> np.ndarray:
    """Pack booleans along the last axis: shape (..., n) to uint64 words of shape (..., ceil(n / 64)).

    >>> pack(np.array([True, False, True]))
    array([5], dtype=uint64)
    """
    n = bits.shape[-1]
    padding = [(0, 0)] * (bits.ndim - 1) + [(0, -n % WORD)]
    padded = np.pad(np.asarray(bits, dtype=bool), padding)
    return np.packbits(padded, axis=-1, bitorder="little").view("<u8").astype(np.uint64, copy=False)


def unpack(words: np.ndarray, n: int) -> np.ndarray:
    """The first ``n`` bits of packed words as booleans; the inverse of :func:`pack`.

    >>> unpack(pack(np.array([True, False, True])), 3)
    array([ True, False,  True])
    """
    little = np.ascontiguousarray(words).astype("<u8", copy=False)
    return np.unpackbits(little.view(np.uint8), axis=-1, bitorder="little", count=n).view(bool)


def distinct_sets(words: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
    """The distinct sets of terms that workflows have, bool (sets, terms), and the place among them of each workflow's, int32 (n,),
    from packed words of shape (terms, words).

    >>> distinct_sets(pack(np.array([[True, False, True], [False, False, True]])), 3)[1]
    array([1, 0, 2], dtype=int32)
    """
    if len(words) < 63:
        code = np.zeros(n, dtype=np.int64)
        for i, row in enumerate(words):
            code |= unpack(row, n).astype(np.int64) << i
        distinct, which = np.unique(code, return_inverse=True)
        return (distinct[:, None] >> np.arange(len(words)) & 1).astype(bool), which.astype(np.int32)
    packed = np.packbits(unpack(words, n).T, axis=1)
    distinct, which = np.unique(packed, axis=0, return_inverse=True)
    return np.unpackbits(distinct, axis=1, count=len(words)).astype(bool), which.ravel().astype(np.int32)
