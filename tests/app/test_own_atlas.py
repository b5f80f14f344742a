"""Bringing an atlas of one's own: read or refused with the reasons, used on every page, gone when it is put away."""

from __future__ import annotations

import json

import pytest

from atlas_data import load_atlas
from atlas_data.formats import FORMATS, write_atlas
from pages.parts import elsewhere, state
from tests.app.conftest import PAGES, words

SHEET = b"""title,category,stage,controls,buyers
Pay bills,Back office,Scaling,Identity;Four eyes,Finance
Rule <b>,Regulated AI,Frontier,Identity,Legal
"""


@pytest.fixture
def bring(visit):
    """Open the page and give it a file."""

    def bring(content: bytes, name: str = "mine.csv", **parameters):
        app = visit("own", **parameters)
        app.file_uploader(key="own-file").set_value((name, content, "application/octet-stream"))
        return app.run()

    return bring


@pytest.fixture
def using(bring):
    """A visitor who looks at an atlas of their own."""

    def using(content: bytes = SHEET, name: str = "mine.csv", **parameters):
        app = bring(content, name, **parameters)
        assert not app.exception
        return app.button(key="own-use").click().run()

    return using


def to(app, page: str):
    app.switch_page(f"pages/{page}.py").run()
    assert not app.exception, [error.message for error in app.exception]
    return app


def test_a_sheet_becomes_the_atlas_of_this_visitor_alone(using, visit):
    app = using()
    assert "Your atlas: mine (2 workflows)" in _badge(app)
    said = words(to(app, "workflows"))
    assert "**2 workflows**" in said and "Your atlas: mine" in _badge(app)
    assert "A link you copy opens the packaged atlas for others." in said
    assert "**207 workflows**" in words(visit("workflows"))
    assert len(state.served()) == 207


def test_a_chart_of_ones_own_says_what_its_link_opens_and_whose_data_it_shows(using, visit):
    sent = json.loads(to(using(), "matrices").get("bidi_component")[0].proto.bytes)
    assert sent["linked"] == "Link copied. It opens the packaged atlas for others"
    assert sent["source"].startswith("Own atlas “mine”")
    assert json.loads(visit("matrices").get("bidi_component")[0].proto.bytes)["linked"] == "Link copied"


def test_the_way_back_leads_to_the_packaged_atlas(using):
    app = to(using(), "overview")
    app.button(key="own-back").click().run()
    assert not app.exception
    assert "**207 workflows**" in words(app) and not _badge(app)


def test_every_page_shows_an_atlas_of_two_workflows(using):
    app = using()
    for page in PAGES:
        assert "**2 workflows**" in words(to(app, page))


@pytest.mark.parametrize("page", ["matrices", "companies"])
def test_the_way_back_is_open_on_every_page_and_drops_terms_of_ones_own(using, page):
    app = to(using(), page)
    app.multiselect(key="control").set_value(["Identity", "Four eyes"]).run()
    assert not app.exception
    app.button(key="own-back").click().run()
    assert not app.exception
    assert "does not have `Four eyes`" in _warned(app)
    with_identity = load_atlas().facet("control").table["Identity"].sum()
    assert f"**{with_identity}** of 207 workflows" in words(app)


def test_a_filter_that_the_new_atlas_lacks_is_dropped_with_a_notice(using):
    vocabulary, *rest = write_atlas(load_atlas(), "jsonl", ["ai-phishing-report-triage"]).decode().split("\n")
    facets = [facet for facet in json.loads(vocabulary)["taxonomy"] if facet["facet"] not in ("company", "buyer_industry", "reviewer_role")]
    narrow = "\n".join([json.dumps({"taxonomy": facets}), *rest]).encode()
    app = using(narrow, "narrow.jsonl", company=["Xovis"], buyer_industry=["Insurance"], stage=["Scaling"])
    assert not app.exception
    assert "does not have `Xovis`" in _warned(app)
    app.button(key="clear-filter").click().run()
    for page in PAGES:
        to(app, page)
    assert not _warned(to(app, "overview"))
    app.button(key="own-back").click().run()
    assert not app.exception


def test_the_name_of_an_atlas_is_shown_as_it_is_and_its_brief_names_no_addresses(using, visit, monkeypatch):
    monkeypatch.setattr(elsewhere, "root", lambda: "https://atlas.example/")
    app = using(name="own [v2](x) **b**.csv")
    assert "own \\[v2\\](x) \\*\\*b\\*\\*" in _badge(app)
    for brief, addressed in ((visit("brief", stage=["Frontier"]), True), (to(app, "brief"), False)):
        brief.session_state["table-sources"] = True
        sources = brief.run().dataframe[-1].value
        assert ("page" in sources) == addressed
    assert sorted(sources["title"]) == ["Pay bills", "Rule <b>"]


def test_columns_of_other_names_are_asked_for_with_a_suggestion(bring):
    app = bring(b"Use case,Category,Control,Colour\nPay bills,Back office,Identity,red\n", "ours.csv")
    choices = {box.label: box.value for box in app.selectbox}
    assert choices == {"Use case": "", "Control": "controls", "Colour": ""}
    assert "Still needed: title and controls." in words(app)
    box = next(box for box in app.selectbox if box.label == "Use case")
    assert "title (needed)" in box.options
    box.set_value("title")
    app.form_submit_button[0].click().run()
    assert not app.exception
    assert "1 workflow" in _success(app)
    app.button(key="own-use").click().run()
    assert "Your atlas: ours (1 workflow)" in _badge(app)


def test_problems_are_reported_by_row_and_field_and_can_be_downloaded(bring):
    app = bring(b"title,category,controls,date\nPay,,Identity,2026-02-30\nPay,Back office,Identity,2026-02-03\n")
    assert "mend the file" in app.error[0].value
    table = app.dataframe[0].value
    assert ("mine.csv", 2, "category") in set(zip(table["file"], table["row"], table["field"], strict=True))
    assert any("csv-own-problems" in button.proto.id for button in app.get("download_button"))
    assert "own-use" not in {button.key for button in app.button}


def test_warnings_are_shown_and_do_not_stop_anyone(bring):
    app = bring(SHEET)
    reasons = app.dataframe[0].value["reason"].str.cat(sep="\n")
    assert "'Four eyes' is not in the vocabulary and became a term of its own (Control)" in reasons
    assert f"{len(app.dataframe[0].value)} warnings" in _success(app)


def test_a_file_that_is_no_atlas_is_refused_with_the_reason(bring):
    app = bring(SHEET)
    for name, content, told in (
        ("x.csv", b"", "is empty"),
        ("x.pdf", b"%PDF-1.7", "is a PDF"),
        ("x.xlsx", b"PK\x03\x04broken", "is not a readable archive"),
        ("x.jsonl", b"{", "is not valid JSON"),
        ("<b>.csv", b"titel\nx\n", "is a needed column and missing"),
    ):
        app.file_uploader(key="own-file").set_value((name, content, "text/csv")).run()
        if not app.error:
            app.form_submit_button[0].click().run()
        assert not app.exception
        assert told in app.dataframe[0].value["reason"].str.cat(sep="\n")


def test_every_export_can_be_brought_back(bring):
    ids = load_atlas().workflows.index[:3]
    app = bring(SHEET)
    for format in FORMATS.values():
        file = (f"part{format.ending}", write_atlas(load_atlas(), format.name, ids), "application/octet-stream")
        app.file_uploader(key="own-file").set_value(file).run()
        assert not app.exception and not app.error
        assert "3 workflows" in _success(app) and "0 warnings" in _success(app)


def test_only_formats_with_the_vocabulary_are_said_to_come_back_whole(visit):
    said = words(visit("own"))
    [whole] = [line for line in said.splitlines() if "comes back whole" in line]
    assert {format.title for format in FORMATS.values() if format.title in whole} == {f.title for f in FORMATS.values() if f.whole}


def test_nothing_a_visitor_brings_is_written_to_disk(using, tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    to(using(), "overview")
    assert not list(tmp_path.iterdir())


def _badge(app) -> str:
    return "\n".join(markdown.value for markdown in app.markdown if "Your atlas:" in markdown.value)


def _warned(app) -> str:
    return "\n".join(warning.value for warning in app.warning)


def _success(app) -> str:
    return "\n".join(box.value for box in app.success)
