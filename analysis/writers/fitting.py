"""How much room text takes, so that slides can be laid out without a screen.

Widths are those of Arial (its published metrics, in thousandths of the type size), which LibreOffice and most viewers either
have or replace by a typeface of the same widths.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")

_WIDTHS = {
    222: "ijl'", 278: " ftI.,:;/\\!|[]", 333: "r()-`", 355: '"', 389: "*", 469: "^", 500: "cksvxyz", 556: "abdeghnopqu0123456789_?#$L",
    584: "+<>=~", 611: "FTZ", 667: "ABEKPSVXY&", 722: "CDHNRUw", 778: "GOQ", 833: "mM", 889: "%", 944: "W", 1015: "@",
}  # fmt: skip
_WIDTH = {letter: width / 1000 for width, letters in _WIDTHS.items() for letter in letters}
_OTHER, _FULL = 0.75, 1.05  # of the type size: letters not listed; scripts of full width
_BOLD = 1.08
_SAFETY = 1.03
_LEADING = 1.2
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """Text in one line, without the characters that XML cannot hold."""
    return " ".join(_CONTROL.sub(" ", text).split())


def width(text: str, size: float, bold: bool = False) -> float:
    """Width in inches of text in one line, type of ``size`` points.

    >>> round(width("Audit trail", 16), 2)
    0.95
    """
    letters = sum(_WIDTH.get(letter, _FULL if ord(letter) > 0x2E80 else _OTHER) for letter in text)
    return letters * size / 72 * _SAFETY * (_BOLD if bold else 1)


def lines(text: str, size: float, room: float, bold: bool = False) -> list[str]:
    """Text broken into lines of at most ``room`` inches; a word longer than a line is cut.

    >>> lines("Evidence storage and audit trail", 16, 1.5)
    ['Evidence', 'storage and', 'audit trail']
    """
    found, line = [], ""
    for word in text.split():
        joined = f"{line} {word}" if line else word
        if width(joined, size, bold) <= room:
            line = joined
            continue
        found += [line] if line else []
        while width(word, size, bold) > room and len(word) > 1:
            fits = next(n for n in range(len(word) - 1, 0, -1) if n == 1 or width(word[:n], size, bold) <= room)
            found, word = [*found, word[:fits]], word[fits:]
        line = word
    return [*found, line] if line or not found else found


def height(text: str, size: float, room: float, bold: bool = False) -> float:
    """Height in inches of text broken into lines of at most ``room`` inches."""
    return len(lines(text, size, room, bold)) * size / 72 * _LEADING


def shortened(text: str, size: float, room: float, most: int = 1, bold: bool = False) -> str:
    """Text that takes at most so many lines, cut with an ellipsis."""
    if len(lines(text, size, room, bold)) <= most:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if len(lines(text[:middle].rstrip() + "…", size, room, bold)) <= most else (low, middle - 1)
    return text[:low].rstrip() + "…"


def pages(items: Sequence[T], height_of: Callable[[T], float], room: float, first: float | None = None) -> list[list[T]]:
    """Items in groups whose heights add up to at most ``room``, or ``first`` in the first group; a higher item stands alone.

    >>> pages([2, 2, 1, 4], float, 4)
    [[2, 2], [1], [4]]
    """
    found: list[list[T]] = [[]]
    left = room if first is None else first
    for item in items:
        need = height_of(item)
        if need > left and (found[-1] or left < room):
            found, left = [*found, []], room
        found[-1].append(item)
        left -= need
    return found


def pieces(text: str, size: float, room: float, tallest: float) -> list[str]:
    """Text in pieces that are each at most ``tallest`` inches high."""
    broken = lines(text, size, room)
    most = max(int(tallest / (size / 72 * _LEADING)), 1)
    return [" ".join(broken[i : i + most]) for i in range(0, len(broken), most)]
