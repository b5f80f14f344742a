"""How far does a platform carry?"""

import numpy as np
import pandas as pd
import streamlit as st

from analysis.convergence import layers
from analysis.counting import stating, terms_at
from analysis.kernel import count
from analysis.platform import CALLED, MOST_COMPARED, Profile, beside, by_term, fit_at, read_profile, states, told_apart
from analysis.selection import behind, places_of
from analysis.views import decide as views
from analysis.views.view import View
from analysis.words import listed, of, plural
from pages.parts.cards import IN_FILES, workflow_list
from pages.parts.chart import show
from pages.parts.context import context
from pages.parts.controls import control
from pages.parts.downloads import downloads
from pages.parts.drawer import drawer, on_mark
from pages.parts.edited import edited, in_use, rewritten
from pages.parts.files import file_button
from pages.parts.filter import escaped
from pages.parts.navigation import demonstrating
from pages.parts.workflow import beyond_list

atlas, selection = context()
st.title("How far a platform carries", anchor=False)
layer_of = layers(atlas)
_BY_HAND = "platform-state-by-hand"


def controls_of(layer: str) -> list[str]:
    """The controls of a layer that say something."""
    return [name for name in views.FULL.choices(atlas) if layer_of[name] == layer]


def whole_layer(layer: str) -> None:
    """Add or, when all are there, remove the controls of a layer."""
    mine = controls_of(layer)
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
    rewritten("platform-notes", profile.notes)
    st.query_params["full"], st.query_params["partial"] = list(profile.full), list(profile.partial)


def by_hand() -> None:
    """From now on the list stays on the state that was chosen; until then it shows the first that has workflows."""
    st.session_state[_BY_HAND] = True


def carried(words: list[str]) -> tuple[str, np.ndarray] | None:
    """The workflows behind a mark: of a term, in a state."""
    state = next((state for state, called in CALLED.items() if called == words[-1]), None)
    if not found.answered or len(words) != 2 or state is None or words[0] not in atlas.facet(by).terms:
        return None
    return f"{words[1]}: {words[0]}", places_of(atlas, behind(atlas, found.more["states"][state], (by, words[0])))


def others_from(files: list) -> dict[str, dict[str, np.ndarray]]:
    """How far the platforms of other files carry, by name; what is no profile is said."""
    read = []
    for file in files[:MOST_COMPARED]:
        try:
            read.append(read_profile(atlas, file.getvalue()))
        except ValueError as error:
            st.error(escaped(str(error)), title=f"{escaped(file.name)} was not opened")
    if len(files) > MOST_COMPARED:
        st.warning(f"The first {MOST_COMPARED} of {len(files)} profiles are compared.")
    names = told_apart([profile.name, *(other.name for other in read)])[1:]
    return {called: states(atlas, other.full, other.partial, selection) for called, other in zip(names, read, strict=True)}


def fitted() -> pd.DataFrame:
    """What the files hold."""
    table = fit_at(atlas, full, partial, places_of(atlas, stating(atlas, "control", selection))[:IN_FILES])
    return table.assign(missing=table["missing"].map("; ".join))


def lacking(at: np.ndarray) -> list[str]:
    """What a card says of each workflow that the platform does not carry."""
    return [f"Missing: {', '.join(missing)}" for missing in fit_at(atlas, full, partial, at)["missing"]]


def unlisted(at: np.ndarray) -> list[str]:
    """What a card says of each workflow that it carries: its summary, or what its infrastructure asks for beyond its list of controls."""
    said = []
    for row in atlas.workflows.iloc[at].itertuples():
        more = set(beyond_list(atlas.entry(row.Index))) - {*full, *partial}
        said.append(f"Its infrastructure also asks for {listed(sorted(more))}." if more else row.summary)
    return said


# In a demo the finding comes first and what it rests on below; elsewhere people describe the platform and then read.
answer = st.container()
described = any(st.query_params.get_all(name) for name in ("full", "partial"))
setup = st.expander("The platform", icon=":material/tune:", expanded=not described) if demonstrating() else answer
with setup:
    st.markdown("Describe it by the controls it supports: layer by layer, one by one, or from a file. The address holds what you choose.")
    with st.container(horizontal=True, gap="small"):
        for layer in filter(controls_of, atlas.facet("layer").names):
            st.button(escaped(layer), key=f"layer-{layer}", on_click=whole_layer, args=(layer,), help="Add or remove all of its controls")
    with st.grid(2, min_column_width=280):
        full, partial = control(views.FULL), control(views.PARTIAL)
    with st.container(border=True) if demonstrating() else st.expander("Profile: name, notes, file", icon=":material/folder_open:"):
        name = st.text_input("Name of the platform", key="platform-name", bind="query-params", max_chars=80, placeholder="Ours")
        noted = pd.DataFrame({"Note": ""}, index=pd.Index(dict.fromkeys([*full, *partial]), name="Control"))
        notes = edited("platform-notes", noted, "Note", height="content") if len(noted) else in_use("platform-notes")
        profile = Profile(name or "Platform", tuple(full), tuple(partial), notes)
        file_button("Save the profile", profile.to_json, file_name="platform.json", key="profile-json")
        st.file_uploader("Open a profile", type="json", key="profile-file", on_change=opened)
        if "profile-problem" in st.session_state:
            st.error(escaped(st.session_state["profile-problem"]), title="The profile was not opened")
        files = st.file_uploader("Compare with other profiles", type="json", key="profile-other", accept_multiple_files=True)

with answer:
    by = control(views.platform_fit.parameters[2], width=240)
    found = views.platform_fit(atlas, selection, full=tuple(full), partial=tuple(partial), fit_by=by)
    show(found, name="platform-fit", on_click=on_mark())
    if found.answered:
        if others := others_from(files):
            st.header(f"Beside {escaped(listed(list(others)))}", anchor=False)
            reached = {profile.name: found.more["states"], **others}
            both = beside(atlas, reached)
            most = int(both["full"].max())
            best = list(both.index[both["full"] == most])
            st.markdown(f"{escaped(listed(best))} {'carries' if len(best) == 1 else 'carry'} the most in full: {of(most, found.n)}.")
            st.dataframe(
                both.rename(columns={**CALLED, "alone": "Fully, and no other does"}), alt="Workflows by how far each platform carries them"
            )
            counts = {called: by_term(atlas, each, by).rename(columns=lambda state, called=called: f"{called}: {CALLED[state].lower()}")
                      for called, each in reached.items()}  # fmt: skip
            st.dataframe(pd.concat(counts.values(), axis=1), alt=f"The same by {atlas.facet(by).title.lower()}")
        st.header("What blocks most", anchor=False)
        blocks = found.more["blocking"]
        if len(blocks):
            first, often = blocks.iloc[0], int(blocks["blocked"].max())
            most = list(blocks.index[blocks["blocked"] == often])
            alone = f"**{blocks.index[0]}** is the only control missing for {of(int(first['alone']), found.n)}."
            alone = alone if first["alone"] else "No workflow lacks a single control only: no control alone would carry another."
            st.markdown(f"{alone} Missing most often: {listed(most)}, for {of(often, found.n)}.")
            downloads(View(title="What blocks most", n=found.n, figure=None, numbers=blocks), name="blocking")
            st.page_link("pages/build_order.py", label="Best order to build what is missing", icon=":material/arrow_forward:",
                         query_params={"have": list(full)})  # fmt: skip
        else:
            st.markdown("No control is missing.")
        if not demonstrating():
            st.page_link("pages/brief.py", label="Brief with this platform", icon=":material/arrow_forward:",
                         query_params={"full": list(full), "partial": list(partial)})  # fmt: skip
        st.header("The list", anchor=False)
        many = {each: int(count(found.more["states"][each])) for each in CALLED}
        first = next(each for each in CALLED if many[each])
        if not st.session_state.get(_BY_HAND):
            st.session_state["platform-state"] = first
        state = st.segmented_control(
            "State", list(CALLED), default=first, required=True, key="platform-state", on_change=by_hand,
            format_func=lambda each: f"{CALLED[each]}: {many[each]:,}",
        )  # fmt: skip
        at = places_of(atlas, found.more["states"][state])
        if state == "missing" and len(at) <= IN_FILES:  # those that lack least first
            unsupported = ~atlas.facet("control").terms.isin([*full, *partial])
            at = at[np.argsort(terms_at(atlas, "control", at)[:, unsupported].sum(axis=1), kind="stable")]
        if len(at):
            listing = View(title="Platform coverage", n=found.n, figure=None, numbers=fitted)
            workflow_list(
                atlas, at, name="platform", page_size=12, columns=3, listed=listing, said=lacking if state == "missing" else unlisted
            )
            if found.n > IN_FILES:
                st.caption(f"Files hold the first {IN_FILES:,} of {plural(found.n, 'workflow')}, whatever their state.")
        else:
            st.markdown("No workflow is in this state.")
drawer(atlas, selection, carried)
