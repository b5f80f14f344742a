"""How far does a platform carry?"""

import pandas as pd
import streamlit as st

from analysis.convergence import layers
from analysis.platform import Profile, by_term, fit, read_profile
from analysis.views import decide as views
from analysis.views.view import View
from analysis.words import of
from pages.parts.cards import workflow_list
from pages.parts.chart import show
from pages.parts.context import context
from pages.parts.controls import control
from pages.parts.downloads import downloads
from pages.parts.drawer import drawer
from pages.parts.filter import escaped

atlas, selection = context()
st.title("How far a platform carries", anchor=False)
layer_of = layers(atlas)


def whole_layer(layer: str) -> None:
    """Add or, when all are there, remove the controls of a layer."""
    mine = [name for name in atlas.facet("control").names if layer_of[name] == layer]
    full = st.query_params.get_all("full")
    kept = [name for name in full if name not in mine]
    st.query_params["full"] = kept if set(mine) <= set(full) else kept + mine


def opened() -> None:
    """Take a profile from a file."""
    file = st.session_state["profile-file"]
    if file is None:
        return
    try:
        profile = read_profile(atlas, file.getvalue())
    except ValueError as error:
        st.session_state["profile-problem"] = str(error)
        return
    st.session_state.pop("profile-problem", None)
    st.session_state["platform-name"] = profile.name
    st.session_state["platform-notes"] = dict(profile.notes)
    st.query_params["full"], st.query_params["partial"] = list(profile.full), list(profile.partial)


st.markdown("Describe it by the controls it supports: layer by layer, one by one, or from a file. The address holds what you choose.")
with st.container(horizontal=True, gap="small"):
    for layer in atlas.facet("layer").names:
        st.button(escaped(layer), key=f"layer-{layer}", on_click=whole_layer, args=(layer,), help="Add or remove all of its controls")
with st.grid(2, min_column_width=280):
    full, partial = control(views.FULL), control(views.PARTIAL)
with st.expander("Profile: name, notes, file", icon=":material/folder_open:", key="profile", on_change="rerun") as panel:
    name = st.text_input("Name of the platform", key="platform-name", max_chars=80, placeholder="Ours")
    notes = st.session_state.get("platform-notes", {})
    table = pd.DataFrame({"Note": [notes.get(term, "") for term in (*full, *partial)]}, index=pd.Index([*full, *partial], name="Control"))
    if len(table):
        edited = st.data_editor(table, key=f"notes-{len(full)}-{len(partial)}", height="content")
        notes = notes | {term: note for term, note in edited["Note"].items() if note}
    profile = Profile(name or "Platform", tuple(full), tuple(partial), notes)
    st.download_button("Save the profile", profile.to_json(), file_name="platform.json", mime="application/json",
                       on_click="ignore", icon=":material/download:")  # fmt: skip
    st.file_uploader("Open a profile", type="json", key="profile-file", on_change=opened)
    if "profile-problem" in st.session_state:
        st.error(escaped(st.session_state["profile-problem"]), title="The profile was not opened")
    other = st.file_uploader("Compare with another profile", type="json", key="profile-other")

by = control(views.platform_fit.parameters[2], width=240)
found = views.platform_fit(atlas, selection, full=tuple(full), partial=tuple(partial), fit_by=by)
show(found, name="platform-fit")
if found.answered:
    table = found.more["table"]
    if other is not None:
        try:
            second = read_profile(atlas, other.getvalue())
        except ValueError as error:
            st.error(escaped(str(error)), title="The other profile was not opened")
        else:
            st.header(f"Beside {escaped(second.name)}", anchor=False)
            theirs = fit(atlas, second.full, second.partial, selection)
            st.dataframe(
                by_term(atlas, table, by).join(by_term(atlas, theirs, by), lsuffix=f", {profile.name}", rsuffix=f", {second.name}"),
                alt="Workflows by how far the two platforms carry them",
            )
            won = (table["state"] == "full") & (theirs["state"] != "full")
            lost = (table["state"] != "full") & (theirs["state"] == "full")
            st.markdown(
                f"Fully carried by {escaped(profile.name)} alone: {of(int(won.sum()), len(table))}; "
                f"by {escaped(second.name)} alone: {of(int(lost.sum()), len(table))}."
            )
    st.header("What blocks most", anchor=False)
    blocks = found.more["blocking"]
    if len(blocks):
        first = blocks.iloc[0]
        st.markdown(
            f"**{blocks.index[0]}** is the only control missing for {of(int(first['alone']), len(table))} and one of those missing for "
            f"{int(first['blocked'])}."
        )
        downloads(View(title="What blocks most", n=found.n, figure=None, numbers=blocks), name="blocking")
        st.page_link("pages/build_order.py", label="Best order to build what is missing", icon=":material/arrow_forward:",
                     query_params={"have": list(full)})  # fmt: skip
    else:
        st.markdown("No control is missing.")
    st.header("The list", anchor=False)
    state = st.segmented_control("State", ["full", "partial", "missing"], default="full", required=True, key="platform-state",
                                 format_func={"full": "Fully carried", "partial": "Partly", "missing": "Not yet"}.get)  # fmt: skip
    ids = table.index[table["state"] == state]
    if len(ids):
        listing = View(
            title="Platform coverage", n=len(ids), figure=None, numbers=lambda: table.assign(missing=table["missing"].map("; ".join))
        )
        workflow_list(atlas, ids, name="platform", page_size=12, columns=3, listed=listing,
                      said=lambda workflow: f"Missing: {', '.join(table.at[workflow, 'missing'])}" if state == "missing"
                      else atlas.workflows.at[workflow, "summary"])  # fmt: skip
    else:
        st.markdown("No workflow is in this state.")
drawer(atlas, selection)
