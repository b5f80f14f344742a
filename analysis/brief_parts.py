"""What a brief is made of: sections with sentences, a table and a chart, and the sentences that several sections share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pandas as pd
import pyarrow as pa

from analysis import counting
from analysis.frequency import frequencies
from analysis.selection import Selection, places_of
from analysis.views.view import Column
from analysis.words import FEW, capital, listed, of
from atlas_data import Atlas, Workflow
from atlas_data.unstated import stated

BARS = 12  # of a chart
NAMED = 6  # in a sentence
LISTED = 250  # workflows that tables name one by one
INDEX = "index"  # the column of terms in what goes to a browser: their heading is a facet's title, which may be anything
# Facets of which a brief tells how often each term occurs.
_TABLED = ("stage", "buyer_function", "buyer_industry", "control", "reviewer_role", "review_trigger", "risk_family")
WORKFLOWS = Column("Workflows")
_SHARES = {"share": Column("Share", "percent"), "low": Column("95% from", "percent"), "high": Column("to", "percent")}


@dataclass(frozen=True, eq=False)
class Chart:
    """Horizontal bars: ``values`` by label from top to bottom, one colour name each (:mod:`analysis.figures.style`)."""

    title: str
    values: pd.Series
    colours: tuple[str, ...]


@dataclass(frozen=True)
class Cell:
    """A cell as readers see it: its text; where that names the hosts of web addresses, the addresses as ``links``."""

    text: str
    links: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Section:
    """One question: ``key`` names it in files, ``heading`` for readers. ``sentences``: the finding first.

    ``made``: the table of all numbers, or what makes it, with at least a row, when somebody asks; ``columns``: those shown to readers,
    in order, with their headings and number formats (``"percent"`` or as of the operator %); the index is shown when ``index`` gives
    its heading. ``note``: the method. ``tabled``: whether the table belongs on slides, where a chart cannot say it all.
    """

    key: str
    heading: str
    sentences: tuple[str, ...]
    made: pd.DataFrame | Callable[[], pd.DataFrame] = field(repr=False)
    columns: Mapping[str, Column]
    index: str = ""
    chart: Chart | None = None
    note: str = ""
    tabled: bool = False

    @cached_property
    def table(self) -> pd.DataFrame:
        """All numbers."""
        return self.made() if callable(self.made) else self.made

    @property
    def empty(self) -> bool:
        """Whether there is no table to show on screen."""
        return not self.columns or not (callable(self.made) or len(self.made))

    @cached_property
    def arrow(self) -> pa.Table:
        """The columns shown, the index first as :data:`INDEX`, shares rounded to whole percents: in the form in which they go to a
        browser. Without what pandas notes of its frames, which would take three quarters of the time."""
        columns = {INDEX: self.table.index} if self.index else {}
        for key, column in self.columns.items():
            values = self.table[key].array
            columns[key] = np.round(values, 2) if column.format == "percent" else values
        return pa.table({key: pa.array(values, from_pandas=True) for key, values in columns.items()})

    def headings(self) -> list[str]:
        return ([self.index] if self.index else []) + [column.label for column in self.columns.values()]

    def numeric(self) -> list[bool]:
        """Which of the columns shown hold numbers."""
        return ([False] if self.index else []) + [pd.api.types.is_numeric_dtype(self.table[name]) for name in self.columns]

    def wide(self) -> list[bool]:
        """Which of the columns shown hold long text."""
        return ([False] if self.index else []) + [column.wide for column in self.columns.values()]

    def rows(self) -> list[list[Cell]]:
        """The table as readers see it."""
        cells = [[_cell(value, column) for value in self.table[name]] for name, column in self.columns.items()]
        first = [[Cell(str(value)) for value in self.table.index]] if self.index else []
        return [list(row) for row in zip(*first, *cells, strict=True)]


def _cell(value: Any, column: Column) -> Cell:
    if isinstance(value, (tuple, list)):
        links = tuple(item for item in value if _is_link(item))
        return Cell("; ".join(_host(item) if item in links else str(item) for item in value), links)
    if _is_link(value):
        return Cell(_host(value), (value,))
    if isinstance(value, float) and not np.isfinite(value):
        return Cell("" if np.isnan(value) else "none elsewhere")
    if column.format == "percent":
        return Cell(f"{value:.0%}")
    if column.format:
        return Cell(column.format % value)
    return Cell(f"{value:,}" if isinstance(value, (int, np.integer)) else str(value))


def _is_link(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(("https://", "http://"))


def _host(address: str) -> str:
    return urlsplit(address).netloc.removeprefix("www.") or address


@dataclass(frozen=True, eq=False)
class Segment:
    """The selected workflows, and the controls that a platform supports (in full: ``have``; in part: ``partial``)."""

    atlas: Atlas
    selection: Selection
    have: tuple[str, ...] = ()
    partial: tuple[str, ...] = ()

    @cached_property
    def n(self) -> int:
        return counting.total(self.atlas, self.selection)

    @cached_property
    def places(self) -> np.ndarray:
        """Of the workflows that tables name one by one, the first 250."""
        return places_of(self.atlas, self.selection)[:LISTED].copy()  # not a view of all

    @property
    def workflows(self) -> pd.DataFrame:
        return self.atlas.workflows.iloc[self.places]

    @cached_property
    def entries(self) -> list[Workflow]:
        return self.atlas.some(self.places)

    @property
    def part(self) -> bool:
        """Whether there is anything else in the atlas to compare with."""
        return self.n < len(self.atlas)

    def lacks(self, *facets: str) -> bool:
        return any(name not in self.atlas.facets for name in facets)

    def known(self, facet: str) -> int:
        """How many terms of the facet say something."""
        return int(np.count_nonzero(stated(self.atlas.facet(facet).terms)))

    def frequency(self, facet: str) -> pd.DataFrame:
        """:func:`analysis.frequency` of the segment's workflows; of all the facets that a brief tables at once, the first time."""
        return self._frequencies[facet]

    @cached_property
    def _frequencies(self) -> dict[str, pd.DataFrame]:
        return frequencies(self.atlas, [facet for facet in _TABLED if facet in self.atlas.facets], self.selection)

    def stated(self, facet: str) -> pd.DataFrame:
        """The rows of ``frequency`` of terms that say something."""
        table = self.frequency(facet)
        return table[stated(table.index)]

    def ranked(self, facet: str) -> pd.DataFrame:
        """The terms that occur, most frequent first; what stands for nothing known is no finding."""
        table = self.frequency(facet)
        return table.iloc[_occurring(table.index, table["count"].to_numpy())]

    def counted(self, facet: str) -> dict[str, int]:
        """The terms of :meth:`ranked` with their counts alone, which takes a tenth of the time."""
        terms, count = self.atlas.facet(facet).terms, counting.per_term(self.atlas, facet, self.selection)
        at = _occurring(terms, count)
        return dict(zip(terms[at], count[at].tolist(), strict=True))

    def numbers(self, lift: bool = False) -> dict[str, Column]:
        """Columns of a frequency table that hold for so many workflows."""
        columns = {} if self.n == 1 else {"count": WORKFLOWS} | (_SHARES if self.n >= FEW else {})
        return columns | ({"lift": Column("× the atlas", "%.2f")} if lift and self.part and self.n >= FEW else {})


def _occurring(terms: pd.Index, count: np.ndarray) -> np.ndarray:
    """The places of terms that occur and say something, most frequent first."""
    at = np.flatnonzero(stated(terms) & (count > 0))
    return at[np.argsort(-count[at], kind="stable")]


def bars(segment: Segment, table: pd.DataFrame, title: str, column: str = "count") -> Chart | None:
    """The first rows as bars; nothing to draw for one workflow."""
    if segment.n == 1 or table.empty:
        return None
    top = table[column].iloc[:BARS]
    more = f" (the first {BARS} of {len(table)})" if len(table) > BARS else ""
    return Chart(f"{title}, workflows{more}", top, ("@accent",) * len(top))


def series(items: Sequence[str], at_most: int = NAMED) -> str:
    """Items in a sentence; with semicolons where one of them holds a comma or an "and" of its own.

    >>> series(["Legal", "Data and AI", "Security"]), series(["Legal", "Security"])
    ('Legal; Data and AI; Security', 'Legal and Security')
    """
    items = list(items)
    if len(items) < 2 or not any(mark in item for item in items for mark in (",", " and ")):
        return listed(items, at_most)
    return "; ".join(items if len(items) <= at_most + 1 else [*items[:at_most], f"{len(items) - at_most} more"])


def most(segment: Segment, table: pd.DataFrame, verb: str) -> list[str]:
    """Who leads and who follows, with their counts: "Named most: Legal; Security, each by 7 of 20 workflows (35%)."

    Terms that the filter asks for lead by construction, so they are left out and said to be.
    """
    n, chosen = segment.n, segment.selection.facets.get(table.index.name, ())
    counts = dict(zip(table.index, table["count"].tolist(), strict=True))
    others = {term: count for term, count in counts.items() if term not in chosen}
    besides = f", besides {series(chosen)}, which the filter asks for" if len(others) < len(counts) else ""
    if not others:
        return [f"{verb}: {series(list(counts))}, which the filter asks for, and nothing else."]
    largest = max(others.values())
    leading = [term for term, count in others.items() if count == largest]
    if n == 1:
        return [f"{verb} by the one workflow{besides}: {series(leading)}."]
    each = ", each by" if len(leading) > 1 else ", by"
    return [f"{verb} most{besides}: {series(leading)}{each} {of(largest, n)}.", then(others)]


def then(counts: Mapping[str, int], most: int = 5) -> str:
    """The terms that follow the leading ones with their counts, none left out that has as many; empty when there are none.

    ``counts``: of the terms, most frequent first.
    """
    largest = max(counts.values())
    rest = [(term, count) for term, count in counts.items() if count < largest]
    upto = [k for k, (_, count) in enumerate(rest, start=1) if k == len(rest) or rest[k][1] < count]  # cuts that part no equals
    if not rest:
        return ""
    whole = max((k for k in upto if k <= most), default=0)
    if not whole:
        equal = [term for term, _ in rest[: upto[0]]]
        return f"Then {series(equal, 3)}, in {rest[0][1]}{' each' if len(equal) > 1 else ''}."
    return f"Then {series([f'{term} ({count:,})' for term, count in rest[:whole]])}."


def stands_out(segment: Segment, facet: str) -> list[str]:
    """Which terms differ from the rest of the atlas beyond chance; nothing where too few workflows could show it."""
    if not segment.part or segment.n < FEW:
        return []
    atlas, table, n = segment.atlas, segment.frequency(facet), segment.n
    terms, share = table.index, table["share"].to_numpy()
    elsewhere = (counting.per_term(atlas, facet) - table["count"].to_numpy()) / (len(atlas) - n)
    gap = share - elsewhere
    clear = (table["q"].to_numpy() < 0.05) & ~terms.isin(segment.selection.decided(facet)) & stated(terms)
    found = []
    for side, words in ((gap > 0, "More"), (gap < 0, "Less")):
        at = np.flatnonzero(clear & side)
        at = at[np.argsort(-np.abs(gap[at]), kind="stable")]
        if len(at):
            shares = [f"{terms[i]} ({share[i]:.0%}, elsewhere {elsewhere[i]:.0%})" for i in at]
            found.append(f"{words} often than in the rest of the atlas, beyond chance (q < 0.05): {series(shares, 4)}.")
    return found or ["No difference from the rest of the atlas holds up."]


def said(sentences: Sequence[str]) -> tuple[str, ...]:
    """Sentences that say something, the first letter a capital."""
    return tuple(capital(text) for text in sentences if text)
