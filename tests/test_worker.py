"""A process beside the server makes views while runs of other visitors have their turns."""

from __future__ import annotations

import gc
import signal
import subprocess
import sys
from dataclasses import replace
from threading import Thread

import pytest

from analysis import Selection, brief, findings, keeping
from analysis.keeping import unpacked
from analysis.views import VIEWS
from analysis.views.view import _made
from atlas_data import load_atlas
from atlas_data.generating import generate
from pages.parts import worker
from pages.parts.turns import turn
from pages.parts.worker import Worker, make
from tests.test_keeping import same, same_view
from tests.test_turns import waiting

REGULATED = Selection(category="Regulated AI")


def begun(atlas):
    helper = Worker()
    assert helper.begins(atlas)
    keeping.assist(atlas, helper.help)
    return helper


@pytest.fixture(scope="module")
def helped():
    """An atlas that has a worker, and the worker."""
    atlas = replace(load_atlas(), kept={})
    helper = begun(atlas)
    yield atlas, helper
    helper.end()


@pytest.fixture
def empty(helped):
    """Nothing of the atlas is there yet but the worker."""
    atlas, helper = helped
    for results in atlas.kept.values():
        if isinstance(results, dict):
            results.clear(), results.packed.clear(), results.held.clear()
            results.size = 0
    return atlas, helper


def crowded(ask):
    """Ask in a run while another visitor waits; the answer, and whether the other had the turn meanwhile."""
    came = []
    with turn:
        thread, go = waiting(turn, "other", came)
        go.set()
        answer = ask()
        assert turn.mine, "the run goes on in its turn"
        during = came == ["other"]
    thread.join(5)
    assert turn.line == 0
    return answer, during


def test_a_view_of_the_worker_is_the_view_made_here(empty):
    atlas, helper = empty
    for name, maker in VIEWS.items():
        given = maker.asked(atlas, REGULATED)
        here, there = make(atlas, given), unpacked(atlas, helper.idly(given))
        same_view(here, there, name)
        assert here.figure is None or here.kept["drawn"] == there.kept["drawn"], name
    sections = brief.sections, (REGULATED, (), ())
    for one, other in zip(make(atlas, sections), unpacked(atlas, helper.idly(sections)), strict=True):
        assert one.sentences == other.sentences and same(one.table, other.table)
    assert unpacked(atlas, helper.idly((findings.overview, (REGULATED,)))) == findings.overview(atlas, REGULATED)


def test_while_others_wait_the_worker_makes_a_view_and_they_have_their_turns(empty):
    atlas, _ = empty
    view, during = crowded(lambda: VIEWS["matrix"](atlas, REGULATED))
    assert during and "drawn" in view.kept
    assert crowded(lambda: VIEWS["matrix"](atlas, REGULATED)) == (view, False), "what is there is not asked for"
    assert view.n == int(atlas.facet("category").table["Regulated AI"].sum())


def test_who_is_alone_makes_it(empty):
    atlas, _ = empty
    with turn:
        view = VIEWS["matrix"](atlas, REGULATED)
    assert not view.kept
    assert not VIEWS["layers"](atlas, REGULATED).kept, "nor what is asked for outside of a run"


def test_where_the_worker_has_its_hands_full_a_run_makes_its_view(empty, monkeypatch):
    atlas, helper = empty
    monkeypatch.setattr(helper, "_runs", [])
    view, during = crowded(lambda: VIEWS["matrix"](atlas, REGULATED))
    assert not during and not view.kept


def test_what_the_worker_cannot_make_the_run_meets_itself(empty):
    atlas, helper = empty
    unknown = _made, ("no such view", REGULATED, ())
    assert helper.idly(unknown) is None
    with pytest.raises(KeyError, match="no such view"):
        crowded(lambda: make(atlas, unknown))
    assert helper.idly(VIEWS["matrix"].asked(atlas, REGULATED)) is not None, "it goes on"


def test_without_its_worker_a_server_goes_on_and_says_so_once(caplog):
    atlas = replace(load_atlas(), kept={})
    helper = begun(atlas)
    helper.process.kill()
    for _ in range(worker._RUNS + 1):
        view, _ = crowded(lambda: VIEWS["matrix"](atlas, REGULATED))
        atlas.kept[_made].clear()
        assert view.answered
    assert helper.gone and helper.idly(VIEWS["matrix"].asked(atlas, REGULATED)) is None
    assert caplog.text.count("its worker is gone") == 1


def test_a_worker_that_does_not_answer_is_not_waited_for_again_nor_heard(monkeypatch, caplog):
    monkeypatch.setattr(worker, "_PATIENCE", 0.01)
    atlas = replace(load_atlas(), kept={})
    helper = begun(atlas)
    helper.process.send_signal(signal.SIGSTOP)
    matrix, layers = (crowded(lambda name=name: VIEWS[name](atlas, REGULATED))[0] for name in ("matrix", "layers"))
    assert (matrix.asked.name, layers.asked.name) == ("matrix", "layers")
    assert helper.process.poll() is not None and "no answer in 0.01 seconds" in caplog.text


def test_an_atlas_that_is_read_from_an_open_file_has_no_worker(tmp_path, caplog):
    generate(tmp_path / "large.parquet", 300, seed=7)
    atlas = load_atlas(tmp_path / "large.parquet")
    helper = Worker()
    assert not helper.begins(atlas)
    assert helper.process.poll() is not None and "The server makes all views itself" in caplog.text
    assert helper.idly(VIEWS["matrix"].asked(atlas)) is None


def test_of_two_who_ask_for_a_view_at_once_both_get_the_same(empty):
    atlas, _ = empty
    seen = []

    def ask():
        with turn:
            seen.append(VIEWS["convergence-map"](atlas, REGULATED))

    threads = [Thread(target=ask) for _ in range(3)]
    with turn:
        for thread in threads:
            thread.start()
        while turn.line < 4:
            pass
    for thread in threads:
        thread.join(10)
    assert len(seen) == 3 and all(view is seen[0] for view in seen)


def test_a_worker_ends_with_its_atlas():
    atlas = replace(load_atlas(), kept={})
    process = begun(atlas).process
    assert process.poll() is None
    del atlas
    gc.collect()
    assert process.poll() is not None


def test_a_worker_ends_with_its_server_however_that_ends():
    script = (
        "from atlas_data import load_atlas; from pages.parts.worker import Worker; import time\n"
        "helper = Worker(); helper.begins(load_atlas()); print(helper.process.pid, flush=True); time.sleep(60)"
    )
    server = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, cwd=worker._ROOT)
    assert int(server.stdout.readline())
    server.kill()
    assert server.communicate(timeout=10) == ("", None), "whoever holds the other end of it has ended"


@pytest.mark.parametrize("cores", [1, 2])
def test_a_worker_needs_a_core_of_its_own(monkeypatch, cores):
    monkeypatch.setattr(worker, "cpu_count", lambda: cores)
    monkeypatch.setattr(worker, "Worker", lambda: "hired")
    assert worker.hired() == (None if cores == 1 else "hired")


def test_where_none_starts_the_server_goes_without(monkeypatch, caplog):
    def refused():
        raise OSError("no more processes")

    monkeypatch.setattr(worker, "cpu_count", lambda: 2)
    monkeypatch.setattr(worker, "Worker", refused)
    assert worker.hired() is None
    assert "No worker (no more processes); the server makes all views itself." in caplog.text


def test_one_that_does_not_begin_is_told_and_not_asked(monkeypatch, caplog):
    monkeypatch.setattr(worker.sys, "executable", "/bin/false")
    helper = Worker()
    assert not helper.begins(load_atlas())
    assert "its worker is gone" in caplog.text
    assert helper.idly(VIEWS["matrix"].asked(load_atlas())) is None
