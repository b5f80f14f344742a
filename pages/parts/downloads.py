"""The numbers behind a view: as a table on screen and as files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import streamlit as st

from analysis.views.view import View
from atlas_data.export import to_csv, to_parquet, to_xlsx
from pages.parts import state
from pages.parts.elsewhere import elsewhere
from pages.parts.files import file_button


def table(view: View, names: Sequence[str] | None = None, index: str = "", **options: Any) -> None:
    """The table of a view on screen, or these of its columns; ``index``: the heading of its index; ``options`` of ``st.dataframe``.
    It is kept with the view in the form in which it goes to a browser, which takes 2 ms to make."""
    key = ("arrow", *(names or ()))
    if key not in view.kept:
        shown = view.table[list(names)] if names else view.table
        percent = {name: 4 for name, column in view.columns.items() if column.format == "percent" and name in shown}
        view.kept[key] = pa.Table.from_pandas(shown.round(percent))  # as many places as are seen: screen readers read all there are
    st.dataframe(view.kept[key], column_config=columns_of(view) | ({"_index": index} if index else {}), **options)


def columns_of(view: View) -> dict:
    """How the columns of the view's table read."""
    return {
        name: (st.column_config.NumberColumn if column.format else st.column_config.Column)(
            column.label, help=column.help, width="large" if column.wide else None, **({"format": column.format} if column.format else {})
        )
        for name, column in view.columns.items()
    }


def downloads(view: View, *, name: str, subtitle: str = "", **options: Any) -> None:
    """A closed panel with the table and its downloads. Nothing in it is computed until it is opened. ``options`` of :func:`table`."""
    panel = st.expander("Table and downloads", key=f"table-{name}", on_change="rerun", icon=":material/table:")
    if not panel.open:
        return
    with panel:
        height = "auto" if len(view.table) < 12 else 430
        table(view, alt=view.title or name, height=height, **options)
        file_buttons(view, name=name, subtitle=subtitle)
        elsewhere(view)


def file_buttons(view: View, *, name: str, subtitle: str = "") -> None:
    """Buttons that make a file when clicked."""
    files = {
        "CSV": ("csv", lambda: to_csv(view.table)),
        "Excel": ("xlsx", lambda: to_xlsx(view.table)),
        "Parquet": ("parquet", lambda: to_parquet(view.table)),
    }
    source = _source()
    if view.figure is not None:
        files["HTML"] = ("html", lambda: _page(view, subtitle, *source))
    with st.container(horizontal=True):
        for label, (ending, make) in files.items():
            file_button(label, make, file_name=f"atlas-{name}.{ending}", key=f"{ending}-{name}")


def printable(view: View, *, name: str, subtitle: str) -> None:
    """A button for the view as a page that prints well."""
    source = _source()
    file_button(
        "Printable page", lambda: _page(view, subtitle, *source), file_name=f"atlas-{name}.html",
        key=f"print-{name}", icon=":material/print:",
        help="One file with the words, the chart and the table; opens without a network.",
    )  # fmt: skip


def _source() -> tuple[str, str]:
    """Address and atlas of this run, for files that are made outside it.

    No address on an atlas of one's own: it would show others the packaged one.
    """
    own = state.own() is not None
    return "" if own else st.context.url or "", state.origin(state.atlas(), own)


def _page(view: View, subtitle: str, address: str, origin: str) -> str:
    """The chart as one file that opens without a network."""
    from analysis.figures.page import chart_page

    return chart_page(view.figure, view.table, view.title, subtitle, view.note, address, view.more.get("said", ()), origin)
