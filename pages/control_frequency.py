"""How often is each control required, and compared with what?"""

import streamlit as st

from analysis.convergence import layers
from analysis.counting import total
from analysis.figures.bars import frequency_bars
from analysis.figures.style import hue
from analysis.findings import frequency_headline
from analysis.frequency import frequency
from analysis.selection import Selection
from analysis.words import plural
from pages.parts.chart import chart
from pages.parts.context import context
from pages.parts.controls import choose, switch
from pages.parts.drawer import drawer
from pages.parts.filter import nothing_matches

atlas, selection = context()
n = total(atlas, selection)

st.title("How often each control is required", anchor=False)
if not n:
    nothing_matches(atlas, selection)

with st.container(horizontal=True, vertical_alignment="bottom"):
    facet = switch("Count by", {"control": "Control", "layer": "Layer"}, "by")
    groups = {name: atlas.facet(name).title for name in ("category", "stage", "buyer_function", "buyer_industry")}
    compare = choose("Compare with", {"atlas": "The whole atlas", "rest": "The rest, outside the filter", **groups}, "compare", width=230)
    term = None
    if compare in groups:
        term = choose(groups[compare], {term: term for term in atlas.facet(compare).terms}, f"compare_{compare}", width=260)
    order = choose(
        "Order",
        {"share": "Most required first", "difference": "Largest difference first", "taxonomy": "As in the taxonomy"},
        "order",
        width=220,
    )

against = Selection(**{compare: [term]}) if term else "rest" if compare == "rest" else None
table = frequency(atlas, facet, selection, against)
baseline = term or {"atlas": "the whole atlas", "rest": "the rest"}[compare]
shows_baseline = table.attrs["baseline_n"] > 0 and (bool(selection) or term is not None)
difference = (table["share"] - table["baseline"]).abs()
if order == "share":
    table = table.sort_values("count", ascending=False, kind="stable")
elif order == "difference":
    table = table.loc[difference.sort_values(ascending=False, kind="stable").index]

layer_of = layers(atlas) if facet == "control" else None
layer_terms = list(atlas.facet("layer").terms)
colours = [hue("layer", layer_terms.index(layer_of[name] if facet == "control" else name)) for name in table.index]
legend = {name: hue("layer", i) for i, name in enumerate(layer_terms)} if facet == "control" else None

chart(
    frequency_bars(table, colours, baseline if shows_baseline else None, legend),
    table.assign(layer=[layer_of[name] for name in table.index]) if facet == "control" else table,
    name="control-frequency",
    opens=(facet,),
    title=frequency_headline(table, baseline if shows_baseline else None),
    subtitle="Share of workflows with 95% Wilson intervals"
    + (f"; the mark is {baseline} ({plural(table.attrs['baseline_n'], 'workflow')})" if shows_baseline else ""),
    n=n,
    note="Colour is the control layer. A difference holds up when q < 0.05: Fisher's exact test between the workflows that the "
    "two do not share, Benjamini-Hochberg over the bars."
    if shows_baseline
    else "Colour is the control layer. Filter, or choose a comparison, to see a baseline on each bar.",
    alt=f"Bar chart: share of {n} workflows that require each {facet}.",
    formats={
        "count": st.column_config.NumberColumn("Workflows"),
        **{name: st.column_config.NumberColumn(name.capitalize(), format="percent") for name in ("share", "low", "high", "baseline")},
        "lift": st.column_config.NumberColumn("Lift", format="%.2f"),
        "q": st.column_config.NumberColumn("q", format="%.3g"),
    },
)
drawer(atlas, selection)
