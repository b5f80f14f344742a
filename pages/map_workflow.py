"""What is a workflow described in one's own words near, what will it probably require, and why?"""

import streamlit as st

from analysis.mapping import LONGEST, map_workflow
from analysis.mapping_model import PICKS
from pages.parts import controls
from pages.parts import mapping as part
from pages.parts.context import context
from pages.parts.drawer import drawer

atlas, selection = context()
st.title("Map your workflow", anchor=False)
text = controls.described(
    "describe", "Description", LONGEST, height=150, placeholder=part.PLACEHOLDER,
    help="Read on this server while the page is open, kept nowhere but in the address of the page.",
)  # fmt: skip
part.example(text)
with st.grid(4, min_column_width=200):
    picks = [pick for facet in PICKS if facet in atlas.facets for pick in controls.terms_of(facet, f"map_{facet}")]
placed = map_workflow(atlas, text, picks, selection)

if not placed.answered:
    part.too_little(placed)
else:
    part.limits(placed)
    st.header("Nearest workflows", anchor=False)
    part.nearest(placed)
    if "control" in placed.chances:
        st.header("Controls it will probably require", anchor=False)
        part.probabilities(atlas, placed, "control")
        part.evidence(placed)
    part.also_likely(atlas, placed)
    st.header("Draft of an entry", anchor=False)
    described = part.draft(atlas, placed)
    st.header("Brief", anchor=False)
    part.brief(atlas, described)
part.how_good()
drawer(atlas, selection)
