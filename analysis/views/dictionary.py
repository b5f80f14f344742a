"""What each column of the atlas's tables holds."""

from __future__ import annotations

from functools import cache

import pandas as pd

from analysis.views.view import Column, View
from atlas_data.dictionary import TABLES


@cache
def dictionary() -> View:
    """The data dictionary as a table; the same for every atlas.

    >>> dictionary().table.loc[("workflows", "title"), "type"]
    'string'
    """
    columns = [
        (table.name, column.name, column.type, column.required, column.description, ", ".join(column.options))
        for table in TABLES.values()
        for column in table.columns
    ]
    return View(
        title="Data dictionary",
        n=len(columns),
        figure=None,
        numbers=pd.DataFrame(columns, columns=["table", "column", "type", "required", "meaning", "one_of"]).set_index(["table", "column"]),
        columns={
            "table": Column("Table"),
            "column": Column("Column"),
            "type": Column("Type"),
            "required": Column("Required"),
            "meaning": Column("Meaning", wide=True),
            "one_of": Column("One of", wide=True),
        },
    )
