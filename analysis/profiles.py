"""How alike groups of workflows are in what they require, and whether they grow more alike as they mature."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from analysis import counting, kernel, resampling
from analysis.frequency import shares
from analysis.selection import Selection
from atlas_data import Atlas
from atlas_data.unstated import stated

SEED = 20_261_121  # resampling is repeatable: the same selection gives the same interval
_AT_HAND = 200  # resamples
_EQUAL = 1e-5  # changes that differ by less are the same: those of shuffled stages are worked out in half the digits
MIN_GROUP = 3  # a profile of fewer workflows says more about chance than about the group


def divergence(rates: np.ndarray) -> np.ndarray:
    """Jensen-Shannon divergence, base 2, of every pair of rate profiles: shape (..., groups, terms) to (..., pairs).

    Profiles are normalised to sum 1; pairs come in the order of ``itertools.combinations``. 0 means the same mix of
    terms, 1 means no term in common. NaN where a profile is empty. Lin, J. (1991), IEEE Trans. Information Theory 37.

    >>> divergence(np.array([[1.0, 0.0], [0.0, 1.0]])).round(6)
    array([1.])
    """
    totals = rates.sum(axis=-1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = rates / totals
    pairs = list(combinations(range(rates.shape[-2]), 2))
    own, mixed = _entropy(p), np.empty((*p.shape[:-2], len(pairs), p.shape[-1]), dtype=p.dtype)
    for k, (i, j) in enumerate(pairs):  # of thousands of resamples: no copies of what is added
        np.add(p[..., i, :], p[..., j, :], out=mixed[..., k, :])
    mixed /= 2
    first, second = np.array(pairs, dtype=int).reshape(-1, 2).T
    return np.clip(_entropy(mixed) - (own[..., first] + own[..., second]) / 2, 0.0, 1.0)


def _entropy(p: np.ndarray) -> np.ndarray:
    bits = np.maximum(p, np.finfo(p.dtype).tiny)  # any logarithm will do for a share of 0
    return -np.einsum("...t,...t->...", p, np.log2(bits, out=bits))


def profile_similarity(
    atlas: Atlas, group: str = "category", facet: str = "control", selection: Selection | None = None, resamples: int = 400
) -> pd.DataFrame:
    """Similarity of every pair of groups: 1 - Jensen-Shannon divergence (base 2) of their rate profiles.

    One row a pair, indexed by (first, second) group term: ``similarity``, its 95% bootstrap interval ``low``-``high``
    (percentiles of ``resamples`` resamplings of workflows within each group; from 5,000 workflows on by
    :mod:`analysis.resampling`) and ``n_first``, ``n_second``. Resampling
    adds noise to both profiles, so the interval lies a little below the estimate for small groups. Groups with fewer
    than 3 selected workflows are left out, and so are workflows of which nothing is stated.

    >>> from atlas_data import load_atlas
    >>> pairs = profile_similarity(load_atlas(), resamples=50)
    >>> len(pairs), bool(pairs["similarity"].between(0, 1).all())
    (10, True)
    """
    mask = counting.stating(atlas, facet, selection)
    words = kernel.facet_words(atlas.facet(group)) & mask
    sizes = kernel.count(words)
    kept = np.flatnonzero(sizes >= MIN_GROUP)
    names = atlas.facet(group).terms[kept]
    pairs = list(combinations(range(len(kept)), 2))
    columns = ["similarity", "low", "high", "n_first", "n_second"]
    if not pairs:
        index = pd.MultiIndex.from_arrays([[], []], names=["first", "second"])
        return pd.DataFrame(columns=columns, index=index, dtype=float)
    rng = np.random.default_rng(SEED)
    if counting.total(atlas, mask) >= resampling.LARGE:
        found = [resampling.rates(atlas, facet, words[k]) for k in kept]
        rates = np.array([each.mean for each in found])
        drawn = np.stack([resampling.bootstrapped(each, resamples, rng) for each in found], axis=1)
    else:
        tags = [counting.per_workflow(atlas, facet, words[k]).astype(float) for k in kept]
        rates = np.array([rows.mean(axis=0) for rows in tags])
        drawn = np.stack([_resampled_rates(rows, resamples, rng) for rows in tags], axis=1)
    low, high = np.percentile(1 - divergence(drawn), [2.5, 97.5], axis=0)
    first, second = zip(*pairs, strict=True)
    index = pd.MultiIndex(levels=[names, names], codes=[first, second], names=["first", "second"])
    n = sizes[kept]
    return pd.DataFrame(
        {
            "similarity": 1 - divergence(rates),
            "low": low,
            "high": high,
            "n_first": n[list(first)],
            "n_second": n[list(second)],
        },
        index=index,
    )


def mean_similarity(atlas: Atlas, group: str = "category", facet: str = "control", selection: Selection | None = None) -> np.ndarray:
    """Mean of each group's similarities to the others, as :func:`profile_similarity` has them: (groups,), NaN where it has none.

    >>> from atlas_data import load_atlas
    >>> mean_similarity(load_atlas()).shape
    (5,)
    """
    mask = counting.stating(atlas, facet, selection)
    counts, sizes = counting.per_pair(atlas, group, facet, mask), counting.per_term(atlas, group, mask)
    kept = np.flatnonzero(sizes >= MIN_GROUP)
    similar = 1 - divergence(counts[kept] / sizes[kept, None])
    first, second = np.array(list(combinations(kept, 2)), dtype=int).reshape(-1, 2).T
    found = sum(np.bincount(one, similar, minlength=len(sizes)) for one in (first, second))
    return np.where(sizes >= MIN_GROUP, found / max(len(kept) - 1, 1), np.nan) if len(first) else np.full(len(sizes), np.nan)


def _resampled_rates(tags: np.ndarray, resamples: int, rng: np.random.Generator) -> np.ndarray:
    """Mean of each column over bootstrap samples of the rows: shape (resamples, columns)."""
    n = len(tags)
    drawn = rng.integers(n, size=(resamples, n)) + n * np.arange(resamples)[:, None]
    return np.bincount(drawn.ravel(), minlength=resamples * n).reshape(resamples, n) @ tags / n


@dataclass(frozen=True, eq=False)
class MaturityTest:
    """Whether the groups' profiles grow more alike from an early to a late stage.

    ``stages``: one row a stage with ``n``, ``groups`` (with at least 3 workflows), ``divergence`` (mean over pairs of
    groups) and, when stages are shuffled within groups, its mean ``expected`` and 95% range ``low``-``high``, NaN of a single stage.
    ``effect``: change of divergence from ``first`` to ``last`` stage beyond what shuffling gives, negative when profiles
    grow more alike; ``effect_low``-``effect_high`` is effect +- 1.96 bootstrap standard errors; ``p`` is two-sided from
    the permutations. All but ``stages`` and ``permutations`` are ``None`` when fewer than two stages can be compared or
    a group has no term of the facet there.
    """

    stages: pd.DataFrame
    first: str | None
    last: str | None
    effect: float | None
    effect_low: float | None
    effect_high: float | None
    p: float | None
    permutations: int


def maturity_test(
    atlas: Atlas,
    facet: str = "control",
    group: str = "category",
    selection: Selection | None = None,
    permutations: int = 2_000,
    resamples: int = 400,
) -> MaturityTest:
    """Test convergence by maturity: do the groups' profiles differ less in later stages?

    Mean pairwise Jensen-Shannon divergence between groups within each stage, against a permutation distribution that
    shuffles stages within each group. Shuffling keeps the number of workflows in every cell, so the upward bias of the
    divergence in small cells is the same in the data and under the null hypothesis. Only cells of at least 3 workflows
    count, and only stages with at least two such groups. p = (1 + permutations at least as extreme) / (1 + permutations)
    (Phipson and Smyth 2010). From 5,000 selected workflows on, shuffling and bootstrap go by :mod:`analysis.resampling`.

    >>> from atlas_data import load_atlas
    >>> test = maturity_test(load_atlas(), permutations=99, resamples=20)
    >>> test.first, test.last, 0 < test.p <= 1
    ('Emerging', 'Established', True)
    """
    names, mask = atlas.facet("stage").terms, counting.stating(atlas, facet, selection)
    cells = counting.per_pair(atlas, group, "stage", mask)  # group x stage
    used = [(s, np.flatnonzero(cells[:, s] >= MIN_GROUP)) for s in np.flatnonzero(stated(names))]
    used = [(s, members) for s, members in used if len(members) >= 2]
    stages = kernel.facet_words(atlas.facet("stage"))
    observed = np.array([divergence(shares(atlas, facet, group, mask & stages[s])[members]).mean() for s, members in used])
    rng, shuffled = np.random.default_rng(SEED), np.full((1, len(used)), np.nan)
    if len(used) >= 2:
        if counting.total(atlas, mask) >= resampling.LARGE:
            shuffled, drawn = _by_counts(atlas, group, facet, mask, cells, used, permutations, rng)
        else:
            shuffled, drawn = _by_rows(atlas, group, facet, mask, used, permutations, rng)

    table = pd.DataFrame(
        {
            "n": [int(cells[members, s].sum()) for s, members in used],
            "groups": [len(members) for _, members in used],
            "divergence": observed,
            "expected": shuffled.mean(axis=0),
            "low": np.percentile(shuffled, 2.5, axis=0),
            "high": np.percentile(shuffled, 97.5, axis=0),
        },
        index=pd.Index([names[s] for s, _ in used], name="stage"),
    )
    untestable = MaturityTest(table, None, None, None, None, None, None, permutations)
    if len(used) < 2:
        return untestable
    changes = shuffled[:, -1] - shuffled[:, 0]
    effect = (observed[-1] - observed[0]) - changes.mean()
    if not np.isfinite(effect):  # an empty profile has no divergence
        return untestable
    extreme = int((np.abs(changes - changes.mean()) >= abs(effect) - _EQUAL).sum())
    early, late = (_apart([drawn(s, k, resamples) for k in members]) for s, members in (used[0], used[-1]))
    error = (late - early).std(ddof=1)
    return MaturityTest(
        table, table.index[0], table.index[-1], float(effect), float(effect - 1.96 * error), float(effect + 1.96 * error),
        (1 + extreme) / (1 + permutations), permutations,
    )  # fmt: skip


def _by_counts(atlas: Atlas, group: str, facet: str, mask: np.ndarray, cells: np.ndarray, used: list, permutations: int, rng):
    """The divergence of each used stage when stages are shuffled, and what draws samples of a stage's workflows in a group."""
    groups, stages = (kernel.facet_words(atlas.facet(name)) & mask for name in (group, "stage"))
    sizes = kernel.count(groups)
    rest = np.concatenate([cells, (sizes - cells.sum(axis=1))[:, None]], axis=1)  # those of no stage are shuffled too
    dealt = {
        k: resampling.shuffled(resampling.rates(atlas, facet, groups[k]), rest[k], permutations, rng)
        for k in sorted({k for _, members in used for k in members})
    }
    shuffled = [_apart([dealt[k][:, s] for k in members]) for s, members in used]

    def drawn(s: int, k: int, resamples: int) -> np.ndarray:
        return resampling.bootstrapped(resampling.rates(atlas, facet, groups[k] & stages[s]), resamples, rng)

    return np.column_stack(shuffled), drawn


def _apart(rates: list[np.ndarray]) -> np.ndarray:
    """Mean pairwise divergence of the groups in each resample, given (resamples, terms) for each group; so many at a time as the
    processor keeps at hand."""
    stacked = np.stack(rates, axis=1)
    return np.concatenate([divergence(part).mean(axis=1) for part in np.array_split(stacked, len(stacked) // _AT_HAND + 1)])


def _by_rows(atlas: Atlas, group: str, facet: str, mask: np.ndarray, used: list, permutations: int, rng: np.random.Generator):
    """What :func:`_by_counts` gives, by shuffling and drawing the workflows themselves."""
    groups, stages, tags = (counting.per_workflow(atlas, name, mask) for name in (group, "stage", facet))
    tags = tags.astype(np.float32)  # counts, exact
    rates: dict[tuple[int, int], np.ndarray] = {}
    for k in sorted({k for _, members in used for k in members}):
        rows = np.flatnonzero(groups[:, k])
        order = rng.random((permutations, len(rows)), dtype=np.float32).argsort(axis=1)
        for s in [s for s, members in used if k in members]:
            inside = stages[rows, s].astype(np.float32)[order]
            rates[k, s] = (inside @ tags[rows]) / np.float32(stages[rows, s].sum())
    shuffled = [_apart([rates[k, s] for k in members]) for s, members in used]

    def drawn(s: int, k: int, resamples: int) -> np.ndarray:
        return _resampled_rates(tags[stages[:, s] & groups[:, k]], resamples, rng)

    return np.column_stack(shuffled).astype(float), drawn
