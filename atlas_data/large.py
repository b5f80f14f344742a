"""An atlas of one Parquet table (:mod:`atlas_data.formats.columns`), however many workflows: no Python object for any of them.

Facets are packed bits made from the codes of the lists, a column at a time; titles and identifiers stay in Arrow, other text
as its distinct values; a search has its index. An entry is read from the file when it is asked for.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from atlas_data.atlas import Atlas, Facet, ordered_terms, origin_of
from atlas_data.bits import WORD, unpack
from atlas_data.formats import checking
from atlas_data.formats.columns import ABOUT, SCHEMA, Coded, check, coded, entry, rows_at
from atlas_data.limits import MAX_PROBLEMS
from atlas_data.problems import AtlasError, Problem, nearest
from atlas_data.schema import SLUG, Workflow
from atlas_data.searching import BLOCK, TextIndex, indexed
from atlas_data.taxonomy import FacetFile, load_taxonomy

_LABELS = {"requirements": "control", "risks": "family", "companies": "name", "sources": "url"}  # the part of an item that is its label
_SEARCHED = ("title", "summary", "category", "stage", "buyers", "capabilities", "controls", "inputs", "context_keys", "ai_tasks",
             "triggers", "reviewers", "evidence", "targets", "companies")  # fmt: skip
_COUNTED = {"buyers": "buyers", "capabilities": "capabilities", "controls": "controls", "requirements": "infrastructure",
            "reviewers": "reviewers", "risks": "risks"}  # fmt: skip
_TEXTS = ("title", "summary", "what_it_is", "why_it_matters", "provenance", "source", "date")
_TEXT = pd.StringDtype("pyarrow", na_value=np.nan)  # whatever pandas is told to use for small tables


class PackedFacet(Facet):
    """A facet held as packed bits, ``words`` of shape (terms, words); its ``table`` is made when asked for, and not kept."""

    def __init__(self, definition: FacetFile, terms: pd.Index, words: np.ndarray, multiple: bool, ids: pd.Index):
        told = {"name": definition.facet, "title": definition.title, "definition": definition.definition, "ordered": definition.ordered}
        told["definitions"] = {term.name: term.definition for term in definition.terms}
        vars(self).update(told, terms=terms, words=words, multiple=multiple, _ids=ids)

    @property
    def table(self) -> pd.DataFrame:
        return pd.DataFrame(unpack(self.words, len(self._ids)).T, index=self._ids, columns=self.terms)


class Entries(Mapping):
    """The entries by identifier, each read from the file when asked for."""

    def __init__(self, file: pq.ParquetFile, ids: pd.Index):
        self._file, self._ids, self._named = file, ids, pa.array(ids.array)
        self._order = pc.sort_indices(self._named).to_numpy().astype(np.int32)

    def __getitem__(self, workflow: str) -> Workflow:
        place = int(self.places([workflow])[0])
        if place < 0:
            raise KeyError(workflow)
        return self.some(np.array([place]))[0]

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)

    def places(self, ids: Iterable[str]) -> np.ndarray:
        """The places of workflows, by binary search; -1 for an id that none has."""
        found = []
        for name in ids:
            at = bisect_left(self._order, name, key=lambda place: self._named[place].as_py())
            place = int(self._order[at]) if at < len(self._order) else -1
            found.append(place if place >= 0 and self._named[place].as_py() == name else -1)
        return np.array(found, dtype=np.int64)

    def some(self, places: np.ndarray) -> list[Workflow]:
        """The entries at some places, of which those that stand near each other are read together."""
        rows = {place: entry(row) for place, row in rows_at(self._file, places)}
        return [rows[place] for place in places.tolist()]

    def tables(self) -> Iterator[pa.Table]:
        """The rows of the file, some thousands at a time."""
        return map(self._file.read_row_group, range(self._file.num_row_groups))

    def companies(self) -> pd.DataFrame:
        """What :attr:`Atlas.companies` is, its text by distinct values."""
        parts = coded(self._file, "companies")
        lines = {name: pd.Categorical.from_codes(part.codes, part.values.to_pylist()) for name, part in parts.items()}
        return pd.DataFrame({"place": np.repeat(np.arange(len(self), dtype=np.int32), parts["name"].lengths), **lines}, copy=False)

    def values(self) -> Iterator[Workflow]:
        for group in range(self._file.num_row_groups):
            rows = self._file.read_row_group(group)
            for first in range(0, len(rows), 1_000):
                yield from map(entry, rows.slice(first, 1_000).to_pylist())


def is_large(path: Path) -> bool:
    """Whether a path is one Parquet file."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(4) == b"PAR1"


def read_large(path: Path, version: str) -> Atlas:
    """The atlas in a file. Raises :class:`AtlasError` for a file that holds none, for rows that the schema does not accept
    and for labels outside the vocabulary."""
    try:
        file = pq.ParquetFile(path)
        check(file, path.name)
        return _built(file, path, version)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise AtlasError([Problem(path.name, "", f"is not a readable Parquet file: {error}")]) from None


def _built(file: pq.ParquetFile, path: Path, version: str) -> Atlas:
    taxonomy, about = load_taxonomy(), json.loads((file.metadata.metadata or {}).get(ABOUT, b"{}"))
    ids, unsound, problems = _ids(file, path.name)
    facets, frame, searched, origins, wordy = {}, {}, {}, [], []
    for column in SCHEMA.names[1:]:
        parts = coded(file, column)
        unsound += [checking.unsound(held, column, part) for part, held in parts.items()]
        held, readers = parts[_LABELS.get(column)], taxonomy.readers(column)
        if column in checking.ORIGINS:
            origins.append(held)
        problems += _unknown(held, column, readers, path.name)
        if problems or any(map(len, unsound)):
            continue
        facets |= {facet.facet: packed(facet, held, ids) for facet in readers}
        if column in _TEXTS:
            frame[column] = _text(file, column, held, ids)
        if column in ("title", "summary") and len(held.values) > len(held.codes) // 8:
            wordy.append(column)
        elif column in _SEARCHED:
            searched[column] = indexed(held.values, held.codes, held.lengths)
        if column in _COUNTED:
            frame[_COUNTED[column]] = pd.Series(held.lengths.astype(np.int16), index=ids)
    unsound.append(checking.unfounded(*origins))
    _refuse(problems, np.unique(np.concatenate(unsound)), file, path.name)
    for column in wordy:  # texts that do not repeat are found by their words
        held = coded(file, column, split=True)[None]
        searched[column] = indexed(held.values, held.codes, held.lengths)
    frame |= {name: _scale(facets[name], ids) for name in ("category", "stage")}
    frame["companies"] = pd.Series(_held(facets["company"]), index=ids)
    names = ["title", "category", "stage", "summary", "what_it_is", "why_it_matters", "buyers", "capabilities", "controls",
             "infrastructure", "reviewers", "risks", "companies", "provenance", "source", "date"]  # fmt: skip
    pa.default_memory_pool().release_unused()
    return Atlas(
        pd.DataFrame({name: frame[name] for name in names}, copy=False),
        taxonomy,
        about.get("name", path.name.partition(".")[0]),
        version,
        {name: facets[name] for name in taxonomy.facets},
        Entries(file, ids),
        origin=about.get("origin") or origin_of(frame["provenance"]),
        indexed=TextIndex(len(ids), searched),
    )


def _ids(file: pq.ParquetFile, shown: str) -> tuple[pd.Index, list[np.ndarray], list[Problem]]:
    """The identifiers, the rows of those that are none, and what to say of the first of those used again. Only those that are
    not plainly ids are put to the schema, which takes a second for a million."""
    held = file.read(["id"]).column(0)
    ids = pd.Index(_TEXT.__from_arrow__(pa.chunked_array([held.combine_chunks()])), name="workflow")
    again = np.flatnonzero(ids.duplicated() & ids.notna()) if len(pc.unique(held)) < len(held) else []
    problems = [
        Problem(shown, "id", f"{ids[place]!r} is already used in row {pc.index(held, ids[place]).as_py() + 1}", int(place) + 1)
        for place in again[:MAX_PROBLEMS]
    ]
    plain = pc.and_(pc.match_substring_regex(held, f"^{SLUG}$"), pc.less_equal(pc.binary_length(held), 80))
    doubtful = np.flatnonzero(pc.invert(pc.fill_null(plain, False)))
    unsound = doubtful[checking.misfits(held.take(doubtful), checking.LEAVES["id", None][0])]
    problems += [
        Problem(shown, "id", f"{ids[place]!r} has white space around it; take it off", int(place) + 1)
        for place in np.setdiff1d(doubtful, unsound)[:MAX_PROBLEMS]
    ]
    return ids, [unsound], problems


def _text(file: pq.ParquetFile, column: str, held: Coded, ids: pd.Index) -> pd.Series:
    """A column of the frame of workflows: as it is where nearly every workflow has a text of its own, else by distinct values."""
    if len(held.values) > len(ids) // 2:
        return pd.Series(_TEXT.__from_arrow__(file.read([column]).column(0)), index=ids)
    return pd.Series(pd.Categorical.from_codes(held.codes, held.values.to_pylist()), index=ids)


def _unknown(labels: Coded, column: str, readers: list[FacetFile], shown: str) -> list[Problem]:
    """The labels that no facet knows, each with the first row that it stands in."""
    if not readers or any(facet.open for facet in readers):
        return []
    known = {label for facet in readers for label in facet.by_label}
    remedy = "; add it to the vocabulary, or bring the workflows in another format, in which labels of one's own become terms"
    values = labels.values.to_pylist()
    unknown = {code for code, label in enumerate(values) if label.casefold() not in known}
    if not unknown:
        return []
    codes, first = np.unique(labels.codes, return_index=True)
    wrong = [(values[code], place) for code, place in zip(codes, first, strict=True) if code in unknown]
    rows = checking.rows_of(labels, np.array([place for _, place in wrong], dtype=np.int64))
    return [
        Problem(shown, column, f"{label!r} is not in the vocabulary{nearest(label, known) if i < 20 else ''}{remedy}", int(row) + 1)
        for i, ((label, _), row) in enumerate(zip(wrong, rows, strict=True))
    ]


def _refuse(problems: list[Problem], unsound: np.ndarray, file: pq.ParquetFile, shown: str) -> None:
    """Raise :class:`AtlasError` with what is wrong, if anything is. Problems beyond the first thousand are counted."""
    while len(unsound) and len(problems) < MAX_PROBLEMS:
        problems += checking.told(file, unsound[:MAX_PROBLEMS], shown)
        unsound = unsound[MAX_PROBLEMS:]
    more = max(len(problems) - MAX_PROBLEMS, 0) + len(unsound)
    if problems:
        raise AtlasError(problems[:MAX_PROBLEMS] + ([Problem(shown, "", f"has {more:,} more problems like these")] if more else []))


def packed(definition: FacetFile, labels: Coded, ids: pd.Index) -> PackedFacet:
    """A facet from the labels of each workflow. Blocks of workflows go through a table of booleans, so that little is held at once."""
    values = labels.values.to_pylist()
    meant = [definition.terms_of([value]) for value in values]
    terms = ordered_terms(definition, {term for found in meant for term in found})
    place = {term: i for i, term in enumerate(terms)}
    depth = max(map(len, meant), default=0)
    filled = [[place[term] for term in found] + [len(terms)] * (depth - len(found)) for found in meant]
    terms_of = np.array(filled, dtype=np.int32).reshape(len(values), depth)
    words = np.zeros((len(terms), -(-len(ids) // WORD)), dtype="<u8")
    ends, multiple = np.append(0, np.cumsum(labels.lengths)), False
    for first in range(0, len(ids), BLOCK):
        lengths = labels.lengths[first : first + BLOCK]
        found = terms_of[labels.codes[ends[first] : ends[first + len(lengths)]]]
        dense = np.zeros((len(terms) + 1, BLOCK), dtype=bool)  # the last row takes what is no term
        dense[found.T, np.repeat(np.arange(len(lengths)), lengths)] = True
        block = np.packbits(dense[:-1], axis=1, bitorder="little").view("<u8")
        words[:, first // WORD : first // WORD + block.shape[1]] = block[:, : words.shape[1] - first // WORD]
        multiple = multiple or bool((dense[:-1].sum(axis=0, dtype=np.int16) > 1).any())
    return PackedFacet(definition, terms, words.astype(np.uint64, copy=False), multiple, ids)


def _held(facet: PackedFacet) -> np.ndarray:
    """How many terms of a facet each workflow has."""
    held = np.zeros(len(facet._ids), dtype=np.int16)
    for row in facet.words:
        held += unpack(row, len(held))
    return held


def _scale(facet: PackedFacet, ids: pd.Index) -> pd.Series:
    """A facet of which every workflow has one term, as a column."""
    codes = np.full(len(ids), -1, dtype=np.int8)
    for i, row in enumerate(facet.words):
        codes[unpack(row, len(ids)) & (codes < 0)] = i
    return pd.Series(pd.Categorical.from_codes(codes, facet.names, ordered=facet.ordered), index=ids)
