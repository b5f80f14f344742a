"""Look at workflows of one's own."""

from functools import partial

import streamlit as st

from atlas_data.formats import FORMATS, sheet
from pages.parts import state
from pages.parts.bringing import bring
from pages.parts.context import context
from pages.parts.files import file_button
from pages.parts.own import switch

context()  # every page asks for it: it sends a visitor who came in by this page's own address to dashboard.py
st.title("Your own atlas", anchor=False)
st.markdown(
    "Bring workflows of your own and look at them with every page of this dashboard. A plain sheet will do: one row a workflow, "
    "labels separated by semicolons; only title, category and controls are needed. Labels that the vocabulary does not know become "
    "terms of their own, each with a warning; words such as n/a, none, TBD or a dash are read as not stated."
)
with st.container(horizontal=True):
    for label, ending in (("Template (CSV)", ".csv"), ("Template (Excel)", ".xlsx")):
        file_button(label, partial(sheet.template, ending), file_name=f"atlas-template{ending}", key=f"template{ending}")
st.caption("An export of an atlas with its vocabulary comes back whole: " + "; ".join(f.title for f in FORMATS.values() if f.whole) + ".")

atlas = bring("own", "Your atlas")
if atlas is not None and state.own() is not atlas:
    st.button("Use this atlas", key="own-use", type="primary", icon=":material/check:", on_click=switch, args=(atlas,))
