"""What differs between two atlases?"""

import streamlit as st

from analysis.selection import Selection
from analysis.views import changes as views
from analysis.views.view import Choice, Whole
from atlas_data.limits import MAX_WORKFLOWS
from pages.parts import state
from pages.parts.bringing import bring
from pages.parts.chart import show
from pages.parts.compared import compared
from pages.parts.context import context, provided
from pages.parts.controls import controls
from pages.parts.downloads import file_buttons, table
from pages.parts.filter import escaped

context()
st.title("What differs between two atlases", anchor=False)
st.markdown("Compare the atlas with one of your own, or with another release of it. The filter does not apply here.")
brought = bring("other", "Another atlas or release")
sides = {"The packaged atlas": state.served()}
if state.own() is not None:
    sides[f"Your atlas: {state.own().name}"] = state.own()
if brought is not None:
    sides[f"The file: {brought.name}"] = brought
if len(sides) == 1:
    st.info("Bring a file to compare the packaged atlas with.", icon=":material/compare_arrows:")
    st.stop()

with st.grid(2, min_column_width=240):
    before_name = st.selectbox("Before", list(sides), index=0, key="compare-before")
    after_name = st.selectbox("After", list(sides), index=len(sides) - 1, key="compare-after")
before, after = sides[before_name], sides[after_name]
if before is after:
    st.info("Before and after are the same atlas.", icon=":material/compare_arrows:")
    st.stop()

if max(len(before), len(after)) > MAX_WORKFLOWS:
    st.info(f"Entries are compared one by one, of up to {MAX_WORKFLOWS:,} workflows an atlas.", title="Too many to compare",
            icon=":material/info:")  # fmt: skip
    st.stop()

found = compared(before, after)
tables = views.differences(found)
with st.grid(5, min_column_width=130):
    for name in ("added", "removed", "moved", "changed", "vocabulary"):
        st.metric(name.capitalize(), f"{tables[name].n if name in tables else 0:,}", border=True)
if not found:
    st.info("The two hold the same entries and the same vocabulary.", title="No difference")
for view_name, view in tables.items():
    st.subheader(escaped(view.title), anchor=False)
    table(view, height="auto" if len(view.table) < 12 else 430, hide_index=view.table.index.name == "workflow", alt=view.alt)
    file_buttons(view, name=f"atlases-{view_name}")

st.header("How shares changed", anchor=False)
both = {name: after.facet(name).title for name in after.facets if name in before.facets}
with provided(after, Selection()):
    if both:
        values = controls(
            [
                Choice("share_of", "Shares of", both, "control" if "control" in both else None),
                Whole("top_changes", "Terms shown at most", 30, 1, 100),
            ]
        )
        show(views.shares(before, after, values["share_of"], values["top_changes"]), name="share-changes")
    else:
        st.info("The two have no facet in common.")
