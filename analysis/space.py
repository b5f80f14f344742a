"""All workflows on one map: how far apart any two are, where that places them, and which groups they form."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis import counting
from analysis.complexity import term_information
from analysis.embedding import smacof, stress, trustworthiness, tsne
from analysis.grouping import grouped, silhouettes
from analysis.keeping import kept
from analysis.matrix import CrossTable
from analysis.selection import Selection, bits_of
from atlas_data import Atlas
from atlas_data.problems import nearest
from atlas_data.unstated import stated

KINDS = {"control": ("control",), "capability": ("capability_family",), "buyer": ("buyer_function", "buyer_industry")}
WEIGHINGS = {"information": "Rare terms count more", "plain": "Every term counts the same"}
LAYOUTS = {"neighbours": "Neighbours (t-SNE)", "distances": "Distances (MDS)"}
SHOWN = 300  # workflows on a map at most: every pair is compared
SAMPLED = 150  # of more, so many are drawn by lot
FEWEST = 3  # of which there can be a map
FEWEST_GROUPED = 10  # below this many workflows no groups are looked for
NEIGHBOURS = 10  # whose trustworthiness is stated
NAMING = 3  # terms in the name of a group
SEED = 20_261_121


class TooFew(ValueError):
    """Fewer workflows than a map can be made of."""


@dataclass(frozen=True, eq=False)
class Space:
    """A map of workflows.

    ``points``: one row a workflow on the map: ``title``, ``category``, ``stage``, its place ``x``, ``y`` (no unit),
    ``group`` (1 is the largest; 0 when none are looked for), ``silhouette`` (-1 to 1, how well it fits its group),
    ``nearest`` (the workflow least far from it) and its ``distance``, 0 to 1.
    ``groups``: one row a group: ``name``, ``workflows``, ``silhouette`` (mean), ``medoid`` (the workflow in its middle),
    ``terms``, (facet, term, share inside, share outside) of the terms that name it.
    ``n`` workflows are selected; of more than 300 are 150 drawn by lot, always the same ones; ``silent`` of them are left out, because
    nothing is stated of them that weighs. ``distances``: those of the points.
    ``stress`` is Kruskal's stress-1, ``trustworthiness`` that of the ``neighbours`` nearest.
    """

    points: pd.DataFrame
    groups: pd.DataFrame
    n: int
    silent: int
    distances: np.ndarray
    stress: float
    trustworthiness: float
    neighbours: int
    layout: str


def space(
    atlas: Atlas,
    selection: Selection | None = None,
    control: int = 5,
    capability: int = 5,
    buyer: int = 5,
    weighing: str = "information",
    layout: str = "neighbours",
) -> Space:
    """A map of the selected workflows by the controls, capabilities and buyers they share.

    ``control``, ``capability``, ``buyer``: how much each kind of term weighs in the distance of two workflows (see
    :func:`distances`). ``weighing``: one of ``WEIGHINGS``; ``layout``: one of ``LAYOUTS``, t-SNE from 10 workflows on.
    Groups are k-medoids, as many (2 to 8) as give the highest mean silhouette, named by the terms whose share inside
    differs most from that outside (adjusted residual). ``ValueError`` for an unknown option, when nothing weighs, or for
    fewer than 3 workflows of which anything is stated.

    >>> from atlas_data import load_atlas
    >>> found = space(load_atlas(), Selection(category="Frontier AI"))
    >>> len(found.points), found.points["group"].nunique() == len(found.groups)
    (18, True)
    """
    for value, known in ((weighing, WEIGHINGS), (layout, LAYOUTS)):
        if value not in known:
            raise ValueError(f"no option {value!r}{nearest(value, known)} Options: {', '.join(known)}")
    if not facets_of(atlas, {"control": control, "capability": capability, "buyer": buyer}):
        raise ValueError("give at least one kind of term that the atlas has a weight above 0")
    return _space(atlas, selection if selection is not None else Selection(), control, capability, buyer, weighing, layout)


@kept(32)  # a change of colour asks for the same map again
def _space(atlas: Atlas, selection: Selection, control: int, capability: int, buyer: int, weighing: str, layout: str) -> Space:
    n, drawn = counting.total(atlas, selection), shown(atlas, selection)
    weights = {"control": control, "capability": capability, "buyer": buyer}
    terms, known, silent = told(atlas, drawn, facets_of(atlas, weights))
    at = drawn[~silent]
    if len(at) < FEWEST:
        raise TooFew(f"a map needs at least {FEWEST} workflows of which anything is stated")
    distance = distances(atlas, at, weights, weighing)
    layout = layout if len(at) >= FEWEST_GROUPED else "distances"
    places = _upright(tsne(distance) if layout == "neighbours" else smacof(distance))
    group, fits = np.zeros(len(at), dtype=int), np.full(len(at), np.nan)
    groups = pd.DataFrame(columns=["name", "workflows", "silhouette", "medoid", "terms"], index=pd.Index([], name="group"))
    rows = atlas.workflows.iloc[at][["title", "category", "stage"]]
    ids = rows.index
    if len(at) >= FEWEST_GROUPED:
        medoid = grouped(distance)
        middles, sizes = np.unique(medoid, return_counts=True)
        middles = middles[np.argsort(-sizes, kind="stable")]
        member = medoid[:, None] == middles
        group, fits = member.argmax(axis=1) + 1, silhouettes(distance, medoid)
        groups = _groups(atlas, terms[~silent] & known, member, fits, ids[middles], facets_of(atlas, weights))
    others = distance + 2 * np.eye(len(at))
    columns = {name: column.array for name, column in rows.items()}
    columns |= {"x": places[:, 0], "y": places[:, 1], "group": group, "silhouette": fits}
    columns |= {"nearest": ids[others.argmin(axis=1)], "distance": others.min(axis=1)}
    k = min(NEIGHBOURS, (len(at) - 1) // 2)
    return Space(
        points=pd.DataFrame(columns, index=ids),
        groups=groups,
        n=n,
        silent=int(silent.sum()),
        distances=distance,
        stress=stress(distance, places),
        trustworthiness=trustworthiness(distance, places, k),
        neighbours=k,
        layout=layout,
    )


def facets_of(atlas: Atlas, weights: dict[str, int]) -> list[str]:
    """The facets that weigh and that the atlas has."""
    return [name for kind, weight in weights.items() if weight for name in KINDS[kind] if name in atlas.facets]


def shown(atlas: Atlas, selection: Selection | None = None, most: int = SHOWN) -> np.ndarray:
    """Positions of the selected workflows; of more than ``most`` those of a simple random sample of 150, always the same."""
    at = np.flatnonzero(bits_of(atlas, selection))
    return at if len(at) <= most else np.sort(np.random.default_rng(SEED).choice(at, min(most, SAMPLED), replace=False))


def distances(atlas: Atlas, at: np.ndarray, weights: dict[str, int], weighing: str = "information") -> np.ndarray:
    """How little any two workflows share, 0 to 1: shape (n, n) for the n positions ``at``.

    For each kind of term (``KINDS``) 1 - Jaccard index of the two workflows' terms, weighted by -log2 of a term's share in
    the atlas (``"information"``) or not (``"plain"``). The kinds are averaged by ``weights``, leaving out a kind in which
    neither of the two has a term that weighs, or that is not stated of one (Gower, J. C. (1971), Biometrics 27, 857-871); two
    workflows that cannot be compared in any are 1 apart.
    """
    total, possible = np.zeros((len(at), len(at))), np.zeros((len(at), len(at)))
    for kind in KINDS:
        names = facets_of(atlas, {kind: weights[kind]})
        if names:
            has, known, silent = told(atlas, at, names)
            terms = has.astype(float)
            weight = np.concatenate([term_information(atlas, name) for name in names]) if weighing == "information" else known.astype(float)
            common, own = (terms * weight) @ terms.T, terms @ weight
            either = own[:, None] + own - common
            comparable = (either > 0) & ~(silent[:, None] | silent)
            total += weights[kind] * np.divide(either - common, either, out=np.zeros_like(either), where=comparable)
            possible += weights[kind] * comparable
    distance = np.divide(total, possible, out=np.ones_like(total), where=possible > 0)
    np.fill_diagonal(distance, 0)
    return np.clip((distance + distance.T) / 2, 0, 1)


def told(atlas: Atlas, at: np.ndarray, names: list[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Which terms of some facets workflows have, which terms state something, and of which workflows nothing is stated."""
    has = np.hstack([counting.terms_at(atlas, name, at) for name in names]).astype(bool)
    known = np.concatenate([stated(atlas.facet(name).terms) for name in names])
    return has, known, counting.silent(has, known)


def _upright(places: np.ndarray) -> np.ndarray:
    """Turned so that the map is widest from left to right: it has no direction of its own."""
    left, lengths, _ = np.linalg.svd(places - places.mean(axis=0), full_matrices=False)
    turned = left * lengths
    return turned * np.where(turned[np.abs(turned).argmax(axis=0), [0, 1]] < 0, -1, 1)


def _groups(atlas: Atlas, has: np.ndarray, member: np.ndarray, fits: np.ndarray, medoids: pd.Index, facets: list[str]) -> pd.DataFrame:
    """Name, size, fit, medoid and naming terms of each group; ``has``: (workflows, terms), ``member``: (workflows, groups)."""
    terms = [(name, term) for name in facets for term in atlas.facet(name).terms]
    inside, sizes, have = member.T.astype(np.int64) @ has.astype(np.int64), member.sum(axis=0), has.sum(axis=0)
    numbers = pd.RangeIndex(1, len(sizes) + 1, name="group")
    residual = np.nan_to_num(CrossTable(inside, sizes, have, len(has), numbers, pd.RangeIndex(len(terms)), False).residual)
    first = np.argsort(-residual, axis=1, kind="stable")[:, :NAMING]
    named = [
        tuple(
            (*terms[j], inside[g, j] / sizes[g], (have[j] - inside[g, j]) / max(len(has) - sizes[g], 1)) for j in row if residual[g, j] > 0
        )
        for g, row in enumerate(first)
    ]
    return pd.DataFrame(
        {
            "name": [" · ".join(term for _, term, _, _ in row) or f"Group {g}" for g, row in zip(numbers, named, strict=True)],
            "workflows": sizes,
            "silhouette": (member * fits[:, None]).sum(axis=0) / sizes,
            "medoid": medoids,
            "terms": named,
        },
        index=numbers,
    )
