"""Workflows picked one by one, written short enough for an address."""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import blake2b

from analysis.keeping import kept
from atlas_data import Atlas

_BYTES = 5  # among a million workflows two share a code about every third time, among 10,000 once in 20,000


def code_of(workflow_id: str) -> str:
    """The code of a workflow: ten hexadecimal digits that follow from its id alone.

    >>> code_of("ai-phishing-report-triage")
    '3a247ff627'
    """
    return blake2b(workflow_id.encode(), digest_size=_BYTES).hexdigest()


def written(ids: Iterable[str]) -> str:
    """Workflow ids as one short text: their codes, with dots between."""
    return ".".join(sorted(map(code_of, ids)))


def picked(atlas: Atlas, text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The workflow ids that a text names by id or by code, and the words in it that name none.

    Words stand apart by dots, commas or spaces; upper and lower case are alike.

    >>> from atlas_data import load_atlas
    >>> picked(load_atlas(), "ai-phishing-report-triage, nonsense")
    (('ai-phishing-report-triage',), ('nonsense',))
    """
    words = list(dict.fromkeys(word for word in re.split(r"[\s.,;]+", text.casefold()) if word))
    known = {word: word for word in words if word in atlas.workflows.index}
    if len(known) < len(words):
        codes = _by_code(atlas)
        known |= {word: codes[word] for word in words if word in codes and word not in known}
    ids = tuple(dict.fromkeys(known[word] for word in words if word in known))
    return ids, tuple(word for word in words if word not in known)


@kept(1)
def _by_code(atlas: Atlas) -> dict[str, str]:
    return {code_of(workflow_id): workflow_id for workflow_id in atlas.workflows.index}
