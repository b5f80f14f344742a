"""What follows from the atlas: pure functions, an atlas and a selection in, frames out."""

from analysis.companies import companies
from analysis.convergence import convergence
from analysis.coverage import coverage
from analysis.frequency import frequency
from analysis.intersections import intersections
from analysis.matrix import matrix
from analysis.selection import Selection
from analysis.similarity import similarity

__all__ = ["Selection", "companies", "convergence", "coverage", "frequency", "intersections", "matrix", "similarity"]
