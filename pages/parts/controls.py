"""A page's own controls. Their values live in the address; a wrong value there is ignored with a notice.

Streamlit can bind a widget to a query parameter (the shared filter uses that). For widgets of a single page it must not be
used: on leaving the page Streamlit pushes an extra history entry without their parameters, and Back loses the view.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from atlas_data.problems import nearest
from pages.parts.state import code, notice


def check_address(key: str, options: Sequence[str], label: str) -> None:
    """Notice every value of a query parameter that is not an option."""
    for value in st.query_params.get_all(key):
        if value and value not in options:
            hint = nearest(value, options)
            notice(f"The link asks for {label.lower()} {code(value)}, which does not exist{hint or '.'} It was ignored.")


def choose(label: str, options: dict[str, str], key: str, default: str | None = None, **more) -> str:
    """One of several, as a dropdown: ``options`` maps the value in the address to what people read."""
    return _choice(st.selectbox, label, options, key, default, **more)


def switch(label: str, options: dict[str, str], key: str, default: str | None = None, **more) -> str:
    """One of a few, all in sight."""
    return _choice(st.segmented_control, label, options, key, default, required=True, **more)


def number(label: str, key: str, default: int, least: int, most: int) -> int:
    """A whole number."""
    _remember(key, default, lambda raw: _whole(raw, least, most))
    raw = st.query_params.get(key)
    if raw is not None and _whole(raw, least, most) is None:
        notice(f"The link asks for {label.lower()} {code(raw)}; it must be a whole number from {least} to {most}. It was ignored.")
    return st.number_input(label, least, most, key=key, on_change=_write, args=(key, default))


def page_number(pages: int, key: str = "page") -> int:
    """Which of several pages of a list to show."""
    _remember(key, 1, lambda raw: _whole(raw, 1, pages))
    raw = st.query_params.get(key)
    if raw is not None and _whole(raw, 1, pages) is None:
        notice(f"The link asks for page {code(raw)}; there are {pages}. The first is shown.")
    st.session_state[key] = min(st.session_state[key], pages)
    return st.pagination(pages, key=key, on_change=_write, args=(key, 1))


def _choice(widget: Callable, label: str, options: dict[str, str], key: str, default: str | None, **more) -> str:
    default = default or next(iter(options))
    known = {spelling.casefold(): value for value, shown in options.items() for spelling in (shown, value)}
    _remember(key, default, lambda raw: known.get(raw.casefold()))
    raw = st.query_params.get(key)
    if raw is not None and raw.casefold() not in known:
        hint = nearest(raw, options.values()) or nearest(raw, options)
        notice(f"The link asks for {label.lower()} {code(raw)}, which does not exist{hint or '.'} It was ignored.")
    value = widget(label, list(options), format_func=options.get, key=key, on_change=_write, args=(key, default), **more)
    return value if value in options else default  # a forged message may carry anything


def _remember(key: str, default: Any, read: Callable[[str], Any]) -> None:
    """Set a widget to what the address says, when the address is new or changed (a link, Back, Forward)."""
    raw, seen = st.query_params.get(key), f"address-{key}"
    if key not in st.session_state or st.session_state.get(seen) != raw:
        value = read(raw) if raw is not None else None
        st.session_state[key] = default if value is None else value
    st.session_state[seen] = raw


def _write(key: str, default: Any) -> None:
    value = st.session_state[key]
    if value == default:
        st.query_params.pop(key, None)
    else:
        st.query_params[key] = str(value)
    st.session_state[f"address-{key}"] = st.query_params.get(key)


def _whole(raw: str, least: int, most: int) -> int | None:
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 10 and least <= int(raw) <= most else None
