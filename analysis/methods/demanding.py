"""How production complexity is distributed, worked on the workflows of the selection."""

from __future__ import annotations

import numpy as np
from scipy.stats import rankdata

from analysis import counting
from analysis.complexity import LISTED, information, parts, regulated_controls, spread, template
from analysis.methods.method import Example, method, number
from analysis.selection import Selection
from analysis.words import listed, plural
from atlas_data import Atlas

_NEEDS = ("control", "layer", "reviewer_role", "category", "stage")
_ENOUGH = 5  # workflows in a group of the Kruskal-Wallis test


@method(
    "production-complexity",
    "How far a number tells workflows apart",
    formula=r"\frac{\max_v \left|\{w : x_w = v\}\right|}{n}",
    meaning="The share of workflows at the most common value of a number. Listed items vary little: what most workflows share cannot tell "
    "them apart, so items are not counted as complexity. Its parts are information, layer span, reviewer mix and regulated controls.",
    assumptions="The parts are not added up: no weighting of them could be justified from the data.",
    where="analysis.complexity.template",
    needs=_NEEDS,
)
def commonest(atlas: Atlas, selection: Selection | None) -> Example | None:
    n = counting.total(atlas, counting.stating(atlas, "control", selection))
    if not n:
        return None
    table = template(atlas, selection)
    items = table[table["kind"] == "listed"]
    name = items["share"].idxmax()
    value = float(items.at[name, "share"])
    label = LISTED[name.removeprefix("listed_")].lower()
    words = f"Number of {label} listed: {items.at[name, 'common']:.0f} in {round(value * n)} of {plural(n, 'workflow')}."
    return Example(words, rf"\frac{{{round(value * n)}}}{{{n}}} = {number(value)}", value)


@method(
    "reviewer-mix",
    "Reviewer mix",
    formula=r"-\sum_{r \in R_w} \log_2 \frac{N_r}{N}",
    meaning="How unusual the roles R_w that review a workflow are, in bits. N_r of the N workflows of the whole atlas name role r.",
    source="Shannon, C. E. (1948), Bell System Technical Journal 27, 379-423: self-information.",
    assumptions="Roles are taken as independent. Who lists more roles has more bits.",
    where="analysis.complexity.parts",
    needs=_NEEDS,
)
def reviewer_mix(atlas: Atlas, selection: Selection | None) -> Example | None:
    table = parts(atlas, selection)
    if not len(table) or not table["reviewer_information"].any():
        return None
    workflow = table["reviewer_information"].idxmax()
    row = atlas.facet("reviewer_role").table.loc[workflow].to_numpy(dtype=bool)
    counts = counting.per_term(atlas, "reviewer_role")[row]
    terms = [rf"\log_2 \frac{{{count}}}{{{len(atlas)}}}" for count in counts]
    value = float(information(atlas, "reviewer_role")[workflow])
    words = f"{atlas.workflows.at[workflow, 'title']} is reviewed by {listed(list(atlas.facet('reviewer_role').terms[row]))}."
    return Example(words, rf"-\left({' + '.join(terms)}\right) = {number(value)}", value)


@method(
    "regulated-controls",
    "Regulated controls",
    formula=r"\left|C_w \cap \{c : s_c > s'_c,\; q_c < 0.05\}\right|",
    meaning="How many of a workflow's controls C_w Regulated AI requires more often (share s_c) than the rest of the whole atlas (s'_c).",
    source="Fisher's exact test; q: Benjamini and Hochberg (1995) over the controls.",
    assumptions="Defined by Regulated AI, so it leads by construction. None in an atlas without that category.",
    where="analysis.complexity.regulated_controls",
    needs=_NEEDS,
)
def regulated(atlas: Atlas, selection: Selection | None) -> Example | None:
    marked, table = regulated_controls(atlas), parts(atlas, selection)
    if not len(marked) or not len(table):
        return None
    workflow = table["regulated_controls"].idxmax()
    has = [term for term in marked if atlas.facet("control").table.at[workflow, term]]
    words = f"{atlas.workflows.at[workflow, 'title']}, of {listed(list(marked))}: {listed(has) or 'none'}."
    return Example(words, rf"\left|\{{\ldots\}}\right| = {len(has)}", float(table.at[workflow, "regulated_controls"]))


@method(
    "kruskal-wallis",
    "Whether groups differ, and by how much",
    formula=r"H = \frac{\frac{12}{n(n+1)}\sum_g \frac{R_g^2}{n_g} - 3(n+1)}{1 - \sum_t \frac{t^3 - t}{n^3 - n}}, "
    r"\qquad \varepsilon^2 = \frac{H}{n - 1}",
    meaning="Workflows are ranked by a part of complexity; R_g is the sum of ranks in group g, t the size of each set of ties. H is "
    "compared with chi-squared for p. Epsilon squared is the share of the variation in ranks that lies between groups; the "
    "example works it.",
    source="Kruskal, W. H. and Wallis, W. A. (1952), Journal of the American Statistical Association 47, 583-621; Kelley, T. L. (1935).",
    assumptions="Groups of fewer than 5 workflows are left out. Workflows are independent of each other.",
    where="analysis.complexity.spread",
    needs=_NEEDS,
)
def kruskal_wallis(atlas: Atlas, selection: Selection | None) -> Example | None:
    found = spread(atlas, "information", "category", selection)
    if not np.isfinite(found.effect):
        return None
    values = found.values[found.values["group"].isin(found.groups.index[found.groups["n"] >= _ENOUGH])]
    level = values["value"].round(9)
    ranks, n = rankdata(level), len(values)
    sums = values.assign(rank=ranks).groupby("group", observed=True)["rank"].agg(["sum", "size"])
    ties = level.value_counts().to_numpy().astype(float)
    correction = 1 - ((ties**3 - ties).sum() / (float(n) ** 3 - n))
    squares = " + ".join(rf"\frac{{{total:.10g}^{{2}}}}{{{size:.0f}}}" for total, size in sums.to_numpy())
    sizes = ", ".join(f"{group} {size:.0f}" for group, size in sums["size"].items())
    words = f"Bits of controls by category: {sizes}; n = {n}, p = {found.p:.2g}."
    top = rf"\frac{{12}}{{{n} \cdot {n + 1}}} \cdot \left({squares}\right) - 3 \cdot {n + 1}"
    return Example(words, rf"\frac{{{top}}}{{{correction:.6g} \cdot {n - 1}}} = {number(found.effect)}", found.effect)
