"""What a finished run leaves is given back at once.

Streamlit 1.67 leaves what only Python's collector of cycles gives back: a run, its thread and its context hold each other, and whenever
the state of a component is read, which happens with every run, a class is made for it. With a hundred visitors that is a hundred
thousand objects in half a minute; to look for them the collector stops all runs, for half a second at times.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import current_thread
from typing import Any

from streamlit.components.v2.bidi_component import main as components
from streamlit.runtime.scriptrunner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_run_context import SCRIPT_RUN_CONTEXT_ATTR_NAME

_run = ScriptRunner._run_script_thread
_presenter = components.make_bidi_component_presenter


def leave_nothing() -> None:
    """From now on, runs end without cycles, and the state of a component is made up for who reads it only when there was an event."""
    ScriptRunner._run_script_thread = _run_and_part
    components.make_bidi_component_presenter = _presenter_of_events


def _run_and_part(runner: ScriptRunner) -> None:
    try:
        _run(runner)
    finally:
        vars(current_thread()).pop(SCRIPT_RUN_CONTEXT_ATTR_NAME, None)
        object.__setattr__(runner._session_state, "_yield_callback", _nothing)  # the state of a session takes attributes for its keys


def _nothing() -> None:
    """A run that has ended does not yield."""


def _presenter_of_events(aggregator: str, *more: Any) -> Callable[[Any, Any], Any]:
    """What shows a component's state; ``aggregator``: where the events of a click are kept until the end of the run."""
    present = _presenter(aggregator, *more)

    def presented(value: Any, state: Any) -> Any:
        try:
            events = state._new_widget_state[aggregator]
        except KeyError:
            return value
        return present(value, state) if events else value

    return presented
