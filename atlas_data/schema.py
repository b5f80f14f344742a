"""The shape of one workflow entry.

These models say which keys an entry has, which are required and what they may hold. They know nothing of the taxonomy:
whether a control or a buyer label exists is checked in :mod:`atlas_data.validation`.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, HttpUrl, StringConstraints, TypeAdapter, model_validator
from pydantic_core import PydanticCustomError

_URL = TypeAdapter(HttpUrl)


def _web_address(value: str) -> str:
    _URL.validate_python(value)
    return value


def _distinct(values: list[str]) -> list[str]:
    seen: set[str] = set()
    for item, value in enumerate(values):
        if value.casefold() in seen:
            raise PydanticCustomError("listed_twice", "is listed twice", {"item": item})
        seen.add(value.casefold())
    return values


Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=160)]
Labels = Annotated[list[Label], AfterValidator(_distinct)]
SomeLabels = Annotated[Labels, Field(min_length=1)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
Domain = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]([a-z0-9.-]*[a-z0-9])?\.[a-z]{2,}$")]


class Part(BaseModel):
    """Base of every part of an entry: unknown keys are errors, values never change after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Requirement(Part):
    """One thing the backend must provide, and the control it is mostly about."""

    requirement: Text
    control: Label


class Ingest(Part):
    """Step 1: what comes in."""

    inputs: SomeLabels


class Resolve(Part):
    """Step 2: what must be resolved or scoped before anything is done."""

    context_keys: SomeLabels


class Assist(Part):
    """Step 3: what the AI does."""

    ai_tasks: SomeLabels


class Review(Part):
    """Step 4: what goes to people, and to whom."""

    triggers: SomeLabels
    reviewers: SomeLabels


class Record(Part):
    """Step 5: what is kept as evidence of the decision."""

    evidence: SomeLabels


class Sync(Part):
    """Step 6: which systems are written back to."""

    targets: SomeLabels


class Retain(Part):
    """Step 7: what is retained, and what is watched afterwards."""

    retention: Labels = []
    monitoring: Labels = []


class Lifecycle(Part):
    """The seven steps of a production workflow, in order."""

    ingest: Ingest
    resolve: Resolve
    assist: Assist
    review: Review
    record: Record
    sync: Sync
    retain: Retain = Retain()


class Risk(Part):
    """How the workflow breaks in production, and the family of failure it belongs to."""

    text: Text
    family: Label


class Company(Part):
    """A company that builds (vendor) or runs (adopter) AI for the workflow, with the page that shows it."""

    name: Label
    product: Label | None = None
    role: Literal["vendor", "adopter"]
    website: Domain | None = None
    evidence_url: WebAddress
    evidence: Text


class Source(Part):
    """A page an entry was composed from, and what it says."""

    url: WebAddress
    says: Text


class Provenance(Part):
    """Where an entry comes from.

    ``catalogue``: title, category, stage, buyers, capabilities, controls and lifecycle items are facts read from
    ``source``, except the fields in ``completed``, which were filled, shortened or written by judgement for this
    atlas. ``curated``: the whole entry was composed for this atlas from ``sources``.
    """

    kind: Literal["catalogue", "curated"]
    source: WebAddress | None = None
    sources: list[Source] = []
    completed: Labels = []
    date: date

    @model_validator(mode="after")
    def _names_its_origin(self) -> Provenance:
        if self.kind == "catalogue" and self.source is None:
            raise ValueError("a catalogue entry names the page it was read from in 'source'")
        if self.kind == "curated" and not self.sources:
            raise ValueError("a curated entry names at least one page in 'sources'")
        return self


class Workflow(Part):
    """One production AI workflow: one file of the atlas."""

    id: Slug
    title: Label
    category: Label
    stage: Label
    summary: Text
    what_it_is: Text
    buyers: SomeLabels
    capabilities: SomeLabels
    controls: SomeLabels
    infrastructure: list[Requirement] = []
    lifecycle: Lifecycle
    risks: Annotated[list[Risk], Field(min_length=1)]
    why_it_matters: Text
    companies: list[Company] = []
    provenance: Provenance

    def labels(self, field: str) -> list[str]:
        """The free labels of a field that a facet is built from, in the order of the entry.

        ``field`` is one of ``LABEL_FIELDS``.
        """
        return LABEL_FIELDS[field](self)


LABEL_FIELDS = {
    "category": lambda w: [w.category],
    "stage": lambda w: [w.stage],
    "buyers": lambda w: w.buyers,
    "capabilities": lambda w: w.capabilities,
    "controls": lambda w: w.controls,
    "inputs": lambda w: w.lifecycle.ingest.inputs,
    "context_keys": lambda w: w.lifecycle.resolve.context_keys,
    "reviewers": lambda w: w.lifecycle.review.reviewers,
    "targets": lambda w: w.lifecycle.sync.targets,
    "risks": lambda w: [risk.family for risk in w.risks],
    "companies": lambda w: list(dict.fromkeys(company.name for company in w.companies)),
}
