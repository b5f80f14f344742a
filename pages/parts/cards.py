"""Workflows as a list of cards, a page of them at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd
import streamlit as st

from analysis.views.view import View
from atlas_data import Atlas
from pages.parts import filter as shared
from pages.parts.controls import page_number
from pages.parts.downloads import file_buttons


def workflow_list(
    atlas: Atlas,
    ids: Sequence[str] | pd.Index,
    *,
    name: str,
    page_size: int,
    columns: int = 1,
    in_address: bool = False,
    listed: View | None = None,
    said: Callable[[str], str] | None = None,
) -> None:
    """Cards of the given workflows, each a link to the workflow's page, with pages (``in_address``: kept there) and downloads.

    ``listed``: what the downloads hold, else the workflows. ``said``: what a card tells of a workflow, else its summary.
    """
    pages = max(1, -(-len(ids) // page_size))
    cards = st.container()
    page = 1
    if pages > 1:
        page = page_number(pages) if in_address else st.pagination(pages, key=f"page-{name}")
    with cards, st.grid(columns, min_column_width=300, gap="small"):
        for workflow in atlas.workflows.loc[ids[(page - 1) * page_size : page * page_size]].itertuples():
            _card(workflow, said(workflow.Index) if said else workflow.summary)
    listed = listed or View(title="Workflows", n=len(ids), figure=None, numbers=lambda: atlas.workflows.loc[ids])
    file_buttons(listed, name=f"workflows-{name}")


def _card(workflow, told: str) -> None:
    """One workflow: title as a link, category, stage and what is told of it."""
    with st.container(border=True, gap="xsmall", height="stretch"):
        link(workflow.Index, workflow.title)
        st.markdown(f":small[:gray[{workflow.category} · {workflow.stage}]]\n\n{shared.escaped(told)}")


def link(workflow: str, title: str) -> None:
    """A link to a workflow's own page that keeps the filter."""
    st.page_link("pages/workflow.py", label=f":primary[**{shared.escaped(title)}**]", icon="", query_params={"id": workflow})
