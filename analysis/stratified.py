"""Two-by-two tables pooled over strata: does a term go with a group once another difference is held equal?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import chi2

from analysis import kernel
from analysis.inference import Z95, benjamini_hochberg
from analysis.selection import Selection, mask_of
from atlas_data import Atlas
from atlas_data.unstated import stated

FEW = 5.0  # below this Mantel-Fleiss value the chi-squared test is an approximation too coarse to lean on


@dataclass(frozen=True, eq=False)
class Strata:
    """Counts of many 2 x 2 tables in many strata, each an array of shape (strata, tables).

    ``a`` has the property and is in the group, ``b`` has it outside the group, ``c`` lacks it in the group, ``d`` lacks it
    outside. All results have shape (tables,).
    """

    a: np.ndarray
    b: np.ndarray
    c: np.ndarray
    d: np.ndarray

    @property
    def _sizes(self) -> np.ndarray:
        return np.maximum(self.a + self.b + self.c + self.d, 1).astype(float)

    @property
    def _informative(self) -> np.ndarray:
        """Strata in which neither margin is empty; the others say nothing about the odds ratio."""
        return ((self.a + self.b) * (self.c + self.d) * (self.a + self.c) * (self.b + self.d)) > 0

    def odds_ratio(self) -> np.ndarray:
        """Pooled odds ratio sum(ad / n) / sum(bc / n); NaN without an informative stratum. Mantel and Haenszel (1959)."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return (self.a * self.d / self._sizes).sum(axis=0) / (self.b * self.c / self._sizes).sum(axis=0)

    def interval(self) -> tuple[np.ndarray, np.ndarray]:
        """95% interval of the pooled odds ratio; NaN where it is 0, infinite or unknown.

        Variance of its logarithm: Robins, Breslow and Greenland (1986), Biometrics 42, 311-323.
        """
        n = self._sizes
        p, q, r, s = (self.a + self.d) / n, (self.b + self.c) / n, self.a * self.d / n, self.b * self.c / n
        over, under = r.sum(axis=0), s.sum(axis=0)
        with np.errstate(divide="ignore", invalid="ignore"):
            variance = (
                (p * r).sum(axis=0) / (2 * over**2)
                + (p * s + q * r).sum(axis=0) / (2 * over * under)
                + (q * s).sum(axis=0) / (2 * under**2)
            )
            half = Z95 * np.sqrt(np.where((over > 0) & (under > 0), variance, np.nan))
            centre = np.log(self.odds_ratio())
            return np.exp(centre - half), np.exp(centre + half)

    def _expected(self) -> tuple[np.ndarray, np.ndarray]:
        """Mean and variance of ``a`` in each stratum under independence, given the margins."""
        n, row, group = self._sizes, self.a + self.b, self.a + self.c
        variance = row * (n - row) * group * (n - group) / (n**2 * np.maximum(n - 1, 1))
        return row * group / n, variance

    def p(self) -> np.ndarray:
        """Cochran-Mantel-Haenszel test that the common odds ratio is 1, without continuity correction; NaN if untestable.

        Cochran (1954), Mantel and Haenszel (1959), Journal of the National Cancer Institute 22, 719-748.
        """
        mean, variance = self._expected()
        total = variance.sum(axis=0)
        with np.errstate(divide="ignore", invalid="ignore"):
            statistic = (self.a - mean).sum(axis=0) ** 2 / total
        return np.where(total > 1e-12, chi2.sf(statistic, 1), np.nan)

    def smallest(self) -> np.ndarray:
        """How far the summed expectation lies from the nearest sum the margins allow; at least 5 is wanted for the test.

        Mantel and Fleiss (1980), American Journal of Epidemiology 112, 129-134.
        """
        mean, _ = self._expected()
        row, group = self.a + self.b, self.a + self.c
        least, most = np.maximum(0, group - (self.c + self.d)), np.minimum(row, group)
        return np.minimum((mean - least).sum(axis=0), (most - mean).sum(axis=0))

    def homogeneity(self) -> np.ndarray:
        """p-value of the Breslow-Day test that the odds ratio is the same in all informative strata; NaN below two of them.

        Breslow and Day (1980), Statistical Methods in Cancer Research I, 142, with the correction of Tarone (1985),
        Biometrika 72, 91-95.
        """
        ratio, used = self.odds_ratio(), self._informative
        known = np.isfinite(ratio) & (ratio > 0) & (used.sum(axis=0) >= 2)
        psi = np.where(known, ratio, 1.0)
        row, group, rest = self.a + self.b, self.a + self.c, self.d - self.a
        # the ``a`` at which a stratum has the odds ratio psi: (1 - psi) a^2 + (rest + psi (row + group)) a - psi row group = 0
        square, linear, constant = 1 - psi, rest + psi * (row + group), -psi * row * group
        root = np.sqrt(np.maximum(linear**2 - 4 * square * constant, 0))
        with np.errstate(divide="ignore", invalid="ignore"):
            fitted = -2 * constant / (linear + root)  # the stable form of the root between the bounds; also right at psi = 1
            variance = 1 / (1 / fitted + 1 / (row - fitted) + 1 / (group - fitted) + 1 / (rest + fitted))
            off = np.where(used, self.a - fitted, 0.0)
            statistic = np.where(used, off**2 / variance, 0.0).sum(axis=0)
            statistic -= off.sum(axis=0) ** 2 / np.where(used, variance, 0.0).sum(axis=0)
        return np.where(known, chi2.sf(np.maximum(statistic, 0), np.maximum(used.sum(axis=0) - 1, 1)), np.nan)


def later_stages(atlas: Atlas) -> list[str]:
    """The later half of the stages: Scaling and Established."""
    terms = atlas.facet("stage").terms
    terms = list(terms[stated(terms)])
    return terms[(len(terms) + 1) // 2 :]


def strata(atlas: Atlas, facet: str, selection: Selection | None = None, by: str = "category") -> Strata:
    """For each term of a facet: having it by being at a later stage, in each term of ``by``."""
    mask = mask_of(atlas, selection)
    stages = atlas.facet("stage")
    words = kernel.facet_words(stages)
    at = stages.terms.get_indexer(later_stages(atlas))
    before = np.setdiff1d(np.flatnonzero(stated(stages.terms)), at)
    later, earlier = mask & kernel.any_of(words[at]), mask & kernel.any_of(words[before])
    groups, terms = kernel.facet_words(atlas.facet(by)), kernel.facet_words(atlas.facet(facet))
    a, b = (kernel.pair_counts(groups, terms, part) for part in (later, earlier))
    in_group, outside = (kernel.count(groups & part)[:, None] for part in (later, earlier))
    return Strata(a, b, in_group - a, outside - b)


def maturity_odds(atlas: Atlas, facet: str = "control", selection: Selection | None = None, by: str = "category") -> pd.DataFrame:
    """Which terms go with the later stages (Scaling, Established) rather than the earlier, with ``by`` held equal.

    One row a term that occurs, in the order of the taxonomy: ``count`` of workflows, ``later`` of them at a later stage;
    ``odds_ratio`` (Mantel-Haenszel, above 1: more often later) with its 95% interval ``low``-``high`` (Robins, Breslow and
    Greenland); ``p`` of the Cochran-Mantel-Haenszel test and ``q`` (Benjamini-Hochberg over the terms); ``homogeneity``:
    p of the Breslow-Day test with Tarone's correction, small when the odds ratio differs between strata; ``few``: the test
    rests on too few workflows (Mantel-Fleiss value below 5). Untestable values are NaN.

    >>> from atlas_data import load_atlas
    >>> table = maturity_odds(load_atlas(), "control")
    >>> bool(((table["low"] <= table["odds_ratio"]) & (table["odds_ratio"] <= table["high"])).all())
    True
    """
    counts = strata(atlas, facet, selection, by)
    low, high = counts.interval()
    p = counts.p()
    table = pd.DataFrame(
        {
            "count": (counts.a + counts.b).sum(axis=0),
            "later": counts.a.sum(axis=0),
            "odds_ratio": counts.odds_ratio(),
            "low": low,
            "high": high,
            "p": p,
            "q": p,
            "homogeneity": counts.homogeneity(),
            "few": counts.smallest() < FEW,
        },
        index=atlas.facet(facet).terms,
    )
    table = table[table["count"] > 0]
    return table.assign(q=benjamini_hochberg(table["p"].to_numpy()))
