"""Platform coverage and build order as people use them."""

from __future__ import annotations

import pytest

from analysis.build_order import best_order, problem
from analysis.platform import fit
from tests.app.conftest import charts, figure, words


def test_a_platform_in_the_address_is_counted_by_category(visit, atlas):
    app = visit("platform", full=["Identity", "Audit trail", "Evidence storage"], partial=["Review workflow"])
    assert not app.exception
    table = fit(atlas, ("Identity", "Audit trail", "Evidence storage"), ("Review workflow",))
    counts = figure(app, "platform-fit")["data"]
    for trace, state in zip(counts, ("full", "partial", "missing"), strict=True):
        in_state = table[table["state"] == state]
        shown = {term: text for (term, _), text in zip(trace["customdata"], trace["text"], strict=True)}
        assert {term: int(text or 0) for term, text in shown.items()} == {term: int((in_state["category"] == term).sum()) for term in shown}


def test_a_layer_is_added_and_removed_by_its_button(visit, atlas):
    app = visit("platform")
    assert "Say what the platform supports" in words(app) or any("Say what" in str(info.proto) for info in app.info)
    app.button(key="layer-Usage, billing and operational telemetry").click().run()
    assert set(app.multiselect(key="full").value) == {"Telemetry", "Metering"}
    app.button(key="layer-Usage, billing and operational telemetry").click().run()
    assert app.multiselect(key="full").value == []


@pytest.mark.parametrize("filtered", [{}, {"category": ["Regulated AI"]}, {"buyer_industry": ["Insurance"], "have": ["Identity"]}])
def test_the_build_order_on_screen_is_the_best_one(visit, atlas, filtered):
    from analysis import Selection

    app = visit("build_order", **filtered)
    assert not app.exception
    selection = Selection(**{name: terms for name, terms in filtered.items() if name != "have"})
    order = best_order(problem(atlas, filtered.get("have", []), selection))
    best = next(trace for trace in figure(app, "build-order")["data"] if trace["name"] == "Best order")
    assert best["customdata"][1:] == order
    assert {chart["name"] for chart in charts(app)} == {"build-order", "unlocked"}


def test_a_budget_of_nothing_buys_nothing(visit):
    app = visit("build_order", category=["Frontier AI"])
    app.number_input(key="budget-to-spend").set_value(0.0).run()
    assert "**0 controls**, effort 0: none." in words(app)
