"""The shared filter: one for all pages, in the sidebar, in the address, and as chips above every page."""

from __future__ import annotations

import streamlit as st

from analysis.counting import total
from analysis.selection import Selection
from analysis.words import plural
from atlas_data import Atlas
from pages.parts.controls import check_address

_PILLS = ("category", "stage")
_FIRST = ("buyer_function", "buyer_industry", "control")
_TEXT, _MATCH = "q", "match"
_LONGEST_TEXT = 120
_MATCHES = {"any": "Any", "all": "All"}
_LITERAL = str.maketrans({c: "\\" + c for c in "\\`*_[]$:~<>#&"})


def shared_filter(atlas: Atlas) -> Selection:
    """Draw the filter in the sidebar and return what it selects."""
    with st.sidebar:
        text = st.text_input(
            "Search", key=_TEXT, bind="query-params", placeholder="Title, summary or label", max_chars=_LONGEST_TEXT,
            icon=":material/search:", label_visibility="collapsed", type="search",
        )  # fmt: skip
        chosen = {name: _terms(atlas, name) for name in (*_PILLS, *_FIRST) if name in atlas.facets}
        others = [name for name in atlas.facets if name not in (*_PILLS, *_FIRST)]
        more = st.expander("More filters", icon=":material/tune:", key="more-filters", on_change="rerun")
        # Hundreds of options, which need not be sent as long as nobody looks at them and none is chosen.
        match = "any"
        if more.open or any(name in st.query_params or st.session_state.get(name) for name in (*others, _MATCH)):
            with more:
                chosen |= {name: _terms(atlas, name) for name in others}
                match = _match()
    matches = {name: match for name in chosen if atlas.facet(name).multiple} if match == "all" else "any"
    return Selection(match=matches, text=(text or "")[:_LONGEST_TEXT], **chosen)


def _match() -> str:
    check_address(_MATCH, list(_MATCHES.values()), "Match")
    return st.segmented_control(
        "Several terms of one kind", list(_MATCHES), format_func=_MATCHES.get, key=_MATCH, bind="query-params",
        default="any", required=True, wrap=False,
        help="Whether a workflow needs one of the terms chosen under a heading, or every one of them. Category and "
        "stage always mean any: a workflow has just one.",
    )  # fmt: skip


def _terms(atlas: Atlas, name: str) -> list[str]:
    facet = atlas.facet(name)
    options = facet.names
    check_address(name, options, facet.title)
    if name in _PILLS:
        values = st.pills(facet.title, options, selection_mode="multi", key=name, bind="query-params", help=facet.definition)
    else:
        values = st.multiselect(facet.title, options, key=name, bind="query-params", placeholder="Any", help=facet.definition)
    return [value for value in values if value in options]


def filter_bar(atlas: Atlas, selection: Selection) -> None:
    """The number of workflows, and every condition as a chip that removes it."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="filter-bar"):
        n = total(atlas, selection)
        st.markdown(f"**{n:,}** of {plural(len(atlas), 'workflow')}" if selection else f"**{plural(n, 'workflow')}**", width="content")
        for name, terms in selection.terms:
            joined = " and " if selection.match_in(name) == "all" and len(terms) > 1 else ""
            for i, term in enumerate(terms):
                st.button(
                    (joined if i else "") + escaped(term), key=f"chip-{name}-{term}", icon=":material/close:", icon_position="right",
                    help=f"{atlas.facet(name).title}: remove from the filter", on_click=_remove, args=(name, term),
                )  # fmt: skip
        if selection.text:
            st.button(f"“{escaped(selection.text)}”", key="chip-text", icon=":material/close:", icon_position="right",
                      help="Remove the search", on_click=_remove, args=(_TEXT, None))  # fmt: skip
        if selection:
            st.button("Clear all", key="clear-filter", type="tertiary", on_click=clear, args=(list(atlas.facets),))


def escaped(text: str) -> str:
    """Text from data as literal Markdown."""
    return text.translate(_LITERAL)


def _remove(name: str, term: str | None) -> None:
    if term is None:
        st.session_state[name] = ""
    else:
        st.session_state[name] = [kept for kept in st.session_state[name] if kept != term]


def clear(facets: list[str]) -> None:
    """Forget every condition."""
    st.session_state[_TEXT] = ""
    for name in facets:
        st.session_state[name] = []


def parameters(atlas: Atlas) -> tuple[str, ...]:
    """The query parameters that hold the filter."""
    return (_TEXT, _MATCH, *atlas.facets)


def narrow(atlas: Atlas, terms: list[tuple[str, str]]) -> None:
    """Add terms to the filter so that it selects what they share; they show from the next run on."""
    picked = {name: [term for facet, term in terms if facet == name] for name, _ in terms}
    for name, new in picked.items():
        if not atlas.facet(name).multiple:
            st.session_state[name] = new
            continue
        st.session_state[name] = list(dict.fromkeys([*(st.session_state.get(name) or []), *new]))
        if len(st.session_state[name]) > 1:
            st.session_state[_MATCH] = "all"


def nothing_matches(atlas: Atlas, selection: Selection) -> None:
    """Say that the filter leaves no workflow, and offer to loosen it, one condition at a time; then stop the page."""
    st.info("No workflow meets all of these conditions.", title="Nothing matches", icon=":material/filter_alt_off:")
    st.markdown("Remove one condition:")
    with st.container(horizontal=True):
        for name, _ in selection.terms:
            left = Selection(match=_matches(selection), text=selection.text, **{k: v for k, v in selection.facets.items() if k != name})
            _loosen(atlas, atlas.facet(name).title, name, left)
        if selection.text:
            _loosen(atlas, "Search", _TEXT, Selection(match=_matches(selection), **selection.facets))
        st.button("Clear all", key="loosen-all", type="primary", on_click=clear, args=(list(atlas.facets),))
    st.stop()


def _matches(selection: Selection):
    return selection.match if isinstance(selection.match, str) else dict(selection.match)


def _loosen(atlas: Atlas, title: str, name: str, left: Selection) -> None:
    n = total(atlas, left)
    empty = "" if name == _TEXT else []
    st.button(f"{title} ({plural(n, 'workflow')} then)", key=f"loosen-{name}", on_click=st.session_state.__setitem__, args=(name, empty))
