"""Which controls to build next?"""

from functools import partial

import pandas as pd
import streamlit as st

from analysis.budget import best_within
from analysis.build_order import EXACT
from analysis.views import decide as views
from analysis.words import listed, plural
from pages.parts.chart import show
from pages.parts.context import context
from pages.parts.controls import controls
from pages.parts.downloads import downloads
from pages.parts.drawer import drawer, on_mark
from pages.parts.edited import edited, in_use
from pages.parts.filter import escaped
from pages.parts.weights import completed_by, own_weights

atlas, selection = context()
st.title("Which control to build next", anchor=False)
values = controls(views.build_order.parameters)
values["own"] = own_weights(atlas, selection)
found = views.weighted(views.build_order, atlas, selection, **values)
show(found, name=views.build_order.name, on_click=on_mark("built"))
if found.answered:
    st.header("What each step unlocks", anchor=False)
    show(views.weighted(views.unlocked, atlas, selection, **values), name=views.unlocked.name, on_click=on_mark("unlocked"))

    st.header("The best set of each size", anchor=False)
    sets = views.weighted(views.sets_of_each_size, atlas, selection, **values)
    st.markdown(f"**{escaped(sets.title)}.**")
    st.caption(escaped(sets.note))
    downloads(sets, name="best-sets")

    st.header("Within a budget", anchor=False)
    posed = found.more["problem"]
    if len(posed.terms) > EXACT:
        st.info(f"A budget is exact up to {EXACT} controls; {len(posed.terms)} are left to build.")
    else:
        st.markdown("Effort by control, in any unit, and how much there is to spend. The answer is the best set that the budget pays.")
        left, right = st.columns([2, 3], gap="large")
        efforts = in_use("efforts")
        with left:
            budget = st.number_input("Budget", 0.0, 1e6, 8.0, key="budget-to-spend")
            panel = st.expander("Effort by control", key="efforts-panel", icon=":material/edit:", on_change="rerun")
            if panel.open:  # what draws a table takes a browser longer than the first chart
                with panel:
                    efforts = edited(
                        "efforts", pd.DataFrame({"Effort": 1.0}, index=pd.Index(posed.terms, name="Control")), "Effort", height=320,
                        column_config={"Effort": st.column_config.NumberColumn(min_value=0.0, max_value=1e6, required=True)},
                    )  # fmt: skip
        with right:
            worth, chosen, spent = best_within(posed, {term: efforts.get(term, 1.0) for term in posed.terms}, budget)
            st.metric(f"{found.more['unit'].capitalize()} covered", f"{worth:,.0f} of {found.more['total']:,.0f}", border=True)
            st.markdown(f"**{plural(len(chosen), 'control')}**, effort {spent:g}: {escaped(listed(chosen)) or 'none'}.")
            st.caption(f"Best of {posed.sets:,} sets. Of equally good sets the one with the least effort.")
drawer(atlas, selection, partial(completed_by, atlas, selection, found))
