"""What follows from the atlas: pure functions, an atlas and a selection in, frames out."""

from analysis.convergence import convergence
from analysis.coverage import coverage
from analysis.frequency import frequency
from analysis.intersections import intersections
from analysis.matrix import matrix
from analysis.selection import Selection
from analysis.similarity import similarity
from analysis.space import space

__all__ = ["Selection", "convergence", "coverage", "frequency", "intersections", "matrix", "similarity", "space"]
