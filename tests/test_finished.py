"""What a run of the dashboard leaves behind: nothing that waits for the collector of cycles."""

from __future__ import annotations

import gc
import weakref

import pytest
from streamlit.components.v2.bidi_component import main as components
from streamlit.components.v2.presentation import make_bidi_component_presenter
from streamlit.runtime.scriptrunner import ScriptRunner
from streamlit.runtime.state import SessionState
from streamlit.runtime.state.common import WidgetMetadata
from streamlit.testing.v1 import AppTest

from pages.parts import finished

EVENTS = "$$STREAMLIT_INTERNAL-events"
RUNS: list[weakref.ref] = []


@pytest.fixture
def nothing_left(monkeypatch):
    """As the server has it, for the length of a test."""
    monkeypatch.setattr(ScriptRunner, "_run_script_thread", ScriptRunner._run_script_thread)
    monkeypatch.setattr(components, "make_bidi_component_presenter", components.make_bidi_component_presenter)
    finished.leave_nothing()


@pytest.fixture
def collector():
    """The collector of cycles does not come by itself."""
    gc.collect()
    gc.disable()
    yield gc
    gc.enable()


def page() -> None:
    import weakref

    import streamlit as st
    from streamlit.runtime.scriptrunner import get_script_run_ctx

    from tests.test_finished import RUNS

    st.session_state["count"] = st.session_state.get("count", 0) + 1
    RUNS.append(weakref.ref(get_script_run_ctx()))


def test_a_run_that_has_ended_is_gone_and_what_its_visitor_said_is_not(nothing_left, collector):
    RUNS.clear()
    app = AppTest.from_function(page).run().run()
    assert app.session_state["count"] == len(RUNS) == 2
    assert [run() for run in RUNS] == [None, None]


def clicked(events: list | None) -> SessionState:
    """The state of a session in which a component has told of these events."""
    state = SessionState()
    state._new_widget_state.set_widget_metadata(
        WidgetMetadata(id=EVENTS, deserializer=lambda value: value, serializer=lambda value: value, value_type="json_trigger_value")
    )
    state._new_widget_state.set_from_value(EVENTS, events)
    return state


def test_who_reads_a_component_after_a_click_finds_the_click_and_what_was_there():
    state = clicked([{"event": "click", "value": {"level": "all"}}])
    ours, theirs = (make(EVENTS)({"kept": 1}, state) for make in (finished._presenter_of_events, make_bidi_component_presenter))
    assert ours == theirs == {"kept": 1, "click": {"level": "all"}}
    assert ours.click == {"level": "all"} and ours.select is None


@pytest.mark.parametrize("state", [clicked(None), clicked([]), SessionState()])
def test_without_an_event_a_component_is_shown_as_it_is_and_nothing_is_made_for_it(state, collector):
    kept, presented = {"kept": 1}, finished._presenter_of_events(EVENTS)
    presented(kept, state)
    assert presented(kept, state) is kept
    assert make_bidi_component_presenter(EVENTS)(kept, state) == kept
    collector.collect()
    presented(kept, state)
    assert not collector.collect()
