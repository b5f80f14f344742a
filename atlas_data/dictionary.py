"""The data dictionary: which tables an atlas consists of, and what each column holds. Read from the models, so neither drifts."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, get_args, get_origin

from atlas_data.schema import Part, Workflow
from atlas_data.taxonomy import FacetFile, Term


@dataclass(frozen=True)
class Column:
    """One column of a table. ``type`` is ``string``, ``integer``, ``boolean`` or ``date``; ``options`` are all values it may take."""

    name: str
    description: str
    type: str = "string"
    required: bool = True
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """One table. ``key`` tells its rows apart; ``references`` maps some of its columns to those of another table."""

    name: str
    description: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    references: tuple[tuple[tuple[str, ...], str, tuple[str, ...]], ...] = ()

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]


def column_name(path: tuple[str, ...]) -> str:
    """The column of a field of an entry: the last part of its path.

    >>> column_name(("provenance", "date"))
    'date'
    """
    return {"kind": "provenance", "infrastructure": "requirements"}.get(path[-1], path[-1])


def _fields(model: type[Part], path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str, Any]]:
    """Every field of an entry: its path, whether it is a ``value``, ``labels`` or ``parts``, and the field (or model of the parts)."""
    for name, field in model.model_fields.items():
        annotation = field.annotation
        if isinstance(annotation, type) and issubclass(annotation, Part):
            yield from _fields(annotation, (*path, name))
        elif get_origin(annotation) is not list:
            yield (*path, name), "value", field
        elif isinstance(get_args(annotation)[0], type) and issubclass(get_args(annotation)[0], Part):
            yield (*path, name), "parts", get_args(annotation)[0]
        else:
            yield (*path, name), "labels", field


def _column(name: str, field: Any) -> Column:
    kinds = [field.annotation, *get_args(field.annotation)]
    kind = next((word for type_, word in ((bool, "boolean"), (datetime.date, "date")) if type_ in kinds), "string")
    options = get_args(field.annotation) if get_origin(field.annotation) is Literal else ()
    return Column(name, field.description, kind, field.is_required(), options)


VALUES = {column_name(path): path for path, kind, _ in _fields(Workflow) if kind == "value"}
LABELS = {".".join(path): path for path, kind, _ in _fields(Workflow) if kind == "labels"}
PARTS = {column_name(path): (path, model) for path, kind, model in _fields(Workflow) if kind == "parts"}
LABEL_DESCRIPTIONS = {".".join(path): field.description for path, kind, field in _fields(Workflow) if kind == "labels"}

_PART_DESCRIPTIONS = {
    "requirements": "What the backend must provide, one row a requirement.",
    "risks": "How workflows break in production, one row a risk.",
    "companies": "Who builds or runs a workflow, with evidence, one row a company and workflow.",
    "sources": "The pages an entry was composed from, one row a page and workflow.",
}
_WORKFLOW = Column("workflow", "The workflow: an id of the table workflows.")
_POSITION = Column("position", "Place in the list, from 1.", "integer")
_OF_WORKFLOW = ((("workflow",), "workflows", ("id",)),)
_FACET = Column("facet", "The facet: a name of the table facets.")


def _part_table(name: str, model: type[Part]) -> Table:
    columns = (_WORKFLOW, _POSITION, *(_column(key, field) for key, field in model.model_fields.items()))
    return Table(name, _PART_DESCRIPTIONS[name], columns, ("workflow", "position"), _OF_WORKFLOW)


_facet_columns = {name: _column(name, field) for name, field in FacetFile.model_fields.items() if name != "terms"}

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        Table(
            "workflows",
            "One row a workflow.",
            tuple(_column(column_name(path), field) for path, kind, field in _fields(Workflow) if kind == "value"),
            ("id",),
        ),
        Table(
            "labels",
            "Every list of labels of every workflow, one row a label.",
            (
                _WORKFLOW,
                Column("field", "The list the label stands in.", options=tuple(LABELS)),
                _POSITION,
                Column("label", "The label, in the words of the entry."),
            ),
            ("workflow", "field", "position"),
            _OF_WORKFLOW,
        ),
        *(_part_table(name, model) for name, (_, model) in PARTS.items()),
        Table(
            "facets",
            "The vocabulary: one row a facet, a way to describe workflows by terms.",
            (_facet_columns.pop("facet"), _POSITION, *_facet_columns.values()),
            ("facet",),
        ),
        Table(
            "terms",
            "The terms of every facet, one row a term.",
            (
                _FACET,
                _POSITION,
                Column("term", Term.model_fields["name"].description),
                Column("definition", Term.model_fields["definition"].description),
            ),
            ("facet", "term"),
            ((("facet",), "facets", ("facet",)),),
        ),
        Table(
            "term_labels",
            "The spellings that mean a term, one row a spelling. A term without any is meant by its own name.",
            (
                _FACET,
                Column("term", "The term: one of the table terms."),
                _POSITION,
                Column("label", "A spelling that means the term."),
            ),
            ("facet", "term", "position"),
            ((("facet", "term"), "terms", ("facet", "term")),),
        ),
    )
}


def markdown() -> str:
    """The data dictionary as a page: every table and column with type and description.

    >>> markdown().splitlines()[0]
    '# Data dictionary'
    """
    lines = [
        "# Data dictionary",
        "",
        "The tables of an atlas as `python -m atlas_data export` writes them to a data package, Excel, Parquet and SQLite.",
        "Generated from the models in `atlas_data/schema.py` and `atlas_data/taxonomy/` with",
        "`python -m atlas_data.dictionary > docs/data-dictionary.md`.",
    ]
    for table in TABLES.values():
        lines += ["", f"## {table.name}", "", table.description, ""]
        lines += [
            f"Key: {', '.join(f'`{name}`' for name in table.key)}.",
            "",
            "| column | type | required | meaning |",
            "|---|---|---|---|",
        ]
        for column in table.columns:
            options = f" One of {', '.join(f'`{option}`' for option in column.options)}." if column.options else ""
            required = "yes" if column.required else ""
            lines.append(f"| `{column.name}` | {column.type} | {required} | {column.description}{options} |")
        if table.name == "labels":
            lines += ["", "| field | what its labels are |", "|---|---|"]
            lines += [f"| `{name}` | {description} |" for name, description in LABEL_DESCRIPTIONS.items()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(markdown(), end="")
