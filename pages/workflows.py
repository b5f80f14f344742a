"""Find a workflow."""

import streamlit as st

from analysis.listing import ordered, places
from analysis.views.view import Choice
from analysis.views.workflows import SHOWN, workflows
from analysis.words import inside
from pages.parts import state
from pages.parts.cards import workflow_list
from pages.parts.context import context
from pages.parts.controls import control, page_number
from pages.parts.downloads import columns_of, file_buttons
from pages.parts.elsewhere import all_workflows
from pages.parts.going import to_workflow

ROWS = 250  # of the table, a page

atlas, selection = context()
st.title("Workflows", anchor=False)
with st.container(horizontal=True, vertical_alignment="bottom"):
    shape = control(Choice("view", "Show as", {"cards": "Cards", "table": "Table"}, switch=True))
    order_by = control(workflows.parameters[0], width=240)
at = places(atlas, selection, order_by)

everything = f"[All {len(at):,} as CSV]({all_workflows(atlas, selection)})." if state.own() is None else ""

if shape == "cards":
    workflow_list(atlas, at, name="all", page_size=24, columns=3, in_address=True, more=everything)
else:
    found = workflows(atlas, selection, order_by=order_by)
    grid, pages = st.container(), -(-len(at) // ROWS)
    page = page_number(pages) if pages > 1 else 1
    rows = ordered(atlas, selection, order_by, ROWS * (page - 1), ROWS * page)
    with grid:
        event = st.dataframe(
            rows[list(SHOWN)],
            height=640,
            hide_index=True,
            on_select="rerun",
            selection_mode="single-row",
            key="workflow-table",
            column_config=columns_of(found),
            alt=found.alt,
        )
    st.caption("Select a row to open its page. Click a column head to sort" + (" the rows of this page." if pages > 1 else "."))
    file_buttons(found, name="workflows")
    if found.note:
        st.caption(f"Files hold {inside(found.note)} {everything}")
    if event.selection.rows:
        to_workflow(atlas, rows.index[event.selection.rows[0]])
