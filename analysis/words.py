"""Numbers and lists in words, the same way everywhere."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

FEW = 15  # below this many workflows a share is said as a count


def percent(part: float, whole: float) -> str:
    """A share as a whole percentage, where not all are not 100% and some are not 0%; "none" when there is nothing to share.

    >>> percent(41, 58), percent(206, 207), percent(1, 207)
    ('71%', '>99%', '<1%')
    >>> percent(0, 0)
    'none'
    """
    return _rounded(part / whole, 0 < part < whole) if whole else "none"


def probability(p: float) -> str:
    """A probability in whole percents; what a model says is never sure.

    >>> probability(0.314), probability(0.997), probability(0.002)
    ('31%', '>99%', '<1%')
    """
    return _rounded(p, True)


def _rounded(share: float, inside: bool) -> str:
    """In whole percents; one that is neither none nor all is not said to be."""
    return ">99%" if inside and share >= 0.995 else "<1%" if inside and share < 0.005 else f"{share:.0%}"


def of(part: int, whole: int, noun: str = "workflow") -> str:
    """A part of a whole with its noun: as a count when the whole is small, else with its share.

    >>> of(41, 58)
    '41 of 58 workflows (71%)'
    >>> of(3, 7), of(1, 1), of(0, 1)
    ('3 of 7 workflows', 'the one workflow', 'not the one workflow')
    """
    if whole == 1:
        return f"the one {noun}" if part else f"not the one {noun}"
    counted = f"{part:,} of {plural(whole, noun)}"
    return counted if whole < FEW else f"{counted} ({percent(part, whole)})"


def capital(text: str) -> str:
    """Words as a sentence or a heading begins with them; ``str.capitalize`` would make the rest small.

    >>> capital("the one workflow at NASA")
    'The one workflow at NASA'
    """
    return text[:1].upper() + text[1:]


def inside(text: str) -> str:
    """A label as part of a sentence; abbreviations stay.

    >>> inside("Share of workflows"), inside("PMI in bits")
    ('share of workflows', 'PMI in bits')
    """
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def plural(count: int, one: str, many: str | None = None) -> str:
    """A count with its noun.

    >>> plural(1, "workflow"), plural(3, "category", "categories")
    ('1 workflow', '3 categories')
    """
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def left_out(count: int, why: str) -> str:
    """What a note adds about workflows that do not count; nothing where there are none.

    >>> left_out(1, "without a stated control")
    ' 1 workflow without a stated control is left out.'
    """
    return f" {plural(count, 'workflow')} {why} {'is' if count == 1 else 'are'} left out." if count else ""


def listed(items: Sequence[str], most: int | None = None, last: str = "and") -> str:
    """Items in a sentence, at most ``most`` of them by name.

    >>> listed(["Legal", "Security", "Finance"]), listed(["Legal", "Security", "Finance"], most=1)
    ('Legal, Security and Finance', 'Legal and 2 more')
    """
    items = list(items)
    if most is not None and len(items) > most + 1:
        items = [*items[:most], f"{len(items) - most} more"]
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {last} {items[-1]}" if items else ""


def leading(values: pd.Series) -> list[str]:
    """The labels of the largest value: several where they are equal, so that none is said to lead alone.

    >>> leading(pd.Series({"a": 2, "b": 3, "c": 3}))
    ['b', 'c']
    """
    return list(values.index[values == values.max()])


def small(p: float) -> str:
    """A p- or q-value with its sign of equality.

    >>> small(0.0004), small(0.0312)
    ('< 0.001', '= 0.031')
    """
    return "< 0.001" if p < 0.001 else f"= {p:.3f}" if p < 0.1 else f"= {p:.2f}"
