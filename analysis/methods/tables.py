"""Several matrices and selections against each other, each worked on the cell that differs most surely."""

from __future__ import annotations

import numpy as np

from analysis import kernel
from analysis.blocks import block_counts, blocks, coclustered
from analysis.comparing import compare, here, largest
from analysis.difference import Difference, difference
from analysis.inference import wilson
from analysis.matrix import cross
from analysis.methods.cells import step_up
from analysis.methods.method import Example, added, method, number
from analysis.panels import panels
from analysis.selection import Selection, everything, mask_of
from analysis.words import plural
from atlas_data import Atlas

_MATRIX = ("buyer_function", "control")


@method(
    "matrices",
    "q over several matrices",
    formula=r"q_{(r)} = \min_{k \ge r} \frac{p_{(k)}\, M}{k}, \qquad M = \sum_s m_s",
    meaning="Small multiples show the same matrix for each category or stage on one colour scale. They are read together, so p is adjusted "
    "for the cells m_s of all matrices s at once.",
    source="Benjamini, Y. and Hochberg, Y. (1995), Journal of the Royal Statistical Society B 57, 289-300.",
    assumptions="As for q. Cells that follow from how the sides are made are not tested: a term against itself, or two terms of a "
    "facet of which a workflow has one at most. Fewer than 15 workflows in a matrix are marked as few.",
    where="analysis.panels.panels",
    needs=(*_MATRIX, "category"),
)
def multiples(atlas: Atlas, selection: Selection | None) -> Example | None:
    found = panels(atlas, *_MATRIX, "category", selection)
    table = min((table for table in found.values() if np.isfinite(table.p).any()), key=lambda table: np.nanmin(table.p), default=None)
    if table is None or not table.both.any():
        return None
    at = np.unravel_index(np.nanargmin(table.p), table.p.shape)
    step = step_up(np.stack([each.p for each in found.values()]), table.p[at])
    name = next(name for name, each in found.items() if each is table)
    value = float(table.q[at])
    words = (
        f"{table.row_terms[at[0]]} and {table.column_terms[at[1]]} in {name}, the smallest p of M = {step.tests:,} cells in "
        f"{plural(len(found), 'matrix', 'matrices')}; the smallest ratio is at k = {step.k}."
    )
    return Example(words, rf"\frac{{{number(step.p)} \cdot {step.tests}}}{{{step.k}}} = {number(value)}", value)


def _against(atlas: Atlas, selection: Selection | None) -> tuple[Difference, tuple[int, int], str] | None:
    """The selected workflows against the rest of the atlas or, when all are selected, one category against the rest."""
    mask, said = mask_of(atlas, selection), "the selected workflows"
    if (mask == everything(atlas)).all():
        category = atlas.facet("category")
        first = int(category.table.sum(axis=0).to_numpy().argmax())
        mask, said = kernel.facet_words(category)[first], str(category.terms[first])
    found = difference(atlas, *_MATRIX, mask)
    if not found.first.n or not found.second.n:
        return None
    if not np.isfinite(found.p).any():
        return None
    solid = np.where(found.few, np.nan, found.p)
    odd = solid if np.isfinite(solid).any() else found.p
    at = np.unravel_index(np.nanargmin(odd), odd.shape)
    where = f"{found.first.row_terms[at[0]]} and {found.first.column_terms[at[1]]}"
    counts = [f"{table.both[at]} of {total[at]}" for table, total in zip((found.first, found.second), found.totals, strict=True)]
    return found, at, f"{where}: {counts[0]} of {said}, {counts[1]} of the rest."


@method(
    "difference-of-two-selections",
    "Difference of two selections",
    formula=r"d = \frac{k_1}{m_1} - \frac{k_2}{m_2}",
    meaning="Cell by cell, k_i of m_i workflows of side i have the cell; m_i are all workflows of the side, those with the row term, "
    "or those with the column term. p is Fisher's exact test of side by having the cell, q Benjamini-Hochberg over the "
    "matrix.",
    source="Interval: Newcombe, R. G. (1998); see the difference of two shares.",
    assumptions="The sides share no workflow: those in both count with the filter's selection or, where the other lies inside it, with the "
    "other. Cells are marked as few where equal shares would give one side fewer than 5.",
    where="analysis.difference.difference",
    needs=(*_MATRIX, "category"),
)
def two_selections(atlas: Atlas, selection: Selection | None) -> Example | None:
    if (found := _against(atlas, selection)) is None:
        return None
    compared, at, words = found
    (first, second), value = compared.totals, float(compared.difference[at])
    shares = rf"\frac{{{compared.first.both[at]}}}{{{first[at]}}} - \frac{{{compared.second.both[at]}}}{{{second[at]}}}"
    return Example(words, f"{shares} = {number(value)}", value)


@method(
    "difference-of-two-shares",
    "Interval of a difference of two shares",
    formula=r"d - \sqrt{(p_1 - l_1)^2 + (u_2 - p_2)^2} \quad\text{to}\quad d + \sqrt{(u_1 - p_1)^2 + (p_2 - l_2)^2}",
    meaning="The 95% hybrid score interval of the difference d = p_1 - p_2, from the Wilson interval l_i to u_i of each share. "
    "The example works its lower end.",
    source="Newcombe, R. G. (1998), Statistics in Medicine 17, 873-890, method 10.",
    assumptions="The two groups are independent samples. Two releases of one atlas share most of their workflows: the interval is then "
    "wider than it need be, and a change inside it may still be real.",
    where="analysis.inference.newcombe",
    needs=(*_MATRIX, "category"),
)
def two_shares(atlas: Atlas, selection: Selection | None) -> Example | None:
    if (found := _against(atlas, selection)) is None:
        return None
    compared, at, words = found
    (p, other), (first, second) = ((float(share[at]) for share in compared.shares), compared.totals)
    low, high = float(wilson(compared.first.both[at], first[at])[0]), float(wilson(compared.second.both[at], second[at])[1])
    value = float(compared.interval[0][at])
    squares = rf"\left({number(p)} - {number(low)}\right)^{{2}} + \left({number(high)} - {number(other)}\right)^{{2}}"
    return Example(words, rf"{number(p)} - {number(other)} - \sqrt{{{squares}}} = {number(value)}", value)


@method(
    "blocks",
    "Blocks of a matrix",
    formula=r"Q = \frac{1}{N}\sum_b\left[N_b - \frac{R_b\, C_b}{N}\right]",
    meaning="Modularity of a division of rows and columns into blocks: N is the sum of all counts, N_b that of the cells of block b, "
    "R_b and C_b those of its rows and of its columns. 0 means no more inside blocks than the totals of rows and columns "
    "give.",
    source="Barber, M. J. (2007), Physical Review E 76, 066102; where the search begins: Dhillon, I. S. (2001), KDD, 269-274.",
    assumptions="Of the divisions found into 2 to 8 blocks the one with the largest modularity is taken; there may be a better one that is "
    "not found. Some division is found in any matrix, so modularity above 0 is no test.",
    where="analysis.blocks.blocks",
    needs=_MATRIX,
)
def block_modularity(atlas: Atlas, selection: Selection | None) -> Example | None:
    table = cross(atlas, *_MATRIX, selection)
    counts = block_counts(table, table.row_terms, table.column_terms)
    found = coclustered(counts)
    if found.number < 2:
        return None
    of = range(found.number)
    inside = [int(counts[np.ix_(found.rows == b, found.columns == b)].sum()) for b in of]
    by_totals = [rf"{counts[found.rows == b].sum()} \cdot {counts[:, found.columns == b].sum()}" for b in of]
    every, value = int(counts.sum()), float(blocks(table).attrs["modularity"])
    words = f"Buyer functions by controls, in {found.number} blocks."
    expected = rf"\frac{{{' + '.join(by_totals)}}}{{{every} \cdot {every}}}"
    return Example(words, rf"\frac{{{added(inside)}}}{{{every}}} - {expected} = {number(value)}", value)


@method(
    "comparison",
    "What compared groups have in common",
    formula=r"\min_g \frac{k_g}{n_g} \ge \frac12 \quad\text{(common)}, \qquad k_g > 0 = \sum_{h \ne g} k_h \quad\text{(only in } g\text{)}",
    meaning="A term is common when at least half of the n_g workflows of each group g have it; only in one when no other has a "
    "workflow with it. A difference is tested by Fisher's exact test of a group's workflows against those of the others that "
    "are not its own too. Workflows of which the kind of term is not stated are left out.",
    source="Fisher, R. A. (1935); q: Benjamini and Hochberg (1995) over all terms and groups of the comparison.",
    assumptions="A workflow in two groups counts once, as its own. Single workflows are not tested. Half is a round number chosen before "
    "looking.",
    where="analysis.comparing.compare",
    needs=("control", "category"),
)
def in_common(atlas: Atlas, selection: Selection | None) -> Example | None:
    these = largest(atlas, "category", selection)
    if len(here(atlas, "category", these, selection)) < 2:
        return None
    table = compare(atlas, "category", these, selection)
    if "control" not in table.index.unique("facet"):
        return None
    table = table.xs("control", level="facet")
    least = table["share"].unstack("compared").min(axis=1, skipna=False).dropna()  # of one nothing may be stated
    if not len(least):
        return None
    term, value = least.idxmax(), float(least.max())
    rows = table.xs(term, level="term")
    counted = ", ".join(f"{row.count_} of {row.n} in {name}" for name, row in rows.rename(columns={"count": "count_"}).iterrows())
    shares = ", ".join(rf"\frac{{{k}}}{{{n}}}" for k, n in zip(rows["count"], rows["n"], strict=True))
    words = f"{term}: {counted}, so {'common' if value >= 0.5 else 'not common'}."
    return Example(words, rf"\min\left({shares}\right) = {number(value)}", value)
