"""Which controls are required together: exact sets and what sets share."""

import streamlit as st

from analysis.views.sets import intersections
from pages.parts.chart import chart
from pages.parts.context import context
from pages.parts.controls import controls
from pages.parts.drawer import drawer

atlas, selection = context()
st.title("Which controls are required together?", anchor=False)
chart(intersections, **controls(intersections.parameters))
drawer(atlas, selection)
