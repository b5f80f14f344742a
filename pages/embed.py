"""One view alone, for a frame on another page: chart, caption, filter, source."""

from datetime import date

import streamlit as st

from analysis.views import VIEWS
from analysis.views.query import QueryError, encoded, read
from atlas_data.problems import nearest
from pages.parts.chart import show
from pages.parts.context import context, provided
from pages.parts.downloads import table
from pages.parts.elsewhere import page_at, root
from pages.parts.filter import escaped
from pages.parts.state import code

atlas, _ = context()
name = st.query_params.get("view", "")
pairs = [(key, value) for key in st.query_params for value in st.query_params.get_all(key) if key != "view"]
if name not in VIEWS:
    st.title("No such view", anchor=False)
    st.warning(f"The address asks for the view {code(name)}, which does not exist{escaped(nearest(name, VIEWS)) or '.'}")
    st.caption(f"Views: {', '.join(VIEWS)}.")
    st.stop()
try:
    selection, values = read(atlas, VIEWS[name], pairs)
except QueryError as error:
    st.title("The address cannot be followed", anchor=False)
    for refusal in error.refusals:
        st.warning(f"{code(refusal.parameter)} {code(refusal.value)} {escaped(refusal.expected)}")
    st.stop()

view = VIEWS[name](atlas, selection, **values)
with provided(atlas, selection):
    conditions = [term for _, terms in selection.terms for term in terms]
    conditions += [f"not {term}" for _, term in selection.left_out] + ([f"“{selection.text}”"] if selection.text else [])
    if conditions:
        st.markdown(" ".join(f":gray-badge[{escaped(condition)}]" for condition in conditions))
    show(view, name=name, alone=True)
    if view.figure is None and view.answered:
        table(view, alt=view.alt)
    address = page_at(root(), VIEWS[name].page, encoded(pairs))  # as text, since a page link would open inside the frame
    st.caption(f"Source: [AI Production Atlas]({address}), {date.today():%d %B %Y}")
