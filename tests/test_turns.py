"""Whose turn it is."""

from __future__ import annotations

from threading import Event, Thread

from pages.parts.turns import Turn


def waiting(turn: Turn, name: str, came: list[str]) -> tuple[Thread, Event]:
    """Somebody who joins the line, and goes when told."""
    go = Event()

    def take() -> None:
        with turn:
            came.append(name)
            go.wait()

    line, thread = turn.line, Thread(target=take, daemon=True)
    thread.start()
    while turn.line == line:
        pass
    return thread, go


def test_those_in_line_come_in_order_and_nobody_overtakes():
    turn, came = Turn(), []
    people = [waiting(turn, name, came) for name in "abcd"]
    assert turn.line == 4
    for thread, go in people:
        assert not turn.acquire(timeout=0)
        go.set()
        thread.join(5)
    assert came == list("abcd") and turn.line == 0


def test_during_what_takes_long_in_a_run_others_have_their_turns():
    turn, came = Turn(), []
    with turn:
        other, go = waiting(turn, "other", came)
        go.set()
        with turn.aside():
            other.join(5)
            assert came == ["other"]
        assert turn.line == 1, "the turn is this run's again"
        thread = Thread(target=lambda: turn.aside().__enter__())  # not the one that has the turn: it has none to give
        thread.start()
        thread.join(5)
        assert turn.line == 1
    with turn.aside():
        assert turn.line == 0


def test_a_run_that_waits_for_another_process_lends_its_turn_and_is_the_next_to_have_it():
    turn, came = Turn(), []
    with turn:
        assert turn.mine
        (first, go), (second, then) = (waiting(turn, name, came) for name in "ab")
        with turn.lent():
            while not came:
                pass
            assert not turn.mine
            go.set()
        first.join(5)
        assert turn.mine and came == ["a"] and turn.line == 2, "before the other who waits"
        then.set()
    second.join(5)
    assert came == ["a", "b"] and turn.line == 0 and not turn.mine


def test_who_gives_up_is_out_of_the_line():
    turn = Turn()
    with turn:
        assert not turn.acquire(timeout=0.01)
        assert turn.line == 1
    assert turn.acquire(timeout=0.01)
    turn.release()
    assert turn.line == 0


def test_an_error_leaves_the_turn_free():
    turn = Turn()
    try:
        with turn:
            raise ValueError
    except ValueError:
        assert turn.line == 0
