"""Buttons that make a file when they are pressed, and how long such a file stays.

Streamlit 1.67 forgets a visitor's files when their next run begins, and throws away what nobody has with the end of any run of
anybody. So with others at work the buttons on screen led nowhere while their visitor's run waited for its turn, and a file made on
demand, which it gives to nobody, was gone before a browser a tenth of a second away came for it: three of four with forty visitors.
"""

from __future__ import annotations

from collections.abc import Callable
from mimetypes import guess_type
from threading import Thread

import streamlit as st
from streamlit.runtime import exists, get_instance
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.scriptrunner import add_script_run_ctx, get_script_run_ctx

_BEFORE = "before: "
_RUNS = 3  # for which a file stays: quick clicks end runs before they come to the buttons, and those of an earlier one stay on screen
_forget = MediaFileManager.clear_session_refs


def keep_for_some_runs() -> None:
    """From now on, what the buttons of a visitor lead to stays while their next runs are made."""
    MediaFileManager.clear_session_refs = _keep


def _keep(manager: MediaFileManager, session: str | None = None) -> None:
    run = get_script_run_ctx(suppress_warning=True)
    if session is not None or run is None:  # the session ends
        return _forget(manager, session)
    session = run.session_id
    with manager._lock:
        files = manager._files_by_session_and_coord.pop(session, {})
        if kept := {_BEFORE + place: file for place, file in files.items() if not place.startswith(_BEFORE * _RUNS)}:
            manager._files_by_session_and_coord[session] = kept


def file_button(
    label: str, make: Callable[[], str | bytes], *, file_name: str, key: str, icon: str = ":material/download:", **options: str
) -> None:
    """A button for the file that ``make`` returns when it is pressed, without a run of the page. ``options`` of ``st.download_button``."""
    mime = guess_type(file_name)[0] or "application/octet-stream"
    kept = _kept(make, file_name, mime, f"on demand: {key}")
    st.download_button(label, kept, file_name=file_name, mime=mime, key=key, icon=icon, on_click="ignore", **options)


def _kept(make: Callable[[], str | bytes], file_name: str, mime: str, place: str) -> Callable[[], bytes]:
    """``make``, whose file is the visitor's own as one is that Streamlit has at hand. Files of one content, name and type are one to it."""
    session = get_script_run_ctx(suppress_warning=True)

    def made() -> bytes:
        content = make()
        content = content.encode() if isinstance(content, str) else content
        if exists() and get_instance().is_active_session(session.session_id):
            thread = Thread(target=get_instance().media_file_mgr.add, args=(content, mime, place, file_name, True))
            add_script_run_ctx(thread, session)  # it acts for this session, which the thread that calls us does not know
            thread.start()
            thread.join()
        return content

    return made
