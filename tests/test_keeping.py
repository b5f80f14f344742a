"""What was computed once is there when it is asked for again, for a long time in little memory."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass, replace

import numpy as np
import pandas as pd
import pytest

from analysis import Selection, brief, keeping
from analysis.keeping import kept, packed, unpacked
from analysis.views import VIEWS, View
from atlas_data import Atlas


@dataclass
class Answer:
    of: Atlas
    numbers: np.ndarray


def numbers(seed: int) -> np.ndarray:
    """Numbers that no packing makes smaller."""
    return np.random.default_rng(seed).random(100)


@pytest.fixture
def counted():
    """A function that keeps two results, others packed in a given number of bytes, and what it was really asked."""

    def build(more: int = 100_000, result=lambda atlas, number: Answer(atlas, numbers(number))):
        asked = []

        @kept(2, more=more)
        def answer(atlas, number):
            asked.append(number)
            return result(atlas, number)

        return answer, asked

    return build


@pytest.fixture
def fresh(atlas):
    return replace(atlas, kept={})


def test_results_that_had_to_make_room_come_back_without_being_computed_again(fresh, counted):
    answer, asked = counted()
    for number in [*range(10), *range(10)]:
        found = answer(fresh, number)
        assert (found.numbers == numbers(number)).all()
        assert found.of is fresh, "the atlas in a result is itself, not a copy"
    assert asked == list(range(10))
    assert len(fresh.kept[answer]) == 2
    assert len(packed(fresh, answer(fresh, 3)).content) < 2000, "without the atlas"


def test_what_was_used_last_stays_within_so_many_bytes(fresh, counted):
    one = len(packed(fresh, Answer(fresh, numbers(0))).content) + 1000
    answer, asked = counted(more=3.5 * one)
    for number in range(6):
        answer(fresh, number)  # 4 and 5 stay as they are, 1 to 3 packed
    answer(fresh, 1), answer(fresh, 4), answer(fresh, 5)
    assert asked == list(range(6))
    results = fresh.kept[answer]
    assert results.size == sum(len(small.content) + 1000 for small in results.packed.values()) <= 3.5 * one
    answer(fresh, 0)
    assert asked == [*range(6), 0]


def test_what_is_added_to_a_result_stays_with_it(fresh, counted):
    answer, _ = counted(result=lambda atlas, number: {"added": None})
    answer(fresh, 1)["added"] = "first"
    for number in (2, 3):
        answer(fresh, number)
    assert answer(fresh, 1)["added"] == "first"
    answer(fresh, 1)["added"] = "second"
    for number in (2, 3):
        answer(fresh, number)
    assert answer(fresh, 1)["added"] == "second", "packed anew"


def test_what_nothing_was_added_to_is_not_packed_twice(fresh, counted, monkeypatch):
    done = []
    monkeypatch.setattr(keeping, "packed", lambda atlas, result: done.append(result.numbers) or packed(atlas, result))
    answer, asked = counted()
    for number in (1, 2, 3, 4, 1, 2, 3, 4):
        answer(fresh, number)
    assert len(asked) == 4 and len(done) == 4
    answer(fresh, 4).more = "added"
    for number in (1, 2, 3):
        answer(fresh, number)
    assert len(done) == 5 and answer(fresh, 4).more == "added"


def test_what_there_was_no_room_for_packed_is_packed_again(fresh, counted):
    one = len(packed(fresh, Answer(fresh, numbers(0))).content) + 1000
    answer, asked = counted(more=1.5 * one)
    for number in (1, 2, 3):
        answer(fresh, number)  # 1 is packed
    answer(fresh, 1)  # 2 is, in place of 1
    for number in (4, 5, 1):  # 3 makes room, then 1, which is no longer there packed
        answer(fresh, number)
    assert asked == [1, 2, 3, 4, 5]


def test_a_result_made_elsewhere_is_there_and_one_that_is_not_is_asked_for(fresh, counted):
    answer, asked = counted()
    keeping.add(fresh, answer, (1,), packed(fresh, Answer(fresh, numbers(7))))
    assert (answer(fresh, 1).numbers == numbers(7)).all() and not asked
    wanted = []

    def help(function, given):
        wanted.append((function, given))
        return packed(fresh, Answer(fresh, numbers(8))) if given == (2,) else None

    keeping.assist(fresh, help)
    assert (answer(fresh, 2).numbers == numbers(8)).all() and not asked
    assert (answer(fresh, 3).numbers == numbers(3)).all() and asked == [3]
    answer(fresh, 1), answer(fresh, 2)
    assert wanted == [(answer, (2,)), (answer, (3,))], "what is there is not asked for"
    plain, asked = counted(more=0)
    plain(fresh, 1)
    assert asked == [1] and len(wanted) == 2, "nor what is not to be packed"


def test_no_more_than_a_few_results_are_kept_where_they_are_made_for_others(fresh, counted):
    answer, _ = counted()
    for number in range(2):
        answer(fresh, number)
    keeping.forget(fresh, 1)
    assert list(fresh.kept[answer]) == [(1,)]


class Refusing:
    def __reduce__(self):
        raise ValueError("not to be packed")


def test_what_cannot_be_packed_or_holds_another_atlas_is_computed_again(fresh, counted):
    for result in (
        lambda atlas, number: Refusing(),
        lambda atlas, number: lambda: number,
        lambda atlas, number: Answer(replace(atlas, kept={}), np.zeros(1)),
    ):
        answer, asked = counted(result=result)
        for number in (1, 2, 3, 1):
            answer(fresh, number)
        assert asked == [1, 2, 3, 1]
        assert fresh.kept[answer].size == 0


def test_of_a_large_atlas_nothing_is_packed(fresh, counted, monkeypatch):
    monkeypatch.setattr(keeping, "LARGE", 10)
    answer, asked = counted()
    for number in (1, 2, 3, 1):
        answer(fresh, number)
    assert asked == [1, 2, 3, 1]


def same(one: object, other: object) -> bool:
    if isinstance(one, pd.DataFrame | pd.Series):
        tested = pd.testing.assert_frame_equal if isinstance(one, pd.DataFrame) else pd.testing.assert_series_equal
        tested(one, other)
        return one.attrs == other.attrs
    if hasattr(one, "__array__") and not np.isscalar(one):
        one, other = np.asarray(one), np.asarray(other)
        return np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, Atlas) or not is_dataclass(one):
        return one is other if isinstance(one, Atlas) else one == other
    return type(one) is type(other) and all(same(getattr(one, each.name), getattr(other, each.name)) for each in fields(one))


def same_view(view: View, other: View, name: str) -> None:
    for part in ("title", "subtitle", "n", "note", "alt", "method", "opens", "columns", "code", "asked", "figure", "table"):
        assert same(getattr(view, part), getattr(other, part)), (name, part)
    assert same(dict(view.more), dict(other.more)), name


@pytest.mark.parametrize("sheet", ["atlas", "gaps"])
@pytest.mark.parametrize("selection", [Selection(), Selection(control="Identity")], ids=["all", "filtered"])
def test_every_view_comes_back_as_it_was(sheet, selection, request):
    atlas = request.getfixturevalue(sheet)
    for name, maker in VIEWS.items():
        view = maker(atlas, selection)
        small = packed(atlas, view)
        assert small is not None and len(small.content) < 150_000, name
        same_view(view, unpacked(atlas, small), name)


def test_a_brief_comes_back_as_it_was(atlas):
    sections = brief.sections(atlas, Selection(category="Frontier AI"), (), ())
    again = unpacked(atlas, packed(atlas, sections))
    for one, other in zip(sections, again, strict=True):
        assert (one.key, one.heading, one.sentences, one.columns, one.note) == (
            other.key,
            other.heading,
            other.sentences,
            other.columns,
            other.note,
        )
        assert same(one.table, other.table)
