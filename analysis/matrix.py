"""Any facet by any facet, under every measure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from analysis import counting
from analysis.axes import Axis, axis, untested
from analysis.inference import Z95, benjamini_hochberg, fisher_exact, wilson
from atlas_data import Atlas
from atlas_data.problems import nearest

MEASURES = {
    "count": "Workflows that have both terms.",
    "row_share": "Share of the row term's workflows that have the column term.",
    "column_share": "Share of the column term's workflows that have the row term.",
    "lift": "Workflows with both, divided by the number expected if the terms were independent.",
    "expected": "Workflows with both that independence would give: row total x column total / n.",
    "log_odds": "Natural log of the odds ratio, 0.5 added to each cell (Haldane-Anscombe).",
    "log_odds_low": "Lower end of the 95% interval of the log odds ratio.",
    "log_odds_high": "Upper end of the 95% interval of the log odds ratio.",
    "residual": "Haberman's adjusted residual: standard deviations above or below expected.",
    "p": "Two-sided Fisher exact p-value of the cell's own 2 x 2 table.",
    "q": "p after Benjamini-Hochberg over all cells of the matrix.",
}
FEW_EXPECTED = 5.0  # below this expected count a cell's measures rest on few workflows and are marked


@dataclass(frozen=True, eq=False)
class CrossTable:
    """Counts of two facets' terms in a selection, from which every measure follows.

    Tags are multi-label, so a matrix is not one contingency table: each cell is its own 2 x 2 table of the n selected
    workflows, with both terms (``both``), the row term (``rows``), the column term (``columns``). A facet against
    itself (``itself``) has no test on its diagonal, nor have cells that follow from how the axes are made (``untested``).
    ``axes``: the row and the column axis. ``joint_q``: q over several matrices that are read together, instead of this one.
    """

    both: np.ndarray
    rows: np.ndarray
    columns: np.ndarray
    n: int
    row_terms: pd.Index
    column_terms: pd.Index
    itself: bool
    axes: tuple[Axis, Axis] | None = None
    untested: np.ndarray | None = None
    joint_q: np.ndarray | None = None

    @cached_property
    def expected(self) -> np.ndarray:
        return np.outer(self.rows, self.columns) / self.n if self.n else np.full(self.both.shape, np.nan)

    @cached_property
    def row_share(self) -> np.ndarray:
        return _divide(self.both, self.rows[:, None])

    @cached_property
    def column_share(self) -> np.ndarray:
        return _divide(self.both, self.columns[None, :])

    @cached_property
    def lift(self) -> np.ndarray:
        return _divide(self.both, self.expected)

    @cached_property
    def log_odds(self) -> np.ndarray:
        a, b, c, d = self._corrected
        return np.log(a * d / (b * c))

    @cached_property
    def _log_odds_error(self) -> np.ndarray:
        return np.sqrt(sum(1 / cell for cell in self._corrected))

    @property
    def log_odds_low(self) -> np.ndarray:
        return self.log_odds - Z95 * self._log_odds_error

    @property
    def log_odds_high(self) -> np.ndarray:
        return self.log_odds + Z95 * self._log_odds_error

    @cached_property
    def _corrected(self) -> tuple[np.ndarray, ...]:
        only_row, only_column = self.rows[:, None] - self.both, self.columns[None, :] - self.both
        neither = self.n - self.rows[:, None] - self.columns[None, :] + self.both
        return tuple(cell + 0.5 for cell in (self.both, only_row, only_column, neither))

    @cached_property
    def residual(self) -> np.ndarray:
        spread = np.outer(1 - _divide(self.rows, self.n), 1 - _divide(self.columns, self.n))
        variance = self.expected * spread
        return _divide(self.both - self.expected, np.sqrt(np.where(variance > 1e-12, variance, np.nan)))

    @cached_property
    def p(self) -> np.ndarray:
        p = fisher_exact(self.both, self.rows[:, None], self.columns[None, :], self.n)
        return p if self.untested is None else np.where(self.untested, np.nan, p)

    @cached_property
    def q(self) -> np.ndarray:
        return benjamini_hochberg(self.p) if self.joint_q is None else self.joint_q

    @property
    def few(self) -> np.ndarray:
        """Cells whose expected count is below 5."""
        return self.expected < FEW_EXPECTED

    def measure(self, name: str) -> pd.DataFrame:
        """One measure as a frame, row term by column term. ``ValueError`` for an unknown measure."""
        key = name.replace(" ", "_").replace("-", "_")
        if key not in MEASURES:
            raise ValueError(f"no measure {name!r}{nearest(key, MEASURES)} Measures: {', '.join(MEASURES)}")
        values = self.both if key == "count" else getattr(self, key)
        frame = pd.DataFrame(values, index=self.row_terms, columns=self.column_terms)
        frame.attrs.update(n=self.n, measure=key)
        return frame

    def cells(self, rows: pd.Index | None = None, columns: pd.Index | None = None) -> pd.DataFrame:
        """Every cell with every measure: one line a cell, indexed by (row term, column term); of some rows and columns if named.

        Adds ``row_total``, ``column_total``, ``n``, the 95% Wilson interval of the row share (``row_share_low``,
        ``row_share_high``) and ``few``.
        """
        row_total = np.broadcast_to(self.rows[:, None], self.both.shape)
        low, high = wilson(self.both, row_total)
        index = pairs_of(self.row_terms, self.column_terms)
        values = {name: self.measure(name).to_numpy().ravel() for name in MEASURES}
        values |= {
            "row_total": row_total.ravel(),
            "column_total": np.broadcast_to(self.columns[None, :], self.both.shape).ravel(),
            "n": self.n,
            "row_share_low": low.ravel(),
            "row_share_high": high.ravel(),
            "few": self.few.ravel(),
        }
        return only(pd.DataFrame(values, index=index), rows, columns)


def pairs_of(rows: pd.Index, columns: pd.Index) -> pd.MultiIndex:
    """The cells of a matrix, row by row; the two levels never share a name."""
    names = [rows.name, f"{columns.name} (column)" if rows.name == columns.name else columns.name]
    return pd.MultiIndex.from_product([rows, columns], names=names)


def only(cells: pd.DataFrame, rows: pd.Index | None, columns: pd.Index | None) -> pd.DataFrame:
    """The cells in these rows and columns, in the order they have; ``None`` means all."""
    for level, kept in enumerate((rows, columns)):
        if kept is not None:
            cells = cells[cells.index.get_level_values(level).isin(kept)]
    return cells


def cross(atlas: Atlas, rows: str | Axis, columns: str | Axis, selection: counting.Selected = None) -> CrossTable:
    """The counts of ``rows`` against ``columns``, each a facet or an :func:`analysis.axes.axis`, in a selection."""
    axes = row_axis, column_axis = tuple(axis(atlas, side) if isinstance(side, str) else side for side in (rows, columns))
    itself = row_axis.facets == column_axis.facets and row_axis.terms.equals(column_axis.terms)
    related = not set(row_axis.facets).isdisjoint(column_axis.facets)
    return CrossTable(
        both=counting.per_pair(atlas, rows, columns, selection),
        rows=counting.per_term(atlas, rows, selection),
        columns=counting.per_term(atlas, columns, selection),
        n=counting.total(atlas, selection),
        row_terms=row_axis.terms,
        column_terms=column_axis.terms,
        itself=itself,
        axes=axes,
        untested=untested(*axes) if related else None,
    )


def matrix(
    atlas: Atlas, rows: str | Axis, columns: str | Axis, selection: counting.Selected = None, measure: str = "count"
) -> pd.DataFrame:
    """One measure of two facets in a selection: frame of row term by column term.

    With n selected workflows, n_a, n_b, n_ab having the row term, the column term, both: ``count`` n_ab, ``row_share``
    n_ab / n_a, ``column_share`` n_ab / n_b, ``expected`` E = n_a n_b / n, ``lift`` n_ab / E, ``log_odds`` (Haldane-
    Anscombe corrected) with ``log_odds_low`` and ``log_odds_high``, ``residual`` (n_ab - E) / sqrt(E (1 - n_a / n)
    (1 - n_b / n)) (Haberman 1973), ``p`` two-sided Fisher exact, ``q`` Benjamini-Hochberg over the matrix.
    Undefined values are NaN.

    >>> from atlas_data import load_atlas
    >>> table = matrix(load_atlas(), "buyer_function", "control")
    >>> bool((table.loc["Legal"] <= table.loc["Legal"].max()).all())
    True
    """
    return cross(atlas, rows, columns, selection).measure(measure)


def _divide(a, b) -> np.ndarray:
    with np.errstate(divide="ignore", invalid="ignore"):
        quotient = np.divide(a, b, dtype=float)
    return np.where(np.isfinite(quotient), quotient, np.nan)
