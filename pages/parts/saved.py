"""The visitor's saved views: kept in this tab until they close it, in a file or an address of theirs for longer."""

from __future__ import annotations

import streamlit as st

from analysis.selection import described
from analysis.views import VIEWS
from analysis.views.query import QueryError, decoded, read
from analysis.views.saved import LONGEST_NAME, MOST, Saved, SavedError, from_file, made, packed, saved, unpacked
from analysis.views.view import Asked
from analysis.words import plural
from atlas_data import Atlas
from pages.parts.elsewhere import page_at

_LIST, _READ = "saved-views", "saved-address"
_PARAMETER = "list"


def kept_views() -> list[Saved]:
    """The list, in the visitor's order."""
    return list(st.session_state.get(_LIST, []))


def keep(items: list[Saved]) -> None:
    """Replace the list, in which a view stands once; an address that holds one follows."""
    once: dict[tuple[str, str], Saved] = {}
    for item in items:
        once.setdefault((item.view, item.query), item)
    st.session_state[_LIST] = kept = list(once.values())[:MOST]
    if _PARAMETER in st.query_params:
        st.query_params[_PARAMETER] = st.session_state[_READ] = packed(kept)


def read_address(atlas: Atlas) -> None:
    """Take the list that the address holds, when it is new there; :class:`SavedError` when it is none."""
    listed = st.query_params.get(_PARAMETER, "")
    new = listed and st.session_state.get(_READ) != listed
    st.session_state[_READ] = listed
    if new:
        keep(unpacked(atlas, listed))


def add(items: list[Saved]) -> int:
    """Add what the list does not have yet; gives how many."""
    have = kept_views()
    keep(have + items)
    return len(kept_views()) - len(have)


def save(atlas: Atlas, asked: Asked, title: str) -> None:
    """Add a view as it stands to the list, named after what it says, and say so. Call it in a callback."""
    if add([saved(atlas, asked, title)]):
        st.toast("Saved. Find it under Data, Saved views.", icon=":material/bookmark_added:")
    else:
        full = len(kept_views()) >= MOST
        st.toast(f"The list is full: {MOST} views." if full else "This view is in the list already.", icon=":material/bookmark:")


def rename(item: Saved, key: str) -> None:
    """Give a saved view the name that stands in the text field ``key``; an empty one is not taken."""
    name = " ".join((st.session_state.get(key) or "").split())[:LONGEST_NAME]
    if name:
        keep([one.model_copy(update={"name": name}) if _same(one, item) else one for one in kept_views()])


def move(item: Saved, by: int) -> None:
    """Move a saved view up or down the list."""
    items = kept_views()
    at = next((at for at, one in enumerate(items) if _same(one, item)), None)
    if at is not None:
        items.insert(max(at + by, 0), items.pop(at))
        keep(items)


def remove(item: Saved) -> None:
    """Take a saved view off the list."""
    keep([one for one in kept_views() if not _same(one, item)])


def report(atlas: Atlas, items: list[Saved], start: str) -> str:
    """All saved views on one page that opens without a network."""
    import pandas as pd

    from analysis.figures.page import Section, report_page

    sections = []
    for item in items:
        try:
            view = made(atlas, item)
        except QueryError as error:
            sections.append(Section(item.name, str(error), None, pd.DataFrame()))
            continue
        n = f"n = {plural(view.n, 'workflow')}, {filter_of(atlas, item)}"
        parts = (view.title if view.title != item.name else "", view.subtitle, n)
        address = page_at(start, VIEWS[item.view].page, item.query)
        sections.append(Section(item.name, " · ".join(part for part in parts if part), view.figure, view.table, view.note, address))
    return report_page("Saved views of the AI Production Atlas", sections)


def filter_of(atlas: Atlas, item: Saved) -> str:
    """The filter of a saved view in words."""
    try:
        return described(atlas, read(atlas, VIEWS[item.view], decoded(item.query))[0]) or "the whole atlas"
    except QueryError as error:  # the atlas has changed since
        return f"no longer possible: {error}"


def load(atlas: Atlas) -> None:
    """Add the views of an uploaded file to the list."""
    uploaded = st.session_state["saved-file"]
    if uploaded is None:
        return
    try:
        added = add(from_file(atlas, uploaded.getvalue()))
        st.session_state["saved-said"] = ("", f"{plural(added, 'view')} added.")
    except SavedError as error:
        st.session_state["saved-said"] = ("\n".join(error.problems), "")


def _same(one: Saved, other: Saved) -> bool:
    """Whether two are one view, whatever their names. A press may come when the list has changed since it was shown."""
    return (one.view, one.query) == (other.view, other.query)
