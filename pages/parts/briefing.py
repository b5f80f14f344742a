"""A brief: the workflows it is about, its tables on screen, its files."""

from __future__ import annotations

import re
from collections.abc import Callable

import streamlit as st

from analysis.brief import Brief
from analysis.brief_parts import INDEX, Section
from analysis.shortlist import pasted
from analysis.writers import to_html, to_pptx, to_workbook
from atlas_data import Atlas
from pages.parts.controls import keep_workflows
from pages.parts.files import file_button

LIST = "list"  # the workflows that a brief is about
PASTED, UNKNOWN = "pasted", "pasted-unknown"


def add_pasted(atlas: Atlas) -> None:
    """Put workflows on the list by their titles or ids, one a line; what the atlas does not have is said."""
    ids, st.session_state[UNKNOWN] = pasted(atlas, st.session_state[PASTED])
    keep_workflows(LIST, list(dict.fromkeys([*st.session_state[LIST], *ids])))


def brief_files(make: Callable[[], Brief], title: str) -> None:
    """Buttons for slides, page and data; the brief is made when one is pressed."""
    name = re.sub(r"[^a-z0-9]+", "-", title.casefold()).strip("-")[:60] or "brief"
    with st.container(horizontal=True):
        for label, ending, write in (("Slides", "pptx", to_pptx), ("Page", "html", to_html), ("Data", "xlsx", to_workbook)):
            file_button(
                f"{label} ({ending.upper()})", lambda write=write: write(make()), file_name=f"brief-{name}.{ending}",
                key=f"brief-{ending}",
            )  # fmt: skip


def section_table(section: Section, n: int) -> None:
    """The table of a section of a brief of ``n`` workflows. One of bars is the section's chart; others are in a panel, and made and sent
    when it is opened."""
    panel = None
    if section.chart is None:
        panel = st.expander("Table", key=f"table-{section.key}", icon=":material/table:", on_change="rerun")
        if not panel.open:
            return
    headings = {
        key: st.column_config.NumberColumn(column.label, format=column.format)
        if column.format
        else st.column_config.LinkColumn(column.label, display_text=r"^https?://(?:www\.)?([^/]+)")
        if key in ("evidence_url", "page")
        else st.column_config.Column(column.label, width="large" if column.wide else None)
        for key, column in section.columns.items()
    }
    if section.index:
        headings[INDEX] = st.column_config.Column(section.index, pinned=True)
    if section.chart is not None:
        bar = section.chart.values.name
        label = section.columns[bar].label
        headings[bar] = st.column_config.ProgressColumn(label, format="%d", min_value=0, max_value=n, color="primary")
    (st if panel is None else panel).dataframe(
        section.arrow, column_config=headings, alt=section.heading, height="auto" if len(section.table) < 8 else 330
    )
