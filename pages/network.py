"""Which controls, or terms of any facet, go together, as a network."""

import streamlit as st

from analysis.views.network import tie_network
from pages.parts.chart import chart
from pages.parts.context import context
from pages.parts.controls import control
from pages.parts.drawer import drawer

atlas, selection = context()
st.title("What goes with what?", anchor=False)

values = {}
with st.grid(4, min_column_width=150):
    for parameter in tie_network.parameters:
        _, of_measure, measure = parameter.name.partition("tie_")
        if measure == "support" or not of_measure or values["tie"] == measure:  # the threshold of the measure chosen
            values[parameter.name] = control(parameter)
chart(tie_network, **values)
drawer(atlas, selection)
