"""One workflow, with all of its parts."""

import streamlit as st

from analysis.complexity import complexity_at
from analysis.similarity import similarity
from atlas_data.problems import nearest
from pages.parts import workflow as part
from pages.parts.context import context
from pages.parts.filter import escaped
from pages.parts.state import code

atlas, selection = context()
workflow_id = st.query_params.get("id", "")
if workflow_id not in atlas:
    st.title("No such workflow", anchor=False)
    hint = nearest(workflow_id, atlas.workflows.index) if workflow_id else ""
    st.warning(f"The address names the workflow {code(workflow_id)}, which the atlas does not have{escaped(hint) or '.'}"
               if workflow_id else "The address names no workflow.")  # fmt: skip
    st.page_link("pages/workflows.py", label="Find a workflow")
    st.stop()

entry = atlas.entry(workflow_id)
st.set_page_config(page_title=f"{entry.title} · AI Production Atlas")
st.page_link("pages/workflows.py", label="All workflows", icon=":material/arrow_back:")
st.title(escaped(entry.title), anchor=False)
part.terms_of(atlas, workflow_id, ("category", "stage"))
st.markdown(escaped(entry.summary))

part.snapshot(atlas, entry, complexity_at(atlas, atlas.places([workflow_id])).iloc[0])

left, right = st.columns([3, 2], gap="large")
with left:
    st.header("What it is", anchor=False)
    st.markdown(escaped(entry.what_it_is))
    st.header("Why it matters", anchor=False)
    st.markdown(escaped(entry.why_it_matters))
with right:
    st.header("Who buys it", anchor=False)
    part.labels(entry.buyers)
    part.terms_of(atlas, workflow_id, ("buyer_function",))
    part.terms_of(atlas, workflow_id, ("buyer_industry",))
    st.header("What the AI does", anchor=False)
    part.labels(entry.capabilities)
    part.terms_of(atlas, workflow_id, ("capability_family",))

st.header("Production lifecycle", anchor=False)
part.lifecycle(entry)

st.header("Control layers it touches", anchor=False)
part.control_layers(atlas, entry)

if entry.infrastructure:
    st.header("Infrastructure it requires", anchor=False)
    part.infrastructure(entry)

st.header("How it breaks", anchor=False)
part.risks(entry)

st.header("Companies", anchor=False)
part.companies(atlas, entry)

st.header("Nearest workflows", anchor=False)
near = similarity(atlas, workflow_id, n=6)
part.neighbours(near)
if len(near):
    both = [("what", "workflow"), ("with_workflow", workflow_id), ("with_workflow", near.index[0])]
    st.page_link("pages/compare.py", label="Compare with the nearest", icon=":material/compare_arrows:", query_params=both)

st.header("Where this entry comes from", anchor=False)
part.provenance(entry)
