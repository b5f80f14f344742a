"""How the categories divide, and how they differ."""

from __future__ import annotations

from functools import partial

import pandas as pd

from analysis.categories import areas, comparison, paths, sizes
from analysis.counting import total
from analysis.figures.bars import stacked_shares
from analysis.figures.style import hue
from analysis.figures.tree import area_tree, category_tree
from analysis.headlines import category_headline, stage_headline
from analysis.selection import Selection
from analysis.views.view import Choice, Column, View, view
from analysis.words import left_out, listed, plural
from atlas_data import Atlas

_MOST_LEAVES = 2_000
_COMPARED = """\
from analysis.categories import comparison

table = comparison(atlas, selection)
table = table[table["workflows"] > 0]"""


@view(
    "category-map",
    page="category_map",
    parameters=[
        Choice("inside", "Inside each category", {"stage": "Stage", "buyer_function": "Buyer function"}, switch=True),
        Choice("shape", "Shape", {"treemap": "Treemap", "sunburst": "Sunburst"}, switch=True),
    ],
)
def category_map(atlas: Atlas, selection: Selection, inside: str, shape: str) -> View:
    """Categories, what is inside them, and their workflows, as nested areas."""
    n = total(atlas, selection)
    if n > _MOST_LEAVES:
        return _areas(atlas, selection, inside, shape, n)
    leaves = paths(atlas, inside, selection)
    by_stage = inside == "stage"
    leaf = "One leaf a workflow" if by_stage else "One leaf for each workflow and buyer function that it names"

    return View(
        title=category_headline(sizes(atlas, selection)),
        subtitle=f"{leaf}. Click an area to go in, a workflow to open it",
        n=n,
        figure=category_tree(
            leaves,
            list(atlas.facet("category").terms),
            atlas.rows(leaves["workflow"].unique())["title"],
            shape,
            "workflow" if by_stage else "naming",
        ),
        numbers=partial(_titled, atlas, leaves),
        note=""
        if by_stage
        else "A workflow named by several functions appears under each." + left_out(n - leaves["workflow"].nunique(), "without one"),
        alt=f"Map of {plural(n, 'workflow')} by category, {atlas.facet(inside).title.lower()} and workflow.",
        method="count",
        code=f"""\
from analysis.categories import paths

leaves = paths(atlas, "{inside}", selection)
titles = atlas.workflows["title"].reindex(leaves["workflow"])
table = leaves.assign(title=titles.to_numpy()).set_index("workflow")""",
    )


def _titled(atlas: Atlas, leaves: pd.DataFrame) -> pd.DataFrame:
    return leaves.assign(title=atlas.rows(leaves["workflow"])["title"].to_numpy()).set_index("workflow")


def _areas(atlas: Atlas, selection: Selection, inside: str, shape: str, n: int) -> View:
    """The map without leaves: of more workflows than can be told apart on it."""
    table, by_stage = areas(atlas, inside, selection), inside == "stage"
    what = "" if by_stage else " A workflow named by several functions counts under each; those without one are left out."
    return View(
        title=category_headline(sizes(atlas, selection)),
        subtitle=f"Workflows by category and {atlas.facet(inside).title.lower()}. Click an area to go in",
        n=n,
        figure=area_tree(table, list(atlas.facet("category").terms), shape, "workflow" if by_stage else "naming"),
        numbers=table,
        note=f"Single workflows are drawn where there are at most {_MOST_LEAVES:,}: narrow the filter to see them.{what}",
        alt=f"Map of {plural(n, 'workflow')} by category and {atlas.facet(inside).title.lower()}.",
        method="count",
        code=f'from analysis.categories import areas\n\ntable = areas(atlas, "{inside}", selection)',
    )


@view("categories", page="category_map")
def categories(atlas: Atlas, selection: Selection) -> View:
    """The categories side by side; a table only."""
    table = comparison(atlas, selection)
    return View(
        title="Categories side by side",
        n=total(atlas, selection),
        figure=None,
        numbers=table[table["workflows"] > 0],
        alt="Categories side by side",
        method="information",
        code=_COMPARED,
        columns={
            "_index": Column("Category"),
            "workflows": Column("Workflows"),
            "buyer_functions": Column("Buyer functions", help="Functions that name at least one of its workflows"),
            "buyer_industries": Column("Industries", help="Industries that name at least one of its workflows"),
            "layer_span": Column("Layers", "%.1f", "Mean number of the six control layers touched"),
            "information": Column("Bits", "%.1f", "Mean information content of its control sets: rare requirements weigh more"),
            "companies": Column("Companies", help="Distinct companies with evidence"),
            "distinctive": Column(
                "Most distinctive controls",
                help="Required significantly more often than elsewhere in the selection, or, of one category alone, in the atlas "
                "(q < 0.05)",
            ),
        },
    )


@view("stage-mix", page="category_map")
def stage_mix(atlas: Atlas, selection: Selection) -> View:
    """The stages of each category's workflows."""
    stages = list(atlas.facet("stage").terms)
    counts = categories(atlas, selection).table[stages]
    by_stage = [f"{count:,} {stage.lower()}" for stage, count in counts.sum().items() if count]
    return View(
        title=stage_headline(counts),
        subtitle=f"Share of each category's workflows by stage, counts inside; in all {listed(by_stage)}",
        n=total(atlas, selection),
        figure=stacked_shares(counts.div(counts.sum(axis=1), axis=0), counts, [hue("stage", i) for i in range(len(stages))]),
        numbers=counts,
        opens=("category", "stage"),
        alt="Stacked bars: stage mix of each category.",
        method="row-share",
        code=f"{_COMPARED}\ntable = table[list(atlas.facet('stage').terms)]",
    )
