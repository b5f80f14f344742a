"""What makes a workflow demanding, and which are alike, worked on the most demanding workflow of the selection."""

from __future__ import annotations

import numpy as np

from analysis import counting
from analysis.complexity import complexity, term_information
from analysis.methods.method import Example, method, number
from analysis.selection import Selection
from analysis.similarity import similarity
from analysis.words import listed
from atlas_data import Atlas

_NEEDS = ("control", "layer", "reviewer_role")


@method(
    "layer-span",
    "Layer span",
    formula=r"\left|\{\text{layer}(c) : c \in C_w\}\right|",
    meaning="How many of the six control layers the controls C_w of a workflow touch.",
    assumptions="Listed items are not counted: nearly every entry lists six controls, so their number measures the format of an entry.",
    where="analysis.complexity",
    needs=_NEEDS,
)
def layer_span(atlas: Atlas, selection: Selection | None) -> Example | None:
    table = complexity(atlas, selection)
    if not len(table):
        return None
    workflow = table["layer_span"].idxmax()
    row = atlas.facet("layer").table.loc[workflow]
    words = f"{atlas.workflows.at[workflow, 'title']} touches {listed(list(row.index[row]))}."
    value = int(table.at[workflow, "layer_span"])
    return Example(words, rf"\left|\{{\ldots\}}\right| = {value}", float(value))


@method(
    "information",
    "Information content",
    formula=r"-\sum_{c \in C_w} \log_2 \frac{N_c}{N}",
    meaning="How unusual a workflow's set of controls is, in bits: a control that half of the atlas requires adds 1, one that an eighth "
    "requires adds 3. N_c of the N workflows of the whole atlas require control c. A category's figure is the mean over its workflows.",
    source="Shannon, C. E. (1948), Bell System Technical Journal 27, 379-423: self-information.",
    assumptions="Controls are taken as independent, which overstates sets of controls that usually come together.",
    where="analysis.complexity",
    needs=_NEEDS,
)
def information(atlas: Atlas, selection: Selection | None) -> Example | None:
    table = complexity(atlas, selection)
    if not len(table) or not table["information"].any():
        return None
    workflow = table["information"].idxmax()
    row = atlas.facet("control").table.loc[workflow].to_numpy(dtype=bool)
    counts = counting.per_term(atlas, "control")[row]
    terms = [rf"\log_2 \frac{{{count}}}{{{len(atlas)}}}" for count in counts]
    value = float(table.at[workflow, "information"])
    words = f"{atlas.workflows.at[workflow, 'title']} requires {listed(list(atlas.facet('control').terms[row]))}."
    return Example(words, rf"-\left({' + '.join(terms)}\right) = {number(value)}", value)


@method(
    "similarity",
    "Similarity of workflows",
    formula=r"\frac{\sum_{t \in A \cap B} -\log_2 s_t}{\sum_{t \in A \cup B} -\log_2 s_t}",
    meaning="The information of the terms that two workflows share, over that of the terms either has: a weighted Jaccard index over "
    "controls, capability families, buyers, reviewer roles and risk families. s_t is a term's share of the whole atlas.",
    source="Jaccard, P. (1912), New Phytologist 11, 37-50; weights after Shannon (1948).",
    assumptions="Sharing a rare term says more than sharing a common one. Terms count as independent of each other.",
    where="analysis.similarity",
    needs=_NEEDS,
)
def nearest_workflow(atlas: Atlas, selection: Selection | None) -> Example | None:
    table = complexity(atlas, selection)
    if not len(table) or len(atlas) < 2:
        return None
    workflow = table["information"].idxmax()
    near = similarity(atlas, workflow, n=1).iloc[0]
    weight = {
        (facet, term): bits
        for facet in {facet for facet, _ in near["shared"]}
        for term, bits in zip(atlas.facet(facet).terms, term_information(atlas, facet), strict=True)
    }
    common = float(np.sum([weight[pair] for pair in near["shared"]]))
    value = float(near["similarity"])
    if not value:
        return None
    words = (
        f"{atlas.workflows.at[workflow, 'title']} and {near['title']} share {len(near['shared'])} terms: "
        f"{listed([term for _, term in near['shared']], most=4)}."
    )
    return Example(words, rf"\frac{{{number(common)}}}{{{number(common / value)}}} = {number(value)}", value)
