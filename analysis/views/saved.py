"""Views under names of one's own: as a list, as a file, and as the short text that an address can hold.

A saved view is a question, not its answer: the name of the view and the parameters of its address. What comes from a file
or an address is checked against the atlas before anything is made of it.
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from analysis.views.query import QueryError, decoded, encoded, read, written
from analysis.views.view import VIEWS, Asked, View
from atlas_data import Atlas
from atlas_data.problems import nearest

MOST = 50
LARGEST = 200_000  # bytes of a file, also when unpacked from an address
LONGEST_NAME = 120


class Saved(BaseModel):
    """One saved view: its name, the view it asks for, the parameters of the view and filter as an address holds them."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_NAME)]
    view: str
    query: Annotated[str, StringConstraints(max_length=8_000)] = ""


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    format: Literal["ai-production-atlas/saved-views"] = "ai-production-atlas/saved-views"
    version: Literal[1] = 1
    views: Annotated[list[Saved], Field(max_length=MOST)]


class SavedError(ValueError):
    """A list that cannot be read; ``problems`` says why, a sentence each."""

    def __init__(self, problems: Sequence[str]):
        self.problems = tuple(problems)
        super().__init__("\n".join(problems))


def saved(atlas: Atlas, asked: Asked, name: str) -> Saved:
    """What a view answers, under a name."""
    maker = VIEWS[asked.name]
    return Saved(name=name[:LONGEST_NAME], view=maker.name, query=encoded(written(atlas, asked, maker)))


def made(atlas: Atlas, item: Saved) -> View:
    """The view that was saved, made for the atlas as it is now."""
    selection, values = read(atlas, VIEWS[item.view], decoded(item.query))
    return VIEWS[item.view](atlas, selection, **values)


def to_file(items: Sequence[Saved]) -> bytes:
    """The list as a file that people can read."""
    return (_File(views=list(items)).model_dump_json(indent=2) + "\n").encode()


def from_file(atlas: Atlas, content: bytes) -> list[Saved]:
    """The list in a file; :class:`SavedError` when it is none, or asks for what the atlas does not have."""
    if len(content) > LARGEST:
        raise SavedError([f"The file has {len(content):,} bytes; a list of saved views has at most {LARGEST:,}."])
    try:
        items = _File.model_validate_json(content).views
    except ValidationError as error:
        raise SavedError([_said(problem) for problem in error.errors()[:10]]) from None
    return _checked(atlas, items)


def packed(items: Sequence[Saved]) -> str:
    """The list as text for an address."""
    rows = json.dumps([[item.name, item.view, item.query] for item in items], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(zlib.compress(rows.encode(), 9)).rstrip(b"=").decode()


def unpacked(atlas: Atlas, text: str) -> list[Saved]:
    """The list that :func:`packed` wrote; :class:`SavedError` for any other text.

    >>> from atlas_data import load_atlas
    >>> unpacked(load_atlas(), packed([Saved(name="Lifts", view="matrix", query="measure=lift")]))
    [Saved(name='Lifts', view='matrix', query='measure=lift')]
    """
    try:
        inflater = zlib.decompressobj()
        rows = inflater.decompress(base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4)), LARGEST)
        if inflater.unconsumed_tail or not inflater.eof:
            raise SavedError([f"The list in the address is cut off, or has more than {LARGEST:,} bytes."])
        items = _File(views=[Saved(name=name, view=view, query=query) for name, view, query in json.loads(rows)]).views
    except ValidationError as error:
        raise SavedError([_said(problem) for problem in error.errors()[:10]]) from None
    except SavedError:
        raise
    except (ValueError, TypeError, binascii.Error, zlib.error, RecursionError):
        raise SavedError(["The address holds no list of saved views; it may have been cut off."]) from None
    return _checked(atlas, items)


def _checked(atlas: Atlas, items: list[Saved]) -> list[Saved]:
    problems = []
    for item in items:
        if item.view not in VIEWS:
            problems.append(f"{item.name}: there is no view {item.view!r}{nearest(item.view, VIEWS) or '.'}")
            continue
        try:
            read(atlas, VIEWS[item.view], decoded(item.query))
        except QueryError as error:
            problems += [f"{item.name}: {refusal}" for refusal in error.refusals]
        except ValueError:
            problems.append(f"{item.name}: its address has too many parameters.")
    if problems:
        raise SavedError(problems[:10])
    return items


def _said(problem: dict) -> str:
    place = ".".join(str(part) for part in problem["loc"])
    return f"{place}: {problem['msg']}" if place else problem["msg"]
