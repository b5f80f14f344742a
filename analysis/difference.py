"""Two selections cell by cell: how their shares differ, and whether that holds up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from analysis import kernel
from analysis.axes import Axis
from analysis.inference import benjamini_hochberg, fisher_exact, newcombe
from analysis.matrix import FEW_EXPECTED, CrossTable, cross, only, pairs_of
from analysis.selection import Selection, apart, everything, mask_of
from atlas_data import Atlas
from atlas_data.problems import nearest

SHARES = {
    "n": "Share of all workflows of each selection.",
    "row": "Share of the row term's workflows in each selection.",
    "column": "Share of the column term's workflows in each selection.",
}


@dataclass(frozen=True, eq=False)
class Difference:
    """The cells of two selections that share no workflow.

    ``share`` says of what the shares are (``SHARES``). A cell is compared when both selections have workflows to take the
    share of; else its values are NaN. ``joint``: workflows that were in both.
    """

    first: CrossTable
    second: CrossTable
    share: str
    joint: int

    def _of(self, table: CrossTable) -> np.ndarray:
        whole = {"n": np.array([[table.n]]), "row": table.rows[:, None], "column": table.columns[None, :]}[self.share]
        return np.broadcast_to(whole, table.both.shape)

    @cached_property
    def totals(self) -> tuple[np.ndarray, np.ndarray]:
        """What each selection's shares are shares of."""
        return self._of(self.first), self._of(self.second)

    @cached_property
    def shares(self) -> tuple[np.ndarray, np.ndarray]:
        with np.errstate(divide="ignore", invalid="ignore"):
            return tuple(table.both / total for table, total in zip((self.first, self.second), self.totals, strict=True))

    @cached_property
    def pooled(self) -> CrossTable:
        """The workflows of both selections together."""
        summed = {name: getattr(self.first, name) + getattr(self.second, name) for name in ("both", "rows", "columns", "n")}
        return replace(self.first, **summed)

    @property
    def difference(self) -> np.ndarray:
        return self.shares[0] - self.shares[1]

    @cached_property
    def interval(self) -> tuple[np.ndarray, np.ndarray]:
        return newcombe(self.first.both, self.totals[0], self.second.both, self.totals[1])

    @cached_property
    def p(self) -> np.ndarray:
        first, second = self.totals
        p = fisher_exact(self.first.both, first, self.first.both + self.second.both, first + second)
        skipped = (first == 0) | (second == 0)
        if self.share != "n" and self.first.untested is not None:
            skipped |= self.first.untested  # the share of a term among its own workflows is 1 in both
        return np.where(skipped, np.nan, p)

    @cached_property
    def q(self) -> np.ndarray:
        return benjamini_hochberg(self.p)

    @property
    def few(self) -> np.ndarray:
        """Cells where equal shares would give one of the selections fewer than 5 workflows."""
        first, second = self.totals
        with np.errstate(divide="ignore", invalid="ignore"):
            pooled = (self.first.both + self.second.both) / (first + second)
        return pooled * np.minimum(first, second) < FEW_EXPECTED

    def cells(self, rows: pd.Index | None = None, columns: pd.Index | None = None) -> pd.DataFrame:
        """Every cell, indexed by (row term, column term): ``count`` and ``total`` of the first selection and their ``share``,
        the same of the second (``other_count``, ...), ``difference`` with its 95% interval ``low``-``high``, ``p``, ``q``, ``few``."""
        values = {}
        for name, table, total, share in zip(("", "other_"), (self.first, self.second), self.totals, self.shares, strict=True):
            values |= {f"{name}count": table.both, f"{name}total": total, f"{name}share": share}
        low, high = self.interval
        values |= {"difference": self.difference, "low": low, "high": high, "p": self.p, "q": self.q, "few": self.few}
        index = pairs_of(self.first.row_terms, self.first.column_terms)
        return only(pd.DataFrame({name: value.ravel() for name, value in values.items()}, index=index), rows, columns)


def difference(
    atlas: Atlas,
    rows: str | Axis,
    columns: str | Axis,
    selection: Selection | None = None,
    against: Selection | str = "rest",
    share: str = "n",
) -> Difference:
    """How the selected workflows differ from others, cell by cell.

    ``against``: another selection, or ``"rest"``, the workflows not selected. Workflows in both count with the selection
    only; when ``against`` lies inside the selection they count with ``against`` only, as in :func:`analysis.frequency`.
    ``share``: of what, one of ``SHARES``. Each cell is tested by Fisher's exact test on its own 2 x 2 table (selection by
    having the cell), q is Benjamini-Hochberg over the matrix, the interval is Newcombe's hybrid score interval (1998).

    >>> from atlas_data import load_atlas
    >>> found = difference(load_atlas(), "buyer_function", "control", Selection(stage="Scaling"), Selection(stage="Emerging"))
    >>> found.joint, found.cells().shape
    (0, (420, 12))
    """
    if share not in SHARES:
        raise ValueError(f"no share {share!r}{nearest(share, SHARES)} Shares: {', '.join(SHARES)}")
    chosen = mask_of(atlas, selection)
    base = everything(atlas) & ~chosen if isinstance(against, str) and against == "rest" else mask_of(atlas, against)
    first, second = (cross(atlas, rows, columns, mask) for mask in apart(chosen, base))
    return Difference(first, second, share, int(kernel.count(chosen & base)))
