"""The shared filter: one for all pages, in the sidebar, in the address, and as chips above every page."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import streamlit as st

from analysis.counting import total
from analysis.picking import picked, written
from analysis.selection import MATCHES, Selection, places_of
from analysis.views import query
from analysis.views.query import LONGEST_ONLY, LONGEST_TEXT, MATCH, NOT, ONLY, TEXT, exclusion, exclusions
from analysis.words import plural
from atlas_data import Atlas
from atlas_data.problems import nearest
from pages.parts.controls import check_address
from pages.parts.state import code, notice

_MORE = "more-filters-shown"
PILLS = ("category", "stage")
_FIRST = ("buyer_function", "buyer_industry", "control")
_LITERAL = str.maketrans({c: "\\" + c for c in "\\`*_[]$:~<>#&"})


def shared_filter(atlas: Atlas) -> Selection:
    """Draw the filter in the sidebar and return what it selects."""
    with st.sidebar:
        text = st.text_input(
            "Search", key=TEXT, bind="query-params", placeholder="Title, summary or label", max_chars=LONGEST_TEXT,
            icon=":material/search:", label_visibility="collapsed", type="search",
        )  # fmt: skip
        chosen = {name: _terms(atlas, name) for name in (*PILLS, *_FIRST) if name in atlas.facets}
        others = [name for name in atlas.facets if name not in (*PILLS, *_FIRST)]
        more = st.expander("More filters", icon=":material/tune:", key="more-filters", on_change="rerun")
        # Hundreds of options, which need not be sent as long as nobody looks at them and none is chosen.
        match, only, without = "any", (), []
        asked = set(st.query_params)
        shown = more.open or any(name in asked or st.session_state.get(name) for name in (*others, MATCH, ONLY, NOT))
        st.session_state[_MORE] = shown
        if shown:
            with more:
                without = _without(atlas)
                chosen |= {name: _terms(atlas, name) for name in others}
                match = _match()
                only = _only(atlas)
    return query.chosen(atlas, chosen, match, (text or "")[:LONGEST_TEXT], only, without)


def _match() -> str:
    raw = st.query_params.get(MATCH, "")
    if raw.casefold() not in MATCHES:
        check_address(MATCH, MATCHES, "Match")
    elif raw not in MATCHES:  # addresses of tables may write it large
        st.session_state[MATCH] = raw.casefold()
    return st.segmented_control(
        "Several terms of one kind", MATCHES, key=MATCH, bind="query-params",
        default="any", required=True, wrap=False,
        help="Whether a workflow needs one of the terms chosen under a heading, or every one of them. Category and "
        "stage always mean any: a workflow has just one.",
    )  # fmt: skip


def _terms(atlas: Atlas, name: str) -> list[str]:
    facet = atlas.facet(name)
    options = facet.names
    check_address(name, options, facet.title)
    if name in PILLS:
        values = st.pills(facet.title, options, selection_mode="multi", key=name, bind="query-params", help=facet.definition)
    else:
        values = st.multiselect(facet.title, options, key=name, bind="query-params", placeholder="Any", help=facet.definition)
    return [value for value in values if value in options]


def _without(atlas: Atlas) -> list[tuple[str, str]]:
    """The terms whose workflows are left out, each with its facet."""
    known = exclusions(atlas)
    check_address(NOT, known, "Workflows without")
    left_out = st.multiselect(
        "Without", list(known), key=NOT, bind="query-params", placeholder="Nothing left out", select_all=False, filter_mode="contains",
        help="Workflows that have any of these are left out.",
    )  # fmt: skip
    return [known[one] for one in left_out if one in known]


def _only(atlas: Atlas) -> tuple[str, ...]:
    """The ids of workflows picked one by one."""
    text = st.text_input(
        "Only these workflows", key=ONLY, bind="query-params", placeholder="Any", max_chars=LONGEST_ONLY,
        help="Ids of workflows, with commas or spaces between. Picking workflows on the map of workflows fills this in, with short "
        "codes for ids.",
    )  # fmt: skip
    ids, unknown = picked(atlas, (text or "")[:LONGEST_ONLY])
    for word in unknown[:3]:
        hint = escaped(nearest(word, atlas.workflows.index))
        notice(f"The filter picks the workflow {code(word)}, which does not exist{hint or '.'} It was ignored.")
    if len(unknown) > 3:
        notice(f"The filter picks {plural(len(unknown) - 3, 'more workflow')} that do not exist. They were ignored.")
    return ids


def pick_only(atlas: Atlas, ids: Iterable[str]) -> None:
    """Narrow the filter to these workflows, from the next run on; ids that the atlas does not have are left out."""
    asked = list(ids)
    known = [workflow for workflow, place in zip(asked, atlas.places(asked), strict=True) if place >= 0]
    if known:
        st.session_state[ONLY] = written(known)
        if not st.session_state.get(_MORE):  # Streamlit writes the value of a control into the address only once it has drawn it
            st.query_params[ONLY] = written(known)


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
        for name, term in selection.left_out:
            st.button(
                f"not {escaped(term)}", key=f"chip-not-{name}-{term}", icon=":material/close:", icon_position="right",
                help=f"{atlas.facet(name).title} left out: remove from the filter",
                on_click=_remove, args=(NOT, exclusion(atlas, name, term)),
            )  # fmt: skip
        if selection.text:
            st.button(f"“{escaped(selection.text)}”", key="chip-text", icon=":material/close:", icon_position="right",
                      help="Remove the search", on_click=_remove, args=(TEXT, None))  # fmt: skip
        if selection.workflows:
            st.button(_picked(selection), key="chip-only", icon=":material/close:", icon_position="right",
                      help="Picked one by one: remove from the filter", on_click=_remove, args=(ONLY, None))  # fmt: skip
        if selection:
            st.button("Clear all", key="clear-filter", type="tertiary", on_click=clear, args=(list(atlas.facets),))


def escaped(text: str) -> str:
    """Text from data as literal Markdown."""
    return text.translate(_LITERAL)


def _picked(selection: Selection) -> str:
    return f"{plural(len(selection.workflows), 'workflow')} picked"


def _remove(name: str, term: str | None) -> None:
    if term is None:
        st.session_state[name] = ""
    else:
        st.session_state[name] = [kept for kept in st.session_state[name] if kept != term]


def clear(facets: list[str]) -> None:
    """Forget every condition."""
    st.session_state[TEXT] = st.session_state[ONLY] = ""
    if MATCH in st.session_state:
        st.session_state[MATCH] = "any"
    for name in (*facets, NOT):
        st.session_state[name] = []


def keep_known(before: Atlas, after: Atlas) -> list[str]:
    """Forget the terms of the filter that another atlas lacks, and name them. Call it in a callback, before the filter is drawn."""
    forgotten = []
    for name in (*before.facets, NOT):
        known = exclusions(after) if name == NOT else after.facet(name).terms if name in after.facets else ()
        chosen = st.session_state.get(name) or []
        kept = [term for term in chosen if term in known]
        if len(kept) < len(chosen):
            forgotten += [term for term in chosen if term not in known]
            st.session_state[name] = kept
    return forgotten


def parameters(atlas: Atlas) -> tuple[str, ...]:
    """The query parameters that hold the filter."""
    return (TEXT, MATCH, NOT, ONLY, *atlas.facets)


def narrowed(atlas: Atlas, selection: Selection, terms: list[tuple[str, str]], wanted: np.ndarray) -> Selection:
    """The filter with terms added so that it selects what a mask ``wanted`` does.

    Under "all" every condition is meant together, under "any" none is. Where some are joined by "any" already and others have to be
    joined by "all", no terms say what is wanted, and its workflows are picked one by one.
    """
    before = dict(selection.terms)
    new = {name: tuple(term for facet, term in terms if facet == name) for name, _ in terms}
    for name, some in new.items():
        new[name] = tuple(dict.fromkeys([*before.get(name, ()), *some])) if atlas.facet(name).multiple else some
    together = any(len(some) > 1 and atlas.facet(name).multiple for name, some in new.items())
    match = "all" if together else st.session_state.get(MATCH, "any")
    said = query.chosen(atlas, before | new, match, selection.text, selection.workflows, selection.left_out)
    ids = atlas.workflows.index[places_of(atlas, wanted)] if (said.mask(atlas) != wanted).any() else []
    return selection.only(ids) if len(ids) and len(written(ids)) <= LONGEST_ONLY else said


def nothing_matches(atlas: Atlas, selection: Selection) -> None:
    """Say that the filter leaves no workflow, and offer to loosen it; then stop the page."""
    st.info("No workflow meets all of these conditions.", title="Nothing matches", icon=":material/filter_alt_off:")
    loosen(atlas, selection)
    st.stop()


def loosen(atlas: Atlas, selection: Selection) -> None:
    """Offer to remove the conditions of the filter one at a time, with the number of workflows then, or all of them."""
    st.markdown("Remove one condition:")
    with st.container(horizontal=True):
        for name, _ in selection.terms:
            _loosen(atlas, atlas.facet(name).title, name, selection.without(name))
        if selection.excluded:
            _loosen(atlas, "What is left out", NOT, selection.without("exclude"))
        if selection.text:
            _loosen(atlas, "Search", TEXT, selection.without("text"))
        if selection.workflows:
            _loosen(atlas, "Workflows picked", ONLY, selection.without("workflow"))
        st.button("Clear all", key="loosen-all", type="primary", on_click=clear, args=(list(atlas.facets),))


def _loosen(atlas: Atlas, title: str, name: str, left: Selection) -> None:
    n = total(atlas, left)
    empty = "" if name in (TEXT, ONLY) else []
    st.button(f"{title} ({plural(n, 'workflow')} then)", key=f"loosen-{name}", on_click=st.session_state.__setitem__, args=(name, empty))
