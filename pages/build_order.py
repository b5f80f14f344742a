"""Which controls to build next?"""

import pandas as pd
import streamlit as st

from analysis.build_order import EXACT, best_within
from analysis.views import decide as views
from analysis.words import listed, plural
from pages.parts.chart import chart
from pages.parts.context import context
from pages.parts.controls import controls
from pages.parts.downloads import columns_of, downloads
from pages.parts.drawer import drawer
from pages.parts.filter import escaped

atlas, selection = context()
st.title("Which control to build next", anchor=False)
values = controls(views.build_order.parameters)
found = chart(views.build_order, **values)
if found.answered:
    st.header("What each step unlocks", anchor=False)
    chart(views.unlocked, **values)

    st.header("The best set of each size", anchor=False)
    sets = views.sets_of_each_size(atlas, selection, **values)
    st.dataframe(sets.table.drop(columns="gap"), column_config={"_index": "Size", **columns_of(sets)}, alt=sets.title, height=320)
    st.caption(escaped(sets.note))
    downloads(sets, name="best-sets")

    st.header("Within a budget", anchor=False)
    posed = found.more["problem"]
    if len(posed.terms) > EXACT:
        st.info(f"A budget is exact up to {EXACT} controls; {len(posed.terms)} are left to build.")
    else:
        st.markdown("Effort by control, in any unit, and how much there is to spend. The answer is the best set that the budget pays.")
        left, right = st.columns([2, 3], gap="large")
        with left:
            budget = st.number_input("Budget", 0.0, 1e6, 8.0, key="budget-to-spend")
            efforts = st.data_editor(
                pd.DataFrame({"Effort": 1.0}, index=pd.Index(posed.terms, name="Control")),
                column_config={"Effort": st.column_config.NumberColumn(min_value=0.0, max_value=1e6, required=True)},
                key=f"efforts-{len(posed.terms)}", height=320,
            )  # fmt: skip
        with right:
            worth, chosen, spent = best_within(posed, efforts["Effort"].fillna(1.0).to_dict(), budget)
            st.metric(f"{found.more['unit'].capitalize()} covered", f"{worth:,.0f} of {found.more['total']:,.0f}", border=True)
            st.markdown(f"**{plural(len(chosen), 'control')}**, effort {spent:g}: {escaped(listed(chosen)) or 'none'}.")
            st.caption(f"Best of {posed.sets:,} sets. Of equally good sets the one with the least effort.")
drawer(atlas, selection)
