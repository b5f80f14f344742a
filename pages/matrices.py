"""Who needs what: any facet against any other."""

from dataclasses import replace

import streamlit as st

from analysis.axes import opened
from analysis.views.matrices import COMPARING, SHOWING, SIDES, SIMPLE, SIZES, block_densities, matrix
from pages.parts.chart import chart
from pages.parts.context import context
from pages.parts.controls import control, controls
from pages.parts.drawer import drawer
from pages.parts.filter import escaped

atlas, selection = context()
st.title("Who needs what", anchor=False)
values = controls(SIMPLE)
for parameter in SIDES:
    side, _, what = parameter.name.partition("_")
    if what == "within" and any(members != values[side] for members, _ in opened(atlas, values[side]).values()):
        title = atlas.facet(values[side]).title.lower()  # its terms are groups: opening one is the first thing to do with them
        values[parameter.name] = control(replace(parameter, label=f"{side.capitalize()}: open a {title}"), width=420)

asked = [
    parameter.name
    for parameter in (*SIZES, *SIDES, *COMPARING, *SHOWING)
    if parameter.name in st.query_params and parameter.name not in values
]
panel = st.expander("Size, nesting, comparison", expanded=bool(asked), key="more", on_change="rerun", icon=":material/tune:")
if panel.open or asked:
    with panel, st.grid(4, min_column_width=180):
        values |= {parameter.name: control(parameter) for parameter in SIZES}
        for parameter in SIDES:
            side, _, what = parameter.name.partition("_")
            if parameter.name not in values and (what != "within" or opened(atlas, values[side])):
                values[parameter.name] = control(parameter)
        for parameter in (*COMPARING, *SHOWING):
            against, divided = values.get("against", "none"), values.get("multiples", "none")
            about = {"shown": against != "none", "multiples": against == "none", "totals": against == divided == "none"}
            if about.get(parameter.name, parameter.name in ("against", f"against_{against}")):
                values[parameter.name] = control(parameter)

for side in ("rows", "columns"):
    name = f"{side}_within"
    if values.get(name, "all") != "all":
        label = f"{side.capitalize()} within “{escaped(values[name])}”: back to all"
        st.button(label, key=f"back-{side}", type="tertiary", icon=":material/arrow_back:", on_click=st.query_params.pop, args=(name, None))

chart(matrix, **values)
if values["sort"] == "blocks":
    st.header("The blocks", anchor=False)
    chart(
        block_densities, **{parameter.name: values[parameter.name] for parameter in block_densities.parameters if parameter.name in values}
    )
drawer(atlas, selection)
