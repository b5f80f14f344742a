"""Who builds and runs AI in the workflows, with the pages that show it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis import companies as named
from analysis.companies import ORDERS, builders, by_number, evidence_of, known, totals
from analysis.counting import per_term, total
from analysis.figures.bars import stacked_counts
from analysis.figures.style import hue
from analysis.keeping import kept
from analysis.selection import Selection
from analysis.views.view import MOST, Choice, Column, View, Whole, unanswered, view
from analysis.words import capital, listed, of, plural
from atlas_data import Atlas

SAMPLE = "Companies are those that a linked page shows, not a census: a workflow without one may well have builders."
_MOST = 10  # from this many companies on, workflows share a bar
_NEEDED = ("company", "category")
_COLUMNS = {
    "company": Column("Company"),
    "role": Column("Role", help="vendor: builds it; adopter: runs it"),
    "product": Column("Product"),
    "title": Column("Workflow", wide=True),
    "category": Column("Category"),
    "stage": Column("Stage"),
    "evidence": Column("What the page shows", wide=True),
    "host": Column("Host", help="Where the page is"),
    "own_site": Column("Own site", help="Whether the page is on the company's own website"),
    "evidence_url": Column("Evidence", wide=True),
    "workflows": Column("Workflows"),
    "categories": Column("Categories"),
    "as_vendor": Column("As vendor", help="Workflows in which it builds"),
    "as_adopter": Column("As adopter", help="Workflows that it runs"),
    "lines": Column("Lines of evidence"),
    "hosts": Column("Hosts", help="Distinct hosts that show it"),
    "known": Column("Known companies"),
    "names": Column("Companies", wide=True),
}


def _lacking(atlas: Atlas, n: int) -> View | None:
    missing = [name for name in _NEEDED if name not in atlas.facets]
    note = "Add it to the vocabulary of the atlas to see who builds what."
    return unanswered(f"This atlas has no facet {listed(missing)}", n, note) if missing else None


def _hues(atlas: Atlas) -> list[str]:
    return [hue("category", i) for i in range(len(atlas.facet("category").terms))]


@view(
    "companies",
    page="companies",
    parameters=[Choice("company_order", "Order", ORDERS), Whole("top_companies", "Companies shown at most", 20, 1, 100)],
)
def companies(atlas: Atlas, selection: Selection, company_order: str, top_companies: int) -> View:
    """Which companies span most workflows and categories."""
    n = total(atlas, selection)
    if lacking := _lacking(atlas, n):
        return lacking
    table = named(atlas, selection, company_order)
    if not len(table):
        return unanswered("No known builder with evidence", n, f"No page shows a company in {of(n, n)}. {SAMPLE}")
    evidence = totals(atlas, selection)
    shown = table.head(top_companies)
    return View(
        title=_widest(table, company_order, n, len(atlas.facet("category").terms)),
        subtitle=f"Workflows of {len(shown):,} of {plural(len(table), 'company', 'companies')} by category",
        n=n,
        figure=stacked_counts(shown[list(atlas.facet("category").terms)], _hues(atlas)),
        numbers=shown,
        opens=("company", "category"),
        note=f"{capital(of(evidence['own'], evidence['lines'], 'line'))} of evidence on a company's own site. "
        "On other hosts somebody else "
        f"names it, or it rents the host. {SAMPLE}",
        method="companies",
        alt="Stacked bars: workflows of each company by category.",
        columns=_COLUMNS,
        code=f"from analysis import companies\n\ntable = companies(atlas, selection, {company_order!r}).head({top_companies})",
        more={
            "figures": {
                "Companies": len(table),
                "Lines of evidence": evidence["lines"],
                "On their own site": evidence["own"],
                "Distinct hosts": evidence["hosts"],
            }
        },
    )


def _widest(table: pd.DataFrame, order: str, n: int, categories: int) -> str:
    most = table[order].iloc[0]
    first = list(table.index[table[order] == most])
    if most == 1 and len(table) > 1:
        return f"No company is known in more than one {order.replace('ies', 'y').removesuffix('s')}"
    who = listed(first, most=3)
    verb = "span" if len(first) > 1 else "spans"
    if order == "categories":
        return f"{who} {verb} the most categories: {most} of {categories}"
    reach = f", in {plural(int(table['categories'].iloc[0]), 'category', 'categories')}" if len(first) == 1 else ""
    return f"{who} {verb} the most workflows: {of(int(most), n)}{reach}"


@kept(1)
def _by_reach(atlas: Atlas) -> dict[str, str]:
    """Every company, those in most workflows first."""
    if "company" not in atlas.facets:
        return {}
    counts = pd.Series(per_term(atlas, "company"), index=atlas.facet("company").terms)
    return {name: name for name in counts.sort_values(ascending=False, kind="stable").index}


@view("company", page="companies", parameters=[Choice("who", "Company", _by_reach)])
def company(atlas: Atlas, selection: Selection, who: str | None) -> View:
    """One company's workflows, its role in each, and the pages that show it; a table only."""
    n = total(atlas, selection)
    if who is None:
        return _lacking(atlas, n) or unanswered("No known builder with evidence", n, SAMPLE)
    lines = evidence_of(atlas, who, selection, MOST)
    if not len(lines):
        return unanswered(f"{who} is not known in these workflows", n, "Loosen the filter to see where it is.")
    there = total(atlas, selection.mask(atlas) & Selection(company=who).mask(atlas))
    return View(
        title=f"{who} is known in {plural(there, 'workflow')}",
        n=n,
        figure=None,
        numbers=lines,
        alt=f"The workflows of {who}, with evidence",
        note=SAMPLE + (f" The first {MOST:,} lines of evidence are listed." if len(lines) == MOST else ""),
        method="companies",
        columns=_COLUMNS,
        code=f"from analysis.companies import evidence_of\n\ntable = evidence_of(atlas, {who!r}, selection, {MOST})",
    )


@view("known-builders", page="companies")
def known_builders(atlas: Atlas, selection: Selection) -> View:
    """How many companies are known in each workflow."""
    n = total(atlas, selection)
    if lacking := _lacking(atlas, n):
        return lacking
    table = by_number(atlas, selection, _MOST)
    none = int(table.loc[0].sum())
    middle = int(np.median(known(atlas, selection)))
    return View(
        title=f"No known builder with evidence: {of(none, n)}"
        if none
        else f"Every workflow has a known builder, at least half have {middle} or more",
        subtitle="Workflows by the number of companies with evidence",
        n=n,
        figure=stacked_counts(table.rename(index=_known), _hues(atlas)),
        numbers=table,
        note=SAMPLE,
        method="companies",
        alt="Stacked bars: workflows by the number of known companies and category.",
        columns=_COLUMNS,
        code=f"from analysis.companies import by_number\n\ntable = by_number(atlas, selection, {_MOST})",
    )


def _known(count: int) -> str:
    return "No known builder" if not count else f"{_MOST} or more" if count == _MOST else plural(count, "company", "companies")


@view("few-builders", page="companies", parameters=[Whole("few", "Companies known at most", 1, 0, 100)])
def few_builders(atlas: Atlas, selection: Selection, few: int) -> View:
    """The workflows with few known companies, fewest first; a table only."""
    n = total(atlas, selection)
    if lacking := _lacking(atlas, n):
        return lacking
    found, number = builders(atlas, selection, few, MOST), int((known(atlas, selection) <= few).sum())
    most = "no known builder" if not few else f"at most {plural(few, 'known company', 'known companies')}"
    if not len(found):
        return unanswered(f"No workflow with {most}", n, "Raise the number to see workflows.")
    return View(
        title=f"{capital(of(number, n))} with {most}",
        n=n,
        figure=None,
        numbers=found,
        alt=f"Workflows with {most}",
        note=SAMPLE + (f" The first {MOST:,} of {number:,} are listed." if number > MOST else ""),
        method="companies",
        columns=_COLUMNS,
        code=f"from analysis.companies import builders\n\ntable = builders(atlas, selection, {few}, {MOST})",
    )
