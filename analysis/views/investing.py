"""Where demand, complexity and crowding lie: workflows and segments."""

from __future__ import annotations

import pandas as pd

from analysis.companies import NO_BUILDER
from analysis.complexity import PARTS
from analysis.counting import total
from analysis.figures.investing import segment_bubbles, workflow_bubbles
from analysis.investing import BUYERS, NEEDED, segments, workflows
from analysis.selection import Selection
from analysis.views.view import MOST, Choice, Column, View, unanswered, view
from analysis.words import FEW, capital, left_out, of, plural
from atlas_data import Atlas

_WORKFLOWS = "workflow"
_OFFERED = ("category", *BUYERS, "capability_family", "stage")
_DEMAND = (
    "A workflow's demand is the mean number of workflows that its buyers name: counting its own buyers would measure the format of an "
    "entry. Hollow:"
)
_ENOUGH = 3  # workflows a segment needs to be named in the title


def _segments(atlas: Atlas) -> dict[str, str]:
    return {_WORKFLOWS: "Workflow"} | {name: atlas.facet(name).title for name in _OFFERED if name in atlas.facets}


COLUMNS = {
    "demand": Column("Demand", "%.1f", "Workflows; for a workflow, those its buyers name, mean"),
    **{part: Column(label, "%.1f") for part, label in PARTS.items()},
    "builders": Column("Known builders", help="Distinct companies with evidence"),
}


@view("investor-map", page="shortlist", parameters=[Choice("segment", "Show", _segments, "buyer_industry")])
def investor_map(atlas: Atlas, selection: Selection, segment: str) -> View:
    """Demand, production complexity and crowding of workflows or of segments."""
    n = total(atlas, selection)
    missing = [name for name in NEEDED if name not in atlas.facets]
    if missing:
        return unanswered(f"This atlas has no facet {missing[0]}", n, "Complexity cannot be measured without it.")
    return _of_workflows(atlas, selection, n) if segment == _WORKFLOWS else _of_segments(atlas, selection, segment, n)


def _of_workflows(atlas: Atlas, selection: Selection, n: int) -> View:
    if n > MOST:
        return unanswered(f"{n:,} workflows are too many to show one by one", n, f"Narrow the filter to {MOST:,}, or show segments.")
    table = workflows(atlas, selection)
    placed = table.dropna(subset=["demand"])
    if placed.empty:
        return unanswered("No buyer function or industry is named here", n, "Demand cannot be said. Widen the filter.")
    alone = table[table["builders"] == 0]
    if len(alone):
        title = f"{capital(of(len(alone), n))}: {NO_BUILDER}"
        if len(alone) < FEW and n > 1 and alone["demand"].notna().any():
            title += f"; among them {table.at[alone['demand'].idxmax(), 'title']} has the buyers with the highest demand"
    elif n == 1:
        title = f"{table['title'].iloc[0]}: {plural(int(table['builders'].iloc[0]), 'known builder')}"
    else:
        least = int(table["builders"].min())
        thin = placed[placed["builders"] == least]
        count = int((table["builders"] == least).sum())
        title = f"Every workflow has a known builder; {of(count, n)} {'has' if count == 1 else 'have'} {plural(least, 'builder')} only"
        if len(thin):
            top = placed.at[thin["demand"].idxmax(), "title"]
            title += f": {top}" if count == 1 else f", of which {top} has the buyers with the highest demand"
    left = n - len(placed)
    return View(
        title=title,
        subtitle="Workflows by the demand of their buyers, complexity (height) and companies with evidence (size)",
        n=n,
        figure=workflow_bubbles(table, atlas.facet("category").terms),
        numbers=table,
        note=f"{_DEMAND} {NO_BUILDER}. An entry here lists at most "
        f"{plural(int(atlas.workflows['companies'].max()), 'company', 'companies')}, so crowding beyond that cannot show."
        + left_out(left, "without a buyer function or industry"),
        alt="Bubbles: workflows by demand of their buyers, complexity and companies with evidence.",
        method="investors-view",
        columns={"title": Column("Workflow"), "category": Column("Category"), "stage": Column("Stage"), **COLUMNS,
                 "percentile": Column("Percentile of bits", "%.0f"), "companies": Column("Companies", wide=True)},
        code="from analysis.investing import workflows\n\ntable = workflows(atlas, selection)",
    )  # fmt: skip


def _of_segments(atlas: Atlas, selection: Selection, segment: str, n: int) -> View:
    table, name = segments(atlas, segment, selection), atlas.facet(segment).title.lower()
    if table.empty:
        return unanswered(f"No {name} is named here", n, "Widen the filter or show another kind of segment.")
    return View(
        title=_headline(table),
        subtitle=f"{atlas.facet(segment).title} by demand, complexity (height) and companies with evidence (size)",
        n=n,
        figure=segment_bubbles(table, segment, atlas.facet(segment).terms.get_indexer(table.index)),
        numbers=table,
        opens=(segment,),
        note=f"Demand: workflows in the segment. Complexity: median information of their control sets. Hollow: {NO_BUILDER}. Entries list "
        "few companies each, so builders grow with workflows by construction; workflows without any are counted apart. Companies are a "
        "sample, not a census.",
        alt=f"Bubbles: each {name} by demand, complexity and companies with evidence.",
        method="investors-view",
        columns={**COLUMNS, "demand": Column("Workflows"), "crowding": Column("Builders for each workflow", "%.2f"),
                 "without": Column("Workflows with no known builder")},
        code=f"from analysis.investing import segments\n\ntable = segments(atlas, {segment!r}, selection)",
    )  # fmt: skip


def _headline(table: pd.DataFrame) -> str:
    """The segment in demand, and the one with the fewest builders for its demand."""
    first = table.index[0]
    demand = f"{plural(int(table['demand'].iloc[0]), 'workflow')}"
    tied = int((table["demand"] == table["demand"].iloc[0]).sum())
    said = f"Most demand: {first}, {demand}" + (f", as {plural(tied - 1, 'other')}" if tied > 1 else "")
    known = table[(table["demand"] >= _ENOUGH) & (table["builders"] > 0)]
    none = table[table["builders"] == 0]
    if len(none):
        return f"{said}; {NO_BUILDER} in {plural(len(none), 'segment')} of {len(table)}"
    if len(known) < 2 or known["crowding"].max() == known["crowding"].min():
        return said
    thin = known["crowding"].idxmin()
    builders, served = int(known.at[thin, "builders"]), int(known.at[thin, "demand"])
    return f"{said}; fewest known builders for its demand: {thin}, {plural(builders, 'builder')} in {plural(served, 'workflow')}"
