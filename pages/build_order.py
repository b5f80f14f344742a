"""Which controls to build next?"""

import numpy as np
import pandas as pd
import streamlit as st

from analysis.budget import best_within
from analysis.build_order import EXACT, completed
from analysis.selection import behind, bits_of, places_of
from analysis.views import decide as views
from analysis.weights import HIGHEST, read_weights, to_csv
from analysis.words import listed, of, plural
from pages.parts.chart import show
from pages.parts.context import context
from pages.parts.controls import controls
from pages.parts.downloads import downloads, table
from pages.parts.drawer import drawer, on_mark
from pages.parts.edited import edited, in_use, rewritten
from pages.parts.files import file_button
from pages.parts.filter import escaped

_EDITED = 1_000  # workflows whose weights go to the browser at most


def completed_by(words: list[str]) -> tuple[str, np.ndarray] | None:
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


def take_weights() -> None:
    """Take up the weights of an uploaded file."""
    file = st.session_state["weights-file"]
    if file is None:
        return
    try:
        weights, st.session_state["weights-said"] = read_weights(atlas, file.getvalue())
        rewritten("weights", weights)
    except ValueError as error:
        st.session_state["weights-said"] = [str(error)]


def own_weights() -> dict[str, float] | None:
    """What each workflow is worth to the visitor; ``None`` where all are worth the same."""
    at, weights = places_of(atlas, selection), in_use("weights")
    panel = st.expander("Weights of your own", key="weights-panel", icon=":material/balance:", on_change="rerun")
    if panel.open:  # a closed table is not sent, but what was written there stays in use
        with panel:
            st.markdown(
                "What covering a workflow is worth to you: 0 or more, 1 where you say nothing. They stay in this tab; the file keeps them."
            )
            st.file_uploader("CSV with id and weight", "csv", key="weights-file", max_upload_size=4, on_change=take_weights)
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
    inside = np.isin(atlas.places(list(weights)), at)
    weights = {workflow: weight for (workflow, weight), kept in zip(weights.items(), inside, strict=True) if kept}
    if all(weight == 1 for weight in weights.values()):
        return None
    st.caption("Weights of your own are in use, in place of “What counts”.")
    return weights


atlas, selection = context()
st.title("Which control to build next", anchor=False)
values = controls(views.build_order.parameters)
values["own"] = own_weights()
found = views.weighted(views.build_order, atlas, selection, **values)
show(found, name=views.build_order.name, on_click=on_mark("built"))
if found.answered:
    st.header("What each step unlocks", anchor=False)
    show(views.weighted(views.unlocked, atlas, selection, **values), name=views.unlocked.name, on_click=on_mark("unlocked"))

    st.header("The best set of each size", anchor=False)
    sets = views.weighted(views.sets_of_each_size, atlas, selection, **values)
    table(sets, [name for name in sets.table if name != "gap"], index="Size", alt=sets.title, height=320)
    st.caption(escaped(sets.note))
    downloads(sets, name="best-sets")

    st.header("Within a budget", anchor=False)
    posed = found.more["problem"]
    if len(posed.terms) > EXACT:
        st.info(f"A budget is exact up to {EXACT} controls; {len(posed.terms)} are left to build.")
    else:
        st.markdown("Effort by control, in any unit, and how much there is to spend. The answer is the best set that the budget pays.")
        left, right = st.columns([2, 3], gap="large")
        with left:
            budget = st.number_input("Budget", 0.0, 1e6, 8.0, key="budget-to-spend")
            efforts = edited(
                "efforts", pd.DataFrame({"Effort": 1.0}, index=pd.Index(posed.terms, name="Control")), "Effort", height=320,
                column_config={"Effort": st.column_config.NumberColumn(min_value=0.0, max_value=1e6, required=True)},
            )  # fmt: skip
        with right:
            worth, chosen, spent = best_within(posed, {term: efforts.get(term, 1.0) for term in posed.terms}, budget)
            st.metric(f"{found.more['unit'].capitalize()} covered", f"{worth:,.0f} of {found.more['total']:,.0f}", border=True)
            st.markdown(f"**{plural(len(chosen), 'control')}**, effort {spent:g}: {escaped(listed(chosen)) or 'none'}.")
            st.caption(f"Best of {posed.sets:,} sets. Of equally good sets the one with the least effort.")
drawer(atlas, selection, completed_by)
