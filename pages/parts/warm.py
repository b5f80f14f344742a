"""What most visitors ask for first, made before they do.

A server that has just started would read the atlas, and load what the views compute with, while its first visitor waits; and every
view under every filter would be new. A click on one category or stage is what people begin with.
"""

from __future__ import annotations

from itertools import chain
from threading import Thread

from analysis.keeping import LARGE
from analysis.selection import Selection
from analysis.views import VIEWS
from atlas_data import Atlas, AtlasError
from pages.parts import shell, state
from pages.parts.drawn import asked_for
from pages.parts.turns import turn

_PAGES = ("overview", "category_map", "control_frequency", "matrices", "convergence", "workflows")
_FACETS = ("category", "stage")


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
    """Make the views of the first pages for the whole atlas and for one category or stage, each when nobody else has the turn before it."""
    single = (Selection(**{name: term}) for name in _FACETS if name in atlas.facets for term in atlas.facet(name).terms)
    for selection in chain([Selection()], single):
        for name, maker in VIEWS.items():
            if maker.page in _PAGES:
                with turn:
                    view = maker(atlas, selection)
                    if view.figure is not None:
                        asked_for(atlas, selection, view, name)
