"""A brief as one web page that opens without a network and prints well on A4 and Letter."""

from __future__ import annotations

from html import escape

from analysis.brief import Brief
from analysis.brief_parts import Cell, Chart, Section
from analysis.figures.style import FONT, THEMES
from analysis.writers.fitting import shortened

_LIGHT = THEMES["light"]
_STYLE = f"""
@page {{ margin: 18mm 16mm 20mm; @bottom-left {{ content: "AI Production Atlas: brief"; font: 9pt {FONT}; color: {_LIGHT["muted"]}; }}
  @bottom-right {{ content: counter(page) " of " counter(pages); font: 9pt {FONT}; color: {_LIGHT["muted"]}; }} }}
body {{ font: 11pt/1.45 {FONT}; color: {_LIGHT["ink"]}; background: {_LIGHT["surface"]}; max-width: 190mm; margin: 2rem auto;
  padding: 0 1rem; overflow-wrap: anywhere; }}
h1 {{ font-size: 1.9rem; line-height: 1.15; margin: 0.2rem 0 0.6rem; }}
h2 {{ font-size: 1.2rem; margin: 2rem 0 0.5rem; padding-top: 0.6rem; border-top: 2px solid {_LIGHT["accent"]}; break-after: avoid; }}
.kicker {{ color: {_LIGHT["accent"]}; font-weight: 600; margin: 0; }}
.claim {{ font-weight: 600; }}
p {{ margin: 0 0 0.45rem; orphans: 3; widows: 3; }}
.note, footer {{ color: {_LIGHT["muted"]}; font-size: 9pt; }}
figure {{ margin: 0.8rem 0; break-inside: avoid; }}
figcaption {{ color: {_LIGHT["muted"]}; font-size: 9.5pt; }}
svg {{ width: 100%; height: auto; display: block; }}
.scroll {{ overflow-x: auto; }}
table {{ border-collapse: collapse; width: 100%; font-size: 9pt; margin: 0.6rem 0; overflow-wrap: normal; }}
th {{ text-align: left; border-bottom: 1.5px solid {_LIGHT["muted"]}; }}
th, td {{ padding: 3px 10px 3px 0; vertical-align: top; }}
td {{ border-bottom: 1px solid {_LIGHT["grid"]}; }}
td.wide {{ overflow-wrap: anywhere; min-width: 9rem; }}
.number {{ text-align: right; white-space: nowrap; }}
thead {{ display: table-header-group; }} tr {{ break-inside: avoid; }}
a {{ color: {_LIGHT["accent"]}; }}
@media print {{ body {{ margin: 0; padding: 0; max-width: none; font-size: 10pt; }} .scroll {{ overflow: visible; }}
  a {{ text-decoration: none; }} }}
"""
_LABEL, _BAR, _ROW = 280, 400, 22  # of a chart, in units of its own


def to_html(brief: Brief) -> str:
    """The brief as HTML: no script, nothing loaded from anywhere; links to evidence open when clicked."""
    about = f"Prepared for {brief.prospect}. " if brief.prospect else ""
    head = [
        '<p class="kicker">AI Production Atlas: brief</p>',
        f"<h1>{escape(brief.title)}</h1>",
        f"<p>{escape(about)}{escape(brief.scope)}.</p>",
        f'<p class="note">{escape(brief.source)}. {escape(brief.basis)}</p>',
    ]
    body = [*head, *map(_section, brief.sections)]
    body.append(f"<footer><p>{escape(brief.source)}. {escape(brief.scope)}.</p></footer>")
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(brief.title)}</title><style>{_STYLE}</style></head><body>{''.join(body)}</body></html>"
    )


def _section(section: Section) -> str:
    first, *others = section.sentences
    parts = [f'<p class="claim">{escape(first)}</p>', *(f"<p>{escape(sentence)}</p>" for sentence in others)]
    if section.chart is not None:
        parts.append(_bars(section.chart))
    if len(section.table):
        parts.append(_table(section))
    if section.note:
        parts.append(f'<p class="note">{escape(section.note)}</p>')
    return f"<section><h2>{escape(section.heading)}</h2>{''.join(parts)}</section>"


def _bars(chart: Chart) -> str:
    """Bars as vector graphics, which browsers print where they drop backgrounds."""
    most = max(int(chart.values.max()), 1)
    marks = []
    for i, ((label, value), colour) in enumerate(zip(chart.values.items(), chart.colours, strict=True)):
        y, long = i * _ROW, max(_BAR * int(value) / most, 1)
        name = shortened(str(label), 12, 0.8 * _LABEL / 72)  # typefaces differ: a fifth of the room is kept free
        marks.append(
            f'<text x="{_LABEL - 8}" y="{y + 15}" text-anchor="end">{escape(name)}</text>'
            f'<rect x="{_LABEL}" y="{y + 4}" width="{long:.1f}" height="{_ROW - 7}" rx="2" fill="{_LIGHT[colour[1:]]}"/>'
            f'<text x="{_LABEL + long + 6:.1f}" y="{y + 15}">{int(value):,}</text>'
        )
    size = f"0 0 {_LABEL + _BAR + 50} {_ROW * len(chart.values) + 4}"
    alt = f"{chart.title}: " + ", ".join(f"{label} {value}" for label, value in chart.values.items())
    drawn = f'<svg viewBox="{size}" role="img" aria-label="{escape(alt)}" font-size="12" fill="{_LIGHT["ink"]}">{"".join(marks)}</svg>'
    return f"<figure><figcaption>{escape(chart.title)}</figcaption>{drawn}</figure>"


def _table(section: Section) -> str:
    kinds = ["number" if number else "wide" if wide else "" for number, wide in zip(section.numeric(), section.wide(), strict=True)]
    head = "".join(f'<th class="{kind}">{escape(heading)}</th>' for kind, heading in zip(kinds, section.headings(), strict=True))
    body = "".join(
        "<tr>" + "".join(f'<td class="{kind}">{_cell(cell)}</td>' for kind, cell in zip(kinds, row, strict=True)) + "</tr>"
        for row in section.rows()
    )
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _cell(cell: Cell) -> str:
    names = cell.text.split("; ")
    if not cell.links or len(names) != len(cell.links):
        return escape(cell.text)
    return "; ".join(
        f'<a href="{escape(link)}" rel="noopener noreferrer">{escape(name)}</a>' for name, link in zip(names, cell.links, strict=True)
    )
