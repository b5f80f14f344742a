"""Workflows as a list of cards, a page of them at a time."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from analysis.selection import Selection
from atlas_data import Atlas
from pages.parts import filter as shared
from pages.parts.downloads import file_buttons


def workflow_list(
    atlas: Atlas, selection: Selection, ids: Sequence[str] | pd.Index, *, name: str, page_size: int, columns: int = 1
) -> None:
    """Cards of the given workflows, each a link to the workflow's page, with pages and downloads."""
    pages = max(1, -(-len(ids) // page_size))
    page = 1
    if pages > 1:
        page = min(st.session_state.get(f"page-{name}", 1), pages)
    shown = ids[(page - 1) * page_size : page * page_size]
    with st.grid(columns, min_column_width=300, gap="small"):
        for workflow in shown:
            card(atlas, selection, workflow)
    if pages > 1:
        st.pagination(pages, key=f"page-{name}")
    file_buttons(atlas.workflows.loc[ids], name=f"workflows-{name}")


def card(atlas: Atlas, selection: Selection, workflow: str) -> None:
    """One workflow: title as a link, category, stage and summary."""
    row = atlas.workflows.loc[workflow]
    with st.container(border=True, gap="xsmall", height="stretch"):
        link(workflow, row["title"], selection)
        st.caption(f"{row['category']} · {row['stage']}")
        st.markdown(shared.escaped(row["summary"]))


def link(workflow: str, title: str, selection: Selection) -> None:
    """A link to a workflow's own page that keeps the filter."""
    st.page_link(
        "pages/workflow.py", label=f"**{shared.escaped(title)}**", icon="", query_params={"id": workflow} | shared.address(selection)
    )
