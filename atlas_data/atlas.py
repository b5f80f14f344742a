"""The atlas as frames: one table of workflows, and for each facet one table of workflow by term."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from atlas_data.problems import Problem, nearest
from atlas_data.schema import Company, Workflow
from atlas_data.searching import TextIndex, folded, index_of_texts
from atlas_data.taxonomy import FacetFile, Taxonomy


@dataclass(frozen=True, eq=False)
class Facet:
    """One way to describe workflows by terms.

    ``terms`` is the Index of terms in the order of the taxonomy (open facets: alphabetical). ``table`` is a boolean
    frame, workflow id by term: whether the workflow has the term. ``definitions`` gives one sentence a term.
    ``ordered`` terms form a scale. ``multiple``: a workflow may have several terms.
    """

    name: str
    title: str
    definition: str
    terms: pd.Index
    table: pd.DataFrame = field(repr=False)
    definitions: Mapping[str, str] = field(repr=False)
    ordered: bool = False

    @cached_property
    def names(self) -> list[str]:
        """The terms as a list: walking an Index of strings takes many times as long."""
        return list(self.terms)

    @cached_property
    def places(self) -> dict[str, int]:
        """Where each term is in ``terms``: for one or two, asking an Index takes twenty times as long."""
        return {term: place for place, term in enumerate(self.names)}

    @cached_property
    def multiple(self) -> bool:
        return bool((self.table.to_numpy().sum(axis=1) > 1).any())


@dataclass(frozen=True, eq=False)
class Atlas:
    """A set of workflows and their facets.

    ``workflows``: frame indexed by workflow id with ``title``, ``category``, ``stage``, ``summary``, ``what_it_is``,
    ``why_it_matters``, the number of items in each part (``buyers``, ``capabilities``, ``controls``,
    ``infrastructure``, ``reviewers``, ``risks``, ``companies``), ``provenance``, ``source`` and ``date``.
    ``warnings``: what was read other than it stands in the file (labels that became terms of their own).
    ``kept``: results computed from it, for whoever computes them (:mod:`analysis.keeping`).
    ``facets``: the facet names. ``text``: what free-text search reads, folded, indexed by workflow id; ``index``: the
    same for searching. ``engine``: what counts instead of bits, where the workflows are in a database (:mod:`atlas_data.engines`).
    ``origin``: ``"synthetic"`` where the workflows were made up, by what their provenance says.

    >>> from atlas_data import load_atlas
    >>> atlas = load_atlas()
    >>> atlas.facet("control").table.loc["ai-accounts-payable-invoice-approval", "Approval workflow"]
    np.True_
    """

    workflows: pd.DataFrame = field(repr=False)
    taxonomy: Taxonomy = field(repr=False)
    name: str
    version: str
    _facets: Mapping[str, Facet] = field(repr=False)
    _entries: Mapping[str, Workflow] = field(repr=False)
    warnings: tuple[Problem, ...] = field(default=(), repr=False)
    kept: dict = field(default_factory=dict, repr=False)
    origin: str = ""
    indexed: TextIndex | None = field(default=None, repr=False)
    engine: Any = field(default=None, repr=False)

    @property
    def facets(self) -> tuple[str, ...]:
        return tuple(self._facets)

    def facet(self, name: str) -> Facet:
        """The facet called ``name``; KeyError names the nearest one when there is none."""
        try:
            return self._facets[name]
        except KeyError:
            message = f"no facet {name!r}{nearest(name, self._facets) or '.'} Facets: {', '.join(self._facets)}"
            raise KeyError(message) from None

    def entry(self, workflow_id: str) -> Workflow:
        """The whole entry of one workflow; KeyError names the nearest id when there is none."""
        try:
            return self._entries[workflow_id]
        except KeyError:
            raise KeyError(f"no workflow {workflow_id!r}{nearest(workflow_id, self._entries)}") from None

    def some(self, places: np.ndarray) -> list[Workflow]:
        """The entries at some places of the atlas."""
        if hasattr(self._entries, "some"):
            return self._entries.some(places)
        return [self._entries[workflow] for workflow in self.workflows.index[places]]

    def places(self, ids: Iterable[str]) -> np.ndarray:
        """The places of workflows in the atlas, -1 for an id that it does not have. To look ids up in the frame of a large atlas
        would have pandas keep a Python text of every one, 80 bytes a workflow."""
        asked = list(ids)
        if hasattr(self._entries, "places"):
            return self._entries.places(asked)
        return self.workflows.index.get_indexer(asked)

    def rows(self, ids: Iterable[str]) -> pd.DataFrame:
        """The rows of :attr:`workflows` with these ids, in their order; KeyError for one that the atlas does not have."""
        asked = list(ids)
        places = self.places(asked)
        if (places < 0).any():
            unknown = asked[int((places < 0).argmax())]
            raise KeyError(f"no workflow {unknown!r}{nearest(unknown, self.workflows.index)}")
        return self.workflows.iloc[places]

    def __contains__(self, workflow_id: object) -> bool:
        return isinstance(workflow_id, str) and bool(self.places([workflow_id])[0] >= 0)

    @cached_property
    def text(self) -> pd.Series:
        return pd.Series([_searchable(entry) for entry in self._entries.values()], index=self.workflows.index, name="text")

    @property
    def companies(self) -> pd.DataFrame:
        """One row a company named in a workflow: ``place`` of the workflow in the atlas, and the fields of the company. Not kept."""
        if hasattr(self._entries, "companies"):
            return self._entries.companies()
        found = [(place, *vars(company).values()) for place, entry in enumerate(self._entries.values()) for company in entry.companies]
        return pd.DataFrame(found, columns=["place", *Company.model_fields]).astype({"place": np.int32})

    @cached_property
    def index(self) -> TextIndex:
        return self.indexed or index_of_texts(self.text)

    def __len__(self) -> int:
        return len(self.workflows)


def build_atlas(entries: list[Workflow], taxonomy: Taxonomy, name: str, version: str, warnings: Iterable[Problem] = ()) -> Atlas:
    """Frames and facets of a list of checked entries."""
    ids = pd.Index([entry.id for entry in entries], name="workflow")
    workflows = pd.DataFrame([_row(entry) for entry in entries], index=ids)
    for column in ("category", "stage"):
        if column in taxonomy.facets:
            facet = taxonomy.facets[column]
            dtype = pd.CategoricalDtype([term.name for term in facet.terms], ordered=facet.ordered)
            # A vocabulary of one's own may spell a term in several ways.
            workflows[column] = pd.Categorical([next(iter(facet.terms_of([label])), None) for label in workflows[column]], dtype=dtype)
    facets = {key: _facet(definition, entries, ids) for key, definition in taxonomy.facets.items()}
    kept = {entry.id: entry for entry in entries}
    return Atlas(workflows, taxonomy, name, version, facets, kept, tuple(warnings), origin=origin_of(workflows["provenance"]))


def origin_of(provenance: pd.Series) -> str:
    """What an atlas is made of, where all of it is of one making that must be said.

    >>> origin_of(pd.Series(["synthetic", "synthetic"])), origin_of(pd.Series(["synthetic", "own"]))
    ('synthetic', '')
    """
    return "synthetic" if provenance.unique().tolist() == ["synthetic"] else ""


def _facet(definition: FacetFile, entries: list[Workflow], ids: pd.Index) -> Facet:
    members = [definition.terms_of(entry.labels(definition.field)) for entry in entries]
    terms = ordered_terms(definition, {term for terms in members for term in terms})
    position = {term: i for i, term in enumerate(terms)}
    dense = np.zeros((len(ids), len(terms)), dtype=bool)
    rows = np.repeat(np.arange(len(ids)), [len(found) for found in members])
    dense[rows, [position[term] for found in members for term in found]] = True
    return Facet(
        name=definition.facet,
        title=definition.title,
        definition=definition.definition,
        terms=terms,
        table=pd.DataFrame(dense, index=ids, columns=terms),
        definitions={term.name: term.definition for term in definition.terms},
        ordered=definition.ordered,
    )


def ordered_terms(definition: FacetFile, found: set[str]) -> pd.Index:
    """The terms of a facet in order: those of the vocabulary, or where any label is one, those found."""
    names = sorted(found, key=lambda term: (term.casefold(), term)) if definition.open else [term.name for term in definition.terms]
    return pd.Index(names, name=definition.facet)


def _row(entry: Workflow) -> dict:
    return {
        "title": entry.title,
        "category": entry.category,
        "stage": entry.stage,
        "summary": entry.summary,
        "what_it_is": entry.what_it_is,
        "why_it_matters": entry.why_it_matters,
        "buyers": len(entry.buyers),
        "capabilities": len(entry.capabilities),
        "controls": len(entry.controls),
        "infrastructure": len(entry.infrastructure),
        "reviewers": len(entry.lifecycle.review.reviewers),
        "risks": len(entry.risks),
        "companies": len({company.name for company in entry.companies}),
        "provenance": entry.provenance.kind,
        "source": entry.provenance.source,
        "date": entry.provenance.date,
    }


def _searchable(entry: Workflow) -> str:
    steps = entry.lifecycle
    parts = [entry.title, entry.summary, entry.category, entry.stage, *entry.buyers, *entry.capabilities, *entry.controls]
    parts += [*steps.ingest.inputs, *steps.resolve.context_keys, *steps.assist.ai_tasks, *steps.review.triggers]
    parts += [*steps.review.reviewers, *steps.record.evidence, *steps.sync.targets]
    parts += [company.name for company in entry.companies]
    return folded("\n".join(parts))
