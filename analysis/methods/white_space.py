"""What is predicted and lacking, worked on the pair of buyer function and capability family that leads the white space."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis import counting
from analysis.keeping import kept
from analysis.methods.method import Example, method, number
from analysis.selection import Selection, members
from analysis.white_space import builders, crowded, density, presence, relatedness, white_space
from analysis.words import plural
from atlas_data import Atlas

ROWS, COLUMNS = "buyer_function", "capability_family"
_NEEDS = (ROWS, COLUMNS)
_HIDALGO = "Hidalgo, C. A., Klinger, B., Barabási, A.-L. and Hausmann, R. (2007), Science 317, 482-487"


@dataclass(frozen=True)
class _Gap:
    """The pair (row r, column j) that leads, the column i most related to j that r has, and the counts x of all pairs."""

    row: str
    column: str
    near: str
    counts: np.ndarray
    r: int
    j: int
    i: int
    n_row: int
    n_column: int
    n: int
    density: float
    score: float
    chance: float

    @property
    def words(self) -> str:
        return f"r = {self.row} (n_r = {self.n_row}), j = {self.column} (n_j = {self.n_column}), n = {self.n}, together in none."


@kept(8)
def _gap(atlas: Atlas, selection: Selection | None) -> _Gap | None:
    table = white_space(atlas, ROWS, COLUMNS, selection, limit=1)
    if not len(table):
        return None
    (row, column), first = table.index[0], table.iloc[0]
    rows, columns = atlas.facet(ROWS).terms, atlas.facet(COLUMNS).terms
    r, j, i = rows.get_loc(row), columns.get_loc(column), columns.get_loc(first["nearest"])
    return _Gap(
        row=row, column=column, near=first["nearest"], counts=counting.per_pair(atlas, ROWS, COLUMNS, selection), r=r, j=j, i=i,
        n_row=int(counting.per_term(atlas, ROWS, selection)[r]), n_column=int(counting.per_term(atlas, COLUMNS, selection)[j]),
        n=counting.total(atlas, selection), density=float(first["density"]), score=float(first["score"]), chance=float(first["chance"]),
    )  # fmt: skip


@method(
    "presence",
    "Presence: revealed comparative advantage",
    formula=r"\text{RCA}_{rj} = \frac{x_{rj}/x_{r\cdot}}{x_{\cdot j}/x_{\cdot\cdot}} \ge 1",
    meaning="A row r (who) has a column j (what) when it asks for it at least as often as all rows together do. x_rj are the workflows "
    "with both terms, a dot stands for the sum over all.",
    source="Balassa, B. (1965), The Manchester School 33, 99-123.",
    assumptions="Sums run over pairs: a workflow with several terms counts in several. Compared in whole numbers, so that exactly 1 is "
    "present.",
    where="analysis.white_space.presence",
    needs=_NEEDS,
)
def present(atlas: Atlas, selection: Selection | None) -> Example | None:
    gap = _gap(atlas, selection)
    if gap is None:
        return None
    x = gap.counts
    both, row, column, every = (int(value) for value in (x[gap.r, gap.i], x[gap.r].sum(), x[:, gap.i].sum(), x.sum()))
    value = both * every / (row * column)
    words = f"r = {gap.row} and j = {gap.near}, which it has."
    return Example(words, rf"\frac{{{both}/{row}}}{{{column}/{every}}} = {number(value)}", value)


@method(
    "relatedness",
    "Relatedness of two terms",
    formula=r"\phi_{ij} = \min\left(\frac{m_{ij}}{m_i}, \frac{m_{ij}}{m_j}\right)",
    meaning="How often two columns are present in the same rows: m_i rows have column i, m_ij both.",
    source=f"{_HIDALGO}.",
    assumptions="With few rows, such as the five categories, it takes few values and rests on few cases.",
    where="analysis.white_space.relatedness",
    needs=_NEEDS,
)
def related(atlas: Atlas, selection: Selection | None) -> Example | None:
    gap = _gap(atlas, selection)
    if gap is None:
        return None
    has = presence(gap.counts)
    both, first, second = (int(rows.sum()) for rows in (has[:, gap.i] & has[:, gap.j], has[:, gap.i], has[:, gap.j]))
    value = float(relatedness(has)[gap.i, gap.j])
    words = f"i = {gap.near} is present in {plural(first, 'buyer function')}, j = {gap.column} in {second}, both in {both}."
    return Example(words, rf"\min\left(\frac{{{both}}}{{{first}}}, \frac{{{both}}}{{{second}}}\right) = {number(value)}", value)


@method(
    "density",
    "Density around a pair",
    formula=r"\omega_{rj} = \frac{\sum_i [\text{RCA}_{ri} \ge 1]\,\phi_{ij}}{\sum_i \phi_{ij}}",
    meaning="How much of what is related to column j the row r already has: 0 none of it, 1 all.",
    source=f"{_HIDALGO}.",
    assumptions="The column itself is included, with relatedness 1. Columns count however rare they are.",
    where="analysis.white_space.density",
    needs=_NEEDS,
)
def dense(atlas: Atlas, selection: Selection | None) -> Example | None:
    gap = _gap(atlas, selection)
    if gap is None:
        return None
    has = presence(gap.counts)
    phi = relatedness(has)
    value = float(density(has, phi)[gap.r, gap.j])
    words = (
        f"r = {gap.row}, j = {gap.column}: related to {int((phi[:, gap.j] > 0).sum())} terms, itself included, "
        f"of which {gap.row} has {int(((phi[:, gap.j] > 0) & has[gap.r]).sum())}."
    )
    return Example(words, rf"\frac{{{number(phi[has[gap.r], gap.j].sum())}}}{{{number(phi[:, gap.j].sum())}}} = {number(value)}", value)


@method(
    "white-space",
    "White space",
    formula=r"\omega_{rj} \, E_{rj}, \qquad E_{rj} = \frac{n_r \, n_j}{n}",
    meaning="Pairs that the selected workflows lack and that are not present, by density x demand. Demand is how many workflows "
    "would have both terms if they were independent.",
    source=f"Density: {_HIDALGO}. The product with demand is this atlas's own.",
    assumptions="A stated rule, not a test. A gap may be a need nobody serves, or one nobody has.",
    where="analysis.white_space.white_space",
    needs=_NEEDS,
)
def gap_score(atlas: Atlas, selection: Selection | None) -> Example | None:
    gap = _gap(atlas, selection)
    if gap is None:
        return None
    working = rf"{number(gap.density)} \cdot \frac{{{gap.n_row} \cdot {gap.n_column}}}{{{gap.n}}}"
    return Example(gap.words, f"{working} = {number(gap.score)}", gap.score)


@method(
    "white-space-p",
    "p of so few",
    formula=r"p = \sum_{k \le x_{rj}} \frac{\binom{n_r}{k}\binom{n-n_r}{n_j-k}}{\binom{n}{n_j}}",
    meaning="How likely it is that so few workflows have both terms when the two are independent: the lower tail of the hypergeometric "
    "distribution. A gap with a large p needs no explanation.",
    source="Fisher, R. A. (1935), Journal of the Royal Statistical Society 98, 39-54, one-sided.",
    assumptions="One pair at a time: it is not adjusted for looking at many, so a small p does not prove a gap.",
    where="analysis.white_space.white_space",
    needs=_NEEDS,
)
def so_few(atlas: Atlas, selection: Selection | None) -> Example | None:
    gap = _gap(atlas, selection)
    if gap is None:
        return None
    working = rf"\frac{{\binom{{{gap.n - gap.n_row}}}{{{gap.n_column}}}}}{{\binom{{{gap.n}}}{{{gap.n_column}}}}}"
    return Example(f"{gap.words} Only k = 0 counts.", f"{working} = {number(gap.chance)}", gap.chance)


@method(
    "crowded-cells",
    "Crowded pairs",
    formula=r"b_{rj} = \left|\bigcup_{w \in r \cap j} B_w\right|",
    meaning="A pair is crowded when many workflows have both terms, or when many different companies B_w are known in those: each "
    "counts once. Lift says how far the pair exceeds what the sizes of its terms give.",
    assumptions="Large terms crowd easily. Known builders are a sample, not a census.",
    where="analysis.white_space.crowded",
    needs=(*_NEEDS, "company"),
)
def crowd(atlas: Atlas, selection: Selection | None) -> Example | None:
    table = crowded(atlas, ROWS, COLUMNS, selection, limit=1)
    if not len(table):
        return None
    row, column = pair = table.index[0]
    ids = members(atlas, selection, (ROWS, row), (COLUMNS, column))
    known = int(counting.terms_at(atlas, "company", atlas.workflows.index.get_indexer(ids)).sum())
    value = int(builders(atlas, ROWS, COLUMNS, [pair], selection)[0])
    words = (
        f"{row} and {column}: {plural(len(ids), 'workflow')} whose known builders add up to {known}; {known - value} of these are counted "
        "a second time."
    )
    return Example(words, f"{known} - {known - value} = {value}", float(value))
