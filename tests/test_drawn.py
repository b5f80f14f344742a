"""What a chart asks for ahead of the run of its page: the same picture, or nothing."""

from __future__ import annotations

import json
import time

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from analysis import Selection
from analysis.views import VIEWS
from pages.parts import drawn, state
from pages.parts.turns import Turn, turn

CLIENT = TestClient(Starlette(routes=drawn.routes))
PICTURES = ("matrix", "control-frequency", "convergence-map", "category-map", "layers", "workflow-space")


@pytest.mark.parametrize("name", PICTURES)
def test_a_chart_that_asks_gets_what_the_run_of_its_page_will_send(name):
    answer = CLIENT.get(f"/drawn/{name}?category=Regulated AI&category=Frontier AI")
    selection = Selection(category=["Regulated AI", "Frontier AI"])
    view = VIEWS[name](state.lately(), selection)
    _, sent = drawn.written_out(state.lately(), selection, view, name, alone=False, own=False, asks=True)
    assert answer.status_code == 200 and answer.content == sent
    picture = answer.json()
    assert picture["figure"]["data"] == json.loads(json.dumps(view.figure["data"]))
    assert picture["ahead"]["page"] == f"drawn/{name}" and "category" in picture["ahead"]["keep"]


def test_it_asks_with_the_parameters_its_page_has_set_and_the_address_does_the_rest():
    asked = CLIENT.get("/drawn/matrix?rows=stage&measure=lift&category=Regulated AI&match=all&q=fraud").json()["ahead"]
    assert asked["query"] == "rows=stage&measure=lift"
    assert {"category", "stage", "q", "match", "only"} <= set(asked["keep"])


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/drawn/nothing", 404),
        ("/drawn/matrix?rows=nonsense", 204),
        ("/drawn/matrix?category=Nonsense", 204),
        ("/drawn/matrix?nonsense=1", 204),
        ("/drawn/matrix?q=xyzzyxyzzy", 204),
        ("/drawn/categories", 204),  # a table alone
    ],
)
def test_where_nothing_is_to_be_drawn_there_is_no_picture_and_the_turn_is_free(path, status):
    answer = CLIENT.get(path)
    assert (answer.status_code, answer.content if status == 204 else b"") == (status, b"")
    assert turn.line == 0


def test_where_others_wait_the_run_of_the_page_brings_it():
    with turn:
        start = time.perf_counter()
        answer = CLIENT.get("/drawn/matrix")
        assert answer.status_code == 204 and "Retry-After" not in answer.headers
        assert time.perf_counter() - start < 5


def test_where_many_wait_the_visitor_is_told_to_ask_again_later(monkeypatch):
    monkeypatch.setattr(Turn, "line", 3)
    with turn:
        answer = CLIENT.get("/drawn/matrix")
    assert (answer.status_code, answer.headers["Retry-After"]) == (204, "10")


def test_a_chart_of_which_its_page_made_something_else_does_not_ask(atlas):
    view = VIEWS["matrix"](atlas, Selection(stage="Scaling"))
    kept = {"alone": False, "own": False, "asks": True}
    elsewhere = json.loads(drawn.written_out(atlas, Selection(), view, "matrix", **kept)[1])
    view.kept.clear()
    own = json.loads(drawn.written_out(atlas, Selection(stage="Scaling"), view, "matrix", **kept | {"own": True})[1])
    view.kept.clear()
    unshared = json.loads(drawn.written_out(atlas, Selection(stage="Scaling"), view, "matrix", **kept | {"asks": False})[1])
    view.kept.clear()
    assert [each["ahead"] for each in (elsewhere, own, unshared)] == [None] * 3
