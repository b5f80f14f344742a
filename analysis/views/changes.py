"""What differs between two atlases. These views are about two atlases, so they are no part of ``VIEWS``."""

from __future__ import annotations

import pandas as pd

from analysis.changes import share_changes
from analysis.figures.changes import difference_dots
from analysis.views.view import Column, View, unanswered
from analysis.words import capital, of, plural
from atlas_data import Atlas
from atlas_data.comparing import Comparison

_PLACES = ("category", "stage")
_COLUMNS = {
    "workflow": Column("Workflow id"),
    "title": Column("Workflow"),
    "category": Column("Category"),
    "stage": Column("Stage"),
    "field": Column("Field"),
    "item": Column("Item"),
    "change": Column("Change"),
    "before": Column("Before", wide=True),
    "after": Column("After", wide=True),
    "facet": Column("Facet"),
    "subject": Column("Term or label", wide=True),
}
_SHARES = {
    "before": Column("Before"),
    "after": Column("After"),
    "share_before": Column("Share before", "percent"),
    "share_after": Column("Share after", "percent"),
    "difference": Column("Difference", "percent"),
    "low": Column("Low", "percent"),
    "high": Column("High", "percent"),
}


def differences(found: Comparison) -> dict[str, View]:
    """Each kind of difference as a table, by its name: those that exist. ``n`` counts workflows, for the vocabulary changes."""
    place = found.changed["field"].isin(_PLACES)
    moved = found.changed.loc[place, ["workflow", "title", "field", "before", "after"]]
    other = found.changed[~place]
    tables = {
        "added": (f"{plural(len(found.added), 'workflow')} added", found.added, len(found.added)),
        "removed": (f"{plural(len(found.removed), 'workflow')} removed", found.removed, len(found.removed)),
        "moved": (f"{plural(moved['workflow'].nunique(), 'workflow')} in another category or stage", moved, moved["workflow"].nunique()),
        "changed": (_changed(other), other, other["workflow"].nunique()),
        "vocabulary": (f"{plural(len(found.terms), 'change')} of the vocabulary", found.terms, len(found.terms)),
    }
    return {
        name: View(title=title, n=n, figure=None, numbers=_numbered(table), alt=title, columns=_COLUMNS)
        for name, (title, table, n) in tables.items()
        if len(table)
    }


def _changed(rows: pd.DataFrame) -> str:
    return f"{plural(len(rows), 'change')} of {plural(rows['workflow'].nunique(), 'workflow')}, field by field"


def _numbered(table: pd.DataFrame) -> pd.DataFrame:
    return table if table.index.name else table.set_index(table.columns[0])


def shares(before: Atlas, after: Atlas, facet: str, most: int) -> View:
    """How the shares of a facet's terms changed, the largest difference first."""
    table = share_changes(before, after, facet)
    table = table.loc[table["difference"].abs().sort_values(ascending=False, kind="stable").index]
    title = after.facet(facet).title
    if not len(table) or not table["difference"].abs().max():
        return unanswered(f"No share of {title.lower()} changed", len(after))
    shown = table.head(most)
    apart = int(((table["low"] > 0) | (table["high"] < 0)).sum())
    first = table.iloc[0]
    return View(
        title=f"{table.index[0]} changed most: {of(int(first['before']), len(before))} before, {of(int(first['after']), len(after))} after",
        subtitle=f"{title}: difference of shares against {plural(len(before), 'workflow')} before, with 95% intervals",
        n=len(after),
        figure=difference_dots(shown),
        numbers=shown,
        note=f"{capital(of(apart, len(table), 'interval'))} without zero. "
        "They treat the two atlases as independent samples (Newcombe); where "
        "the atlases share workflows they are wider than need be."
        + (f" Not shown: {plural(len(table) - len(shown), 'term')} that changed less." if len(shown) < len(table) else ""),
        method="difference-of-two-shares",
        alt=f"Dots with intervals: how the share of workflows with each term of {title.lower()} differs between two atlases.",
        columns=_SHARES,
    )
