"""Files an atlas can be written to and read from, one module a format."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from atlas_data.atlas import Atlas
from atlas_data.dictionary import TABLES
from atlas_data.formats import archive, excel, jsonl, package, parquet, sheet, sqlite
from atlas_data.limits import MAX_BYTES
from atlas_data.problems import AtlasError, Problem, nearest
from atlas_data.tables import Contents


@dataclass(frozen=True)
class Format:
    """A format to export to. ``whole``: the vocabulary goes with it, so that reading gives back the same atlas."""

    name: str
    title: str
    ending: str
    write: Callable[..., bytes]
    whole: bool = True


FORMATS: dict[str, Format] = {
    format.name: format
    for format in (
        Format("package", "Data package (CSV tables with descriptions)", ".zip", package.write),
        Format("excel", "Excel workbook, one sheet a table", ".xlsx", excel.write),
        Format("parquet", "Parquet tables", ".parquet.zip", parquet.write),
        Format("jsonl", "JSON Lines, one workflow a line", ".jsonl", jsonl.write),
        Format("sqlite", "SQLite database", ".sqlite", sqlite.write),
        Format("csv", "CSV, one row a workflow", ".csv", sheet.write, whole=False),
        Format("sheet", "Excel, one row a workflow", ".sheet.xlsx", sheet.write_excel, whole=False),
    )
}


def write_atlas(atlas: Atlas, format: str, ids: Iterable[str] | None = None) -> bytes:
    """An atlas, or its workflows ``ids``, as a file of one of :data:`FORMATS`.

    >>> from atlas_data import load_atlas
    >>> write_atlas(load_atlas(), "sqlite")[:6]
    b'SQLite'
    """
    if format not in FORMATS:
        raise ValueError(f"no format {format!r}{nearest(format, FORMATS)}; formats: {', '.join(FORMATS)}")
    return FORMATS[format].write(atlas, ids)


def read_contents(data: bytes, name: str, mapping: Mapping[str, str] | None = None) -> Contents:
    """What a file holds, whichever format it is in; told by its content, and by the ending of ``name`` where that is not enough.

    ``mapping``: for a plain sheet, their names of columns to ours. Raises :class:`AtlasError` when the file cannot be read at all.
    """
    read = _reader(data, name)
    return read(data, name) if read else sheet.read(data, name, mapping)


def is_sheet(data: bytes, name: str) -> bool:
    """Whether a file is a plain sheet, whose columns somebody may have named in their own way. Raises as :func:`read_contents`.

    >>> is_sheet(b"Use case,Area", "mine.csv"), is_sheet(b'{"id": "a"}', "mine.jsonl")
    (True, False)
    """
    return _reader(data, name) is None


def _reader(data: bytes, name: str) -> Callable[[bytes, str], Contents] | None:
    """What reads a file, ``None`` for a plain sheet."""
    if len(data) > MAX_BYTES:
        raise too_large(len(data), name)
    if not data.strip():
        raise AtlasError([Problem(name, "", "is empty")])
    if data.startswith(b"PK"):
        found = archive.names(data, name)
        if "[Content_Types].xml" not in found:
            return lambda data, name: read_files(archive.unpack(data, name), name)
        if {"workflows", "labels"} <= set(excel.sheet_names(data, name)):
            return excel.read
    elif data.startswith(b"SQLite format 3\0"):
        return sqlite.read
    elif data.startswith(b"PAR1"):
        raise AtlasError([Problem(name, "", "is one Parquet table; bring the zip or folder of all tables of the atlas")])
    elif data.startswith(b"\xd0\xcf\x11\xe0"):
        raise AtlasError([Problem(name, "", "is in the old Excel format or protected with a password; save it as .xlsx")])
    elif data.startswith(b"%PDF"):
        raise AtlasError([Problem(name, "", "is a PDF; bring a spreadsheet or an export of an atlas")])
    elif name.lower().endswith((".yaml", ".yml")):
        raise AtlasError([Problem(name, "", "is not an atlas: files of single workflows stand in a folder workflows/<category>/")])
    elif name.lower().endswith((".jsonl", ".ndjson", ".json")) or data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return jsonl.read
    return None


def read_files(files: Mapping[str, bytes], name: str) -> Contents:
    """What the files of a data package or of Parquet tables hold."""
    if "workflows.parquet" in files:
        return parquet.read(files)
    if "workflows.csv" in files:
        return package.read(files)
    reason = "holds no atlas: expected workflows.csv or workflows.parquet among its files"
    raise AtlasError([Problem(name, "", reason)])


def is_part(name: str) -> bool:
    """Whether a file of that name can be part of a data package or of Parquet tables."""
    return name.rpartition(".")[0] in TABLES and name.endswith((".csv", ".parquet"))


def too_large(size: int, name: str) -> AtlasError:
    reason = f"has {size / 1e6:,.1f} MB, more than the {MAX_BYTES // 1_000_000} MB that are read; bring a part of it"
    return AtlasError([Problem(name, "", reason)])
