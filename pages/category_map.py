"""How do the categories divide, and how do they differ?"""

import streamlit as st

from analysis.categories import comparison, paths
from analysis.counting import total
from analysis.figures.bars import stacked_shares
from analysis.figures.style import hue
from analysis.figures.tree import ROOT, SEPARATOR, category_tree
from analysis.findings import category_headline, stage_headline
from analysis.words import listed, plural
from pages.parts.chart import chart
from pages.parts.context import context
from pages.parts.controls import switch
from pages.parts.downloads import downloads
from pages.parts.drawer import drawer
from pages.parts.filter import escaped, nothing_matches, parameters
from pages.parts.going import to_workflow
from pages.parts.state import code, notice

atlas, selection = context()
n = total(atlas, selection)
categories = list(atlas.facet("category").terms)

st.title("How AI in production divides into categories", anchor=False)
if not n:
    nothing_matches(atlas, selection)

table = comparison(atlas, selection)
with st.container(horizontal=True, vertical_alignment="bottom"):
    by = switch("Inside each category", {"stage": "Stage", "buyer_function": "Buyer function"}, "inside")
    shape = switch("Shape", {"treemap": "Treemap", "sunburst": "Sunburst"}, "shape")


def enter(click: dict) -> None:
    """A leaf opens its workflow; an area is entered, which the address remembers."""
    path = dict(click["customdata"] or [])
    if "workflow" in path:
        st.session_state["leaf"] = path["workflow"]
    elif click["level"] in (None, ROOT):
        st.query_params.pop("level", None)
    else:
        st.query_params["level"] = click["level"]


if "leaf" in st.session_state:
    to_workflow(st.session_state.pop("leaf"), parameters(atlas))

leaves = paths(atlas, by, selection)
leaf = "One leaf a workflow" if by == "stage" else "One leaf for each workflow and buyer function that it names"
level = st.query_params.get("level", ROOT)
figure = category_tree(leaves, categories, atlas.workflows["title"], shape, "workflow" if by == "stage" else "naming", level)
if level not in figure["data"][0]["ids"]:
    notice(f"The link enters the area {code(level)}, which is not on this map. The whole map is shown.")
    level = ROOT
if level != ROOT:
    inside = figure["data"][0]["values"][figure["data"][0]["ids"].index(level)]
    st.button("Back to all categories", icon=":material/arrow_upward:", on_click=st.query_params.pop, args=("level", None))
chart(
    figure,
    leaves.assign(title=atlas.workflows["title"].reindex(leaves["workflow"]).to_numpy()).set_index("workflow"),
    name="category-map",
    on_click=enter,
    title=category_headline(table) if level == ROOT else f"{' › '.join(level.split(SEPARATOR)[1:])}: {plural(inside, 'leaf', 'leaves')}",
    subtitle=f"{leaf}. Click an area to go in, a workflow to open it",
    n=n,
    note=""
    if by == "stage"
    else f"A workflow named by several functions appears under each; {plural(n - leaves['workflow'].nunique(), 'workflow')} "
    "that name organisations only are not shown here.",
    alt=f"Map of {n} workflows by category, {atlas.facet(by).title.lower()} and workflow.",
)

st.header("Side by side", anchor=False)
present = table[table["workflows"] > 0]
st.dataframe(
    present[["workflows", "distinctive", "buyer_functions", "buyer_industries", "layer_span", "information", "companies"]],
    column_config={
        "_index": st.column_config.TextColumn("Category"),
        "workflows": st.column_config.NumberColumn("Workflows"),
        "buyer_functions": st.column_config.NumberColumn("Buyer functions", help="Functions that name at least one of its workflows"),
        "buyer_industries": st.column_config.NumberColumn("Industries", help="Industries that name at least one of its workflows"),
        "layer_span": st.column_config.NumberColumn("Layers", format="%.1f", help="Mean number of the six control layers touched"),
        "information": st.column_config.NumberColumn(
            "Bits", format="%.1f", help="Mean information content of its control sets: rare requirements weigh more"
        ),
        "companies": st.column_config.NumberColumn("Companies", help="Distinct companies with evidence"),
        "distinctive": st.column_config.ListColumn(
            "Most distinctive controls", width="medium", help="Required significantly more often than elsewhere in the selection (q < 0.05)"
        ),
    },
    alt="Categories side by side",
)
downloads(present, name="categories", title="Categories side by side")

stages = list(atlas.facet("stage").terms)
counts = present[stages]
chart(
    stacked_shares(counts.div(counts.sum(axis=1), axis=0), counts, [hue("stage", i) for i in range(len(stages))]),
    counts,
    name="stage-mix",
    opens=("category", "stage"),
    title=stage_headline(counts),
    subtitle="Share of each category's workflows by stage, counts inside",
    n=n,
    alt="Stacked bars: stage mix of each category.",
)

st.header("What the categories mean", anchor=False)
with st.grid(3, min_column_width=280):
    for name in present.index:
        with st.container(border=True, height="stretch"):
            st.subheader(escaped(name), anchor=False)
            st.markdown(atlas.facet("category").definitions[name])
            distinctive = present.at[name, "distinctive"]
            st.caption(f"Most distinctive: {listed(list(distinctive))}" if distinctive else "No control stands out significantly here")

drawer(atlas, selection)
