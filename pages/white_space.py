"""What does the neighbourhood predict and the atlas lack, and where is it crowded?"""

import numpy as np
import streamlit as st

from analysis.selection import behind, places_of
from analysis.views.white_space import crowds, gaps
from pages.parts.chart import chart, show
from pages.parts.context import context
from pages.parts.controls import control, controls
from pages.parts.drawer import drawer, open_mark

atlas, selection = context()


def nearest(words: list[str]) -> tuple[str, np.ndarray] | None:
    """The workflows that make a gap plausible: those of its row with the most related term that the row has."""
    if len(words) != 3 or words[0] not in who.terms or not {*words[1:]} <= {*what.terms}:
        return None
    row, column, related = words
    return f"Nearest to {row} × {column}: {row} × {related}", places_of(
        atlas, behind(atlas, selection, (who.name, row), (what.name, related))
    )


st.title("What the neighbourhood predicts and the atlas lacks", anchor=False)
values = controls(gaps.parameters)
who, what = (atlas.facet(values[name]) for name in ("space_rows", "space_columns"))
show(gaps(atlas, selection, **values), name=gaps.name, on_click=lambda click: click["customdata"] and open_mark(*click["customdata"]))

st.header("Crowded cells", anchor=False)
crowd_by = control(crowds.parameters[-1])
chart(crowds, space_rows=values["space_rows"], space_columns=values["space_columns"], crowd_by=crowd_by)
drawer(atlas, selection, nearest)
