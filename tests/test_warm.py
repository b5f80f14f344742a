"""What most visitors ask for first is there before they do."""

from __future__ import annotations

from itertools import islice

import pytest

from analysis import Selection, brief, findings
from analysis.counting import total
from analysis.keeping import packed
from analysis.views import VIEWS
from analysis.views.view import _made
from atlas_data import AtlasError
from pages.parts import state, warm
from pages.parts.turns import turn


def test_what_clicks_on_stages_select_is_there_before_it_is_asked_for(atlas, monkeypatch):
    monkeypatch.setattr(warm, "PILLS", ("stage",))
    atlas.kept.clear()
    warm.make(atlas, islice(warm._selections(atlas), 6), None)
    assert turn.line == 0
    made = (_made, findings.overview, brief.sections)
    before = [set(atlas.kept[each]) for each in made]
    for selection in (Selection(), Selection(stage="Scaling"), Selection(stage=atlas.facet("stage").names[:2])):
        for name, maker in VIEWS.items():
            view = maker(atlas, selection)
            assert view.figure is None or "drawn" in view.kept, name
        findings.overview(atlas, selection)
        brief.brief(atlas, selection, prospect="Acme", address="https://atlas.example")
    assert [set(atlas.kept[each]) for each in made] == before, "nothing had to be made"
    VIEWS["matrix"](atlas, Selection(control="Identity"))
    assert set(atlas.kept[_made]) > before[0]


@pytest.fixture
def asked(monkeypatch):
    """What the server has made after its start, and by whom."""
    made = []
    monkeypatch.setattr(warm, "make", lambda atlas, selections, helper: made.append((list(selections), helper)))
    return made


class Begun:
    """A worker that is given an atlas."""

    def begin(self, atlas):
        self.atlas = atlas


def test_all_is_made_here_and_by_the_worker_what_clicks_select_if_that_is_any_workflow(lone_atlas, monkeypatch, asked):
    monkeypatch.setattr(state, "lately", lambda: lone_atlas)
    monkeypatch.setattr(warm.worker, "hired", Begun)
    warm._warm()
    (first, nobody), (others, helper) = asked
    assert first == [Selection()] and nobody is None and helper.atlas is lone_atlas
    assert {Selection(stage="Frontier"), Selection(category=["Enterprise AI", "Frontier AI"])} <= set(others)
    assert all(total(lone_atlas, selection) for selection in others) and len(others) < warm._MOST
    assert turn.line == 0


def test_a_large_atlas_is_read_and_no_view_of_it_made(atlas, monkeypatch, asked):
    monkeypatch.setattr(state, "lately", lambda: atlas)
    monkeypatch.setattr(warm, "LARGE", 10)
    warm._warm()
    assert not asked


def test_a_worker_makes_it_where_there_is_one_and_what_it_cannot_make_is_made_here(atlas):
    atlas.kept.clear()

    class Helper:
        @staticmethod
        def idly(task):
            assert turn.line == 0, "nobody has to wait for it"
            return None if task[0] is brief.sections else packed(atlas, task[1][0])

    warm.make(atlas, [Selection()], Helper())
    matrix, given = VIEWS["matrix"].asked(atlas)
    assert matrix(atlas, *given) == "matrix", "as the worker gave it"
    assert len(atlas.kept[_made].packed) == len(VIEWS)
    assert set(atlas.kept[brief.sections]) == {(Selection(), (), ())}
    atlas.kept.clear()


def test_an_atlas_that_does_not_load_is_left_to_the_page_that_says_why(monkeypatch):
    def broken():
        raise AtlasError([])

    monkeypatch.setattr(state, "lately", broken)
    assert warm._warm() is None
