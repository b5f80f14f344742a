"""Workflows picked one by one, written short enough for an address."""

from __future__ import annotations

import re
from base64 import b32encode
from collections.abc import Iterable
from hashlib import sha256

from analysis.keeping import kept
from atlas_data import Atlas

_LENGTH = 8  # 40 bits: among a million workflows two share a code about every second time, among 10,000 once in 20,000


def code_of(workflow_id: str) -> str:
    """The code of a workflow: eight letters and digits that follow from its id alone.

    >>> code_of("ai-phishing-report-triage")
    'l5ggdabi'
    """
    return b32encode(sha256(workflow_id.encode()).digest()).decode()[:_LENGTH].lower()


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
    words = dict.fromkeys(word for word in re.split(r"[\s.,;]+", text.casefold()) if word)
    known = _ids(atlas) if words else {}
    ids = tuple(dict.fromkeys(known[word] for word in words if word in known))
    return ids, tuple(word for word in words if word not in known)


@kept(1)
def _ids(atlas: Atlas) -> dict[str, str]:
    """Workflow id by what may name it."""
    return {code_of(workflow_id): workflow_id for workflow_id in atlas.workflows.index} | {i.casefold(): i for i in atlas.workflows.index}
