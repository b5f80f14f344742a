"""What a view is: one question put to an atlas and a selection, with its answer as a figure, a table and words.

Pages, addresses that return tables, embedded charts, reports and slides all show the same views. A view is made once for
an atlas, a selection and its parameters, and kept with the atlas.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import pandas as pd

from analysis.counting import total
from analysis.keeping import LARGE, kept
from analysis.selection import Selection
from analysis.words import listed
from atlas_data import Atlas
from atlas_data.problems import nearest

MOST = 1_000  # rows of workflows in the table of a view: what is sent to a browser must not grow with the atlas


@dataclass(frozen=True)
class Column:
    """How a column of a table reads: its heading, a number format of ``st.column_config.NumberColumn``, a hint, long text or not."""

    label: str
    format: str | None = None
    help: str | None = None
    wide: bool = False


@dataclass(frozen=True)
class Asked:
    """What a view answers: its name, the selection and the value of each parameter."""

    name: str
    selection: Selection
    values: tuple[tuple[str, Any], ...]


@dataclass(frozen=True, eq=False)
class View:
    """One answer.

    ``title`` says the finding, ``subtitle`` what is shown, ``n`` how many workflows are in it. ``figure`` is a Plotly
    dictionary (:mod:`analysis.figures`), or ``None`` for a table alone, or when nothing can be shown; then ``title`` and
    ``note`` say why and the table is empty.
    ``numbers`` is what is drawn, as a frame or a function that makes it; ``table`` reads it. ``alt`` says what the picture
    shows to those who do not see it, ``note`` the method in a sentence, ``method`` names its paragraph on the Methods page.
    ``opens``: the facet of each part of a mark's ``customdata``, so that a click can show the workflows behind it; where it
    names one facet, a mark may carry any number of its terms, and ``{"exactly": terms}`` stands for these and no others.
    ``columns``: headings and number formats of the table. ``code``: Python that gives the same table from the public
    names as ``table``, starting from ``atlas`` and ``selection``. ``more``: what a page shows beside the figure. ``asked``:
    what this answers, set by the :class:`Maker`.
    """

    title: str
    n: int
    figure: dict[str, Any] | None
    numbers: pd.DataFrame | Callable[[], pd.DataFrame]
    subtitle: str = ""
    alt: str = ""
    note: str = ""
    method: str = ""
    opens: tuple[str, ...] = ()
    columns: Mapping[str, Column] = field(default_factory=dict)
    code: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)
    asked: Asked | None = None
    kept: dict = field(default_factory=dict, repr=False)  # what others make of it, once

    @cached_property
    def table(self) -> pd.DataFrame:
        return self.numbers() if callable(self.numbers) else self.numbers

    @property
    def answered(self) -> bool:
        return self.figure is not None or len(self.table) > 0


def unanswered(title: str, n: int, note: str = "") -> View:
    """A view that says what it cannot say."""
    return View(title=title, n=n, figure=None, numbers=pd.DataFrame(), note=note)


def taken(options: Sequence[str]) -> str:
    """What could be asked for instead of what does not exist, the first few by name.

    >>> taken(["csv", "json"])
    '; it takes csv and json.'
    """
    return f"; it takes {listed(list(options), most=8)}." if options else "."


@dataclass(frozen=True)
class Choice:
    """A parameter that takes one of several values: ``options`` maps each to what people read, or makes that from an atlas."""

    name: str
    label: str
    options: Mapping[str, str] | Callable[[Atlas], Mapping[str, str]] = field(hash=False)
    default: str | None = None
    help: str = ""
    switch: bool = False  # few enough to be all in sight

    def choices(self, atlas: Atlas) -> Mapping[str, str]:
        return self.options(atlas) if callable(self.options) else self.options

    def standard(self, atlas: Atlas) -> str | None:
        """The default, or the first option where an atlas lacks it."""
        choices = self.choices(atlas)
        return self.default if self.default in choices else next(iter(choices), None)

    def read(self, atlas: Atlas, raw: str) -> str | None:
        """The value a text means, by name or as people read it, whatever the case; ``None`` when it means none."""
        if raw in self.choices(atlas):  # names that differ in case alone
            return raw
        if len(self.choices(atlas)) > LARGE:  # too many to be read by another spelling
            return None
        known = {spelling.casefold(): value for value, shown in self.choices(atlas).items() for spelling in (shown, value)}
        return known.get(raw.casefold())

    def refusal(self, atlas: Atlas, raw: str) -> str:
        choices = self.choices(atlas)
        if len(choices) > LARGE:
            return "does not exist."
        return f"does not exist{nearest(raw, choices.values()) or nearest(raw, choices) or taken(list(choices))}"


@dataclass(frozen=True)
class Whole:
    """A parameter that is a whole number from ``least`` to ``most``."""

    name: str
    label: str
    default: int
    least: int
    most: int
    help: str = ""

    def standard(self, atlas: Atlas) -> int:
        return self.default

    def read(self, atlas: Atlas, raw: str) -> int | None:
        fits = raw.isascii() and raw.isdigit() and len(raw) < 10 and self.least <= int(raw) <= self.most
        return int(raw) if fits else None

    def refusal(self, atlas: Atlas, raw: str) -> str:
        return f"must be a whole number from {self.least} to {self.most}."


@dataclass(frozen=True)
class Terms:
    """A parameter that takes any number of terms of the facet that the parameter ``of``, listed before it, chooses."""

    name: str
    label: str
    of: str
    help: str = ""

    def standard(self, atlas: Atlas) -> tuple[str, ...]:
        return ()

    def choices(self, atlas: Atlas, facet: str) -> list[str]:
        return atlas.facet(facet).names

    def read(self, atlas: Atlas, raw: Sequence[str], facet: str) -> tuple[str, ...]:
        """The terms that several texts mean, whatever the case; those that mean none are left out."""
        terms = self.choices(atlas, facet)
        known = {term.casefold(): term for term in reversed(terms)} | {term: term for term in terms}  # names may differ in case alone
        found = (known.get(text, known.get(text.casefold())) for text in raw)
        return tuple(dict.fromkeys(term for term in found if term is not None))

    def refusal(self, atlas: Atlas, raw: str, facet: str) -> str:
        return f"is no term of {atlas.facet(facet).title}{nearest(raw, self.choices(atlas, facet)) or taken(self.choices(atlas, facet))}"


@dataclass(frozen=True)
class Several:
    """A parameter that takes up to ``most`` of several values, as a tuple; none by default. Its name repeats in an address."""

    name: str
    label: str
    options: Mapping[str, str] | Callable[[Atlas], Mapping[str, str]] = field(hash=False)
    most: int
    help: str = ""

    def choices(self, atlas: Atlas) -> Mapping[str, str]:
        return self.options(atlas) if callable(self.options) else self.options

    def standard(self, atlas: Atlas) -> tuple[str, ...]:
        return ()

    def read(self, atlas: Atlas, raw: str) -> str | None:
        """The one value a text means, as :meth:`Choice.read`."""
        return raw if raw in self.choices(atlas) else Choice(self.name, self.label, self.options).read(atlas, raw)

    def refusal(self, atlas: Atlas, raw: str) -> str:
        return Choice(self.name, self.label, self.options).refusal(atlas, raw)


Parameter = Choice | Whole | Several | Terms


def facets(atlas: Atlas) -> dict[str, str]:
    """The facets of an atlas as options of a :class:`Choice`."""
    return {name: atlas.facet(name).title for name in atlas.facets}


def terms(facet: str) -> Callable[[Atlas], dict[str, str]]:
    """The terms of a facet as options of a :class:`Choice`; none where an atlas lacks the facet."""
    return lambda atlas: {term: term for term in atlas.facet(facet).names} if facet in atlas.facets else {}


@dataclass(frozen=True, eq=False)
class Maker:
    """A view that can be asked for: ``maker(atlas, selection, parameter=value)`` gives the :class:`View`.

    ``ValueError`` names a parameter or value that does not exist. An empty selection gets a view that says so.
    """

    name: str
    page: str
    parameters: tuple[Parameter, ...]
    make: Callable[..., View]

    def __call__(self, atlas: Atlas, selection: Selection | None = None, **given: Any) -> View:
        make, asked = self.asked(atlas, selection, **given)
        return make(atlas, *asked)

    def asked(self, atlas: Atlas, selection: Selection | None = None, **given: Any) -> tuple[Callable[..., View], tuple]:
        """The function, whose results are kept, that makes such a view, and what it is given beside the atlas."""
        values = {each.name: given.pop(each.name) if each.name in given else each.standard(atlas) for each in self.parameters}
        if given:
            name = next(iter(given))
            raise ValueError(f"{self.name} has no parameter {name!r}{nearest(name, values)}")
        hashable = tuple((name, tuple(value) if isinstance(value, list) else value) for name, value in values.items())
        return _made, (self.name, selection if selection is not None else Selection(), hashable)


VIEWS: dict[str, Maker] = {}


def view(name: str, *, page: str, parameters: Sequence[Parameter] = ()) -> Callable[[Callable[..., View]], Maker]:
    """Register ``make(atlas, selection, **parameters)`` under a name that is its own in addresses and file names."""

    def register(make: Callable[..., View]) -> Maker:
        VIEWS[name] = Maker(name, page, tuple(parameters), make)
        return VIEWS[name]

    return register


@kept(256, large=32, more=64_000_000)  # packed 8 kB each
def _made(atlas: Atlas, name: str, selection: Selection, values: tuple[tuple[str, Any], ...]) -> View:
    n = total(atlas, selection)
    made = VIEWS[name].make(atlas, selection, **dict(values)) if n else unanswered("No workflow meets all of these conditions.", 0)
    return replace(made, asked=Asked(name, selection, values))
