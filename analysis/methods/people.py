"""Who builds, who runs and who reviews, worked on the company and the reviewer role found most often."""

from __future__ import annotations

import numpy as np

from analysis.companies import companies
from analysis.matrix import cross
from analysis.methods.method import Example, added, method, number
from analysis.selection import Selection
from atlas_data import Atlas


@method(
    "companies",
    "Known builders",
    formula=r"n_c = \left|\{w : c \in B_w\}\right| = \sum_k n_{ck}",
    meaning="Workflows in which a company c is known: B_w are the companies for which a linked page shows that they build (vendor) or run "
    "(adopter) AI for workflow w. A company spans a category k when n_ck is above 0. A workflow without any is counted as such.",
    assumptions="A sample, not a census: what was found, not who exists. Evidence is on a company's own site when the host of the page "
    "is its website or lies below it; on other hosts somebody else names it, or it rents the host.",
    where="analysis.companies",
    needs=("company", "category"),
)
def known_builders(atlas: Atlas, selection: Selection | None) -> Example | None:
    table = companies(atlas, selection)
    if not len(table):
        return None
    company = table.index[0]
    counts = table.loc[company, list(atlas.facet("category").terms)]
    counts = counts[counts > 0]
    value = int(table.at[company, "workflows"])
    words = f"{company}, by category of the workflows: {', '.join(f'{k} {count}' for k, count in counts.items())}."
    return Example(words, f"{added(counts)} = {value}", float(value))


@method(
    "human-review",
    "Human review",
    formula=r"\frac{n_{rk}}{n_k}",
    meaning="Of the n_k workflows of a category k (or of another facet chosen), the share with a reviewer role or a review trigger r. What "
    "goes to whom is a count of the workflows that have both.",
    assumptions="Triggers are free words, each placed by judgement under the kinds of reason it gives. Triggers and reviewers are "
    "listed for a workflow as a whole: that both occur does not say who decides on which trigger.",
    where="analysis.matrix",
    needs=("reviewer_role", "category"),
)
def human_review(atlas: Atlas, selection: Selection | None) -> Example | None:
    table = cross(atlas, "reviewer_role", "category", selection)
    if not table.both.any():
        return None
    role = int(table.rows.argmax())
    category = int(np.nan_to_num(table.column_share[role]).argmax())
    both, of_all = table.both[role, category], table.columns[category]
    value = float(table.column_share[role, category])
    words = f"r = {table.row_terms[role]}, the role in most workflows, k = {table.column_terms[category]}."
    return Example(words, rf"\frac{{{both}}}{{{of_all}}} = {number(value)}", value)
