"""What follows from the atlas: pure functions, an atlas and a selection in, frames out."""

from analysis.bundles import bundles, rules
from analysis.convergence import convergence
from analysis.coverage import coverage
from analysis.frequency import frequency
from analysis.intersections import intersections, upset
from analysis.mapping import map_workflow
from analysis.matrix import matrix
from analysis.network import network
from analysis.selection import Selection
from analysis.similarity import similarity

__all__ = [
    "Selection",
    "bundles",
    "convergence",
    "coverage",
    "frequency",
    "intersections",
    "map_workflow",
    "matrix",
    "network",
    "rules",
    "similarity",
    "upset",
]
