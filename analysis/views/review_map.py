"""What goes to people, to whom, and with what evidence."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd

from analysis.counting import total
from analysis.figures.heatmap import matrix_heatmap
from analysis.matrix import CrossTable, cross
from analysis.ordering import present_in_order
from analysis.review import lacking, review_steps, without
from analysis.selection import Selection
from analysis.views.matrices import CELLS
from analysis.views.view import MOST, Choice, Column, View, unanswered, view
from analysis.words import capital, inside, leading, listed, of, plural
from atlas_data import Atlas
from atlas_data.unstated import stated

_ACROSS = Choice(
    "across",
    "Across",
    lambda atlas: {
        name: atlas.facet(name).title for name in ("category", "stage", "buyer_function", "buyer_industry", "layer") if name in atlas.facets
    },
)
_READ = 100  # workflows of a large atlas whose words are read from the file
_MOST = (40, 30)  # rows and columns shown, the largest kept
_MARKS = "A dot marks q < 0.05 over the matrix; italics mark cells where fewer than 5 are expected."
_BOTH = (
    "Triggers and reviewers are listed for a workflow as a whole: a cell counts workflows that have both, not who decides on which trigger."
)


def _missing(atlas: Atlas, *names: str | None) -> View | None:
    missing = [name for name in names if name not in atlas.facets]
    return unanswered(f"This atlas has no facet {missing[0]}", len(atlas), "Its taxonomy does not group them.") if missing else None


def _heatmap(atlas: Atlas, selection: Selection, facet: str, across: str | None, claim: Callable[[CrossTable], str]) -> View:
    """Each column's share of workflows with each row term, the most common rows first."""
    if (said := _missing(atlas, facet, across)) is not None:
        return said
    table = cross(atlas, facet, across, selection)
    what, by = atlas.facet(facet).title, atlas.facet(across).title.lower()
    rows, columns = present_in_order(table, "size", most=_MOST)
    if not stated(rows).any():
        return unanswered(f"None of these workflows has both a {what.lower()} and a {by}", table.n, "Widen the filter.")
    if atlas.facet(across).ordered or not atlas.facet(across).multiple:
        columns = table.column_terms[table.columns > 0]
    figure = matrix_heatmap(table, "column_share", rows, columns)
    return View(
        title=claim(table),
        subtitle=f"{what} by {by}: share of each {by}'s workflows",
        n=table.n,
        figure=figure,
        numbers=table.cells,
        columns=CELLS,
        opens=(facet, across),
        note=_MARKS,
        alt=f"Heatmap of {what.lower()} by {by}: share of workflows.",
        method="human-review",
        code=f"from analysis.matrix import cross\n\ntable = cross(atlas, {facet!r}, {across!r}, selection).cells()",
    )


def _everywhere(table: CrossTable, noun: str) -> str:
    """How many row terms occur in every column that has workflows."""
    used = table.both[(table.rows > 0) & stated(table.row_terms)][:, (table.columns > 0) & stated(table.column_terms)]
    everywhere, groups = int((used > 0).all(axis=1).sum()), used.shape[1]
    by = str(table.column_terms.name).replace("_", " ")
    return (
        f"; {everywhere} of {plural(len(used), noun)} {'occurs' if everywhere == 1 else 'occur'} in every {by}"
        if groups > 1 < len(used)
        else ""
    )


def _commonest(table: CrossTable) -> tuple[list[str], str]:
    named = stated(table.row_terms)
    first = leading(pd.Series(table.rows[named], table.row_terms[named]))
    return first, ("each " if len(first) > 1 else "") + f"in {of(int(table.rows[named].max()), table.n)}"


@view("review-roles", page="review_map", parameters=[_ACROSS])
def roles(atlas: Atlas, selection: Selection, across: str | None) -> View:
    """Who reviews, across categories."""

    def claim(table: CrossTable) -> str:
        first, share = _commonest(table)
        return f"{listed(first, most=3)} review most often, {share}{_everywhere(table, 'role')}"

    return _heatmap(atlas, selection, "reviewer_role", across, claim)


@view("review-triggers", page="review_map", parameters=[_ACROSS])
def triggers(atlas: Atlas, selection: Selection, across: str | None) -> View:
    """What goes to people, across categories."""

    def claim(table: CrossTable) -> str:
        first, share = _commonest(table)
        reasons = listed([inside(trigger) for trigger in first], most=3)
        are = "Most common reason" if len(first) == 1 else "Most common reasons"
        return f"{are} to ask a person: {reasons}, {share}{_everywhere(table, 'reason')}"

    return _heatmap(atlas, selection, "review_trigger", across, claim)


@view("review-paths", page="review_map")
def paths(atlas: Atlas, selection: Selection) -> View:
    """What goes to whom."""
    if (said := _missing(atlas, "review_trigger", "reviewer_role")) is not None:
        return said
    table = cross(atlas, "reviewer_role", "review_trigger", selection)
    rows, columns = present_in_order(table, "similarity", most=(40, 40))
    both = table.both * np.outer(stated(table.row_terms), stated(table.column_terms))
    if not len(rows) or not both.any():
        return unanswered("None of these workflows has both a review trigger and a reviewer role", table.n, "Widen the filter.")
    figure = matrix_heatmap(table, "count", rows, columns)
    place = divmod(int(both.argmax()), both.shape[1])
    above = plural(figure["above"], "pair") if figure["above"] else "no pair"
    return View(
        title=f"Most often together: {table.row_terms[place[0]]} and {table.column_terms[place[1]]}, in "
        f"{of(int(table.both[place]), table.n)}; {above} more often than chance explains",
        subtitle="Reviewer role by review trigger: workflows",
        n=table.n,
        figure=figure,
        numbers=table.cells,
        columns=CELLS,
        opens=("reviewer_role", "review_trigger"),
        note=f"{_BOTH} {_MARKS}",
        alt="Heatmap of reviewer roles by review triggers: workflows with both.",
        method="human-review",
        code="from analysis.matrix import cross\n\ntable = cross(atlas, 'reviewer_role', 'review_trigger', selection).cells()",
    )


@view("unreviewed", page="review_map")
def unreviewed(atlas: Atlas, selection: Selection) -> View:
    """Workflows that name nobody who reviews; a table only."""
    if (said := _missing(atlas, "reviewer_role")) is not None:
        return said
    n, table = total(atlas, selection), without(atlas, "reviewer_role", selection, MOST)
    number = total(atlas, lacking(atlas, "reviewer_role", selection))
    if not number:
        return unanswered("The one workflow names who reviews it" if n == 1 else f"Each of {plural(n, 'workflow')} names who reviews it", n)
    return View(
        title=f"{capital(of(number, n))} {'names' if number == 1 else 'name'} nobody who reviews"
        + (f"; the first {MOST:,} are listed" if number > MOST else ""),
        n=n,
        figure=None,
        numbers=table,
        alt="Workflows without a named reviewer",
        method="human-review",
        columns={"title": Column("Workflow", wide=True), "category": Column("Category"), "stage": Column("Stage")},
        code=f"from analysis.review import without\n\ntable = without(atlas, 'reviewer_role', selection, {MOST})",
    )


@view("review-evidence", page="review_map")
def evidence(atlas: Atlas, selection: Selection) -> View:
    """What goes to people, to whom and with what evidence, in the workflows' own words; a table only."""
    n = total(atlas, selection)
    return View(
        title=f"In their own words: {plural(n, 'workflow')}" + (f", the first {_READ}" if n > MOST else ""),
        n=n,
        figure=None,
        numbers=partial(review_steps, atlas, selection, _READ if n > MOST else None),
        alt="What goes to people, to whom, and what is kept as evidence, one workflow a row",
        method="human-review",
        columns={
            "title": Column("Workflow"),
            "evidence": Column("Kept as evidence", wide=True),
            "triggers": Column("Goes to people when", wide=True),
            "reviewers": Column("To whom", wide=True),
            "category": Column("Category"),
        },
        code="from analysis.review import review_steps\n\ntable = review_steps(atlas, selection" + (f", {_READ})" if n > MOST else ")"),
    )
