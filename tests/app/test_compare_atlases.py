"""Comparing the packaged atlas with a file, and with an atlas of one's own."""

from __future__ import annotations

import pytest

from atlas_data import load_atlas
from atlas_data.formats import write_atlas
from tests.app.conftest import figure, words


@pytest.fixture
def compare(visit):
    def compare(content: bytes, name: str):
        app = visit("compare_atlases")
        app.file_uploader(key="other-file").set_value((name, content, "text/csv"))
        return app.run()

    return compare


def counted(app) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def test_without_another_atlas_the_page_asks_for_one(visit):
    app = visit("compare_atlases")
    assert "Bring a file to compare" in "\n".join(info.value for info in app.info)


def test_what_was_removed_and_how_shares_changed_is_shown(compare):
    atlas = load_atlas()
    kept = atlas.workflows.index[atlas.workflows["category"] != "Frontier AI"]
    app = compare(write_atlas(atlas, "package", kept), "later.zip")
    assert not app.exception
    assert counted(app) == {"Added": "0", "Removed": "18", "Moved": "0", "Changed": "0", "Vocabulary": "0"}
    assert set(app.dataframe[0].value.index) == set(atlas.workflows.index.difference(kept))
    dots = figure(app, "share-changes")["data"][0]
    control = atlas.facet("control").table
    for term, x in zip(dots["y"], dots["x"], strict=True):
        assert x == pytest.approx(control.loc[kept, term].mean() - control[term].mean(), abs=1e-6)
    app.selectbox(key="compare-before").set_value("The file: later").run()
    app.selectbox(key="compare-after").set_value("The packaged atlas").run()
    assert counted(app)["Added"] == "18"


def test_the_same_atlas_differs_in_nothing(compare):
    app = compare(write_atlas(load_atlas(), "jsonl"), "same.jsonl")
    assert not app.exception
    assert set(counted(app).values()) == {"0"}
    assert "No share of control changed" in "\n".join(str(info.proto) for info in app.info)


def test_an_atlas_in_use_is_compared_with_the_packaged_one(visit):
    app = visit("own")
    app.file_uploader(key="own-file").set_value(
        ("mine.csv", b"title,category,controls\nPay,Back <b>office,Identity;Four eyes\n", "text/csv")
    )
    app.run()
    app.button(key="own-use").click().run()
    app.switch_page("pages/compare_atlases.py").run()
    assert not app.exception
    assert counted(app)["Added"] == "1" and counted(app)["Removed"] == "207"
    assert "Four eyes" in figure(app, "share-changes")["data"][0]["y"]
    assert "<b>office" not in "".join(markdown.value for markdown in app.markdown if markdown.allow_html)
    assert "The filter does not apply here." in words(app)


def test_atlases_too_large_to_compare_entry_by_entry_are_not_read(compare, monkeypatch):
    atlas = load_atlas()
    monkeypatch.setattr("atlas_data.limits.MAX_WORKFLOWS", 206)
    app = compare(write_atlas(atlas, "package", atlas.workflows.index[:5]), "small.zip")
    assert not app.exception and any("compared one by one" in info.value for info in app.info) and not app.metric
