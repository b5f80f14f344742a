"""What a platform supports, control by control, and how far that carries."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from analysis import counting, kernel
from analysis.selection import Selection, places_of
from analysis.shortlist import parsed
from atlas_data import Atlas
from atlas_data.problems import nearest
from atlas_data.unstated import stated

SUPPORT = ("full", "partial", "none")
UNSTATED = "without a stated control"
LONGEST_NAME, LONGEST_NOTE, MOST_BYTES = 80, 500, 200_000
MOST_COMPARED = 4  # platforms beside one
STATES = {
    "full": "Fully carried: every control on its list is fully supported.",
    "partial": "Partly carried: none of its controls is missing, and at least one is only partly supported.",
    "missing": "Not yet: at least one control on its list is not supported.",
}
CALLED = {"full": "Fully carried", "partial": "Partly carried", "missing": "Not yet"}


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
        read = parsed(content.decode("utf-8-sig"))
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


def states(atlas: Atlas, full: Sequence[str], partial: Sequence[str], selection: Selection | None = None) -> dict[str, np.ndarray]:
    """The selected workflows by how far a platform carries them, never averaged: a mask for each of ``STATES``. A control named both
    fully and partly supported counts as fully. Workflows whose controls are not stated are in none.

    >>> from atlas_data import load_atlas
    >>> atlas = load_atlas()
    >>> found = states(atlas, tuple(atlas.facet("control").terms), ())
    >>> counting.total(atlas, found["full"])
    207
    """
    terms, words, chosen = (
        atlas.facet("control").terms,
        kernel.facet_words(atlas.facet("control")),
        counting.stating(atlas, "control", selection),
    )
    supported = terms.isin(full) | terms.isin(partial)
    missing = chosen & kernel.any_of(words[~supported])
    partly = chosen & ~missing & kernel.any_of(words[supported & ~terms.isin(full)])
    return {"full": chosen & ~missing & ~partly, "partial": partly, "missing": missing}


def fit(atlas: Atlas, full: Sequence[str], partial: Sequence[str], selection: Selection | None = None) -> pd.DataFrame:
    """The same, one row a selected workflow whose controls are stated: ``title``, ``category``, ``state`` (full, partial, missing),
    ``needed``, ``full``, ``partial`` (numbers of controls), ``missing`` (tuple of controls).

    >>> from atlas_data import load_atlas
    >>> fit(load_atlas(), tuple(load_atlas().facet("control").terms), ())["state"].unique().tolist()
    ['full']
    """
    return fit_at(atlas, full, partial, places_of(atlas, counting.stating(atlas, "control", selection)))


def fit_at(atlas: Atlas, full: Sequence[str], partial: Sequence[str], at: np.ndarray) -> pd.DataFrame:
    """:func:`fit` of the workflows at some places of the atlas."""
    terms, needs = atlas.facet("control").terms, counting.terms_at(atlas, "control", at)
    fully, partly = terms.isin(full), terms.isin(partial) & ~terms.isin(full)
    lacking, halves = needs & ~(fully | partly), (needs & partly).sum(axis=1)
    names = terms.to_numpy()
    state = np.select([lacking.any(axis=1), halves > 0], ["missing", "partial"], "full")
    return atlas.workflows.iloc[at][["title", "category"]].assign(
        state=pd.Categorical(state, categories=list(STATES)), needed=needs.sum(axis=1), full=(needs & fully).sum(axis=1), partial=halves,
        missing=pd.Series([tuple(names[row]) for row in lacking], dtype=object).to_numpy(),
    )  # fmt: skip


def told_apart(names: Sequence[str]) -> list[str]:
    """Names of platforms, a number after those that come again.

    >>> told_apart(["Ours", "Theirs", "Ours"])
    ['Ours', 'Theirs', 'Ours (2)']
    """
    found: list[str] = []
    for name in names:
        found.append(name if name not in found else next(f"{name} ({i})" for i in range(2, len(names) + 2) if f"{name} ({i})" not in found))
    return found


def beside(atlas: Atlas, found: Mapping[str, Mapping[str, np.ndarray]]) -> pd.DataFrame:
    """Several platforms by what each carries of the same workflows: columns ``full``, ``partial``, ``missing``, and ``alone``, those
    that it carries in full and none of the others does. ``found``: by name, from :func:`states`.
    """
    table = {name: {state: counting.total(atlas, mask) for state, mask in masks.items()} for name, masks in found.items()}
    for name, counts in table.items():
        full = found[name]["full"]
        others = [np.zeros_like(full), *(masks["full"] for other, masks in found.items() if other != name)]
        counts["alone"] = counting.total(atlas, full & ~kernel.any_of(np.stack(others)))
    return pd.DataFrame.from_dict(table, orient="index").rename_axis("platform")


def by_term(atlas: Atlas, found: Mapping[str, np.ndarray], facet: str) -> pd.DataFrame:
    """Workflows by state (``found``, from :func:`states`) for each term of a facet that occurs: columns ``full``, ``partial``,
    ``missing``."""
    counts = {state: counting.per_term(atlas, facet, found[state]) for state in STATES}
    table = pd.DataFrame(counts, index=atlas.facet(facet).terms)
    return table[table.sum(axis=1) > 0]


def blocking(atlas: Atlas, full: Sequence[str], partial: Sequence[str], selection: Selection | None = None) -> pd.DataFrame:
    """The controls that are not supported, most blocking first.

    ``alone``: workflows for which it is the only one missing, so that adding it ends the lack; ``blocked``: workflows that lack it.
    """
    terms, (sets, count) = atlas.facet("control").terms, counting.per_set(atlas, "control", selection)
    missing = ~(terms.isin(full) | terms.isin(partial)) & stated(terms)
    lacking = sets[:, missing]
    found = {"alone": count[lacking.sum(axis=1) == 1] @ lacking[lacking.sum(axis=1) == 1], "blocked": count @ lacking}
    table = pd.DataFrame(found, index=terms[missing].rename("control"))
    return table[table["blocked"] > 0].sort_values(["alone", "blocked"], ascending=False, kind="stable")
