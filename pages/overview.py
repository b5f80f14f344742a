"""What does the atlas say today?"""

import streamlit as st

from analysis.counting import per_term, total
from analysis.figures.bars import frequency_bars
from analysis.figures.heatmap import matrix_heatmap
from analysis.figures.style import hue
from analysis.findings import even_layers_headline, layer_headline, overview
from analysis.frequency import frequency
from analysis.matrix import cross
from analysis.ordering import present_in_order
from pages.parts.chart import chart
from pages.parts.context import context
from pages.parts.drawer import drawer
from pages.parts.filter import escaped, nothing_matches
from pages.parts.navigation import PAGES

atlas, selection = context()

st.title("Where AI runs in production", anchor=False)
st.markdown(
    "The thesis to test: every useful AI workflow eventually becomes a backend workflow, and the same few control layers "
    "keep coming back. Filter in the sidebar, click any mark to see the workflows behind it."
)
n = total(atlas, selection)
if not n:
    nothing_matches(atlas, selection)

with st.grid(5, min_column_width=150):
    st.metric("Workflows", f"{n:,}", border=True)
    st.metric("Categories", int((per_term(atlas, "category", selection) > 0).sum()), border=True)
    st.metric("Buyer functions", int((per_term(atlas, "buyer_function", selection) > 0).sum()), border=True)
    st.metric("Controls required", int((per_term(atlas, "control", selection) > 0).sum()), border=True)
    st.metric("Companies", int((per_term(atlas, "company", selection) > 0).sum()), border=True)

st.header("Where to start", anchor=False)
doors = {
    "Investor": ("See where demand and requirements converge, and what holds up statistically.", "convergence", "Open convergence"),
    "Analyst": ("Cut any facet against any other, order and test the cells, take the numbers away.", "matrices", "Open matrices"),
    "Seller": ("Show a prospect their category, their workflows and what each needs to run.", "category_map", "Open the category map"),
}
with st.grid(3, min_column_width=240):
    for who, (what, page, label) in doors.items():
        with st.container(border=True, height="stretch"):
            st.markdown(f"**{who}**  \n{what}")
            st.page_link(f"pages/{page}.py", label=label)

st.header("What it says", anchor=False)
with st.grid(3, min_column_width=260):
    for finding in overview(atlas, selection):
        with st.container(border=True, height="stretch", vertical_alignment="distribute"):
            st.markdown(f"**{escaped(finding.claim)}**\n\n{escaped(finding.detail)}")
            title, _ = PAGES[finding.page]
            st.page_link(f"pages/{finding.page}.py", label=f"Go to {title.lower()}", icon=":material/arrow_forward:", icon_position="right")

st.header("The same layers, in every category?", anchor=False)
table = frequency(atlas, "layer", selection)
chart(
    frequency_bars(table, [hue("layer", i) for i in range(len(table))]),
    table[["count", "share", "low", "high"]],
    name="layers",
    opens=("layer",),
    title=layer_headline(table),
    subtitle="Share of workflows that require a control of the layer, with 95% Wilson intervals",
    n=n,
    alt="Bar chart: share of workflows that require at least one control of each of the six layers.",
)
by_category = cross(atlas, "category", "layer", selection)
rows, columns = present_in_order(by_category, "taxonomy")
chart(
    matrix_heatmap(by_category, "row_share", rows, columns),
    by_category.cells,
    name="layers-by-category",
    opens=("category", "layer"),
    title=even_layers_headline(by_category),
    subtitle="Share of each category's workflows that touch the layer",
    n=n,
    note="A dot marks a share that differs from the other categories at q < 0.05; italics mark cells where fewer than 5 are expected.",
    alt="Heatmap: share of each category's workflows that touch each control layer.",
)

drawer(atlas, selection)
