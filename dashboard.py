"""The AI Production Atlas: ``streamlit run dashboard.py``."""

import streamlit as st

from pages.parts import api, drawn, files, finished, serving, shell, theme, warm
from pages.parts.turns import turn
from pages.parts.visit import visit

if __name__ == "__main__":  # under this name Streamlit runs the file for each visitor; the server imports it under its own
    with turn:
        visit()
else:
    theme.write_once()
    files.keep_for_some_runs()
    finished.leave_nothing()
    warm.begin()
    app = st.App(__file__, routes=[*api.routes, *drawn.routes, *serving.routes, *shell.routes])
