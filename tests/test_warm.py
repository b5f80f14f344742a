"""What most visitors ask for first is there before they do."""

from __future__ import annotations

import sys

import pytest

from analysis import Selection
from analysis.views import VIEWS
from atlas_data import AtlasError
from pages.parts import state, warm
from pages.parts.turns import turn


def test_one_category_or_stage_is_there_before_it_is_asked_for(atlas):
    atlas.kept.clear()
    warm.make(atlas)
    assert turn.line == 0
    (made,) = (results for answer, results in atlas.kept.items() if answer.__name__ == "_made")
    before = set(made)
    for selection in (Selection(), Selection(category="Frontier AI"), Selection(stage="Scaling")):
        for name in ("matrix", "overlap", "layers", "category-map", "control-frequency"):
            assert "drawn" in VIEWS[name](atlas, selection).kept
    assert set(made) == before, "nothing had to be made"
    VIEWS["matrix"](atlas, Selection(control="Identity"))
    assert set(made) > before


@pytest.mark.parametrize("large", [True, False])
def test_a_large_atlas_is_read_and_no_view_of_it_made(atlas, monkeypatch, large):
    made = []
    monkeypatch.setattr(state, "lately", lambda: atlas)
    monkeypatch.setattr(warm, "make", made.append)
    monkeypatch.setattr(warm, "LARGE", 10 if large else sys.maxsize)
    warm._warm()
    assert made == ([] if large else [atlas])


def test_an_atlas_that_does_not_load_is_left_to_the_page_that_says_why(monkeypatch):
    def broken():
        raise AtlasError([])

    monkeypatch.setattr(state, "lately", broken)
    assert warm._warm() is None
