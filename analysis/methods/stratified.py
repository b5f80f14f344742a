"""What goes with maturity, worked on the control whose share differs most surely between later and earlier stages."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.inference import Z95
from analysis.methods.method import Example, method, number
from analysis.selection import Selection
from analysis.stratified import later_stages, maturity_odds, strata
from analysis.words import listed
from atlas_data import Atlas

_NEEDS = ("control", "category", "stage")
_TABLES = (
    "In each category k of n_k workflows, a_k have the term and are at a later stage, b_k have it and are earlier, c_k and d_k lack it."
)


@dataclass(frozen=True)
class _Term:
    """One term's 2 x 2 table in each category with workflows: whole numbers of shape (categories,)."""

    words: str
    a: np.ndarray
    b: np.ndarray
    c: np.ndarray
    d: np.ndarray
    odds: float
    low: float
    p: float

    @property
    def n(self) -> np.ndarray:
        return self.a + self.b + self.c + self.d


def _term(atlas: Atlas, selection: Selection | None) -> _Term | None:
    table = maturity_odds(atlas, "control", selection).dropna(subset=["low", "high", "p"])
    if not len(table):
        return None
    sure = table[~table["few"]] if not table["few"].all() else table
    term = sure["p"].idxmin()
    at = atlas.facet("control").terms.get_loc(term)
    counts = strata(atlas, "control", selection)
    cells = np.array([counts.a[:, at], counts.b[:, at], counts.c[:, at], counts.d[:, at]])
    used = cells.sum(axis=0) > 0
    tables = "; ".join(
        f"{category} {', '.join(map(str, cell))}" for category, cell in zip(atlas.facet("category").terms[used], cells.T[used], strict=True)
    )
    words = f"{term}, later stages {listed(later_stages(atlas))}. a, b, c, d by category: {tables}."
    return _Term(words, *cells[:, used], *(float(table.at[term, name]) for name in ("odds_ratio", "low", "p")))


def _over_n(first: np.ndarray, second: np.ndarray, n: np.ndarray) -> str:
    return " + ".join(rf"\frac{{{x} \cdot {y}}}{{{size}}}" for x, y, size in zip(first, second, n, strict=True))


@method(
    "what-goes-with-maturity",
    "Pooled odds ratio",
    formula=r"\text{OR} = \frac{\sum_k a_k d_k / n_k}{\sum_k b_k c_k / n_k}",
    meaning="The odds ratio of being at a later stage with against without a term, pooled over categories; above 1: more often later. "
    f"{_TABLES} Comparing within categories keeps their differences in stage and in what they require out of it.",
    source="Mantel, N. and Haenszel, W. (1959), Journal of the National Cancer Institute 22, 719-748.",
    assumptions="One odds ratio holds in every category; a small p of homogeneity (Breslow and Day 1980, corrected by Tarone 1985) "
    "says that it does not. Stage is a judgement of the entry, and what goes together need not cause.",
    where="analysis.stratified.maturity_odds",
    needs=_NEEDS,
)
def pooled_odds(atlas: Atlas, selection: Selection | None) -> Example | None:
    term = _term(atlas, selection)
    if term is None:
        return None
    working = rf"\frac{{{_over_n(term.a, term.d, term.n)}}}{{{_over_n(term.b, term.c, term.n)}}}"
    return Example(term.words, f"{working} = {number(term.odds)}", term.odds)


@method(
    "pooled-odds-interval",
    "Interval of a pooled odds ratio",
    formula=r"\exp\left(\ln \text{OR} \pm z\sqrt{\frac{\sum P_k R_k}{2 R^2} + "
    r"\frac{\sum (P_k S_k + Q_k R_k)}{2 R S} + \frac{\sum Q_k S_k}{2 S^2}}\right)",
    meaning="The 95% interval of the pooled odds ratio, z = 1.96. P_k = (a_k + d_k) / n_k, Q_k = (b_k + c_k) / n_k, R_k = a_k d_k / n_k, "
    "S_k = b_k c_k / n_k; R and S are their sums. The example works its lower end.",
    source="Robins, J., Breslow, N. and Greenland, S. (1986), Biometrics 42, 311-323.",
    assumptions="Normal on the log scale. Unknown where the odds ratio is 0 or infinite.",
    where="analysis.stratified.Strata.interval",
    needs=_NEEDS,
)
def pooled_interval(atlas: Atlas, selection: Selection | None) -> Example | None:
    term = _term(atlas, selection)
    if term is None:
        return None
    n = term.n
    p, q, r, s = (term.a + term.d) / n, (term.b + term.c) / n, term.a * term.d / n, term.b * term.c / n
    over, under = number(r.sum()), number(s.sum())
    parts = (
        rf"\frac{{{number((p * r).sum())}}}{{2 \cdot {over}^{{2}}}}",
        rf"\frac{{{number((p * s + q * r).sum())}}}{{2 \cdot {over} \cdot {under}}}",
        rf"\frac{{{number((q * s).sum())}}}{{2 \cdot {under}^{{2}}}}",
    )
    working = rf"\exp\left(\ln\left({number(term.odds)}\right) - {number(Z95)} \cdot \sqrt{{{' + '.join(parts)}}}\right)"
    return Example(term.words, f"{working} = {number(term.low)}", term.low)


@method(
    "pooled-odds-p",
    "p of a pooled odds ratio",
    formula=r"\chi^2 = \frac{\left(\sum_k a_k - E_k\right)^2}{\sum_k V_k}, "
    r"\qquad p = \operatorname{erfc}\left(\sqrt{\tfrac{1}{2}\chi^2}\right)",
    meaning="How likely so large a departure of the a_k from their expectation is when a term does not go with stage in any category: "
    "chi-squared with one degree of freedom. E_k and V_k are the hypergeometric mean and variance of a_k. q is Benjamini-Hochberg over "
    "the terms.",
    source="Cochran, W. G. (1954), Biometrics 10, 417-451; Mantel and Haenszel (1959); without continuity correction.",
    assumptions="The approximation needs room: where the summed E_k lie closer than 5 to the least or the most that the totals allow "
    "(Mantel and Fleiss 1980), the term is marked as few.",
    where="analysis.stratified.Strata.p",
    needs=_NEEDS,
)
def pooled_p(atlas: Atlas, selection: Selection | None) -> Example | None:
    term = _term(atlas, selection)
    if term is None:
        return None
    n, row, group = term.n, term.a + term.b, term.a + term.c
    expected = (row * group / n).sum()
    variance = (row * (n - row) * group * (n - group) / (n**2 * np.maximum(n - 1, 1))).sum()
    ratio = rf"\frac{{\left({term.a.sum()} - {expected:.6g}\right)^{{2}}}}{{2 \cdot {number(variance)}}}"
    return Example(term.words, rf"\operatorname{{erfc}}\left(\sqrt{{{ratio}}}\right) = {number(term.p)}", term.p)
