"""How far apart workflows are and what a map of them keeps, worked on the map that the page starts with."""

from __future__ import annotations

import numpy as np

from analysis.complexity import term_information
from analysis.embedding import between
from analysis.methods.method import Example, method, number
from analysis.selection import Selection
from analysis.space import KINDS, Space, facets_of, space, told
from atlas_data import Atlas

_NEEDS = ("control", "capability_family")
_WEIGHT = 5  # of each kind of term on the map that the page starts with


def _map(atlas: Atlas, selection: Selection | None) -> Space | None:
    """The map; ``None`` below three workflows, or when they cannot be told apart."""
    try:
        found = space(atlas, selection)
    except ValueError:
        return None
    return found if found.distances.any() else None


@method(
    "workflow-space",
    "Distance of two workflows",
    formula=r"d_{vw} = \frac{\sum_k m_k\left(1 - J_k\right)}{\sum_k m_k}, "
    r"\qquad J_k = \frac{\sum_{t \in v \cap w} \log_2 s_t}{\sum_{t \in v \cup w} \log_2 s_t}",
    meaning="0 when two workflows have the same terms, 1 when they share none: 1 minus the weighted Jaccard index over each kind k of term "
    "(controls, capability families, buyers), averaged by the weights m_k chosen. s_t is a term's share of the whole atlas.",
    source="Gower, J. C. (1971), Biometrics 27, 857-871; Jaccard, P. (1912), New Phytologist 11, 37-50.",
    assumptions="A kind in which neither workflow has a term that weighs, or that is not stated of one, is left out. "
    "That both lack a term says nothing.",
    where="analysis.space.distances",
    needs=_NEEDS,
)
def distance(atlas: Atlas, selection: Selection | None) -> Example | None:
    found = _map(atlas, selection)
    if found is None:
        return None
    apart = np.where(found.distances > 0, found.distances, 2.0)
    if apart.min() == 1:
        return None
    first, second = np.unravel_index(apart.argmin(), apart.shape)
    ids = found.points.index[[first, second]]
    parts = []
    for kind in KINDS:
        if not (names := facets_of(atlas, {kind: _WEIGHT})):
            continue
        bits = np.concatenate([term_information(atlas, name) for name in names])
        (one, other), _, silent = told(atlas, atlas.places(list(ids)), names)
        if (either := bits[one | other].sum()) and not silent.any():
            parts.append(rf"{_WEIGHT} \cdot \left(1 - \frac{{{number(bits[one & other].sum())}}}{{{number(either)}}}\right)")
    value = float(found.distances[first, second])
    titles = found.points.loc[ids, "title"]
    words = f"{titles.iloc[0]} and {titles.iloc[1]}, the nearest two that differ. Bits shared over bits of either, for each kind of term."
    return Example(words, rf"\frac{{{' + '.join(parts)}}}{{{_WEIGHT * len(parts)}}} = {number(value)}", value)


@method(
    "silhouette",
    "Silhouette",
    formula=r"\frac{b - a}{\max(a, b)}",
    meaning="How much better a workflow fits its own group than the next one, from -1 to 1: a is its mean distance to the others of "
    "its group, b the least mean distance to another group. There are as many groups, 2 to 8, as give the highest mean.",
    source="Rousseeuw, P. J. (1987), Journal of Computational and Applied Mathematics 20, 53-65. Groups: partition around medoids, "
    "Kaufman, L. and Rousseeuw, P. J. (1990), Finding Groups in Data, chapter 2.",
    assumptions="Some division is found in any set of workflows. A mean of at most 0.25 is said as no sharp borders. The terms that name a "
    "group also made it: they describe and test nothing.",
    where="analysis.grouping.silhouettes",
    needs=_NEEDS,
)
def silhouette(atlas: Atlas, selection: Selection | None) -> Example | None:
    found = _map(atlas, selection)
    if found is None or not len(found.groups):
        return None
    at = int(found.points["silhouette"].to_numpy().argmax())
    own, groups = int(found.points["group"].iloc[at]), found.points["group"].to_numpy()
    others = np.arange(len(groups)) != at
    mean = {g: float(found.distances[at, others & (groups == g)].mean()) for g in found.groups.index if (others & (groups == g)).any()}
    value = float(found.points["silhouette"].iloc[at])
    if not value or own not in mean:
        return None
    a, b = number(mean.pop(own)), number(min(mean.values()))
    words = f"{found.points['title'].iloc[at]}, which fits its group best."
    return Example(words, rf"\frac{{{b} - {a}}}{{\max\left({a}, {b}\right)}} = {number(value)}", value)


@method(
    "stress",
    "Stress of a map",
    formula=r"\sqrt{1 - \frac{\left(\sum d\,y\right)^2}{\sum d^2 \sum y^2}}",
    meaning="Stress-1: how far the distances y on the map are from being proportional to the distances d of the workflows, over all pairs. "
    "0 is perfect, above 0.2 poor.",
    source="Kruskal, J. B. (1964), Psychometrika 29, 1-27. Places: metric scaling by majorisation (Torgerson 1952; De Leeuw 1977), "
    "or t-SNE (van der Maaten and Hinton 2008).",
    assumptions="The map is taken at its best scale. A map of neighbours gives up distances between those far apart, so its stress is "
    "high: judge it by its trustworthiness.",
    where="analysis.embedding.stress",
    needs=_NEEDS,
)
def map_stress(atlas: Atlas, selection: Selection | None) -> Example | None:
    found = _map(atlas, selection)
    if found is None:
        return None
    d, y = found.distances, between(found.points[["x", "y"]].to_numpy())
    if not y.any():
        return None
    cross, given, drawn = (f"{(first * second).sum() / 2:.7g}" for first, second in ((d, y), (d, d), (y, y)))
    words = f"The map of {len(d)} workflows that the page starts with, {len(d) * (len(d) - 1) // 2:,} pairs."
    return Example(words, rf"\sqrt{{1 - \frac{{{cross}^{{2}}}}{{{given} \cdot {drawn}}}}} = {number(found.stress)}", found.stress)


@method(
    "trustworthiness",
    "Trustworthiness of a map",
    formula=r"1 - \frac{2}{n k (2n - 3k - 1)} \sum_v \sum_{w \in U_v} (r_{vw} - k)",
    meaning="Whether those that stand together on the map belong together. U_v are the workflows among the k nearest places of v "
    "that are not among its k nearest workflows, r_vw their rank by distance. 1 is perfect.",
    source="Venna, J. and Kaski, S. (2001), ICANN, LNCS 2130, 485-491.",
    assumptions="k = 10, less for few workflows. Of workflows equally far the first in the atlas counts as nearer.",
    where="analysis.embedding.trustworthiness",
    needs=_NEEDS,
)
def trust(atlas: Atlas, selection: Selection | None) -> Example | None:
    found = _map(atlas, selection)
    if found is None:
        return None
    n, k, value = len(found.points), found.neighbours, found.trustworthiness
    places = between(found.points[["x", "y"]].to_numpy())
    order, near = (np.where(np.eye(n, dtype=bool), -1.0, each).argsort(axis=1, kind="stable") for each in (found.distances, places))
    rank = order.argsort(axis=1)  # 0 is the workflow itself
    intruding = int(np.maximum(np.take_along_axis(rank, near[:, 1 : k + 1], axis=1) - k, 0).sum())
    words = f"n = {n} workflows, k = {k}. Intruders' ranks beyond k sum to {intruding:,}."
    working = rf"1 - \frac{{2}}{{{n} \cdot {k} \cdot \left(2 \cdot {n} - 3 \cdot {k} - 1\right)}} \cdot {intruding}"
    return Example(words, f"{working} = {number(value)}", value)
