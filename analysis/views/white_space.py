"""What the neighbourhood predicts and the atlas lacks, and where it is crowded."""

from __future__ import annotations

import numpy as np

from analysis.counting import present, total
from analysis.figures.ranked import ranked_pairs
from analysis.figures.style import hue
from analysis.selection import Selection, behind, places_of
from analysis.views.view import Choice, Column, View, Whole, facets, unanswered, view
from analysis.white_space import crowded, white_space
from analysis.words import listed, plural
from atlas_data import Atlas

_ROWS = Choice("space_rows", "Who", facets, "buyer_function")  # whatever category is chosen, there are enough of them to learn from
_COLUMNS = Choice("space_columns", "Needs what", facets, "capability_family")
_WHO = ("buyer_function", "buyer_industry", "category")
_NEIGHBOURS = 3  # rows without which nothing can be said about which columns go together
_PAIR = "Choose two different facets."


def _not_a_pair(atlas: Atlas, rows: str, columns: str, n: int) -> View | None:
    missing = [name for name in (rows, columns) if name not in atlas.facets]
    if missing:
        return unanswered(f"This atlas has no facet {missing[0]}", n, _PAIR)
    return unanswered("A facet lacks nothing of itself", n, _PAIR) if rows == columns else None


def _colours(atlas: Atlas, rows: str, terms) -> list[str]:
    return [hue(rows, i) for i in atlas.facet(rows).terms.get_indexer(terms)]


@view(
    "white-space",
    page="white_space",
    parameters=[
        _ROWS,
        _COLUMNS,
        Whole("lacking", "Workflows a pair may have", 0, 0, 99, "A pair with more workflows than this is not called lacking."),
        Whole("gap_pairs", "Pairs shown at most", 12, 1, 60),
    ],
)
def gaps(atlas: Atlas, selection: Selection, space_rows: str, space_columns: str, lacking: int, gap_pairs: int) -> View:
    """Pairs of terms that related terms predict and the selected workflows lack."""
    n = total(atlas, selection)
    if (said := _not_a_pair(atlas, space_rows, space_columns, n)) is not None:
        return said
    rows, columns = (atlas.facet(name).title for name in (space_rows, space_columns))
    there = present(atlas, space_rows, selection)
    if n and there < _NEIGHBOURS:
        others = [name for name in _WHO if name in atlas.facets and name not in (space_rows, space_columns)]
        others = [atlas.facet(name).title for name in others if present(atlas, name, selection) >= _NEIGHBOURS]
        such = f", such as {listed(others[:2])}" if others else ""
        alone = f"{plural(there, f'{rows.lower()} term')} in the filter {'has' if there == 1 else 'have'} no neighbourhood"
        return unanswered(
            alone if there else f"No {rows.lower()} is stated",
            n,
            f"What goes together is learnt from at least {_NEIGHBOURS} of them. Widen the filter, or choose another “Who”{such}.",
        )
    table = white_space(atlas, space_rows, space_columns, selection, lacking, gap_pairs)
    if not len(table):
        why = f"With {plural(n, 'workflow')} in the filter" if n < 15 else f"For {rows.lower()} by {columns.lower()}"
        return unanswered(
            f"{why}, no pair is lacking that the neighbourhood predicts",
            n,
            "Allow a pair more workflows, widen the filter, or choose other facets.",
        )
    (row, column), first = table.index[0], table.iloc[0]
    few = f"with at most {plural(lacking, 'workflow')}" if lacking else "without a workflow"
    figure = ranked_pairs(
        list(table.index),
        table["score"].tolist(),
        [f"{gap.count_} of {gap.demand:.1f} expected" for gap in table.rename(columns={"count": "count_"}).itertuples()],
        [
            [
                f"{plural(int(gap['count']), 'workflow')}; {gap['demand']:.1f} expected, so few by chance alone: p = {gap['chance']:.2g}",
                f"density {gap['density']:.2f}: the share of related terms that it has",
                f"nearest: {gap['nearest']} (relatedness {gap['relatedness']:.2f})",
                f"{plural(int(gap['near']), 'workflow')} and {plural(int(gap['builders']), 'known builder')} there",
                *gap["examples"],
            ]
            for _, gap in table.iterrows()
        ],
        [(pair[0], nearest) for pair, nearest in zip(table.index, table["nearest"], strict=True)],
        _colours(atlas, space_rows, table.index.get_level_values(0)),
        "Density × demand",
    )
    return View(
        title=f"Most predicted and {'missing' if not first['count'] else 'thin'} of {rows.lower()} × {columns.lower()}: {row} × {column}, "
        f"{int(first['count'])} found where {first['demand']:.1f} would be expected",
        subtitle=f"{rows} by {columns.lower()}: pairs {few}, by density × demand. Click a bar for the workflows that make it plausible",
        n=n,
        figure=figure,
        numbers=table,
        opens=(space_rows, space_columns),
        note=f"A {rows.lower()} has a term when it asks for it at least as often as all do (RCA of 1 or more). Two terms are related when "
        "the same rows have both; density is the share of what is related to the missing term that the row has already. Demand "
        "is how many workflows the pair would have if the two were independent. A click opens the workflows with the row and the "
        "most related term it has. A gap is a question, not a forecast: nobody may serve the need, or nobody may have it.",
        alt=f"Ranked bars: pairs of {rows.lower()} and {columns.lower()} that related terms predict and the atlas lacks.",
        method="white-space",
        columns={
            "count": Column("Workflows"),
            "density": Column("Density", "%.2f", "Share of what is related that the row has"),
            "demand": Column("Demand", "%.1f", "Workflows expected if the two were independent"),
            "score": Column("Density × demand", "%.2f"),
            "chance": Column("p of so few", "%.2g", "Lower tail of the hypergeometric distribution"),
            "nearest": Column("Most related term it has"),
            "relatedness": Column("Relatedness", "%.2f"),
            "near": Column("Workflows there"),
            "builders": Column("Known builders there", help="Companies with evidence"),
            "examples": Column("Nearest workflows", wide=True),
        },
        code="from analysis.white_space import white_space\n\n"
        f"table = white_space(atlas, {space_rows!r}, {space_columns!r}, selection, lacking={lacking}, limit={gap_pairs})",
    )


@view(
    "crowded-cells",
    page="white_space",
    parameters=[
        _ROWS,
        _COLUMNS,
        Choice("crowd_by", "Crowded by", {"count": "Workflows", "builders": "Known builders"}, switch=True),
    ],
)
def crowds(atlas: Atlas, selection: Selection, space_rows: str, space_columns: str, crowd_by: str) -> View:
    """The pairs of terms with the most workflows or companies."""
    n = total(atlas, selection)
    if (said := _not_a_pair(atlas, space_rows, space_columns, n)) is not None:
        return said
    rows, columns = (atlas.facet(name).title for name in (space_rows, space_columns))
    table = crowded(atlas, space_rows, space_columns, selection, crowd_by, limit=12)
    if not len(table):
        return unanswered("No workflow here has a term of both facets", n, "Widen the filter or choose other facets.")
    counts, companies = table["count"].astype(int), table["builders"].astype(int)
    (row, column), by_builders = table.index[0], crowd_by == "builders"
    pairs = list(zip(counts, companies, strict=True))
    said = [f"{c}, {plural(w, 'workflow')}" if by_builders else f"{w}, {plural(c, 'builder')}" for w, c in pairs]
    return View(
        title=f"Most crowded: {row} × {column}, {plural(int(counts.iloc[0]), 'workflow')} and "
        f"{plural(int(companies.iloc[0]), 'known builder')}",
        subtitle=f"{rows} by {columns.lower()}: pairs with the most {'known builders' if by_builders else 'workflows'}",
        n=n,
        figure=ranked_pairs(
            list(table.index),
            table[crowd_by].tolist(),
            said,
            [
                [
                    f"{plural(int(cell['count']), 'workflow')}, {cell['lift']:.1f} times the expected number",
                    plural(int(cell["builders"]), "known builder"),
                ]
                for _, cell in table.iterrows()
            ],
            list(table.index),
            _colours(atlas, space_rows, table.index.get_level_values(0)),
            "Known builders" if by_builders else "Workflows",
        ),
        numbers=table,
        opens=(space_rows, space_columns),
        note="Known builders are companies that a linked page shows at work in one of these workflows; a sample, not a census. "
        "Large terms crowd easily: lift says how far a cell exceeds what the sizes of its terms give.",
        alt=f"Ranked bars: the most crowded pairs of {rows.lower()} and {columns.lower()}.",
        method="crowded-cells",
        columns={
            "count": Column("Workflows"),
            "expected": Column("Expected", "%.1f"),
            "lift": Column("Lift", "%.2f"),
            "builders": Column("Known builders", help="Companies with evidence"),
        },
        code="from analysis.white_space import crowded\n\n"
        f"table = crowded(atlas, {space_rows!r}, {space_columns!r}, selection, by={crowd_by!r}, limit=12)",
    )


def nearest_to(atlas: Atlas, selection: Selection, found: View, words: list[str]) -> tuple[str, np.ndarray] | None:
    """The workflows that make gaps of a row plausible, and what they are: those of the row with the most related term that the row has."""
    if not found.answered or len(words) != 2:
        return None
    row, related = words
    lacking = [column for (of_row, column), near in found.table["nearest"].items() if (of_row, near) == (row, related)]
    if not lacking:
        return None
    asked = dict(found.asked.values)
    at = places_of(atlas, behind(atlas, selection, (asked["space_rows"], row), (asked["space_columns"], related)))
    return f"Nearest to {row} × {listed(lacking)}: {row} × {related}", at
