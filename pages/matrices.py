"""Who needs what: any facet against any other."""

import streamlit as st

from analysis.views.matrices import matrix
from pages.parts.chart import chart
from pages.parts.context import context
from pages.parts.controls import controls
from pages.parts.drawer import drawer

atlas, selection = context()
st.title("Who needs what", anchor=False)
chart(matrix, **controls(matrix.parameters))
drawer(atlas, selection)
