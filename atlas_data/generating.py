"""Synthetic atlases of any size, shaped like the packaged one, for measuring what a large atlas needs.

A smoothed bootstrap (Efron, B. and Tibshirani, R. J. (1993), An Introduction to the Bootstrap, section 16.5) in which the
smoothing is a uniform crossover (Syswerda, G. (1989), Uniform crossover in genetic algorithms, ICGA 3, 2-9). Each synthetic
workflow draws two packaged workflows of one category, a first and a second, with replacement. It is the first, except that
what only the first lists in a field is exchanged for what only the second lists there, item for item, with probability
``SWAPPED``. Both parents come from one distribution, so that the share of every term in a category stays what it is where
lists are of one length, as they nearly are; the covariance of two terms within a category shrinks by the factor
(1 - m)^2 + m^2 = 0.82 (m = 0.1), while what goes with the category stays.

Nothing in it is about a real company or page: companies are numbered, and identifiers, titles, texts, the provenance and
the name of the atlas say that it is synthetic.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from atlas_data.formats.columns import ABOUT, ROW_GROUP, SCHEMA, table
from atlas_data.loading import load_atlas

SWAPPED = 0.1
_CHUNK = 8 * ROW_GROUP  # workflows made at once: what memory holds, whatever the number asked for
_SAID = "Synthetic, made for measuring. "
_DAY = datetime.date(2026, 11, 21)


def generate(out: Path, workflows: int, seed: int) -> None:
    """Write a synthetic atlas of so many workflows to one Parquet file. The same number and seed give the same workflows."""
    about = {"name": f"Synthetic atlas of {workflows:,} workflows, seed {seed}", "origin": "synthetic"}
    schema = SCHEMA.with_metadata({ABOUT: json.dumps(about)})
    parents, random = _Parents(), np.random.default_rng(seed)
    with pq.ParquetWriter(out, schema, compression="zstd", write_statistics=False) as writer:
        for start in range(0, workflows, _CHUNK):
            rows = parents.children(start, min(_CHUNK, workflows - start), random)
            writer.write_table(rows.cast(schema), row_group_size=ROW_GROUP)


class _Parents:
    """The packaged workflows by columns, with every pair of one category lined up for the exchange."""

    def __init__(self):
        atlas = load_atlas()
        self.table = table(map(atlas.entry, atlas.workflows.index))
        category = self.table.column("category").to_numpy()
        first, second = np.nonzero(category[:, None] == category[None, :])
        self.choices = np.bincount(first)  # of each first parent
        self.starts = np.cumsum(self.choices) - self.choices
        self.born = np.zeros(len(self.table), dtype=np.int64)
        rows = {name: self.table.column(name).to_pylist() for name in SCHEMA.names if pa.types.is_list(SCHEMA.field(name).type)}
        rows["companies"] = _companies(rows["companies"])
        rows["stage"] = [[stage] for stage in self.table.column("stage").to_pylist()]
        same = {"risks": lambda risk: tuple(risk.values()), "companies": lambda company: company["name"]}
        self.lists = {
            name: _Lists(rows[name], same.get(name, str.casefold), first, second)
            for name in rows
            if name not in ("requirements", "completed", "sources")
        }

    def children(self, start: int, n: int, random: np.random.Generator) -> pa.Table:
        """So many workflows, the first of them numbered ``start`` + 1."""
        parent = random.integers(len(self.table), size=n)
        pair = self.starts[parent] + (random.random(n) * self.choices[parent]).astype(np.int64)
        columns = {name: pa.nulls(n, SCHEMA.field(name).type) for name in ("source", "completed", "sources")}
        columns |= {name: _taken(self.table.column(name), parent) for name in ("category", "requirements")}
        columns |= {name: lists.drawn(pair, random) for name, lists in self.lists.items()}
        columns["stage"] = columns["stage"].flatten()
        for name in ("summary", "what_it_is", "why_it_matters"):
            text = self.table.column(name).combine_chunks()
            said = pc.binary_join_element_wise(_SAID, text.dictionary, "")
            columns[name] = pa.DictionaryArray.from_arrays(text.indices, said).take(pa.array(parent))
        columns["id"] = _joined("synthetic-", _digits(np.arange(start + 1, start + n + 1), 7), "")
        columns["title"] = _joined(_taken(self.table.column("title"), parent), " (synthetic ", _digits(self._number(parent)), ")")
        columns["provenance"] = pa.array(["synthetic"] * n).dictionary_encode()
        columns["date"] = pa.array([_DAY] * n)
        for name in ("completed", "sources"):
            columns[name] = pa.array([[]] * n, pa.list_(pa.null())).cast(SCHEMA.field(name).type)
        return pa.table({name: columns[name] for name in SCHEMA.names})

    def _number(self, parent: np.ndarray) -> np.ndarray:
        """The number of each workflow among those of its first parent, from 1."""
        order, counts = np.argsort(parent, kind="stable"), np.bincount(parent, minlength=len(self.born))
        number = np.empty(len(parent), dtype=np.int64)
        number[order] = np.arange(1, len(parent) + 1) - np.repeat(np.cumsum(counts) - counts - self.born, counts)
        self.born += counts
        return number


class _Lists:
    """A list of each parent; of each pair of parents the items of the first, and beside each what the second may give for it."""

    def __init__(self, rows: list[list], same: Callable[[Any], Hashable], first: np.ndarray, second: np.ndarray):
        found = {json.dumps(item, sort_keys=True): item for row in rows for item in row}
        code, alike = {text: i for i, text in enumerate(found)}, {}
        self.values = pa.array(found.values())
        folded = np.array([alike.setdefault(same(item), len(alike)) for item in found.values()])
        codes = np.full((len(rows), max(map(len, rows))), -1, dtype=np.int32)
        for place, row in zip(codes, rows, strict=True):
            place[: len(row)] = [code[json.dumps(item, sort_keys=True)] for item in row]
        kinds = np.where(codes >= 0, folded[codes], -1)
        shared = kinds[first][:, :, None] == kinds[second][:, None, :]
        ours, theirs = ~shared.any(axis=2) & (codes[first] >= 0), ~shared.any(axis=1) & (codes[second] >= 0)
        self.first, self.instead = codes[first], np.full_like(codes[first], -1)
        rank = np.where(theirs, np.cumsum(theirs, axis=1) - 1, -1)  # the first item that only one has for the other's first
        for place in range(codes.shape[1]):
            match = (rank == (np.cumsum(ours, axis=1) - 1)[:, [place]]) & ours[:, [place]] & theirs
            self.instead[:, place] = np.where(match.any(axis=1), codes[second][np.arange(len(first)), match.argmax(axis=1)], -1)

    def drawn(self, pair: np.ndarray, random: np.random.Generator) -> pa.ListArray:
        """The list of a synthetic workflow of each pair."""
        items, instead = self.first[pair], self.instead[pair]
        swapped = (random.random(items.shape, dtype=np.float32) < SWAPPED) & (instead >= 0)
        items[swapped] = instead[swapped]
        held = items >= 0
        offsets = np.append(0, held.sum(axis=1).cumsum()).astype(np.int32)
        codes = pa.array(items[held])
        if not pa.types.is_struct(self.values.type):
            return pa.ListArray.from_arrays(offsets, pa.DictionaryArray.from_arrays(codes, self.values))
        names = [field.name for field in self.values.type]
        parts = [self.values.field(name).cast(pa.string()).dictionary_encode().take(codes) for name in names]
        return pa.ListArray.from_arrays(offsets, pa.StructArray.from_arrays(parts, names=names))


def _companies(rows: list[list[dict]]) -> list[list[dict]]:
    """As many companies in the same places, without their names: nobody does what a synthetic workflow says."""
    names = sorted({company["name"] for row in rows for company in row})
    number = {name: i for i, name in enumerate(names, 1)}
    return [[_company(number[name], role) for name, role in {c["name"]: c["role"] for c in row}.items()] for row in rows]


def _company(number: int, role: str) -> dict:
    page = {"website": None, "evidence_url": f"https://example.com/synthetic/{number}", "evidence": "Synthetic: there is no such page."}
    return {"name": f"Synthetic company {number:03d}", "product": None, "role": role, **page}


def _taken(column: pa.ChunkedArray, places: np.ndarray) -> pa.Array:
    return column.combine_chunks().take(pa.array(places))


def _joined(*parts: pa.Array | str) -> pa.Array:
    return pc.binary_join_element_wise(*parts, "")


def _digits(numbers: np.ndarray, width: int = 1) -> pa.Array:
    return pc.utf8_lpad(pa.array(numbers).cast(pa.string()), width, "0")
