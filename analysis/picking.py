"""Workflows picked one by one, written short enough for an address."""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import blake2b

import numpy as np

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
    known = {word: word for word, place in zip(words, atlas.places(words), strict=True) if place >= 0}
    if len(known) < len(words):
        codes, order = _by_code(atlas)
        for word in words:
            if word not in known and re.fullmatch(f"[0-9a-f]{{{2 * _BYTES}}}", word):
                at = int(np.searchsorted(codes, int(word, 16)))
                if at < len(codes) and codes[at] == int(word, 16):
                    known[word] = atlas.workflows.index[order[at]]
    ids = tuple(dict.fromkeys(known[word] for word in words if word in known))
    return ids, tuple(word for word in words if word not in known)


@kept(1)
def _by_code(atlas: Atlas) -> tuple[np.ndarray, np.ndarray]:
    """The codes of all workflows as numbers, in order, and the place of each one's workflow."""
    codes = np.fromiter((int(code_of(workflow_id), 16) for workflow_id in atlas.workflows.index), dtype=np.uint64, count=len(atlas))
    order = np.argsort(codes, kind="stable").astype(np.int32)
    return codes[order], order
