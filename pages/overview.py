"""What does the atlas say today?"""

import streamlit as st

from analysis.convergence import convergence
from analysis.counting import per_term, total
from analysis.figures.bars import frequency_bars
from analysis.figures.convergence import convergence_map
from analysis.figures.style import hue
from analysis.findings import overview
from analysis.frequency import frequency
from pages.parts.chart import chart
from pages.parts.context import context
from pages.parts.drawer import drawer, open_on
from pages.parts.filter import address, escaped, nothing_matches

atlas, selection = context()

st.title("Where AI runs in production", anchor=False)
st.markdown(
    "The thesis to test: every useful AI workflow eventually becomes a backend workflow, and the same few control layers "
    "keep coming back. Filter on the left, click any mark to see the workflows behind it."
)
n = total(atlas, selection)
if not n:
    nothing_matches(atlas, selection)

with st.grid(5, min_column_width=150):
    st.metric("Workflows", f"{n:,}", border=True)
    st.metric("Categories", int((per_term(atlas, "category", selection) > 0).sum()), border=True)
    st.metric("Buyer functions", int((per_term(atlas, "buyer_function", selection) > 0).sum()), border=True)
    st.metric("Controls required", int((per_term(atlas, "control", selection) > 0).sum()), border=True)
    st.metric("Companies with evidence", int((per_term(atlas, "company", selection) > 0).sum()), border=True)

st.header("What it says", anchor=False)
for finding in overview(atlas, selection):
    with st.container(horizontal=True, vertical_alignment="top", gap="medium"):
        st.markdown(f"**{escaped(finding.claim)}.** {escaped(finding.detail)}")
        st.page_link(f"pages/{finding.page}.py", label="See it", query_params=address(selection), width="content")

st.header("In two pictures", anchor=False)
left, right = st.columns(2, gap="large")
with left:
    layer_table = frequency(atlas, "layer", selection)
    layer_click = chart(
        frequency_bars(layer_table, [hue("layer", i) for i in range(len(layer_table))]),
        layer_table[["count", "share", "low", "high"]],
        name="layers",
        title="How many workflows touch each control layer",
        subtitle="Share of workflows, with 95% intervals",
        n=n,
        alt="Bar chart: share of workflows that require at least one control of each of the six layers.",
    )
with right:
    shared = convergence(atlas, "control", selection)
    categories = int((per_term(atlas, "category", selection) > 0).sum())
    map_click = chart(
        convergence_map(shared, list(atlas.facet("layer").terms), categories),
        shared,
        name="convergence-small",
        title="Top right: controls that many workflows in all categories share",
        subtitle="One bubble a control, sized by buyer functions that ask for it",
        n=n,
        alt="Bubble chart: controls by share of workflows and by breadth over categories.",
    )

st.header("Where to start", anchor=False)
doors = {
    "Investor": ("See where demand and requirements converge, and what holds up statistically.", "convergence", "Open convergence"),
    "Analyst": ("Cut any facet against any other, order and test the cells, take the numbers away.", "matrices", "Open matrices"),
    "Seller": ("Show a prospect their category, their workflows and what each needs to run.", "category_map", "Open the category map"),
}
with st.grid(3, min_column_width=240):
    for who, (what, page, label) in doors.items():
        with st.container(border=True, height="stretch"):
            st.subheader(who, anchor=False)
            st.markdown(what)
            st.page_link(f"pages/{page}.py", label=label, query_params=address(selection))

if layer_click and layer_click["customdata"]:
    open_on([("layer", layer_click["customdata"])])
if map_click and map_click["customdata"]:
    open_on([("control", map_click["customdata"])])
drawer(atlas, selection)
