"""What a set of controls covers and in which order to build it, worked on the best order for the selection."""

from __future__ import annotations

from analysis import counting
from analysis.build_order import Problem, best_order, curve, problem
from analysis.coverage import coverage
from analysis.keeping import kept
from analysis.methods.method import Example, added, method, number
from analysis.selection import Selection
from analysis.words import listed, plural
from atlas_data import Atlas


@kept(8)
def _best(atlas: Atlas, selection: Selection | None) -> tuple[Problem, list[str]]:
    posed = problem(atlas, selection=selection)
    return posed, best_order(posed)


@method(
    "coverage",
    "Coverage",
    formula=r"V(S) = \frac{\left|\{w : C_w \subseteq S\}\right|}{n}",
    meaning="The share of the workflows that a set of controls S fully covers: a workflow w is covered when every control C_w that "
    "it requires is in S. Workflows may be given weights; then the weight covered is counted.",
    assumptions="All or nothing: five of six controls cover nothing. A control is taken as there or not, whatever its quality, and "
    "controls an entry does not list as not needed.",
    where="analysis.coverage.coverage",
    needs=("control", "category"),
)
def covered(atlas: Atlas, selection: Selection | None) -> Example | None:
    _, order = _best(atlas, selection)
    if not order:
        return None
    have = order[: max(1, len(order) // 2)]
    table = coverage(atlas, have, selection)
    counts = table["covered"].groupby(table["category"], observed=True).sum()
    value = table.attrs["covered"] / table.attrs["n"]
    by = ", ".join(f"{category} {count}" for category, count in counts.items())
    words = f"S: the first {plural(len(have), 'control')} of the best order, {listed(have)}. Workflows covered: {by}."
    return Example(words, rf"\frac{{{added(counts)}}}{{{table.attrs['n']}}} = {number(value)}", float(value))


@method(
    "build-order",
    "Build order",
    formula=r"\max_{c_1, \ldots, c_m} \; \sum_{k=0}^{m} n\,V\left(\{c_1, \ldots, c_k\}\right)",
    meaning="The order of the m controls still to build whose coverage, added up over all steps, is the largest: the workflows "
    "covered early count at every later step too. Of orders that are equally good, one in which a control comes before those that cover "
    "nothing without it, and of two that the same workflows need the first in the taxonomy. The best set of each size alone, without an "
    "order, may cover more at that size.",
    source="Coverage of all 2^m sets: Yates, F. (1937); Björklund, A. et al. (2007), Fourier meets Möbius, STOC. The order, a dynamic "
    "programme over subsets: Bellman, R. (1962), Journal of the ACM 9, 61-63; Held, M. and Karp, R. (1962), Journal of SIAM 10, "
    "196-210.",
    assumptions="Every control takes the same effort, and any order can be built. Exact up to 24 controls; above, always the control that "
    "covers the most at once comes next.",
    where="analysis.build_order.best_order",
    needs=("control",),
)
def order(atlas: Atlas, selection: Selection | None) -> Example | None:
    posed, best = _best(atlas, selection)
    if not best or not counting.total(atlas, selection):
        return None
    steps = curve(posed, best)
    value = float(steps.sum())
    words = f"In this order: {listed(best)}. Workflows covered after 0, 1, … {len(best)} controls:"
    return Example(words, f"{added(steps)} = {number(value)}", value)
