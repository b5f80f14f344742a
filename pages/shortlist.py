"""Where do demand, complexity and crowding lie, and which workflows are worth a second look?"""

from functools import partial

import streamlit as st

from analysis import comparing
from analysis import shortlist as lists
from analysis.companies import NO_BUILDER
from analysis.picking import written
from analysis.views.investing import COLUMNS, investor_map
from pages.parts.chart import show
from pages.parts.context import context
from pages.parts.controls import SEEN, controls, workflows_in
from pages.parts.drawer import drawer
from pages.parts.elsewhere import root
from pages.parts.files import file_button
from pages.parts.filter import escaped
from pages.parts.held import KEEP, NOTES, SHORTLIST
from pages.parts.shortlist import SHARED, evidence_csv, evidence_xlsx, keep_clicked, take_address, take_file

_BEFORE = "shortlist-before"

atlas, selection = context()
take_address(atlas)
st.title("Demand, complexity and crowding", anchor=False)
values = controls(investor_map.parameters)
view = investor_map(atlas, selection, **values)
by_workflow = values["segment"] == "workflow"
show(view, name=investor_map.name, on_click=partial(keep_clicked, atlas) if by_workflow else None)

if by_workflow:
    st.caption("Click a workflow on the map to put it on the shortlist or take it off.")

st.header("Shortlist", anchor=False)
hint = "Choose workflows, or click them on the map" if by_workflow else "Choose workflows"
if KEEP not in st.session_state and KEEP not in st.query_params:  # back from another page
    st.session_state[KEEP], st.session_state[SEEN + KEEP] = st.session_state.get(SHORTLIST, []), []
kept = st.session_state[SHORTLIST] = workflows_in(KEEP, "Workflows kept", placeholder=hint)
st.caption(
    "The list is in the address. Notes last while this tab is open; to keep or share them take a file or the address below. "
    "Nothing is stored on the server."
)
with st.expander("Take up a list from a file", icon=":material/upload:"):
    st.file_uploader(
        "JSON or CSV, as downloaded here", ["json", "csv"], key="shortlist-file", max_upload_size=4, on_change=take_file, args=(atlas,)
    )
for words in st.session_state.pop("shortlist-said", [])[:5]:
    st.warning(escaped(words))

if kept:
    notes = {workflow: st.session_state.get(NOTES, {}).get(workflow, "") for workflow in kept}
    editor = f"notes-{st.session_state.get('shortlist-files', 0)}-{hash(tuple(kept))}"
    # The editor keeps changes to the frame it began with, until it is not drawn for a run.
    before = st.session_state.get(_BEFORE, notes) if editor in st.session_state else notes
    st.session_state[_BEFORE] = before
    table = lists.table(atlas, before)
    shown = table[["title", "note", "demand", "information", "layer_span", "builders", "companies"]]
    widgets = {name: st.column_config.NumberColumn(column.label, format=column.format, help=column.help, disabled=True)
               for name, column in COLUMNS.items() if name in shown}  # fmt: skip
    for name, label in (("title", "Workflow"), ("companies", "Companies")):
        widgets[name] = st.column_config.TextColumn(label, disabled=True)
    widgets["note"] = st.column_config.TextColumn("Note", width="large", max_chars=lists.LONGEST_NOTE)
    shown = shown.assign(companies=["; ".join(names) or NO_BUILDER for names in shown["companies"]])
    shown.insert(1, "page", [f"workflow?id={workflow}" for workflow in shown.index])
    widgets["page"] = st.column_config.LinkColumn("Page", display_text="Open", disabled=True)
    edited = st.data_editor(shown, hide_index=True, key=editor, column_config=widgets, alt="Workflows kept, with notes")
    notes = {workflow: str(note or "") for workflow, note in edited["note"].items()}
    st.session_state[NOTES] = {**st.session_state.get(NOTES, {}), **notes}
    with st.container(horizontal=True):
        for label, ending, write in (
            ("List and notes (JSON)", "json", lists.to_json),
            ("List and notes (CSV)", "csv", lists.to_csv),
            ("With evidence (Excel)", "evidence.xlsx", evidence_xlsx),
            ("With evidence (CSV)", "evidence.csv", evidence_csv),
        ):
            file_button(label, partial(write, atlas, notes), file_name=f"atlas-shortlist.{ending}", key=f"shortlist-{ending}")
    with st.container(horizontal=True):
        st.page_link("pages/brief.py", label="Brief about this list", icon=":material/arrow_forward:", query_params={"list": written(kept)})
        if comparing.LEAST <= len(kept) <= comparing.MOST:
            both = {"what": "workflow", "with_workflow": kept}
            st.page_link("pages/compare.py", label="Compare these", icon=":material/compare_arrows:", query_params=both)
    if (text := lists.packed(notes)) is not None:
        st.caption("Address of this list with its notes:")
        st.code(f"{root()}shortlist?{SHARED}={text}", language=None, wrap_lines=True)
    else:
        st.caption("The list with its notes is too long for an address; share the file.")
drawer(atlas, selection)
