"""What does the neighbourhood predict and the atlas lack, and where is it crowded?"""

import numpy as np
import streamlit as st

from analysis.selection import behind, places_of
from analysis.views.white_space import crowds, gaps
from analysis.words import listed
from pages.parts.chart import chart, show
from pages.parts.context import context
from pages.parts.controls import control, controls
from pages.parts.drawer import drawer, on_mark

atlas, selection = context()


def nearest(words: list[str]) -> tuple[str, np.ndarray] | None:
    """The workflows that make gaps of a row plausible: those of the row with the most related term that the row has."""
    if not found.answered or len(words) != 2:
        return None
    row, related = words
    lacking = [column for (of_row, column), near in found.table["nearest"].items() if (of_row, near) == (row, related)]
    if not lacking:
        return None
    at = places_of(atlas, behind(atlas, selection, (values["space_rows"], row), (values["space_columns"], related)))
    return f"Nearest to {row} × {listed(lacking)}: {row} × {related}", at


st.title("What the neighbourhood predicts and the atlas lacks", anchor=False)
values = controls(gaps.parameters)
found = gaps(atlas, selection, **values)
show(found, name=gaps.name, on_click=on_mark())

st.header("Crowded cells", anchor=False)
crowd_by = control(crowds.parameters[-1])
chart(crowds, space_rows=values["space_rows"], space_columns=values["space_columns"], crowd_by=crowd_by)
drawer(atlas, selection, nearest)
