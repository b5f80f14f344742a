"""What a segment of the atlas needs, in sentences and tables: one structure for slides, a page and a workbook.

Every sentence is computed from the selection. Below 15 workflows shares and intervals are left out and counts said.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import pandas as pd

from analysis import brief_evidence as evidence
from analysis import brief_sections as part
from analysis.brief_parts import LISTED, Section, Segment
from analysis.counting import terms_at, total
from analysis.coverage import checked
from analysis.keeping import kept
from analysis.selection import Selection, described, lacking
from analysis.words import listed, plural
from atlas_data import Atlas

_SECTIONS: tuple[Callable[[Segment], Section | None], ...] = (
    part.stages,
    part.functions,
    part.industries,
    part.controls,
    part.lifecycle,
    part.reviewers,
    part.triggers,
    part.risks,
    evidence.companies,
    evidence.coverage,
    evidence.sources,
)
_LONGEST = 80  # characters of a prospect's name
_BASIS = "Every sentence and number is computed from these workflows."
_CUT = f" Tables that name workflows one by one hold the first {LISTED}."


@dataclass(frozen=True, eq=False)
class Brief:
    """A segment in words and numbers.

    ``name`` of the segment, the ``prospect`` it is for (may be empty), ``n`` of ``whole`` workflows, the filter in words
    (``filtered``, empty when there is none), the ``day`` it was made, the ``version`` of the atlas, the ``sections`` in
    reading order, and what lists the ``workflows`` when a file asks for them, the first 250 by id. ``address``: where the dashboard
    is, if known. ``basis``: what it all rests on.
    """

    name: str
    prospect: str
    n: int
    whole: int
    filtered: str
    day: date
    version: str
    sections: tuple[Section, ...]
    listed: Callable[[], pd.DataFrame] = field(repr=False)
    address: str = ""
    basis: str = _BASIS

    @cached_property
    def workflows(self) -> pd.DataFrame:
        """The workflows themselves, with their tags."""
        return self.listed()

    @property
    def title(self) -> str:
        return f"{self.prospect}: {self.name}" if self.prospect else self.name

    @property
    def scope(self) -> str:
        """How many workflows, and which."""
        if not self.filtered:
            return f"All {plural(self.whole, 'workflow')}" if self.whole > 1 else "The one workflow"
        return f"{self.n:,} of {plural(self.whole, 'workflow')}, {self.filtered}"

    @property
    def source(self) -> str:
        """Where it comes from and when, for the foot of every page."""
        return f"AI Production Atlas, version {self.version[:8]}, {self.day.day} {self.day:%B %Y}"


def brief(
    atlas: Atlas,
    selection: Selection | None = None,
    *,
    prospect: str = "",
    have: tuple[str, ...] = (),
    partial: tuple[str, ...] = (),
    day: date | None = None,
    address: str = "",
) -> Brief:
    """The brief of the selected workflows; ``ValueError`` when there are none.

    ``prospect``: whom it is for. ``have`` and ``partial``: controls that a platform supports in full and in part; then the section
    on coverage is about that platform. ``KeyError`` for an unknown control.

    >>> from atlas_data import load_atlas
    >>> brief(load_atlas(), Selection(category="Frontier AI"), prospect="Acme").title
    'Acme: Frontier AI'
    """
    selection = selection if selection is not None else Selection()
    if not total(atlas, selection):
        raise ValueError("No workflow meets all of these conditions.")
    have, partial = (tuple(checked(atlas, "control", named)) if named else () for named in (have, partial))
    return _made(atlas, selection, titled(prospect), have, partial, day or date.today(), address.rstrip("/"))


def titled(prospect: str) -> str:
    """The name of a prospect as it stands on a title."""
    return " ".join(prospect.split())[:_LONGEST]


@kept(64, large=16)
def _made(
    atlas: Atlas, selection: Selection, prospect: str, have: tuple[str, ...], partial: tuple[str, ...], day: date, address: str
) -> Brief:
    segment = Segment(atlas, selection)
    return Brief(
        name=_name(segment),
        prospect=prospect,
        n=segment.n,
        whole=len(atlas),
        filtered=described(atlas, selection),
        day=day,
        version=atlas.version,
        sections=tuple(evidence.linked(section, address) for section in sections(atlas, selection, have, partial)),
        listed=lambda: _workflows(segment),
        address=address,
        basis=_BASIS + (_CUT if segment.n > LISTED else ""),
    )


@kept(64, large=16, more=20_000_000)
def sections(atlas: Atlas, selection: Selection, have: tuple[str, ...], partial: tuple[str, ...]) -> tuple[Section, ...]:
    """What a brief says, whoever it is for and wherever the dashboard is."""
    segment = Segment(atlas, selection, have, partial)
    made = (make(segment) for make in _SECTIONS)
    return tuple(section for section in made if section is not None)


def _name(segment: Segment) -> str:
    """What a reader would call the segment."""
    selection, terms = segment.selection, segment.selection.facets
    if segment.n == 1 and len(segment.atlas) > 1:
        return str(segment.workflows["title"].iloc[0])
    named = [listed(list(chosen), most=3) for chosen in terms.values()]
    named += [f"search “{selection.text}”"] if selection.text else []
    named += [f"{plural(segment.n, 'workflow')} picked"] if selection.workflows else []
    if left_out := lacking(selection):
        named.append(left_out if named else f"Workflows {left_out}")
    return ", ".join(named[:3]) + (" and more conditions" if len(named) > 3 else "") if named else "All workflows of the atlas"


def _workflows(segment: Segment) -> pd.DataFrame:
    """The workflows with their tags, one column a facet."""
    table = segment.workflows[["title", "category", "stage", "summary"]].copy()
    for name in segment.atlas.facets:
        if name not in table.columns:
            facet = segment.atlas.facet(name)
            held, terms = terms_at(segment.atlas, name, segment.places), facet.terms.to_numpy()
            table[name] = [tuple(terms[row]) for row in held]
    return table
