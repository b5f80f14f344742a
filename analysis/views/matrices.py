"""Any facet by any facet."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from analysis.axes import MOST_PAIRS, Axis, axis, opened
from analysis.blocks import blocks
from analysis.counting import total
from analysis.difference import SHARES, Difference, difference
from analysis.figures.blocks import block_bars
from analysis.figures.heatmap import LABELS, difference_heatmap, matrix_heatmap
from analysis.figures.panels import side_by_side, sizes, small_multiples
from analysis.matrix import FEW_EXPECTED, MEASURES, CrossTable, cross
from analysis.matrix_headlines import blocks_headline, difference_headline, matrix_headline
from analysis.ordering import MATRIX_ORDERS, present_in_order
from analysis.panels import panel_cells, panels
from analysis.selection import Selection
from analysis.views.view import Choice, Column, View, Whole, facets, terms, unanswered, view
from analysis.words import inside, listed, plural
from atlas_data import Atlas

_OF = {"n": "share of workflows", "row": "share of row", "column": "share of column"}
_GROUPS = ("category", "stage", "buyer_function", "buyer_industry")
_FORMATS = {"count": "%d", "row_share": "percent", "column_share": "percent", "p": "%.3g", "q": "%.3g"}
_ABOUT = {
    "row_total": "Workflows of the row", "column_total": "Workflows of the column", "n": "All workflows", "few": "Few expected",
    "row_share_low": "Share of row, low end", "row_share_high": "Share of row, high end",
}  # fmt: skip
CELLS = {name: Column(LABELS[name], _FORMATS.get(name, "%.2f"), text) for name, text in MEASURES.items()} | {
    name: Column(label, "percent" if "share" in name else None) for name, label in _ABOUT.items()
}  # how the columns of CrossTable.cells read
_LIFTED = " Colours follow its logarithm, half a workflow added to both counts, so that cells with few expected stay pale."
_METHODS = {"log_odds_low": "log-odds", "log_odds_high": "log-odds"}  # the others have a paragraph of their own


def _label(measure: str) -> str:
    """A measure's name inside a sentence."""
    return inside(LABELS[measure]) + (" in %" if measure.endswith("share") else "")


def _inside(atlas: Atlas) -> dict[str, str]:
    found = {group: group for name in atlas.facets for group in opened(atlas, name)}
    return {"all": "All"} | found


def _then(atlas: Atlas) -> dict[str, str]:
    return {"none": "Nothing"} | facets(atlas)


def _present(*names: str, **first: str):
    return lambda atlas: first | {name: atlas.facet(name).title for name in names if name in atlas.facets}


SIMPLE = [
    Choice("rows", "Rows", facets, "buyer_function"),
    Choice("columns", "Columns", facets, "control"),
    Choice("measure", "Measure", LABELS, help=" ".join(f"**{LABELS[key]}**: {text}" for key, text in MEASURES.items())),
    Choice("sort", "Order", MATRIX_ORDERS, "similarity"),
]
SIZES = [
    Whole("top_rows", "Rows shown at most", 30, 1, 100),
    Whole("top_columns", "Columns shown at most", 30, 1, 100),
    Whole("support", "Workflows a term needs", 1, 1, 999_999_999),
]
SIDES = [
    Choice("rows_within", "Rows from one group", _inside, help="Shows the controls of one layer, also when the rows are layers."),
    Choice("rows_then", "Inside each row", _then, help="Rows become the pairs of terms that occur, such as category › stage."),
    Choice("columns_within", "Columns from one group", _inside, help="Shows the controls of one layer, also when the columns are layers."),
    Choice("columns_then", "Inside each column", _then, help="Columns become the pairs of terms that occur."),
]
COMPARING = [
    Choice("against", "Compare the filter with", _present(*_GROUPS, none="Nothing", rest="The rest, outside the filter")),
    *(Choice(f"against_{group}", group.replace("_", " ").capitalize(), terms(group)) for group in _GROUPS),
    Choice(
        "shown", "Show", {"difference": "Difference", "both": "Both"}, help="Both: each side's shares beside their difference.", switch=True
    ),
]
SHOWING = [
    Choice("multiples", "One matrix for each", _present("category", "stage", none="None")),
    Choice("totals", "Totals beside it", {"hide": "Hide", "show": "Show"}, switch=True),
]


@view("matrix", page="matrices", parameters=[*SIMPLE, *SIZES, *SIDES, *COMPARING, *SHOWING])
def matrix(
    atlas: Atlas, selection: Selection, measure: str, sort: str, against: str, shown: str, multiples: str, totals: str, **more: str | int
) -> View:
    """Who needs what: the cells of two facets under a measure; against another selection; or for each category or stage."""
    sides = _sides(atlas, more)
    if against != "none":
        return _compared(atlas, selection, sides, measure, sort, against, shown, more)
    n = total(atlas, selection)
    table = cross(atlas, *sides, selection)
    rows, columns = _shown(table, sort, more)
    if not len(rows):
        return _too_few(n)
    subtitle = f"{sides[0].title} by {sides[1].title.lower()}: {_label(measure)}"
    hidden = _hidden(sides, rows, columns)
    if multiples != "none":
        return _multiplied(atlas, selection, table, rows, columns, measure, multiples, subtitle, _code(more, sort), hidden)
    bounds = _bounds(table, more) if sort == "blocks" else ()
    figure = matrix_heatmap(table, measure, rows, columns, bounds, totals == "show")
    return View(
        title=matrix_headline(table, measure),
        subtitle=subtitle,
        n=n,
        figure=figure,
        numbers=partial(table.cells, rows, columns),
        opens=(*sides[0].facets, *sides[1].facets),
        note=f"{MEASURES[measure]} A dot marks q < 0.05 ({plural(figure['marked'], 'cell')}); italics mark cells where fewer than "
        f"{FEW_EXPECTED:.0f} are expected ({figure['few']}), to be read with care."
        + (_LIFTED if measure == "lift" else "")
        + hidden
        + _not_tested(table)
        + (" Borders are blocks of rows and columns that go together." if bounds else "")
        + (" Bars count the workflows of each row and column; one workflow may be in several." if totals == "show" else ""),
        alt=f"Heatmap of {sides[0].title.lower()} by {sides[1].title.lower()}, {_label(measure)}.",
        method=_METHODS.get(measure, measure.replace("_", "-")),
        columns=CELLS,
        code=f"{_code(more, sort)}table = found.cells(rows, columns)",
    )


def _multiplied(
    atlas: Atlas, selection: Selection, table: CrossTable, rows: pd.Index, columns: pd.Index, measure: str, by: str, subtitle: str,
    code: str, hidden: str,
) -> View:  # fmt: skip
    found = panels(atlas, *table.axes, by, selection)
    figure = small_multiples(found, measure, rows, columns)
    title = atlas.facet(by).title.lower()
    return View(
        title=f"{matrix_headline(table, measure)}, over {plural(len(found), title, _many(title))}",
        subtitle=f"{subtitle}, a matrix for each {title} on one colour scale",
        n=table.n,
        figure=figure,
        numbers=partial(panel_cells, found, by, rows, columns),
        opens=(*table.axes[0].facets, *table.axes[1].facets, by),
        note=f"{MEASURES[measure]} A dot marks q < 0.05, taken over the cells of all matrices together "
        f"({plural(figure['marked'], 'cell')}).{sizes(found)}{_LIFTED if measure == 'lift' else ''}{hidden}{_not_tested(table)}",
        alt=f"A heatmap for each {title}: {subtitle}.",
        method="matrices",
        columns=CELLS,
        code=f"from analysis import panel_cells, panels\n{code}divided = panels(atlas, *found.axes, {by!r}, selection)\n"
        f"table = panel_cells(divided, {by!r}, rows, columns)",
    )


def _compared(
    atlas: Atlas, selection: Selection, sides: tuple[Axis, Axis], measure: str, sort: str, against: str, shown: str, more: dict
) -> View:
    n = total(atlas, selection)
    term = more.get(f"against_{against}")
    other = Selection(**{against: [term]}) if term else "rest"
    share = {"row_share": "row", "column_share": "column"}.get(measure, "n")
    found = difference(atlas, *sides, selection, other, share)
    if not found.first.n or not found.second.n:
        return unanswered(
            "There is nothing to compare with", n, "Set a filter that leaves some workflows out, or compare it with another term."
        )
    rows, columns = _shown(found.pooled, sort, more)
    if not len(rows):
        return _too_few(n)
    names = _names(found, n, term or "the rest", bool(selection))
    bounds = _bounds(found.pooled, more) if sort == "blocks" else ()
    drawn = side_by_side(found, rows, columns, names) if shown == "both" else difference_heatmap(found, rows, columns, names, bounds)
    asked = f"Selection({against}=[{term!r}])" if term else "'rest'"
    sizes_said = f"{names[0]} ({plural(found.first.n, 'workflow')}) less {names[1]} ({plural(found.second.n, 'workflow')})"
    return View(
        title=difference_headline(found, names, [term for side in sides for name in side.facets for term in selection.decided(name)]),
        subtitle=f"{sides[0].title} by {sides[1].title.lower()}: {_OF[share]}, {sizes_said}, percentage points",
        n=n,
        figure=drawn,
        numbers=partial(found.cells, rows, columns),
        opens=(*sides[0].facets, *sides[1].facets),
        note=f"{SHARES[share]} Orange: more in {names[0]}; blue: less. A dot marks q < 0.05 ({plural(drawn['marked'], 'cell')}, Fisher's "
        f"exact test between the two); "
        + ("italics mark cells where" if drawn.get("numbered", True) else "the table says where")
        + f" fewer than {FEW_EXPECTED:.0f} would be expected in one of them ({plural(drawn['few'], 'cell')})."
        + (
            f" {plural(found.joint, 'workflow')} in both {'counts' if found.joint == 1 else 'count'} on one side only."
            if found.joint
            else ""
        )
        + _empty(found, rows, columns)
        + _hidden(sides, rows, columns)
        + " A click opens the workflows within the filter.",
        alt=f"Heatmap of the difference between {names[0]} and {names[1]}: {sides[0].title.lower()} by {sides[1].title.lower()}.",
        method="difference-of-two-selections",
        columns={
            **{f"{side}share": Column(f"{side.replace('_', ' ').capitalize()}share".capitalize(), "percent") for side in ("", "other_")},
            **{name: Column(name.capitalize(), "percent") for name in ("difference", "low", "high")},
            **{name: Column(name, "%.3g") for name in ("p", "q")},
        },
        code="from analysis import Selection, axis, difference, present_in_order\n\n"
        f"found = difference(atlas, {_side_code(more, 'rows')}, {_side_code(more, 'columns')}, selection, {asked}, share={share!r})\n"
        f"{_shown_code('found.pooled', sort, more)}table = found.cells(rows, columns)",
    )


def _written_out(found: pd.DataFrame) -> pd.DataFrame:
    return found.assign(**{side: found[side].map("; ".join) for side in ("rows", "columns")})


@view("blocks", page="matrices", parameters=[p for p in [*SIMPLE, *SIZES, *SIDES] if p.name not in ("measure", "sort")])
def block_densities(atlas: Atlas, selection: Selection, **more: str | int) -> View:
    """The blocks of a matrix: their rows, their columns, how dense they are inside and outside."""
    sides = _sides(atlas, more)
    n = total(atlas, selection)
    table = cross(atlas, *sides, selection)
    shown = _shown(table, "taxonomy", more)
    if not len(shown[0]):
        return _too_few(n)
    found = blocks(table, *shown)
    if len(found) < 2:
        return unanswered(blocks_headline(found), n, "Blocks need at least two rows and two columns that differ in what they go with.")
    tried = ", ".join(f"{number}: {value:.3f}" for number, value in found.attrs["tried"].items())
    return View(
        title=blocks_headline(found),
        subtitle=f"Blocks of {sides[0].title.lower()} by {sides[1].title.lower()}",
        n=n,
        figure=block_bars(found),
        numbers=partial(_written_out, found),
        note=f"Of the divisions found into 2 to 8 blocks the one with the largest bipartite modularity is taken ({tried}). "
        "0 means no more inside blocks than the totals of rows and columns give. Blocks describe; they are not tested.",
        alt="Bars: density of each block inside, with a mark for the density outside.",
        method="blocks",
        columns={
            "rows": Column("Rows", wide=True), "columns": Column("Columns", wide=True), "inside": Column("Inside", "percent"),
            "outside": Column("Outside", "percent"), "lift": Column("Lift", "%.2f"), "modularity": Column("Modularity", "%.3f"),
        },
        code=f"from analysis import blocks\n{_code(more, 'taxonomy')}table = blocks(found, rows, columns)\n"
        'table = table.assign(rows=table["rows"].map("; ".join), columns=table["columns"].map("; ".join))',
    )  # fmt: skip


def _sides(atlas: Atlas, more: dict) -> tuple[Axis, Axis]:
    """The axes asked for; a group that is not one of the facet's own is left out of account."""
    for side in ("rows", "columns"):
        if more[f"{side}_within"] not in opened(atlas, more[side]):
            more[f"{side}_within"] = "all"
    return tuple(axis(atlas, more[side], **_asked(more, side)) for side in ("rows", "columns"))


def _asked(more: dict, side: str) -> dict[str, str]:
    given = {"within": more[f"{side}_within"], "then": more[f"{side}_then"]}
    return {name: value for name, value in given.items() if value not in ("all", "none")}


def _shown(table: CrossTable, order: str, more: dict) -> tuple[pd.Index, pd.Index]:
    return present_in_order(table, order, more["support"], (more["top_rows"], more["top_columns"]))


def _bounds(table: CrossTable, more: dict) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    found = blocks(table, *_shown(table, "taxonomy", more))
    return list(zip(found["rows"], found["columns"], strict=True)) if len(found) > 1 else []


def _too_few(n: int) -> View:
    return unanswered("No term has that many workflows", n, "Lower the number a term needs.")


def _empty(found: Difference, rows: pd.Index, columns: pd.Index) -> str:
    """Which lines have no share on one side, as nobody there has the term."""
    apart = np.logical_or(*(total == 0 for total in found.totals))
    if found.share == "column":
        off, shown = found.first.column_terms[apart.all(axis=0)], columns
    else:
        off, shown = found.first.row_terms[apart.all(axis=1)], rows
    none = [term for term in shown if term in off]
    return f" No difference can be taken for {listed(none, most=6)}: one of the two has no workflow there." if none else ""


def _hidden(sides: tuple[Axis, Axis], rows: pd.Index, columns: pd.Index) -> str:
    hidden = len(sides[0].terms) - len(rows), len(sides[1].terms) - len(columns)
    said = f" Not shown: {plural(hidden[0], 'row')}, {plural(hidden[1], 'column')}." if any(hidden) else ""
    cut = any(side.nested and len(side.terms) == MOST_PAIRS for side in sides)
    return said + (f" Of the pairs of terms the {MOST_PAIRS} with most workflows are counted." if cut else "")


def _not_tested(table: CrossTable) -> str:
    if table.itself:
        return " A facet against itself is not tested on its diagonal."
    if table.untested is None or not table.untested.any():
        return ""
    return " Rows and columns share a facet: cells that follow from that are not tested."


def _names(found: Difference, n: int, other: str, filtered: bool) -> tuple[str, str]:
    """What the two sides are called, now that they share no workflow."""
    chosen = "the filter's selection" if filtered else "the atlas"
    if found.joint and found.first.n < n:
        return f"{chosen} without {other}", other
    return chosen, f"{other} outside it" if found.joint else other


def _many(title: str) -> str:
    return f"{title[:-1]}ies" if title.endswith("y") else f"{title}s"


def _side_code(more: dict, side: str) -> str:
    asked = _asked(more, side)
    return f"axis(atlas, {more[side]!r}, {', '.join(f'{name}={value!r}' for name, value in asked.items())})" if asked else repr(more[side])


def _shown_code(table: str, order: str, more: dict) -> str:
    return f"rows, columns = present_in_order({table}, {order!r}, {more['support']}, ({more['top_rows']}, {more['top_columns']}))\n"


def _code(more: dict, order: str) -> str:
    return (
        "from analysis import axis, cross, present_in_order\n\n"
        f"found = cross(atlas, {_side_code(more, 'rows')}, {_side_code(more, 'columns')}, selection)\n{_shown_code('found', order, more)}"
    )
