"""The parts of a workflow's own page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd
import streamlit as st

from analysis.convergence import layers
from analysis.counting import terms_at
from analysis.words import listed
from atlas_data import Atlas, Workflow
from pages.parts.cards import cards, workflow_card
from pages.parts.companies import HOSTS, company_card
from pages.parts.filter import escaped

STEPS = {
    "ingest": ("Ingest", "What comes in"),
    "resolve": ("Resolve", "What is settled first"),
    "assist": ("Assist", "What the AI does"),
    "review": ("Review", "What goes to people"),
    "record": ("Record", "What is kept as evidence"),
    "sync": ("Sync", "What is written back"),
    "retain": ("Retain", "What is kept and watched"),
}


def snapshot(atlas: Atlas, entry: Workflow, parts: pd.Series) -> None:
    """The numbers of the entry."""
    with st.grid(6, min_column_width=130):
        st.metric("Buyers", len(entry.buyers), border=True)
        st.metric("Capabilities", len(entry.capabilities), border=True)
        st.metric("Controls", len(entry.controls), border=True)
        st.metric("Layers", f"{int(parts['layer_span'])} of {len(atlas.facet('layer').terms)}", border=True)
        st.metric(
            "Complexity", f"{parts['information']:.1f}", border=True,
            help=f"Bits of information in its control set. {parts['percentile']:.0f}% of the atlas has less.",
        )  # fmt: skip
        st.metric("Companies", len({company.name for company in entry.companies}), border=True)


def labels(items: Iterable[str]) -> None:
    """Labels as badges."""
    st.markdown(" ".join(f":gray-badge[{escaped(item)}]" for item in items))


def terms_of(atlas: Atlas, workflow_id: str, facets: Sequence[str]) -> None:
    """The terms of a workflow in some facets, each a link to all workflows that have it."""
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
        for name in facets:
            facet = atlas.facet(name)
            row = terms_at(atlas, name, atlas.places([workflow_id]))[0]
            if row.any():
                st.markdown(f":small[:gray[{facet.title}]]", width="content")
            for term in facet.terms[row]:
                st.page_link(
                    "pages/workflows.py", label=f":primary[{escaped(term)}]", query_params={name: term}, width="content",
                    help=f"All workflows with this {facet.title.lower()}",
                )  # fmt: skip


def lifecycle(entry: Workflow) -> None:
    """The seven steps as a flow: one card a step, in order, with its items."""
    steps = entry.lifecycle
    items = {
        "ingest": {"": steps.ingest.inputs},
        "resolve": {"": steps.resolve.context_keys},
        "assist": {"": steps.assist.ai_tasks},
        "review": {"When": steps.review.triggers, "Who": steps.review.reviewers},
        "record": {"": steps.record.evidence},
        "sync": {"": steps.sync.targets},
        "retain": {"Kept": steps.retain.retention, "Watched": steps.retain.monitoring},
    }
    with st.grid(4, min_column_width=190, gap="small"):
        for number, (step, (name, meaning)) in enumerate(STEPS.items(), start=1):
            with st.container(border=True, height="stretch", gap="xsmall"):
                arrow = " :material/arrow_forward:" if number < len(STEPS) else ""
                st.markdown(f"**{number}. {name}**{arrow}")
                st.caption(meaning)
                for heading, values in items[step].items():
                    if values:
                        lead = f"{heading}:\n" if heading else ""
                        st.markdown(lead + "\n".join(f"- {escaped(value)}" for value in values))
                if not any(items[step].values()):
                    st.markdown("Not recorded yet.")


def control_layers(atlas: Atlas, entry: Workflow) -> None:
    """The six layers, each with the controls this workflow requires from it."""
    of = layers(atlas)
    with st.grid(3, min_column_width=260, gap="small"):
        for layer in atlas.facet("layer").terms:
            mine = [control for control in entry.controls if of[control] == layer]
            tagged = [control for control in beyond_list(entry) if of[control] == layer]
            with st.container(border=True, height="stretch", gap="xsmall"):
                mark = ":material/check_circle:" if mine else ":material/circle:"
                st.markdown(f"{mark} **{layer}**" if mine else f":gray[{mark} {layer}]")
                if mine:
                    labels(mine)
                else:
                    st.caption("Not on its list of controls")
                if tagged:
                    st.caption("Its infrastructure also asks for")
                    labels(tagged)


def beyond_list(entry: Workflow) -> list[str]:
    """The controls that its infrastructure asks for and its list does not name."""
    return list(dict.fromkeys(item.control for item in entry.infrastructure if item.control not in entry.controls))


def infrastructure(entry: Workflow) -> None:
    """Each requirement with the control it is about."""
    for item in entry.infrastructure:
        st.markdown(f"- {escaped(item.requirement)} :gray-badge[{escaped(item.control)}]")


def risks(entry: Workflow) -> None:
    """Each risk with its family."""
    for risk in entry.risks:
        st.markdown(f"- {escaped(risk.text)} :gray-badge[{escaped(risk.family)}]")


def companies(atlas: Atlas, entry: Workflow) -> None:
    """Who builds or runs it, each with the page that shows it."""
    if not entry.companies:
        st.markdown("No known builder with evidence.")
        return
    cards([company_card(atlas, company) for company in entry.companies], key="companies")
    st.caption(HOSTS)


def neighbours(near: pd.DataFrame) -> None:
    """The most similar workflows, with what they share."""
    told = []
    for row in near.itertuples():
        reasons = [term for _, term in row.shared]
        text = f"Shares {listed(reasons, most=5)}." if reasons else "Shares no term."
        told.append(workflow_card(row, small=f"{row.category} · {row.stage} · similarity {row.similarity:.2f}", text=text))
    cards(told, key="neighbours")
    st.caption(
        "Similarity weighs each shared term of controls, capabilities, buyers, reviewers and risks by how rare it is "
        "(information-weighted Jaccard index)."
    )


def provenance(entry: Workflow) -> None:
    """Facts, their source, and what was completed by hand."""
    origin = entry.provenance
    if origin.kind == "catalogue":
        st.markdown(f"Facts read from a public catalogue page: {_anchor(origin.source)}.")
        if origin.completed:
            st.markdown(f"Written or completed for this atlas: {listed([_plain(name) for name in origin.completed])}.")
    else:
        st.markdown("Composed for this atlas from:")
        st.markdown("\n".join(f"- {_anchor(source.url)}: {escaped(source.says)}" for source in origin.sources))
    st.caption(f"{origin.kind.capitalize()} entry, dated {origin.date:%d %B %Y}.")


def _anchor(url: str) -> str:
    return f"<{url}>"


def _plain(name: str) -> str:
    return name.replace("lifecycle.", "").replace("_", " ").replace(".", " ")
