"""Which terms occur together, as a network."""

from __future__ import annotations

import pandas as pd

from analysis.counting import total
from analysis.figures.network import network_chart
from analysis.figures.style import hue
from analysis.matrix import FEW_EXPECTED
from analysis.network import TIES, network, places
from analysis.selection import Selection
from analysis.views.sets import SETS, colours
from analysis.views.view import Choice, Column, View, Whole, unanswered, view
from analysis.words import listed, of, plural
from atlas_data import Atlas

LABELS = {"residual": "Adjusted residual", "lift": "Lift", "jaccard": "Jaccard index", "proximity": "Proximity"}
_LEAST = {
    "residual": ("2", "1", "1.5", "2.5", "3", "4"),
    "lift": ("1.5", "1.1", "1.25", "2", "3", "5"),
    "jaccard": ("0.2", "0.1", "0.15", "0.25", "0.3", "0.4", "0.5"),
    "proximity": ("0.3", "0.2", "0.25", "0.4", "0.5", "0.6"),
}  # the standard one first
_MOST = 60  # terms that can be told apart on a page


def _thresholds(measure: str) -> dict[str, str]:
    return {value: value for value in sorted(_LEAST[measure], key=float)}


@view(
    "network",
    page="network",
    parameters=[
        SETS,
        Choice("tie", "Tie", LABELS, help=" ".join(f"**{LABELS[key]}**: {text}" for key, text in TIES.items())),
        *(Choice(f"tie_{name}", f"{LABELS[name]} at least", _thresholds(name), values[0]) for name, values in _LEAST.items()),
        Whole("tie_support", "Workflows with both, at least", 3, 1, 999_999_999),
    ],
)
def tie_network(atlas: Atlas, selection: Selection, sets: str, tie: str, tie_support: int, **thresholds: str) -> View:
    """Terms that occur together, tied where a measure says so; the places do not depend on the selection."""
    n, facet = total(atlas, selection), atlas.facet(sets)
    noun, least = facet.title.lower(), thresholds[f"tie_{tie}"]
    if len(facet.terms) > _MOST:
        return unanswered(f"{facet.title} has {len(facet.terms):,} terms, too many to draw", n, "Choose a facet with at most 60 terms.")
    found = network(atlas, sets, selection, tie, float(least), tie_support)
    rule = f"{LABELS[tie].lower()} of at least {least} and {plural(tie_support, 'workflow')} with both"
    if not len(found.ties):
        why = (
            "Each workflow has one term of this facet. Choose another."
            if not facet.multiple
            else "Lower what a tie needs, or widen the filter."
        )
        return unanswered(f"No two {noun} terms have {'an' if rule[0] in 'aeiou' else 'a'} {rule}", n, why)
    nodes = found.nodes.join(places(atlas, sets))
    by_layer = sets == "control" and "layer" in atlas.facets
    if by_layer:
        nodes["colour"] = colours(atlas, sets)[nodes.index]
        legend = {layer: hue("layer", i) for i, layer in enumerate(atlas.facet("layer").terms)}
    else:
        nodes["colour"] = [hue("layer", group - 1) if 0 < group <= 6 else "@plain" if group else "@faint" for group in nodes["group"]]
        legend = {f"Group {group}": hue("layer", group - 1) for group in range(1, min(int(nodes["group"].max()), 6) + 1)}
    groups = nodes[nodes["group"] > 0].groupby("group", sort=True)
    sound = found.ties[~found.ties["few"]]
    strongest = sound if len(sound) else found.ties
    (first, second), top = strongest.index[0], strongest.iloc[0]
    alone = int((nodes["ties"] == 0).sum())
    named = "; ".join(f"{group}: {listed(list(part.index))}" for group, part in groups)
    return View(
        title=f"{first} and {second} have the strongest tie{'' if len(sound) else ', few expected'}, in {of(int(top['count']), n)}; "
        f"the ties form {plural(groups.ngroups, 'group')}",
        subtitle=f"{facet.title}: ties with {rule}; size is workflows, colour the {'layer' if by_layer else 'group'}",
        n=n,
        figure=network_chart(nodes, found.ties, tie, LABELS[tie], n, legend),
        numbers=found.ties.join(pd.DataFrame({"group": nodes["group"]}), on=sets),
        opens=(sets,),
        note=f"{TIES[tie]} Groups (greedy modularity, {found.modularity:.2f}): {named}. Lines within a group are solid; where fewer than "
        f"{FEW_EXPECTED:.0f} are expected they are thin, however strong the tie, and the title speaks of the others. "
        + (f"{plural(alone, 'term')} without such a tie. " if alone else "")
        + "Places come from all workflows, so they stay when the filter changes.",
        alt=f"Network of {plural(len(nodes), 'term')} of {noun}, {plural(len(found.ties), 'tie')}, {plural(groups.ngroups, 'group')}.",
        method="co-occurrence-network",
        columns={
            "count": Column("Workflows with both"), "expected": Column("Expected", "%.1f"), "q": Column("q", "%.3g"),
            **{name: Column(label, "%.2f") for name, label in LABELS.items()},
            "few": Column("Few expected"), "group": Column("Group of the first"),
        },
        code=f"from analysis import network\n\nfound = network(atlas, {sets!r}, selection, {tie!r}, {float(least)}, {tie_support})\n"
        f'table = found.ties.join(found.nodes[["group"]], on={sets!r})',
    )  # fmt: skip
