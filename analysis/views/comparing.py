"""Two to five things side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from analysis.comparing import FACETS, KINDS, LEAST, MOST, compare, here, largest, side_by_side
from analysis.counting import total
from analysis.figures.comparison import side_by_side_heatmap
from analysis.headlines import comparison_headline, comparison_words
from analysis.keeping import LARGE, kept
from analysis.selection import Selection
from analysis.views.view import Choice, Column, Several, View, unanswered, view
from analysis.words import left_out, listed
from atlas_data import Atlas
from atlas_data.unstated import stated

_CALLED = {
    "workflow": "workflows",
    "category": "categories",
    "buyer_function": "buyer functions",
    "buyer_industry": "buyer industries",
    "company": "companies",
}
_TESTED = (
    "Shares of each one's workflows, counts below 15. A dot marks q < 0.05: Fisher's exact test of its workflows against those of "
    "the others that are not its own, Benjamini-Hochberg over all terms of all facets."
)


class _Titled(Mapping):
    """What the workflows of a large atlas are called, each read when it is asked for: its title and, as titles may be alike, its id."""

    def __init__(self, atlas: Atlas):
        self._atlas, self._titles = atlas, atlas.workflows["title"].array

    def __getitem__(self, workflow: str) -> str:
        if (place := self._atlas.places([workflow])[0]) < 0:
            raise KeyError(workflow)
        return f"{self._titles[place]} ({workflow})"

    def __iter__(self) -> Iterator[str]:
        return iter(self._atlas.workflows.index)

    def __len__(self) -> int:
        return len(self._atlas)


@kept(8)
def _names(atlas: Atlas, kind: str) -> Mapping[str, str]:
    """What can be compared, and how it reads: titles of workflows, with their id where two share one."""
    if kind != "workflow":
        return {term: term for term in atlas.facet(kind).terms[stated(atlas.facet(kind).terms)]} if kind in atlas.facets else {}
    if len(atlas) > LARGE:
        return _Titled(atlas)
    titles = atlas.workflows["title"]
    return titles.where(~titles.duplicated(keep=False), titles + " (" + titles.index + ")").to_dict()


def _options(kind: str):
    return lambda atlas: _names(atlas, kind)


def _terms(atlas: Atlas) -> dict[str, str]:
    return {name: atlas.facet(name).title for name in FACETS if name in atlas.facets}


@view(
    "comparison",
    page="compare",
    parameters=[
        Choice("what", "Compare", {kind: name.capitalize() for kind, name in _CALLED.items()}, "category", switch=True),
        *(Several(f"with_{kind}", _CALLED[kind].capitalize(), _options(kind), MOST, f"{LEAST} to {MOST} of them.") for kind in KINDS),
        Choice("terms_of", "Chart of", _terms, "control"),
    ],
)
def comparison(atlas: Atlas, selection: Selection, what: str, terms_of: str, **chosen: tuple[str, ...]) -> View:
    """What they share and what sets one apart; ``more["said"]`` says it in sentences."""
    n = total(atlas, selection)
    called = _CALLED[what]
    if what != "workflow" and what not in atlas.facets:
        return unanswered(f"This atlas has no {called}", n, "Compare something else.")
    asked = chosen[f"with_{what}"]
    these = here(atlas, what, asked, selection) if asked else largest(atlas, what, selection)
    if len(these) < LEAST:
        return unanswered(f"Choose at least two {called}", n, _missing(these, asked, called))
    table = compare(atlas, what, these, selection)
    if table.empty:
        return unanswered("Nothing is stated of these workflows", n, f"Choose other {called}.")
    names = {one: _names(atlas, what)[one] for one in these}
    drawn = terms_of if terms_of in table.index.unique("facet") else next(iter(table.index.unique("facet")))
    single, rows = what == "workflow", table.xs(drawn, level="facet", drop_level=False)
    silent = table.attrs["n"] - int(rows["n"].iloc[0] + rows["others"].iloc[0])
    wide = side_by_side(table, names)
    asking = f"{what!r}, {list(these)!r}, selection"
    absent = [_names(atlas, what)[one] for one in asked if one not in these]
    return View(
        title=comparison_headline(table, names),
        subtitle=f"{listed(list(names.values()))}: {atlas.facet(drawn).title.lower()}, where they differ most first",
        n=table.attrs["n"],
        figure=side_by_side_heatmap(rows, names, single),
        numbers=wide,
        opens=(drawn,) if single else (what, drawn),
        alt=f"Matrix of {atlas.facet(drawn).title.lower()} by {called}: {listed(list(names.values()))}.",
        note=("A dot: the workflow has the term." if single else _TESTED)
        + (" A dash: it is not stated." if single and silent else "")
        + left_out(silent, f"without a stated {atlas.facet(drawn).title.lower()}")
        + (f" Not in the filter: {listed(absent)}." if absent else "")
        + ("" if drawn == terms_of else f" {_terms(atlas).get(terms_of, terms_of)} cannot be drawn here."),
        method="comparison",
        columns={
            column: Column(column, "percent" if column.endswith(": share") else "%.3f" if column.endswith(": q") else None)
            for column in wide.columns
        }
        | {"shared": Column("Shared", help="At least half of the workflows of every one"), "only": Column("Only", help="Who alone has it")},
        code=f"from analysis import compare, side_by_side\n\ntable = side_by_side(compare(atlas, {asking}), {names!r})",
        more={"said": comparison_words(table, names, {name: atlas.facet(name).title for name in FACETS if name in atlas.facets})},
    )


def _missing(these: list[str], asked: tuple[str, ...], called: str) -> str:
    if asked and len(these) < len(asked):
        return f"Only {len(these)} of the {len(asked)} chosen {'has' if len(these) == 1 else 'have'} a workflow in the filter. Loosen it."
    return f"Two to five {called} can stand side by side." if asked else f"The filter leaves fewer than two {called}. Loosen it."
