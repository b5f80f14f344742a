"""Which terms occur together, worked on the controls of the strongest set, rule or tie."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis import counting
from analysis.bundles import bundles, rules
from analysis.inference import fisher_exact
from analysis.keeping import kept
from analysis.methods.method import Example, added, method, number
from analysis.network import Network, network
from analysis.selection import Selection
from analysis.words import listed, plural
from atlas_data import Atlas

_CONTROLS = ("control",)


def _support(atlas: Atlas, selection: Selection | None) -> int:
    """5% of the selected workflows, at least two: what the charts start with."""
    return max(2, -(-counting.total(atlas, selection) // 20))


@method(
    "intersections",
    "Intersections",
    formula=r"n_{\supseteq S} = \sum_{T \supseteq S} n_{=T}",
    meaning="Exactly these counts the workflows whose terms are the set S and no other, at least these those that have all of its terms, "
    "whatever else they have. Sets listed with at least these are closed: no term can be added without losing a workflow.",
    source="Lex, A. et al. (2014), IEEE TVCG 20, 1983-1992. Closed sets: Pasquier, N. et al. (1999), ICDT, LNCS 1540, 398-416; found by "
    "Uno, T. et al. (2004), Discovery Science, LNCS 3245, 16-31.",
    assumptions="None beyond the counts. The search stops at 5,000 closed sets and says so.",
    where="analysis.intersections.upset",
    needs=_CONTROLS,
)
def intersections(atlas: Atlas, selection: Selection | None) -> Example | None:
    terms = atlas.facet("control").terms
    pairs = np.triu(counting.per_pair(atlas, "control", "control", selection), k=1)
    if not pairs.any():
        return None
    pair = list(np.unravel_index(pairs.argmax(), pairs.shape))
    has = counting.per_workflow(atlas, "control", selection)
    more = np.bincount(has[has[:, pair].all(axis=1)].sum(axis=1) - 2)
    said = ", ".join(f"{count} with {further or 'no'} more" for further, count in enumerate(more))
    words = f"S = {listed(list(terms[pair]))}: workflows {said}."
    return Example(words, f"{added(more)} = {pairs.max()}", float(pairs.max()))


@kept(8)
def _bundles(atlas: Atlas, selection: Selection | None) -> pd.DataFrame:
    """The bundles of two or three terms, the strongest lift first; none where there are too many to list."""
    try:
        found = bundles(atlas, "control", selection, _support(atlas, selection))
    except ValueError:
        return pd.DataFrame()
    return found[found["degree"] <= 3]


def _sizes(atlas: Atlas, selection: Selection | None, terms: tuple[str, ...]) -> list[int]:
    counts = counting.per_term(atlas, "control", selection)
    return counts[atlas.facet("control").terms.get_indexer(list(terms))].tolist()


@method(
    "bundles",
    "Bundles: lift and leverage",
    formula=r"\text{lift} = \frac{n_S}{n\,\pi_S}, \qquad \text{leverage} = \frac{n_S}{n} - \pi_S, "
    r"\qquad \pi_S = \prod_{t \in S}\frac{n_t}{n}",
    meaning="How many times as often the terms of a set S occur together as they would if all were independent of each other, and by what "
    "share of the workflows more often. n_S workflows have all of them. The example works the lift.",
    source="Brin, S., Motwani, R. and Silverstein, C. (1997), SIGMOD Record 26(2), 265-276; leverage: Piatetsky-Shapiro, G. (1991).",
    assumptions="Independence of all terms at once, which any one strong pair inside a set makes unlikely: read it with the weakest split.",
    where="analysis.bundles.bundles",
    needs=_CONTROLS,
)
def bundle(atlas: Atlas, selection: Selection | None) -> Example | None:
    found = _bundles(atlas, selection)
    if not len(found):
        return None
    best, n = found.iloc[0], counting.total(atlas, selection)
    sizes = _sizes(atlas, selection, best["terms"])
    shares = r" \cdot ".join(rf"\frac{{{size}}}{{{n}}}" for size in sizes)
    counted = (f"{term} ({size})" for term, size in zip(best["terms"], sizes, strict=True))
    words = f"S = {listed(list(counted))}, together in {best['count']} of {plural(n, 'workflow')}."
    return Example(words, rf"\frac{{{best['count']}}}{{{n} \cdot {shares}}} = {number(best['lift'])}", float(best["lift"]))


@method(
    "weakest-split",
    "p of a bundle: its weakest split",
    formula=r"p = \max_{A \,\cup\, B \,=\, S} p_{\text{Fisher}}(A, B)",
    meaning="For each way to split a set in two parts, Fisher's exact test of having the one part by having the other; p is the largest, 1 "
    "where a split occurs no more often than expected. It is small only when no split explains the set. q is Benjamini-Hochberg over "
    "all sets found.",
    source="Webb, G. I. (2010), Self-sufficient itemsets, ACM TKDD 4(1), 3.",
    assumptions="Sets are first chosen for being frequent, so q speaks of these sets, not of all possible ones. Sets of more than 10 terms "
    "are listed untested.",
    where="analysis.bundles.bundles",
    needs=_CONTROLS,
)
def weakest_split(atlas: Atlas, selection: Selection | None) -> Example | None:
    found = _bundles(atlas, selection)
    if not len(found):
        return None
    best = found.sort_values("degree", ascending=False, kind="stable").iloc[0]
    terms, n = list(best["terms"]), counting.total(atlas, selection)
    has = counting.per_workflow(atlas, "control", selection)[:, atlas.facet("control").terms.get_indexer(terms)]
    splits = {}
    for i in range(len(terms)) if len(terms) > 2 else [0]:
        one, rest = has[:, i], np.delete(has, i, axis=1).all(axis=1)
        both = int((one & rest).sum())
        p = float(fisher_exact(np.array([both]), one.sum(), rest.sum(), n)[0])
        splits[terms[i]] = p if both * n > one.sum() * rest.sum() else 1.0
    worst = max(splits, key=splits.get)
    words = f"S = {listed(terms)}. The weakest split sets {worst} against the rest."
    shown = ", ".join(map(number, splits.values()))
    return Example(words, rf"\max\left({shown}\right) = {number(best['p'])}", float(best["p"]))


@method(
    "rules-worth-reading",
    "Rules worth reading",
    formula=r"\text{confidence} = \frac{n_{Ac}}{n_A}, \qquad \text{lift} = \frac{n_{Ac}/n_A}{n_c/n}",
    meaning="A rule says that workflows with the terms A also have c. Kept are rules with enough confidence, lift above 1 and q < "
    "0.05 that are productive: for each term x of A, c is more frequent with A than with A without x, by Fisher's exact "
    "test. The example works the lift.",
    source="Agrawal, R., Imielinski, T. and Swami, A. (1993), SIGMOD Record 22(2), 207-216; productive: Webb, G. I. (2007), Machine "
    "Learning 68, 1-33.",
    assumptions="q is Benjamini-Hochberg over every rule of one to three terms in A with the support asked for. A rule is not a cause: "
    "both ends may follow from a third.",
    where="analysis.bundles.rules",
    needs=_CONTROLS,
)
def rule(atlas: Atlas, selection: Selection | None) -> Example | None:
    try:
        found = rules(atlas, "control", selection, _support(atlas, selection))
    except ValueError:  # too many sets to look at
        return None
    if not len(found):
        return None
    best, n = found.iloc[0], counting.total(atlas, selection)
    (having,) = _sizes(atlas, selection, (best["consequent"],))
    first = f"A = {listed(list(best['antecedent']))} (n_A = {best['of']})"
    words = f"{first}, c = {best['consequent']} (n_c = {having}), both: {best['count']}, n = {n}."
    value = float(best["lift"])
    return Example(words, rf"\frac{{{best['count']}/{best['of']}}}{{{having}/{n}}} = {number(value)}", value)


@kept(8)
def _network(atlas: Atlas, selection: Selection | None) -> Network:
    return network(atlas, "control", selection)


@method(
    "co-occurrence-network",
    "Groups of a co-occurrence network",
    formula=r"Q = \sum_g \left[\frac{w_g}{W} - \left(\frac{d_g}{2W}\right)^2\right]",
    meaning="Terms are tied when enough workflows have both and the measure chosen reaches its threshold. Groups maximise modularity Q "
    "greedily: W is the weight of all ties, w_g that of the ties inside group g, d_g the sum of its terms' ties. 0 is no more weight "
    "inside groups than ties drawn by chance would give.",
    source="Clauset, A., Newman, M. E. J. and Moore, C. (2004), Physical Review E 70, 066111. Places: Kamada, T. and Kawai, S. (1989), "
    "Information Processing Letters 31, 7-15.",
    assumptions="Groups describe the ties on screen: they are not layers, and shift with the threshold. Places come from all workflows and "
    "do not change with the filter; they carry no measure.",
    where="analysis.network.network",
    needs=_CONTROLS,
)
def network_groups(atlas: Atlas, selection: Selection | None) -> Example | None:
    found = _network(atlas, selection)
    if not len(found.ties):
        return None
    weight, group = found.ties["residual"], found.nodes["group"]
    ends = [weight.index.get_level_values(level).map(group).to_numpy() for level in (0, 1)]
    numbers, whole = sorted(set(group) - {0}), float(weight.sum())
    inside = [float(weight[(ends[0] == g) & (ends[1] == g)].sum()) for g in numbers]
    touching = [sum(float(weight[end == g].sum()) for end in ends) for g in numbers]
    parts = [
        rf"\frac{{{number(w)}}}{{{number(whole)}}} - \left(\frac{{{number(d)}}}{{2 \cdot {number(whole)}}}\right)^{{2}}"
        for w, d in zip(inside, touching, strict=True)
    ]
    words = f"{plural(len(weight), 'tie')} of controls with a residual of 2 or more, in {plural(len(numbers), 'group')}."
    return Example(words, f"{' + '.join(parts)} = {number(found.modularity)}", found.modularity)


def _strongest(atlas: Atlas, selection: Selection | None) -> tuple[str, pd.Series, int, int] | None:
    """The strongest tie in words, its measures, and in how many workflows each end is."""
    found = _network(atlas, selection)
    if not len(found.ties):
        return None
    ends, tie = found.ties.index[0], found.ties.iloc[0]
    first, second = (int(found.nodes.at[term, "count"]) for term in ends)
    return f"a = {ends[0]} (n_a = {first}), b = {ends[1]} (n_b = {second}), both: {tie['count']:.0f}.", tie, first, second


@method(
    "jaccard",
    "Jaccard index of two terms",
    formula=r"\frac{n_{ab}}{n_a + n_b - n_{ab}}",
    meaning="Of the workflows with either term, the share with both: 1 when the two always come together.",
    source="Jaccard, P. (1901), Bulletin de la Société Vaudoise des Sciences Naturelles 37, 547-579.",
    assumptions="It does not correct for chance: two common terms share many workflows without being related.",
    where="analysis.network.network",
    needs=_CONTROLS,
)
def jaccard(atlas: Atlas, selection: Selection | None) -> Example | None:
    if (found := _strongest(atlas, selection)) is None:
        return None
    words, tie, first, second = found
    working = rf"\frac{{{tie['count']:.0f}}}{{{first} + {second} - {tie['count']:.0f}}}"
    return Example(words, f"{working} = {number(tie['jaccard'])}", float(tie["jaccard"]))


@method(
    "proximity",
    "Proximity of two terms",
    formula=r"\min\left(\frac{n_{ab}}{n_a}, \frac{n_{ab}}{n_b}\right)",
    meaning="The smaller of the two shares: of the workflows with one term, those that also have the other.",
    source="Hidalgo, C. A., Klinger, B., Barabási, A.-L. and Hausmann, R. (2007), Science 317, 482-487.",
    assumptions="As for the Jaccard index. Taking the smaller share keeps a rare term from being close to every common one.",
    where="analysis.network.network",
    needs=_CONTROLS,
)
def proximity(atlas: Atlas, selection: Selection | None) -> Example | None:
    if (found := _strongest(atlas, selection)) is None:
        return None
    words, tie, first, second = found
    shares = ", ".join(rf"\frac{{{tie['count']:.0f}}}{{{size}}}" for size in (first, second))
    return Example(words, rf"\min\left({shares}\right) = {number(tie['proximity'])}", float(tie["proximity"]))
