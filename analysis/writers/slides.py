"""A brief as slides: 16:9, charts that can be edited, speaker notes with the method and the numbers."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.slide import Slide
from pptx.util import Inches, Pt

from analysis.brief import Brief
from analysis.brief_parts import Cell, Chart, Section
from analysis.figures.style import THEMES
from analysis.writers.fitting import clean, height, lines, pages, pieces, shortened, width
from atlas_data.export import neutral

_WIDE, _HIGH, _MARGIN = 13.333, 7.5, 0.6
_ROOM = _WIDE - 2 * _MARGIN
_TOP, _BOTTOM = 1.95, 6.75  # of what stands between title and footer
_TABLE_TOP = 1.1
_COLUMN = 5.0  # of the text beside a chart
_GAP = 0.13  # between paragraphs
_FONT = "Arial"
_SIZES = (16, 14)  # of sentences: the second where the first would need another slide
_CELL = 11
_PAD, _ROW_PAD = 0.08, 0.05  # of a cell, sideways and above and below together
_TABLES = 4  # slides of one table
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_CHARTS = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_NO_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # PowerPoint's table style "No Style, No Grid"


def to_pptx(brief: Brief) -> bytes:
    """The brief as PPTX."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(_WIDE), Inches(_HIGH)
    deck.core_properties.title, deck.core_properties.author = clean(brief.title), "AI Production Atlas"
    deck.core_properties.comments = clean(f"{brief.scope}. {brief.source}.")
    _cover(deck, brief)
    for section in brief.sections:
        _section(deck, brief, section)
    file = BytesIO()
    deck.save(file)
    return file.getvalue()


def _cover(deck, brief: Brief) -> None:
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    band = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, 0, 0, Inches(0.22), Inches(_HIGH))
    band.fill.solid()
    band.fill.fore_color.rgb = _colour("@accent")
    band.line.fill.background()
    _text(slide, [clean("AI Production Atlas: brief")], (_MARGIN + 0.2, 1.3, _ROOM - 0.4, 0.4), 16, colour="@accent", bold=True)
    title = shortened(clean(brief.name), 36, _ROOM - 1, 3, bold=True)
    _text(slide, [title], (_MARGIN + 0.2, 1.8, _ROOM - 0.4, 2.0), 36, bold=True)
    about = [shortened(text, 18, _ROOM - 0.5, 3) for text in (f"Prepared for {clean(brief.prospect)}" if brief.prospect else "",) if text]
    about += [shortened(clean(brief.scope), 18, _ROOM - 0.5, 4)]
    _text(slide, about, (_MARGIN + 0.2, 3.95, _ROOM - 0.4, 2.4), 18)
    _text(slide, [clean(brief.source)], (_MARGIN + 0.2, 6.6, _ROOM - 0.4, 0.35), 12, colour="@muted")
    slide.notes_slide.notes_text_frame.text = clean(f"{brief.title}. {brief.scope}. {brief.basis} {brief.source}.")


def _section(deck, brief: Brief, section: Section) -> None:
    """The sentences with the chart beside them, then the table; without a chart the table begins under the sentences."""
    first, *others = (clean(sentence) for sentence in section.sentences)
    beside = section.chart is not None
    claim, said = (first, others) if _claim_size(first) else (section.heading, [first, *others])
    room, tall = (_COLUMN if beside else _ROOM), _BOTTOM - _TOP
    size = next((size for size in _SIZES if sum(_paragraph(text, size, room) for text in said) <= tall), _SIZES[0])
    parts = [piece for text in said for piece in pieces(text, size, room, tall - _GAP)]
    table = section.tabled and len(section.table) > 0
    for i, page in enumerate(pages(parts, lambda text: _paragraph(text, size, room), tall)):
        slide = _slide(deck, brief, section.heading + (", continued" if i else ""), claim)
        used = sum(_paragraph(text, size, room) for text in page)
        if page:
            _text(slide, page, (_MARGIN, _TOP, room, used), size, gap=_GAP)
        if beside and not i:
            place = (_MARGIN + _COLUMN + 0.4, _TOP, _ROOM - _COLUMN - 0.4, tall) if page else (_MARGIN, _TOP, _ROOM, tall)
            _draw(slide, section.chart, place)
        slide.notes_slide.notes_text_frame.text = _notes(brief, section)
    if table:
        under = not beside and used < tall / 2
        _tabulate(deck, brief, section, (slide, _TOP + used + 0.1) if under else None)


def _paragraph(text: str, size: float, room: float) -> float:
    return height(text, size, room) + _GAP


def _tabulate(deck, brief: Brief, section: Section, start: tuple[Slide, float] | None) -> None:
    """The table, on as many slides as it takes and no more than a few; ``start``: a slide with room from a height on."""
    headings, numeric = [clean(heading) for heading in section.headings()], section.numeric()
    widths = _widths(headings, section.rows(), section.wide())
    rows = [
        [Cell(shortened(clean(cell.text), _CELL, wide - 2 * _PAD - 0.02, 12), cell.links) for cell, wide in zip(row, widths, strict=True)]
        for row in section.rows()
    ]
    head = _head_height(headings, widths)
    room = _BOTTOM - 0.3 - head
    split = pages(rows, lambda row: _row_height(row, widths), room - _TABLE_TOP, room - start[1] if start else None)
    if start and not split[0]:
        start, split = None, split[1:]
    if not start and 1 < len(split) <= _TABLES:  # no slide with a single line
        need = [_row_height(row, widths) for row in rows]
        even = pages(rows, lambda row: _row_height(row, widths), min(sum(need) / len(split) + max(need), room - _TABLE_TOP))
        split = even if len(even) == len(split) else split
    for i, page in enumerate(split[:_TABLES]):
        if i or not start:
            part = f" ({i + 1} of {min(len(split), _TABLES)})" if len(split) > 1 else ""
            slide, top = _slide(deck, brief, "", f"{section.heading}{part}"), _TABLE_TOP
            slide.notes_slide.notes_text_frame.text = _notes(brief, section, numbers=False)
        else:
            slide, top = start
        _table(slide, headings, page, widths, numeric, top)
        if i == _TABLES - 1 and len(split) > _TABLES:
            left = f"{sum(map(len, split[_TABLES:])):,} more lines are in the workbook of this brief."
            _text(slide, [left], (_MARGIN, _BOTTOM - 0.25, _ROOM, 0.25), 12, colour="@muted")


def _slide(deck, brief: Brief, kicker: str, claim: str) -> Slide:
    """A slide with its heading, title and foot; without a heading the title stands higher, above a table."""
    slide = deck.slides.add_slide(deck.slide_layouts[5])  # "Title Only": outlines and screen readers find the title
    title = slide.shapes.title
    size = _claim_size(claim) or 20
    if kicker:
        _text(slide, [clean(kicker)], (_MARGIN, 0.4, _ROOM, 0.32), 14, colour="@accent", bold=True)
    _place(title, (_MARGIN, 0.75, _ROOM, 1.1) if kicker else (_MARGIN, 0.45, _ROOM, 0.55))
    _fill(title.text_frame, [clean(claim)], size, "@ink", True, 0)
    title.text_frame.vertical_anchor = MSO_ANCHOR.TOP
    foot = shortened(clean(brief.scope), 10, 6.6)
    _text(slide, [clean(brief.source)], (_MARGIN, 7.0, 4.7, 0.28), 10, colour="@muted")
    _text(slide, [foot], (_MARGIN + 4.8, 7.0, 6.7, 0.28), 10, colour="@muted", align=PP_ALIGN.RIGHT)
    _text(slide, [str(len(deck.slides))], (_WIDE - _MARGIN - 0.5, 7.0, 0.5, 0.28), 10, colour="@muted", align=PP_ALIGN.RIGHT)
    return slide


def _claim_size(claim: str) -> int:
    """The type size at which a claim fits above the body; 0 when it is too long for a title."""
    for size, most in ((24, 2), (20, 3)):
        if len(lines(claim, size, _ROOM - 0.1, bold=True)) <= most:
            return size
    return 0


def _draw(slide: Slide, chart: Chart, place: tuple[float, float, float, float]) -> None:
    """Bars of a brief as a chart that can be edited."""
    data = CategoryChartData(number_format="#,##0")
    data.categories = [neutral(clean(str(label))) for label in chart.values.index]
    data.add_series(neutral(clean(chart.title)), [int(value) for value in chart.values])
    drawn = slide.shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, *map(Inches, place), data).chart
    drawn.font.size, drawn.font.name, drawn.font.color.rgb = Pt(12), _FONT, _colour("@ink")
    drawn.has_legend, drawn.has_title = False, True
    drawn.chart_title.include_in_layout = False
    _fill(drawn.chart_title.text_frame, [clean(chart.title)], 12, "@muted", False, 0)
    names, values = drawn.category_axis, drawn.value_axis
    names.reverse_order, names.format.line.color.rgb = True, _colour("@grid")
    if len(chart.values) > 8 and max(width(str(label), 12) for label in chart.values.index) > 1.8:
        names.tick_labels.font.size = Pt(10)  # two lines of a long label fit beside its bar
    names.major_tick_mark = XL_TICK_MARK.NONE
    every = names._element.makeelement(f"{_CHARTS}tickLblSkip", {"val": "1"})  # else every other label of many is left out
    names._element.find(f"{_CHARTS}noMultiLvlLbl").addprevious(every)
    values.visible, values.has_major_gridlines, values.minimum_scale = False, False, 0
    values.tick_label_position = XL_TICK_LABEL_POSITION.NONE
    plot = drawn.plots[0]
    plot.gap_width, plot.has_data_labels = 45, True
    plot.data_labels.position, plot.data_labels.number_format = XL_LABEL_POSITION.OUTSIDE_END, "#,##0"
    plot.data_labels.number_format_is_linked = False
    for i, colour in enumerate(chart.colours):
        fill = plot.series[0].points[i].format.fill
        fill.solid()
        fill.fore_color.rgb = _colour(colour)


def _widths(headings: Sequence[str], rows: Sequence[Sequence[Cell]], wide: Sequence[bool]) -> list[float]:
    """Width of each column: what its text needs, up to a limit; long text shares the rest."""
    needed = [
        min(
            max(width(heading, _CELL, True), *(width(clean(row[i].text), _CELL) for row in rows)) + 2 * _PAD + 0.05,
            2.4 if any(wide) else 3.4,
        )
        for i, heading in enumerate(headings)
    ]
    fixed = sum(need for need, long in zip(needed, wide, strict=True) if not long)
    if not any(wide):
        return needed if fixed <= _ROOM else [need * _ROOM / fixed for need in needed]
    least = 1.6 * sum(wide)
    shrink = min(1.0, (_ROOM - least) / fixed) if fixed else 1.0
    share = (_ROOM - fixed * shrink) / sum(wide)
    return [share if long else need * shrink for need, long in zip(needed, wide, strict=True)]


def _row_height(row: Sequence[Cell], widths: Sequence[float]) -> float:
    return max(height(cell.text, _CELL, wide - 2 * _PAD - 0.02) for cell, wide in zip(row, widths, strict=True)) + _ROW_PAD


def _head_height(headings: Sequence[str], widths: Sequence[float]) -> float:
    pairs = zip(headings, widths, strict=True)
    return max(height(heading, _CELL, wide - 2 * _PAD - 0.02, True) for heading, wide in pairs) + _ROW_PAD


def _table(
    slide: Slide, headings: Sequence[str], rows: Sequence[Sequence[Cell]], widths: Sequence[float], numeric: Sequence[bool], top: float
) -> None:
    heights = [_head_height(headings, widths), *(_row_height(row, widths) for row in rows)]
    place = (_MARGIN, top, sum(widths), sum(heights))
    frame = slide.shapes.add_table(len(rows) + 1, len(headings), *map(Inches, place))
    frame._element.graphic.graphicData.tbl.tblPr.find(f"{_DRAWING}tableStyleId").text = _NO_STYLE
    for i, wide in enumerate(widths):
        frame.table.columns[i].width = Inches(wide)
    for i, row in enumerate([[Cell(heading) for heading in headings], *rows]):
        frame.table.rows[i].height = Inches(heights[i])
        for j, content in enumerate(row):
            cell = frame.table.cell(i, j)
            cell.margin_left = cell.margin_right = Inches(_PAD)
            cell.margin_top = cell.margin_bottom = Inches(_ROW_PAD / 2)
            _fill(cell.text_frame, [content.text], _CELL, "@ink", not i, 0, PP_ALIGN.RIGHT if numeric[j] else PP_ALIGN.LEFT)
            if content.links and i:
                _link(cell.text_frame.paragraphs[0], content)
            if not i or i % 2 == 0:
                cell.fill.solid()
                cell.fill.fore_color.rgb = _colour("@grid") if not i else RGBColor(0xF6, 0xF8, 0xFB)


def _link(paragraph, content: Cell) -> None:
    """Make each host named in a cell a link to its page."""
    names = content.text.split("; ")
    if len(names) == len(content.links):
        paragraph.clear()
        for i, (name, address) in enumerate(zip(names, content.links, strict=True)):
            run = paragraph.add_run()
            run.text = name
            run.hyperlink.address = clean(address)
            _type(run.font, _CELL, "@accent", False)
            if i < len(names) - 1:
                comma = paragraph.add_run()
                comma.text = "; "
                _type(comma.font, _CELL, "@ink", False)


def _text(
    slide: Slide, paragraphs: Sequence[str], place, size: float, colour: str = "@ink", bold: bool = False, gap: float = 0, align=None
) -> None:
    box = slide.shapes.add_textbox(*map(Inches, place))
    _fill(box.text_frame, paragraphs, size, colour, bold, gap, align)


def _fill(frame, paragraphs: Sequence[str], size: float, colour: str, bold: bool, gap: float, align=None) -> None:
    frame.word_wrap = True
    if hasattr(frame, "auto_size") and frame._txBody.tag.endswith("txBody"):
        frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    for i, text in enumerate(paragraphs):
        paragraph = frame.paragraphs[0] if not i else frame.add_paragraph()
        paragraph.alignment = align or PP_ALIGN.LEFT
        paragraph.space_after = Pt(gap * 72)
        run = paragraph.add_run()
        run.text = text
        _type(run.font, size, colour, bold)


def _type(font, size: float, colour: str, bold: bool) -> None:
    font.size, font.name, font.bold = Pt(size), _FONT, bold
    font.color.rgb = _colour(colour)


def _place(shape, place: tuple[float, float, float, float]) -> None:
    shape.left, shape.top, shape.width, shape.height = map(Inches, place)


def _colour(name: str) -> RGBColor:
    return RGBColor.from_string(THEMES["light"][name[1:]].removeprefix("#").upper())


def _notes(brief: Brief, section: Section, numbers: bool = True) -> str:
    """What a speaker may be asked: how it was computed, the numbers, where from."""
    said = [section.note] if section.note else []
    if numbers and section.chart is not None:
        said.append("Numbers: " + "; ".join(f"{label} {value}" for label, value in section.chart.values.items()) + ".")
    said += [f"{brief.scope}.", f"Source: {brief.source}."]
    return "\n".join(map(clean, said))
