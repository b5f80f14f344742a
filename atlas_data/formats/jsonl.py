"""JSON Lines: the vocabulary on the first line (``{"taxonomy": [...]}``), then one whole entry a line, nested as in its YAML file.

An array of the same is read too.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import ValidationError

from atlas_data.atlas import Atlas
from atlas_data.formats.delimited import decoded
from atlas_data.limits import MAX_WORKFLOWS
from atlas_data.problems import AtlasError, Problem
from atlas_data.reading import explained, field_path
from atlas_data.schema import Workflow
from atlas_data.tables import Contents, chosen
from atlas_data.taxonomy import FacetFile, Taxonomy, check_facet


def write(atlas: Atlas, ids: Iterable[str] | None = None) -> bytes:
    """The atlas as lines of JSON.

    >>> from atlas_data import load_atlas
    >>> write(load_atlas(), []).startswith(b'{"taxonomy": [{"facet": "category", ')
    True
    """
    facets = [facet.model_dump(mode="json", exclude_defaults=True) for facet in atlas.taxonomy.facets.values()]
    entries = (entry.model_dump(mode="json", exclude_defaults=True) for entry in chosen(atlas, ids))
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in ({"taxonomy": facets}, *entries)).encode()


def read(data: bytes, shown: str) -> Contents:
    """What the lines, or the items of an array, hold. Without one for the vocabulary there is none."""
    text, warnings = decoded(data, shown)
    contents = Contents(warnings=warnings)
    first_seen: dict[str, str] = {}
    for place, number, content in _items(text, shown, contents):
        if isinstance(content, dict) and "taxonomy" in content:
            contents.taxonomy = _taxonomy(content["taxonomy"], place, shown, number, contents)
        else:
            entry = _build(Workflow, content, place, shown, number, contents)
            if entry is not None and entry.id in first_seen:
                reason = f"{entry.id!r} is already used in {first_seen[entry.id]}"
                contents.problems.append(Problem(shown, field_path((*place, "id")), reason, number))
            elif entry is not None:
                first_seen[entry.id] = f"item {field_path(place)}" if place else f"line {number}"
                contents.entries.append(entry)
        if len(contents.entries) > MAX_WORKFLOWS:
            raise AtlasError(
                [Problem(shown, "", f"has more than the {MAX_WORKFLOWS:,} workflows that are read; bring a part of it", number)]
            )
    if not contents.entries and not contents.problems and contents.taxonomy is None:
        contents.problems.append(Problem(shown, "", "is empty: expected one workflow a line"))
    return contents


def _items(text: str, shown: str, contents: Contents) -> Iterator[tuple[tuple, int | None, Any]]:
    """What each line holds with its number, or what each item of an array holds with its place."""
    if text.lstrip().startswith("["):
        items = _parsed(text, shown, 1, contents)
        yield from (((place,), None, item) for place, item in enumerate(items or ()))
        return
    for number, line in enumerate(text.split("\n"), 1):  # only a line feed ends a line: JSON texts may hold other separators
        if line.strip() and (content := _parsed(line, shown, number, contents)) is not None:
            yield (), number, content


def _parsed(text: str, shown: str, number: int, contents: Contents):
    """What a text that begins in line ``number`` holds."""
    try:
        return json.loads(text, object_pairs_hook=_distinct)
    except json.JSONDecodeError as error:
        reason, number = f"is not valid JSON: {error.msg} at character {error.colno}", number + error.lineno - 1
    except RecursionError:
        reason = "is nested too deeply"
    except ValueError as error:
        reason = str(error)
    contents.problems.append(Problem(shown, "", reason, number))
    return None


def _distinct(pairs: list[tuple]) -> dict:
    content = dict(pairs)
    if len(content) < len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"key {next(key for key in keys if keys.count(key) > 1)!r} is given twice")
    return content


def _taxonomy(content, place: tuple, shown: str, number: int | None, contents: Contents) -> Taxonomy:
    facets, place = {}, (*place, "taxonomy")
    for i, item in enumerate(content if isinstance(content, list) else []):
        facet = _build(FacetFile, item, (*place, i), shown, number, contents)
        if facet is not None:
            found = check_facet(facet)
            if facet.facet in facets:
                found.append((("facet",), f"{facet.facet!r} is defined twice"))
            contents.problems += [Problem(shown, field_path((*place, i, *inside)), reason, number) for inside, reason in found]
            facets[facet.facet] = facet
    if not facets and not contents.problems:
        contents.problems.append(Problem(shown, field_path(place), "has no facets: expected a list of them", number))
    return Taxonomy(facets)


def _build(model: type, content, place: tuple, shown: str, number: int | None, contents: Contents):
    if not isinstance(content, dict):
        contents.problems.append(Problem(shown, field_path(place), "holds no entry: expected an object", number))
        return None
    try:
        return model.model_validate(content)
    except ValidationError as error:
        for inside, _, reason in explained(error, model):
            contents.problems.append(Problem(shown, field_path((*place, *inside)), reason, number))
        return None
