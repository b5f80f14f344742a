"""The vocabulary: everything in the atlas maps to a term, and every term and label has its place."""

from __future__ import annotations

from collections import Counter

import pytest

from atlas_data import load_atlas
from atlas_data.schema import LABEL_FIELDS
from atlas_data.taxonomy import ORDER, PACKAGED, load_taxonomy

LAYERS = {
    "Scoped access and identities": [
        "Identity", "Customer identity", "Asset identity", "Scoped access", "Tool permissions", "Consent state",
    ],
    "Event-driven workflow control": ["Workflow state", "Event routing", "Approval workflow", "Human override"],
    "Auditability and review history": [
        "Audit trail", "Review workflow", "Policy versioning", "Incident reconstruction", "Data lineage",
    ],
    "Tenant-aware storage and data boundaries": ["Evidence storage", "Tenant boundaries", "Regulated retention"],
    "Usage, billing and operational telemetry": ["Telemetry", "Metering"],
    "Integration-safe backend model": ["Integration-safe writeback"],
}  # fmt: skip
CLOSED = [name for name in ORDER if name != "company"]


@pytest.fixture(scope="module")
def taxonomy():
    return load_taxonomy()


@pytest.fixture(scope="module")
def entries():
    atlas = load_atlas()
    return [atlas.entry(name) for name in atlas.workflows.index]


def test_the_facets_are_those_of_the_design_in_their_order(taxonomy):
    assert tuple(taxonomy.facets) == ORDER


def test_categories_and_stages_are_those_of_the_design(taxonomy):
    assert {term.name for term in taxonomy.facets["category"].terms} == {
        "Physical World AI", "Enterprise AI", "Operational AI", "Regulated AI", "Frontier AI",
    }  # fmt: skip
    assert [term.name for term in taxonomy.facets["stage"].terms] == ["Frontier", "Emerging", "Scaling", "Established"]
    assert [name for name, facet in taxonomy.facets.items() if facet.ordered] == ["stage"]


def test_the_21_controls_are_exactly_those_of_the_design(taxonomy):
    assert [term.name for term in taxonomy.facets["control"].terms] == [control for layer in LAYERS.values() for control in layer]
    assert len(taxonomy.facets["control"].terms) == 21


def test_the_six_layers_hold_exactly_their_controls(taxonomy):
    assert {term.name: sorted(term.labels) for term in taxonomy.facets["layer"].terms} == {
        layer: sorted(controls) for layer, controls in LAYERS.items()
    }
    assert [term.name for term in taxonomy.facets["layer"].terms] == list(LAYERS)


def test_every_control_belongs_to_exactly_one_layer(taxonomy):
    layer = taxonomy.facets["layer"]
    assert {term.name: len(layer.terms_of([term.name])) for term in taxonomy.facets["control"].terms} == dict.fromkeys(
        (control for controls in LAYERS.values() for control in controls), 1
    )


@pytest.mark.parametrize("name", CLOSED)
def test_every_term_has_a_definition_of_its_own(taxonomy, name):
    facet = taxonomy.facets[name]
    assert facet.terms
    definitions = [term.definition for term in facet.terms]
    assert all(len(definition.split()) >= 4 for definition in definitions)
    assert [text for text, n in Counter(definitions).items() if n > 1] == []
    assert load_atlas().facet(name).definitions == {term.name: term.definition for term in facet.terms}


@pytest.mark.parametrize("field", sorted(set(LABEL_FIELDS) - {"companies"}))
def test_every_label_of_every_workflow_maps_to_a_term(taxonomy, entries, field):
    facets = taxonomy.readers(field)
    unmapped = {
        (entry.id, label) for entry in entries for label in entry.labels(field) if not any(facet.terms_of([label]) for facet in facets)
    }
    assert unmapped == set()


def test_a_requirement_names_one_of_the_21_controls(taxonomy, entries):
    names = {term.name for term in taxonomy.facets["control"].terms}
    assert {item.control for entry in entries for item in entry.infrastructure} <= names


@pytest.mark.parametrize("name", CLOSED)
def test_every_label_of_a_taxonomy_file_is_used_by_some_workflow(taxonomy, entries, name):
    facet = taxonomy.facets[name]
    used = {label.casefold() for entry in entries for label in entry.labels(facet.field)}
    assert [label for term in facet.terms for label in term.labels if label.casefold() not in used] == []


@pytest.mark.parametrize("name", CLOSED)
def test_every_term_describes_some_workflow(name):
    table = load_atlas().facet(name).table
    assert list(table.columns[~table.any()]) == []


@pytest.mark.parametrize("name", CLOSED)
def test_no_label_is_listed_twice_under_one_term(taxonomy, name):
    for term in taxonomy.facets[name].terms:
        assert len({label.casefold() for label in term.labels}) == len(term.labels)


def test_a_term_is_either_itself_or_its_labels_within_one_facet(taxonomy):
    # a facet in which some terms list labels and others do not hides a term whose labels were forgotten
    for name, facet in taxonomy.facets.items():
        assert len({bool(term.labels) for term in facet.terms}) <= 1, name


def test_a_label_means_its_terms_once_whatever_its_letter_case(taxonomy):
    layer = taxonomy.facets["layer"]
    assert layer.terms_of(["identity", "Scoped access", "METERING"]) == [
        "Scoped access and identities",
        "Usage, billing and operational telemetry",
    ]


def test_an_open_facet_takes_every_label_as_a_term(taxonomy):
    assert taxonomy.facets["company"].terms_of(["Nobody Inc"]) == ["Nobody Inc"]


def test_buyers_and_controls_are_each_read_by_two_facets(taxonomy):
    assert [facet.facet for facet in taxonomy.readers("buyers")] == ["buyer_function", "buyer_industry"]
    assert [facet.facet for facet in taxonomy.readers("controls")] == ["control", "layer"]


def test_facet_files_are_read_again_when_one_changes(tmp_path):
    path = tmp_path / "stage.yaml"
    path.write_text((PACKAGED / "stage.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    before = load_taxonomy(tmp_path)
    assert load_taxonomy(tmp_path) is before
    path.write_text(path.read_text(encoding="utf-8").replace("title: Stage", "title: Phase"), encoding="utf-8")
    assert [facet.title for facet in load_taxonomy(tmp_path).facets.values()] == ["Phase"]
