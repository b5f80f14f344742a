"""Who builds and runs AI in the workflows, as far as pages show it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis import counting
from analysis.keeping import kept
from analysis.selection import Selection, members
from atlas_data import Atlas

NO_BUILDER = "no known builder with evidence"
ORDERS = {"workflows": "Most workflows first", "categories": "Most categories first"}
_LINE = ["company", "role", "product", "workflow", "title", "category", "stage", "evidence", "host", "own_site", "evidence_url"]


def evidence(atlas: Atlas, selection: Selection | None = None) -> pd.DataFrame:
    """One row a line of evidence: a company in a selected workflow, and the page that shows it.

    Columns: ``company`` (a term of the facet company), ``role`` ("vendor" builds it, "adopter" runs it), ``product``
    (empty where none is named), ``workflow`` id, ``title``, ``category``, ``stage``, ``evidence`` (what the page says),
    its ``host``, ``own_site`` (whether the host is the company's own website; else somebody else names the company, or it
    rents the host) and ``evidence_url``. In the order of the atlas.

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
            shown = (company.evidence, company.host, company.on_own_site, company.evidence_url)
            rows += [(term, company.role, company.product or "", *place, *shown) for term in terms_of([company.name])]
    return pd.DataFrame(rows, columns=_LINE).astype({"own_site": bool})


def companies(atlas: Atlas, selection: Selection | None = None, order: str = "workflows") -> pd.DataFrame:
    """One row a company with evidence in the selected workflows, index ``company``.

    ``workflows`` and ``categories`` it is in; workflows ``as_vendor`` and ``as_adopter`` (it may be both); ``own_site``:
    lines of evidence on its own website, of ``lines``; ``hosts``: distinct hosts of its evidence; then one column a
    category with the number of its workflows there. ``order``: "workflows" or "categories" first, then the other, then
    the name. ``ValueError`` for another order.

    >>> from atlas_data import load_atlas
    >>> table = companies(load_atlas())
    >>> bool((table["workflows"] >= table["categories"]).all())
    True
    """
    if order not in ORDERS:
        raise ValueError(f"order is {order!r}; it must be one of {', '.join(ORDERS)}")
    terms = atlas.facet("company").terms
    counts = counting.per_pair(atlas, "company", "category", selection)
    lines = evidence(atlas, selection)
    of = lines.groupby("company")
    by_role = lines.drop_duplicates(["company", "workflow", "role"]).groupby(["company", "role"]).size().unstack(fill_value=0)
    table = pd.DataFrame({"workflows": counting.per_term(atlas, "company", selection), "categories": (counts > 0).sum(axis=1)}, index=terms)
    table = table[table["workflows"] > 0]
    table = table.assign(
        **{f"as_{role}": by_role.get(role, pd.Series(dtype=int)).reindex(table.index, fill_value=0) for role in ("vendor", "adopter")},
        own_site=of["own_site"].sum(),
        lines=of.size(),
        hosts=of["host"].nunique(),
    )
    first, second = (order, next(name for name in ORDERS if name != order))
    by_name = table.iloc[table.index.str.casefold().argsort(kind="stable")]
    return by_name.sort_values([first, second], ascending=False, kind="stable").join(
        pd.DataFrame(counts, index=terms, columns=atlas.facet("category").terms)
    )


def builders(atlas: Atlas, selection: Selection | None = None) -> pd.DataFrame:
    """One row a selected workflow with the companies known in it, index workflow id, in the order of the atlas.

    ``title``, ``category``, ``stage``; ``known``: distinct companies; ``own_site``: those of them shown on their own
    website at least once; ``names``: the companies, in the order of the facet.

    >>> from atlas_data import load_atlas
    >>> atlas = load_atlas()
    >>> bool((builders(atlas)["known"] == atlas.workflows["companies"]).all())
    True
    """
    ids = members(atlas, selection)
    has = counting.per_workflow(atlas, "company", selection)
    lines = evidence(atlas, selection)
    shown = lines[lines["own_site"]].groupby("workflow")["company"].nunique()
    terms = atlas.facet("company").terms
    return atlas.workflows.loc[ids, ["title", "category", "stage"]].assign(
        known=has.sum(axis=1), own_site=shown.reindex(ids, fill_value=0), names=[tuple(terms[row]) for row in has]
    )


def by_number(atlas: Atlas, selection: Selection | None = None, most: int = 10) -> pd.DataFrame:
    """How many selected workflows have 0, 1, 2, ... known companies: frame number (``known``) x category.

    Rows run from 0 to the largest number found; ``most`` stands for itself and more.

    >>> from atlas_data import load_atlas
    >>> int(by_number(load_atlas()).to_numpy().sum()) == len(load_atlas())
    True
    """
    known = counting.per_workflow(atlas, "company", selection).sum(axis=1).clip(max=most)
    categories = counting.per_workflow(atlas, "category", selection)
    counts = np.zeros((int(known.max(initial=0)) + 1, categories.shape[1]), dtype=np.int64)
    np.add.at(counts, known, categories)
    return pd.DataFrame(counts, index=pd.RangeIndex(len(counts), name="known"), columns=atlas.facet("category").terms)
