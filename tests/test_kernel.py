"""The bit kernel against Python's own integers and sets."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import kernel

bits = st.lists(st.booleans(), max_size=200)
members = st.sets(st.integers(0, 199))


def row(found: set[int], n: int = 200) -> np.ndarray:
    return kernel.pack(np.isin(np.arange(n), list(found)))


@given(bits)
def test_bits_come_back_as_they_went_in(values):
    assert kernel.unpack(kernel.pack(np.array(values, dtype=bool)), len(values)).tolist() == values


@given(bits)
def test_packed_words_are_the_digits_of_one_binary_number(values):
    words = kernel.pack(np.array(values, dtype=bool))
    assert words.shape == (-(-len(values) // 64),)
    assert words.dtype == np.uint64
    assert sum(int(word) << (64 * i) for i, word in enumerate(words)) == sum(1 << i for i, bit in enumerate(values) if bit)


@pytest.mark.parametrize("n", [0, 1, 63, 64, 65, 128, 207])
def test_bits_past_the_last_workflow_are_never_counted(n):
    assert kernel.count(kernel.pack(np.ones(n, dtype=bool))) == n


def test_a_table_is_packed_row_by_row():
    table = np.random.default_rng(1).random((5, 150)) < 0.4
    packed = kernel.pack(table)
    assert packed.shape == (5, 3)
    assert kernel.count(packed).tolist() == [sum(line) for line in table.tolist()]
    assert (kernel.unpack(packed, 150) == table).all()


@given(st.lists(members, min_size=1, max_size=4))
def test_any_is_the_union_and_all_is_the_intersection(sets):
    rows = np.stack([row(found) for found in sets])
    assert set(np.flatnonzero(kernel.unpack(kernel.any_of(rows), 200))) == set.union(*sets)
    assert set(np.flatnonzero(kernel.unpack(kernel.all_of(rows), 200))) == set.intersection(*sets)


@given(st.lists(members, max_size=4), st.lists(members, max_size=6), members)
def test_a_pair_count_is_the_size_of_three_sets_in_common(rows, columns, mask):
    packed = [np.array([row(found) for found in sets], dtype=np.uint64).reshape(-1, 4) for sets in (rows, columns)]
    expected = np.array([[len(a & b & mask) for b in columns] for a in rows], dtype=int).reshape(len(rows), len(columns))
    assert (kernel.pair_counts(*packed, row(mask)) == expected).all()


@pytest.mark.parametrize("n", [0, 1, 63_999, 64_000, 64_001, 65_535, 65_536, 131_073])
def test_counts_do_not_overflow_when_every_workflow_has_every_term(n):
    everyone = kernel.pack(np.ones((3, n), dtype=bool))
    assert kernel.pair_counts(everyone, everyone[:2], everyone[0]).tolist() == [[n, n]] * 3


def test_an_atlas_large_enough_for_threads_gives_the_counts_of_a_dense_product():
    rng = np.random.default_rng(2)
    rows, columns, mask = rng.random((12, 400_000)) < 0.3, rng.random((60, 400_000)) < 0.2, rng.random(400_000) < 0.6
    dense = (rows & mask).astype(np.float32) @ columns.T.astype(np.float32)
    assert (kernel.pair_counts(kernel.pack(rows), kernel.pack(columns), kernel.pack(mask)) == dense).all()
    assert (kernel.pair_counts(kernel.pack(columns), kernel.pack(rows), kernel.pack(mask)) == dense.T).all()


def test_a_facet_is_packed_once(small_atlas):
    facet = small_atlas.facet("control")
    assert kernel.facet_words(facet) is kernel.facet_words(facet)
    unpacked = kernel.unpack(kernel.facet_words(facet), len(small_atlas))
    assert unpacked.tolist() == facet.table.to_numpy().T.tolist()


def test_a_large_table_shared_between_cores_counts_the_same():
    rng = np.random.default_rng(11)
    rows, columns, mask = rng.random((21, 200_000)) < 0.1, rng.random((40, 200_000)) < 0.3, rng.random(200_000) < 0.5
    expected = (rows & mask).astype(np.float32) @ columns.T.astype(np.float32)
    packed = [kernel.pack(bits) for bits in (rows, columns, mask)]
    assert len(rows) * len(columns) * packed[2].size > kernel._LARGE
    assert (kernel.pair_counts(*packed) == expected).all()
    assert (kernel.pair_counts(packed[1], packed[0], packed[2]) == expected.T).all()
