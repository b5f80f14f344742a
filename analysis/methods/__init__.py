"""Every measure by the anchor of its paragraph: ``METHODS["lift"].example(atlas, selection)``.

>>> from atlas_data import load_atlas
>>> METHODS["count"].example(load_atlas(), None).value > 0
True
"""

from analysis.methods import cells, profiles, spread, workflows
from analysis.methods.method import METHODS, Example, Method, method, number

__all__ = ["METHODS", "Example", "Method", "cells", "method", "number", "profiles", "spread", "workflows"]
