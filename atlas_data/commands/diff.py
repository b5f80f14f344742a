"""``diff``: what changed from one atlas to another, in words or as JSON."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator

import pandas as pd

from atlas_data.comparing import Comparison, compare
from atlas_data.loading import load_atlas

_LONGEST = 100  # of a text shown in words; JSON has it whole


def add_to(commands: argparse._SubParsersAction) -> None:
    parser = commands.add_parser(
        "diff",
        help="tell what changed from one atlas to another",
        description="Tells which workflows were added, removed and changed, field by field, and what changed in the vocabulary: terms, "
        "definitions, labels added, removed or moved to another term. Both atlases must be sound. Exits 0 whether they differ or not.",
    )
    parser.add_argument("before", metavar="A", help="the earlier atlas")
    parser.add_argument("after", metavar="B", help="the later atlas")
    parser.add_argument("--json", action="store_true", help="print JSON with the whole texts instead of words")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    found = compare(load_atlas(options.before), load_atlas(options.after))
    print(json.dumps(as_json(found), ensure_ascii=False, indent=2) if options.json else "\n".join(in_words(found)))
    return 0


def as_json(found: Comparison) -> dict:
    """``added``, ``removed``, ``changed`` (a workflow with its list of changes) and ``terms`` as plain lists."""
    changed = [
        {"workflow": workflow, "title": title, "changes": rows.drop(columns=["workflow", "title"]).to_dict("records")}
        for (workflow, title), rows in found.changed.groupby(["workflow", "title"], sort=False)
    ]
    return {
        "added": found.added.reset_index().to_dict("records"),
        "removed": found.removed.reset_index().to_dict("records"),
        "changed": changed,
        "terms": found.terms.to_dict("records"),
    }


def in_words(found: Comparison) -> Iterator[str]:
    """One line a difference, under a line that counts them."""
    if not found:
        yield "No difference."
        return
    counts = [(len(found.added), "added"), (len(found.removed), "removed"), (found.changed["workflow"].nunique(), "changed")]
    yield "Workflows: " + ", ".join(f"{n} {change}" for n, change in counts) + f". Vocabulary: {len(found.terms)} changes."
    for heading, listed in (("Added", found.added), ("Removed", found.removed)):
        if len(listed):
            yield f"\n{heading}"
            yield from (f"  {row.Index}: {row.title} ({row.category}, {row.stage})" for row in listed.itertuples())
    if len(found.changed):
        yield "\nChanged"
        for (workflow, title), rows in found.changed.groupby(["workflow", "title"], sort=False):
            yield f"  {workflow}: {title}"
            yield from (f"    {_change(row)}" for row in rows.itertuples())
    if len(found.terms):
        yield "\nVocabulary"
        yield from (f"  {row.facet}: {_term_change(row)}" for row in found.terms.itertuples())


def _change(row) -> str:
    if row.change in ("added", "removed"):
        return f"{row.field}: {row.change} {_short(row.after if row.before is None else row.before)}"
    if row.change == "reordered":
        return f"{row.field}: same items in another order"
    of = f" of {_short(row.item)}" if row.item else ""
    return f"{row.field}{of}: {_short(row.before)} → {_short(row.after)}"


def _term_change(row) -> str:
    if row.change == "label moved":
        return f"label {row.subject!r} moved from {row.before} to {row.after}"
    if row.change in ("label added", "label removed"):
        return f"label {row.subject!r} {row.change.split()[1]} under {row.after or row.before}"
    if row.change == "terms reordered":
        return "same terms in another order"
    if row.change.endswith("changed"):
        return f"{row.change.removesuffix(' changed')} of {row.subject!r}: {_short(row.before)} → {_short(row.after)}"
    return f"{row.change}: {row.subject}"


def _short(text: str | None) -> str:
    if text is None or pd.isna(text):
        return "nothing"
    return repr(text) if len(text) <= _LONGEST else repr(text[: _LONGEST - 1] + "…")
