"""Lists of workflows that people keep: pasted, with notes, in files of their own."""

from __future__ import annotations

import base64
import binascii
import csv
import io
import json
import zlib
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from analysis.companies import NO_BUILDER, evidence
from analysis.investing import workflows
from analysis.picking import code_of, picked
from analysis.selection import Selection
from analysis.words import plural
from atlas_data import Atlas
from atlas_data.export import neutral, original

LONGEST_NOTE = 2_000  # characters
MOST = 1_000  # workflows of a list
LARGEST = 4_000_000  # bytes of a file
LONGEST_ADDRESS = 6_000  # characters of a list in an address: browsers, mail and chats cut longer ones
_UNPACKED = 400_000  # bytes of such a list
_FORMAT = "ai-production-atlas shortlist"
_FIELDS = ("id", "title", "note")


def pasted(atlas: Atlas, text: str) -> tuple[list[str], list[str]]:
    """The workflow ids that a pasted text names, and the lines or words that name none.

    A line may be a title, or ids and short codes with commas or spaces between.

    >>> from atlas_data import load_atlas
    >>> pasted(load_atlas(), "AI CPQ Configuration Guidance\\nai-phishing-report-triage, nonsense")
    (['ai-cpq-configuration-guidance', 'ai-phishing-report-triage'], ['nonsense'])
    """
    lines = {line: " ".join(line.casefold().strip(" -•*\t,;").split()) for line in text.splitlines()}
    asked, titles = set(lines.values()), {}
    for workflow, title in atlas.workflows["title"].items():
        if (plain := " ".join(title.casefold().split())) in asked:
            titles[plain] = workflow
    found, unknown = [], []
    for line, plain in lines.items():
        if plain in titles:
            found.append(titles[plain])
            continue
        ids, words = picked(atlas, plain)
        found += ids
        unknown += words if ids else [line.strip()] if plain else []
    return list(dict.fromkeys(found))[:MOST], unknown


def table(atlas: Atlas, notes: Mapping[str, str]) -> pd.DataFrame:
    """The shortlist with its numbers, one row a workflow: the columns of :func:`analysis.investing.workflows` and ``note``."""
    numbers = workflows(atlas, Selection(workflow=notes)) if notes else workflows(atlas).head(0)
    return numbers.assign(note=pd.Series(dict(notes), dtype=object).reindex(numbers.index))


def evidence_of(atlas: Atlas, notes: Mapping[str, str]) -> pd.DataFrame:
    """The shortlist with its evidence: one row a company and workflow, with every number and the note.

    A workflow without companies has one row whose ``company`` says so in words.
    """
    numbers = table(atlas, notes).drop(columns=["companies"])
    lines = evidence(atlas, Selection(workflow=notes)) if notes else evidence(atlas).head(0)
    lines = lines.set_index("workflow")[["company", "role", "product", "evidence", "evidence_url"]]
    joined = numbers.join(lines)
    joined["company"] = joined["company"].where(joined["company"].notna(), NO_BUILDER)
    last = joined.pop("note")
    return joined.fillna({name: "" for name in ("role", "product", "evidence", "evidence_url")}).assign(note=last)


def to_json(atlas: Atlas, notes: Mapping[str, str]) -> str:
    """The shortlist as a file to keep: ids, titles and notes."""
    kept = [
        {"id": workflow, "title": title, "note": note} for (workflow, note), title in zip(notes.items(), _titles(atlas, notes), strict=True)
    ]
    return json.dumps({"format": _FORMAT, "version": 1, "workflows": kept}, ensure_ascii=False, indent=2)


def _titles(atlas: Atlas, ids: Iterable[str]) -> list[str]:
    return atlas.rows(ids)["title"].tolist()


def packed(notes: Mapping[str, str]) -> str | None:
    """The shortlist as text for an address; ``None`` when it is too long for one."""
    rows = json.dumps([[code_of(workflow), note] for workflow, note in notes.items()], ensure_ascii=False, separators=(",", ":"))
    text = base64.urlsafe_b64encode(zlib.compress(rows.encode(), 9)).rstrip(b"=").decode()
    return text if len(text) <= LONGEST_ADDRESS else None


def unpacked(atlas: Atlas, text: str) -> tuple[dict[str, str], list[str]]:
    """Notes by workflow id from what :func:`packed` wrote, and what was left out, in words; ``ValueError`` for any other text.

    >>> from atlas_data import load_atlas
    >>> unpacked(load_atlas(), packed({"ai-phishing-report-triage": "call them"}))
    ({'ai-phishing-report-triage': 'call them'}, [])
    """
    try:
        if len(text) > LONGEST_ADDRESS:
            raise ValueError
        inflater = zlib.decompressobj()
        content = inflater.decompress(base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4)), _UNPACKED)
        rows = [{"id": code, "note": note} for code, note in parsed(content)]
        if not inflater.eof or not all(isinstance(row["id"], str) for row in rows):
            raise ValueError
    except (ValueError, TypeError, binascii.Error, zlib.error, RecursionError):
        raise ValueError("The address holds no shortlist; it may have been cut off.") from None
    for row in rows:
        found, _ = picked(atlas, row["id"])
        row["id"] = found[0] if found else row["id"]
    return _notes(atlas, rows, "Entry")


def to_csv(atlas: Atlas, notes: Mapping[str, str]) -> bytes:
    """The same as CSV; text that starts like a formula is quoted."""
    lines = io.StringIO()
    writer = csv.writer(lines)
    writer.writerow(_FIELDS)
    writer.writerows(
        map(neutral, (workflow, title, note)) for (workflow, note), title in zip(notes.items(), _titles(atlas, notes), strict=True)
    )
    return lines.getvalue().encode("utf-8-sig")


def read(atlas: Atlas, content: bytes) -> tuple[dict[str, str], list[str]]:
    """Notes by workflow id from a file that :func:`to_json` or :func:`to_csv` wrote, and what was left out, in words.

    ``ValueError`` says what is wrong with a file that is neither.

    >>> from atlas_data import load_atlas
    >>> atlas = load_atlas()
    >>> read(atlas, to_csv(atlas, {"ai-phishing-report-triage": "=call them"}))
    ({'ai-phishing-report-triage': '=call them'}, [])
    """
    if len(content) > LARGEST:
        raise ValueError(f"The file is larger than {LARGEST / 1e6:.0f} MB; a shortlist is much smaller.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError("The file is not text in UTF-8. Upload the JSON or CSV that was downloaded here.") from None
    rows = _json_rows(text) if text.lstrip()[:1] in ("{", "[") else csv_rows(text)
    return _notes(atlas, rows, "Line")


def _notes(atlas: Atlas, rows: list[dict], noun: str) -> tuple[dict[str, str], list[str]]:
    """Notes by workflow id, and what was left out of the rows, in words."""
    notes: dict[str, str] = {}
    left = []
    ids = [str(row.get("id") or "").strip() for row in rows]
    for line, (row, workflow, place) in enumerate(zip(rows, ids, atlas.places(ids), strict=True), start=1):
        note = str(row.get("note") or "")
        if place < 0:
            left.append(f"{noun} {line}: no workflow “{workflow[:80]}” in this atlas.")
        elif len(notes) < MOST:
            notes[workflow] = note[:LONGEST_NOTE]
            if len(note) > LONGEST_NOTE:
                left.append(f"{noun} {line}: the note was cut after {LONGEST_NOTE:,} characters.")
    if len(rows) > MOST:
        left.append(f"Only {plural(MOST, 'workflow')} are kept.")
    return notes, left


def _json_rows(text: str) -> list[dict]:
    try:
        found = parsed(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"The file is not valid JSON ({str(error)[:120]}).") from None
    rows = found.get("workflows") if isinstance(found, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ValueError("The JSON has no list “workflows” of objects with “id” and “note”.")
    return rows


def parsed(text: str | bytes) -> Any:
    """What JSON from outside says; ``ValueError`` also for halves of characters, which JSON can hold and no page or file can.

    >>> parsed('{"note": "ok"}')
    {'note': 'ok'}
    """
    found = json.loads(text)
    json.dumps(found, ensure_ascii=False).encode()
    return found


def csv_rows(text: str, fields: tuple[str, ...] = _FIELDS) -> list[dict]:
    """The rows of a CSV that has a column ``id``; ``fields``: what its first line should be."""
    csv.field_size_limit(LARGEST)
    reader = csv.DictReader(io.StringIO(text, newline=None))  # lines may end as on any system
    if not reader.fieldnames or "id" not in reader.fieldnames:
        raise ValueError(f"The CSV has no column “id”. Its first line must be: {','.join(fields)}.")
    return [{name: original(cell) for name, cell in row.items() if isinstance(cell, str)} for row in reader]
