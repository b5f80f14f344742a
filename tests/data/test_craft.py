"""How the entries are written: each about its own workflow, short, and free of phrases that would fit any other."""

from __future__ import annotations

import re
from itertools import combinations

import pytest

from atlas_data import Atlas, Workflow, load_atlas

# A text with its nouns exchanged keeps well over half of its 5-character runs; the closest pair of the atlas shares 12%.
NEAR = 0.2
FILLER = (
    "improves efficiency", "improve efficiency", "boosts productivity", "boost productivity", "saves time and money", "streamline",
    "seamless", "cutting-edge", "state-of-the-art", "game-chang", "revolutioni", "unlock", "leverag", "empower", "robust solution",
    "best-in-class", "world-class", "in today's", "fast-paced", "ever-evolving", "ever-changing", "rapidly evolving", 
    "holistic", "synerg", "harness the power", "next-generation", "one-stop", "transformative", "paradigm",
     "it is important to note", "actionable insight", "end-to-end solution", "drive value", "delve",
)  # fmt: skip


@pytest.fixture(scope="module")
def entries() -> list[Workflow]:
    atlas: Atlas = load_atlas()
    return [atlas.entry(name) for name in atlas.workflows.index]


def runs(text: str, n: int = 5) -> frozenset[str]:
    """Every run of ``n`` characters, of letters and digits with single spaces between words."""
    plain = re.sub(r"[\W_]+", " ", text.casefold()).strip()
    return frozenset(plain[i : i + n] for i in range(len(plain) - n + 1))


def jaccard(left: frozenset[str], right: frozenset[str]) -> float:
    return len(left & right) / len(left | right)


def said(entry: Workflow) -> str:
    return f"{entry.summary} {entry.what_it_is}"


def test_the_closeness_of_two_texts_is_what_one_counts_by_hand():
    # abcdef: abcde bcdef; abcdeg: abcde bcdeg. One run of three is shared.
    assert jaccard(runs("Abcdef!"), runs("abcdeg")) == pytest.approx(1 / 3)
    assert runs("Ab,  c d") == {"ab c ", "b c d"}


def test_no_two_entries_are_near_copies(entries):
    texts = {entry.id: runs(said(entry)) for entry in entries}
    near = {pair: jaccard(texts[pair[0]], texts[pair[1]]) for pair in combinations(texts, 2)}
    assert len(near) == len(entries) * (len(entries) - 1) // 2
    assert {pair: round(shared, 2) for pair, shared in near.items() if shared >= NEAR} == {}


def test_a_copy_with_its_subject_changed_would_be_found(entries):
    entry = next(entry for entry in entries if "invoice" in said(entry))
    copy = said(entry).replace("invoice", "receipt").replace("supplier", "merchant").replace("payment", "refund")
    assert copy != said(entry)
    assert jaccard(runs(said(entry)), runs(copy)) >= NEAR


def test_no_entry_uses_a_phrase_that_would_fit_any_workflow(entries):
    found = set()
    for entry in entries:
        steps = entry.lifecycle
        texts = [entry.summary, entry.what_it_is, entry.why_it_matters, *(item.requirement for item in entry.infrastructure)]
        texts += [*(risk.text for risk in entry.risks), *steps.retain.retention, *steps.retain.monitoring]
        found |= {(entry.id, phrase) for text in texts for phrase in FILLER if phrase in text.casefold()}
    assert found == set()
