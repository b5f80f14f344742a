"""What workflows are worth to the visitor, and which a step of the build order completes."""

from __future__ import annotations

import numpy as np
import streamlit as st

from analysis.build_order import completed
from analysis.selection import Selection, behind, bits_of, places_of
from analysis.views.view import View
from analysis.weights import HIGHEST, read_weights, to_csv
from analysis.words import of, plural
from atlas_data import Atlas
from pages.parts.edited import edited, in_use, rewritten
from pages.parts.files import file_button
from pages.parts.filter import escaped

_EDITED = 1_000  # workflows whose weights go to the browser at most


def own_weights(atlas: Atlas, selection: Selection) -> dict[str, float] | None:
    """What each workflow is worth to the visitor; ``None`` where all are worth the same."""
    at, weights = places_of(atlas, selection), in_use("weights")
    panel = st.expander("Weights of your own", key="weights-panel", icon=":material/balance:", on_change="rerun")
    if panel.open:  # a closed table is not sent, but what was written there stays in use
        with panel:
            st.markdown(
                "What covering a workflow is worth to you: 0 or more, 1 where you say nothing. They stay in this tab; the file keeps them."
            )
            st.file_uploader("CSV with id and weight", "csv", key="weights-file", max_upload_size=4, on_change=_take, args=(atlas,))
            for words in st.session_state.pop("weights-said", [])[:5]:
                st.warning(escaped(words))
            if len(at) > _EDITED:
                st.caption(f"The first {_EDITED:,} of {plural(len(at), 'workflow')}; a file may weigh any.")
            shown = atlas.workflows["title"].iloc[at[:_EDITED]].to_frame("Workflow").assign(Weight=1.0)
            weights = edited(
                "weights", shown, "Weight", hide_index=True, height=260,
                column_config={
                    "Workflow": st.column_config.TextColumn(disabled=True, width="large"),
                    "Weight": st.column_config.NumberColumn(min_value=0.0, max_value=HIGHEST),
                },
            )  # fmt: skip
            every = dict.fromkeys(shown.index, 1.0) | weights
            file_button("Weights (CSV)", lambda: to_csv(atlas, every), file_name="atlas-weights.csv", key="weights-csv")
    said = st.container()  # there without words too: else all that follows would move, and be drawn anew
    inside = np.isin(atlas.places(list(weights)), at)
    weights = {workflow: weight for (workflow, weight), kept in zip(weights.items(), inside, strict=True) if kept}
    if all(weight == 1 for weight in weights.values()):
        return None
    said.caption("Weights of your own are in use, in place of “What counts”.")
    return weights


def _take(atlas: Atlas) -> None:
    """Take up the weights of an uploaded file."""
    file = st.session_state["weights-file"]
    if file is None:
        return
    try:
        weights, st.session_state["weights-said"] = read_weights(atlas, file.getvalue())
        rewritten("weights", weights)
    except ValueError as error:
        st.session_state["weights-said"] = [str(error)]


def completed_by(atlas: Atlas, selection: Selection, found: View, words: list[str]) -> tuple[str, np.ndarray] | None:
    """The workflows behind a mark: covered once a control of the order is built, or completed by it in a category."""
    if not found.answered or len(words) not in (2, 3) or words[1] not in found.more["order"]:
        return None
    kind, term, *category = words
    step, done = found.more["order"].index(term) + 1, completed(found.more["problem"], found.more["order"]).to_numpy()
    at = places_of(atlas, selection)
    if kind == "built":
        at = at[done <= step]
        return f"Covered after step {step}, {term}: {of(len(at), found.n)}", at
    if kind != "unlocked" or len(category) != 1 or category[0] not in atlas.facet("category").terms:
        return None
    inside = bits_of(atlas, behind(atlas, selection, ("category", category[0])))[at]
    return f"Completed by step {step}, {term} × {category[0]}", at[(done == step) & inside]
