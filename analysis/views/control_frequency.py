"""How often each control is required, and compared with what."""

from __future__ import annotations

from analysis.convergence import layers
from analysis.counting import total
from analysis.figures.bars import frequency_bars
from analysis.figures.style import hue
from analysis.findings import span, usual_span
from analysis.frequency import frequency
from analysis.headlines import frequency_headline
from analysis.selection import Selection
from analysis.views.view import Choice, Column, View, terms, view
from analysis.words import of, plural
from atlas_data import Atlas

_GROUPS = ("category", "stage", "buyer_function", "buyer_industry")
_IMPORTED = {"control": ["from analysis.convergence import layers"], "layer": []}
_ORDERED = {
    "share": ['table = table.sort_values("count", ascending=False, kind="stable")'],
    "difference": [
        'difference = (table["share"] - table["baseline"]).abs()',
        'table = table.loc[difference.sort_values(ascending=False, kind="stable").index]',
    ],
    "taxonomy": [],
}
_COLUMNS = {"control": ["table = table.assign(layer=list(layers(atlas)[table.index]))"], "layer": []}


def _comparisons(atlas: Atlas) -> dict[str, str]:
    groups = {name: atlas.facet(name).title for name in _GROUPS if name in atlas.facets}
    return {"atlas": "The whole atlas", "rest": "The rest, outside the filter", **groups}


def _decided(atlas: Atlas, selection: Selection, by: str) -> set[str]:
    """The terms that are as they are because the filter decides it: controls also by their layer, layers by their controls."""
    of = layers(atlas)
    if by == "control":
        return {*selection.decided("control"), *of.index[of.isin(selection.decided("layer"))]}
    return {*selection.decided("layer"), *of[of.index.isin(selection.facets.get("control", ()))]}


@view(
    "control-frequency",
    page="control_frequency",
    parameters=[
        Choice("by", "Count by", {"control": "Control", "layer": "Layer"}, switch=True),
        Choice("compare", "Compare with", _comparisons),
        *(Choice(f"compare_{group}", group.replace("_", " ").capitalize(), terms(group)) for group in _GROUPS),
        Choice(
            "order",
            "Order",
            {"share": "Most required first", "difference": "Largest difference first", "taxonomy": "As in the taxonomy"},
        ),
    ],
)
def control_frequency(atlas: Atlas, selection: Selection, by: str, compare: str, order: str, **groups: str | None) -> View:
    """Share of workflows that require each control or layer, beside a baseline."""
    n = total(atlas, selection)
    term = groups.get(f"compare_{compare}")
    against = Selection(**{compare: [term]}) if term else "rest" if compare == "rest" else None
    table = frequency(atlas, by, selection, against)
    baseline = term or {"atlas": "the whole atlas", "rest": "the rest"}[compare]
    shows_baseline = table.attrs["baseline_n"] > 0 and (bool(selection) or term is not None)
    if order == "share":
        table = table.sort_values("count", ascending=False, kind="stable")
    elif order == "difference":
        difference = (table["share"] - table["baseline"]).abs()
        table = table.loc[difference.sort_values(ascending=False, kind="stable").index]

    counted = f'table = frequency(atlas, "{by}", selection{f", {against!r}" if against else ""})'
    names = "Selection, frequency" if term else "frequency"
    code = "\n".join([f"from analysis import {names}", *_IMPORTED[by], "", counted, *_ORDERED[order], *_COLUMNS[by]])

    layer_terms = list(atlas.facet("layer").terms)
    layer_of = layers(atlas) if by == "control" else {term: term for term in layer_terms}
    colours = [hue("layer", layer_terms.index(layer_of[name])) for name in table.index]
    legend = {name: hue("layer", i) for i, name in enumerate(layer_terms)} if by == "control" else None
    reached = ""
    if by == "layer" and n:
        middle, reach = usual_span(span(atlas, selection))
        reached = f"; {of(reach, n)} {'need' if n > 1 else 'needs'} {middle} or more"
    return View(
        title=frequency_headline(table, baseline if shows_baseline else None, _decided(atlas, selection, by)),
        subtitle=f"Share of workflows with 95% Wilson intervals{reached}"
        + (f"; the mark is {baseline} ({plural(table.attrs['baseline_n'], 'workflow')})" if shows_baseline else ""),
        n=n,
        figure=frequency_bars(table, colours, baseline if shows_baseline else None, legend),
        numbers=table.assign(layer=[layer_of[name] for name in table.index]) if by == "control" else table,
        opens=(by,),
        note="Colour is the control layer. A dot marks a difference that holds up, q < 0.05: Fisher's exact test between the "
        "workflows that the two do not share, Benjamini-Hochberg over the bars."
        if shows_baseline
        else "Colour is the control layer. Filter, or choose a comparison, to see a baseline on each bar.",
        alt=f"Bar chart: share of {plural(n, 'workflow')} that require each {by}.",
        method="frequency",
        code=code,
        columns={
            "count": Column("Workflows"),
            **{name: Column(name.capitalize(), "percent") for name in ("share", "low", "high", "baseline")},
            "lift": Column("Lift", "%.2f"),
            "q": Column("q", "%.3g"),
        },
    )
