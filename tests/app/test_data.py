"""The Data page: every format, for all of it or for what the filter leaves."""

from __future__ import annotations

from io import BytesIO

import pandas as pd
import pytest
import yaml

from analysis import Selection
from atlas_data import load_atlas, read_atlas
from atlas_data.formats import FORMATS
from tests.app.conftest import ROOT, words


@pytest.fixture
def made(monkeypatch):
    """Every file behind a button, made as the browser asks for it."""
    import streamlit as st

    files = {}
    monkeypatch.setattr(st, "download_button", lambda label, data, key=None, **_: files.__setitem__(key, data))
    return lambda key: files[key]()


def test_the_whole_atlas_is_offered_in_every_format(visit, made):
    visit("data", stage=["Frontier"])
    for name in FORMATS:
        back = read_atlas(made(f"atlas-{name}"), f"x{FORMATS[name].ending}")
        assert len(back) == len(load_atlas())


def test_the_selection_is_offered_in_every_format(visit, made, pick):
    visit("data", category=["Frontier AI"], control=["Identity"], scope="selection")
    for name in FORMATS:
        back = read_atlas(made(f"atlas-{name}"), f"x{FORMATS[name].ending}")
        assert set(back.workflows.index) == pick(category=["Frontier AI"], control=["Identity"])


def test_an_empty_selection_offers_no_empty_file(visit):
    nothing = {"category": ["Frontier AI"], "stage": ["Established"]}
    assert not len(Selection(**nothing).ids(load_atlas()))
    app = visit("data", **nothing, scope="selection")
    assert not app.exception
    assert not any("atlas-package" in button.proto.id for button in app.get("download_button"))


def test_release_licence_citation_and_changelog_are_those_of_the_repository(visit, made):
    app = visit("data")
    said = words(app)
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert f"Release {citation['version']}" in said and "CC BY 4.0" in said
    assert f"release {citation['version']}. {citation['license']}" in said
    assert "600 lines of evidence" in said
    for name, path in (("CITATION.cff", "CITATION.cff"), ("LICENSE.txt", "LICENSE"), ("changelog.md", "docs/changelog.md")):
        assert made(f"document-{name}") == (ROOT / path).read_bytes()


def test_the_data_dictionary_describes_every_column(visit, made):
    visit("data")
    table = pd.read_csv(BytesIO(made("csv-dictionary")))
    assert {"workflows", "labels", "terms", "companies"} <= set(table["table"])
    assert table["meaning"].notna().all()
    assert made("document-data-dictionary.md") == (ROOT / "docs/data-dictionary.md").read_bytes()
