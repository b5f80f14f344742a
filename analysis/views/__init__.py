"""Every view there is, by name: ``VIEWS["matrix"](atlas, selection, measure="lift")``.

>>> from atlas_data import load_atlas
>>> VIEWS["matrix"](load_atlas(), None, measure="lift").n
207
"""

from analysis.views import category_map, companies, control_frequency, convergence, matrices, overview, workflows
from analysis.views.view import VIEWS, Choice, Column, Maker, View, Whole, unanswered, view

__all__ = [
    "VIEWS", "Choice", "Column", "Maker", "View", "Whole", "category_map", "companies", "control_frequency", "convergence", "matrices",
    "overview", "unanswered", "view", "workflows",
]  # fmt: skip
