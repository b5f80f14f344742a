"""What was computed once is there when it is asked for again, for a long time in little memory."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass, replace

import numpy as np
import pandas as pd
import pytest

from analysis import Selection, brief, keeping
from analysis.keeping import kept, packed, unpacked
from analysis.views import VIEWS
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


def _same(one: object, other: object) -> bool:
    if isinstance(one, pd.DataFrame | pd.Series):
        tested = pd.testing.assert_frame_equal if isinstance(one, pd.DataFrame) else pd.testing.assert_series_equal
        tested(one, other)
        return one.attrs == other.attrs
    if hasattr(one, "__array__") and not np.isscalar(one):
        one, other = np.asarray(one), np.asarray(other)
        return np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, Atlas) or not is_dataclass(one):
        return one is other if isinstance(one, Atlas) else one == other
    return type(one) is type(other) and all(_same(getattr(one, each.name), getattr(other, each.name)) for each in fields(one))


@pytest.mark.parametrize("sheet", ["atlas", "gaps"])
@pytest.mark.parametrize("selection", [Selection(), Selection(control="Identity")], ids=["all", "filtered"])
def test_every_view_comes_back_as_it_was(sheet, selection, request):
    atlas = request.getfixturevalue(sheet)
    for name, maker in VIEWS.items():
        view = maker(atlas, selection)
        small = packed(atlas, view)
        assert small is not None and len(small.content) < 150_000, name
        again = unpacked(atlas, small)
        for part in ("title", "subtitle", "n", "note", "alt", "method", "opens", "columns", "code", "asked", "figure", "table"):
            assert _same(getattr(view, part), getattr(again, part)), (name, part)
        assert _same(dict(view.more), dict(again.more)), name


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
        assert _same(one.table, other.table)
