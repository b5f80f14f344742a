"""What each workflow is worth to somebody: numbers of their own, in a file of theirs."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite

from analysis.shortlist import csv_rows
from atlas_data import Atlas
from atlas_data.export import neutral

FIELDS = ("id", "title", "weight")
LARGEST = 4_000_000  # bytes of a file
HIGHEST = 1e6


def read_weights(atlas: Atlas, content: bytes) -> tuple[dict[str, float], list[str]]:
    """Weight by workflow id from a CSV with the columns ``id`` and ``weight``, and what was left out, in words.

    ``ValueError`` says what is wrong with a file that is none.

    >>> from atlas_data import load_atlas
    >>> read_weights(load_atlas(), b"id,weight\\nai-phishing-report-triage,2.5\\nnobody,1\\n")
    ({'ai-phishing-report-triage': 2.5}, ['Line 3: no workflow “nobody” in this atlas.'])
    """
    if len(content) > LARGEST:
        raise ValueError(f"The file is larger than {LARGEST / 1e6:.0f} MB.")
    try:
        rows = csv_rows(content.decode("utf-8-sig"), FIELDS)
    except UnicodeDecodeError:
        raise ValueError("The file is not text in UTF-8.") from None
    weights: dict[str, float] = {}
    left = []
    ids = [str(row.get("id") or "").strip() for row in rows]
    for line, (row, workflow, place) in enumerate(zip(rows, ids, atlas.places(ids), strict=True), start=2):
        said = str(row.get("weight") or "").strip()
        if place < 0:
            left.append(f"Line {line}: no workflow “{workflow[:80]}” in this atlas.")
        elif (weight := _number(said)) is None:
            left.append(f"Line {line}: the weight “{said[:40]}” is no number from 0 to {HIGHEST:,.0f}.")
        else:
            weights[workflow] = weight
    return weights, left


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if isfinite(number) and 0 <= number <= HIGHEST else None


def to_csv(atlas: Atlas, weights: Mapping[str, float]) -> bytes:
    """The weights as a file to keep and edit."""
    titles = atlas.rows(weights)["title"]
    lines = [
        f'{neutral(workflow)},"{neutral(title).replace(chr(34), chr(34) * 2)}",{weight:.15g}'
        for (workflow, weight), title in zip(weights.items(), titles, strict=True)
    ]
    return "\n".join([",".join(FIELDS), *lines, ""]).encode("utf-8-sig")
