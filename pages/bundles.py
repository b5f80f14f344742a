"""Which sets of terms come together more often than chance explains, and which rules follow."""

import streamlit as st

from analysis.views.sets import bundle_bars, rule_bars
from pages.parts.chart import chart
from pages.parts.context import context
from pages.parts.controls import controls
from pages.parts.drawer import drawer

atlas, selection = context()
st.title("Which bundles come back, and what brings what?", anchor=False)
values = controls(bundle_bars.parameters)
chart(bundle_bars, **values)
st.header("Rules worth reading", anchor=False)
own = controls([parameter for parameter in rule_bars.parameters if parameter.name not in values])
chart(rule_bars, sets=values["sets"], bundle_share=values["bundle_share"], **own)
drawer(atlas, selection)
