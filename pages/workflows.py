"""Find a workflow."""

import streamlit as st

from analysis.complexity import complexity
from analysis.counting import total
from analysis.words import plural
from pages.parts.cards import workflow_list
from pages.parts.context import context
from pages.parts.controls import choose, switch
from pages.parts.downloads import file_buttons
from pages.parts.filter import nothing_matches, parameters
from pages.parts.going import to_workflow

atlas, selection = context()
n = total(atlas, selection)

st.title("Workflows", anchor=False)
if not n:
    nothing_matches(atlas, selection)

with st.container(horizontal=True, vertical_alignment="bottom"):
    view = switch("Show as", {"cards": "Cards", "table": "Table"}, "view")
    order = choose(
        "Order",
        {"category": "By category", "title": "By title", "information": "Most demanding first", "companies": "Most companies first"},
        "order_by",
        width=240,
    )

table = atlas.workflows.join(complexity(atlas, selection), how="right")
if order == "category":
    table = table.sort_values(["category", "title"], kind="stable")
else:
    table = table.sort_values(order, ascending=order == "title", kind="stable")

if view == "cards":
    workflow_list(atlas, table.index, name="all", page_size=24, columns=3, in_address=True)
else:
    shown = table[["title", "category", "stage", "layer_span", "information", "percentile", "reviewer_roles", "companies", "summary"]]
    event = st.dataframe(
        shown,
        height=640,
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        key="workflow-table",
        column_config={
            "title": st.column_config.TextColumn("Workflow", width="large"),
            "category": st.column_config.TextColumn("Category"),
            "stage": st.column_config.TextColumn("Stage"),
            "layer_span": st.column_config.NumberColumn("Layers", help="Control layers its controls touch"),
            "information": st.column_config.NumberColumn("Bits", format="%.1f", help="Information content of its control set"),
            "percentile": st.column_config.NumberColumn("Percentile", format="%.0f", help="Share of the atlas with less information"),
            "reviewer_roles": st.column_config.NumberColumn("Reviewer roles"),
            "companies": st.column_config.NumberColumn("Companies"),
            "summary": st.column_config.TextColumn("Summary", width="large"),
        },
        alt=f"{plural(n, 'workflow')}, one a row",
    )
    st.caption("Select a row to open its page. Click a column head to sort.")
    file_buttons(table, name="workflows")
    if event.selection.rows:
        to_workflow(shown.index[event.selection.rows[0]], parameters(atlas))
