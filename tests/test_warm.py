"""What most visitors ask for first is there before they do."""

from __future__ import annotations

from dataclasses import replace
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


class Helper:
    """A worker that notes what it is told."""

    def __init__(self):
        self.ended = False

    def begins(self, atlas):
        self.atlas, self.made = atlas, []
        return True

    def idly(self, task):
        assert turn.line == 0, "nobody has to wait for it"
        self.made.append(task)
        return None if task[0] is brief.sections else packed(self.atlas, task[1][0])

    def help(self, function, given):
        return None

    def end(self):
        self.ended = True


def test_all_is_made_here_and_what_clicks_select_by_the_worker_if_that_is_any_workflow(lone_atlas, monkeypatch):
    lone_atlas.kept.clear()
    frozen = []
    monkeypatch.setattr(state, "freeze", lambda: frozen.append(turn.line))
    monkeypatch.setattr(warm.worker, "hired", Helper)
    helper = warm.prepare(lone_atlas)
    assert frozen == [1], "while nobody waits"
    here = {selection for _, selection, _ in lone_atlas.kept[_made]}
    assert here == {Selection()}
    others = {selection for _, selection, _ in lone_atlas.kept[_made].packed}
    assert {Selection(stage="Frontier"), Selection(category=["Enterprise AI", "Frontier AI"])} <= others
    assert all(total(lone_atlas, selection) for selection in others) and len(others) < warm._MOST
    assert [given[:2] for _, given in helper.made[2:4]] == [(name, Selection()) for name in list(VIEWS)[:2]], "it begins with what it loads"
    assert turn.line == 0
    lone_atlas.kept.clear()


@pytest.mark.parametrize("of", ["many workflows", "an engine"])
def test_of_a_large_atlas_or_one_in_a_database_no_view_is_made(atlas, monkeypatch, of):
    if of == "many workflows":
        monkeypatch.setattr(warm, "LARGE", 10)
    else:
        atlas = replace(atlas, engine=object())
    monkeypatch.setattr(warm.worker, "hired", Helper.end)
    assert warm.prepare(atlas) is None


def test_another_atlas_has_another_worker(monkeypatch):
    served, helpers, looks = ["one", "one", AtlasError([]), "two"], [], []

    def lately():
        found = served.pop(0)
        if isinstance(found, AtlasError):
            raise found
        return found

    def hire(atlas):
        helpers.append(Helper())
        return helpers[-1]

    def wait(seconds):
        looks.append([helper.ended for helper in helpers])
        if not served:
            raise KeyboardInterrupt

    monkeypatch.setattr(state, "lately", lately)
    monkeypatch.setattr(warm, "prepare", hire)
    monkeypatch.setattr(warm, "sleep", wait)
    with pytest.raises(KeyboardInterrupt):
        warm._warm()
    assert looks == [[False], [False], [False], [True, False]], "a broken one is left to the page that says why"


def test_a_worker_makes_it_where_there_is_one_and_what_it_cannot_make_is_made_here(atlas):
    atlas.kept.clear()
    helper = Helper()
    helper.begins(atlas)
    warm.make(atlas, [Selection()], helper)
    warm.make(atlas, [Selection()], helper)
    assert len(helper.made) == len(VIEWS) + 2, "what is there is not made again"
    matrix, given = VIEWS["matrix"].asked(atlas)
    assert matrix(atlas, *given) == "matrix", "as the worker gave it"
    assert len(atlas.kept[_made].packed) == len(VIEWS)
    assert set(atlas.kept[brief.sections]) == {(Selection(), (), ())}
    atlas.kept.clear()
