"""How far does a platform carry?"""

from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from analysis.counting import terms_at
from analysis.kernel import count
from analysis.platform import CALLED, Profile, beside, by_term
from analysis.selection import places_of
from analysis.views import decide as views
from analysis.views.view import View
from analysis.words import listed, of, plural
from pages.parts import platform
from pages.parts.cards import IN_FILES, workflow_list
from pages.parts.chart import show
from pages.parts.context import context
from pages.parts.controls import control
from pages.parts.downloads import downloads
from pages.parts.drawer import drawer, on_mark
from pages.parts.edited import edited, in_use
from pages.parts.files import file_button
from pages.parts.filter import escaped
from pages.parts.navigation import demonstrating

atlas, selection = context()
st.title("How far a platform carries", anchor=False)

# In a demo the finding comes first and what it rests on below; elsewhere people describe the platform and then read.
answer = st.container()
described = any(st.query_params.get_all(name) for name in ("full", "partial"))
setup = st.expander("The platform", icon=":material/tune:", expanded=not described) if demonstrating() else answer
with setup:
    st.markdown("Describe it by the controls it supports: layer by layer, one by one, or from a file. The address holds what you choose.")
    with st.container(horizontal=True, gap="small"):
        for layer in filter(partial(platform.controls_of, atlas), atlas.facet("layer").names):
            what = "Add or remove all of its controls"
            st.button(escaped(layer), key=f"layer-{layer}", on_click=platform.whole_layer, args=(atlas, layer), help=what)
    with st.grid(2, min_column_width=280):
        full, partly = control(views.FULL), control(views.PARTIAL)
    with st.container(border=True) if demonstrating() else st.expander("Profile: name, notes, file", icon=":material/folder_open:"):
        name = st.text_input("Name of the platform", key="platform-name", bind="query-params", max_chars=80, placeholder="Ours")
        noted = pd.DataFrame({"Note": ""}, index=pd.Index(dict.fromkeys([*full, *partly]), name="Control"))
        notes = edited("platform-notes", noted, "Note", height="content") if len(noted) else in_use("platform-notes")
        profile = Profile(name or "Platform", tuple(full), tuple(partly), notes)
        file_button("Save the profile", profile.to_json, file_name="platform.json", key="profile-json")
        st.file_uploader("Open a profile", type="json", key="profile-file", on_change=platform.take_profile, args=(atlas,))
        if platform.PROBLEM in st.session_state:
            st.error(escaped(st.session_state[platform.PROBLEM]), title="The profile was not opened")
        files = st.file_uploader("Compare with other profiles", type="json", key="profile-other", accept_multiple_files=True)

with answer:
    by = control(views.platform_fit.parameters[2], width=240)
    found = views.platform_fit(atlas, selection, full=tuple(full), partial=tuple(partly), fit_by=by)
    show(found, name="platform-fit", on_click=on_mark())
    if found.answered:
        if others := platform.others_from(atlas, selection, profile.name, files):
            st.header(f"Beside {escaped(listed(list(others)))}", anchor=False)
            reached = {profile.name: found.more["states"], **others}
            both = beside(atlas, reached)
            most = int(both["full"].max())
            best = list(both.index[both["full"] == most])
            st.markdown(f"{escaped(listed(best))} {'carries' if len(best) == 1 else 'carry'} the most in full: {of(most, found.n)}.")
            st.dataframe(
                both.rename(columns={**CALLED, "alone": "Fully, and no other does"}), alt="Workflows by how far each platform carries them"
            )
            counts = [by_term(atlas, each, by).rename(columns={state: f"{called}: {CALLED[state].lower()}" for state in CALLED})
                      for called, each in reached.items()]  # fmt: skip
            st.dataframe(pd.concat(counts, axis=1), alt=f"The same by {atlas.facet(by).title.lower()}")
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
                         query_params={"full": list(full), "partial": list(partly)})  # fmt: skip
        st.header("The list", anchor=False)
        state = platform.state_shown({each: int(count(found.more["states"][each])) for each in CALLED})
        at = places_of(atlas, found.more["states"][state])
        if state == "missing" and len(at) <= IN_FILES:  # those that lack least first
            unsupported = ~atlas.facet("control").terms.isin([*full, *partly])
            at = at[np.argsort(terms_at(atlas, "control", at)[:, unsupported].sum(axis=1), kind="stable")]
        if len(at):
            numbers = partial(platform.fitted, atlas, selection, full, partly)
            said = platform.lacking if state == "missing" else platform.unlisted
            workflow_list(
                atlas, at, name="platform", page_size=12, columns=3, said=partial(said, atlas, full, partly),
                listed=View(title="Platform coverage", n=found.n, figure=None, numbers=numbers),
            )  # fmt: skip
            if found.n > IN_FILES:
                st.caption(f"Files hold the first {IN_FILES:,} of {plural(found.n, 'workflow')}, whatever their state.")
        else:
            st.markdown("No workflow is in this state.")
drawer(atlas, selection, partial(platform.carried, atlas, found.more.get("states"), by))
