"""What makes a workflow demanding to run.

Counting listed items would measure the format: nearly every entry lists six controls, five capabilities and four to
six buyers. What does vary is how far the controls spread and how unusual they are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import kruskal

from analysis import counting
from analysis.frequency import frequency
from analysis.keeping import kept
from analysis.selection import Selection, bits_of
from atlas_data import Atlas


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
    return _complexity(atlas)[bits_of(atlas, selection)]


@kept(1)
def _complexity(atlas: Atlas) -> pd.DataFrame:
    bits = information(atlas)
    level = bits.to_numpy().round(9)  # equal sets may differ in the last digits, by the order of summation
    _, which, count = np.unique(level, return_inverse=True, return_counts=True)
    upto = np.cumsum(count)[which]
    below = upto - count[which]
    return pd.DataFrame(
        {
            "layer_span": counting.held(atlas, "layer").astype(np.int64),
            "information": bits,
            "reviewer_roles": counting.held(atlas, "reviewer_role").astype(np.int64),
            "percentile": 100 * (below + upto) / 2 / max(len(bits), 1),
        },
        index=bits.index,
    )


def information(atlas: Atlas, facet: str = "control") -> pd.Series:
    """Sum of -log2 share of each workflow's terms, in bits; shares are over the whole atlas."""
    sets, which = counting.sets_of(atlas, facet)
    return pd.Series((sets @ term_information(atlas, facet))[which], index=atlas.workflows.index, name="information")


def term_information(atlas: Atlas, facet: str) -> np.ndarray:
    """-log2 of each term's share in the whole atlas, in bits; 0 for terms that never occur."""
    count = counting.per_term(atlas, facet)
    share = np.where(count > 0, count, len(atlas)) / max(len(atlas), 1)
    return -np.log2(share)


PARTS = {
    "information": "Controls, bits",
    "layer_span": "Layers touched",
    "reviewer_information": "Reviewer mix, bits",
    "regulated_controls": "Regulated controls",
}
LISTED = {"controls": "Controls", "capabilities": "Capabilities", "buyers": "Buyers", "infrastructure": "Requirements", "risks": "Risks"}
REGULATED = "Regulated AI"  # the category whose distinctive controls count as regulated controls
_ENOUGH = 5  # the chi-squared approximation of the Kruskal-Wallis test wants at least 5 in a group


def regulated_controls(atlas: Atlas) -> pd.Index:
    """Controls that Regulated AI requires more often than the rest of the whole atlas (Fisher, q < 0.05); none without that category."""
    if REGULATED not in atlas.facet("category").terms:
        return atlas.facet("control").terms[:0]
    table = frequency(atlas, "control", Selection(category=REGULATED), "rest")
    return table.index[(table["q"] < 0.05) & (table["share"] > table["baseline"])]


def parts(atlas: Atlas, selection: Selection | None = None) -> pd.DataFrame:
    """What production complexity is made of, one row a selected workflow, one column a part of ``PARTS``.

    ``information`` and ``layer_span`` as in :func:`complexity`; ``reviewer_information``: sum of -log2 share over the
    roles that review it, so that unusual reviewers weigh more; ``regulated_controls``: how many of
    :func:`regulated_controls` it requires.

    >>> from atlas_data import load_atlas
    >>> list(parts(load_atlas()).columns) == list(PARTS)
    True
    """
    return _parts(atlas)[bits_of(atlas, selection)]


@kept(1)
def _parts(atlas: Atlas) -> pd.DataFrame:
    sets, which = counting.sets_of(atlas, "control")
    regulated = sets[:, atlas.facet("control").terms.isin(regulated_controls(atlas))].sum(axis=1)
    return _complexity(atlas)[["information", "layer_span"]].assign(
        reviewer_information=information(atlas, "reviewer_role"), regulated_controls=regulated[which]
    )


def template(atlas: Atlas, selection: Selection | None = None) -> pd.DataFrame:
    """How much the numbers of listed items vary between workflows, beside the parts of complexity.

    One row a number, listed items first: its ``kind`` ("listed" or "part"), ``median``, 10% and 90% quantiles ``low`` and
    ``high``, the most common value (``common``), the ``share`` of workflows that have exactly this value, and how many
    ``distinct`` values there are. What most workflows share cannot tell them apart.

    >>> from atlas_data import load_atlas
    >>> shares = template(load_atlas()).groupby("kind")["share"].mean()
    >>> bool(shares["listed"] > shares["part"])
    True
    """
    table = parts(atlas, selection)
    values = atlas.workflows.loc[bits_of(atlas, selection), list(LISTED)].add_prefix("listed_").join(table).round(9)
    modes = values.mode().iloc[0] if len(values) else pd.Series(np.nan, values.columns)
    return pd.DataFrame(
        {
            "kind": ["listed"] * len(LISTED) + ["part"] * len(PARTS),
            "median": values.median(),
            "low": values.quantile(0.1),
            "high": values.quantile(0.9),
            "common": modes,
            "share": (values == modes).mean(),
            "distinct": values.nunique(),
        },
        index=values.columns.rename("number"),
    )


@dataclass(frozen=True, eq=False)
class Spread:
    """How a part of complexity is distributed over groups.

    ``values``: frame of one row a workflow with its ``group`` and ``value``. ``groups``: one row a group that occurs, with
    ``n``, ``low`` (smallest), the quartiles ``q1``, ``median``, ``q3``, and ``high``. ``p``: Kruskal-Wallis test that the
    groups of at least 5 workflows have the same distribution, ``effect`` its epsilon squared, H / (n - 1), the share of the
    variation in ranks between groups; both NaN when fewer than two groups have that many or all values are equal.
    """

    values: pd.DataFrame
    groups: pd.DataFrame
    p: float
    effect: float


def spread(atlas: Atlas, part: str, by: str = "category", selection: Selection | None = None) -> Spread:
    """A part of complexity by the groups of a facet that gives each workflow one term.

    Kruskal and Wallis (1952), Journal of the American Statistical Association 47, 583-621; epsilon squared: Kelley (1935).

    >>> from atlas_data import load_atlas
    >>> found = spread(load_atlas(), "information", "stage")
    >>> int(found.groups["n"].sum()), 0 <= found.p <= 1
    (207, True)
    """
    groups = atlas.workflows.loc[bits_of(atlas, selection), by]
    values = pd.DataFrame({"group": groups.to_numpy() if groups.dtype == object else groups.array, "value": parts(atlas, selection)[part]})
    values = values.dropna()
    grouped = values.groupby("group", observed=True)["value"]
    cuts = {"low": 0, "q1": 0.25, "median": 0.5, "q3": 0.75, "high": 1}
    groups = pd.DataFrame({"n": grouped.size(), **{name: grouped.quantile(cut) for name, cut in cuts.items()}})
    tested = [found.to_numpy().round(9) for _, found in grouped if len(found) >= _ENOUGH]
    if len(tested) < 2 or len(np.unique(np.concatenate(tested))) < 2:
        return Spread(values, groups, np.nan, np.nan)
    statistic, p = kruskal(*tested)
    return Spread(values, groups, float(p), float(statistic / (sum(map(len, tested)) - 1)))
