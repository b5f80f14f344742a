"""How long what a download button leads to stays, as Streamlit's own manager of files has it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from streamlit.runtime import media_file_manager
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.media_file_storage import MediaFileStorageError
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage

from pages.parts import files


@pytest.fixture
def manager(monkeypatch) -> MediaFileManager:
    """A manager of files, in the runs of the visitor "she"."""
    she = SimpleNamespace(session_id="she")
    monkeypatch.setattr(media_file_manager, "_get_session_id", lambda: she.session_id)
    monkeypatch.setattr(files, "get_script_run_ctx", lambda suppress_warning: she)
    monkeypatch.setattr(MediaFileManager, "clear_session_refs", files._keep)
    return MediaFileManager(MemoryMediaFileStorage("/media"))


def others_are_done(manager: MediaFileManager) -> None:
    for _ in range(3):
        manager.remove_orphaned_files()


def test_a_button_on_screen_leads_somewhere_while_its_visitors_runs_wait_or_are_ended_by_the_next_click(manager):
    button = manager.add_deferred(lambda: b"made", "text/plain", "0.1")
    for _ in range(files._RUNS):
        manager.clear_session_refs()  # her next run begins, and comes to no button
        others_are_done(manager)
        assert manager.execute_deferred(button).startswith("/media/")
    manager.clear_session_refs()
    others_are_done(manager)
    with pytest.raises(MediaFileStorageError):
        manager.execute_deferred(button)


def test_a_file_at_hand_stays_as_long_and_all_go_with_their_visitor(manager):
    address = manager.add(b"file", "text/plain", "0.2", "a.txt", is_for_static_download=True)
    manager.clear_session_refs()
    manager.add(b"another", "text/plain", "0.2", "b.txt", is_for_static_download=True)
    manager.clear_session_refs()
    others_are_done(manager)
    assert manager._storage.get_file(address.rpartition("/")[2]).content == b"file"
    manager.clear_session_refs("she")
    others_are_done(manager)
    with pytest.raises(MediaFileStorageError):
        manager._storage.get_file(address.rpartition("/")[2])
    assert not manager._files_by_session_and_coord
