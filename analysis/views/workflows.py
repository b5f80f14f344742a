"""The workflows themselves."""

from __future__ import annotations

from analysis.complexity import complexity
from analysis.counting import total
from analysis.selection import Selection, relevance
from analysis.views.view import Choice, Column, View, view
from analysis.words import plural
from atlas_data import Atlas

SHOWN = ("title", "category", "stage", "layer_span", "information", "percentile", "reviewer_roles", "companies", "summary")

_ORDERED = {
    "category": "",
    "relevance": "from analysis.selection import relevance\n"
    'table = table.loc[relevance(table, selection.text).sort_values(ascending=False, kind="stable").index]',
}


@view(
    "workflows",
    page="workflows",
    parameters=[
        Choice(
            "order_by",
            "Order",
            {
                "relevance": "Best match first",
                "category": "By category",
                "title": "By title",
                "information": "Most demanding first",
                "companies": "Most companies first",
            },
        )
    ],
)
def workflows(atlas: Atlas, selection: Selection, order_by: str) -> View:
    """The selected workflows in order; a table only."""
    table = atlas.workflows.join(complexity(atlas, selection), how="right")
    table = table.sort_values(["category", "title"], kind="stable")
    if order_by == "relevance":
        table = table.loc[relevance(table, selection.text).sort_values(ascending=False, kind="stable").index]
    elif order_by != "category":
        table = table.sort_values(order_by, ascending=order_by == "title", kind="stable")
    n = total(atlas, selection)
    return View(
        title="Workflows",
        n=n,
        figure=None,
        numbers=table,
        alt=f"{plural(n, 'workflow')}, one a row",
        method="information",
        code="from analysis.complexity import complexity\n\n"
        'table = atlas.workflows.join(complexity(atlas, selection), how="right").sort_values(["category", "title"], kind="stable")\n'
        + _ORDERED.get(order_by, f"table = table.sort_values({order_by!r}, ascending={order_by == 'title'}, kind='stable')"),
        columns={
            "title": Column("Workflow", wide=True),
            "category": Column("Category"),
            "stage": Column("Stage"),
            "layer_span": Column("Layers", "%.0f", "Control layers its controls touch"),
            "information": Column("Bits", "%.1f", "Information content of its control set"),
            "percentile": Column("Percentile", "%.0f", "Share of the atlas with less information"),
            "reviewer_roles": Column("Reviewer roles"),
            "companies": Column("Companies"),
            "summary": Column("Summary", wide=True),
        },
    )
