"""All workflows on one map."""

from __future__ import annotations

from analysis.counting import total
from analysis.figures.space import workflow_map
from analysis.headlines import space_headline
from analysis.selection import Selection
from analysis.space import FEWEST, LAYOUTS, WEIGHINGS, TooFew, facets_of, space
from analysis.views.view import Choice, Column, View, Whole, unanswered, view
from analysis.words import left_out, plural
from atlas_data import Atlas
from atlas_data.unstated import stated

_STAGES = 4  # that have colours of their own
_WEIGHT = "How much these terms weigh in the distance of two workflows; 0 leaves them out."


def _colours(atlas: Atlas) -> dict[str, str]:
    offered = {"category": atlas.facet("category").title if "category" in atlas.facets else "Category"}
    if "stage" in atlas.facets and stated(atlas.facet("stage").terms).sum() <= _STAGES:
        offered["stage"] = atlas.facet("stage").title
    return offered | {"group": "Group"}


@view(
    "workflow-space",
    page="space",
    parameters=[
        Whole("weight_control", "Weight of controls", 5, 0, 10, _WEIGHT),
        Whole("weight_capability", "Weight of capabilities", 5, 0, 10, _WEIGHT),
        Whole("weight_buyer", "Weight of buyers", 5, 0, 10, _WEIGHT),
        Choice("weighing", "Terms", WEIGHINGS, help="Whether sharing a rare term says more than sharing a common one."),
        Choice("layout", "Layout", LAYOUTS, help="What the map keeps best: who is near whom, or how far apart any two are."),
        Choice("colour_by", "Colour", _colours),
    ],
)
def workflow_space(
    atlas: Atlas,
    selection: Selection,
    weight_control: int,
    weight_capability: int,
    weight_buyer: int,
    weighing: str,
    layout: str,
    colour_by: str,
) -> View:
    """Which workflows are alike; ``more["groups"]`` describes the groups, ``more["members"]`` lists their workflows."""
    n = total(atlas, selection)
    if n < FEWEST:
        return unanswered("A map needs at least three workflows", n, "Loosen the filter to see what is near what.")
    weights = {"control": weight_control, "capability": weight_capability, "buyer": weight_buyer}
    if not facets_of(atlas, weights):
        return unanswered("Nothing to compare by", n, "Give controls, capabilities or buyers a weight above 0, if the atlas has them.")
    try:
        found = space(atlas, selection, **weights, weighing=weighing, layout=layout)
    except TooFew:
        return unanswered("Too little is stated for a map", n, "It needs three workflows of which something is stated that weighs.")
    if not found.distances.any():
        return unanswered("These workflows cannot be told apart", n, "They have the same terms of every kind that weighs.")
    arguments = ", ".join(f"{name}={value!r}" for name, value in {**weights, "weighing": weighing, "layout": layout}.items())
    by = "category" if colour_by == "group" and not len(found.groups) else colour_by
    terms = list(atlas.facet(by).terms) if by in atlas.facets else sorted(set(found.points.get(by, ())))
    drawn = len(found.points) + found.silent
    method = "t-SNE (perplexity 30)" if found.layout == "neighbours" else "metric MDS"
    return View(
        title=space_headline(found),
        subtitle="One dot a workflow; near means that they share controls, capabilities and buyers. Click one to open it, "
        "draw around some to filter to them",
        n=n,
        figure=workflow_map(found.points, found.groups, by, terms),
        numbers=found.points,
        alt=f"Map of {plural(len(found.points), 'workflow')} by what they share.",
        note=f"Places by {method}; the axes have no meaning. Two dimensions cannot keep every distance: stress-1 is "
        f"{found.stress:.2f} (0 is perfect, above 0.2 poor), trustworthiness of the nearest {found.neighbours} is "
        f"{found.trustworthiness:.2f} (1 is perfect)."
        + (" Numbers mark the middle of each group." if len(found.groups) else "")
        + (f" A random sample of {drawn} of {n:,} workflows, always the same one." if n > drawn else "")
        + left_out(found.silent, "of which nothing is stated that weighs"),
        method="workflow-space",
        columns={
            "title": Column("Workflow", wide=True),
            "category": Column("Category"),
            "stage": Column("Stage"),
            "x": Column("x", "%.3f"),
            "y": Column("y", "%.3f"),
            "group": Column("Group"),
            "silhouette": Column("Silhouette", "%.2f", "How well it fits its group, -1 to 1"),
            "nearest": Column("Nearest", help="The workflow least far from it"),
            "distance": Column("Distance", "%.2f", "To the nearest, 0 to 1"),
        },
        code=f"from analysis import space\n\ntable = space(atlas, selection, {arguments}).points",
        more={"groups": found.groups, "members": found.points.groupby("group").groups if len(found.groups) else {}},
    )
