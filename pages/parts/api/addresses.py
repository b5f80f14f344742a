"""The addresses: which there are, what they answer, and what they say to a request they cannot answer."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from analysis.selection import places_of
from analysis.views import VIEWS
from analysis.views.query import QueryError, Refusal, encoded, read, written
from analysis.views.view import View, Whole
from atlas_data import Atlas, AtlasError
from atlas_data.export import flat, to_csv
from atlas_data.problems import nearest
from pages.parts import state
from pages.parts.api.document import document

LIMIT = Whole("limit", "Rows at most", 1_000, 1, 10_000)
OFFSET = Whole("offset", "Rows to leave out before the first", 0, 0, 999_999_999)
_AT_ONCE = 2_000  # workflows made text of before they are sent
_BOM = b"\xef\xbb\xbf"  # for spreadsheets that open a file; over HTTP the header names the encoding


class Unanswerable(Exception):
    """A request that gets a 4xx or 5xx, a sentence, and more to go by."""

    def __init__(self, status: int, error: str, **more: Any):
        self.status, self.body = status, {"error": error, **more}


def _answering(handler: Callable[[Request, Atlas], Response]) -> Callable[[Request], Response]:
    """Hand the atlas to a handler, and turn what goes wrong into an answer. Runs in a thread of its own."""

    def answer(request: Request) -> Response:
        try:
            return handler(request, state.lately())
        except Unanswerable as problem:
            return JSONResponse(problem.body, problem.status)
        except QueryError as error:
            refusals = [{"parameter": r.parameter, "value": r.value, "expected": r.expected} for r in error.refusals]
            return JSONResponse({"error": "The address has parameters that mean nothing here.", "refused": refusals}, 400)
        except AtlasError as error:
            return JSONResponse({"error": "The atlas did not load.", "problems": [str(problem) for problem in error.problems]}, 503)

    return answer


def _views(request: Request, atlas: Atlas) -> Response:
    """Every view with its parameters."""
    listed = [
        {
            "name": name,
            "about": maker.make.__doc__.strip(),
            "page": maker.page,
            "csv": f"api/views/{name}.csv",
            "json": f"api/views/{name}.json",
            "parameters": [parameter.name for parameter in maker.parameters],
        }
        for name, maker in VIEWS.items()
    ]
    return JSONResponse({"workflows": len(atlas), "facets": list(atlas.facets), "views": listed})


def _view(request: Request, atlas: Atlas) -> Response:
    """The table of a view as CSV or JSON."""
    name, _, ending = request.path_params["file"].rpartition(".")
    if name not in VIEWS or ending not in ("csv", "json"):
        asked = name or ending
        hint = nearest(asked, VIEWS) or f". Views: {', '.join(VIEWS)}."
        problem = f"There is no view {asked!r}{hint}" if asked not in VIEWS else "A view ends in .csv or .json."
        raise Unanswerable(404, problem, views=list(VIEWS))
    selection, values = read(atlas, VIEWS[name], request.query_params.multi_items(), also=(LIMIT, OFFSET))
    page = {parameter.name: values.pop(parameter.name, parameter.default) for parameter in (LIMIT, OFFSET)}
    view = VIEWS[name](atlas, selection, **values)
    rows = view.table.iloc[page["offset"] : page["offset"] + page["limit"]]
    count = {"X-Total-Count": str(len(view.table))}
    if ending == "csv":
        return Response(to_csv(rows).removeprefix(_BOM), media_type="text/csv", headers=count)
    return Response(_as_json(atlas, name, view, rows, page), media_type="application/json", headers=count)


def _as_json(atlas: Atlas, name: str, view: View, rows, page: dict[str, int]) -> str:
    table = flat(rows) if view.answered else rows
    about = {
        "view": name,
        "title": view.title,
        "subtitle": view.subtitle,
        "note": view.note,
        "method": view.method,
        "workflows": view.n,
        "query": encoded(written(atlas, view.asked, VIEWS[name])),
        "total_rows": len(view.table),
        **page,
        "columns": list(table.columns),
    }
    known = table.astype(object).where(table.notna() & ~table.isin([math.inf, -math.inf]), None)  # JSON has neither NaN nor infinity
    return json.dumps(about | {"rows": known.to_dict("records")}, ensure_ascii=False, default=str, allow_nan=False)


def _workflows(request: Request, atlas: Atlas) -> Response:
    """The selected workflows, all of them, in the order of the atlas."""
    selection, _ = read(atlas, None, request.query_params.multi_items())
    at = places_of(atlas, selection)

    def lines() -> Iterator[bytes]:
        for first in range(0, max(len(at), 1), _AT_ONCE):
            text = to_csv(atlas.workflows.iloc[at[first : first + _AT_ONCE]]).removeprefix(_BOM)
            yield text.partition(b"\r\n")[2] if first else text

    name = {"Content-Disposition": 'attachment; filename="atlas-workflows.csv"', "X-Total-Count": str(len(at))}
    if request.method == "HEAD":
        return Response(media_type="text/csv", headers=name)
    return StreamingResponse(lines(), media_type="text/csv", headers=name)


def _workflow(request: Request, atlas: Atlas) -> Response:
    """One workflow with all of its parts."""
    workflow, _, ending = request.path_params["file"].rpartition(".")
    if ending != "json" or workflow not in atlas:
        asked = workflow or ending
        if asked in atlas:
            raise Unanswerable(404, f"The address of a workflow ends in .json: {asked}.json.")
        raise Unanswerable(404, f"There is no workflow {asked!r}{nearest(asked, atlas.workflows.index) or '.'} An address ends in .json.")
    if request.query_params:
        names = list(dict.fromkeys(request.query_params))
        raise QueryError([Refusal(name, request.query_params[name], "a workflow takes no parameters.") for name in names])
    return Response(atlas.entry(workflow).model_dump_json(), media_type="application/json")


def _document(request: Request, atlas: Atlas) -> Response:
    return JSONResponse(document(atlas, LIMIT, OFFSET))


def _unknown(request: Request, atlas: Atlas) -> Response:
    """Whatever else is asked for under ``/api``: not the dashboard."""
    if request.method not in ("GET", "HEAD"):
        return JSONResponse({"error": "These addresses are read-only."}, 405, headers={"Allow": "GET, HEAD"})
    raise Unanswerable(404, "There is no such address. /api/openapi.json describes those there are.")


_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY"]
routes = [
    Route("/api/views", _answering(_views)),
    Route("/api/views/{file}", _answering(_view)),
    Route("/api/workflows.csv", _answering(_workflows)),
    Route("/api/workflows/{file}", _answering(_workflow)),
    Route("/api/openapi.json", _answering(_document)),
    Route("/api/{rest:path}", _answering(_unknown), methods=_METHODS),
    Route("/api", _answering(_unknown), methods=_METHODS),
]
