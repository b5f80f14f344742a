"""Find a workflow."""

import streamlit as st

from analysis.views.view import Choice
from analysis.views.workflows import SHOWN, workflows
from pages.parts.cards import workflow_list
from pages.parts.context import context
from pages.parts.controls import control
from pages.parts.downloads import columns_of, file_buttons
from pages.parts.going import to_workflow

atlas, selection = context()
st.title("Workflows", anchor=False)
with st.container(horizontal=True, vertical_alignment="bottom"):
    shape = control(Choice("view", "Show as", {"cards": "Cards", "table": "Table"}, switch=True))
    order_by = control(workflows.parameters[0], width=240)
found = workflows(atlas, selection, order_by=order_by)

if shape == "cards":
    workflow_list(atlas, found.table.index, name="all", page_size=24, columns=3, in_address=True)
else:
    event = st.dataframe(
        found.table[list(SHOWN)],
        height=640,
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        key="workflow-table",
        column_config=columns_of(found),
        alt=found.alt,
    )
    st.caption("Select a row to open its page. Click a column head to sort.")
    file_buttons(found, name="workflows")
    if event.selection.rows:
        to_workflow(atlas, found.table.index[event.selection.rows[0]])
