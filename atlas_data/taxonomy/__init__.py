"""The vocabulary of the atlas: one YAML file a facet, read and edited by people.

A facet file names its terms in order, defines each, and lists the free labels that mean it. A term without labels
stands for itself. Several facets may read the same field: a buyer label can name a function, an industry or both; a
control belongs to a layer. Nothing is mapped in code.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pydantic import Field

from atlas_data.problems import AtlasError, Problem, nearest
from atlas_data.reading import build, line_of, read_yaml
from atlas_data.schema import LABEL_FIELDS, Label, Labels, Part, Text

PACKAGED = Path(__file__).parent

# The order in which facets are offered to people: what a workflow is, who asks for it, what it needs, what comes in and is
# resolved, who checks it, where it is written back, how it breaks, who builds it.
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
    "reviewer_role",
    "system_family",
    "risk_family",
    "company",
)


class Term(Part):
    """One value of a facet. ``labels`` are the spellings that mean it; none means the name itself."""

    name: Label
    definition: Text
    labels: Labels = Field(default=[])


class FacetFile(Part):
    """One facet: its terms in order, and the field of an entry its labels come from.

    ``ordered``: the terms form a scale. ``open``: any label is a term of its own (names of companies).
    """

    facet: Label
    title: Label
    definition: Text
    field: Label
    ordered: bool = False
    open: bool = False
    terms: list[Term] = Field(default=[])

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
    """Read every facet file in ``folder``. Raises :class:`AtlasError` naming each file and field that is wrong."""
    problems: list[Problem] = []
    facets: dict[str, FacetFile] = {}
    for path in sorted(folder.glob("*.y*ml")):
        shown = f"{folder.name}/{path.name}"
        content, found = read_yaml(path, shown)
        facet = None
        if not found:
            facet, found = build(FacetFile, content, path, shown)
        if facet is not None:
            found = _check(facet, path, shown)
            facets[facet.facet] = facet
        problems += found
    if not facets and not problems:
        problems.append(Problem(folder.name, "", "has no facet files (*.yaml)"))
    if problems:
        raise AtlasError(problems)
    known = [name for name in ORDER if name in facets]
    return Taxonomy({name: facets[name] for name in [*known, *sorted(set(facets) - set(ORDER))]})


def _check(facet: FacetFile, path: Path, shown: str) -> list[Problem]:
    problems = []
    if facet.facet != path.stem:
        reason = f"{facet.facet!r} differs from the file name; rename one of them"
        problems.append(Problem(shown, "facet", reason, line_of(path, ("facet",))))
    if facet.field not in LABEL_FIELDS:
        reason = f"{facet.field!r} is not one of {', '.join(LABEL_FIELDS)}{nearest(facet.field, LABEL_FIELDS)}"
        problems.append(Problem(shown, "field", reason, line_of(path, ("field",))))
    names = [term.name for term in facet.terms]
    for i, name in enumerate(names):
        if name in names[:i]:
            problems.append(Problem(shown, f"terms[{i}].name", f"{name!r} is defined twice", line_of(path, ("terms", i))))
    if not facet.open and not names:
        problems.append(Problem(shown, "terms", "is empty: a closed facet needs at least one term"))
    return problems
