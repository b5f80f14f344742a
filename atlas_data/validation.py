"""Checking a folder of workflow files against the schema, the taxonomy and each other."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from atlas_data.problems import Problem, nearest
from atlas_data.reading import build, field_path, line_of, read_yaml
from atlas_data.schema import Workflow
from atlas_data.taxonomy import FacetFile, Taxonomy

# Where each label field stands in a file, for messages: field -> path of item i.
_PLACES = {
    "category": lambda i: ("category",),
    "stage": lambda i: ("stage",),
    "buyers": lambda i: ("buyers", i),
    "capabilities": lambda i: ("capabilities", i),
    "controls": lambda i: ("controls", i),
    "reviewers": lambda i: ("lifecycle", "review", "reviewers", i),
    "risks": lambda i: ("risks", i, "family"),
}


@dataclass(frozen=True)
class Reading:
    """What a folder holds: the entries that are sound, in order of category and title, and every problem found."""

    entries: list[Workflow]
    problems: list[Problem]


def slug(text: str) -> str:
    """A name as it appears in folder names and addresses.

    >>> slug("Physical World AI")
    'physical-world-ai'
    """
    return re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")


def read_workflows(folder: Path, taxonomy: Taxonomy) -> Reading:
    """Read and check ``folder/<category>/<id>.yaml``. Nothing is skipped: every problem of every file is reported."""
    entries: list[Workflow] = []
    problems: list[Problem] = []
    first_seen: dict[str, str] = {}
    for path in sorted(folder.rglob("*.y*ml")):
        shown = f"{folder.name}/{path.relative_to(folder).as_posix()}"
        content, found = read_yaml(path, shown)
        entry = None
        if not found:
            entry, found = build(Workflow, content, path, shown)
        if entry is not None:
            found = [*_check_place(entry, path, shown), *_check_labels(entry, path, shown, taxonomy)]
            if entry.id in first_seen:
                reason = f"{entry.id!r} is already used by {first_seen[entry.id]}"
                found.append(Problem(shown, "id", reason, line_of(path, ("id",))))
            first_seen.setdefault(entry.id, shown)
            entries.append(entry)
        problems += found
    if not entries and not problems:
        problems.append(Problem(str(folder), "", "holds no workflow files (<category>/<id>.yaml)"))
    order = _category_order(taxonomy)
    entries.sort(key=lambda entry: (order.get(entry.category, len(order)), entry.title, entry.id))
    return Reading(entries, problems)


def _category_order(taxonomy: Taxonomy) -> dict[str, int]:
    facet = taxonomy.facets.get("category")
    return {term.name: i for i, term in enumerate(facet.terms)} if facet else {}


def _check_place(entry: Workflow, path: Path, shown: str) -> list[Problem]:
    problems = []
    if path.stem != entry.id:
        reason = f"{entry.id!r} differs from the file name; rename the file to {entry.id}.yaml"
        problems.append(Problem(shown, "id", reason, line_of(path, ("id",))))
    if path.parent.name != slug(entry.category):
        reason = f"{entry.category!r} does not belong in folder {path.parent.name!r}; move it to {slug(entry.category)!r}"
        problems.append(Problem(shown, "category", reason, line_of(path, ("category",))))
    return problems


def _check_labels(entry: Workflow, path: Path, shown: str, taxonomy: Taxonomy) -> list[Problem]:
    problems = []
    for field, place in _PLACES.items():
        facets = taxonomy.readers(field)
        if not facets or any(facet.open for facet in facets):
            continue
        for i, label in enumerate(entry.labels(field)):
            if not any(label.casefold() in facet.by_label for facet in facets):
                problems.append(_unknown(label, place(i), facets, path, shown))
    control = taxonomy.facets.get("control")
    for i, item in enumerate(entry.infrastructure if control else []):
        if item.control.casefold() not in control.by_label:
            problems.append(_unknown(item.control, ("infrastructure", i, "control"), [control], path, shown))
    return problems


def _unknown(label: str, place: tuple, facets: list[FacetFile], path: Path, shown: str) -> Problem:
    known = {spelling: None for facet in facets for term in facet.terms for spelling in [*term.labels, term.name]}
    files = " or ".join(f"taxonomy/{facet.facet}.yaml" for facet in facets)
    if any(term.labels for facet in facets for term in facet.terms):
        reason = f"{label!r} is mapped to no term; add it to {files}{nearest(label, known)}"
    else:
        reason = f"{label!r} is not one of the {len(known)} terms of {files}{nearest(label, known)}"
    return Problem(shown, field_path(place), reason, line_of(path, place))
