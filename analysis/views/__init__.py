"""Every view there is, by name: ``VIEWS["matrix"](atlas, selection, measure="lift")``.

>>> from atlas_data import load_atlas
>>> VIEWS["matrix"](load_atlas(), None, measure="lift").n
207
"""

# Each module registers its views.
from analysis.views import (  # noqa: F401
    category_map,
    changes,
    companies,
    comparing,
    complexity,
    control_frequency,
    convergence,
    decide,
    investing,
    mapping,
    matrices,
    network,
    overview,
    query,
    review_map,
    saved,
    sets,
    space,
    white_space,
    workflows,
)
from analysis.views.view import VIEWS, Choice, Column, Maker, Several, Terms, View, Whole, unanswered, view

__all__ = ["VIEWS", "Choice", "Column", "Maker", "Several", "Terms", "View", "Whole", "unanswered", "view"]
