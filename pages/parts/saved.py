"""The visitor's saved views: kept in this window until they close it, in a file or an address of theirs for longer."""

from __future__ import annotations

import streamlit as st

from analysis.views.saved import LONGEST_NAME, MOST, Saved, packed, saved, unpacked
from analysis.views.view import View
from atlas_data import Atlas

_LIST, _READ = "saved-views", "saved-address"
_PARAMETER = "list"


def kept_views() -> list[Saved]:
    """The list, in the visitor's order."""
    return list(st.session_state.get(_LIST, []))


def keep(items: list[Saved]) -> None:
    """Replace the list; an address that holds one follows."""
    st.session_state[_LIST] = items[:MOST]
    if _PARAMETER in st.query_params:
        st.query_params[_PARAMETER] = st.session_state[_READ] = packed(items[:MOST])


def read_address(atlas: Atlas) -> None:
    """Take the list that the address holds, when it is new there; :class:`SavedError` when it is none."""
    listed = st.query_params.get(_PARAMETER, "")
    new = listed and st.session_state.get(_READ) != listed
    st.session_state[_READ] = listed
    if new:
        st.session_state[_LIST] = unpacked(atlas, listed)


def add(items: list[Saved]) -> int:
    """Add what the list does not have yet; gives how many."""
    have = kept_views()
    known = {(item.view, item.query) for item in have}
    new = [item for item in items if (item.view, item.query) not in known][: MOST - len(have)]
    keep(have + new)
    return len(new)


def save(atlas: Atlas, view: View) -> None:
    """Add the view as it stands to the list, and say so. Call it in a callback."""
    if add([saved(atlas, view)]):
        st.toast("Saved. Find it under Data, Saved views.", icon=":material/bookmark_added:")
    else:
        full = len(kept_views()) >= MOST
        st.toast(f"The list is full: {MOST} views." if full else "This view is in the list already.", icon=":material/bookmark:")


def rename(position: int, key: str) -> None:
    """Give a saved view the name that stands in the text field ``key``; an empty one is not taken."""
    name = " ".join((st.session_state[key] or "").split())[:LONGEST_NAME]
    items = kept_views()
    if name:
        items[position] = items[position].model_copy(update={"name": name})
        keep(items)


def move(position: int, by: int) -> None:
    """Move a saved view up or down the list."""
    items = kept_views()
    items.insert(position + by, items.pop(position))
    keep(items)


def remove(position: int) -> None:
    """Take a saved view off the list."""
    items = kept_views()
    del items[position]
    keep(items)
