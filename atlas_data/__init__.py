"""What is known: workflow entries, their vocabulary, and how both are read and checked."""

from atlas_data.atlas import Atlas, Facet
from atlas_data.loading import check_atlas, completed, load_atlas, read_atlas
from atlas_data.problems import AtlasError, Problem
from atlas_data.schema import Workflow

__all__ = ["Atlas", "AtlasError", "Facet", "Problem", "Workflow", "check_atlas", "completed", "load_atlas", "read_atlas"]
