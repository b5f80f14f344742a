"""A brief as a workbook: what it says, a sheet a section with every number, and the workflows."""

from __future__ import annotations

import pandas as pd

from analysis.brief import Brief
from atlas_data import export


def to_workbook(brief: Brief) -> bytes:
    """The brief as XLSX. The first sheet holds title, scope, source and every sentence."""
    return export.to_workbook(
        # Headings are longer than the name of a sheet may be, and hold colons, which it may not.
        {"Brief": said(brief), **{section.key.replace("_", " ").capitalize(): _named(section.table) for section in brief.sections}}
        | {"Workflows": brief.workflows}
    )


def _named(table: pd.DataFrame) -> pd.DataFrame:
    """Without a mere number of the row."""
    return table if table.index.name or not len(table.columns) else table.set_index(table.columns[0])


def said(brief: Brief) -> pd.DataFrame:
    """Every sentence with the heading of its section, after what the brief is about."""
    lines = [("Title", brief.title), ("Scope", brief.scope), ("Source", brief.source)]
    for section in brief.sections:
        lines += [(section.heading, sentence) for sentence in (*section.sentences, section.note) if sentence]
    return pd.DataFrame(lines, columns=["part", "text"]).set_index("part")
