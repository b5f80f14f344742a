"""The numbers behind a view: as a table on screen and as files."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from atlas_data.export import to_csv, to_parquet, to_xlsx

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def downloads(
    table: pd.DataFrame | Callable[[], pd.DataFrame],
    *,
    name: str,
    title: str = "",
    subtitle: str = "",
    note: str = "",
    figure: dict | None = None,
    formats: dict | None = None,
) -> None:
    """A closed panel with the table and its downloads. Nothing in it is computed until it is opened."""
    panel = st.expander("Table and downloads", key=f"table-{name}", on_change="rerun", icon=":material/table:")
    if not panel.open:
        return
    table = table() if callable(table) else table
    with panel:
        st.dataframe(table, column_config=formats, alt=title or name, height="auto" if len(table) < 12 else 430)
        file_buttons(table, name=name, title=title, subtitle=subtitle, note=note, figure=figure)


def file_buttons(
    table: pd.DataFrame, *, name: str, title: str = "", subtitle: str = "", note: str = "", figure: dict | None = None
) -> None:
    """Buttons that make a file when clicked."""
    files = {
        "CSV": ("csv", "text/csv", lambda: to_csv(table)),
        "Excel": ("xlsx", _XLSX, lambda: to_xlsx(table)),
        "Parquet": ("parquet", "application/vnd.apache.parquet", lambda: to_parquet(table)),
    }
    address = st.context.url or ""  # read here: the file is made outside the run
    if figure is not None:
        files["HTML"] = ("html", "text/html", lambda: _page(figure, table, title, subtitle, note, address))
    with st.container(horizontal=True):
        for label, (ending, mime, make) in files.items():
            st.download_button(
                label, make, file_name=f"atlas-{name}.{ending}", mime=mime, key=f"{ending}-{name}", on_click="ignore",
                icon=":material/download:",
            )  # fmt: skip


def _page(figure: dict, table: pd.DataFrame, title: str, subtitle: str, note: str, address: str) -> str:
    """The chart as one file that opens without a network."""
    from analysis.figures.page import chart_page

    return chart_page(figure, table, title, subtitle, note, address)
