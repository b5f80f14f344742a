"""What makes a workflow demanding to run, and what goes with maturity?"""

import streamlit as st

from analysis.views.complexity import made_of, odds, spread_of
from pages.parts.chart import chart
from pages.parts.context import context
from pages.parts.controls import controls
from pages.parts.drawer import drawer

atlas, selection = context()
st.title("Complexity and maturity", anchor=False)

st.header("Who asks for more", anchor=False)
chart(spread_of, **controls(spread_of.parameters))

st.header("What goes with maturity", anchor=False)
chart(odds, **controls(odds.parameters))

st.header("Why items are not counted", anchor=False)
chart(made_of)
drawer(atlas, selection)
