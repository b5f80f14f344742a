"""A brief of a workflow that somebody described: what it is near, what it will probably require and why, the draft as edited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from analysis import brief_evidence as near
from analysis import brief_sections as part
from analysis.brief import Brief, titled
from analysis.brief_parts import Chart, Section, Segment, said, series
from analysis.convergence import layers
from analysis.coverage import checked
from analysis.drafting import PARTS, items_of
from analysis.figures.style import hue
from analysis.mapping import Placed, most_telling
from analysis.platform import STATES
from analysis.selection import Selection
from analysis.views.view import Column
from analysis.words import inside, listed, plural, probability
from atlas_data import Atlas

_REASONS = 3  # on each side of a control
_MODEL = (
    "Probabilities come from a model of the words of all entries, tested on workflows it had not seen; how well it does is on the page "
    "“Map your workflow”. For and against: the words and nearest workflows that move the probability most."
)


@dataclass(frozen=True, eq=False)
class Described:
    """A mapped workflow as its author left it: ``lifecycle`` with the columns ``part`` and ``item`` (:mod:`analysis.drafting`)."""

    placed: Placed
    title: str
    lifecycle: pd.DataFrame
    category: str
    stage: str
    controls: Sequence[str]


def mapped_brief(
    atlas: Atlas,
    described: Described,
    *,
    prospect: str = "",
    have: Sequence[str] = (),
    partial: Sequence[str] = (),
    day: date | None = None,
    address: str = "",
) -> Brief:
    """The brief of a described workflow; ``ValueError`` when the description says too little to place it.

    ``have`` and ``partial``: controls that a platform supports in full and in part. ``KeyError`` for an unknown control.
    """
    placed = described.placed
    if not placed.answered:
        raise ValueError("The description says too little to place the workflow.")
    have, partial = (tuple(checked(atlas, "control", named)) if named else () for named in (have, partial))
    address = address.rstrip("/")
    segment = Segment(atlas, Selection(workflow=placed.nearest.index), have, partial)
    theirs = [make(segment) for make in (part.functions, part.industries, part.risks, near.companies, near.sources)]
    near_by = [near.linked(section, address) for section in theirs if section is not None]
    theirs = [replace(section, heading=f"Nearest workflows: {inside(section.heading)}") for section in near_by]
    made = [
        _workflow(described), _controls(atlas, described), _lifecycle(described), _reviewers(described),
        _coverage(segment, described.controls), *theirs,
    ]  # fmt: skip
    return Brief(
        name=described.title.strip() or "Described workflow",
        prospect=titled(prospect),
        n=segment.n,
        whole=len(atlas),
        filtered="nearest to the description",
        day=day or date.today(),
        version=atlas.version,
        sections=tuple(section for section in made if section is not None),
        listed=lambda: placed.nearest,
        address=address,
        basis="Computed from the description, the draft as edited and these workflows; to be checked by people.",
    )


def _workflow(described: Described) -> Section:
    placed, table = described.placed, described.placed.nearest
    chance = {facet: placed.chances[facet]["probability"] for facet in ("category", "stage") if facet in placed.chances}
    sentences = [f"Nearest in the atlas: {table['title'].iloc[0]}.", placed.text.strip()]
    for what, chosen, facet in (("Category", described.category, "category"), ("Stage", described.stage, "stage")):
        share = f", probability {probability(chance[facet][chosen])}" if facet in chance and chosen in chance[facet] else ""
        sentences += [f"{what}: {chosen}{share}."] if chosen else []
    if placed.picks:
        sentences.append(f"Said of it: {listed([term for _, term in placed.picks])}.")
    columns = {
        "title": Column("Nearest workflow"), "category": Column("Category"), "stage": Column("Stage"),
        "similarity": Column("Similarity", "%.2f"), "words": Column("Words in common", wide=True),
    }  # fmt: skip
    note = "Similarity is the cosine of TF-IDF weighted words; picked terms add to the order."
    return Section("workflow", "The workflow", tuple(sentences), table, columns, note=note, tabled=True)


def _controls(atlas: Atlas, described: Described) -> Section | None:
    placed, chosen = described.placed, list(described.controls)
    if "control" not in placed.chances:
        return Section("controls", "Controls", (f"Chosen: {series(chosen)}.",), pd.DataFrame(), {}) if chosen else None
    chances = placed.chances["control"]
    table = chances.loc[[term for term in chances.index if term in chosen or chances.at[term, "probability"] >= 0.5]]
    sides = [most_telling(placed.evidence(term), _REASONS) for term in table.index]
    table = table.assign(chosen=["yes" if term in chosen else "no" for term in table.index])
    for i, side in enumerate(("for", "against")):
        table[side] = [tuple(_reason(row) for row in pair[i].itertuples()) for pair in sides]
    probable = [f"{term} ({probability(p)})" for term, p in chances["probability"].items() if p >= 0.5]
    sentences = [
        f"More likely than not: {series(probable, 8)}." if probable else "No control is more likely than not.",
        f"Chosen for the draft: {series(chosen, 12)}." if chosen else "No control is chosen for the draft.",
    ]
    unlikely = [f"{term} ({probability(chances.at[term, 'probability'])})" for term in chosen if chances["probability"].get(term, 1) < 0.5]
    sentences += [f"Chosen though less likely: {series(unlikely, 8)}."] if unlikely else []
    points = (100 * chances["probability"].head(12)).round().astype(int)
    colours = ("@accent",) * len(points)
    if "layer" in atlas.facets:
        of_layer, names = layers(atlas), atlas.facet("layer").terms
        colours = tuple(hue("layer", names.get_loc(of_layer[term])) for term in points.index)
    columns = {
        "probability": Column("Probability", "percent"), "share": Column("Share in the atlas", "percent"), "chosen": Column("Chosen"),
        "for": Column("For", wide=True), "against": Column("Against", wide=True),
    }  # fmt: skip
    chart = Chart("Probability in per cent, the likeliest controls", points, colours)
    return Section("controls", "Controls it will probably require", tuple(sentences), table, columns, "Control", chart, _MODEL, tabled=True)


def _reason(row) -> str:
    return f"“{row.what}”" if row.kind == "word" else f"like {row.what}" if row.kind == "neighbour" else row.what


def _lifecycle(described: Described) -> Section | None:
    found = {name: items_of(described.lifecycle, name) for name in PARTS}
    table = pd.DataFrame([(name, tuple(items)) for name, items in found.items() if items], columns=["part", "items"])
    if table.empty:
        return None
    sentences = ["The seven steps, a draft from the nearest workflows as edited."]
    sentences += [f"{row.part}: {series(list(row.items), 8)}." for row in table.itertuples(index=False, name="Part")]
    columns = {"part": Column("Step"), "items": Column("Items", wide=True)}
    return Section("lifecycle", "Lifecycle, a draft", tuple(sentences), table, columns)


def _reviewers(described: Described) -> Section | None:
    table = described.placed.chances.get("reviewer_role")
    if table is None:
        return None
    table = table.head(8)
    first = [f"{term} ({probability(p)})" for term, p in table["probability"].head(3).items()]
    columns = {"probability": Column("Probability", "percent"), "share": Column("Share in the atlas", "percent")}
    chart = Chart("Probability in per cent", (100 * table["probability"]).round().astype(int), ("@accent",) * len(table))
    return Section("reviewer_role", "Who will probably review", (f"Most likely: {series(first)}.",), table, columns, "Reviewer role", chart)


def _coverage(segment: Segment, controls: Sequence[str]) -> Section | None:
    """How far a platform carries the controls chosen."""
    if not controls or not (segment.have or segment.partial):
        return None
    support = ["full" if c in segment.have else "partial" if c in segment.partial else "none" for c in controls]
    table = pd.DataFrame({"support": support}, index=pd.Index(controls, name="control"))
    by = {level: list(table.index[table["support"] == level]) for level in ("full", "partial", "none")}
    state = "missing" if by["none"] else "partial" if by["partial"] else "full"
    sentences = [f"The platform supports {len(by['full'])} of {plural(len(controls), 'chosen control')} in full. {STATES[state]}"]
    sentences += [f"{what}: {series(by[level], 12)}." for level, what in (("partial", "In part"), ("none", "Missing")) if by[level]]
    return Section("coverage", "Coverage and gaps", said(sentences), table, {"support": Column("Support")}, "Control", tabled=True)
