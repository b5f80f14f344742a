"""What is behind a mark: a drawer with the workflows, kept in the address so that it can be shared and gone back from."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import streamlit as st

from analysis.counting import total
from analysis.kernel import any_of
from analysis.selection import Selection, behind, places_of
from analysis.views.query import filtering
from analysis.words import plural
from atlas_data import Atlas
from atlas_data.problems import nearest
from pages.parts import filter as shared
from pages.parts.cards import workflow_list
from pages.parts.going import to_page
from pages.parts.state import code, notice

_PARAMETER, _EXACTLY, _MARK = _DRAWN = "pick", "exactly", "mark"
_TO = "drawer-to"  # the filter to go on with
Marks = Callable[[list[str]], tuple[str, np.ndarray] | None]


def open_on(terms: list[tuple[str, str]], exactly: str | None = None) -> None:
    """Remember which mark was clicked: facet and term pairs; ``exactly``: a facet of which there are no other terms."""
    _shut()
    if terms:
        st.query_params[_PARAMETER] = list(dict.fromkeys(f"{facet}:{term}" for facet, term in terms))
    if exactly:
        st.query_params[_EXACTLY] = exactly


def open_mark(*words: str) -> None:
    """Remember which mark was clicked, in the page's own words: for a mark that no terms of facets stand for."""
    _shut()
    st.query_params[_MARK] = list(words)


def on_mark(*before: str) -> Callable[[dict], None]:
    """What opens the drawer on a mark that was clicked: its words, put behind those given here."""

    def opened(click: dict) -> None:
        if words := click["customdata"]:
            open_mark(*before, *([words] if isinstance(words, str) else words))

    return opened


def drawer(atlas: Atlas, selection: Selection, marks: Marks | None = None) -> None:
    """Show the drawer when a mark is picked. Call it last on a page.

    ``marks``: gives the title and the places of the workflows behind the words that :func:`open_mark` kept, ``None`` for
    words it does not know.
    """
    if (pairs := st.session_state.pop(_TO, None)) is not None:
        left_out = {*shared.parameters(atlas), *_DRAWN}
        return to_page(None, pairs, [name for name in st.query_params if name not in left_out])
    if marks is not None and (words := st.query_params.get_all(_MARK)):
        return _of_mark(atlas, words, marks(words))
    terms, exactly = _picked(atlas), _exact(atlas)
    if terms or exactly:
        title = (" or " if _alternatives(atlas, terms) else " × ").join(shared.escaped(term) for _, term in terms)
        title = title or f"No {atlas.facet(exactly).title.lower()}"
        st.dialog(title, width="medium", position="right", on_dismiss=_shut)(_body)(atlas, selection, terms, exactly)


def _of_mark(atlas: Atlas, words: list[str], found: tuple[str, np.ndarray] | None) -> None:
    if found is None:
        notice(f"The link opens the mark {code(', '.join(words))}, which is not in these charts. It was ignored.")
        return
    title, at = found
    st.dialog(shared.escaped(title), width="medium", position="right", on_dismiss=_shut)(_of_these)(atlas, at)


def _of_these(atlas: Atlas, at: np.ndarray) -> None:
    st.caption(plural(len(at), "workflow") if len(at) else "No workflow")
    if len(at):
        workflow_list(atlas, at, name="picked", page_size=8)


def _picked(atlas: Atlas) -> list[tuple[str, str]]:
    terms = []
    for value in st.query_params.get_all(_PARAMETER):
        facet, _, term = value.partition(":")
        if facet in atlas.facets and term in atlas.facet(facet).terms:
            terms.append((facet, term))
        else:
            notice(f"The link picks {code(value)}, which does not exist. It was ignored.")
            return []
    return terms


def _exact(atlas: Atlas) -> str | None:
    facet = st.query_params.get(_EXACTLY)
    if facet is None or facet in atlas.facets:
        return facet
    hint = nearest(facet, atlas.facets) or "."
    notice(f"The link asks for workflows with no other terms of {code(facet)}, which does not exist{hint} It was ignored.")
    return None


def _shut() -> None:
    for name in _DRAWN:
        st.query_params.pop(name, None)


def _body(atlas: Atlas, selection: Selection, terms: list[tuple[str, str]], exactly: str | None) -> None:
    either = _alternatives(atlas, terms)
    at = places_of(atlas, _behind(atlas, selection, terms, exactly))
    what = (" or " if either else " and ").join(f"{atlas.facet(facet).title.lower()} “{shared.escaped(term)}”" for facet, term in terms)
    if exactly:
        what = f"{what} and no other {atlas.facet(exactly).title.lower()}" if terms else f"no {atlas.facet(exactly).title.lower()}"
    st.caption(f"{plural(len(at), 'workflow') if len(at) else 'No workflow'} with {what}" + (" within the filter" if selection else ""))
    if not len(at):
        return
    label = "Add these terms to the filter" if exactly else "Add to the filter"
    more = "The filter then also selects workflows that have more terms." if exactly else None
    if terms:
        with st.container(horizontal=True):
            narrowed = st.button(
                label, key="pick-to-filter", icon=":material/filter_alt:", help=more, on_click=_to_filter, args=(atlas, selection, terms)
            )
            others = len(terms) == 1 and not exactly and len(at) < total(atlas, selection)
            left_out = others and st.button(
                "Leave out", key="pick-left-out", icon=":material/filter_alt_off:", on_click=_leave_out, args=(atlas, selection, *terms[0]),
                help="The filter then selects the workflows without it.",
            )  # fmt: skip
        if narrowed or left_out:
            st.rerun()
    workflow_list(atlas, at, name="picked", page_size=8)


def _alternatives(atlas: Atlas, terms: list[tuple[str, str]]) -> bool:
    """Whether the terms exclude each other: two categories stand for the workflows of either."""
    facets = {facet for facet, _ in terms}
    return len(terms) > 1 and len(facets) == 1 and not atlas.facet(facets.pop()).multiple


def _behind(atlas: Atlas, selection: Selection, terms: list[tuple[str, str]], exactly: str | None) -> np.ndarray:
    if not _alternatives(atlas, terms):
        return behind(atlas, selection, *terms, exactly=exactly)
    return any_of(np.stack([behind(atlas, selection, term, exactly=exactly) for term in terms]))


def _to_filter(atlas: Atlas, selection: Selection, terms: list[tuple[str, str]]) -> None:
    """Narrow the filter, and go there by one entry in the browser's history: controls bound to the address would each make their own."""
    st.session_state[_TO] = filtering(atlas, shared.narrowed(atlas, selection, terms, _behind(atlas, selection, terms, None)))


def _leave_out(atlas: Atlas, selection: Selection, facet: str, term: str) -> None:
    st.session_state[_TO] = filtering(atlas, selection.but_not(facet, term))
