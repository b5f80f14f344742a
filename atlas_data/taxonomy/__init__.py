"""The vocabulary of the atlas: one YAML file a facet, read and edited by people.

A facet file names its terms in order, defines each, and lists the free labels that mean it. A term without labels
stands for itself. Several facets may read the same field: a buyer label can name a function, an industry or both; a
control belongs to a layer. Nothing is mapped in code.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints

from atlas_data.problems import AtlasError, Problem, nearest
from atlas_data.reading import build, digest_of, field_path, line_of, read_yaml, yaml_files
from atlas_data.schema import LABEL_FIELDS, Label, Labels, Part, Text

PACKAGED = Path(__file__).parent

RESERVED = ("exclude", "match", "not", "only", "q", "text", "workflow")
"""What no facet can be called: conditions of a filter and parameters of addresses have these names."""
# The order in which facets are offered to people: what a workflow is, who asks for it, what it needs, what comes in and is
# resolved, what goes to people and to whom, where it is written back, how it breaks, who builds it.
ORDER = (
    "category",
    "stage",
    "buyer_function",
    "buyer_industry",
    "control",
    "layer",
    "capability_family",
    "input_kind",
    "context_kind",
    "review_trigger",
    "reviewer_role",
    "system_family",
    "risk_family",
    "company",
)


class Term(Part):
    """One value of a facet. ``labels`` are the spellings that mean it; none means the name itself."""

    name: Label
    """The term, as people see it."""
    definition: Text
    """What the term means."""
    labels: Labels = Field(default=[])
    """The spellings that mean the term; none means its own name."""


class FacetFile(Part):
    """One facet: its terms in order, and the field of an entry its labels come from.

    ``ordered``: the terms form a scale. ``open``: any label is a term of its own (names of companies).
    """

    facet: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]  # names a file and an address
    """Name of the facet."""
    title: Label
    """Title of the facet, as people see it."""
    definition: Text
    """What the facet tells about a workflow."""
    field: Label
    """The field of an entry whose labels the facet reads."""
    ordered: bool = False
    """Whether the terms form a scale, from first to last."""
    open: bool = False
    """Whether any label is a term of its own."""
    terms: list[Term] = Field(default=[])
    """The terms, in order."""

    @cached_property
    def by_label(self) -> dict[str, tuple[str, ...]]:
        """Case-folded label to the terms it means."""
        mapping: dict[str, tuple[str, ...]] = {}
        for term in self.terms:
            for label in term.labels or [term.name]:
                mapping[label.casefold()] = (*mapping.get(label.casefold(), ()), term.name)
        return mapping

    def terms_of(self, labels: list[str]) -> list[str]:
        """The terms a list of labels means, each once, in the order found."""
        if self.open:
            return labels
        found = (term for label in labels for term in self.by_label.get(label.casefold(), ()))
        return list(dict.fromkeys(found))


@dataclass(frozen=True)
class Taxonomy:
    """All facets, by name, in the order people see them."""

    facets: dict[str, FacetFile]

    def readers(self, field: str) -> list[FacetFile]:
        """The facets built from a field of an entry."""
        return [facet for facet in self.facets.values() if facet.field == field]


def load_taxonomy(folder: Path = PACKAGED) -> Taxonomy:
    """Read every facet file in ``folder``, once until one changes. Raises :class:`AtlasError` naming each file and field that is wrong."""
    return _load(folder, digest_of(yaml_files(folder, deep=False)))


@lru_cache(maxsize=4)
def _load(folder: Path, version: str) -> Taxonomy:
    problems: list[Problem] = []
    facets: dict[str, FacetFile] = {}
    for path in yaml_files(folder, deep=False):
        shown = f"{folder.name}/{path.name}"
        content, found = read_yaml(path, shown)
        facet = None
        if not found:
            facet, found = build(FacetFile, content, path, shown)
        if facet is not None:
            found = _check(facet, path, shown)
            facets[facet.facet] = facet
        problems += found
    titles = [facet.title.casefold() for facet in facets.values()]
    for facet in facets.values():
        if titles.count(facet.title.casefold()) > 1:
            problems.append(
                Problem(f"{folder.name}/{facet.facet}.yaml", "title", f"{facet.title!r} is the title of several facets; choose another")
            )
    if not facets and not problems:
        problems.append(Problem(folder.name, "", "has no facet files (*.yaml)"))
    if problems:
        raise AtlasError(problems)
    known = [name for name in ORDER if name in facets]
    return Taxonomy({name: facets[name] for name in [*known, *sorted(set(facets) - set(ORDER))]})


def _check(facet: FacetFile, path: Path, shown: str) -> list[Problem]:
    found = check_facet(facet)
    if facet.facet != path.stem:
        found.insert(0, (("facet",), f"{facet.facet!r} differs from the file name; rename one of them"))
    return [Problem(shown, field_path(place), reason, line_of(path, place)) for place, reason in found]


def check_facet(facet: FacetFile) -> list[tuple[tuple, str]]:
    """What is wrong with a facet beyond the shape of its file: each place and reason."""
    found: list[tuple[tuple, str]] = []
    if facet.facet in RESERVED:
        found.append((("facet",), f"{facet.facet!r} means something else in filters and addresses; choose another name"))
    if facet.field not in LABEL_FIELDS:
        found.append((("field",), f"{facet.field!r} is not one of {', '.join(LABEL_FIELDS)}{nearest(facet.field, LABEL_FIELDS)}"))
    names = [term.name for term in facet.terms]
    twice = [i for i, name in enumerate(names) if names.index(name) < i]
    found += [(("terms", i, "name"), f"{names[i]!r} is defined twice") for i in twice]
    if not facet.open and not names:
        found.append((("terms",), "is empty: a closed facet needs at least one term"))
    return found
