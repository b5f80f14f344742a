"""How do a few of them differ?"""

import streamlit as st

from analysis.views.comparing import comparison
from pages.parts.chart import chart
from pages.parts.context import context
from pages.parts.controls import control
from pages.parts.downloads import printable
from pages.parts.drawer import drawer
from pages.parts.drawn import subtitle_of
from pages.parts.filter import escaped

atlas, selection = context()
st.title("What a few of them share, and what sets them apart", anchor=False)

what, *several, terms_of = comparison.parameters
values = {what.name: control(what)}
with st.container(horizontal=True, vertical_alignment="bottom"):
    for parameter in several:
        if parameter.name == f"with_{values[what.name]}":
            unasked = "The two most alike" if values[what.name] == "workflow" else "The two largest"
            values[parameter.name] = control(parameter, placeholder=unasked, width=560)
    values[terms_of.name] = control(terms_of, width=220)
found = chart(comparison, **values)

if found.answered:
    st.header("In words", anchor=False)
    st.markdown("\n".join(f"- {escaped(sentence)}" for sentence in found.more["said"]))
    printable(found, name="comparison", subtitle=subtitle_of(atlas, selection, found))

drawer(atlas, selection)
