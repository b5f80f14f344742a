"""The sections of a brief on who is there, what a platform covers, and where it is written."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from analysis import build_order
from analysis.brief_parts import BARS, LISTED, Chart, Section, Segment, bars, said, series
from analysis.companies import NO_BUILDER, evidence, known
from analysis.companies import companies as counted
from analysis.counting import total
from analysis.platform import STATES, UNSTATED, blocking, states
from analysis.selection import Selection, bits_of, places_of
from analysis.views.view import Column
from analysis.words import left_out, listed, of, plural
from atlas_data import Atlas

SOURCES = "sources"


def companies(segment: Segment) -> Section | None:
    """Who builds and runs it."""
    heading = "Companies with evidence"
    columns = {
        "company": Column("Company"), "role": Column("Role"), "title": Column("Workflow"),
        "evidence": Column("What the page shows", wide=True), "evidence_url": Column("Evidence"),
    }  # fmt: skip
    if segment.lacks("company"):
        return None
    atlas, n = segment.atlas, segment.n
    named, number = counted(atlas, segment.selection), known(atlas, segment.selection)
    empty = atlas.workflows["title"].iloc[places_of(atlas, segment.selection)[number == 0]]
    listing = partial(_evidence_at, atlas, segment.places) if number[:LISTED].any() else _evidence_at(atlas, segment.places)
    if named.empty:
        one = "the one workflow" if n == 1 else f"any of these {n:,} workflows"
        return Section("companies", heading, (f"There is {NO_BUILDER} in {one}.",), listing, columns)
    builds, runs, workflows = (named[name].to_numpy() for name in ("as_vendor", "as_adopter", "workflows"))
    builds, runs = builds > 0, runs > 0
    both = int((builds & runs).sum())
    sentences = [
        f"{plural(len(named), 'company', 'companies')} with evidence in {of(n - len(empty), n)}.",
        f"{_some(int(builds.sum()), 'vendor')} and {_some(int(runs.sum()), 'adopter')}"
        + (f"; {both} {'is' if both == 1 else 'are'} both." if both else "."),
    ]
    if (widest := int(workflows.max())) > 1:
        wide = sorted(named.index[workflows == widest])
        sentences.append(f"{series(wide)} {'is' if len(wide) == 1 else 'are each'} shown in {widest:,} of these workflows, the most.")
    if len(empty):
        sentences.append(f"{NO_BUILDER} in {of(len(empty), n)}: {series(list(empty))}.")
    note = (
        "Companies that a linked page shows to build (vendor) or run (adopter) AI for the workflow. A sample, not a census, and no ranking."
    )
    return Section("companies", heading, said(sentences), listing, columns, note=note, tabled=True)


def _evidence_at(atlas: Atlas, places: np.ndarray) -> pd.DataFrame:
    """The evidence of workflows at these places."""
    return evidence(atlas, Selection(workflow=atlas.workflows.index[places]))


def _some(count: int, noun: str) -> str:
    return plural(count, noun) if count else f"no {noun}"


def coverage(segment: Segment) -> Section | None:
    """What a platform covers, or what the best sets of controls would."""
    if segment.lacks("control"):
        return None
    return _platform(segment) if segment.have or segment.partial else _build_order(segment)


def _platform(segment: Segment) -> Section | None:
    atlas = segment.atlas
    covered, partly, lacking = (total(atlas, mask) for mask in states(atlas, segment.have, segment.partial, segment.selection).values())
    n = covered + partly + lacking
    if not n:
        return None
    have = f"A platform with {plural(len(segment.have), 'control')}" + (f" ({listed(list(segment.have), 8)})" if segment.have else "")
    have += f", and {listed(list(segment.partial), 8)} in part," if segment.partial else ""
    whole = "covers" if covered else "partly covers" if partly else "does not cover"
    gaps = blocking(atlas, segment.have, segment.partial, segment.selection).sort_values(
        ["blocked", "alone"], ascending=False, kind="stable"
    )
    gaps = gaps[["blocked", "alone"]]
    if segment.n == 1:
        sentences = [
            f"{have} {whole} the one workflow.",
            f"Missing: {listed(list(gaps.index))}." if len(gaps) else "No control is missing.",
        ]
    else:
        sentences = [*_known(segment, n), f"{have} fully covers {of(covered, n)}."]
        sentences += [f"Partly covered: {of(partly, n)}."] if segment.partial else []
        sentences.append(f"Not covered, with at least one control missing: {of(lacking, n)}.")
    if len(gaps) and segment.n > 1:
        first = list(gaps.index[gaps["blocked"] == gaps["blocked"].iloc[0]])
        sentences.append(
            f"Missing most often: {series(first)}, {'each ' if len(first) > 1 else ''}in {of(int(gaps['blocked'].iloc[0]), n)}."
        )
        best = gaps["alone"].idxmax()
        if gaps.at[best, "alone"]:
            how = ", fully or partly" if segment.partial else ""
            sentences.append(f"Adding {best} alone would cover {plural(int(gaps.at[best, 'alone']), 'more workflow')}{how}.")
        else:
            sentences.append("No single further control would cover another workflow.")
    columns = {"blocked": Column("Workflows that lack it"), "alone": Column("It alone would cover")}
    chart = bars(segment, gaps, "Missing control", "blocked")
    note = " ".join(STATES.values()) + " Nothing is averaged." + left_out(segment.n - n, UNSTATED)
    return Section("coverage", "Coverage and gaps", tuple(sentences), gaps, columns, "Control", chart, note, tabled=True)


def _known(segment: Segment, n: int) -> list[str]:
    """That coverage is told of some workflows only."""
    return [f"{of(n, segment.n)} {'states its' if n == 1 else 'state their'} controls; the rest is about these."] if n < segment.n else []


def _build_order(segment: Segment) -> Section | None:
    posed = build_order.problem(segment.atlas, (), segment.selection)
    if not posed.exact or not posed.terms:
        return None
    n, found = int(posed.weights.sum()), build_order.best_sets(posed)
    covered = {size: int(worth) for size, worth in found["covered"].items() if worth > 0}
    best, first = list(found["terms"]), min(covered)
    table = pd.DataFrame({"covered": list(covered.values()), "terms": best[first:]}, index=found.index[first:])
    if segment.n == 1:
        sentences = [f"A platform covers it with {plural(first, 'control')}: {listed(list(best[first]))}."]
    else:
        alone, (half, every) = covered[first], (min(size for size, count in covered.items() if count >= least) for least in (n / 2, n))
        sentences = [
            *_known(segment, n),
            f"With {plural(first, 'control')}, {plural(alone, 'workflow')} {'is' if alone == 1 else 'are'} covered in full: "
            f"{listed(list(best[first]))}.",
            f"To cover half of {'the segment' if n == segment.n else 'them'} takes {plural(half, 'control')}; "
            f"they cover {of(covered[half], n)}; "
            f"not among them: {listed([term for term in posed.terms if term not in best[half]]) or 'none'}.",
            f"{f'All {n:,} workflows together take' if n > 1 else 'It takes'} {plural(every, 'control')}.",
            f"No platform is given, so this says what the best sets would cover: the best of {posed.sets:,} sets at each size.",
        ]
    columns = ({"covered": Column("Workflows covered")} if segment.n > 1 else {}) | {"terms": Column("Best set of controls", wide=True)}
    values = table["covered"].rename(index=lambda size: plural(size, "control"))
    at = np.unique(np.linspace(0, len(values) - 1, min(len(values), BARS)).round().astype(int))
    chart = Chart("Best set of each size, workflows covered", values.iloc[at], ("@accent",) * len(at))
    note = "A workflow is covered when every control it requires is in the set. Every set of the controls was compared."
    note += left_out(segment.n - n, UNSTATED)
    return Section(
        "coverage", "Coverage and gaps", tuple(sentences), table, columns, "Controls", chart if segment.n > 1 else None, note, tabled=True
    )


def sources(segment: Segment) -> Section:
    """Where it is written."""
    workflows, there = segment.atlas.workflows, bits_of(segment.atlas, segment.selection)
    kinds, dates = workflows["provenance"][there].value_counts(), workflows["date"].array[there].unique()
    origins = {
        "catalogue": "read from a public catalogue page",
        "curated": "composed for this atlas from public pages",
        "own": "written by those who keep the atlas",
        "synthetic": "made up, not a real workflow",
    }
    sentences = [f"{of(int(count), segment.n)}: {origins[kind]}." for kind, count in kinds[kinds > 0].items()]
    newest, oldest = max(dates), min(dates)
    sentences.append(
        f"Entries checked between {oldest:%d %B %Y} and {newest:%d %B %Y}." if oldest < newest else f"Checked on {newest:%d %B %Y}."
    )
    columns = {"title": Column("Workflow"), "kind": Column("Kind"), "date": Column("Checked"), "pages": Column("Pages", wide=True)}
    return Section(SOURCES, "Sources", said(sentences), partial(_origins, segment.atlas, segment.places), columns, tabled=True)


def _origins(atlas: Atlas, places: np.ndarray) -> pd.DataFrame:
    """Where the workflows at these places are written."""
    rows = []
    for entry in atlas.some(places):
        origin = entry.provenance
        pages = [source.url for source in origin.sources] or ([origin.source] if origin.source else [])
        rows.append((entry.title, origin.kind, origin.date, tuple(pages)))
    return pd.DataFrame(rows, columns=["title", "kind", "date", "pages"], index=atlas.workflows.index[places])


def linked(section: Section, address: str) -> Section:
    """The sources, with the page of each workflow in the dashboard at an address, if known; any other section as it is."""
    if section.key != SOURCES or not address:
        return section
    made = partial(_with_pages, section, address)
    return replace(section, made=made, columns={**section.columns, "page": Column("In the atlas")})


def _with_pages(section: Section, address: str) -> pd.DataFrame:
    """The table of a section on workflows, and where the dashboard shows each."""
    return section.table.assign(page=[f"{address}/workflow?id={workflow}" for workflow in section.table.index])
