"""What comes onto the shortlist by a click, a file or an address, and the evidence for it as files."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from analysis import shortlist as lists
from atlas_data import Atlas, export
from pages.parts.controls import keep_workflows
from pages.parts.filter import escaped
from pages.parts.held import KEEP, NOTES
from pages.parts.state import notice

SHARED = "shared"  # a list with its notes, in an address that somebody sent


def keep_clicked(atlas: Atlas, click: dict) -> None:
    """A click on a workflow puts it on the shortlist, or takes it off."""
    workflow, ids = click.get("customdata"), list(st.session_state.get(KEEP, []))
    if workflow in atlas:
        keep_workflows(KEEP, [kept for kept in ids if kept != workflow] if workflow in ids else [*ids, workflow])


def take_file(atlas: Atlas) -> None:
    """Put the workflows and notes of an uploaded file on the shortlist."""
    file = st.session_state["shortlist-file"]
    if file is None:
        return
    try:
        found, left = lists.read(atlas, file.getvalue())
    except ValueError as error:
        st.session_state["shortlist-said"] = [str(error)]
        return
    _take(found, left, list(dict.fromkeys([*st.session_state.get(KEEP, []), *found]))[: lists.MOST])


def take_address(atlas: Atlas) -> None:
    """Put the list and the notes of a shared address on the shortlist; from then on the address holds the list alone."""
    text = st.query_params.pop(SHARED, None)
    if not text:
        return
    try:
        found, left = lists.unpacked(atlas, text)
    except ValueError as error:
        return notice(escaped(str(error)))
    _take(found, left, list(found))


def _take(notes: Mapping[str, str], left: list[str], ids: list[str]) -> None:
    st.session_state["shortlist-said"] = left
    st.session_state[NOTES] = {**st.session_state.get(NOTES, {}), **notes}
    st.session_state["shortlist-files"] = st.session_state.get("shortlist-files", 0) + 1
    keep_workflows(KEEP, ids)


def evidence_xlsx(atlas: Atlas, notes: Mapping[str, str]) -> bytes:
    """The evidence of each workflow as an Excel file."""
    return export.to_xlsx(lists.evidence_of(atlas, notes), "Shortlist")


def evidence_csv(atlas: Atlas, notes: Mapping[str, str]) -> str:
    """The evidence of each workflow as text."""
    return export.to_csv(lists.evidence_of(atlas, notes))
