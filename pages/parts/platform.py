"""A platform on its page: how it is described, and what its list says of each workflow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from analysis.convergence import layers
from analysis.counting import stating
from analysis.platform import CALLED, MOST_COMPARED, fit_at, read_profile, states, told_apart
from analysis.selection import Selection, behind, places_of
from analysis.views.decide import FULL
from analysis.words import listed
from atlas_data import Atlas
from pages.parts.cards import IN_FILES
from pages.parts.edited import rewritten
from pages.parts.filter import escaped
from pages.parts.workflow import beyond_list

PROBLEM = "profile-problem"  # with a profile that was brought
_STATE, _BY_HAND = "platform-state", "platform-state-by-hand"


def controls_of(atlas: Atlas, layer: str) -> list[str]:
    """The controls of a layer that say something."""
    layer_of = layers(atlas)
    return [name for name in FULL.choices(atlas) if layer_of[name] == layer]


def whole_layer(atlas: Atlas, layer: str) -> None:
    """Add or, when all are there, remove the controls of a layer."""
    mine = controls_of(atlas, layer)
    full = st.query_params.get_all("full")
    kept = [name for name in full if name not in mine]
    st.query_params["full"] = kept if set(mine) <= set(full) else kept + mine


def take_profile(atlas: Atlas) -> None:
    """Take a profile from a file."""
    file = st.session_state["profile-file"]
    if file is None:
        return
    try:
        profile = read_profile(atlas, file.getvalue())
    except ValueError as error:
        st.session_state[PROBLEM] = str(error)
        return
    st.session_state.pop(PROBLEM, None)
    st.session_state["platform-name"] = profile.name
    rewritten("platform-notes", profile.notes)
    st.query_params["full"], st.query_params["partial"] = list(profile.full), list(profile.partial)


def others_from(atlas: Atlas, selection: Selection, name: str, files: Sequence[UploadedFile]) -> dict[str, dict[str, np.ndarray]]:
    """How far the platforms of other files than ``name`` carry, by name; what is no profile is said."""
    read = []
    for file in files[:MOST_COMPARED]:
        try:
            read.append(read_profile(atlas, file.getvalue()))
        except ValueError as error:
            st.error(escaped(str(error)), title=f"{escaped(file.name)} was not opened")
    if len(files) > MOST_COMPARED:
        st.warning(f"The first {MOST_COMPARED} of {len(files)} profiles are compared.")
    names = told_apart([name, *(other.name for other in read)])[1:]
    return {called: states(atlas, other.full, other.partial, selection) for called, other in zip(names, read, strict=True)}


def state_shown(many: Mapping[str, int]) -> str:
    """The state whose workflows are listed: the first that has any, until one is chosen; on that the list stays.

    ``many``: workflows by state.
    """
    labels = {state: f"{CALLED[state]}: {n:,}" for state, n in many.items()}
    first = next(state for state, n in many.items() if n)
    if not st.session_state.get(_BY_HAND):
        st.session_state[_STATE] = first
    return st.segmented_control(
        "State", list(labels), default=first, required=True, key=_STATE, on_change=_choose_by_hand, format_func=labels.get
    )


def _choose_by_hand() -> None:
    st.session_state[_BY_HAND] = True


def carried(atlas: Atlas, states: Mapping[str, np.ndarray] | None, by: str, words: list[str]) -> tuple[str, np.ndarray] | None:
    """The workflows behind a mark: of a term, in a state. ``states``: masks by state, ``None`` where no platform is described."""
    state = next((state for state, called in CALLED.items() if called == words[-1]), None)
    if states is None or len(words) != 2 or state is None or words[0] not in atlas.facet(by).terms:
        return None
    return f"{words[1]}: {words[0]}", places_of(atlas, behind(atlas, states[state], (by, words[0])))


def fitted(atlas: Atlas, selection: Selection, full: Sequence[str], partial: Sequence[str]) -> pd.DataFrame:
    """What the files hold."""
    table = fit_at(atlas, full, partial, places_of(atlas, stating(atlas, "control", selection))[:IN_FILES])
    return table.assign(missing=table["missing"].map("; ".join))


def lacking(atlas: Atlas, full: Sequence[str], partial: Sequence[str], at: np.ndarray) -> list[str]:
    """What a card says of each workflow that the platform does not carry."""
    return [f"Missing: {', '.join(missing)}" for missing in fit_at(atlas, full, partial, at)["missing"]]


def unlisted(atlas: Atlas, full: Sequence[str], partial: Sequence[str], at: np.ndarray) -> list[str]:
    """What a card says of each workflow that it carries: its summary, or what its infrastructure asks for beyond its list of controls."""
    said = []
    for row in atlas.workflows.iloc[at].itertuples():
        more = set(beyond_list(atlas.entry(row.Index))) - {*full, *partial}
        said.append(f"Its infrastructure also asks for {listed(sorted(more))}." if more else row.summary)
    return said
