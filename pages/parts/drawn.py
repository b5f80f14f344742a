"""What the browser draws of a view.

It goes with every run of a page. A chart can also ask for it by address as soon as the filter changes, and shows the new numbers
while Streamlit still makes the rest of the page: the state that a view depends on is all in the address.
"""

from __future__ import annotations

import gzip
import json
from contextlib import suppress
from datetime import date
from time import perf_counter

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from analysis.selection import Selection, described
from analysis.views import VIEWS
from analysis.views.query import QueryError, encoded, of_view, read
from analysis.views.view import View
from analysis.words import plural
from atlas_data import Atlas, AtlasError
from pages.parts import state
from pages.parts.context import context, shared
from pages.parts.filter import parameters
from pages.parts.going import carried
from pages.parts.turns import turn

_DRAWN = ("data", "layout", "narrow", "narrow_traces")
_PATIENCE = 0.1  # seconds a chart that asks waits for its turn
_LINE = 2  # where more are in line it is left to the run of its page: two answers to a click are one too many then
_BUSY = {"Retry-After": "10"}  # seconds in which such a visitor's charts do not ask: even to say no takes the server a tenth of a run
_QUICK = 0.1  # seconds
_took: dict[str, float] = {}  # seconds for which each view was last in work


def subtitle_of(atlas: Atlas, selection: Selection, view: View) -> str:
    """What a view is about in a line, with the number of workflows and the filter."""
    filtered = described(atlas, selection)
    whole = f" of {len(atlas):,}, {filtered}" if filtered else ""
    return " · ".join(part for part in (view.subtitle, f"n\u00a0=\u00a0{plural(view.n, 'workflow')}{whole}") if part)


def drawn(view: View, name: str, alone: bool) -> tuple[str, bytes]:
    """What a view is about in a line, and what the browser draws in this run."""
    return written_out(*context(), view, name, alone=alone, own=state.own() is not None, asks=shared())


def written_out(atlas: Atlas, selection: Selection, view: View, name: str, *, alone: bool, own: bool, asks: bool) -> tuple[str, bytes]:
    """The same for any atlas and selection, written out once for a view and a day.

    ``own``: the atlas is one that the visitor brought. ``asks``: the selection is that of the shared filter, so that the chart may ask.
    """
    today, part = date.today(), "alone" if alone else "drawn" if asks else "told"
    if part not in view.kept or view.kept[part][0] != today:
        subtitle = subtitle_of(atlas, selection, view)
        measured = view.method and not alone
        picture = {
            "name": name,
            "figure": {key: view.figure[key] for key in _DRAWN if key in view.figure},
            "alt": view.alt,
            "title": view.title,
            "subtitle": subtitle,
            "note": view.note,
            "source": f"{state.origin(atlas, own)}, {today:%d %B %Y}",
            "linked": "Link copied. It opens the packaged atlas for others" if own else "Link copied",
            "file": f"atlas-{name}",
            "min_width": view.figure.get("min_width"),
            "method": {"page": "methods", "query": f"method={view.method}", "keep": carried(atlas)} if measured else None,
            "save": not alone and view.asked is not None,
            "ahead": _address(atlas, selection, view, name) if asks and not (alone or own) else None,
        }
        view.kept[part] = today, subtitle, json.dumps(picture, separators=(",", ":"), ensure_ascii=False).encode()
    return view.kept[part][1:]


def asked_for(atlas: Atlas, selection: Selection, view: View, name: str) -> bytes:
    """What a chart on a page of the served atlas draws, and gets when it asks."""
    return written_out(atlas, selection, view, name, alone=False, own=False, asks=True)[1]


def _address(atlas: Atlas, selection: Selection, view: View, name: str) -> dict | None:
    """Where the chart finds the same view under another filter; nowhere if the page has made something else of it."""
    maker = VIEWS.get(name)
    if maker is None or view.asked is None or maker(atlas, selection, **dict(view.asked.values)) is not view:
        return None
    return {"page": f"drawn/{name}", "query": encoded(of_view(atlas, view.asked, maker)), "keep": parameters(atlas)}


def _packed(name: str, pairs: list[tuple[str, str]]) -> Response:
    """What a chart asks for, packed; empty where nothing is to be drawn. The caller has the turn, and has looked for the atlas."""
    start = perf_counter()
    try:
        atlas = state.latest()
        selection, values = read(atlas, VIEWS[name], pairs)
        view = VIEWS[name](atlas, selection, **values)
    except (QueryError, AtlasError):  # the page says what is wrong
        return Response(status_code=204)
    finally:
        _took[name] = perf_counter() - start
        turn.release()
    if view.figure is None:
        return Response(status_code=204)
    text = asked_for(atlas, selection, view, name)
    if view.kept.get("packed", (None,))[0] is not text:
        view.kept["packed"] = text, gzip.compress(text, compresslevel=1)
    headers = {"Content-Encoding": "gzip", "Cache-Control": "no-store"}
    return Response(view.kept["packed"][1], media_type="application/json", headers=headers)


def _in_turn(name: str, pairs: list[tuple[str, str]]) -> Response:
    with suppress(AtlasError):
        state.lately()  # before the turn: it may have to be read
    return _packed(name, pairs) if turn.acquire(timeout=_PATIENCE) else Response(status_code=204)


async def _answer(request: Request) -> Response:
    name, pairs = request.path_params["name"], request.query_params.multi_items()
    if name not in VIEWS:
        return Response(status_code=404)
    # What does not take long is done here and now: from a thread the answer would have to wait until the run that follows lets it go.
    if _took.get(name, 1) < _QUICK and state.at_hand() and turn.acquire(timeout=0):
        return _packed(name, pairs)
    if turn.line > _LINE:
        return Response(status_code=204, headers=_BUSY)
    return await run_in_threadpool(_in_turn, name, pairs)


routes = [Route("/drawn/{name}", _answer)]
