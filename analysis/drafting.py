"""A first draft of an entry for a mapped workflow, put together from its nearest workflows, each item with its origin."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import count

import numpy as np
import pandas as pd

from analysis.corpus import corpus, spoken
from analysis.mapping import Placed
from analysis.mapping_model import model
from atlas_data import Atlas, Workflow
from atlas_data.schema import LABEL_FIELDS
from atlas_data.validation import slug

# Each part of the seven steps: the step and its field, and what people read.
PARTS = {
    "Inputs": ("ingest", "inputs"),
    "Settled first": ("resolve", "context_keys"),
    "What the AI does": ("assist", "ai_tasks"),
    "Goes to people when": ("review", "triggers"),
    "Reviewed by": ("review", "reviewers"),
    "Kept as evidence": ("record", "evidence"),
    "Written back to": ("sync", "targets"),
    "Retained": ("retain", "retention"),
    "Watched": ("retain", "monitoring"),
}
_MAY_BE_EMPTY = ("Retained", "Watched")
_ALIKE = 0.6  # share of words in common above which two items say the same
_WHY = "To be written: who feels the pain, and why they act now."


def lifecycle_draft(atlas: Atlas, placed: Placed, most: int = 5) -> pd.DataFrame:
    """The seven steps as a draft: at most ``most`` items a part, from the nearest workflows.

    An item scores the closeness of its workflow (the nearest has 1) plus its own likeness to the description (cosine); of items that share
    most of their words the best stays. Columns: ``part`` (a key of ``PARTS``), ``item``, ``origin`` (title) and ``workflow`` (id).
    """
    found = [
        (part, item, workflow)
        for part, (step, name) in PARTS.items()
        for workflow in placed.nearest.index
        for item in getattr(getattr(atlas.entry(workflow).lifecycle, step), name)
    ]
    drafts = pd.DataFrame(found, columns=["part", "item", "workflow"])
    drafts["score"] = _scores(atlas, placed, list(drafts["item"]), drafts["workflow"])
    chosen = [index for _, items in drafts.groupby("part", sort=False) for index in _best(items, most)]
    draft = drafts.loc[chosen, ["part", "item", "workflow"]].reset_index(drop=True)
    draft.insert(2, "origin", atlas.rows(draft["workflow"])["title"].to_numpy())
    return draft


def _scores(atlas: Atlas, placed: Placed, items: Sequence[str], workflows: pd.Series) -> np.ndarray:
    """Closeness of each item's workflow, the nearest 1, plus the item's own likeness to the description."""
    close = placed.nearest["closeness"]
    likeness = (model(atlas).weigh(corpus(atlas).count(items)) @ placed.query.T).toarray()[:, 0]
    return workflows.map(close / (close.max() or 1.0)).to_numpy() + likeness


def _best(items: pd.DataFrame, most: int) -> list:
    """The labels of the best items, no two of which say the same."""
    kept: list = []
    said: list[set[str]] = []
    for label, item in items.sort_values("score", ascending=False, kind="stable")["item"].items():
        words = set(spoken(item)) or {item.casefold()}
        if len(kept) < most and all(len(words & other) / len(words | other) < _ALIKE for other in said):
            kept.append(label)
            said.append(words)
    return kept


def missing(lifecycle: pd.DataFrame) -> list[str]:
    """The parts of an edited draft that an entry needs and that are empty."""
    return [part for part in PARTS if part not in _MAY_BE_EMPTY and not items_of(lifecycle, part)]


def draft_entry(
    atlas: Atlas, placed: Placed, title: str, lifecycle: pd.DataFrame, *, category: str, stage: str, controls: Sequence[str]
) -> Workflow:
    """An entry of the draft as edited, in the shape the atlas takes; ``ValueError`` names what is still missing.

    Buyers and capabilities are labels for the picked terms, or those of the nearest workflows; requirements and risks come from the
    nearest workflows too. The provenance is ``own``: the entry names no page, and a person answers for it.
    """
    gaps = [*([] if title.strip() else ["a title"]), *([] if controls else ["a control"]), *(f"“{part}”" for part in missing(lifecycle))]
    if gaps:
        raise ValueError(f"The entry still needs {', '.join(gaps)}.")
    near = [atlas.entry(workflow) for workflow in placed.nearest.index]
    steps: dict[str, dict[str, list[str]]] = {}
    for part, (step, name) in PARTS.items():
        steps.setdefault(step, {})[name] = items_of(lifecycle, part)
    return Workflow.model_validate(
        {
            "id": _free_id(atlas, title), "title": title.strip()[:160], "category": category, "stage": stage,
            "summary": _beginning(placed.text), "what_it_is": placed.text.strip(),
            "buyers": _labels(atlas, placed, near, "buyers", ("buyer_function", "buyer_industry")),
            "capabilities": _labels(atlas, placed, near, "capabilities", ("capability_family",)),
            "controls": list(controls), "infrastructure": _requirements(atlas, placed, controls), "lifecycle": steps,
            "risks": [risk.model_dump() for risk in _first((risk for entry in near for risk in entry.risks), lambda risk: risk.text, 4)],
            "why_it_matters": _WHY, "provenance": {"kind": "own", "date": date.today()},
        }
    )  # fmt: skip


def as_markdown(placed: Placed, entry: Workflow, lifecycle: pd.DataFrame) -> str:
    """The draft as a text to read and pass on: the description, what it is near, the controls, the seven steps with their origins."""
    lines = [f"# {entry.title}", "", placed.text.strip(), "", f"{entry.category}, {entry.stage}. A draft, to be checked by people.", ""]
    lines += ["## Nearest workflows", ""]
    lines += [f"- {row.title} ({row.category}, {row.stage}): similarity {row.similarity:.2f}" for row in placed.nearest.itertuples()]
    lines += ["", "## Controls", ""]
    chances = placed.chances.get("control", pd.DataFrame(columns=["probability", "share"]))
    for control in entry.controls:
        known = chances[chances.index == control]
        said = [f": {chance:.0%}, share in the atlas {share:.0%}" for chance, share in known.to_numpy()]
        lines.append(f"- {control}{''.join(said)}")
    for part in PARTS:
        rows = [(_clean(row.item), _clean(row.origin)) for row in lifecycle[lifecycle["part"] == part].itertuples()]
        lines += ["", f"## {part}", ""]
        lines += [f"- {item}" + (f" (from {origin})" if origin else "") for item, origin in rows if item]
    return "\n".join(lines) + "\n"


def _clean(value: object) -> str:
    """A cell of an edited table as text; empty cells hold no text."""
    return value.strip() if isinstance(value, str) else ""


def items_of(lifecycle: pd.DataFrame, part: str) -> list[str]:
    """The items of a part of an edited draft, none said twice."""
    wanted = lifecycle.loc[lifecycle["part"] == part, "item"]
    return _first((_clean(item)[:160] for item in wanted), str, len(lifecycle))


def _first(items: Iterable, said, most: int) -> list:
    """The first items, none said twice, none empty."""
    seen = {said(item).casefold(): item for item in reversed([*items]) if said(item)}
    return list(reversed(seen.values()))[:most]


def _labels(atlas: Atlas, placed: Placed, near: Sequence[Workflow], name: str, facets: Sequence[str]) -> list[str]:
    """A label for each picked term, in the words of the nearest workflow that has one; without picks the nearest workflows' labels."""
    theirs = _first((label for entry in near for label in LABEL_FIELDS[name](entry)), str, 1_000)
    picked = [(facet, term) for facet, term in placed.picks if facet in facets]
    labels = []
    for facet, term in picked:
        words = atlas.taxonomy.facets[facet]
        alike = [label for label in theirs if term in words.terms_of([label])]
        listed = next(([*found.labels, found.name][0] for found in words.terms if found.name == term), term)
        labels.append(alike[0] if alike else listed)
    return _first(labels or theirs, str, 20 if labels else 5)


def _requirements(atlas: Atlas, placed: Placed, controls: Sequence[str]) -> list[dict[str, str]]:
    """For each control the requirement that fits best, from workflows at least half as close as the nearest."""
    near = placed.nearest.index[placed.nearest["closeness"] >= placed.nearest["closeness"].max() / 2]  # others are about other things
    theirs = [(workflow, item) for workflow in near for item in atlas.entry(workflow).infrastructure if item.control in controls]
    if not theirs:
        return []
    score = _scores(atlas, placed, [item.requirement for _, item in theirs], pd.Series([workflow for workflow, _ in theirs]))
    best = {theirs[i][1].control: theirs[i][1] for i in np.argsort(score, kind="stable")}
    return [best[control].model_dump() for control in controls if control in best]


def _beginning(text: str) -> str:
    """The first sentences of a text, as many as 300 characters hold, at least one."""
    sentences = re.split(r"(?<=[.!?])\s+", " ".join(text.split()))
    found = sentences[0][:1_000]
    for sentence in sentences[1:]:
        if len(found) + len(sentence) >= 300:
            break
        found += f" {sentence}"
    return found


def _free_id(atlas: Atlas, title: str) -> str:
    name = slug(title)[:70].strip("-") or "mapped-workflow"
    return next(free for i in count(1) if (free := f"{name}-{i}" if i > 1 else name) not in atlas)
