"""The atlas in a database."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from atlas_data.atlas import Atlas
from atlas_data.bits import unpack
from atlas_data.dictionary import PARTS, TABLES
from atlas_data.engines.connecting import FORM, connect, folder, scheme, shown
from atlas_data.engines.engine import FEW, Engine
from atlas_data.engines.listing import Listing
from atlas_data.engines.rows import Rows
from atlas_data.large import PackedFacet
from atlas_data.problems import AtlasError, Problem
from atlas_data.schema import Company, Workflow
from atlas_data.searching import folded
from atlas_data.tables import from_tables
from atlas_data.taxonomy import FacetFile

_VOCABULARY = ("facets", "terms", "term_labels")
_OURS = ("atlas_about", "atlas_facts", "atlas_sets", "atlas_terms", "atlas_texts", "workflows")


def open_atlas(address: str) -> Atlas:
    """The atlas at an address. It is opened once, and a DuckDB file or a folder again when it was replaced."""
    changed = folder(address).stat().st_mtime_ns if scheme(address) in ("duckdb", "spark") and folder(address).exists() else 0
    return _opened(address, changed)


@lru_cache(maxsize=4)
def _opened(address: str, changed: int) -> Atlas:
    connection = connect(address)
    for name in dict.fromkeys((*_OURS, *TABLES)):
        try:
            connection.table(name)
        except Exception:  # each engine has errors of its own
            reason = f"has no table {name!r}; write the atlas with python -m atlas_data export, which makes every table"
            raise AtlasError([Problem(shown(address), "", reason)]) from None
    about = json.loads(connection.table("atlas_about").to_pyarrow().column(0)[0].as_py())
    if about.get("form") != FORM:
        reason = "was written by another version, whose searches find other words; write it anew with python -m atlas_data export --force"
        raise AtlasError([Problem(shown(address), "", reason)])
    read = {name: connection.table(name).to_pyarrow().to_pandas() for name in (*_VOCABULARY, "atlas_terms")}
    contents = from_tables(
        {"workflows": pd.DataFrame(columns=TABLES["workflows"].names), **{name: read[name] for name in _VOCABULARY}}, "table {}"
    )
    if contents.problems or contents.taxonomy is None:
        raise AtlasError(contents.problems)
    taxonomy = contents.taxonomy
    order = read["facets"].sort_values("position")["facet"]
    terms = {name: part.sort_values("position")["term"] for name, part in read["atlas_terms"].groupby("facet")}
    names = {name: pd.Index(list(terms.get(name, ())), name=name, dtype="str") for name in order}
    engine = Engine(connection, about["workflows"], {name: len(held) for name, held in names.items()})
    listing = Listing(engine, taxonomy)
    facets = {
        name: HeldFacet(taxonomy.facets[name], held, engine.rows_of(name), name in about["multiple"], listing)
        for name, held in names.items()
    }
    entries = Entries(engine, listing)
    return Atlas(
        listing, taxonomy, about["name"], about["version"], facets, entries, origin=about["origin"], indexed=Texts(engine), engine=engine
    )  # fmt: skip


class HeldFacet(PackedFacet):
    """A facet whose bits are in a database."""

    def __init__(self, definition: FacetFile, terms: pd.Index, words: Rows, multiple: bool, listing: Listing):
        super().__init__(definition, terms, words, multiple, listing)

    @property
    def table(self) -> pd.DataFrame:
        words = self.words.engine.words(self.name)
        return pd.DataFrame(unpack(words, len(self._ids)).T, index=self._ids.index, columns=self.terms)


class Texts:
    """What a search asks of an engine, as :class:`atlas_data.searching.TextIndex`."""

    parts = ("title", "summary")

    def __init__(self, engine: Engine):
        self._engine = engine

    def having(self, word: str) -> Rows:
        return self._engine.mask(words=[word])

    def bits(self, word: str, *parts: str) -> np.ndarray:
        found = Rows(self._engine, [((), frozenset({("text", part, folded(word))})) for part in parts])
        return unpack(np.bitwise_or.reduce(np.asarray(found), axis=0), self._engine.workflows)


class Entries(Mapping):
    """The entries by identifier, each asked for when it is needed."""

    def __init__(self, engine: Engine, listing: Listing):
        self._engine, self._listing = engine, listing

    def __getitem__(self, workflow: str) -> Workflow:
        return self._read([workflow])[workflow]

    def __iter__(self) -> Iterator[str]:
        return iter(self._listing.index)

    def __len__(self) -> int:
        return len(self._listing)

    def some(self, places: np.ndarray) -> list[Workflow]:
        """The entries at some places of the atlas, some hundreds at once."""
        ids, found = self._listing.iloc[np.asarray(places)].index, {}
        for first in range(0, len(ids), 500):
            found |= self._read(ids[first : first + 500].tolist())
        return [found[workflow] for workflow in ids]

    def places(self, ids: list[str]) -> np.ndarray:
        """The places of workflows, -1 for an id that none has: asked for by name while no list of all names is held."""
        if "index" in vars(self._listing) or len(ids) > FEW:
            return self._listing.index.get_indexer(ids)
        asked = [name for name in ids if "\0" not in name]  # PostgreSQL refuses it, and no id has it
        held = self._engine.some("workflows", "id", asked, ["id", "place"])
        place = dict(zip(held.column("id").to_pylist(), held.column("place").to_pylist(), strict=True))
        return np.array([place.get(name, -1) for name in ids], dtype=np.int64)

    def values(self) -> Iterator[Workflow]:
        for first in range(0, len(self), 500):
            yield from self.some(np.arange(first, min(first + 500, len(self))))

    def companies(self) -> pd.DataFrame:
        """What :attr:`Atlas.companies` is, its text by distinct values where many."""
        held = self._engine.companies(list(Company.model_fields))
        held = held.take(np.lexsort((held.column("position").to_numpy(), held.column("place").to_numpy())))
        lines = {name: held.column(name).to_pandas().array for name in Company.model_fields}
        return pd.DataFrame({"place": held.column("place").to_numpy().astype(np.int32), **lines})

    def _read(self, ids: list[str]) -> dict[str, Workflow]:
        names = {"workflows": "id", "labels": "workflow", **dict.fromkeys(PARTS, "workflow")}
        tables: dict[str, Any] = {name: self._engine.some(name, key, ids, TABLES[name].names).to_pandas() for name, key in names.items()}
        contents = from_tables(tables, "table {}")
        if contents.problems:
            raise AtlasError(contents.problems)
        return {entry.id: entry for entry in contents.entries}
