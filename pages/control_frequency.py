"""How often is each control required, and compared with what?"""

import streamlit as st

from analysis.views.control_frequency import control_frequency
from pages.parts.chart import chart
from pages.parts.context import context
from pages.parts.controls import control
from pages.parts.drawer import drawer

atlas, selection = context()
st.title("How often each control is required", anchor=False)

values = {}
with st.container(horizontal=True, vertical_alignment="bottom"):
    for parameter in control_frequency.parameters:
        _, of_group, group = parameter.name.partition("compare_")
        if not of_group or values["compare"] == group:  # which term, once it is known of what
            values[parameter.name] = control(parameter, **({} if parameter.switch else {"width": 240}))
chart(control_frequency, **values)
drawer(atlas, selection)
