"""A visit: the frame around every page, and the page that was asked for."""

from __future__ import annotations

import streamlit as st

from analysis.counting import total
from analysis.selection import Selection
from pages.parts import demo, held, own, serving, shell, state
from pages.parts.context import provided
from pages.parts.controls import arrived
from pages.parts.filter import filter_bar, nothing_matches, shared_filter
from pages.parts.going import to_page
from pages.parts.navigation import ALONE, WHATEVER_THE_FILTER, demonstrating, navigation

_MARK = "/app/static/favicon.svg"  # the address of a picture, so that runs need not carry it


def visit() -> None:
    """Show a visitor the page that was asked for."""
    page = navigation()
    entered = arrived(page.url_path)
    st.set_page_config(page_title=shell.titled(page.title), page_icon=f"/{shell.FAVICON}", layout="wide")
    if page.url_path in ALONE:
        state.notices_in(st.container())
        with provided(state.atlas(), Selection()):
            return page.run()
    st.html(serving.style("app"))
    st.logo("/app/static/logo.svg", icon_image=_MARK, size="large")

    atlas = state.atlas()
    state.notices_in(st.container())
    own.banner()
    selection = shared_filter(atlas)
    held.ask()
    demo.remembered()
    if demonstrating():
        demo.header(atlas, selection, page.url_path or "overview")
    else:
        filter_bar(atlas, selection)
    if entered and not demonstrating():
        return to_page(None, entered, list(st.query_params), instead=True)
    if not total(atlas, selection) and page.url_path not in WHATEVER_THE_FILTER:
        st.title(page.title, anchor=False)
        nothing_matches(atlas, selection)
    with provided(atlas, selection, shared=True):
        page.run()
    held.remember()
