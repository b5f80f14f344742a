"""Numbers in words."""

from decimal import ROUND_HALF_EVEN, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.words import FEW, listed, of, percent, plural


@given(st.integers(0, 5_000), st.integers(1, 5_000))
def test_a_percentage_is_the_nearest_whole_one(part, whole):
    said = percent(part, whole)
    assert said.endswith("%")
    assert abs(int(said[:-1]) - Decimal(100) * part / whole) <= Decimal("0.5")


def test_halves_are_rounded_to_the_even_neighbour():
    for part, whole in ((1, 8), (3, 8), (5, 200), (1, 200)):
        exact = (Decimal(100) * part / whole).quantize(Decimal(1), ROUND_HALF_EVEN)
        assert percent(part, whole) == f"{exact}%"


def test_nothing_to_share_is_said_not_divided():
    assert percent(0, 0) == "none"
    assert of(0, 0) == "0 of 0 workflows"


@pytest.mark.parametrize("whole", [2, FEW - 1])
def test_small_numbers_are_counts_without_a_percentage(whole):
    assert of(1, whole) == f"1 of {whole} workflows"


@pytest.mark.parametrize("whole", [FEW, 207, 12_345])
def test_large_numbers_carry_their_share(whole):
    assert of(whole, whole) == f"{whole:,} of {whole:,} workflows (100%)"


def test_one_is_said_as_one():
    assert (of(1, 1), of(0, 1)) == ("the one workflow", "not the one workflow")
    assert of(1, 1, "buyer") == "the one buyer"


def test_only_one_is_singular():
    assert [plural(n, "category", "categories") for n in (0, 1, 2)] == ["0 categories", "1 category", "2 categories"]
    assert plural(1_234_567, "workflow") == "1,234,567 workflows"


names = st.lists(st.text("abc", min_size=1, max_size=3), max_size=9)


@given(names)
def test_a_list_names_every_item_in_order(items):
    assert listed(items).replace(" and ", ", ").split(", ") == (items or [""])
    assert listed(items).count(" and ") == (len(items) > 1)


@given(names, st.integers(1, 5))
def test_a_shortened_list_accounts_for_every_item_and_never_hides_just_one(items, most):
    *named, last = listed(items, most).replace(" and ", ", ").split(", ")
    if last.endswith(" more"):
        hidden = int(last.removesuffix(" more"))
        assert hidden >= 2 and len(named) == most and len(named) + hidden == len(items)
        assert named == items[:most]
    else:
        assert [*named, last] == (items or [""]) and len(items) <= most + 1
