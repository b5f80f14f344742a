"""A brief as files."""

from __future__ import annotations

import re
from collections.abc import Callable

import streamlit as st

from analysis.brief import Brief
from analysis.writers import to_html, to_pptx, to_workbook

_MIME = "application/vnd.openxmlformats-officedocument"


def brief_files(make: Callable[[], Brief], title: str) -> None:
    """Buttons for slides, page and data; the brief is made when one is pressed."""
    name = re.sub(r"[^a-z0-9]+", "-", title.casefold()).strip("-")[:60] or "brief"
    with st.container(horizontal=True):
        for label, ending, mime, write in (
            ("Slides", "pptx", f"{_MIME}.presentationml.presentation", to_pptx),
            ("Page", "html", "text/html", to_html),
            ("Data", "xlsx", f"{_MIME}.spreadsheetml.sheet", to_workbook),
        ):
            st.download_button(
                f"{label} ({ending.upper()})", lambda write=write: write(make()), file_name=f"brief-{name}.{ending}", mime=mime,
                key=f"brief-{ending}", on_click="ignore", icon=":material/download:",
            )  # fmt: skip
