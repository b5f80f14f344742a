"""Canonical text: writing what was read changes nothing."""

from __future__ import annotations

import pytest

from atlas_data import Workflow, load_atlas
from atlas_data.reading import read_yaml
from atlas_data.taxonomy import FacetFile
from atlas_data.validation import slug
from atlas_data.writing import dump_entry, dump_facet


def test_every_packaged_file_is_in_canonical_form(packaged):
    atlas = load_atlas()
    differ = []
    for name in atlas.workflows.index:
        entry = atlas.entry(name)
        path = packaged / "workflows" / slug(entry.category) / f"{name}.yaml"
        if path.read_bytes().decode() != dump_entry(entry):
            differ.append(path.name)
    assert not differ


@pytest.mark.parametrize("name", list(load_atlas().taxonomy.facets))
def test_every_packaged_facet_survives_a_file(tmp_path, name):
    facet = load_atlas().taxonomy.facets[name]
    path = tmp_path / f"{name}.yaml"
    path.write_bytes(dump_facet(facet).encode())
    assert FacetFile.model_validate(read_yaml(path, path.name)[0]) == facet


HOSTILE = ["no", "12", "2026-01-02", "- x", "a: b", "#x", "a\nb", "a\r\nb", "'\"\\", "=1+1", "x" * 900]
HOSTILE += ["\x85x\u2028y\ufeffz\x07", "🧾 \u202eabc"]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_survives_a_file(tmp_path, text):
    entry = load_atlas().entry("ai-accounts-payable-invoice-approval")
    entry = Workflow.model_validate(entry.model_dump() | {"summary": text, "buyers": [text[:100], "Finance"]})
    path = tmp_path / "entry.yaml"
    path.write_bytes(dump_entry(entry).encode())
    content, problems = read_yaml(path, "entry.yaml")
    assert not problems
    assert Workflow.model_validate(content) == entry


def test_a_facet_survives_a_file(tmp_path):
    facet = FacetFile(facet="no", title="12", definition="a\n b: c", field="buyers", open=True)
    path = tmp_path / "no.yaml"
    path.write_bytes(dump_facet(facet).encode())
    assert FacetFile.model_validate(read_yaml(path, "no.yaml")[0]) == facet
