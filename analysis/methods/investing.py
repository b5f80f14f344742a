"""Demand of a workflow, worked on the one whose buyers are named most."""

from __future__ import annotations

from analysis import counting
from analysis.investing import BUYERS, demand
from analysis.methods.method import Example, added, method, number
from analysis.selection import Selection
from atlas_data import Atlas


@method(
    "investors-view",
    "Demand of a workflow",
    formula=r"d_w = \frac{1}{|U_w|} \sum_{b \in U_w} n_b",
    meaning="How sought after the buyers of a workflow are: the mean, over the buyer functions and industries U_w that it names, of the "
    "number n_b of workflows of the atlas that name the buyer. Demand of a segment is the number of its workflows. Crowding counts the "
    "distinct companies with evidence.",
    assumptions="An entry lists four to six buyers, so their number would measure its format, not demand. An entry lists at most four "
    "companies: crowding beyond that cannot show. Unknown where a workflow names no buyer.",
    where="analysis.investing.demand",
    needs=("buyer_function", "buyer_industry"),
)
def sought_after(atlas: Atlas, selection: Selection | None) -> Example | None:
    ids = (selection if selection is not None else Selection()).ids(atlas)
    found = demand(atlas).loc[ids].dropna()
    if not len(found):
        return None
    workflow = found.idxmax()
    counts = []
    for name in BUYERS:
        has = atlas.facet(name).table.loc[workflow].to_numpy(dtype=bool)
        counts += counting.per_term(atlas, name)[has].tolist()
    title = atlas.workflows.at[workflow, "title"]
    value = float(found[workflow])
    return Example(f"{title}, its buyers one after the other.", rf"\frac{{{added(counts)}}}{{{len(counts)}}} = {number(value)}", value)
