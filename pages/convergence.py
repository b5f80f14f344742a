"""Where do demand and requirements meet?"""

import streamlit as st

from analysis.views import convergence as views
from pages.parts.chart import chart
from pages.parts.context import context
from pages.parts.drawer import drawer, open_on
from pages.parts.filter import escaped
from pages.parts.going import scroll_to_part

atlas, selection = context()
st.title("Where demand and requirements meet", anchor=False)
chart(views.convergence_bubbles)

st.header("Which buyers ask for which controls", anchor=False)
overlap = chart(views.overlap)
with st.container():  # a place for what comes and goes: else all that follows would move up or down by one, and be drawn anew
    if overlap.answered:
        hot = overlap.more["hot"]
        found = "**Hot cells**, where demand and requirement overlap most"
        st.markdown(found if len(hot) else "No cell with 5 expected holds up at q < 0.05.")
        for i, cell in enumerate(hot.itertuples()):
            terms = [("buyer_function", cell.row), ("control", cell.column)]
            st.button(escaped(cell.words), key=f"hot-{i}", type="tertiary", on_click=open_on, args=(terms,), icon=":material/arrow_right:")

st.header("How the categories compare", anchor=False)
placed = chart(views.category_places)
with st.container():
    if placed.answered:
        chart(views.profiles)

st.header("The thesis, tested", anchor=False)
st.markdown(views.EXPECTED)
chart(views.maturity)

scroll_to_part("maturity")
drawer(atlas, selection)
