"""Who needs what: any facet against any other."""

import pandas as pd
import streamlit as st

from analysis.counting import total
from analysis.figures.heatmap import LABELS, matrix_heatmap
from analysis.findings import matrix_headline
from analysis.matrix import FEW_EXPECTED, MEASURES, cross
from analysis.ordering import ORDERS, present_in_order
from analysis.words import plural
from pages.parts.chart import chart
from pages.parts.context import context
from pages.parts.controls import choose, number
from pages.parts.drawer import drawer
from pages.parts.filter import nothing_matches

atlas, selection = context()
n = total(atlas, selection)
facets = {name: atlas.facet(name).title for name in atlas.facets}

st.title("Who needs what", anchor=False)
if not n:
    nothing_matches(atlas, selection)

with st.grid(4, min_column_width=150):
    rows = choose("Rows", facets, "rows", default="buyer_function")
    columns = choose("Columns", facets, "columns", default="control")
    measure = choose("Measure", LABELS, "measure", help=" ".join(f"**{LABELS[key]}**: {text}" for key, text in MEASURES.items()))
    order = choose("Order", ORDERS, "sort", default="similarity")
    most_rows = number("Rows shown at most", "top_rows", 30, 1, 100)
    most_columns = number("Columns shown at most", "top_columns", 30, 1, 100)
    support = number("Workflows a term needs", "support", 1, 1, max(len(atlas), 1))

table = cross(atlas, rows, columns, selection)


row_terms, column_terms = present_in_order(table, order, support, (most_rows, most_columns))
if not len(row_terms):
    st.info("No term has that many workflows. Lower the number a term needs.", icon=":material/filter_alt_off:")
    st.stop()

figure = matrix_heatmap(table, measure, row_terms, column_terms)
hidden = len(table.row_terms) - len(row_terms), len(table.column_terms) - len(column_terms)


def cells() -> pd.DataFrame:
    """Every cell on screen with every measure."""
    every = table.cells()
    return every[every.index.get_level_values(0).isin(row_terms) & every.index.get_level_values(1).isin(column_terms)]


chart(
    figure,
    cells,
    name="matrix",
    opens=(rows, columns),
    title=matrix_headline(table, measure),
    subtitle=f"{facets[rows]} by {facets[columns].lower()}: {LABELS[measure].lower()}",
    n=n,
    note=f"{MEASURES[measure]} A dot marks q < 0.05 ({plural(figure['marked'], 'cell')}); italics mark cells where fewer than "
    f"{FEW_EXPECTED:.0f} are expected ({figure['few']}), to be read with care."
    + (f" Not shown: {plural(hidden[0], 'row')}, {plural(hidden[1], 'column')}." if any(hidden) else "")
    + (" A facet against itself is not tested on its diagonal." if table.itself else ""),
    alt=f"Heatmap of {facets[rows].lower()} by {facets[columns].lower()}, {LABELS[measure].lower()}.",
)
drawer(atlas, selection)
