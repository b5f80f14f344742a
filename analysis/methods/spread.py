"""How often terms occur and how evenly they spread, worked on the control that most workflows require."""

from __future__ import annotations

import numpy as np

from analysis import counting
from analysis.convergence import convergence, shared_layer
from analysis.frequency import frequency, shared_by
from analysis.methods.method import Example, method, number
from analysis.selection import Selection
from atlas_data import Atlas


@method(
    "frequency",
    "Frequency against a baseline",
    formula=r"\text{lift} = \frac{k/n}{K/N}",
    meaning="The share k/n of the selected workflows that have a term, over the share K/N of the baseline's. The interval of k/n is "
    "Wilson's. q compares the selected workflows with the baseline's others by Fisher's exact test, Benjamini-Hochberg over the bars.",
    assumptions="The two groups tested share no workflow: what both hold is taken out of the baseline, or, when the selection holds the "
    "whole baseline, out of the selection.",
    where="analysis.frequency",
    needs=("control",),
)
def baseline(atlas: Atlas, selection: Selection | None) -> Example | None:
    table = frequency(atlas, "control", selection)
    if not table["count"].any():
        return None
    term = table["count"].idxmax()
    k, n, all_n = int(table.at[term, "count"]), table.attrs["n"], table.attrs["baseline_n"]
    everywhere = round(table.at[term, "baseline"] * all_n)
    value = float(table.at[term, "lift"])
    words = f"{term}: {k} of {n} selected workflows, {everywhere} of {all_n} in the whole atlas."
    return Example(words, rf"\frac{{{k}/{n}}}{{{everywhere}/{all_n}}} = {number(value)}", value)


@method(
    "breadth",
    "Breadth",
    formula=r"\exp\left(-\sum_k \pi_k \ln \pi_k\right), \qquad \pi_k = \frac{n_{ck}/n_k}{\sum_j n_{cj}/n_j}",
    meaning="The effective number of categories that require a control: 1 when one category alone does, the number of categories when each "
    "does at the same rate. Also over buyer functions and industries.",
    source="Hill, M. O. (1973), Ecology 54, 427-432: the Hill number of order 1.",
    assumptions="Rates within each category are compared, so that large categories do not dominate; a small category's rate is uncertain.",
    where="analysis.convergence",
    needs=("control", "category"),
)
def breadth(atlas: Atlas, selection: Selection | None) -> Example | None:
    table = convergence(atlas, "control", selection)
    if not table["count"].any():
        return None
    term = table["count"].idxmax()
    rates = shared_by(atlas, "control", "category", selection)[term].fillna(0)
    rates = rates[rates > 0]
    terms = [rf"{number(share)} \ln {number(share)}" for share in rates / rates.sum()]
    value = float(table.at[term, "breadth"])
    said = ", ".join(f"{name} {rate:.1%}" for name, rate in rates.items())
    return Example(f"{term}, required by: {said}.", rf"\exp\left(-\left({' + '.join(terms)}\right)\right) = {number(value)}", value)


@method(
    "shared-layer",
    "Shared production layer",
    formula=r"\frac{n_c}{n} \ge 0.25 \quad\text{and}\quad \text{breadth} \ge 0.8\,K",
    meaning="The controls that are both common and evenly spread over the K categories of the selection.",
    assumptions="A stated rule, not a test. Both limits are round numbers chosen before looking.",
    where="analysis.convergence.shared_layer",
    needs=("control", "category"),
)
def shared(atlas: Atlas, selection: Selection | None) -> Example | None:
    present = counting.present(atlas, "category", selection)
    if present < 2:
        return None
    table = convergence(atlas, "control", selection)
    core = shared_layer(table, present)
    term = core.index[0] if len(core) else table["breadth"].idxmax()
    row = table.loc[term]
    words = (
        f"{term}: {'in' if len(core) else 'not in'} the layer, with K = {present} categories. {len(core)} of {len(table)} controls are in."
    )
    working = (
        rf"{number(row['share'])} \;\text{{and}}\; {number(row['breadth'])} \;\text{{against}}\; 0.25 \;\text{{and}}\; 0.8 \cdot {present}"
    )
    return Example(words, f"{working} = {number(0.8 * present)}", 0.8 * present)


@method(
    "demand",
    "Demand of a control",
    formula=r"\left|\{f : n_{fc} > 0\}\right|",
    meaning="The number of buyer functions with at least one workflow that requires the control.",
    assumptions="A function counts however few its workflows are, so demand grows with the selection.",
    where="analysis.convergence",
    needs=("control", "category", "buyer_function"),
)
def demand(atlas: Atlas, selection: Selection | None) -> Example | None:
    table = convergence(atlas, "control", selection)
    if "demand" not in table or not table["demand"].any():
        return None
    term = table["demand"].idxmax()
    pairs = counting.per_pair(atlas, "buyer_function", "control", selection)[:, table.index.get_loc(term)]
    asking = np.sort(pairs[pairs > 0])[::-1]
    words = f"{term}: workflows by buyer function {', '.join(map(str, asking))}."
    return Example(words, rf"\left|\{{f : n_{{fc}} > 0\}}\right| = {len(asking)}", float(table.at[term, "demand"]))
