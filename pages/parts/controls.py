"""Widgets whose value lives in the address. A wrong value there is ignored with a notice."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from atlas_data.problems import nearest
from pages.parts.state import code, notice


def check_address(key: str, options: Sequence[str], label: str) -> None:
    """Notice every value of a query parameter that is not an option; Streamlit itself drops it."""
    for value in st.query_params.get_all(key):
        if value and value not in options:
            hint = nearest(value, options)
            notice(f"The link asks for {label.lower()} {code(value)}, which does not exist{hint or '.'} It was ignored.")


def choose(label: str, options: dict[str, str], key: str, **more) -> str:
    """One of several, as a dropdown: ``options`` maps the value in the address to what people read."""
    return _bound(st.selectbox, label, options, key, **more)


def switch(label: str, options: dict[str, str], key: str, **more) -> str:
    """One of a few, all in sight."""
    return _bound(st.segmented_control, label, options, key, required=True, **more)


def number(label: str, key: str, default: int, least: int, most: int) -> int:
    """A whole number."""
    for value in st.query_params.get_all(key):
        if not value.lstrip("-").isdigit() or not least <= int(value) <= most:
            notice(f"The link asks for {label.lower()} {code(value)}; it must be a whole number from {least} to {most}. It was ignored.")
    return st.number_input(label, least, most, default, key=key, bind="query-params")


def _bound(widget: Callable, label: str, options: dict[str, str], key: str, default: str | None = None, **more) -> str:
    check_address(key, list(options.values()), label)
    names = list(options)
    if widget is st.selectbox:
        more["index"] = names.index(default) if default else 0
    else:
        more["default"] = default or names[0]
    value = widget(label, names, format_func=options.get, key=key, bind="query-params", **more)
    return value if value in options else default or names[0]  # a forged message may carry anything
