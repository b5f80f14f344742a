"""Free text search by an index: which workflows have a word in them, without reading their text.

What is searched is the substring: "bill" finds "billing". A word that was asked for holds no space, so it lies in a text
exactly when it lies in one of the text's own words, and in a list of labels exactly when it lies in one of them. So the
index holds the distinct words and labels of the atlas, of which there are few whatever its size, and for each where it
occurs (an inverted index: Zobel, J. and Moffat, A. (2006), Inverted files for text search engines, ACM Computing Surveys 38).
A search looks for the substring in the distinct ones and joins their places.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from atlas_data.bits import pack

BLOCK = 1 << 16  # workflows whose places two bytes hold
_SIGNS = str.maketrans({**dict.fromkeys("‘’ʼ`´", "'"), **dict.fromkeys("“”„", '"'), **dict.fromkeys("‐‑‒–—−", "-")})


def folded(text: str) -> str:
    """A text as it is searched: without regard to case, and to how quotes, apostrophes and dashes are set, which phones do on their own.

    >>> folded("Workers’ compensation")
    "workers' compensation"
    """
    return text.casefold().translate(_SIGNS)


@dataclass(frozen=True, eq=False)
class Words:
    """Distinct words, :func:`folded`, and the workflows that have each.

    Of each block of workflows: where the places of each word start, shape (words + 1,), and the places within the block.
    """

    words: pa.Array
    blocks: tuple[tuple[np.ndarray, np.ndarray], ...]

    def mark(self, part: str, bits: np.ndarray) -> None:
        """Set the bits of workflows with a word that contains ``part``."""
        found = pc.match_substring(self.words, part).to_numpy(zero_copy_only=False)
        for number, (starts, places) in enumerate(self.blocks if found.any() else ()):
            block = bits[number * BLOCK : (number + 1) * BLOCK]
            block[places[np.repeat(found, np.diff(starts))] if found.mean() > 0.1 else _slices(places, starts, found)] = True


def _slices(places: np.ndarray, starts: np.ndarray, found: np.ndarray) -> np.ndarray:
    at = np.flatnonzero(found)
    return np.concatenate([places[start:end] for start, end in zip(starts[at], starts[at + 1], strict=True)])


@dataclass(frozen=True, eq=False)
class TextIndex:
    """What a search asks: :meth:`having`. ``parts``: the words of each part of the text."""

    workflows: int
    parts: Mapping[str, Words]

    def having(self, word: str) -> np.ndarray:
        """Packed bits of the workflows in whose text a word without spaces lies, :func:`folded` both.

        >>> index_of_texts(["Billing notes", "Notes"]).having("bill")
        array([1], dtype=uint64)
        """
        return pack(self.bits(word, *self.parts))

    def bits(self, word: str, *parts: str) -> np.ndarray:
        """The same for some parts of the text, as booleans."""
        bits = np.zeros(self.workflows, dtype=bool)
        for part in parts:
            self.parts[part].mark(folded(word), bits)
        return bits


def index_of_texts(texts: Iterable[str]) -> TextIndex:
    """The index of a few texts held in memory."""
    split = [folded(text).split() for text in texts]
    lengths = np.array([len(words) for words in split], dtype=np.int64)
    coded = pa.array([word for words in split for word in words], pa.string()).dictionary_encode()
    return TextIndex(len(split), {"text": indexed(coded.dictionary, coded.indices.to_numpy(), lengths)})


def indexed(values: pa.Array, codes: np.ndarray, lengths: np.ndarray) -> Words:
    """Words from the codes of each workflow's words, ``lengths`` of them a workflow, into distinct values."""
    ends = np.append(0, np.cumsum(lengths))
    codes = codes.astype(np.uint16 if len(values) <= BLOCK else np.int32, copy=False)  # the former sort in linear time
    blocks = []
    for first in range(0, len(lengths), BLOCK):
        of_block = lengths[first : first + BLOCK]
        held = codes[ends[first] : ends[first + len(of_block)]]
        places = np.repeat(np.arange(len(of_block), dtype=np.uint16), of_block)[np.argsort(held, kind="stable")]
        blocks.append((np.append(0, np.cumsum(np.bincount(held, minlength=len(values)))).astype(np.int32), places))
    return Words(pa.array([folded(value) for value in values.to_pylist()], pa.string()), tuple(blocks))
