"""Workflows as a list of cards, a page of them at a time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache

import numpy as np
import streamlit as st

from analysis.keeping import kept
from analysis.views.query import encoded
from analysis.views.view import View
from atlas_data import Atlas
from pages.parts import filter as shared
from pages.parts.context import context
from pages.parts.controls import page_number
from pages.parts.downloads import file_buttons
from pages.parts.going import LINKS, carried
from pages.parts.serving import component

IN_FILES = 20_000  # workflows at most


@dataclass(frozen=True)
class Card:
    """What a card says, all of it plain text, and where it leads.

    ``page`` and ``query``: a page of the dashboard and its parameters. The link is the title, or a line of its own that says
    ``label``. ``source``: what shows it elsewhere, as ``label`` and ``address``.
    """

    title: str
    page: str | None = None
    query: str = ""
    label: str = ""
    small: str = ""
    text: str = ""
    source: dict[str, str] | None = None


@cache
def drawing():
    """The component, once the file it needs is served."""
    return component("cards", '<div class="atlas-cards"></div>', LINKS)


def cards(items: Sequence[Card], *, key: str, columns: int = 3, least: int = 280) -> None:
    """Show cards side by side, at most so many in a row and none narrower than ``least`` pixels where the screen allows.

    One element for all: as containers, text and links of Streamlit's they would be three or four each, sent with every run.
    """
    data = {"columns": columns, "least": least, "keep": carried(context()[0]), "cards": [asdict(card) for card in items]}
    drawing()(key=f"cards-{key}", data=json.dumps(data, separators=(",", ":"), ensure_ascii=False).encode())


def workflow_card(workflow, *, small: str = "", text: str = "", **more) -> Card:
    """The card of a workflow, a line of ``atlas.workflows`` with its id as ``Index``: category and stage unless told otherwise."""
    small = small or f"{workflow.category} · {workflow.stage}"
    return Card(workflow.title, "workflow", encoded([("id", workflow.Index)]), small=small, text=text, **more)


def workflow_list(
    atlas: Atlas,
    which: np.ndarray,
    *,
    name: str,
    page_size: int,
    columns: int = 1,
    in_address: bool = False,
    listed: View | None = None,
    said: Callable[[np.ndarray], Iterable[str]] | None = None,
    more: str = "",
) -> None:
    """Cards of workflows, each a link to the workflow's page, with pages (``in_address``: kept there) and downloads.

    ``which``: their places in the atlas. ``listed``: what the downloads hold, else the workflows, at most 20,000 of them.
    ``said``: what the cards tell of the workflows at some places, else their summaries. ``more``: where to get all of them.
    """
    pages = max(1, -(-len(which) // page_size))
    place = st.container()
    page = 1
    if pages > 1:
        page = page_number(pages) if in_address else st.pagination(pages, key=f"page-{name}")
    at = which[(page - 1) * page_size : page * page_size]
    with place:
        told = _told(atlas, tuple(at.tolist()))
        if said:
            told = [replace(card, text=text) for card, text in zip(told, said(at), strict=True)]
        cards(told, key=name, columns=columns, least=300)
    whole = listed or View(title="Workflows", n=len(which), figure=None, numbers=lambda: atlas.workflows.iloc[which[:IN_FILES]])
    file_buttons(whole, name=f"workflows-{name}")
    if listed is None and len(which) > IN_FILES:
        st.caption(f"Files hold the first {IN_FILES:,} of {len(which):,} workflows. " + (more or "Narrow the filter for others."))


@kept(64)
def _told(atlas: Atlas, at: tuple[int, ...]) -> list[Card]:
    """The cards of the workflows at some places, each with its summary."""
    return [workflow_card(workflow, text=workflow.summary) for workflow in atlas.workflows.iloc[list(at)].itertuples()]


def link(workflow: str, title: str) -> None:
    """A link to a workflow's own page that keeps the filter."""
    st.page_link("pages/workflow.py", label=f":primary[**{shared.escaped(title)}**]", icon="", query_params={"id": workflow})
