"""What follows from the atlas: pure functions, an atlas and a selection in, frames out."""

from analysis.comparing import compare, side_by_side
from analysis.convergence import convergence
from analysis.coverage import coverage
from analysis.frequency import frequency
from analysis.intersections import intersections
from analysis.matrix import matrix
from analysis.selection import Selection
from analysis.similarity import similarity
from analysis.space import space

__all__ = ["Selection", "compare", "convergence", "coverage", "frequency", "intersections", "matrix", "side_by_side", "similarity", "space"]
