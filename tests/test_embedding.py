"""Places and groups from distances, against scikit-learn, SciPy and brute force."""

from itertools import combinations

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.spatial.distance import cdist, pdist, squareform
from scipy.special import rel_entr
from sklearn import manifold
from sklearn.manifold._t_sne import _joint_probabilities
from sklearn.metrics import silhouette_samples

from analysis.embedding import _affinities, between, classical, smacof, stress, trustworthiness, tsne
from analysis.grouping import grouped, k_medoids, silhouettes
from analysis.space import distances, shown


@pytest.fixture(scope="module")
def real(atlas) -> np.ndarray:
    return distances(atlas, shown(atlas), {"control": 5, "capability": 5, "buyer": 5})


def generated(seed: int, n: int = 40) -> np.ndarray:
    """Distances of three loose clouds in five dimensions."""
    rng = np.random.default_rng(seed)
    spots = rng.normal(size=(n, 5)) + 3 * rng.integers(3, size=n)[:, None]
    return cdist(spots, spots)


seeds = pytest.mark.parametrize("seed", range(4))


@seeds
def test_places_in_a_plane_are_found_again_up_to_turning(seed):
    spots = np.random.default_rng(seed).normal(size=(30, 2))
    truth = cdist(spots, spots)
    for places in (classical(truth), smacof(truth)):
        assert between(places) == pytest.approx(truth, abs=1e-6)
        assert stress(truth, places) == pytest.approx(0, abs=1e-6)


def test_classical_scaling_is_that_of_scikit_learn(real):
    theirs = manifold.ClassicalMDS(n_components=2, metric="precomputed").fit_transform(real)
    assert between(classical(real)) == pytest.approx(between(theirs), abs=1e-8)


def test_metric_scaling_fits_no_worse_than_scikit_learn_from_the_same_start(real):
    for distance in (real, generated(1)):
        theirs = manifold.MDS(
            n_components=2, metric="precomputed", n_init=1, max_iter=300, eps=1e-9, init="random", random_state=0
        ).fit_transform(distance, init=classical(distance))
        mine = smacof(distance)
        raw = [((between(places) - distance) ** 2).sum() for places in (mine, theirs)]
        assert raw[0] <= 1.005 * raw[1]


def test_neighbour_embedding_keeps_neighbours_as_well_as_scikit_learn(real):
    start = classical(real)
    theirs = manifold.TSNE(
        metric="precomputed", init=1e-4 * start / start[:, 0].std(), perplexity=30, method="exact", random_state=0, max_iter=500
    ).fit_transform(real.copy())  # it squares what it is given
    mine = tsne(real)
    assert trustworthiness(real, mine, 10) > trustworthiness(real, theirs, 10) - 0.02
    assert trustworthiness(real, mine, 10) > trustworthiness(real, smacof(real), 10)


@pytest.mark.parametrize("perplexity", [2, 12, 30])
def test_neighbours_are_those_of_scikit_learn_at_every_perplexity(real, perplexity):
    twins = np.repeat(np.repeat(generated(1, 30), 4, axis=0), 4, axis=1)  # four of each: a row has at least three neighbours
    for distance in (real, generated(0, 100), 1e-3 * generated(2, 100), twins):
        theirs = squareform(_joint_probabilities(distance**2, perplexity, 0))
        if distance is twins and perplexity == 2:  # cannot be met: both leave out all but the three
            assert np.count_nonzero(_affinities(distance**2, perplexity) > 1e-9) == 3 * len(distance)
        else:
            assert _affinities(distance**2, perplexity) == pytest.approx(theirs, rel=1e-3, abs=1e-7)  # theirs are in single precision


def test_rows_whose_entropy_falls_all_at_once_have_the_perplexity_too():
    groups = np.arange(257) // 6
    distance = (groups[:, None] != groups) * 1.0  # six alike, all others as far as can be
    theirs = squareform(_joint_probabilities(distance**2, 30, 0))
    assert _affinities(distance**2, 30) == pytest.approx(theirs, rel=1e-2, abs=1e-7)


@pytest.mark.parametrize("n", [*range(3, 30), 56, 80])
def test_things_all_equally_far_apart_have_places(n):
    distance = 1.0 - np.eye(n)
    for places in (classical(distance), smacof(distance), tsne(distance)):
        assert places.shape == (n, 2) and np.isfinite(places).all()


@pytest.mark.parametrize("n", [20, 80, 120])
def test_it_is_as_near_to_the_neighbours_as_that_of_scikit_learn_after_four_times_the_steps(real, n):
    part = real[:n, :n]
    start, perplexity = classical(part), min(30, (n - 1) / 3)
    theirs = manifold.TSNE(
        metric="precomputed", init=1e-4 * start / start[:, 0].std(), perplexity=perplexity, method="exact", random_state=0, max_iter=1000
    ).fit_transform(part.copy())
    near = squareform(_joint_probabilities(part**2, perplexity, 0))

    def divergence(places):
        drawn = 1 / (1 + squareform(pdist(places, "sqeuclidean")))
        np.fill_diagonal(drawn, 0)
        return rel_entr(near, drawn / drawn.sum())[~np.eye(n, dtype=bool)].sum()

    assert divergence(tsne(part)) < 1.05 * divergence(theirs)  # both end in a minimum near others


@seeds
def test_stress_is_kruskals_at_the_best_scale(seed):
    distance = generated(seed)
    places = np.random.default_rng(seed).normal(size=(len(distance), 2))
    upper = np.triu_indices(len(distance), 1)
    d, y = distance[upper], between(places)[upper]
    best = minimize_scalar(
        lambda scale: np.sqrt(((scale * y - d) ** 2).sum() / ((scale * y) ** 2).sum()), bounds=(1e-3, 1e3), method="bounded"
    )
    assert stress(distance, places) == pytest.approx(best.fun, abs=1e-5)


@seeds
@pytest.mark.parametrize("k", [1, 3, 10, 19])
def test_trustworthiness_is_that_of_scikit_learn(seed, k):
    distance = generated(seed)
    places = classical(distance)
    assert trustworthiness(distance, places, k) == pytest.approx(
        manifold.trustworthiness(distance, places, n_neighbors=k, metric="precomputed")
    )


def test_trustworthiness_of_the_real_map_is_that_of_scikit_learn_but_for_ties(real):
    for places in (smacof(real), tsne(real)):
        theirs = manifold.trustworthiness(real, places, n_neighbors=10, metric="precomputed")
        assert trustworthiness(real, places, 10) == pytest.approx(theirs, abs=2e-3)


@seeds
def test_silhouettes_are_those_of_scikit_learn(seed, real):
    for distance in (generated(seed), real):
        groups = np.random.default_rng(seed).integers(4, size=len(distance))
        groups[0] = 9  # one alone
        assert silhouettes(distance, groups) == pytest.approx(silhouette_samples(distance, groups, metric="precomputed"))


@seeds
def test_medoids_cannot_be_bettered_by_any_exchange_and_nearly_by_any_choice(seed):
    distance = generated(seed, 16)
    owner = k_medoids(distance, 3)
    medoids = sorted(set(owner))
    cost = lambda chosen: distance[:, list(chosen)].min(axis=1).sum()  # noqa: E731
    mine = cost(medoids)
    assert distance[np.arange(16), owner] == pytest.approx(distance[:, medoids].min(axis=1))
    assert all(cost({*medoids} - {old} | {new}) >= mine - 1e-9 for old in medoids for new in range(16))
    assert mine <= 1.1 * min(map(cost, combinations(range(16), 3)))


def test_the_number_of_groups_is_the_one_with_the_highest_silhouette(real):
    scores = {k: silhouette_samples(real, k_medoids(real, k), metric="precomputed").mean() for k in range(2, 9)}
    assert len(set(grouped(real))) == max(scores, key=scores.get)


def test_clouds_far_apart_are_the_groups():
    spots = np.concatenate([np.random.default_rng(0).normal(size=(12, 2)) + at for at in ((0, 0), (40, 0), (0, 40), (40, 40))])
    owner = grouped(cdist(spots, spots))
    assert [len(set(owner[i : i + 12])) for i in range(0, 48, 12)] == [1, 1, 1, 1]
    assert len(set(owner)) == 4


def test_the_same_distances_give_the_same_places(real):
    assert np.array_equal(tsne(real, steps=50), tsne(real, steps=50))
    assert np.array_equal(smacof(real), smacof(real))


@pytest.mark.parametrize("place", [classical, smacof, tsne])
def test_twins_and_a_crowd_of_equals_get_finite_places(place):
    twins = generated(0, 12)
    twins[1], twins[:, 1] = twins[0], twins[:, 0]
    twins[1, 1] = 0
    for distance in (twins, 1 - np.eye(12), np.zeros((12, 12))):
        assert np.isfinite(place(distance)).all()
    assert len(set(k_medoids(np.zeros((12, 12)), 3))) == 3
