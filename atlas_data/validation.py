"""Checking a folder of workflow files against the schema, the taxonomy and each other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from atlas_data.problems import Problem, nearest
from atlas_data.reading import build, field_path, line_of, read_yaml, yaml_files
from atlas_data.schema import Workflow
from atlas_data.taxonomy import FacetFile, Taxonomy

# Where the labels of each field stand in a file; ``...`` is any item of a list.
PLACES: dict[str, tuple] = {
    "category": ("category",),
    "stage": ("stage",),
    "buyers": ("buyers", ...),
    "capabilities": ("capabilities", ...),
    "controls": ("controls", ...),
    "inputs": ("lifecycle", "ingest", "inputs", ...),
    "context_keys": ("lifecycle", "resolve", "context_keys", ...),
    "triggers": ("lifecycle", "review", "triggers", ...),
    "reviewers": ("lifecycle", "review", "reviewers", ...),
    "targets": ("lifecycle", "sync", "targets", ...),
    "risks": ("risks", ..., "family"),
}
REQUIREMENT_CONTROL = ("infrastructure", ..., "control")


@dataclass(frozen=True)
class Reading:
    """What an atlas holds: the entries that are sound, in order of category and title, every problem found, and what is worth knowing."""

    entries: list[Workflow]
    problems: list[Problem]
    warnings: list[Problem] = field(default_factory=list)


def slug(text: str) -> str:
    """A name as it appears in folder names and addresses.

    >>> slug("Physical World AI")
    'physical-world-ai'
    """
    return re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")


def folder_of(category: str) -> str:
    """The folder that workflows of a category stand in; one for all categories without Latin letters or digits.

    >>> folder_of("Physical World AI"), folder_of("法律")
    ('physical-world-ai', 'other')
    """
    return slug(category) or "other"


def read_workflows(folder: Path, taxonomy: Taxonomy) -> Reading:
    """Read and check ``folder/<category>/<id>.yaml``. Nothing is skipped: every problem of every file is reported."""
    entries: list[Workflow] = []
    problems: list[Problem] = []
    first_seen: dict[str, str] = {}
    for path in yaml_files(folder):
        shown = f"{folder.name}/{path.relative_to(folder).as_posix()}"
        content, found = read_yaml(path, shown)
        if not found:
            entry, found = build(Workflow, content, path, shown)
            if entry is not None:
                entries.append(entry)
            found += [*_check_place(content, path, shown, taxonomy), *_check_labels(content, path, shown, taxonomy)]
            for place, name in _texts(content, ("id",)):
                if name in first_seen:
                    found.append(Problem(shown, "id", f"{name!r} is already used by {first_seen[name]}", line_of(path, place)))
                first_seen.setdefault(name, shown)
        problems += found
    if not entries and not problems:
        problems.append(Problem(str(folder), "", "holds no workflow files (<category>/<id>.yaml)"))
    order = _category_order(taxonomy)
    entries.sort(key=lambda entry: (order.get(entry.category, len(order)), entry.title, entry.id))
    return Reading(entries, problems)


def _category_order(taxonomy: Taxonomy) -> dict[str, int]:
    facet = taxonomy.facets.get("category")
    return {term.name: i for i, term in enumerate(facet.terms)} if facet else {}


def _texts(content: Any, pattern: tuple, place: tuple = ()) -> Iterator[tuple[tuple, str]]:
    """Each text at ``pattern`` in the content of a file and its place. What has another shape, the schema reports."""
    if not pattern:
        if isinstance(content, str) and content.strip():
            yield place, content.strip()
    elif pattern[0] is ...:
        for i, item in enumerate(content if isinstance(content, list) else []):
            yield from _texts(item, pattern[1:], (*place, i))
    elif isinstance(content, dict) and pattern[0] in content:
        yield from _texts(content[pattern[0]], pattern[1:], (*place, pattern[0]))


def _check_place(content: Any, path: Path, shown: str, taxonomy: Taxonomy) -> list[Problem]:
    problems = []
    for place, name in _texts(content, ("id",)):
        if path.stem != name:
            reason = f"{name!r} differs from the file name; rename the file to {name}.yaml"
            problems.append(Problem(shown, "id", reason, line_of(path, place)))
    facet = taxonomy.facets.get("category")
    for place, category in _texts(content, ("category",)):
        if path.parent.name != folder_of(category) and (facet is None or category.casefold() in facet.by_label):
            reason = f"{category!r} does not belong in folder {path.parent.name!r}; move it to {folder_of(category)!r}"
            problems.append(Problem(shown, "category", reason, line_of(path, place)))
    return problems


def _check_labels(content: Any, path: Path, shown: str, taxonomy: Taxonomy) -> list[Problem]:
    readers = {pattern: taxonomy.readers(field) for field, pattern in PLACES.items()}
    readers[REQUIREMENT_CONTROL] = [facet for name, facet in taxonomy.facets.items() if name == "control"]
    problems = []
    for pattern, facets in readers.items():
        if not facets or any(facet.open for facet in facets):
            continue
        names = {term.name.casefold(): term.name for facet in facets for term in facet.terms if not term.labels}
        for place, label in _texts(content, pattern):
            if not any(label.casefold() in facet.by_label for facet in facets):
                problems.append(_unknown(label, place, facets, path, shown))
            elif names.get(label.casefold(), label) != label:
                reason = f"{label!r} is spelt differently in the taxonomy{nearest(label, names.values())}"
                problems.append(Problem(shown, field_path(place), reason, line_of(path, place)))
    return problems


def _unknown(label: str, place: tuple, facets: list[FacetFile], path: Path, shown: str) -> Problem:
    known = {spelling: None for facet in facets for term in facet.terms for spelling in [*term.labels, term.name]}
    files = " or ".join(f"taxonomy/{facet.facet}.yaml" for facet in facets)
    if any(term.labels for facet in facets for term in facet.terms):
        reason = f"{label!r} is mapped to no term; add it to {files}{nearest(label, known)}"
    else:
        reason = f"{label!r} is not one of the {len(known)} terms of {files}{nearest(label, known)}"
    return Problem(shown, field_path(place), reason, line_of(path, place))
