"""Who builds and runs AI in the workflows, as far as pages show it."""

from __future__ import annotations

import pandas as pd

from analysis.keeping import kept
from analysis.selection import Selection, members
from atlas_data import Atlas

NO_BUILDER = "no known builder with evidence"
_LINE = ["company", "role", "product", "workflow", "title", "category", "stage", "evidence", "evidence_url"]


def evidence(atlas: Atlas, selection: Selection | None = None) -> pd.DataFrame:
    """One row a line of evidence: a company in a selected workflow, and the page that shows it.

    Columns: ``company`` (a term of the facet company), ``role`` ("vendor" builds it, "adopter" runs it), ``product``
    (empty where none is named), ``workflow`` id, ``title``, ``category``, ``stage``, ``evidence`` (what the page says)
    and ``evidence_url``. In the order of the atlas.

    >>> from atlas_data import load_atlas
    >>> evidence(load_atlas(), Selection(text="dental claims"))["company"].tolist()
    ['Overjet', 'Pearl']
    """
    lines = _evidence(atlas)
    return lines[lines["workflow"].isin(members(atlas, selection))].reset_index(drop=True)


@kept(1)
def _evidence(atlas: Atlas) -> pd.DataFrame:
    terms_of = atlas.taxonomy.facets["company"].terms_of
    rows = []
    for entry in map(atlas.entry, atlas.workflows.index):
        place = (entry.id, entry.title, entry.category, entry.stage)
        for company in entry.companies:
            shown = (company.evidence, company.evidence_url)
            rows += [(term, company.role, company.product or "", *place, *shown) for term in terms_of([company.name])]
    return pd.DataFrame(rows, columns=_LINE)
