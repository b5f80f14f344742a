"""Any facet by any facet."""

from __future__ import annotations

import pandas as pd

from analysis.counting import total
from analysis.figures.heatmap import LABELS, matrix_heatmap
from analysis.findings import matrix_headline
from analysis.matrix import FEW_EXPECTED, MEASURES, cross
from analysis.ordering import ORDERS, present_in_order
from analysis.selection import Selection
from analysis.views.view import Choice, View, Whole, facets, unanswered, view
from analysis.words import plural
from atlas_data import Atlas

_METHODS = {"log_odds_low": "log-odds", "log_odds_high": "log-odds"}  # the others have a paragraph of their own


@view(
    "matrix",
    page="matrices",
    parameters=[
        Choice("rows", "Rows", facets, "buyer_function"),
        Choice("columns", "Columns", facets, "control"),
        Choice("measure", "Measure", LABELS, help=" ".join(f"**{LABELS[key]}**: {text}" for key, text in MEASURES.items())),
        Choice("sort", "Order", ORDERS, "similarity"),
        Whole("top_rows", "Rows shown at most", 30, 1, 100),
        Whole("top_columns", "Columns shown at most", 30, 1, 100),
        Whole("support", "Workflows a term needs", 1, 1, 999_999_999),
    ],
)
def matrix(
    atlas: Atlas, selection: Selection, rows: str, columns: str, measure: str, sort: str, top_rows: int, top_columns: int, support: int
) -> View:
    """Who needs what: the cells of two facets under a measure."""
    n = total(atlas, selection)
    titles = facets(atlas)
    table = cross(atlas, rows, columns, selection)
    row_terms, column_terms = present_in_order(table, sort, support, (top_rows, top_columns))
    if not len(row_terms):
        return unanswered("No term has that many workflows", n, "Lower the number a term needs.")
    figure = matrix_heatmap(table, measure, row_terms, column_terms)
    hidden = len(table.row_terms) - len(row_terms), len(table.column_terms) - len(column_terms)

    def cells() -> pd.DataFrame:
        """Every cell on screen with every measure."""
        every = table.cells()
        return every[every.index.get_level_values(0).isin(row_terms) & every.index.get_level_values(1).isin(column_terms)]

    return View(
        title=matrix_headline(table, measure),
        subtitle=f"{titles[rows]} by {titles[columns].lower()}: {LABELS[measure].lower()}",
        n=n,
        figure=figure,
        numbers=cells,
        opens=(rows, columns),
        note=f"{MEASURES[measure]} A dot marks q < 0.05 ({plural(figure['marked'], 'cell')}); italics mark cells where fewer than "
        f"{FEW_EXPECTED:.0f} are expected ({figure['few']}), to be read with care."
        + (f" Not shown: {plural(hidden[0], 'row')}, {plural(hidden[1], 'column')}." if any(hidden) else "")
        + (" A facet against itself is not tested on its diagonal." if table.itself else ""),
        alt=f"Heatmap of {titles[rows].lower()} by {titles[columns].lower()}, {LABELS[measure].lower()}.",
        method=_METHODS.get(measure, measure.replace("_", "-")),
        code=f"""\
from analysis.matrix import cross
from analysis.ordering import present_in_order

crossed = cross(atlas, "{rows}", "{columns}", selection)
rows, columns = present_in_order(crossed, "{sort}", {support}, ({top_rows}, {top_columns}))
cells = crossed.cells()
table = cells[cells.index.get_level_values(0).isin(rows) & cells.index.get_level_values(1).isin(columns)]""",
    )
