"""Orders of rows and columns, the clustered one against every order its tree allows."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.cluster.hierarchy import linkage
from scipy.spatial.distance import cosine, pdist

from analysis import Selection
from analysis.matrix import cross
from analysis.ordering import ORDERS, ordered, present_in_order

NAMES = pd.Index(["beta", "Alpha", "delta", "Gamma"])
SIZES = np.array([2, 7, 7, 0])
PROFILES = np.array([[0.5, 0.1], [0.4, 0.9], [0.6, 0.2], [0.0, 0.0]])


def every_order(node: int, tree: np.ndarray, leaves: int) -> list[list[int]]:
    """All orders of the leaves below a node: either child may come first, at every fork."""
    if node < leaves:
        return [[node]]
    left, right = (every_order(int(child), tree, leaves) for child in tree[node - leaves, :2])
    return [turned for a in left for b in right for turned in (a + b, b + a)]


def length(order: list[int], profiles: np.ndarray) -> float:
    """How far apart neighbours are, added up."""
    return sum(cosine(profiles[a], profiles[b]) for a, b in pairwise(order))


@given(st.integers(3, 7), st.integers(0, 10_000))
def test_neighbours_are_as_alike_as_any_order_of_the_tree_makes_them(n, seed):
    profiles = np.random.default_rng(seed).random((n, 4)) + 0.01
    found = ordered(pd.Index(range(n)), np.ones(n), profiles, "similarity").tolist()
    tree = linkage(pdist(profiles, "cosine"), "average")
    possible = every_order(2 * n - 2, tree, n)
    assert len(possible) == 2 ** (n - 1)
    assert found in possible
    assert length(found, profiles) == pytest.approx(min(length(order, profiles) for order in possible))


def test_blocks_hidden_in_the_rows_come_to_stand_together():
    rng = np.random.default_rng(1)
    block = rng.permutation(np.repeat([0, 1, 2], 5))
    profiles = np.eye(3)[block].repeat(4, axis=1) + 0.2 * rng.random((15, 12))
    found = block[ordered(pd.Index(range(15)), np.ones(15), profiles, "similarity")]
    assert sum(a != b for a, b in pairwise(found)) == 2


def test_the_clustered_order_starts_at_its_larger_end():
    sizes = np.array([1, 2, 3, 4, 9])
    profiles = np.random.default_rng(2).random((5, 3))
    for turned in (sizes, sizes[::-1]):
        found = ordered(pd.Index(range(5)), turned, profiles, "similarity")
        assert turned[found[0]] >= turned[found[-1]]


def test_terms_without_a_profile_come_last_in_the_clustered_order():
    assert ordered(NAMES, SIZES, PROFILES, "similarity")[-1] == 3
    nowhere = np.full((4, 2), np.nan)
    assert ordered(NAMES, SIZES, nowhere, "similarity").tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize(("order", "expected"), [("taxonomy", [0, 1, 2, 3]), ("name", [1, 0, 2, 3]), ("size", [1, 2, 0, 3])])
def test_the_plain_orders(order, expected):
    assert ordered(NAMES, SIZES, PROFILES, order).tolist() == expected


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("n", [0, 1, 2, 4])
def test_every_order_keeps_every_term_once(order, n):
    found = ordered(NAMES[:n], SIZES[:n], PROFILES[:n], order)
    assert sorted(found.tolist()) == list(range(n))


def test_identical_rows_can_be_ordered():
    assert sorted(ordered(NAMES, np.ones(4), np.ones((4, 3)), "similarity").tolist()) == [0, 1, 2, 3]


@pytest.mark.parametrize("order", ORDERS)
def test_only_terms_with_enough_workflows_are_shown(atlas, terms, tags, order):
    rows, columns = present_in_order(cross(atlas, "buyer_function", "control"), order, support=20)
    for shown, facet in ((rows, "buyer_function"), (columns, "control")):
        enough = {term for term in terms[facet] if sum(term in found for found in tags[facet].values()) >= 20}
        assert set(shown) == enough and shown.is_unique


def test_of_too_many_terms_the_largest_are_kept(atlas, terms, tags):
    rows, columns = present_in_order(cross(atlas, "buyer_function", "control"), "name", most=(5, 3))
    for shown, facet, most in ((rows, "buyer_function", 5), (columns, "control", 3)):
        count = {term: sum(term in found for found in tags[facet].values()) for term in terms[facet]}
        assert sorted((count[term] for term in shown), reverse=True) == sorted(count.values(), reverse=True)[:most]
        assert list(shown) == sorted(shown, key=str.casefold)


def test_without_rows_there_are_no_columns_either(small_atlas):
    rows, columns = present_in_order(cross(small_atlas, "buyer_function", "control", Selection(category="Regulated AI")), "similarity")
    assert len(rows) == len(columns) == 0
