"""What a platform supports, control by control, and how far that carries."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from analysis import counting
from analysis.selection import Selection, bits_of
from atlas_data import Atlas
from atlas_data.problems import nearest

SUPPORT = ("full", "partial", "none")
LONGEST_NAME, LONGEST_NOTE, MOST_BYTES = 80, 500, 200_000
STATES = {
    "full": "Full: every control it needs is fully supported.",
    "partial": "Partial: none of its controls is missing, and at least one is only partly supported.",
    "missing": "Missing: at least one control it needs is not supported.",
}


@dataclass(frozen=True)
class Profile:
    """A platform: its name, the controls it supports fully and partly (any other it does not), and notes by control."""

    name: str
    full: tuple[str, ...] = ()
    partial: tuple[str, ...] = ()
    notes: Mapping[str, str] = field(default_factory=dict, hash=False)

    def supports(self, control: str) -> str:
        return "full" if control in self.full else "partial" if control in self.partial else "none"

    def to_json(self) -> str:
        """The profile as a file to keep."""
        supported = {control: {"support": self.supports(control)} for control in (*self.full, *self.partial)}
        for control, note in self.notes.items():
            supported.setdefault(control, {"support": "none"})["note"] = note
        return json.dumps({"platform": self.name, "controls": supported}, indent=2, ensure_ascii=False)


def read_profile(atlas: Atlas, content: bytes) -> Profile:
    """The profile in a JSON file; ``ValueError`` names the place and the remedy.

    >>> from atlas_data import load_atlas
    >>> read_profile(load_atlas(), b'{"platform": "Ours", "controls": {"Identity": {"support": "full"}}}').full
    ('Identity',)
    """
    if len(content) > MOST_BYTES:
        raise ValueError(f"The file has {len(content):,} bytes; a profile has at most {MOST_BYTES:,}.")
    try:
        read = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise ValueError("The file is no JSON. Download a profile here to see the form.") from error
    if not isinstance(read, dict) or not isinstance(read.get("controls"), dict):
        raise ValueError('The file has no "controls". It needs {"platform": name, "controls": {control: {"support": "full"}}}.')
    known = atlas.facet("control").terms
    support: dict[str, list[str]] = {level: [] for level in SUPPORT}
    notes = {}
    for control, said in read["controls"].items():
        if control not in known:
            raise ValueError(f"controls: there is no control {control[:60]!r}{nearest(control, known) or '.'}")
        level = said.get("support") if isinstance(said, dict) else said
        if level not in SUPPORT:
            raise ValueError(f"controls, {control}: support is {str(level)[:60]!r}; it must be one of {', '.join(SUPPORT)}.")
        support[level].append(control)
        if isinstance(said, dict) and said.get("note"):
            notes[control] = str(said["note"])[:LONGEST_NOTE]
    return Profile(str(read.get("platform") or "Platform")[:LONGEST_NAME], tuple(support["full"]), tuple(support["partial"]), notes)


def fit(atlas: Atlas, full: tuple[str, ...], partial: tuple[str, ...], selection: Selection | None = None) -> pd.DataFrame:
    """How far a platform carries each selected workflow; never averaged: see ``STATES``.

    One row a workflow: ``title``, ``category``, ``state`` (full, partial, missing), ``needed``, ``full``, ``partial`` (numbers
    of controls), ``missing`` (tuple of controls). A control named both fully and partly supported counts as fully.

    >>> from atlas_data import load_atlas
    >>> fit(load_atlas(), tuple(load_atlas().facet("control").terms), ())["state"].unique().tolist()
    ['full']
    """
    terms = atlas.facet("control").terms
    bits, (needs, of) = bits_of(atlas, selection), counting.sets_of(atlas, "control")
    of = of[bits]
    fully, partly = terms.isin(full), terms.isin(partial) & ~terms.isin(full)
    lacking = needs & ~(fully | partly)
    table = atlas.workflows.loc[bits, ["title", "category"]].copy()
    halves = (needs & partly).sum(axis=1)
    table["state"] = pd.Categorical(
        np.select([lacking.any(axis=1), halves > 0], ["missing", "partial"], "full")[of], categories=list(STATES)
    )
    table["needed"], table["full"], table["partial"] = needs.sum(axis=1)[of], (needs & fully).sum(axis=1)[of], halves[of]
    table["missing"] = pd.Series([tuple(terms[row]) for row in lacking], dtype=object).to_numpy()[of]
    return table


def by_term(atlas: Atlas, table: pd.DataFrame, facet: str) -> pd.DataFrame:
    """Workflows by state for each term of a facet that occurs: columns ``full``, ``partial``, ``missing``."""
    member = counting.terms_at(atlas, facet, atlas.workflows.index.get_indexer(table.index))
    counts = {state: member[(table["state"] == state).to_numpy()].sum(axis=0) for state in STATES}
    found = pd.DataFrame(counts, index=atlas.facet(facet).terms)
    return found[found.sum(axis=1) > 0]


def blocking(atlas: Atlas, table: pd.DataFrame, full: tuple[str, ...], partial: tuple[str, ...]) -> pd.DataFrame:
    """The controls that are not supported, most blocking first.

    ``alone``: workflows for which it is the only one missing, so that adding it ends the lack; ``blocked``: workflows that lack it.
    """
    missing = [term for term in atlas.facet("control").terms if term not in full and term not in partial]
    needs = counting.terms_at(atlas, "control", atlas.workflows.index.get_indexer(table.index))
    needs = needs[:, atlas.facet("control").terms.get_indexer(missing)]
    only = needs.sum(axis=1) == 1
    found = pd.DataFrame({"alone": needs[only].sum(axis=0), "blocked": needs.sum(axis=0)}, index=pd.Index(missing, name="control"))
    return found[found["blocked"] > 0].sort_values(["alone", "blocked"], ascending=False, kind="stable")
