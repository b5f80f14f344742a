"""Results that take long enough to be worth keeping, by atlas and selection."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analysis.profiles import MaturityTest, maturity_test, profile_similarity
from analysis.selection import Selection
from atlas_data import Atlas

_KEYS = {Atlas: lambda atlas: (atlas.name, atlas.version), Selection: lambda selection: (selection.terms, selection.match, selection.text)}


@st.cache_resource(max_entries=256, show_spinner=False, hash_funcs=_KEYS)
def tested_maturity(atlas: Atlas, selection: Selection) -> MaturityTest:
    """The maturity test of the control profiles of categories."""
    return maturity_test(atlas, selection=selection)


@st.cache_resource(max_entries=256, show_spinner=False, hash_funcs=_KEYS)
def similar_profiles(atlas: Atlas, selection: Selection) -> pd.DataFrame:
    """How alike the categories' control profiles are."""
    return profile_similarity(atlas, selection=selection)
