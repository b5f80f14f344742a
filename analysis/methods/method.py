"""What a measure says about itself: formula, source, assumptions, and an example worked with the numbers of a selection."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from analysis.selection import Selection
from atlas_data import Atlas


@dataclass(frozen=True)
class Example:
    """A formula worked once: ``words`` say on what, ``working`` is LaTeX with the numbers put in, ``value`` the result."""

    words: str
    working: str
    value: float


@dataclass(frozen=True)
class Method:
    """One paragraph of the Methods page.

    ``anchor`` is what views call it (``View.method``). ``formula`` is LaTeX, ``where`` the public name that computes it.
    ``example`` works it for an atlas and a selection; ``None`` when the selection leaves nothing to work it on.
    """

    anchor: str
    title: str
    formula: str
    meaning: str
    source: str
    assumptions: str
    where: str
    example: Callable[[Atlas, Selection | None], Example | None]


METHODS: dict[str, Method] = {}


def method(
    anchor: str, title: str, *, formula: str, meaning: str, assumptions: str, where: str, source: str = "", needs: tuple[str, ...] = ()
) -> Callable[[Callable[[Atlas, Selection | None], Example | None]], Method]:
    """Register a measure; what it decorates works its example, in an atlas that has the facets it ``needs``."""

    def register(work: Callable[[Atlas, Selection | None], Example | None]) -> Method:
        def example(atlas: Atlas, selection: Selection | None) -> Example | None:
            return work(atlas, selection) if set(needs) <= set(atlas.facets) else None

        METHODS[anchor] = Method(anchor, title, formula, meaning, source, assumptions, where, example)
        return METHODS[anchor]

    return register


def number(value: float) -> str:
    """A number as LaTeX: whole, or with four significant digits.

    >>> number(207), number(0.123456), number(1.6562e-11)
    ('207', '0.1235', '1.656 \\\\cdot 10^{-11}')
    """
    if float(value).is_integer() and abs(value) < 1e9:
        return f"{value:.0f}"
    digits, _, power = f"{value:.4g}".partition("e")
    return rf"{digits} \cdot 10^{{{int(power)}}}" if power else digits


def added(values: Iterable[float]) -> str:
    """Numbers as a sum in LaTeX.

    >>> added([3, 0.25])
    '3 + 0.25'
    """
    return " + ".join(map(number, values))
