"""The shape of one workflow entry.

These models say which keys an entry has, which are required and what they may hold. They know nothing of the taxonomy:
whether a control or a buyer label exists is checked in :mod:`atlas_data.validation`.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    HttpUrl,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    model_validator,
)
from pydantic_core import PydanticCustomError

_URL = TypeAdapter(HttpUrl)
_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})([T ]00:00(:00(\.0+)?)?(Z|[+-]00:00)?)?")  # with the midnight that spreadsheets add


SLUG = "[a-z0-9]+(-[a-z0-9]+)*"
"""What an id looks like."""


def _slug(value: str) -> str:
    if not re.fullmatch(SLUG, value):
        raise PydanticCustomError("no_slug", "is not an id: lower-case words and digits joined by hyphens, for example ai-claims-intake")
    return value


def _web_address(value: str) -> str:
    try:
        _URL.validate_python(value)
    except ValidationError:
        raise PydanticCustomError("no_address", "is not the address of a page: it begins with https://") from None
    return value


def _domain(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?\.[a-z]{2,}", value):
        raise PydanticCustomError("no_domain", "is not the domain of a website in small letters, such as example.com")
    return value


def _word(value: Any) -> Any:
    return value.strip().casefold() if isinstance(value, str) else value


def _day(value: Any) -> date:
    """A day as it is written or as a spreadsheet hands it over. Left alone, pydantic takes numbers for seconds since 1970."""
    if isinstance(value, datetime) and value.time() == time():
        return value.date()
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(_DAY.fullmatch(value.strip())[1])
    except (AttributeError, TypeError, ValueError):
        raise PydanticCustomError("no_day", "is no day; write it as YYYY-MM-DD, for example 2026-11-21") from None


def _distinct(values: list[str]) -> list[str]:
    seen: set[str] = set()
    for item, value in enumerate(values):
        if value.casefold() in seen:
            raise PydanticCustomError("listed_twice", "is listed twice", {"item": item})
        seen.add(value.casefold())
    return values


Slug = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80), AfterValidator(_slug)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=160)]
Labels = Annotated[list[Label], AfterValidator(_distinct)]
SomeLabels = Annotated[Labels, Field(min_length=1)]
WebAddress = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_web_address)]
Domain = Annotated[str, AfterValidator(_domain)]
Day = Annotated[date, BeforeValidator(_day)]


class Part(BaseModel):
    """Base of every part of an entry: unknown keys are errors, values never change after loading.

    The line under each field describes it, here and in the data dictionary.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Requirement(Part):
    """One thing the backend must provide, and the control it is mostly about."""

    requirement: Text
    """What the backend must provide, for this workflow."""
    control: Label
    """The control the requirement is mostly about."""


class Ingest(Part):
    """Step 1: what comes in."""

    inputs: SomeLabels
    """What comes in: documents, records, images, readings, messages."""


class Resolve(Part):
    """Step 2: what must be resolved or scoped before anything is done."""

    context_keys: SomeLabels
    """What a case is tied to before anything is done: people, accounts, assets, policies."""


class Assist(Part):
    """Step 3: what the AI does."""

    ai_tasks: SomeLabels
    """What the AI does."""


class Review(Part):
    """Step 4: what goes to people, and to whom."""

    triggers: SomeLabels
    """What sends a case to people."""
    reviewers: SomeLabels
    """The people who review."""


class Record(Part):
    """Step 5: what is kept as evidence of the decision."""

    evidence: SomeLabels
    """What is kept to show how the decision came about."""


class Sync(Part):
    """Step 6: which systems are written back to."""

    targets: SomeLabels
    """The systems that are written back to."""


class Retain(Part):
    """Step 7: what is retained, and what is watched afterwards."""

    retention: Labels = []
    """What is kept or deleted, and under which rule."""
    monitoring: Labels = []
    """What is watched once cases are closed."""


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
    """How the workflow breaks in production."""
    family: Label
    """The family of failure: a term of the facet risk_family."""


class Company(Part):
    """A company that builds (vendor) or runs (adopter) AI for the workflow, with the page that shows it."""

    name: Label
    """The company, as it calls itself."""
    product: Label | None = None
    """The product concerned."""
    role: Annotated[Literal["vendor", "adopter"], BeforeValidator(_word)]
    """vendor: builds it; adopter: runs it."""
    website: Domain | None = None
    """Domain of the company's website, such as example.com."""
    evidence_url: WebAddress
    """The page that shows it."""
    evidence: Text
    """What that page says."""

    @property
    def host(self) -> str:
        """Host of the page that shows it, without ``www.``."""
        return (HttpUrl(self.evidence_url).host or "").removeprefix("www.")

    @property
    def on_own_site(self) -> bool:
        """Whether that page is on the company's own website. If not, somebody else names it, or it rents the host."""
        site = (self.website or "").removeprefix("www.")
        return bool(site) and (self.host == site or self.host.endswith(f".{site}"))


class Source(Part):
    """A page an entry was composed from, and what it says."""

    url: WebAddress
    """The page."""
    says: Text
    """What the entry takes from it."""


class Provenance(Part):
    """Where an entry comes from.

    ``catalogue``: title, category, stage, buyers, capabilities, controls and lifecycle items are facts read from
    ``source``, except the fields in ``completed``, which were filled, shortened or written by judgement for this
    atlas. ``curated``: the whole entry was composed for this atlas from ``sources``. ``own``: the entry was written by
    those who keep the atlas, from what they know; it need name no page. ``synthetic``: it was made up
    (:mod:`atlas_data.generating`).
    """

    kind: Annotated[Literal["catalogue", "curated", "own", "synthetic"], BeforeValidator(_word)]
    """Where the entry comes from: read from a catalogue, composed for this atlas from public pages, what its keepers know, or made up."""
    source: WebAddress | None = None
    """The catalogue page the entry was read from."""
    sources: list[Source] = []
    """The pages the entry was composed from."""
    completed: Labels = []
    """The fields that were filled, shortened or written by judgement."""
    date: Day
    """The day the entry was last checked."""

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
    """Short name of the workflow in files and addresses: lower-case words joined by hyphens."""
    title: Label
    """Name of the workflow."""
    category: Label
    """Operating category: a term of the facet category."""
    stage: Label
    """How far the work has come in production: a term of the facet stage."""
    summary: Text
    """The workflow in one or two sentences."""
    what_it_is: Text
    """How the work runs and why the operating model matters."""
    buyers: SomeLabels
    """The teams and organisations that buy or sign for it."""
    capabilities: SomeLabels
    """What the AI must be able to do."""
    controls: SomeLabels
    """The backend controls it cannot run in production without."""
    infrastructure: list[Requirement] = []
    """What the backend must provide."""
    lifecycle: Lifecycle
    """The seven steps of the workflow in production."""
    risks: Annotated[list[Risk], Field(min_length=1)]
    """How it breaks in production."""
    why_it_matters: Text
    """Why it matters now."""
    companies: list[Company] = []
    """Who builds or runs it, with evidence."""
    provenance: Provenance
    """Where the entry comes from."""

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
    "triggers": lambda w: w.lifecycle.review.triggers,
    "reviewers": lambda w: w.lifecycle.review.reviewers,
    "targets": lambda w: w.lifecycle.sync.targets,
    "risks": lambda w: [risk.family for risk in w.risks],
    "companies": lambda w: list(dict.fromkeys(company.name for company in w.companies)),
}
