"""The supplied facts are all here: a fingerprint of what the atlas was built from, and what was promised on top."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest

from atlas_data import load_atlas
from atlas_data.schema import Lifecycle


@pytest.fixture(scope="module")
def atlas():
    return load_atlas()


@pytest.fixture(scope="module")
def entries(atlas):
    return [atlas.entry(name) for name in atlas.workflows.index]


def test_207_workflows_in_five_categories(atlas):
    assert len(atlas) == 207
    assert atlas.workflows["category"].value_counts().to_dict() == {
        "Regulated AI": 65,
        "Operational AI": 52,
        "Physical World AI": 37,
        "Enterprise AI": 35,
        "Frontier AI": 18,
    }


def test_the_stages_are_those_supplied(atlas):
    assert atlas.workflows["stage"].value_counts().to_dict() == {"Scaling": 104, "Emerging": 77, "Established": 19, "Frontier": 7}


# How many items the supplied facts hold in each part, over all workflows.
SUPPLIED = {
    "buyers": (996, lambda entry: entry.buyers),
    "capabilities": (1035, lambda entry: entry.capabilities),
    "controls": (1228, lambda entry: entry.controls),
    "inputs": (1333, lambda entry: entry.lifecycle.ingest.inputs),
    "context keys": (1229, lambda entry: entry.lifecycle.resolve.context_keys),
    "AI tasks": (914, lambda entry: entry.lifecycle.assist.ai_tasks),
    "review triggers": (828, lambda entry: entry.lifecycle.review.triggers),
    "reviewers": (673, lambda entry: entry.lifecycle.review.reviewers),
    "evidence": (897, lambda entry: entry.lifecycle.record.evidence),
    "sync targets": (773, lambda entry: entry.lifecycle.sync.targets),
    "risks": (828, lambda entry: entry.risks),
    "companies": (600, lambda entry: entry.companies),
    "sources of curated entries": (245, lambda entry: entry.provenance.sources),
}


@pytest.mark.parametrize("part", SUPPLIED)
def test_no_supplied_item_was_lost(entries, part):
    supplied, items = SUPPLIED[part]
    assert sum(len(items(entry)) for entry in entries) == supplied


def test_108_entries_were_read_from_a_page_each_and_99_composed(entries):
    catalogue = [entry.provenance for entry in entries if entry.provenance.kind == "catalogue"]
    curated = [entry.provenance for entry in entries if entry.provenance.kind == "curated"]
    assert (len(catalogue), len(curated)) == (108, 99)
    assert len({provenance.source for provenance in catalogue}) == 108
    assert all(provenance.completed for provenance in catalogue)
    assert all(provenance.sources and provenance.source is None for provenance in curated)


def test_every_company_line_has_evidence_on_a_page(entries):
    lines = [company for entry in entries for company in entry.companies]
    assert len(lines) == 600
    assert all(company.evidence_url.startswith(("https://", "http://")) for company in lines)
    assert all(len(company.evidence.split()) >= 3 for company in lines)


def test_no_company_line_stands_twice_in_one_workflow(entries):
    for entry in entries:
        lines = [(company.name.casefold(), company.product, company.role, company.evidence_url) for company in entry.companies]
        assert len(set(lines)) == len(lines), entry.id


def test_every_lifecycle_has_seven_steps_with_items_in_each(entries):
    assert list(Lifecycle.model_fields) == ["ingest", "resolve", "assist", "review", "record", "sync", "retain"]
    for entry in entries:
        for name in Lifecycle.model_fields:
            step = getattr(entry.lifecycle, name)
            assert all(getattr(step, part) for part in type(step).model_fields), (entry.id, name)


def test_every_workflow_states_six_requirements(entries):
    assert {entry.id: len(entry.infrastructure) for entry in entries} == {entry.id: 6 for entry in entries}


def test_the_requirements_of_a_workflow_are_about_at_least_three_controls(entries):
    assert min(len({item.control for item in entry.infrastructure}) for entry in entries) >= 3


def test_every_workflow_has_five_capabilities_and_four_risks(entries):
    assert {len(entry.capabilities) for entry in entries} == {5}
    assert {len(entry.risks) for entry in entries} == {4}


@pytest.mark.parametrize(("part", "fewest", "most"), [("summary", 1, 2), ("what_it_is", 2, 4), ("why_it_matters", 2, 3)])
def test_the_texts_stay_as_short_as_a_card_can_show(entries, part, fewest, most):
    lengths = {entry.id: len(sentences(getattr(entry, part))) for entry in entries}
    assert {name: n for name, n in lengths.items() if not fewest <= n <= most} == {}


def test_no_sentence_occurs_twice_in_the_atlas(entries):
    found = defaultdict(list)
    for entry in entries:
        texts = [(part, getattr(entry, part)) for part in ("summary", "what_it_is", "why_it_matters")]
        texts += [("infrastructure", item.requirement) for item in entry.infrastructure]
        retain = entry.lifecycle.retain
        texts += [("retain", item) for item in [*retain.retention, *retain.monitoring]]
        for part, text in texts:
            for sentence in sentences(text):
                found[re.sub(r"\W+", " ", sentence).strip().casefold()].append(f"{entry.id}: {part}")
    assert len(found) > 4000
    assert {sentence: places for sentence, places in found.items() if len(places) > 1} == {}


def sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.!?])\s+(?=[A-Z0-9'\"])", text)
