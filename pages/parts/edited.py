"""Tables that people write into. What they wrote is kept by row in the tab, whatever rows are on screen and whichever page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st


def edited(name: str, table: pd.DataFrame, column: str, **more: Any) -> dict:
    """Show a table with one column to write into; what was written, by row, also in rows that are not shown now.

    ``table``: indexed by what names a row, ``column`` as it is where nothing was written. An emptied cell counts as not written.
    ``more`` goes to the editor.
    """
    written, key = _written(name), f"{name}-{st.session_state.get(f'{name}-round', 0)}-{hash(tuple(table.index))}"
    # The editor keeps what is written while it is on screen; if its table changed with every word, it would each time be another one.
    if key not in st.session_state or st.session_state[f"{name}-shown"][0] != key:
        st.session_state[f"{name}-shown"] = key, [written.get(row, value) for row, value in table[column].items()]

    def take() -> None:
        for at, cells in st.session_state[key]["edited_rows"].items():
            if column in cells:
                row, value = table.index[int(at)], cells[column]
                if value is None or value == "":
                    written.pop(row, None)
                else:
                    written[row] = value

    st.data_editor(table.assign(**{column: st.session_state[f"{name}-shown"][1]}), key=key, on_change=take, **more)
    return dict(written)


def in_use(name: str) -> dict:
    """What was written into a table, whether it is shown or not."""
    return dict(_written(name))


def rewritten(name: str, values: Mapping) -> None:
    """Put other values in the place of all that was written."""
    st.session_state[f"{name}-written"] = dict(values)
    st.session_state[f"{name}-round"] = st.session_state.get(f"{name}-round", 0) + 1


def _written(name: str) -> dict:
    return st.session_state.setdefault(f"{name}-written", {})
