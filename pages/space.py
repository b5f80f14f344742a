"""Which workflows are alike?"""

from functools import partial

import streamlit as st

from analysis.views.space import workflow_space
from analysis.words import listed, plural
from pages.parts.cards import link
from pages.parts.chart import show
from pages.parts.context import context
from pages.parts.controls import controls
from pages.parts.drawer import drawer
from pages.parts.filter import escaped, pick_only
from pages.parts.maps import narrow, open_clicked, open_dot

atlas, selection = context()
open_clicked(atlas)
st.title("Which workflows are alike", anchor=False)
found = workflow_space(atlas, selection, **controls(workflow_space.parameters))
show(found, name="workflow-space", on_click=open_dot, on_select=partial(narrow, atlas))

if found.answered and len(found.more["groups"]):
    st.header("The groups, by what sets them apart", anchor=False)
    st.caption(
        "Each group lies around one workflow. Its name and these shares describe it; they are no test, because the same terms made it."
    )
    titles = found.numbers["title"]
    with st.grid(3, min_column_width=300, gap="small"):
        for number, group in found.more["groups"].iterrows():
            with st.container(border=True, height="stretch", gap="xsmall", vertical_alignment="distribute"):
                size = f"{plural(group['workflows'], 'workflow')}, silhouette {group['silhouette']:.2f}, around"
                shares = [f"{term} {inside:.0%} against {outside:.0%}" for _, term, inside, outside in group["terms"]]
                st.markdown(f"**{number}. {escaped(group['name'])}**\n\n:small[{escaped(listed(shares))}]\n\n:small[:gray[{size}]]")
                link(group["medoid"], titles[group["medoid"]])
                st.button("Filter to this group", key=f"group-{number}", icon=":material/filter_alt:",
                          on_click=pick_only, args=(atlas, list(found.more["members"][number])))  # fmt: skip

drawer(atlas, selection)
