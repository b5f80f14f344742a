"""What the addresses take and give, as OpenAPI 3.1."""

from __future__ import annotations

from typing import Any

from analysis.views import VIEWS
from analysis.views.query import LONGEST_ONLY, LONGEST_TEXT, MATCH, NOT, ONLY, TEXT, exclusions
from analysis.views.view import Choice, Parameter, Several, Terms, Whole
from atlas_data import Atlas

_ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {"type": "string"},
        "refused": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["parameter", "value", "expected"],
                "properties": {name: {"type": "string"} for name in ("parameter", "value", "expected")},
            },
        },
        "views": {"type": "array", "items": {"type": "string"}},
        "problems": {"type": "array", "items": {"type": "string"}},
    },
    "additionalProperties": False,
}
_TABLE = {
    "type": "object",
    "required": ["view", "title", "workflows", "query", "total_rows", "limit", "offset", "columns", "rows"],
    "properties": {
        **{name: {"type": "string"} for name in ("view", "title", "subtitle", "note", "method", "query")},
        **{name: {"type": "integer", "minimum": 0} for name in ("workflows", "total_rows", "limit", "offset")},
        "columns": {"type": "array", "items": {"type": "string"}},
        "rows": {"type": "array", "items": {"type": "object"}},
    },
    "additionalProperties": False,
}
_CSV = {"text/csv": {"schema": {"type": "string"}}}
_COUNTED = {"X-Total-Count": {"description": "How many rows there are", "required": True, "schema": {"type": "integer", "minimum": 0}}}
_LISTING = {
    "type": "object",
    "required": ["workflows", "facets", "views"],
    "properties": {
        "workflows": {"type": "integer"},
        "facets": {"type": "array", "items": {"type": "string"}},
        "views": {"type": "array", "items": {"type": "object", "required": ["name", "csv", "json", "parameters"]}},
    },
}


def document(atlas: Atlas, limit: Whole, offset: Whole) -> dict[str, Any]:
    """The OpenAPI description of the addresses for an atlas: its facets and terms are the values that may be asked for."""
    filters = {
        name: _terms(name, atlas.facet(name).names, atlas.facet(name).definition or atlas.facet(name).title) for name in atlas.facets
    }
    filters[NOT] = _terms(NOT, list(exclusions(atlas)), "Terms, each after its facet: workflows that have any of them are left out.")
    filters[TEXT] = _in_query(TEXT, {"type": "string", "maxLength": LONGEST_TEXT}, "Every word occurs in title, summary or labels.")
    ids = {"type": "string", "format": "workflow-ids", "maxLength": LONGEST_ONLY}
    filters[ONLY] = _in_query(ONLY, ids, "Ids of workflows, with commas between: these only. A word that is none is refused.")
    filters[MATCH] = _in_query(
        MATCH, {"enum": ["any", "all"], "default": "any"}, "Whether several terms of one facet mean any or all of them."
    )
    filtering = [{"$ref": f"#/components/parameters/{name}"} for name in filters]
    filters |= {parameter.name: _parameter(atlas, parameter) for parameter in (limit, offset)}
    shared = [{"$ref": f"#/components/parameters/{name}"} for name in filters]
    paths: dict[str, Any] = {"/api/views": _get("Every view with its parameters", _json(_LISTING))}
    paths["/api/workflows.csv"] = _get("The selected workflows, all of them", _CSV, filtering, _COUNTED)
    for name, maker in VIEWS.items():
        own = [_parameter(atlas, parameter) for parameter in maker.parameters]
        about = maker.make.__doc__.strip()
        paths[f"/api/views/{name}.json"] = _get(about, _json({"$ref": "#/components/schemas/Table"}), [*shared, *own], _COUNTED)
        paths[f"/api/views/{name}.csv"] = _get(about, _CSV, [*shared, *own], _COUNTED)
    example = str(atlas.workflows.index[0])
    workflow = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}, "example": example}
    paths["/api/workflows/{id}.json"] = _get("One workflow with all of its parts", _json({"type": "object"}), [workflow])
    return {
        "openapi": "3.1.0",
        "info": {"title": "AI Production Atlas", "version": "1", "description": "The tables of the dashboard, read-only."},
        "paths": paths,
        "components": {"parameters": filters, "schemas": {"Error": _ERROR, "Table": _TABLE}},
    }


def _get(summary: str, content: dict, parameters: list | None = None, headers: dict | None = None) -> dict:
    refusal = {"description": "What was wrong and what was expected", "content": _json({"$ref": "#/components/schemas/Error"})}
    answer = {"description": "The answer", "content": content, "headers": headers or {}}
    answers = {"200": answer, "400": refusal, "404": refusal}
    return {"get": {"summary": summary, "parameters": parameters or [], "responses": answers}}


def _json(schema: dict) -> dict:
    return {"application/json": {"schema": schema}}


def _in_query(name: str, schema: dict, description: str = "", **more: Any) -> dict:
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema, **more}


def _terms(name: str, terms: list[str], about: str) -> dict:
    schema = {"type": "array", "items": {"type": "string", "enum": terms}} if terms else {"type": "array", "maxItems": 0}
    return _in_query(name, schema, about, style="form", explode=True)


def _parameter(atlas: Atlas, parameter: Parameter) -> dict:
    if isinstance(parameter, Choice):
        choices = parameter.choices(atlas)
        schema = {"type": "string", "enum": list(dict.fromkeys([*choices, *choices.values()]))}
    elif isinstance(parameter, Several | Terms):
        items = {"type": "array", "items": {"type": "string"}}
        bound = {"maxItems": parameter.most} if isinstance(parameter, Several) else {}
        return _in_query(parameter.name, items | bound, parameter.help or parameter.label, style="form", explode=True)
    else:
        schema = {"type": "integer", "minimum": parameter.least, "maximum": parameter.most}
    default = parameter.standard(atlas)
    return _in_query(parameter.name, schema | ({} if default is None else {"default": default}), parameter.help or parameter.label)
