"""The workflows themselves."""

from __future__ import annotations

from analysis.complexity import complexity
from analysis.counting import total
from analysis.selection import Selection
from analysis.views.view import Choice, Column, View, view
from analysis.words import plural
from atlas_data import Atlas

SHOWN = ("title", "category", "stage", "layer_span", "information", "percentile", "reviewer_roles", "companies", "summary")


@view(
    "workflows",
    page="workflows",
    parameters=[
        Choice(
            "order_by",
            "Order",
            {
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
    by = ["category", "title"] if order_by == "category" else order_by
    ascending = order_by in ("category", "title")
    table = table.sort_values(by, ascending=ascending, kind="stable")
    n = total(atlas, selection)
    return View(
        title="Workflows",
        n=n,
        figure=None,
        numbers=table,
        alt=f"{plural(n, 'workflow')}, one a row",
        method="information",
        code=f"""\
from analysis.complexity import complexity

table = atlas.workflows.join(complexity(atlas, selection), how="right")
table = table.sort_values({by!r}, ascending={ascending}, kind="stable")""",
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
