"""What goes to people, to whom, and with what evidence?"""

import streamlit as st

from analysis.views import review_map as views
from pages.parts.chart import chart
from pages.parts.context import context
from pages.parts.controls import controls
from pages.parts.downloads import downloads, table
from pages.parts.drawer import drawer
from pages.parts.filter import escaped

atlas, selection = context()
st.title("What goes to people, and to whom", anchor=False)
across = controls(views.roles.parameters)
chart(views.roles, **across)
chart(views.triggers, **across)

st.header("What goes to whom", anchor=False)
chart(views.paths)

st.header("Where nobody reviews", anchor=False)
nobody = views.unreviewed(atlas, selection)
st.markdown(escaped(f"{nobody.title}."))
if nobody.answered:
    table(nobody, alt=nobody.alt, hide_index=True)

st.header("With what evidence", anchor=False)
evidence = views.evidence(atlas, selection)
if evidence.n:  # its table alone would take as long to send as the three charts, and a browser longer to draw than the first
    st.markdown(escaped(f"{evidence.title}. {evidence.alt}."))
    downloads(evidence, name="review-evidence", names=list(evidence.columns), hide_index=True)
drawer(atlas, selection)
