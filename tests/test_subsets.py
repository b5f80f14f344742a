"""Sums over subsets and supersets against every pair of sets compared."""

import numpy as np
import pytest

from analysis.subsets import by_size, most_by_size, subset_sums, superset_sums


@pytest.mark.parametrize("kind", [np.int16, np.int32, np.float64])
@pytest.mark.parametrize("m", [0, 1, 5, 6, 7, 11])
def test_they_are_those_of_every_pair_of_sets(m, kind):
    rng = np.random.default_rng(m)
    codes = rng.integers(1 << m, size=40)  # some twice
    weights = rng.integers(-9, 100, size=40).astype(kind)
    every = np.arange(1 << m)
    within = (codes & ~every[:, None]) == 0
    holds = (every[:, None] & ~codes) == 0
    for found, pairs in ((subset_sums(codes, weights, m), within), (superset_sums(codes, weights, m), holds)):
        assert found.dtype == kind and found.tolist() == (pairs @ weights.astype(np.int64)).tolist()


def test_no_set_weighs_nothing():
    assert not subset_sums(np.zeros(0, dtype=int), np.zeros(0), 8).any()


@pytest.mark.parametrize("m", [0, 1, 4, 10, 11, 13])
def test_the_most_of_each_size_and_the_first_that_has_it_are_those_of_all_sets_of_the_size(m):
    value = np.random.default_rng(m).integers(-3, 4, size=1 << m).astype(np.int16)  # few values, so that many sets have the same
    sizes = [[code for code in range(1 << m) if code.bit_count() == size] for size in range(m + 1)]
    assert [sets.tolist() for sets in by_size(m)] == sizes
    first = [max(sets, key=lambda code: (value[code], -code)) for sets in sizes]
    assert [(most, found()) for most, found in most_by_size(value, m)] == [(value[code], code) for code in first]
