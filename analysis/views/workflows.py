"""The workflows themselves."""

from __future__ import annotations

from analysis.counting import total
from analysis.listing import ORDERS, ordered
from analysis.selection import Selection
from analysis.views.view import MOST, Choice, Column, View, view
from analysis.words import plural
from atlas_data import Atlas

SHOWN = ("title", "category", "stage", "layer_span", "information", "percentile", "reviewer_roles", "companies", "summary")


@view(
    "workflows",
    page="workflows",
    parameters=[Choice("order_by", "Order", ORDERS)],
)
def workflows(atlas: Atlas, selection: Selection, order_by: str) -> View:
    """The selected workflows in order; a table only."""
    n = total(atlas, selection)
    return View(
        title="Workflows",
        n=n,
        figure=None,
        numbers=ordered(atlas, selection, order_by, 0, MOST),
        note=f"The first {MOST:,} of {n:,} workflows." if n > MOST else "",
        alt=f"{plural(n, 'workflow')}, one a row",
        method="information",
        code=f"from analysis.listing import ordered\n\ntable = ordered(atlas, selection, {order_by!r}, 0, {MOST})",
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
