"""The control layers, overall and in every category."""

from __future__ import annotations

from analysis.counting import present, total
from analysis.figures.bars import frequency_bars
from analysis.figures.heatmap import matrix_heatmap
from analysis.figures.style import hue
from analysis.frequency import frequency
from analysis.headlines import even_layers_headline, layer_headline
from analysis.matrix import cross
from analysis.ordering import present_in_order
from analysis.selection import Selection
from analysis.views.view import View, view
from atlas_data import Atlas

_COUNTED = {
    "category": "Categories",
    "buyer_function": "Buyer functions",
    "control": "Controls required",
    "company": "Companies",
}


@view("layers", page="overview")
def layers(atlas: Atlas, selection: Selection) -> View:
    """How many workflows touch each control layer."""
    table = frequency(atlas, "layer", selection)
    n = total(atlas, selection)
    return View(
        title=layer_headline(table),
        subtitle="Share of workflows that require a control of the layer, with 95% Wilson intervals",
        n=n,
        figure=frequency_bars(table, [hue("layer", i) for i in range(len(table))]),
        numbers=table[["count", "share", "low", "high"]],
        opens=("layer",),
        alt="Bar chart: share of workflows that require at least one control of each of the six layers.",
        method="frequency",
        code='from analysis import frequency\n\ntable = frequency(atlas, "layer", selection)[["count", "share", "low", "high"]]',
        more={
            "figures": {"Workflows": n}
            | {title: present(atlas, facet, selection) for facet, title in _COUNTED.items() if facet in atlas.facets}
        },
    )


@view("layers-by-category", page="overview")
def layers_by_category(atlas: Atlas, selection: Selection) -> View:
    """Whether every category touches the same layers."""
    table = cross(atlas, "category", "layer", selection)
    return View(
        title=even_layers_headline(table),
        subtitle="Share of each category's workflows that touch the layer",
        n=total(atlas, selection),
        figure=matrix_heatmap(table, "row_share", *present_in_order(table, "taxonomy")),
        numbers=table.cells,
        opens=("category", "layer"),
        note=(
            "A dot marks a share that differs from the other categories at q < 0.05; italics mark cells where fewer than 5 are expected."
            if (table.rows > 0).sum() > 1
            else ""
        ),
        alt="Heatmap: share of each category's workflows that touch each control layer.",
        method="row-share",
        code='from analysis.matrix import cross\n\ntable = cross(atlas, "category", "layer", selection).cells()',
    )
