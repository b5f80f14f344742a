"""A brief as files."""

from __future__ import annotations

import re
from collections.abc import Callable

import streamlit as st

from analysis.brief import Brief
from analysis.shortlist import pasted
from analysis.writers import to_html, to_pptx, to_workbook
from atlas_data import Atlas
from pages.parts.controls import keep_workflows
from pages.parts.files import file_button

LIST = "list"  # the workflows that a brief is about
PASTED, UNKNOWN = "pasted", "pasted-unknown"


def add_pasted(atlas: Atlas) -> None:
    """Put workflows on the list by their titles or ids, one a line; what the atlas does not have is said."""
    ids, st.session_state[UNKNOWN] = pasted(atlas, st.session_state[PASTED])
    keep_workflows(LIST, list(dict.fromkeys([*st.session_state[LIST], *ids])))


def brief_files(make: Callable[[], Brief], title: str) -> None:
    """Buttons for slides, page and data; the brief is made when one is pressed."""
    name = re.sub(r"[^a-z0-9]+", "-", title.casefold()).strip("-")[:60] or "brief"
    with st.container(horizontal=True):
        for label, ending, write in (("Slides", "pptx", to_pptx), ("Page", "html", to_html), ("Data", "xlsx", to_workbook)):
            file_button(
                f"{label} ({ending.upper()})", lambda write=write: write(make()), file_name=f"brief-{name}.{ending}",
                key=f"brief-{ending}",
            )  # fmt: skip
