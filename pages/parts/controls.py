"""A page's own controls. Their values live in the address; a wrong value there is ignored with a notice.

Streamlit can bind a widget to a query parameter (the shared filter uses that). For widgets of a single page it must not be
used: on leaving the page Streamlit pushes an extra history entry without their parameters, and Back loses the view.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any

import numpy as np
import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from analysis.keeping import LARGE
from analysis.listing import places
from analysis.mapping_model import PICKS
from analysis.picking import picked, written
from analysis.views.view import Choice, Parameter, Several, Terms, Whole
from atlas_data import Atlas
from atlas_data.problems import nearest
from pages.parts.context import context
from pages.parts.state import code, notice

_OFFERED = 1_000  # options sent to the browser at most, of a large atlas the first; an address may name any
_NOTICES = 3  # about one parameter
_PAGE = "page-shown"
_HERE, _LEFT = "entered-here", "entered-last"  # what was entered: on this page as of the last run, and last on any
_PLATFORM = ("full", "partial", "platform-name")
_ENTERED = {
    "map_workflow": ("describe", *(f"map_{facet}" for facet in PICKS), "full", "partial"),
    "platform": _PLATFORM,
    "brief": ("full", "partial", "for"),
}
_LINKED = {"brief": "list"}  # by page: what a link to it may say instead
_GIVEN = "characters-given-"
SEEN = "address-"  # before the name of a control: what the address said of it when last looked at


def refused(label: str, raw: str, why: str, joint: str = ", which ") -> None:
    """Notice that an address asks for what cannot be had."""
    notice(f"The link asks for {label.lower()} {code(raw)}{joint}{why} It was ignored.")


def check_address(key: str, options: Sequence[str], label: str) -> None:
    """Notice every value of a query parameter that is not an option."""
    for value in st.query_params.get_all(key):
        if value and value not in options:
            refused(label, value, f"does not exist{nearest(value, options) or '.'}")


def arrived(page: str) -> list[tuple[str, str]]:
    """On another page controls take their values from its address anew: pages share some names, but not the widgets behind them.

    Returns what was last entered under the names that the page has, when its address says nothing of any: the menu's addresses do not.
    """
    new = st.session_state.get(_PAGE) != page
    if new:
        for key in [key for key in st.session_state if str(key).startswith(SEEN)]:
            del st.session_state[key]
    here = {name: st.query_params.get_all(name) for name in _ENTERED.get(page, ())}
    before = {} if new else st.session_state.get(_HERE, {})
    left = st.session_state.setdefault(_LEFT, {})
    st.session_state[_HERE], st.session_state[_PAGE] = here, page
    if new and not any(here.values()) and _LINKED.get(page, "") not in st.query_params:
        return [(name, value) for name in here for value in left.get(name, ())]
    said = {name for name, values in here.items() if values or before.get(name)}  # what a link leaves unsaid is not forgotten
    if said.intersection(_PLATFORM):  # but a platform is one thing
        said.update(_PLATFORM if new else here.keys() & _PLATFORM)
    left.update({name: here.get(name, []) for name in said})
    return []


def control(parameter: Parameter, **more: Any) -> Any:
    """The control of one parameter of a view; ``more`` goes to the widget."""
    atlas, _ = context()
    if isinstance(parameter, Several):
        return _several(atlas, parameter, **more)
    key, default = parameter.name, parameter.standard(atlas)
    _remember(key, default, lambda raw: parameter.read(atlas, raw[-1]))
    raw = st.query_params.get(key)
    if raw is not None and parameter.read(atlas, raw) is None:
        refused(parameter.label, raw, parameter.refusal(atlas, raw), ", which " if isinstance(parameter, Choice) else "; it ")
    more |= {"key": key, "help": parameter.help or None, "on_change": _write, "args": (key, default)}
    if isinstance(parameter, Whole):
        return st.number_input(parameter.label, parameter.least, parameter.most, **more)
    options = parameter.choices(atlas)
    if st.session_state[key] not in options:  # of another atlas
        st.session_state[key] = default
    if parameter.switch:
        value = st.segmented_control(parameter.label, list(options), format_func=options.get, required=True, **more)
    else:
        value = st.selectbox(parameter.label, list(options), format_func=options.get, **more)
    return value if value in options else default  # a forged message may carry anything


def _several(atlas: Atlas, parameter: Several, **more: Any) -> tuple[str, ...]:
    key, choices, seen = parameter.name, parameter.choices(atlas), SEEN + parameter.name
    raw = st.query_params.get_all(key)
    named = [value for one in raw if (value := parameter.read(atlas, one)) is not None]
    for one in raw:
        if parameter.read(atlas, one) is None:
            refused(parameter.label, one, parameter.refusal(atlas, one))
    if len(named) > parameter.most:
        notice(f"The link asks for more than {parameter.most} {parameter.label.lower()}. The first {parameter.most} are shown.")
    _remember(key, [], lambda raw: list(dict.fromkeys(named))[: parameter.most])

    def write() -> None:
        st.query_params[key] = st.session_state[key]
        st.session_state[seen] = st.query_params.get_all(key)

    offered = dict.fromkeys([*islice(choices, _OFFERED), *st.session_state[key]])
    values = st.multiselect(
        parameter.label, list(offered), format_func=choices.get, max_selections=parameter.most, key=key, help=parameter.help or None,
        on_change=write, **more,
    )  # fmt: skip
    return tuple(value for value in values if value in choices)[: parameter.most]


def controls(parameters: Sequence[Parameter]) -> dict[str, Any]:
    """The controls of a view side by side: the value of each parameter by name."""
    values: dict[str, Any] = {}
    columns = 3 if len(parameters) % 4 == 1 else 4  # no control alone in the last row
    switches = any(isinstance(parameter, Choice) and parameter.switch for parameter in parameters)
    with st.grid(min(len(parameters), columns), min_column_width=190 if switches else 150):  # a switch does not shrink
        for parameter in parameters:
            of_another = isinstance(parameter, Terms)
            values[parameter.name] = _terms(parameter, values[parameter.of]) if of_another else control(parameter)
    return values


def _terms(parameter: Terms, facet: str) -> tuple[str, ...]:
    """Any number of terms of a facet. When another facet is chosen, they go, from the address too."""
    atlas, _ = context()
    key, raw = parameter.name, st.query_params.get_all(parameter.name)
    if raw != st.session_state.get(SEEN + key, []):
        for value in raw:
            if not parameter.read(atlas, [value], facet):
                refused(parameter.label, value, parameter.refusal(atlas, value, facet))
    _remember(key, [], lambda raw: list(parameter.read(atlas, raw, facet)))
    kept = list(parameter.read(atlas, st.session_state[key], facet))
    if kept != st.session_state[key]:
        st.session_state[key] = kept
        _write(key, [])
    options = {"key": key, "help": parameter.help or None, "placeholder": "None", "on_change": _write, "args": (key, [])}
    chosen = st.multiselect(parameter.label, parameter.choices(atlas, facet), **options)
    return parameter.read(atlas, chosen, facet)


def typed(key: str, label: str, longest: int, **more: Any) -> str:
    """A short text."""
    _remember(key, "", lambda raw: raw[-1][:longest])
    return st.text_input(label, key=key, max_chars=longest, on_change=_write, args=(key, ""), **more)[:longest]


def workflows_in(key: str, label: str, **more: Any) -> list[str]:
    """Any number of workflows, in the address as short codes."""
    atlas, selection = context()
    raw = st.query_params.get_all(key)
    if raw and raw != st.session_state.get(SEEN + key):
        for word in picked(atlas, raw[-1])[1][:_NOTICES]:
            hint = nearest(word, atlas.workflows.index) or "."
            notice(f"The link names the workflow {code(word)}, which does not exist{hint} It was ignored.")
    _remember(key, [], lambda raw: list(picked(atlas, raw[-1])[0]))
    at = np.arange(len(atlas))
    if len(atlas) > LARGE:  # what is offered goes to the browser
        kept = atlas.places(st.session_state[key])
        at = np.concatenate([kept[kept >= 0], places(atlas, selection)[:_OFFERED]])
    titles = atlas.workflows["title"].iloc[at].to_dict()
    ids = st.multiselect(label, list(titles), format_func=titles.get, key=key, on_change=keep_workflows, args=(key,), **more)
    return [workflow for workflow in ids if workflow in atlas]


def keep_workflows(key: str, ids: Sequence[str] | None = None) -> None:
    """Write the workflows chosen (``ids``: these from now on) to the address."""
    if ids is not None:
        st.session_state[key] = list(ids)
    if st.session_state[key]:
        st.query_params[key] = written(st.session_state[key])
    else:
        st.query_params.pop(key, None)
    st.session_state[SEEN + key] = st.query_params.get_all(key)


def page_number(pages: int, key: str = "page") -> int:
    """Which of several pages of a list to show."""
    which = Whole(key, "Page", 1, 1, pages)
    _remember(key, 1, lambda raw: which.read(None, raw[-1]))
    raw = st.query_params.get(key)
    if raw is not None and which.read(None, raw) is None:
        notice(f"The link asks for page {code(raw)}; there are {pages}. The first is shown.")
    st.session_state[key] = min(st.session_state[key], pages)
    return st.pagination(pages, key=key, on_change=_write, args=(key, 1))


def _remember(key: str, default: Any, read: Callable[[list[str]], Any]) -> None:
    """Set a widget to what the address says, when the address is new or changed (a link, Back, Forward)."""
    raw, seen = st.query_params.get_all(key), SEEN + key
    if key not in st.session_state or st.session_state.get(seen) != raw:
        value = read(raw) if raw else None
        st.session_state[key] = default if value is None else value
    elif get_script_run_ctx().is_history_navigation:
        # Who goes back before the other page's run has begun leaves no trace of that page here, yet the browser has dropped the widget
        # meanwhile. It is told a value only when one is set.
        st.session_state[key] = st.session_state[key]
    st.session_state[seen] = raw


def _write(key: str, default: Any) -> None:
    if st.session_state[key] is None:  # a browser that was not done with the run before may say nothing of a switch that must have a value
        st.session_state[key] = default
    value = st.session_state[key]
    if value == default:
        st.query_params.pop(key, None)
    else:
        st.query_params[key] = value if isinstance(value, list) else str(value)
    st.session_state[SEEN + key] = st.query_params.get_all(key)


def described(key: str, label: str, longest: int, **more: Any) -> str:
    """A text of several lines, kept in the address. Of a longer one the beginning is kept, which is said: a field with a limit of its own
    refuses it whole, without a word."""
    _remember(key, "", lambda raw: raw[-1][:longest])
    if len(st.query_params.get(key, "")) > longest:
        notice(f"The link holds a longer {label.lower()} than the {longest:,} characters that are read. The rest was ignored.")
    if given := st.session_state.pop(_GIVEN + key, 0):
        st.warning(f"The {label.lower()} has {given:,} characters. The first {longest:,} are read and kept, the rest is left out.")
    return (st.text_area(label, key=key, on_change=_write_beginning, args=(key, longest), **more) or "")[:longest]


def _write_beginning(key: str, longest: int) -> None:
    if len(text := st.session_state[key]) > longest:
        st.session_state[key], st.session_state[_GIVEN + key] = text[:longest], len(text)
    _write(key, "")


def terms_of(facet: str, key: str, **more: Any) -> list[tuple[str, str]]:
    """Any number of terms of one facet, as pairs with its name."""
    atlas, _ = context()
    return [(facet, term) for term in _terms(Terms(key, atlas.facet(facet).title, of=facet, **more), facet)]
