"""The parts of the page that maps a described workflow."""

from __future__ import annotations

from hashlib import sha256

import pandas as pd
import streamlit as st

from analysis.drafting import PARTS, as_markdown, draft_entry, lifecycle_draft
from analysis.mapped_brief import Described, mapped_brief
from analysis.mapping import FEWEST_WORDS, Placed, most_telling
from analysis.selection import Selection
from analysis.views.decide import FULL, PARTIAL
from analysis.views.mapping import mapped, mapping_calibration, mapping_evaluation
from analysis.words import listed, plural, probability
from atlas_data import Atlas
from atlas_data.writing import dump_entry
from pages.parts.briefing import brief_files
from pages.parts.cards import cards, link, workflow_card
from pages.parts.chart import chart, show
from pages.parts.context import provided
from pages.parts.controls import SEEN, control
from pages.parts.elsewhere import root_for_others
from pages.parts.files import file_button
from pages.parts.filter import escaped

PLACEHOLDER = "What comes in, what the AI does with it, who checks what, and where the result goes."
_EXAMPLE = (
    "Property managers send us photos and tenant messages about repairs. The AI reads them, works out what is broken and how urgent it "
    "is, checks the lease and the warranty, and proposes a contractor and a cost limit. A manager approves anything expensive or unsafe "
    "before the work order is sent, and we keep the photos and the decision for later disputes."
)
_SIGNS = {"word": ":material/text_fields:", "neighbour": ":material/hub:", "pick": ":material/check:"}


def example(text: str) -> None:
    """A way to try the page, as long as nothing is written."""
    if not text.strip():
        st.button("Try an example", icon=":material/edit_note:", on_click=_write_example, key="example")


def _write_example() -> None:
    st.session_state["describe"] = _EXAMPLE
    st.query_params["describe"] = _EXAMPLE
    st.session_state[SEEN + "describe"] = [_EXAMPLE]


def too_little(placed: Placed) -> None:
    """What to write, and what was not understood."""
    title = "Describe the workflow in two or three sentences" if not placed.text.strip() else "A little more, please"
    missing = f" The atlas does not know: {escaped(listed(placed.unknown, most=8))}." if placed.unknown else ""
    st.info(
        "Say what comes in, what the AI does with it, who reviews what, and where the result goes. At least "
        f"{plural(FEWEST_WORDS, 'word')} must be ones that workflows of the atlas use; {len(placed.known)} are so far.{missing}",
        title=title,
        icon=":material/edit_note:",
    )


def limits(placed: Placed) -> None:
    """What cannot be said, and which words were not used."""
    for limit in placed.limits:
        st.info(escaped(limit))
    if placed.unknown:
        st.caption(f"Not used, because no workflow of the atlas says them: {escaped(listed(placed.unknown, most=12))}.")


def nearest(placed: Placed) -> None:
    """The nearest workflows within the filter, each with what it has in common."""
    told = []
    for row in placed.nearest.itertuples():
        shared = [f"Words: {', '.join(row.words)}."] if row.words else []
        shared += [f"Picked: {', '.join(row.terms)}."] if row.terms else []
        small = f"{row.category} · {row.stage} · similarity {row.similarity:.2f}"
        told.append(workflow_card(row, small=small, text=" ".join(shared) or "Nothing in common."))
    cards(told, key="nearest")
    st.caption("Similarity is the cosine of TF-IDF weighted words; picked terms add to the order. Only workflows in the filter are listed.")


def probabilities(atlas: Atlas, placed: Placed, facet: str, most: int | None = None) -> None:
    """A chart of the terms of a facet. Its caption names no filter: what is learned comes from the whole atlas."""
    with provided(atlas, Selection()):
        show(mapped(atlas, placed, facet, most), name=f"mapped-{facet.replace('_', '-')}")


def evidence(placed: Placed) -> None:
    """What speaks for and against one control at a time."""
    chances = placed.chances["control"]["probability"]
    panel = st.expander("Evidence for and against each control", key="evidence", on_change="rerun", icon=":material/balance:")
    if not panel.open:
        return
    with panel:
        chosen = st.selectbox(
            "Control", list(chances.index), format_func=lambda term: f"{term}, {probability(chances[term])}", key="evidence-of"
        )
        chosen = chosen if chosen in chances.index else chances.index[0]
        found = placed.evidence(chosen)
        sides = most_telling(found)
        for column, heading, side in zip(st.columns(2), ("For", "Against"), sides, strict=True):
            with column:
                st.markdown(f"**{heading}**")
                for row in side.itertuples():
                    _telling(row)
                if not len(side):
                    st.markdown("Nothing.")
        share = placed.chances["control"].at[chosen, "share"]
        st.caption(
            f"In log odds: 0.7 doubles the odds, -0.7 halves them. Start (the share in the atlas, {share:.0%}, and the model's "
            f"constants) {found['weight'].iloc[0]:+.2f}; all evidence together {found['weight'].iloc[1:].sum():+.2f}. Words count by how "
            "the atlas uses them, alone and in requirements for the control; a workflow counts for or against by whether it requires "
            "the control."
        )


def _telling(row) -> None:
    if row.workflow:
        with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
            st.markdown(f"{row.weight:+.2f} {_SIGNS[row.kind]}", width="content")
            link(row.workflow, row.what)
    else:
        quoted = f"“{escaped(row.what)}”" if row.kind == "word" else escaped(row.what)
        st.markdown(f"{row.weight:+.2f} {_SIGNS[row.kind]} {quoted}")


def also_likely(atlas: Atlas, placed: Placed) -> None:
    """Category and stage, and who reviews."""
    if "category" in placed.chances or "reviewer_role" in placed.chances:
        st.header("Where it belongs, and who reviews", anchor=False)
    left, right = st.columns(2, gap="large")
    with left:
        if "category" in placed.chances:
            probabilities(atlas, placed, "category")
        if "stage" in placed.chances:
            stages = [f"{term} {probability(chance)}" for term, chance in placed.chances["stage"]["probability"].items()]
            st.caption(
                f"Stage: {escaped(listed(stages))}. How far category and stage can be told from words at all, and how much a picked "
                "buyer, input or capability helps, is shown under “How well this works”."
            )
    with right:
        if "reviewer_role" in placed.chances:
            probabilities(atlas, placed, "reviewer_role", 6)


def draft(atlas: Atlas, placed: Placed) -> Described:
    """The seven steps to edit, and the entry as files; gives what it was left at."""
    st.markdown(
        "Put together from the nearest workflows, to be corrected by you. Edit, add and remove lines; **From** says where each stands."
    )
    # A new description is a new table: edits belong to the draft they were made in.
    key = sha256(repr((placed.text, placed.picks, tuple(placed.nearest.index))).encode()).hexdigest()[:12]
    edited = st.data_editor(
        lifecycle_draft(atlas, placed)[["part", "item", "origin"]],
        key=f"draft-{key}",
        hide_index=True,
        num_rows="dynamic",
        height=430,
        column_config={
            "part": st.column_config.SelectboxColumn("Step", options=list(PARTS), required=True, width="small"),
            "item": st.column_config.TextColumn("Item", max_chars=160, required=True, width="large"),
            "origin": st.column_config.TextColumn("From", disabled=True, width="medium"),
        },
    )
    likely = {facet: list(table.index) for facet, table in placed.chances.items()}
    with st.grid(3, min_column_width=220):
        title = st.text_input("Title", key="draft-title", placeholder="AI ...", max_chars=120)
        category = st.selectbox("Category", likely.get("category") or _terms(atlas, "category", placed), key=f"category-{key}")
        stage = st.selectbox("Stage", likely.get("stage") or _terms(atlas, "stage", placed), key=f"stage-{key}")
    options = likely.get("control") or _terms(atlas, "control", placed)
    controls = st.multiselect("Controls", options, default=options[: _usual(atlas)] if "control" in likely else [], key=f"controls-{key}")
    _files(atlas, placed, title, edited, category=category, stage=stage, controls=controls)
    if controls and "control" in atlas.facets:
        st.page_link("pages/platform.py", label="How far a platform with these controls carries", icon=":material/arrow_forward:",
                     query_params={"full": controls})  # fmt: skip
    return Described(placed, title, edited, category or "", stage or "", controls)


def brief(atlas: Atlas, described: Described) -> None:
    """The workflow as slides, a page and data."""
    st.markdown("What you described, what it is near, its controls with the evidence, and the draft above as it stands.")
    with st.grid(3, min_column_width=220):
        prospect = st.text_input("For", key="map-for", max_chars=80, placeholder="Goes on the title")
        have, partial = (control(FULL), control(PARTIAL)) if "control" in atlas.facets else ((), ())
    title = described.title.strip() or "described workflow"
    address = root_for_others()
    brief_files(lambda: mapped_brief(atlas, described, prospect=prospect, have=have, partial=partial, address=address), title)


def _terms(atlas: Atlas, facet: str, placed: Placed) -> list[str]:
    """The terms of a facet where nothing was learned; without the facet, what the nearest workflows say."""
    if facet in atlas.facets:
        return list(atlas.facet(facet).terms)
    return list(dict.fromkeys(label for workflow in placed.nearest.index for label in atlas.entry(workflow).labels(_FIELDS[facet])))


_FIELDS = {"category": "category", "stage": "stage", "control": "controls"}


def _usual(atlas: Atlas) -> int:
    """How many controls a workflow of the atlas usually lists."""
    return int(atlas.workflows["controls"].median())


def _files(atlas: Atlas, placed: Placed, title: str, edited: pd.DataFrame, **chosen) -> None:
    try:
        entry = draft_entry(atlas, placed, title, edited, **chosen)
    except ValueError as error:
        st.caption(escaped(str(error)))
        return
    with st.container(horizontal=True):
        file_button("Entry (YAML)", lambda: dump_entry(entry), file_name=f"{entry.id}.yaml", key="draft-yaml")
        file_button("Draft (Markdown)", lambda: as_markdown(placed, entry, edited), file_name=f"{entry.id}.md",
                    key="draft-markdown")  # fmt: skip
    st.caption(
        "The YAML file has the shape of an entry of the atlas; `python -m atlas_data validate` names each label that the vocabulary does "
        "not have yet. Risks and requirements come from the nearest workflows; check them too."
    )


def how_good() -> None:
    """The evaluation, computed when somebody looks."""
    panel = st.expander("How well this works", key="mapping-how-good", on_change="rerun", icon=":material/fact_check:")
    if panel.open:
        with panel:
            measure = control(mapping_evaluation.parameters[0], width=320)
            chart(mapping_evaluation, mapping_measure=measure)
            chart(mapping_calibration)
