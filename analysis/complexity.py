"""What makes a workflow demanding to run.

Counting listed items would measure the format: nearly every entry lists six controls, five capabilities and four to
six buyers. What does vary is how far the controls spread and how unusual they are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import chi2

from analysis import counting, kernel
from analysis.frequency import more_often
from analysis.keeping import kept
from analysis.selection import Selection, bits_of
from atlas_data import Atlas
from atlas_data.unstated import stated

_SHOWN = ("layer_span", "information", "reviewer_roles", "percentile")


def complexity(atlas: Atlas, selection: Selection | None = None) -> pd.DataFrame:
    """The parts of production complexity, one row a selected workflow:

    - ``layer_span``: how many of the control layers its controls touch;
    - ``information``: information content of its control set in bits, the sum of -log2 of each control's share in the
      whole atlas: rare requirements weigh more (Shannon self-information, controls taken as independent);
    - ``reviewer_roles``: how many distinct roles review it;
    - ``percentile``: share of the whole atlas with less information, ties counted half, times 100.

    The parts are not added up: no weighting of them could be justified from the data.

    >>> from atlas_data import load_atlas
    >>> parts = complexity(load_atlas())
    >>> bool(parts["layer_span"].between(1, 6).all())
    True
    """
    return complexity_at(atlas, bits_of(atlas, selection))


def complexity_at(atlas: Atlas, at: np.ndarray, names: Iterable[str] = _SHOWN) -> pd.DataFrame:
    """The parts of the workflows at some places of the atlas."""
    values = _values(atlas)
    which = {facet: counting.set_at(atlas, facet, at) for facet in dict.fromkeys(values[name][0] for name in names)}
    return pd.DataFrame({name: values[name][1][which[values[name][0]]] for name in names}, index=atlas.workflows.index[at])


@kept(1)
def _values(atlas: Atlas) -> dict[str, tuple[str, np.ndarray]]:
    """What is told of a workflow follows from its sets of terms: which facet's, and the value of each set."""
    controls, layers, roles = (counting.distinct(atlas, name) & stated(atlas.facet(name).terms) for name in _FOLLOWED)
    bits = controls @ term_information(atlas, "control")
    _, place = np.unique(bits.round(9), return_inverse=True)  # equal sets may differ in the last digits, by the order of summation
    count = np.bincount(place, counting.per_place(atlas, ["control"])["control"])
    return {
        "layer_span": ("layer", layers.sum(axis=1)),
        "information": ("control", bits),
        "reviewer_roles": ("reviewer_role", roles.sum(axis=1)),
        "percentile": ("control", (100 * (np.cumsum(count) - count / 2) / max(len(atlas), 1))[place]),
        "reviewer_information": ("reviewer_role", roles @ term_information(atlas, "reviewer_role")),
        "regulated_controls": ("control", controls[:, atlas.facet("control").terms.isin(regulated_controls(atlas))].sum(axis=1)),
    }


def information(atlas: Atlas, facet: str = "control") -> pd.Series:
    """Sum of -log2 share of each workflow's terms, in bits; shares are over the whole atlas."""
    sets, which = counting.sets_of(atlas, facet)
    return pd.Series((sets @ term_information(atlas, facet))[which], index=atlas.workflows.index, name="information")


def term_information(atlas: Atlas, facet: str) -> np.ndarray:
    """-log2 of each term's share in the whole atlas, in bits; 0 for terms that never occur, and for what is not stated."""
    count = counting.per_term(atlas, facet)
    share = np.where(count > 0, count, len(atlas)) / max(len(atlas), 1)
    return -np.log2(share) * stated(atlas.facet(facet).terms)


_FOLLOWED = ("control", "layer", "reviewer_role")  # the facets that all of this follows from
PARTS = {
    "information": "Controls, bits",
    "layer_span": "Layers touched",
    "reviewer_information": "Reviewer mix, bits",
    "regulated_controls": "Regulated controls",
}
LISTED = {"controls": "Controls", "capabilities": "Capabilities", "buyers": "Buyers", "infrastructure": "Requirements", "risks": "Risks"}
REGULATED = "Regulated AI"  # the category whose distinctive controls count as regulated controls
DOTS = 3_000  # workflows up to which each is drawn
_ENOUGH = 5  # the chi-squared approximation of the Kruskal-Wallis test wants at least 5 in a group


def regulated_controls(atlas: Atlas) -> pd.Index:
    """Controls that Regulated AI requires more often than the rest of the whole atlas (Fisher, q < 0.05); none without that category."""
    if REGULATED not in atlas.facet("category").terms:
        return atlas.facet("control").terms[:0]
    controls, found = atlas.facet("control").terms, more_often(atlas, "control", Selection(category=REGULATED))
    return controls[controls.isin(found)]  # in the order of the vocabulary


def parts(atlas: Atlas, selection: Selection | None = None) -> pd.DataFrame:
    """What production complexity is made of, one row a selected workflow, one column a part of ``PARTS``.

    ``information`` and ``layer_span`` as in :func:`complexity`; ``reviewer_information``: sum of -log2 share over the
    roles that review it, so that unusual reviewers weigh more; ``regulated_controls``: how many of
    :func:`regulated_controls` it requires.

    >>> from atlas_data import load_atlas
    >>> list(parts(load_atlas()).columns) == list(PARTS)
    True
    """
    return complexity_at(atlas, bits_of(atlas, selection), PARTS)


@kept(1)
def _by_set(atlas: Atlas) -> dict[str, tuple[str, np.ndarray, np.ndarray]]:
    """Each part as what it follows from: a facet, and of each of its sets its value's place among the distinct values, in order,
    and these (equal but for the order of summation)."""
    found = {}
    for part in PARTS:
        facet, value = _values(atlas)[part]
        distinct, place = np.unique(value.round(9), return_inverse=True)
        found[part] = (facet, place, distinct.astype(float))
    return found


def tallies(
    atlas: Atlas, selection: Selection | np.ndarray | None = None, names: Iterable[str] = ()
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Of each of some parts (all without) and numbers of listed items the distinct values, in order, and how many selected
    workflows have each."""
    names = tuple(names or PARTS)
    counted = counting.per_place(atlas, _facets_of(atlas, names), selection)
    found = {}
    for name in names:
        if name in PARTS:
            found[name] = _valued(atlas, name, counted)
        else:
            count = counting.per_number(atlas, name, selection)
            found[name] = np.flatnonzero(count).astype(float), count[count > 0]
    return found


def tallies_by(atlas: Atlas, by: str, selection: Selection | np.ndarray | None = None) -> list[dict[str, tuple[np.ndarray, np.ndarray]]]:
    """:func:`tallies` of all parts, of the selected workflows with each term of a facet."""
    counted = counting.per_place_by(atlas, _facets_of(atlas, PARTS), by, selection)
    each = ({facet: count[term] for facet, count in counted.items()} for term in range(len(atlas.facet(by).terms)))
    return [{name: _valued(atlas, name, count) for name in PARTS} for count in each]


def _facets_of(atlas: Atlas, names: Iterable[str]) -> set[str]:
    return {_by_set(atlas)[name][0] for name in names if name in PARTS}


def _valued(atlas: Atlas, part: str, counted: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """The distinct values of a part and how often each occurs, from the counts of its facet's sets."""
    facet, place, distinct = _by_set(atlas)[part]
    count = np.bincount(place, counted[facet], minlength=len(distinct)).astype(np.int64)
    return distinct[count > 0], count[count > 0]


def quantile(values: np.ndarray, count: np.ndarray, share: float) -> float:
    """The quantile of values that occur ``count`` times each, in order, linear between neighbours as NumPy's; NaN of none.

    >>> quantile(np.array([1.0, 2.0]), np.array([3, 1]), 0.75)
    1.25
    """
    if not len(values):
        return np.nan
    upto, place = np.cumsum(count), (count.sum() - 1) * share
    low, high = (values[np.searchsorted(upto, at, side="right")] for at in (np.floor(place), np.ceil(place)))
    return float(low + (high - low) * (place - np.floor(place)))


def template(atlas: Atlas, selection: Selection | None = None) -> pd.DataFrame:
    """How much the numbers of listed items vary between workflows, beside the parts of complexity.

    One row a number, listed items first: its ``kind`` ("listed" or "part"), ``median``, 10% and 90% quantiles ``low`` and
    ``high``, the most common value (``common``), the ``share`` of workflows that have exactly this value, and how many
    ``distinct`` values there are. What most workflows share cannot tell them apart. Those whose controls are not stated are left out.

    >>> from atlas_data import load_atlas
    >>> shares = template(load_atlas()).groupby("kind")["share"].mean()
    >>> bool(shares["listed"] > shares["part"])
    True
    """
    rows, selection = [], counting.stating(atlas, "control", selection)
    for name, (values, count) in tallies(atlas, selection, (*LISTED, *PARTS)).items():
        at = int(count.argmax()) if len(count) else 0
        common, share = (values[at], count[at] / count.sum()) if len(count) else (np.nan, np.nan)
        cuts = [quantile(values, count, cut) for cut in (0.5, 0.1, 0.9)]
        rows.append(("listed" if name in LISTED else "part", *cuts, common, share, len(values)))
    columns = ["kind", "median", "low", "high", "common", "share", "distinct"]
    return pd.DataFrame(rows, columns=columns, index=pd.Index([*(f"listed_{name}" for name in LISTED), *PARTS], name="number"))


@dataclass(frozen=True, eq=False)
class Spread:
    """How a part of complexity is distributed over groups.

    ``values``: frame of one row a workflow with its ``group`` and ``value``, of up to 3,000 workflows; else empty. ``whiskers``:
    ``min`` and ``max`` of each group's values that lie within 1.5 times the distance of its quartiles from them. ``groups``:
    one row a group that occurs, with ``n``, ``low`` (smallest), the quartiles ``q1``, ``median``, ``q3``, and ``high``. ``p``:
    Kruskal-Wallis test that the groups of at least 5 workflows have the same distribution, ``effect`` its epsilon squared,
    H / (n - 1), the share of the variation in ranks between groups; both NaN when fewer than two groups have that many or all
    values are equal.
    """

    values: pd.DataFrame
    groups: pd.DataFrame
    whiskers: pd.DataFrame
    p: float
    effect: float


def stating_part(atlas: Atlas, part: str, selection: Selection | None = None) -> np.ndarray:
    """The mask of the selected workflows that state what a part of complexity is told from."""
    return counting.stating(atlas, "reviewer_role" if part == "reviewer_information" else "control", selection)


def spread(atlas: Atlas, part: str, by: str = "category", selection: Selection | None = None) -> Spread:
    """A part of complexity by the groups of a facet that gives each workflow one term, of the workflows of which it is known.

    Kruskal and Wallis (1952), Journal of the American Statistical Association 47, 583-621; epsilon squared: Kelley (1935).

    >>> from atlas_data import load_atlas
    >>> found = spread(load_atlas(), "information", "stage")
    >>> int(found.groups["n"].sum()), 0 <= found.p <= 1
    (207, True)
    """
    mask, held = stating_part(atlas, part, selection), atlas.workflows[by]
    values = pd.DataFrame({"group": [], "value": []})
    if counting.total(atlas, mask) <= DOTS:
        at = bits_of(atlas, mask)
        values = pd.DataFrame({"group": held[at], "value": complexity_at(atlas, at, PARTS)[part]}).dropna()
    words = dict(zip(atlas.facet(by).terms, kernel.facet_words(atlas.facet(by)), strict=True))
    counted = {term: tallies(atlas, words[term] & mask, [part])[part] for term in held.cat.categories if term in words}
    counted = {term: found for term, found in counted.items() if len(found[0])}
    cuts = {"low": 0, "q1": 0.25, "median": 0.5, "q3": 0.75, "high": 1}
    rows = [(count.sum(), *(quantile(value, count, cut) for cut in cuts.values())) for value, count in counted.values()]
    index = pd.CategoricalIndex(counted, categories=held.cat.categories, ordered=held.cat.ordered, name="group")
    groups = pd.DataFrame(rows, columns=["n", *cuts], index=index)
    ends = []
    for (value, _), (_, row) in zip(counted.values(), groups.iterrows(), strict=True):
        reach = 1.5 * (row["q3"] - row["q1"])
        inside = value[(value >= row["q1"] - reach) & (value <= row["q3"] + reach)]
        ends.append((inside.min(), inside.max()))
    whiskers = pd.DataFrame(ends, columns=["min", "max"], index=index)
    return Spread(values, groups, whiskers, *_kruskal([found for found in counted.values() if found[1].sum() >= _ENOUGH]))


def _kruskal(groups: list[tuple[np.ndarray, np.ndarray]]) -> tuple[float, float]:
    """p of the Kruskal-Wallis test and epsilon squared, of groups given as distinct values and how often each occurs."""
    every = np.unique(np.concatenate([value for value, _ in groups])) if groups else np.zeros(0)
    if len(groups) < 2 or len(every) < 2:
        return np.nan, np.nan
    table = np.zeros((len(groups), len(every)))
    for row, (value, count) in zip(table, groups, strict=True):
        row[np.searchsorted(every, value)] = count
    sizes, ties = table.sum(axis=1), table.sum(axis=0)
    n = sizes.sum()
    rank = np.cumsum(ties) - (ties - 1) / 2  # the mean rank of each value
    statistic = 12 / (n * (n + 1)) * ((table @ rank) ** 2 / sizes).sum() - 3 * (n + 1)
    statistic /= 1 - (ties**3 - ties).sum() / (n**3 - n)
    return float(chi2.sf(statistic, len(groups) - 1)), float(statistic / (n - 1))
