"""What does the neighbourhood predict and the atlas lack, and where is it crowded?"""

from functools import partial

import streamlit as st

from analysis.views.white_space import crowds, gaps, nearest_to
from pages.parts.chart import chart, show
from pages.parts.context import context
from pages.parts.controls import control, controls
from pages.parts.drawer import drawer, on_mark

atlas, selection = context()
st.title("What the neighbourhood predicts and the atlas lacks", anchor=False)
values = controls(gaps.parameters)
found = gaps(atlas, selection, **values)
show(found, name=gaps.name, on_click=on_mark())

st.header("Crowded cells", anchor=False)
crowd_by = control(crowds.parameters[-1])
chart(crowds, space_rows=values["space_rows"], space_columns=values["space_columns"], crowd_by=crowd_by)
drawer(atlas, selection, partial(nearest_to, atlas, selection, found))
