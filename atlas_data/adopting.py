"""Labels of somebody's own atlas that its vocabulary does not know become terms of their own, each with a warning.

The packaged atlas is held to its vocabulary (:mod:`atlas_data.validation`); what a visitor brings is shown as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from atlas_data.problems import Problem, nearest
from atlas_data.reading import field_path
from atlas_data.schema import LABEL_FIELDS, Workflow
from atlas_data.taxonomy import FacetFile, Taxonomy, Term
from atlas_data.unstated import NOT_PLACED, stated
from atlas_data.validation import PLACES, REQUIREMENT_CONTROL

_DEFINITION = "A label of this atlas that its vocabulary did not know."
_NO_PLACE = "Terms of this atlas without a place here."
_HINTS = 100  # finding the nearest of many spellings is slow


def adopt(entries: list[Workflow], taxonomy: Taxonomy, shown: str) -> tuple[list[Workflow], Taxonomy, list[Problem]]:
    """The entries with terms spelt as in the vocabulary, the vocabulary with their unknown labels as terms, and a warning for each.

    An unknown label becomes a term of the first facet that reads its field, unless it is the name of a term there or in another
    facet of the field: then it is one more spelling of that. A facet of the field in which every term of the first has its
    place (the layers of controls) gets a term "Not placed".

    >>> from atlas_data import load_atlas
    >>> atlas = load_atlas()
    >>> own = atlas.entry("ai-accounts-payable-invoice-approval").model_copy(update={"stage": "Retired"})
    >>> entries, taxonomy, warnings = adopt([own], atlas.taxonomy, "own.csv")
    >>> taxonomy.facets["stage"].terms[-1].name
    'Retired'
    >>> str(warnings[0])
    "own.csv: stage: 'Retired' is not in the vocabulary and became a term of its own (Stage)"
    """
    facets, warnings = dict(taxonomy.facets), []
    hints = iter(range(_HINTS))
    for field in LABEL_FIELDS:
        readers = taxonomy.readers(field)
        if not readers or any(facet.open for facet in readers):
            continue
        first, *others = readers
        known = {label for facet in readers for label in facet.by_label}
        spellings = [label for facet in readers for term in facet.terms for label in term.labels or [term.name]]
        unknown: dict[str, str] = {}
        for label in _labels(entries, field):
            if label.casefold() not in known:
                unknown.setdefault(label.casefold(), label)
        placing = [facet for facet in others if set(first.by_label) <= set(facet.by_label)]
        own = dict(unknown)
        for facet in (facet for facet in readers if facet not in placing):
            names = {term.name.casefold() for term in facet.terms}
            facets[facet.facet] = _with_terms(facet, [unknown[name] for name in unknown if name in names])
            own = {folded: label for folded, label in own.items() if folded not in names}
        for label in filter(_told, own.values()):
            hint = nearest(label, spellings) if next(hints, None) is not None else ""
            warnings.append(Problem(shown, field, f"{label!r} is not in the vocabulary and became a term of its own ({first.title}){hint}"))
        facets[first.facet] = _with_terms(facets[first.facet], list(own.values()))
        for facet in placing if unknown else []:
            facets[facet.facet] = _with_spellings(facet, list(unknown.values()))
    taxonomy = Taxonomy(facets)
    entries, respelt = _respelt(entries, taxonomy, shown)
    return entries, taxonomy, warnings + respelt


def _told(label: str) -> bool:
    """Whether to warn of an unknown label: what stands for nothing known is told where it was filled in."""
    return bool(stated([label])[0])


def _labels(entries: list[Workflow], field: str) -> Iterator[str]:
    for entry in entries:
        yield from entry.labels(field)
        if field == "controls":
            yield from (requirement.control for requirement in entry.infrastructure)


def _with_terms(facet: FacetFile, labels: list[str]) -> FacetFile:
    """The facet with a term for each label; a label that is the name of a term with other spellings joins those."""
    terms = {term.name.casefold(): term for term in facet.terms}
    for label in labels:
        term = terms.get(label.casefold())
        own = Term(name=label, definition=_DEFINITION)
        terms[label.casefold()] = own if term is None else term.model_copy(update={"labels": [*term.labels, label]})
    return _holding(facet, [*terms.values()])


def _with_spellings(facet: FacetFile, labels: list[str]) -> FacetFile:
    """The facet with the labels under a term for what has no place in it."""
    here = next((term for term in facet.terms if term.name == NOT_PLACED), Term(name=NOT_PLACED, definition=_NO_PLACE))
    rest = [term for term in facet.terms if term.name != NOT_PLACED]
    return _holding(facet, [*rest, here.model_copy(update={"labels": [*here.labels, *labels]})])


def _holding(facet: FacetFile, terms: list[Term]) -> FacetFile:
    """A facet like this one with other terms; a plain copy would keep what this one has cached of its labels."""
    return FacetFile(**{name: getattr(facet, name) for name in FacetFile.model_fields} | {"terms": terms})


def _respelt(entries: list[Workflow], taxonomy: Taxonomy, shown: str) -> tuple[list[Workflow], list[Problem]]:
    """Entries whose terms are spelt as in the vocabulary: frames are keyed by the exact name of a term."""
    facets = {pattern: taxonomy.readers(field) for field, pattern in PLACES.items()}
    facets[REQUIREMENT_CONTROL] = [facet for facet in taxonomy.facets.values() if facet.facet == "control"]
    names = {
        pattern: {term.name.casefold(): term.name for facet in readers for term in facet.terms if not term.labels}
        for pattern, readers in facets.items()
        if not any(facet.open for facet in readers)
    }
    warnings: dict[tuple[tuple, str], Problem] = {}
    changed = []
    for entry in entries:
        content = entry.model_dump()
        found = [(pattern, label) for pattern in names for label in _at(content, pattern)]
        wrong = {(pattern, label) for pattern, label in found if names[pattern].get(label.casefold(), label) != label}
        for pattern, label in wrong:
            name = names[pattern][label.casefold()]
            content = _replaced(content, pattern, label, name)
            field = field_path([step for step in pattern if step is not ...])
            warnings.setdefault((pattern, label), Problem(shown, field, f"{label!r} was read as {name!r}, its spelling in the vocabulary"))
        changed.append(Workflow.model_validate(content) if wrong else entry)
    return changed, list(warnings.values())


def _at(content: Any, pattern: tuple) -> Iterator[str]:
    if not pattern:
        yield content
    elif pattern[0] is ...:
        for item in content:
            yield from _at(item, pattern[1:])
    else:
        yield from _at(content[pattern[0]], pattern[1:])


def _replaced(content: Any, pattern: tuple, old: str, new: str) -> Any:
    if not pattern:
        return new if content == old else content
    if pattern[0] is ...:
        return [_replaced(item, pattern[1:], old, new) for item in content]
    return {**content, pattern[0]: _replaced(content[pattern[0]], pattern[1:], old, new)}
