"""How alike groups are in what they require, worked on the two categories that are most alike."""

from __future__ import annotations

import numpy as np

from analysis.frequency import shared_by
from analysis.keeping import kept
from analysis.methods.method import Example, method, number
from analysis.profiles import MaturityTest, maturity_test, profile_similarity
from analysis.selection import Selection
from atlas_data import Atlas
from atlas_data.unstated import stated


@method(
    "profile-similarity",
    "Similarity of profiles",
    formula=r"1 - \left[H\left(\tfrac{P+Q}{2}\right) - \tfrac{H(P)+H(Q)}{2}\right], \qquad H(P) = -\sum_c P_c \log_2 P_c",
    meaning="1 minus the Jensen-Shannon divergence, base 2, of the control rates P and Q of two groups, each scaled to sum 1. "
    "1 means the same mix of controls, 0 none in common.",
    source="Lin, J. (1991), IEEE Transactions on Information Theory 37, 145-151.",
    assumptions="Groups of fewer than 3 workflows are left out. The interval is a percentile bootstrap over workflows within each group; "
    "resampling adds noise to both profiles, so it lies a little low for small groups.",
    where="analysis.profiles.profile_similarity",
    needs=("control", "category"),
)
def similar_profiles(atlas: Atlas, selection: Selection | None) -> Example | None:
    pairs = profile_similarity(atlas, selection=selection, resamples=2)
    if not len(pairs) or pairs["similarity"].isna().all():
        return None
    first, second = pairs["similarity"].idxmax()
    rates = shared_by(atlas, "control", "category", selection).loc[[first, second], stated(atlas.facet("control").terms)]
    p, q = rates.div(rates.sum(axis=1), axis=0).to_numpy()
    entropies = [_entropy(profile) for profile in ((p + q) / 2, p, q)]
    value = float(pairs["similarity"].max())
    middle, left, right = map(number, entropies)
    words = f"{first} and {second}, over {rates.shape[1]} controls: H of the mean profile {middle} bits, of each {left} and {right}."
    return Example(words, rf"1 - \left({middle} - \frac{{{left} + {right}}}{{2}}\right) = {number(value)}", value)


def _entropy(profile) -> float:
    present = profile[profile > 0]
    return float(-(present * np.log2(present)).sum())


@method(
    "convergence-by-maturity",
    "Convergence by maturity",
    formula=r"\Delta = (D_{\text{last}} - D_{\text{first}}) - \overline{(D_{\text{last}} - D_{\text{first}})^{*}}, \qquad "
    r"p = \frac{1 + \#\{|\Delta^{*}| \ge |\Delta|\}}{1 + \text{shuffles}}",
    meaning="The change of the mean divergence D between categories from the earliest to the latest stage, beyond the mean change when "
    "stages are shuffled (*) among the workflows of each category. Negative: profiles grow more alike.",
    source="Phipson, B. and Smyth, G. K. (2010), Statistical Applications in Genetics and Molecular Biology 9, article 39, for p.",
    assumptions="Only cells of 3 workflows or more count, and stages with two such categories. Shuffling keeps the size of every cell, so "
    "the upward bias of divergence in small cells is the same with and without an effect. The interval is 1.96 bootstrap standard errors.",
    where="analysis.profiles.maturity_test",
    needs=("control", "category", "stage"),
)
def maturity(atlas: Atlas, selection: Selection | None) -> Example | None:
    test = _tested(atlas, selection if selection is not None else Selection())
    if test.effect is None:
        return None
    first, last = test.stages.loc[test.first], test.stages.loc[test.last]
    shuffled = last["expected"] - first["expected"]
    words = (
        f"D is {first['divergence']:.3f} at {test.first.lower()} and {last['divergence']:.3f} at {test.last.lower()}; over "
        f"{test.permutations:,} shuffles it changes by {shuffled:+.4f} on average. p = {test.p:.3f}."
    )
    change = rf"\left({number(last['divergence'])} - {number(first['divergence'])}\right) - \left({number(shuffled)}\right)"
    return Example(words, f"{change} = {number(test.effect)}", test.effect)


@kept(8)
def _tested(atlas: Atlas, selection: Selection) -> MaturityTest:
    return maturity_test(atlas, selection=selection)
