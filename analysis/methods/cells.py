"""The measures of a matrix, each worked on one cell: the buyer function and control that depart most from
independence, where 5 or more are expected if there is such a cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from analysis.inference import Z95, wilson
from analysis.matrix import CrossTable, cross
from analysis.methods.method import Example, method, number
from analysis.selection import Selection
from atlas_data import Atlas

_NEEDS = ("buyer_function", "control")
_CELL = "With n selected workflows, n_a, n_b and n_ab are those that have term a, term b, both."
_OWN = "Tags are multi-label, so each cell is a 2 x 2 table of its own."


@dataclass(frozen=True)
class _Cell:
    table: CrossTable
    at: tuple[int, int]
    both: int
    row: int
    column: int
    n: int

    @property
    def words(self) -> str:
        i, j = self.at
        return (
            f"a = {self.table.row_terms[i]} (n_a = {self.row}), b = {self.table.column_terms[j]} (n_b = {self.column}), "
            f"both: n_ab = {self.both}, n = {self.n}."
        )

    def example(self, working: str, measure: str) -> Example:
        value = float((self.table.both if measure == "count" else getattr(self.table, measure))[self.at])
        return Example(self.words, f"{working} = {number(value)}", value)


def _cell(atlas: Atlas, selection: Selection | None) -> _Cell | None:
    table = cross(atlas, *_NEEDS, selection)
    if not table.both.any():
        return None
    odd = np.where((table.both > 0) & np.isfinite(table.residual), np.abs(table.residual), -1.0)
    solid = np.where(table.few, -1.0, odd)
    chosen = next((found for found in (solid, odd) if found.max() >= 0), table.both)  # one workflow departs from nothing
    at = tuple(int(i) for i in np.unravel_index(chosen.argmax(), chosen.shape))
    return _Cell(table, at, int(table.both[at]), int(table.rows[at[0]]), int(table.columns[at[1]]), table.n)


@method(
    "count",
    "Count",
    formula="n_{ab}",
    meaning=f"Workflows that have both terms. {_CELL}",
    assumptions="A term counts where an entry lists it; that it is not listed does not mean that it is never needed.",
    where="analysis.matrix",
    needs=_NEEDS,
)
def count(atlas: Atlas, selection: Selection | None) -> Example | None:
    cell = _cell(atlas, selection)
    return cell and cell.example("n_{ab}", "count")


@method(
    "row-share",
    "Row share",
    formula=r"\frac{n_{ab}}{n_a}",
    meaning="Of the workflows with the row's term, the share that also has the column's.",
    assumptions="The workflows are read as drawn from a larger population of such workflows; the table gives the 95% Wilson interval.",
    where="analysis.matrix",
    needs=_NEEDS,
)
def row_share(atlas: Atlas, selection: Selection | None) -> Example | None:
    cell = _cell(atlas, selection)
    return cell and cell.example(rf"\frac{{{cell.both}}}{{{cell.row}}}", "row_share")


@method(
    "column-share",
    "Column share",
    formula=r"\frac{n_{ab}}{n_b}",
    meaning="Of the workflows with the column's term, the share that also has the row's.",
    assumptions="As for the row share.",
    where="analysis.matrix",
    needs=_NEEDS,
)
def column_share(atlas: Atlas, selection: Selection | None) -> Example | None:
    cell = _cell(atlas, selection)
    return cell and cell.example(rf"\frac{{{cell.both}}}{{{cell.column}}}", "column_share")


@method(
    "wilson",
    "Interval of a share",
    formula=r"\frac{\hat p + \frac{z^2}{2n} \pm z\sqrt{\frac{\hat p(1-\hat p)}{n} + \frac{z^2}{4n^2}}}{1 + \frac{z^2}{n}}",
    meaning="The 95% Wilson score interval of a share of k among n workflows, with z = 1.96. The example works its lower end.",
    source="Wilson, E. B. (1927), Journal of the American Statistical Association 22, 209-212.",
    assumptions="Workflows stand for a larger population and are independent of each other. The atlas is not a random sample, so an "
    "interval says how much a share of this size may move by chance, not how far the atlas is from the world.",
    where="analysis.inference.wilson",
    needs=_NEEDS,
)
def interval(atlas: Atlas, selection: Selection | None) -> Example | None:
    cell = _cell(atlas, selection)
    if cell is None:
        return None
    share, n, z = cell.both / cell.row, cell.row, Z95
    low = float(wilson(np.array([cell.both]), cell.row)[0][0])
    p, z2 = number(share), number(z**2)
    root = rf"\sqrt{{\frac{{{p} \cdot {number(1 - share)}}}{{{n}}} + \frac{{{z2}}}{{4 \cdot {n} \cdot {n}}}}}"
    working = rf"\frac{{{p} + \frac{{{z2}}}{{2 \cdot {n}}} - {number(z)} \cdot {root}}}{{1 + \frac{{{z2}}}{{{n}}}}}"
    return Example(f"{cell.words} Interval of the row share.", f"{working} = {number(low)}", low)


@method(
    "expected",
    "Expected",
    formula=r"E = \frac{n_a \, n_b}{n}",
    meaning="Workflows with both terms that there would be if the two were independent.",
    assumptions="Independence of the two terms, given how often each occurs. Cells below 5 are marked: one workflow moves them.",
    where="analysis.matrix",
    needs=_NEEDS,
)
def expected(atlas: Atlas, selection: Selection | None) -> Example | None:
    cell = _cell(atlas, selection)
    return cell and cell.example(rf"\frac{{{cell.row} \cdot {cell.column}}}{{{cell.n}}}", "expected")


@method(
    "lift",
    "Lift",
    formula=r"\frac{n_{ab}}{E} = \frac{n_{ab}\, n}{n_a\, n_b}",
    meaning="How many times as often the two terms occur together as independence would give; 1 is as expected.",
    assumptions="None beyond the counts. With few expected, lift is large or zero by chance: read it with q. Cells are coloured "
    "by its logarithm to base 2, with half a workflow added to both counts, so that such cells stay pale.",
    where="analysis.matrix",
    needs=_NEEDS,
)
def lift(atlas: Atlas, selection: Selection | None) -> Example | None:
    cell = _cell(atlas, selection)
    return cell and cell.example(rf"\frac{{{cell.both} \cdot {cell.n}}}{{{cell.row} \cdot {cell.column}}}", "lift")


@method(
    "log-odds",
    "Log odds ratio",
    formula=r"\ln\frac{(n_{ab}+\frac12)(n-n_a-n_b+n_{ab}+\frac12)}{(n_a-n_{ab}+\frac12)(n_b-n_{ab}+\frac12)}"
    r"\;\pm\; 1.96\sqrt{\textstyle\sum \frac{1}{\text{cell}+\frac12}}",
    meaning="The natural log of the odds ratio of the cell's 2 x 2 table; 0 is no association.",
    source="Haldane, J. B. S. (1956), Annals of Human Genetics 20, 309-311; Anscombe, F. J. (1956), Biometrika 43, 461-464.",
    assumptions="Half a workflow is added to each of the four cells, so that an empty one gives a finite value. The interval is normal "
    "on the log scale and rough in small tables.",
    where="analysis.matrix",
    needs=_NEEDS,
)
def log_odds(atlas: Atlas, selection: Selection | None) -> Example | None:
    cell = _cell(atlas, selection)
    if cell is None:
        return None
    a, b, c = cell.both + 0.5, cell.row - cell.both + 0.5, cell.column - cell.both + 0.5
    d = cell.n - cell.row - cell.column + cell.both + 0.5
    return cell.example(rf"\ln\left(\frac{{{a} \cdot {d}}}{{{b} \cdot {c}}}\right)", "log_odds")


@method(
    "residual",
    "Adjusted residual",
    formula=r"\frac{n_{ab}-E}{\sqrt{E\left(1-\frac{n_a}{n}\right)\left(1-\frac{n_b}{n}\right)}}",
    meaning="How many standard deviations a cell lies above or below what independence gives; beyond 2 either way is unusual for one cell.",
    source="Haberman, S. J. (1973), Biometrics 29, 205-220.",
    assumptions=f"Roughly standard normal under independence when 5 or more are expected. {_OWN}",
    where="analysis.matrix",
    needs=_NEEDS,
)
def residual(atlas: Atlas, selection: Selection | None) -> Example | None:
    cell = _cell(atlas, selection)
    if cell is None or not np.isfinite(cell.table.residual[cell.at]):
        return None
    e = number(cell.table.expected[cell.at])
    spread = rf"\left(1-\frac{{{cell.row}}}{{{cell.n}}}\right) \cdot \left(1-\frac{{{cell.column}}}{{{cell.n}}}\right)"
    return cell.example(rf"\frac{{{cell.both}-{e}}}{{\sqrt{{{e} \cdot {spread}}}}}", "residual")


@method(
    "p",
    "p of a cell",
    formula=r"p = \sum_{k:\,P(k)\le P(n_{ab})} P(k), \qquad P(k)=\frac{\binom{n_a}{k}\binom{n-n_a}{n_b-k}}{\binom{n}{n_b}}",
    meaning="Two-sided Fisher exact test: how likely a cell at least as unusual is when the two terms are independent.",
    source="Fisher, R. A. (1935), Journal of the Royal Statistical Society 98, 39-54. Two-sided as in R and SciPy.",
    assumptions=f"{_OWN} Row and column totals are taken as given, which makes the test cautious.",
    where="analysis.inference.fisher_exact",
    needs=_NEEDS,
)
def p_value(atlas: Atlas, selection: Selection | None) -> Example | None:
    cell = _cell(atlas, selection)
    if cell is None:
        return None
    rest = cell.n - cell.row
    working = rf"\sum_k \frac{{\binom{{{cell.row}}}{{k}}\binom{{{rest}}}{{{cell.column}-k}}}}{{\binom{{{cell.n}}}{{{cell.column}}}}}"
    return cell.example(working, "p")


@method(
    "q",
    "q: many tests at once",
    formula=r"q_{(r)} = \min_{k \ge r} \frac{p_{(k)}\, m}{k}",
    meaning="p adjusted for the m cells (or bars) tested together: of those with q < 0.05, at most about 5% are expected to be by chance.",
    source="Benjamini, Y. and Hochberg, Y. (1995), Journal of the Royal Statistical Society B 57, 289-300.",
    assumptions="Tests are independent or positively dependent. The diagonal of a facet against itself is not tested.",
    where="analysis.inference.benjamini_hochberg",
    needs=_NEEDS,
)
def q_value(atlas: Atlas, selection: Selection | None) -> Example | None:
    cell = _cell(atlas, selection)
    if cell is None:
        return None
    step = step_up(cell.table.p, cell.table.p[cell.at])
    value = float(cell.table.q[cell.at])
    words = f"{cell.words} Its p is number {step.rank} of m = {step.tests}; the smallest ratio from there on is at k = {step.k}."
    return Example(words, rf"\frac{{{number(step.p)} \cdot {step.tests}}}{{{step.k}}} = {number(value)}", value)


class Step(NamedTuple):
    """Where Benjamini and Hochberg find q: the rank of a p among the ``tests``, and the k-th p from there on with the smallest ratio."""

    rank: int
    k: int
    p: float
    tests: int


def step_up(every: np.ndarray, own: float) -> Step:
    """The step at which a p-value of an array gets its q; entries that are not tested are NaN."""
    p = np.sort(every[np.isfinite(every)])
    rank = int(np.searchsorted(p, own, side="right"))
    k = rank + int(np.argmin(p[rank - 1 :] / np.arange(rank, len(p) + 1)))
    return Step(rank, k, float(p[k - 1]), len(p))
