"""The words of an atlas, counted: what its entries say, and what a person would say of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, CountVectorizer

from analysis.keeping import kept
from atlas_data import Atlas, Workflow

MOST = 1_000  # workflows learned from; of a larger atlas an even sample
MOST_READ = 2_000  # workflows up to which the words of all are counted; of a larger atlas those of the sample
_WORD = re.compile(r"[^\W_]{2,}")


def stem(word: str) -> str:
    """A word without its plural.

    >>> [stem(word) for word in ("invoices", "policies", "status", "access", "analysis")]
    ['invoice', 'policy', 'status', 'access', 'analysis']
    """
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and len(word) > 3 and not word.endswith(("ss", "us", "is")) else word


def spoken(text: str) -> dict[str, str]:
    """The words of a text that carry meaning: stem by the first word it stands for, in order."""
    found: dict[str, str] = {}
    for word in _telling(text):
        found.setdefault(stem(word), word)
    return found


def stems(text: str) -> list[str]:
    """The stems of the words of a text that carry meaning, in order, each as often as it occurs."""
    return [stem(word) for word in _telling(text)]


def _telling(text: str) -> list[str]:
    return [word for word in _WORD.findall(text.casefold()) if word not in ENGLISH_STOP_WORDS]


def said(entry: Workflow) -> str:
    """All that an entry says in words, without the names of its controls, category, stage and companies."""
    steps = entry.lifecycle
    labels = [*entry.buyers, *entry.capabilities, *steps.ingest.inputs, *steps.resolve.context_keys, *steps.assist.ai_tasks]
    labels += [*steps.review.triggers, *steps.review.reviewers, *steps.record.evidence, *steps.sync.targets]
    labels += [*steps.retain.retention, *steps.retain.monitoring, *(item.requirement for item in entry.infrastructure)]
    labels += [risk.text for risk in entry.risks]
    return "\n".join([description(entry), entry.what_it_is, entry.why_it_matters, *labels])


def description(entry: Workflow) -> str:
    """What a person might say of a workflow: title and summary."""
    return f"{entry.title}\n{entry.summary}"


@dataclass(frozen=True, eq=False)
class Corpus:
    """Words counted of the workflows at the ``places`` of the atlas: ``entries`` (workflow x word), ``descriptions`` (title and
    summary alone), ``requirements`` (one row each) with the row of the workflow that lists it (``owner``) and the place of its control
    (``about``)."""

    entries: sparse.csr_array
    descriptions: sparse.csr_array
    requirements: sparse.csr_array
    owner: np.ndarray
    about: np.ndarray
    vocabulary: Mapping[str, int]
    places: np.ndarray

    def count(self, texts: Sequence[str]) -> sparse.csr_array:
        """The words of other texts, as far as the atlas has them: (texts, words)."""
        return sparse.csr_array(CountVectorizer(analyzer=stems, vocabulary=self.vocabulary).transform(texts), dtype=float)


@kept(1)
def corpus(atlas: Atlas) -> Corpus:
    """The words of an atlas, counted once: of all its workflows, or of a sample where they are more than 2,000."""
    places = np.arange(len(atlas)) if len(atlas) <= MOST_READ else evenly(len(atlas))
    entries = atlas.some(places)
    counter = CountVectorizer(analyzer=stems)
    counted = counter.fit_transform([said(entry) for entry in entries])
    place = {term: i for i, term in enumerate(atlas.facet("control").terms)} if "control" in atlas.facets else {}
    found = [(i, place[r.control], r.requirement) for i, entry in enumerate(entries) for r in entry.infrastructure if r.control in place]
    return Corpus(
        entries=sparse.csr_array(counted, dtype=float),
        descriptions=sparse.csr_array(counter.transform([description(entry) for entry in entries]), dtype=float),
        requirements=sparse.csr_array(counter.transform([text for _, _, text in found] or [""]), dtype=float)[: len(found)],
        owner=np.array([owner for owner, _, _ in found], dtype=int),
        about=np.array([about for _, about, _ in found], dtype=int),
        vocabulary=counter.vocabulary_,
        places=places,
    )


def evenly(n: int) -> np.ndarray:
    """The places of an even sample of workflows to learn from."""
    return np.unique(np.linspace(0, n - 1, min(n, MOST)).astype(int))
