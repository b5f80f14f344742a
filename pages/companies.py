"""Who builds and runs AI in the workflows, and how do we know?"""

from functools import partial

import streamlit as st

from analysis.views import companies as views
from analysis.words import listed
from pages.parts.cards import cards, workflow_card, workflow_list
from pages.parts.chart import chart
from pages.parts.companies import HOSTS, shown_by
from pages.parts.context import context
from pages.parts.controls import control, controls
from pages.parts.downloads import downloads
from pages.parts.drawer import drawer
from pages.parts.filter import escaped

atlas, selection = context()
st.title("Who builds and runs it", anchor=False)
values = controls(views.companies.parameters)
known = chart(views.companies, **values)
if known.answered:
    with st.grid(len(known.more["figures"]), min_column_width=130):
        for label, value in known.more["figures"].items():
            st.metric(label, f"{value:,}", border=True)

    st.header("One company", anchor=False)
    found = views.company(atlas, selection, who=control(views.company.parameters[0], width=360))
    with st.container():  # or what follows would be drawn anew when it comes or goes
        if found.answered:
            st.subheader(escaped(found.title), anchor=False)
            told = []
            for line in found.table.set_index("workflow").itertuples():
                shown = shown_by(line.role, line.product, line.evidence, line.host, line.own_site, line.evidence_url)
                told.append(workflow_card(line, **shown | {"small": f"{line.category} · {line.stage}\n{shown['small']}"}))
            cards(told, key="company")
            st.caption(HOSTS)
            downloads(found, name="company")
        else:
            st.info(found.note, title=escaped(found.title))

    st.header("Workflows with few known builders", anchor=False)
    chart(views.known_builders)
    few = views.few_builders(atlas, selection, few=control(views.few_builders.parameters[0], width=240))
    st.subheader(escaped(few.title), anchor=False)
    if few.answered:
        at = atlas.places(few.table.index)
        told_of = {
            place: f"Known: {listed(names, most=8)}." if names else "No known builder with evidence."
            for place, names in zip(at, few.table["names"], strict=True)
        }
        workflow_list(
            atlas,
            at,
            name="few-builders",
            page_size=9,
            columns=3,
            listed=few,
            said=partial(map, told_of.get),
        )
    else:
        st.caption(few.note)

drawer(atlas, selection)
