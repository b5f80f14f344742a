"""``make run ATLAS=file``: the dashboard serves an atlas that is one file."""

from __future__ import annotations

import gc
import re
import shutil
import subprocess
import weakref
from pathlib import Path
from threading import Event, Thread
from time import monotonic

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from analysis import Selection
from analysis.views import VIEWS
from atlas_data import AtlasError, load_atlas
from atlas_data.formats import FORMATS, write_atlas
from pages.parts import state
from pages.parts.api import routes
from pages.parts.turns import turn
from tests.app.conftest import ROOT, words


@pytest.fixture
def fresh(monkeypatch):
    """No atlas is at hand, and none is left to others."""
    monkeypatch.setattr(state, "_last", None)


@pytest.mark.parametrize("name", ["excel", "package", "sheet"])
def test_a_file_is_served_in_place_of_the_packaged_atlas(visit, monkeypatch, tmp_path, fresh, name):
    path = tmp_path / f"served{FORMATS[name].ending}"
    path.write_bytes(write_atlas(load_atlas(), name, load_atlas().workflows.index[:20]))
    monkeypatch.setenv("ATLAS", str(path))
    app = visit("matrices")
    assert not app.exception
    assert "**20 workflows**" in words(app)
    app.switch_page("pages/data.py").run()
    assert "Atlas “served”" in words(app)
    answer = TestClient(Starlette(routes=routes)).get("/api/views/review-roles.json")
    assert answer.status_code == 200 and answer.headers["X-Total-Count"]


def test_a_file_that_is_not_sound_is_told_in_place_of_the_pages(visit, monkeypatch, tmp_path, fresh):
    path = tmp_path / "served.csv"
    path.write_text("title,category,controls\nPay,,Identity\n")
    monkeypatch.setenv("ATLAS", str(path))
    app = visit("overview")
    assert not app.exception
    assert "served.csv:2: category: is required and missing" in app.code[0].value


def test_broken_data_says_which_file_and_field_instead_of_a_traceback(visit, monkeypatch, tmp_path, fresh):
    shutil.copytree(ROOT / "atlas_data" / "workflows" / "frontier-ai", tmp_path / "workflows" / "frontier-ai")
    path = tmp_path / "workflows" / "frontier-ai" / "ai-agent-marketplace-governance.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("controls:\n", "controls:\n  - Audit trial\n", 1), encoding="utf-8")
    monkeypatch.setenv("ATLAS", str(tmp_path))
    app = visit("matrices")
    assert not app.exception
    assert "The atlas did not load" in app.error[0].value
    assert re.search(
        r"ai-agent-marketplace-governance\.yaml.*controls\[\d\]: 'Audit trial' .* did you mean 'Audit trail'\?", app.code[0].value
    )


def rewrite(path: Path, count: int) -> None:
    path.write_bytes(write_atlas(load_atlas(), "csv", load_atlas().workflows.index[:count]))


def later() -> None:
    """It is time to look at the files again."""
    state._last = -1, state._last[1]


def test_a_changed_file_is_read_anew_and_the_atlas_before_goes(monkeypatch, tmp_path, fresh):
    rewrite(tmp_path / "served.csv", 20)
    monkeypatch.setenv("ATLAS", str(tmp_path / "served.csv"))
    before = state.lately()
    for maker in VIEWS.values():
        maker(before, Selection())
    assert state.lately() is before and state.at_hand()
    seen = weakref.ref(before)
    del before
    for count in (21, 22):
        rewrite(tmp_path / "served.csv", count)
        later()
        assert len(state.lately()) == count
    for _ in range(2):
        later()
        state.lately()
    gc.collect()
    assert seen() is None


def test_visitors_who_come_before_the_first_look_is_done_all_see_the_atlas(monkeypatch, fresh):
    begun, go, seen = Event(), Event(), []

    def read(source):
        begun.set()
        go.wait(5)
        return load_atlas(source)

    def run() -> None:
        with turn:
            seen.append(state.lately())

    monkeypatch.setattr(state, "load_atlas", read)
    runs = [Thread(target=run, daemon=True) for _ in range(3)]
    runs[0].start()
    begun.wait(5)
    for later_one in runs[1:]:
        later_one.start()
    end = monotonic() + 5
    while turn.line and monotonic() < end:  # each stands aside in its turn
        pass
    go.set()
    for each in runs:
        each.join(5)
    assert [len(atlas) for atlas in seen] == [207] * 3 and turn.line == 0


def test_while_one_reads_a_changed_file_others_have_the_atlas_as_it_was_and_a_broken_one_is_read_once(monkeypatch, tmp_path, fresh):
    rewrite(tmp_path / "served.csv", 20)
    monkeypatch.setenv("ATLAS", str(tmp_path / "served.csv"))
    before, reads, begun, go = state.lately(), [], Event(), Event()

    def read(source):
        reads.append(source)
        begun.set()
        go.wait(5)
        return load_atlas(source)

    monkeypatch.setattr(state, "load_atlas", read)
    (tmp_path / "served.csv").write_text("title,category,controls\nPay,,Identity\n")
    later()
    told = []

    def look() -> None:
        try:
            state.lately()
        except AtlasError as error:
            told.append(error)

    one = Thread(target=look)
    one.start()
    begun.wait(5)
    assert state.lately() is before and not state.at_hand()
    go.set()
    one.join(5)
    assert len(told) == 1
    for _ in range(3):
        with pytest.raises(AtlasError, match="is required and missing"):
            state.lately()
    assert len(reads) == 1


def test_make_hands_the_path_to_the_server():
    told = subprocess.run(["make", "-n", "run", "ATLAS=mine.xlsx"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert 'ATLAS="mine.xlsx"' in told
