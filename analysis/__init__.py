"""What follows from the atlas: pure functions, an atlas and a selection in, frames out."""

from analysis.axes import axis
from analysis.blocks import blocks
from analysis.bundles import bundles, rules
from analysis.companies import companies
from analysis.comparing import compare, side_by_side
from analysis.convergence import convergence
from analysis.coverage import coverage
from analysis.difference import difference
from analysis.frequency import frequency
from analysis.intersections import intersections, upset
from analysis.mapping import map_workflow
from analysis.matrix import cross, matrix
from analysis.network import network
from analysis.ordering import present_in_order
from analysis.panels import panel_cells, panels
from analysis.selection import Selection
from analysis.similarity import similarity
from analysis.space import space

__all__ = [
    "Selection", "axis", "blocks", "bundles", "companies", "compare", "convergence", "coverage", "cross", "difference", "frequency",
    "intersections", "map_workflow", "matrix", "network", "panel_cells", "panels", "present_in_order", "rules", "side_by_side",
    "similarity", "space", "upset",
]  # fmt: skip
