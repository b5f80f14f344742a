"""Reading YAML files strictly: text stays text, a key given twice is an error, every place has a line number."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from reprlib import Repr
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from atlas_data.problems import Problem, nearest

_Base = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # the C parser ships in every common wheel; 10 x faster


_DEEPEST = 100  # an entry needs 5
_quoted = Repr()  # values as shown in messages: short, whatever aliases expand to
_quoted.maxstring, _quoted.maxlevel = 200, 2
_EMPTY = {  # what pydantic says of them tells no remedy
    "string_too_short": "is empty; write what belongs here, or remove it",
    "too_short": "is empty; list at least one",
}
_INDENTED = re.compile(rb"[\t\0 ?:-]{40}")


class _Loader(_Base):
    """Every scalar is a string (no 'no' turning into False); a repeated key is refused instead of overwritten."""

    def construct_mapping(self, node, deep=False):
        mapping = super().construct_mapping(node, deep=deep)
        if len(mapping) != len(node.value):
            seen = set()
            for key, _ in node.value:
                if key.value in seen:
                    raise yaml.constructor.ConstructorError(None, None, f"key {key.value!r} is given twice", key.start_mark)
                seen.add(key.value)
        return mapping


def yaml_files(folder: Path, deep: bool = True) -> list[Path]:
    """The YAML files of a folder, and of those in it where ``deep``; none where there is no folder. One that may not be listed
    raises :class:`OSError`: globbing would leave out what it holds, and nobody would know."""

    def stop(error: OSError) -> None:
        if not isinstance(error, FileNotFoundError):
            raise error

    walked = islice(os.walk(folder, onerror=stop), None if deep else 1)
    found = [Path(root, name) for root, folders, files in walked for name in (*folders, *files)]
    return sorted(path for path in found if path.suffix.casefold() in (".yaml", ".yml"))


def digest_of(files: Iterable[Path]) -> str:
    """A digest of the names, sizes and times of files: changes when any of them does."""
    digest = hashlib.sha256()
    for file in files:
        try:
            status = file.stat()
        except OSError:  # a link to nothing, or a file just removed: reading tells
            continue
        digest.update(f"{file}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:16]


def read_yaml(path: Path, shown: str) -> tuple[Any, list[Problem]]:
    """The content of a YAML file, or ``None`` and the reason it cannot be read. ``shown`` names the file in problems."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        return None, [Problem(shown, "", f"cannot be read: {error.strerror}")]
    try:
        _check_depth(raw)
        return yaml.load(raw, Loader=_Loader), []
    except yaml.reader.ReaderError as error:
        line = raw.count(b"\n", 0, error.position) + 1
        return None, [Problem(shown, "", f"is not readable as UTF-8 text: {error.reason}", line)]
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        return None, [Problem(shown, "", f"is not valid YAML: {error.problem}", line)]


def _check_depth(raw: bytes) -> None:
    """Refuse content nested so deeply that composing it would exhaust the stack of the C parser, and with it the process.

    Following the nesting takes a third of the time of reading, so it is done only where brackets or indentation allow for it.
    """
    if raw.count(b"[") + raw.count(b"{") <= 20 and not _INDENTED.search(raw):
        return
    depth = 0
    for event in yaml.parse(raw, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise yaml.MarkedYAMLError(problem=f"nested more than {_DEEPEST} levels deep", problem_mark=event.start_mark)


def build(model: type[BaseModel], content: Any, path: Path, shown: str) -> tuple[Any, list[Problem]]:
    """``content`` as a ``model``, or ``None`` and one problem per field that does not fit it."""
    if not isinstance(content, dict):
        return None, [Problem(shown, "", "holds no entry: expected 'key: value' lines at the top level")]
    try:
        return model.model_validate(content), []
    except ValidationError as error:
        return None, [Problem(shown, field_path(place), reason, line_of(path, line)) for place, line, reason in explained(error, model)]


def explained(error: ValidationError, model: type[BaseModel]) -> Iterator[tuple[tuple, tuple, str]]:
    """What does not fit a model: the place of each field, the place to look for it in what was read, and the reason."""
    for detail in error.errors():
        place, kind, value = detail["loc"], detail["type"], detail["input"]
        if kind == "missing":
            yield place, place[:-1], "is required and missing"
            continue
        if kind == "extra_forbidden":
            yield place, place, f"is not a known key{nearest(place[-1], _keys_at(model, place[:-1]))}"
            continue
        if kind in _EMPTY:
            yield place, place, _EMPTY[kind]
            continue
        message = detail["msg"].removeprefix("Value error, ")
        if kind == "listed_twice":
            place, value = (*place, detail["ctx"]["item"]), value[detail["ctx"]["item"]]
        elif kind == "model_type":
            message = "expected 'key: value' lines"
        elif kind == "string_too_long":
            message = f"has {len(value):,} characters; shorten it to {detail['ctx']['max_length']:,}"
        if message[1:2].islower():  # not an abbreviation
            message = message[0].lower() + message[1:]
        yield place, place, message if kind == "value_error" and not isinstance(value, str) else f"{_quoted.repr(value)}: {message}"


def _keys_at(model: Any, place: Sequence[str | int]) -> list[str]:
    """The keys a nested model accepts at ``place``."""
    for step in place:
        if isinstance(step, int) or not hasattr(model, "model_fields"):
            continue
        annotation = model.model_fields[step].annotation
        inner = [a for a in getattr(annotation, "__args__", ()) if hasattr(a, "model_fields")]
        model = inner[0] if inner else annotation
    return list(getattr(model, "model_fields", ()))


def field_path(place: Sequence[str | int]) -> str:
    """A readable path into a file.

    >>> field_path(("risks", 2, "family"))
    'risks[2].family'
    """
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place)
    return text.lstrip(".")


def line_of(path: Path, place: Sequence[str | int]) -> int | None:
    """The 1-based line of ``place`` in a YAML file. Parses the file again, so only called when something is wrong."""
    try:
        node = yaml.compose(path.read_bytes(), Loader=_Loader)
    except (yaml.YAMLError, UnicodeError, OSError):
        return None
    line = node.start_mark.line
    for step in place:
        if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line
        elif isinstance(node, yaml.MappingNode):
            found = next(((key, value) for key, value in node.value if key.value == step), None)
            if found is None:
                break
            line, node = found[0].start_mark.line, found[1]
        else:
            break
    return line + 1
