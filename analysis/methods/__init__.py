"""Every measure by the anchor of its paragraph: ``METHODS["lift"].example(atlas, selection)``.

>>> from atlas_data import load_atlas
>>> METHODS["count"].example(load_atlas(), None).value > 0
True
"""

from analysis.methods import (
    build_order,
    cells,
    demanding,
    investing,
    mapping,
    people,
    profiles,
    sets,
    space,
    spread,
    stratified,
    tables,
    white_space,
    workflows,
)
from analysis.methods.method import METHODS, Example, Method, method, number

_MODULES = {
    "One cell of a matrix": cells,
    "Several matrices, several groups": tables,
    "How terms spread": spread,
    "Which terms occur together": sets,
    "How alike categories are": profiles,
    "Which workflows are demanding": workflows,
    "How complexity is distributed": demanding,
    "What goes with maturity": stratified,
    "Who builds and who reviews": people,
    "A map of workflows": space,
    "What is lacking, what is crowded": white_space,
    "What to build next": build_order,
    "Mapping a workflow": mapping,
    "What is sought after": investing,
}
SECTIONS = {title: [each for each in vars(module).values() if isinstance(each, Method)] for title, module in _MODULES.items()}
"""The measures by what they are about, in the order of the page."""

__all__ = ["METHODS", "SECTIONS", "Example", "Method", "method", "number"]
