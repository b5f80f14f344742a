"""How do the categories divide, and how do they differ?"""

from dataclasses import replace

import streamlit as st

from analysis.figures.tree import ROOT, SEPARATOR, entered
from analysis.views import category_map as views
from analysis.words import listed, plural
from pages.parts.cards import Card, cards
from pages.parts.chart import chart, show
from pages.parts.context import context
from pages.parts.controls import control
from pages.parts.downloads import downloads, table
from pages.parts.drawer import drawer
from pages.parts.maps import enter, open_clicked
from pages.parts.state import code, notice

SHOWN = ["workflows", "distinctive", "buyer_functions", "buyer_industries", "layer_span", "information", "companies"]


atlas, selection = context()
open_clicked(atlas)
st.title("How AI in production divides into categories", anchor=False)
with st.container(horizontal=True, vertical_alignment="bottom"):
    values = {parameter.name: control(parameter) for parameter in views.category_map.parameters}
areas = views.category_map(atlas, selection, **values)
tree = areas.figure["data"][0]
level = st.query_params.get("level", ROOT)
if level not in tree["ids"]:
    notice(f"The link enters the area {code(level)}, which is not on this map. The whole map is shown.")
elif level != ROOT:
    st.button("Back to all categories", icon=":material/arrow_upward:", on_click=st.query_params.pop, args=("level", None))
    inside = plural(tree["values"][tree["ids"].index(level)], "leaf", "leaves")
    areas = replace(
        areas,
        title=f"{' › '.join(level.split(SEPARATOR)[1:])}: {inside}",
        figure=entered(areas.figure, level),
        kept={},
    )
show(areas, name="category-map", on_click=enter)

st.header("Side by side", anchor=False)
compared = views.categories(atlas, selection)
table(compared, SHOWN, alt=compared.alt)
downloads(compared, name="categories")
chart(views.stage_mix)

st.header("What the categories mean", anchor=False)
meaning = atlas.facet("category").definitions
told = []
for name, distinctive in compared.table["distinctive"].items():
    stand_out = f"Most distinctive: {listed(list(distinctive))}" if distinctive else "No control stands out significantly here"
    told.append(Card(name, small=stand_out, text=meaning.get(name, "")))
cards(told, key="categories")

drawer(atlas, selection)
