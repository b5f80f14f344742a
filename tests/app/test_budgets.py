"""What a run may cost, in measures that do not depend on the machine: elements, bytes, and nothing computed twice."""

from __future__ import annotations

from collections import Counter

import pytest
from streamlit.runtime.scriptrunner_utils.script_run_context import ScriptRunContext

from tests.app.conftest import PAGES

ELEMENTS = 100  # each costs the server about 85 microseconds a run
KILOBYTES = 200


@pytest.fixture
def sent(monkeypatch) -> Counter:
    """Messages to the browser and their bytes."""
    counted: Counter = Counter()
    enqueue = ScriptRunContext.enqueue

    def noting(self, message):
        counted.update(messages=1, bytes=message.ByteSize())
        enqueue(self, message)

    monkeypatch.setattr(ScriptRunContext, "enqueue", noting)
    return counted


@pytest.mark.parametrize("page", PAGES)
def test_a_run_sends_few_elements_and_computes_nothing_a_second_time(page, visit, sent, atlas):
    app = visit(page)
    before = {answer: list(results) for answer, results in atlas.kept.items()}
    sent.clear()
    app.run()
    assert not app.exception
    assert {answer: list(results) for answer, results in atlas.kept.items()}.keys() == before.keys()
    assert all(set(results) <= set(before[answer]) for answer, results in atlas.kept.items())
    assert sent["messages"] <= ELEMENTS
    assert sent["bytes"] <= 1000 * KILOBYTES
