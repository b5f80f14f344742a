"""What most visitors ask for first, made before they do.

A server that has just started would read the atlas, and load what the views compute with, while its first visitor waits; and every
view under every filter would be new. What people begin with is clicks on categories, or on stages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import combinations, islice
from threading import Thread

from analysis import brief, findings
from analysis.counting import total
from analysis.keeping import LARGE
from analysis.selection import Selection
from analysis.views import VIEWS, Maker
from atlas_data import Atlas, AtlasError
from pages.parts import shell, state
from pages.parts.drawn import asked_for
from pages.parts.filter import PILLS
from pages.parts.turns import turn

_MOST = 48  # selections: half a minute of one core


def begin() -> None:
    """Start, beside the server."""
    Thread(target=_warm, name="warm", daemon=True).start()


def _warm() -> None:
    shell.pack()
    try:
        atlas = state.lately()
    except AtlasError:  # the page says what is wrong
        return
    if len(atlas) <= LARGE and not atlas.engine:
        make(atlas)


def make(atlas: Atlas) -> None:
    """Make what the pages show of the selections that come first, each part of it when nobody else has the turn before it."""
    for selection in islice(filter(partial(total, atlas), _selections(atlas)), _MOST):
        for part in _parts(atlas, selection):
            with turn:
                part()


def _selections(atlas: Atlas) -> Iterator[Selection]:
    """Everything, then what takes one click, two clicks and so on."""
    yield Selection()
    facets = {name: list(atlas.facet(name).terms) for name in PILLS if name in atlas.facets}
    for clicks in range(1, max(map(len, facets.values()), default=0) + 1):
        for name, terms in facets.items():
            yield from (Selection(**{name: chosen}) for chosen in combinations(terms, clicks))


def _parts(atlas: Atlas, selection: Selection) -> Iterator[Callable[[], object]]:
    yield partial(findings.overview, atlas, selection)
    yield partial(brief.sections, atlas, selection, (), ())
    yield from (partial(_draw, atlas, selection, maker) for maker in VIEWS.values())


def _draw(atlas: Atlas, selection: Selection, maker: Maker) -> None:
    view = maker(atlas, selection)
    if view.figure is not None:
        asked_for(atlas, selection, view, maker.name)
