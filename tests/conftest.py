"""What the tests share: the atlas as the package reads it, and the same files read independently, as the truth to compare with."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import hypothesis
import numpy as np
import pandas as pd
import pytest
import yaml

from atlas_data import Atlas, Workflow, load_atlas, read_atlas
from atlas_data.atlas import build_atlas
from atlas_data.taxonomy import load_taxonomy
from pages.parts import state  # noqa: F401  sets how pandas holds text, which must not depend on the test that comes first

DATA = Path(__file__).parent.parent / "atlas_data"

hypothesis.settings.register_profile("atlas", deadline=None, derandomize=True, database=None, max_examples=60)
hypothesis.settings.load_profile("atlas")

GAPS = b"""title,category,controls,buyers
Claims triage,Claims,Identity; Audit trail,Legal
Claims intake,Claims,Identity,Legal
Letter drafting,Claims,n/a,
Letter reading,Claims,Telemetry,
Bin check,Depot,My own control; Audit trail,
Route plan,Depot,Identity,Legal
Shift plan,Depot,Telemetry; Identity; Audit trail,
Meter read,Field,n/a,
Meter check,Field,n/a,
Meter swap,Field,n/a,
"""


@pytest.fixture(scope="session")
def atlas() -> Atlas:
    """The packaged atlas."""
    return load_atlas()


@pytest.fixture(scope="session")
def entries() -> list[dict]:
    """The workflow files, parsed by plain PyYAML."""
    return [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted((DATA / "workflows").glob("*/*.yaml"))]


@pytest.fixture(scope="session")
def vocabulary() -> dict[str, dict]:
    """The taxonomy files by facet, parsed by plain PyYAML."""
    files = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in (DATA / "taxonomy").glob("*.yaml")]
    return {content["facet"]: content for content in files}


@pytest.fixture(scope="session")
def terms(vocabulary, tags) -> dict[str, list[str]]:
    """The terms of each facet: as the file lists them, alphabetical where any label is a term."""
    return {
        facet: sorted(set().union(*tags[facet].values()), key=str.casefold)
        if content.get("open")
        else [t["name"] for t in content["terms"]]
        for facet, content in vocabulary.items()
    }


@pytest.fixture(scope="session")
def tags(entries, vocabulary) -> dict[str, dict[str, set[str]]]:
    """Facet, workflow id, set of terms: the truth about the packaged atlas, label by label."""
    return _tags(entries, vocabulary)


@pytest.fixture(scope="session")
def pick(entries, tags) -> Callable[..., set[str]]:
    """Ids that meet conditions, by a loop over the parsed files. Takes what :class:`analysis.Selection` takes."""
    return lambda **conditions: _pick(entries, tags, **conditions)


@pytest.fixture(scope="session")
def small_entries() -> list[dict]:
    """Six awkward workflows. No workflow is Physical World AI; two have the same tags; two name no buyer function."""
    return [
        _entry("markup", "<b>Bold</b> & <script>alert(1)</script>", "Enterprise AI", "Emerging", ["Legal teams"],
               ["Identity", "Audit trail"], ["<b>x</b>", "Acme & Sons"]),
        _entry("buyers-without-function", "Hospital intake", "Regulated AI", "Established", ["Hospitals"],
               ["Identity", "Audit trail", "Regulated retention"], ["Acme & Sons"]),
        _entry("insurer-only", "Insurer intake", "Regulated AI", "Scaling", ["Insurers"], ["Identity", "Consent state"]),
        _entry("twin-one", "First twin", "Operational AI", "Scaling", ["Security teams", "Legal teams"],
               ["Telemetry", "Audit trail"], ["Twinco"]),
        _entry("twin-two", "Second twin", "Operational AI", "Scaling", ["Security teams", "Legal teams"], ["Telemetry", "Audit trail"]),
        _entry("loner", "Meter (only) [v1.0]", "Frontier AI", "Frontier", ["Security teams"], ["Metering"]),
    ]  # fmt: skip


@pytest.fixture(scope="session")
def small_tags(small_entries, vocabulary) -> dict[str, dict[str, set[str]]]:
    return _tags(small_entries, vocabulary)


@pytest.fixture(scope="session")
def small_atlas(small_entries) -> Atlas:
    return build_atlas([Workflow.model_validate(entry) for entry in small_entries], load_taxonomy(), "small", "1")


@pytest.fixture(scope="session")
def lone_atlas(small_entries) -> Atlas:
    """One workflow, no company at all."""
    return build_atlas([Workflow.model_validate(small_entries[-1])], load_taxonomy(), "lone", "1")


@pytest.fixture(scope="session")
def gaps() -> Atlas:
    """A sheet with empty cells: four of ten workflows state no control, seven no buyer."""
    return read_atlas(GAPS, "gaps.csv")


@pytest.fixture(scope="session")
def retagged() -> Callable[..., Atlas]:
    """An atlas with other tags: ``retagged(atlas, control=bools)`` replaces the table of a facet."""

    def build(atlas: Atlas, **tables: np.ndarray) -> Atlas:
        facets = {name: atlas.facet(name) for name in atlas.facets}
        for name, bools in tables.items():
            table = pd.DataFrame(np.asarray(bools, dtype=bool), index=atlas.workflows.index, columns=atlas.facet(name).terms)
            facets[name] = replace(facets[name], table=table)
        return replace(atlas, _facets=facets, kept={})  # masks kept for the old tags would not be theirs

    return build


def _tags(entries: list[dict], vocabulary: dict[str, dict]) -> dict[str, dict[str, set[str]]]:
    found = {}
    for facet, content in vocabulary.items():
        meaning: dict[str, set[str]] = {}
        for term in content.get("terms", []):
            for label in term.get("labels") or [term["name"]]:
                meaning.setdefault(label.casefold(), set()).add(term["name"])
        found[facet] = {
            entry["id"]: {
                term
                for label in _labels(entry, content["field"])
                for term in ([label] if content.get("open") else meaning.get(label.casefold(), ()))
            }
            for entry in entries
        }
    return found


def _labels(entry: dict, field: str) -> list[str]:
    if field in ("category", "stage"):
        return [entry[field]]
    for step, parts in entry["lifecycle"].items():
        if field in parts and step != "retain":
            return parts[field]
    if field == "risks":
        return [risk["family"] for risk in entry["risks"]]
    if field == "companies":
        return [company["name"] for company in entry.get("companies", [])]
    return entry[field]


def _pick(entries: list[dict], tags: dict, match="any", text: str = "", **facets: str | Iterable[str]) -> set[str]:
    found = set()
    for entry in entries:
        keep = True
        for facet, wanted in facets.items():
            wanted = {wanted} if isinstance(wanted, str) else set(wanted)
            how = match if isinstance(match, str) else match.get(facet, "any")
            has = tags[facet][entry["id"]]
            if wanted:
                keep &= wanted <= has if how == "all" else bool(wanted & has)
        everything = _said(entry).casefold()
        keep &= all(word in everything for word in text.casefold().split())
        if keep:
            found.add(entry["id"])
    return found


def _said(entry: dict) -> str:
    """Title, summary and every label of an entry."""
    steps = entry["lifecycle"]
    said = [entry["title"], entry["summary"], entry["category"], entry["stage"]]
    for listed in (
        entry["buyers"], entry["capabilities"], entry["controls"], steps["ingest"]["inputs"], steps["resolve"]["context_keys"],
        steps["assist"]["ai_tasks"], steps["review"]["triggers"], steps["review"]["reviewers"], steps["record"]["evidence"],
        steps["sync"]["targets"], [company["name"] for company in entry.get("companies", [])],
    ):  # fmt: skip
        said += listed
    return "\n".join(said)


def _entry(slug: str, title: str, category: str, stage: str, buyers: list, controls: list, companies: Iterable[str] = ()) -> dict:
    return {
        "id": slug, "title": title, "category": category, "stage": stage, "summary": f"About {slug}.", "what_it_is": "A model of a model.",
        "buyers": buyers, "capabilities": ["Field extraction from calls"], "controls": controls,
        "lifecycle": {
            "ingest": {"inputs": ["calls"]}, "resolve": {"context_keys": ["case"]}, "assist": {"ai_tasks": ["read"]},
            "review": {"triggers": ["doubt"], "reviewers": ["legal counsel"]}, "record": {"evidence": ["log"]},
            "sync": {"targets": ["ledger"]},
        },
        "risks": [{"text": "It fails.", "family": "Physical safety"}], "why_it_matters": "It does.",
        "companies": [{"name": name, "role": "vendor", "evidence_url": "https://example.com", "evidence": "A page."} for name in companies],
        "provenance": {"kind": "catalogue", "source": "https://example.com", "date": "2026-01-01"},
    }  # fmt: skip
