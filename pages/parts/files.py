"""Buttons that make a file when they are pressed."""

from __future__ import annotations

from collections.abc import Callable
from mimetypes import guess_type
from threading import Thread

import streamlit as st
from streamlit.runtime import exists, get_instance
from streamlit.runtime.scriptrunner import add_script_run_ctx, get_script_run_ctx


def file_button(
    label: str, make: Callable[[], str | bytes], *, file_name: str, key: str, icon: str = ":material/download:", **options: str
) -> None:
    """A button for the file that ``make`` returns when it is pressed, without a run of the page. ``options`` of ``st.download_button``."""
    mime = guess_type(file_name)[0] or "application/octet-stream"
    kept = _kept(make, file_name, mime)
    st.download_button(label, kept, file_name=file_name, mime=mime, key=key, icon=icon, on_click="ignore", **options)


def _kept(make: Callable[[], str | bytes], file_name: str, mime: str) -> Callable[[], bytes]:
    """``make``, whose file stays until the visitor's next run or next file.

    Streamlit 1.67 gives a file that is made on demand to nobody, and throws such files away when any two runs of any visitors have
    ended: with forty at work, three of four files were gone before a browser 100 ms away came for them. So the file is
    registered as the session's own as well, by the function that Streamlit itself calls for files it has at hand. Files of one content,
    name and type are one to it.
    """
    session = get_script_run_ctx(suppress_warning=True)

    def made() -> bytes:
        content = make()
        content = content.encode() if isinstance(content, str) else content
        if exists():
            thread = Thread(target=get_instance().media_file_mgr.add, args=(content, mime, "file-on-demand", file_name, True))
            add_script_run_ctx(thread, session)  # it acts for this session, which the thread that calls us does not know
            thread.start()
            thread.join()
        return content

    return made
