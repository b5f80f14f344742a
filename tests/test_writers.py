"""A brief as slides, page and workbook: what opens, fits, matches the frames and runs nothing."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO

import openpyxl
import pytest
from PIL import ImageFont
from pptx import Presentation
from pptx.util import Emu

from analysis import Selection
from analysis.brief import brief
from analysis.writers import fitting, to_html, to_pptx, to_workbook
from atlas_data import Workflow
from atlas_data.atlas import build_atlas
from atlas_data.taxonomy import load_taxonomy

HAVE = ("Identity", "Audit trail", "Evidence storage", "Review workflow", "Policy versioning", "Human override", "Scoped access")
CASES = {
    "insurance": (Selection(buyer_industry="Insurance"), HAVE),
    "frontier": (Selection(category="Frontier AI"), HAVE),
    "one": (Selection(workflow="ai-cpq-configuration-guidance"), ()),
    "all": (Selection(), HAVE),
    "three": (Selection(workflow=["ai-phishing-report-triage", "ai-cpq-configuration-guidance", "ai-customer-support-agents"]), ()),
}
EVIL = "=HYPERLINK('https://evil.example')<script>alert(1)</script> & <img src=https://evil.example/x.png>\x07"


@pytest.fixture(scope="module")
def briefs(atlas):
    return {name: brief(atlas, selection, prospect="Acme", have=have, day=date(2026, 11, 21)) for name, (selection, have) in CASES.items()}


@pytest.fixture(scope="module")
def decks(briefs):
    return {name: Presentation(BytesIO(to_pptx(made))) for name, made in briefs.items()}


@pytest.fixture(scope="module")
def hostile(small_entries):
    """An atlas and brief whose every free text is hostile, and long."""
    evil = EVIL.replace("\x07", "")
    entry = small_entries[0] | {"title": f"{evil} {'long ' * 10}"[:160], "summary": "W" * 1999, "why_it_matters": evil + " words" * 300}
    entry["risks"] = [{"text": f"=1+1 {evil} {'risk ' * 300}"[:1999], "family": "Physical safety"}]
    shown = {"evidence_url": "https://example.com/a?b=<b>", "evidence": "@SUM " + evil}
    entry["companies"] = [{"name": f"=cmd {evil}"[:160], "role": "vendor", **shown}]
    entries = [Workflow.model_validate(one) for one in (entry, *small_entries[1:])]
    atlas = build_atlas(entries, load_taxonomy(), "hostile", "1")
    return brief(atlas, Selection(), prospect=EVIL)


def shapes(deck):
    for number, slide in enumerate(deck.slides, start=1):
        for shape in slide.shapes:
            yield number, shape


def needed(frame, room: float) -> float:
    """Height of the text of a frame in inches, by a rule of thumb that owes nothing to the writer: half a square a letter."""
    tall = 0.0
    for paragraph in frame.paragraphs:
        size = max((run.font.size.pt for run in paragraph.runs if run.font.size), default=12)
        tall += max(1, -(-len(paragraph.text) * size * 0.45 // (room * 72))) * size * 1.17 / 72
    return tall


def test_no_text_overflows_its_frame_and_nothing_leaves_the_slide(decks, hostile):
    for deck in (*decks.values(), Presentation(BytesIO(to_pptx(hostile)))):
        for number, shape in shapes(deck):
            assert shape.left >= 0 and shape.top >= 0
            assert shape.left + shape.width <= deck.slide_width and shape.top + shape.height <= deck.slide_height, (number, shape.name)
            if shape.has_text_frame and shape.text_frame.text:
                assert needed(shape.text_frame, Emu(shape.width).inches) <= Emu(shape.height).inches + 0.06, (number, shape.text_frame.text)
            if shape.has_table:
                widths = [Emu(column.width).inches for column in shape.table.columns]
                for row in shape.table.rows:
                    need = max(needed(cell.text_frame, wide - 0.16) for cell, wide in zip(row.cells, widths, strict=True))
                    assert need <= Emu(row.height).inches * 1.04 + 0.02, (number, [cell.text for cell in row.cells])


def test_a_long_name_stays_in_its_box_on_the_cover(small_entries):
    title = f"{EVIL[:-1]} {'long ' * 10}"[:160]
    workflow = Workflow.model_validate(small_entries[0] | {"title": title})
    lone = build_atlas([workflow, Workflow.model_validate(small_entries[1])], load_taxonomy(), "long", "1")
    deck = Presentation(BytesIO(to_pptx(brief(lone, Selection(workflow=workflow.id), prospect=EVIL))))
    for shape in deck.slides[0].shapes:
        for paragraph in shape.text_frame.paragraphs if shape.text_frame.text else ():
            run = paragraph.runs[0]
            tall = fitting.height(run.text, run.font.size.pt, Emu(shape.width).inches, bool(run.font.bold))
            assert tall <= Emu(shape.height).inches, run.text


def test_nothing_overlaps(decks, hostile):
    for deck in (*decks.values(), Presentation(BytesIO(to_pptx(hostile)))):
        for slide in deck.slides:
            boxes = [
                (s.left, s.top, s.left + s.width, s.top + s.height, s.name)
                for s in slide.shapes
                if not (s.has_text_frame and not s.text_frame.text)
            ]
            for i, a in enumerate(boxes):
                for b in boxes[i + 1 :]:
                    across, down = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
                    assert across <= 0 or down <= Emu(9144 * 2), (a[4], b[4])


def test_charts_are_native_and_hold_the_numbers_of_the_frames(briefs, decks):
    for name, made in briefs.items():
        drawn = [shape.chart for _, shape in shapes(decks[name]) if shape.has_chart]
        asked = [section for section in made.sections if section.chart is not None]
        assert len(drawn) == len(asked) == (0 if made.n == 1 else len(asked))
        for chart, section in zip(drawn, asked, strict=True):
            values = section.chart.values
            assert list(chart.plots[0].categories) == list(values.index)
            assert list(chart.plots[0].series[0].values) == values.tolist()
            assert section.table.loc[values.index.intersection(section.table.index), values.name].tolist() == (
                values.tolist() if values.index.isin(section.table.index).all() else []
            )
            book = openpyxl.load_workbook(BytesIO(chart.part.chart_workbook.xlsx_part.blob))
            assert [row[1].value for row in book.active.iter_rows(min_row=2)] == values.tolist()


def test_each_slide_is_16_by_9_with_a_title_source_date_filter_and_notes(briefs, decks):
    for name, deck in decks.items():
        made = briefs[name]
        assert deck.slide_width * 9 == pytest.approx(deck.slide_height * 16, rel=1e-3)
        assert made.name in " ".join(s.text_frame.text for s in deck.slides[0].shapes if s.has_text_frame)
        for slide in list(deck.slides)[1:]:
            said = " ".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)
            assert made.source in said and "21 November 2026" in said
            assert made.scope[1:40] in said
            assert slide.shapes.title.text_frame.text
            assert made.source in slide.notes_slide.notes_text_frame.text
        notes = " ".join(slide.notes_slide.notes_text_frame.text for slide in deck.slides)
        assert all(section.note in notes for section in made.sections if section.note)


def test_every_sentence_is_on_the_slides_and_on_the_page(briefs, decks):
    def letters(text):
        return re.sub(r"\W", "", text)

    for name, made in briefs.items():
        on_slides = letters("".join(s.text_frame.text for _, s in shapes(decks[name]) if s.has_text_frame))
        on_page = letters(re.sub(r"&[#\w]+;", "", re.sub("<[^>]+>", "", to_html(made))))
        for section in made.sections:
            for sentence in section.sentences:
                assert letters(sentence) in on_slides
                assert letters(re.sub("[<>&'\"]", "", sentence)) in on_page


def test_long_tables_stop_and_say_where_the_rest_is(decks):
    said = [s.text_frame.text for _, s in shapes(decks["all"]) if s.has_text_frame]
    assert any(re.fullmatch(r"\d+ more lines are in the workbook of this brief\.", text) for text in said)


def test_the_page_loads_nothing_and_runs_nothing(briefs, hostile):
    for made in (*briefs.values(), hostile):
        html = to_html(made)
        tags = " ".join(re.findall(r"<[^>]+>", html))
        assert not re.search(r"@import|url\(", html[: html.index("</style>")])
        assert not re.search(r"\b(src|srcset|on\w+|style)=|javascript:", re.sub(r'aria-label="[^"]*"', "", tags))
        assert set(re.findall(r"<(\w+)", html)) <= set(
            [
                "html",
                "head",
                "meta",
                "title",
                "style",
                "body",
                "section",
                "h1",
                "h2",
                "p",
                "footer",
                "figure",
                "figcaption",
                "svg",
                "text",
                "rect",
                "div",
                "table",
                "thead",
                "tbody",
                "tr",
                "th",
                "td",
                "a",
            ]
        )
        assert all(link.startswith("http") for link in re.findall(r'href="([^"]*)"', html))
        assert "@page" in html and "break-inside" in html


def test_the_workbook_has_a_sheet_a_section_with_every_row(briefs):
    for made in briefs.values():
        book = openpyxl.load_workbook(BytesIO(to_workbook(made)))
        assert len(book.sheetnames) == len(made.sections) + 2
        for sheet, section in zip(book.sheetnames[1:-1], made.sections, strict=True):
            assert section.key == sheet.lower().replace(" ", "_")
            rows = list(book[sheet].iter_rows(values_only=True))
            assert len(rows) - 1 == len(section.table) and "index" not in rows[0]
            if section.key in ("controls", "risks"):
                assert [(row[0], row[1]) for row in rows[1:]] == list(section.table["count"].items())
                assert [row[2] for row in rows[1:]] == pytest.approx(section.table["share"].tolist())
        assert [row[0] for row in book["Workflows"].iter_rows(min_row=2, values_only=True)] == list(made.workflows.index)


def test_formulas_and_markup_in_names_are_text_everywhere(hostile):
    book = openpyxl.load_workbook(BytesIO(to_workbook(hostile)))
    cells = [cell for page in book for row in page.iter_rows() for cell in row]
    assert any(str(cell.value).startswith("=cmd") for cell in cells)
    assert not any(cell.data_type == "f" or cell.hyperlink for cell in cells)
    deck = Presentation(BytesIO(to_pptx(hostile)))
    for _, shape in shapes(deck):
        if shape.has_chart:
            embedded = openpyxl.load_workbook(BytesIO(shape.chart.part.chart_workbook.xlsx_part.blob))
            assert not any(cell.data_type == "f" for row in embedded.active.iter_rows() for cell in row)
    said = " ".join(shape.text_frame.text for _, shape in shapes(deck) if shape.has_text_frame)
    assert "<script>alert(1)</script>" in said and "\x07" not in said


def test_estimated_widths_are_those_of_a_typeface_of_arials_widths():
    for path in ("LiberationSans-Regular.ttf", "Arial.ttf", "arial.ttf"):
        try:
            font = ImageFont.truetype(path, 1000)
            break
        except OSError:
            continue
    else:
        pytest.skip("no typeface with the widths of Arial on this machine")
    for text in ("Evidence storage is required most, by 121 of 207 workflows (58%).", "WAVE @ 100% MÜHLE", "il|jft.,;:"):
        exact = font.getlength(text, features=["-kern"]) / 1000 * 16 / 72 if hasattr(font, "getlength") else 0
        assert exact <= fitting.width(text, 16) <= exact * 1.12


def test_text_is_cut_and_broken_without_losing_words():
    text = "Every word of this sentence is kept " * 20
    assert " ".join(fitting.pieces(text, 16, 5, 1.0)) == " ".join(text.split())
    assert all(fitting.height(piece, 16, 5) <= 1.0 for piece in fitting.pieces(text, 16, 5, 1.0))
    assert fitting.lines("W" * 100, 16, 2) != ["W" * 100] and "".join(fitting.lines("W" * 100, 16, 2)) == "W" * 100
    assert fitting.shortened("short", 16, 5) == "short" and fitting.shortened(text, 16, 5).endswith("…")
    assert fitting.shortened("", 10, 1) == "" and fitting.clean("a\x00b\nc\ud800") == "a b c"
