"""JSON Lines: the vocabulary on the first line (``{"taxonomy": [...]}``), then one whole entry a line, nested as in its YAML file."""

from __future__ import annotations

import json
from collections.abc import Iterable

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
    """What the lines hold. Without a line for the vocabulary there is none."""
    text, warnings = decoded(data, shown)
    contents = Contents(warnings=warnings)
    first_seen: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), 1):  # only a line feed ends a line: JSON texts may hold other separators
        if not line.strip():
            continue
        content = _parsed(line, shown, number, contents)
        if isinstance(content, dict) and "taxonomy" in content:
            contents.taxonomy = _taxonomy(content["taxonomy"], shown, number, contents)
        elif content is not None:
            entry = _build(Workflow, content, (), shown, number, contents)
            if entry is not None and entry.id in first_seen:
                reason = f"{entry.id!r} is already used in line {first_seen[entry.id]}"
                contents.problems.append(Problem(shown, "id", reason, number))
            elif entry is not None:
                first_seen[entry.id] = number
                contents.entries.append(entry)
        if len(contents.entries) > MAX_WORKFLOWS:
            raise AtlasError(
                [Problem(shown, "", f"has more than the {MAX_WORKFLOWS:,} workflows that are read; bring a part of it", number)]
            )
    if not contents.entries and not contents.problems and contents.taxonomy is None:
        contents.problems.append(Problem(shown, "", "is empty: expected one workflow a line"))
    return contents


def _parsed(line: str, shown: str, number: int, contents: Contents):
    try:
        return json.loads(line, object_pairs_hook=_distinct)
    except json.JSONDecodeError as error:
        reason = f"is not valid JSON: {error.msg} at character {error.colno}"
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


def _taxonomy(content, shown: str, number: int, contents: Contents) -> Taxonomy:
    facets = {}
    for i, item in enumerate(content if isinstance(content, list) else []):
        facet = _build(FacetFile, item, ("taxonomy", i), shown, number, contents)
        if facet is not None:
            found = check_facet(facet)
            if facet.facet in facets:
                found.append((("facet",), f"{facet.facet!r} is defined twice"))
            contents.problems += [Problem(shown, field_path(("taxonomy", i, *place)), reason, number) for place, reason in found]
            facets[facet.facet] = facet
    if not facets and not contents.problems:
        contents.problems.append(Problem(shown, "taxonomy", "has no facets: expected a list of them", number))
    return Taxonomy(facets)


def _build(model: type, content, place: tuple, shown: str, number: int, contents: Contents):
    if not isinstance(content, dict):
        contents.problems.append(Problem(shown, field_path(place), "holds no entry: expected an object", number))
        return None
    try:
        return model.model_validate(content)
    except ValidationError as error:
        for inside, _, reason in explained(error, model):
            contents.problems.append(Problem(shown, field_path((*place, *inside)), reason, number))
        return None
