"""What most visitors ask for first, made before they do.

A server that has just started would read the atlas, and load what the views compute with, while its first visitor waits; and every
view under every filter would be new. What people begin with is clicks on categories, or on stages.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import partial
from itertools import combinations, islice
from threading import Thread
from time import sleep

from analysis import brief, findings
from analysis.counting import total
from analysis.keeping import LARGE, add, assist, there
from analysis.selection import Selection
from analysis.views import VIEWS
from atlas_data import Atlas, AtlasError
from pages.parts import shell, state, worker
from pages.parts.filter import PILLS
from pages.parts.turns import turn
from pages.parts.worker import Task, Worker

_MOST = 48  # selections: half a minute of one core
_AGAIN = 60  # seconds after which what is served is looked at again: it may have changed


def begin() -> None:
    """Start, beside the server."""
    Thread(target=_warm, name="warm", daemon=True).start()


def _warm() -> None:
    shell.pack()
    before = helper = None
    while True:
        with suppress(AtlasError):  # the page says what is wrong
            atlas = state.lately()
            if atlas is not before:
                if helper:
                    helper.end()
                helper = prepare(atlas)
            before = atlas
        sleep(_AGAIN)


def prepare(atlas: Atlas) -> Worker | None:
    """Make what visitors of an atlas ask for first; the worker that makes more of it, if it has one."""
    if len(atlas) > LARGE or atlas.engine:
        return None
    helper, selections = worker.hired(), list(islice(filter(partial(total, atlas), _selections(atlas)), _MOST))
    make(atlas, selections[:1], None)  # here: it loads what views compute with, so that no visitor waits for it
    with turn:
        if turn.line == 1:  # else what runs leave behind would stay too
            state.freeze()
    if helper and helper.begins(atlas):
        for task in _tasks(atlas, Selection()):  # the worker loads it as well before others wait for it
            helper.idly(task)
        assist(atlas, helper.help)
    make(atlas, selections[1:], helper)
    return helper


def make(atlas: Atlas, selections: Iterable[Selection], helper: Worker | None) -> None:
    """Have what the pages show of some selections made by the worker, or make each part of it in a turn of its own."""
    for selection in selections:
        for task in _tasks(atlas, selection):
            if there(atlas, *task):
                continue
            made = helper and helper.idly(task)
            if made is not None:
                add(atlas, *task, made)
                continue
            with turn:
                worker.make(atlas, task)


def _selections(atlas: Atlas) -> Iterator[Selection]:
    """Everything, then what takes one click, two clicks and so on."""
    yield Selection()
    facets = {name: list(atlas.facet(name).terms) for name in PILLS if name in atlas.facets}
    for clicks in range(1, max(map(len, facets.values()), default=0) + 1):
        for name, terms in facets.items():
            yield from (Selection(**{name: chosen}) for chosen in combinations(terms, clicks))


def _tasks(atlas: Atlas, selection: Selection) -> Iterator[Task]:
    yield findings.overview, (selection,)
    yield brief.sections, (selection, (), ())
    yield from (maker.asked(atlas, selection) for maker in VIEWS.values())
