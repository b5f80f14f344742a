"""The sections of a brief on what a segment is and needs: each one question, answered in sentences and one table."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import pandas as pd

from analysis.brief_parts import BARS, WORKFLOWS, Chart, Section, Segment, bars, most, said, series, stands_out
from analysis.convergence import layers
from analysis.counting import total
from analysis.figures.style import hue
from analysis.findings import span, usual_span
from analysis.kernel import any_of, facet_words
from analysis.selection import mask_of
from analysis.views.view import Column
from analysis.words import FEW, listed, of, percent, plural
from atlas_data import Atlas
from atlas_data.unstated import stated

_EXAMPLES = 2  # of a family of risks
_FREQUENT = 3  # kinds of a step


def stages(segment: Segment) -> Section | None:
    """What the segment is."""
    atlas, n = segment.atlas, segment.n
    if n == 1:
        workflow = segment.workflows.iloc[0]
        texts = [str(workflow[part]) for part in ("summary", "why_it_matters")]
        sentences = [f"One workflow: {workflow['title']}.", *(text for text in texts if stated([text])[0])]
    else:
        whole = f"The segment is {n:,} of the {plural(len(atlas), 'workflow')} of the atlas ({percent(n, len(atlas))})."
        sentences = [whole if segment.part else f"The segment is the whole atlas, {plural(n, 'workflow')}."]
        sentences += [
            f"{chosen[0]}: {_definition(atlas, name, chosen[0])}"
            for name, chosen in segment.selection.terms
            if len(chosen) == 1 and _definition(atlas, name, chosen[0])
        ]
    if "category" in atlas.facets and (named := segment.counted("category")):
        sentences.append(f"Categories: {_division(named, n)}." if n > 1 else f"Category: {next(iter(named))}.")
    if segment.lacks("stage"):
        return Section("segment", "The segment", tuple(sentences), pd.DataFrame(), {})
    table = segment.stated("stage")
    if not table["count"].any():
        return Section("segment", "The segment", (*sentences, "No stage is stated."), pd.DataFrame(), {})
    if n > 1:
        late = list(table.index[-2:])
        sentences.append(f"By stage: {_division(table['count'].to_dict(), n)}.")
        reached = int(table["count"].iloc[-2:].sum())
        sentences.append(f"{of(reached, n)} {'has' if reached == 1 else 'have'} reached {' or '.join(late)}.")
    else:
        sentences.append(f"Stage: {table['count'].idxmax()}.")
    chart = Chart("Stage, workflows", table["count"], tuple(hue("stage", i) for i in range(len(table)))) if n > 1 else None
    note = "Shares carry 95% Wilson intervals." if n >= FEW else f"Below {FEW} workflows counts are said, not shares."
    return Section("segment", "The segment", tuple(sentences), table, segment.numbers(lift=True), "Stage", chart, note)


def _division(counts: Mapping[str, int], n: int) -> str:
    """How workflows divide into the terms of a facet of which each has one at most, and of how many none is stated."""
    silent = n - sum(counts.values())
    return listed([f"{count:,} {term}" for term, count in counts.items() if count] + [f"{silent:,} not stated"] * (silent > 0))


def _definition(atlas: Atlas, facet: str, term: str) -> str:
    return atlas.facet(facet).definitions.get(term, "")


def functions(segment: Segment) -> Section | None:
    """Which teams buy."""
    return _buyers(segment, "buyer_function", "Who buys: functions", "function")


def industries(segment: Segment) -> Section | None:
    """Which organisations buy."""
    return _buyers(segment, "buyer_industry", "Who buys: industries", "industry")


def _buyers(segment: Segment, facet: str, heading: str, noun: str) -> Section | None:
    if segment.lacks(facet):
        return None
    table, n = segment.ranked(facet), segment.n
    title, several = segment.atlas.facet(facet).title, "industries" if noun == "industry" else "functions"
    if table.empty:
        return Section(facet, heading, (f"No buyer {noun} is named.",), table, segment.numbers(), title)
    known = stated(segment.atlas.facet(facet).terms)
    many = f"{len(table)} of the {known.sum()} buyer {several}"
    named = total(segment.atlas, mask_of(segment.atlas, segment.selection) & any_of(facet_words(segment.atlas.facet(facet))[known]))
    sentences = [*most(segment, table, "Named"), f"{many} {'is' if len(table) == 1 else 'are'} named."]
    if named < n:
        sentences.append(f"{of(n - named, n)} {'names' if n - named == 1 else 'name'} no buyer {noun}.")
    sentences += stands_out(segment, facet)
    note = f"A buyer's demand is the number of workflows that name it; a workflow may name several {several}."
    return Section(facet, heading, said(sentences), table, segment.numbers(lift=True), title, bars(segment, table, title), note)


def controls(segment: Segment) -> Section | None:
    """What must be in place."""
    if segment.lacks("control"):
        return None
    atlas, n, table = segment.atlas, segment.n, segment.ranked("control")
    if table.empty:
        return Section("controls", "Controls it requires", ("No control is listed.",), table, segment.numbers(), "Control")
    if n == 1:
        sentences = [f"The one workflow requires {plural(len(table), 'control')}: {listed(list(table.index))}."]
    else:
        sentences = most(segment, table, "Required")
        half = list(table.index[table["count"] * 2 >= n])
        sentences.append(
            f"At least half of the workflows require {series(half, 8)}." if half else "No control is required by half of the workflows."
        )
        sentences.append(f"{len(table)} of the {segment.known('control')} controls are required by at least one workflow.")
    sentences += stands_out(segment, "control")
    colours: tuple[str, ...] = ("@accent",) * len(table)
    if not segment.lacks("layer"):
        of_layer = layers(atlas)
        table = table.assign(layer=of_layer.reindex(table.index))
        colours = tuple(hue("layer", atlas.facet("layer").terms.get_loc(layer)) for layer in table["layer"])
        spans, layers_known = span(atlas, segment.selection), segment.known("layer")
        middle, reach = usual_span(spans)
        sentences.append(
            f"It touches {plural(int(spans[0]), 'control layer')} of {layers_known}."
            if n == 1
            else f"{of(reach, n)} {'touches' if reach == 1 else 'touch'} {plural(middle, 'control layer')} or more, of {layers_known}."
        )
    if (chart := bars(segment, table, "Control")) is not None:
        chart = Chart(f"{chart.title}; colour: layer", chart.values, colours[:BARS])
    columns = segment.numbers(lift=True) | ({"layer": Column("Layer")} if "layer" in table else {})
    note = (
        "Share of the segment's workflows that require the control, with 95% Wilson interval; lift: that share over the share in the whole "
        "atlas. Differences are Fisher exact tests of the segment against the rest, with Benjamini-Hochberg correction over the controls."
        if n >= FEW
        else f"Below {FEW} workflows counts are said, not shares."
    )
    return Section("controls", "Controls it requires", said(sentences), table, columns, "Control", chart, note, tabled=True)


_STEPS = {
    "input_kind": ("Ingest", "what comes in"),
    "context_kind": ("Resolve", "what is settled first"),
    "capability_family": ("Assist", "what the AI does"),
    "review_trigger": ("Review", "what goes to people"),
    "reviewer_role": ("Review", "who decides"),
    "system_family": ("Sync", "what is written back to"),
}


def lifecycle(segment: Segment) -> Section | None:
    """How the work runs, step by step."""
    rows, sentences = (
        [],
        [f"Step by step, what {'the one workflow lists' if segment.n == 1 else f'these {segment.n:,} workflows list most often'}."],
    )
    for facet, (step, what) in _STEPS.items():
        if segment.lacks(facet):
            continue
        ranked = list(segment.counted(facet).items())[: _FREQUENT if segment.n > 1 else None]
        rows += [(step, what, term, count) for term, count in ranked]
        if ranked:
            shown = [term if segment.n == 1 else f"{term} ({count:,})" for term, count in ranked]
            sentences.append(f"{step}, {what}: {series(shown, 12)}.")
    table = pd.DataFrame(rows, columns=["step", "what", "term", "count"])
    if table.empty:
        return None
    columns = {"step": Column("Step"), "what": Column("What"), "term": Column("Most frequent", wide=True), "count": WORKFLOWS}
    note = f"The {_FREQUENT} most frequent kinds in each step, with the number of workflows that have them." if segment.n > 1 else ""
    return Section("lifecycle", "Lifecycle", tuple(sentences), table, columns, note=note)


def reviewers(segment: Segment) -> Section | None:
    """Who decides what the AI does not."""
    return _ranked(segment, "reviewer_role", "Review points: who decides", "Reviewers", "Called on")


def triggers(segment: Segment) -> Section | None:
    """What sends a case to people."""
    return _ranked(segment, "review_trigger", "Review points: what goes to people", "Review triggers", "Listed")


def _ranked(segment: Segment, facet: str, heading: str, what: str, verb: str) -> Section | None:
    if segment.lacks(facet):
        return None
    table, title = segment.ranked(facet), segment.atlas.facet(facet).title
    if table.empty:
        return Section(facet, heading, (f"{what}: none is listed.",), table, segment.numbers(), title)
    sentences = [*most(segment, table, verb), *stands_out(segment, facet)]
    note = "Free words of the entries, each placed under a kind by judgement."
    return Section(facet, heading, said(sentences), table, segment.numbers(lift=True), title, bars(segment, table, title), note)


def risks(segment: Segment) -> Section | None:
    """How it breaks."""
    if segment.lacks("risk_family"):
        return None
    table = segment.ranked("risk_family")
    found: dict[str, list[str]] = {}
    meant = cache(lambda family: segment.atlas.taxonomy.facets["risk_family"].terms_of([family]))
    for entry in segment.entries:
        for risk in entry.risks:
            for term in meant(risk.family):
                if len(examples := found.setdefault(term, [])) < _EXAMPLES:
                    examples.append(f"{risk.text} ({entry.title})" if segment.n > 1 else risk.text)
    table = table.assign(examples=[tuple(found.get(term, ())) for term in table.index])
    if table.empty:
        return Section("risks", "How it breaks", ("No risk is listed.",), table, segment.numbers(), "Risk family")
    sentences = [*most(segment, table, "Listed"), *stands_out(segment, "risk_family")]
    columns = ({"count": WORKFLOWS} if segment.n > 1 else {}) | {"examples": Column("Examples", wide=True)}
    note = "Each risk of an entry has one family. Examples are the first of the segment, in the order of the atlas."
    return Section(
        "risks", "How it breaks", said(sentences), table, columns, "Risk family", bars(segment, table, "Risk family"), note, tabled=True
    )
