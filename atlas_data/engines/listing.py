"""The frame of workflows of an atlas in a database: a few rows are asked for by name, a whole column is read once and kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from atlas_data.bits import unpack
from atlas_data.engines.engine import FEW, Engine
from atlas_data.engines.writing import LISTED
from atlas_data.taxonomy import Taxonomy

COLUMNS = ("title", "category", "stage", "summary", "what_it_is", "why_it_matters", *LISTED, "provenance", "source", "date")
_SCALES = ("category", "stage")


class Listing:
    """What stands for :attr:`Atlas.workflows`. ``loc``, ``iloc`` and ``at`` of up to 2,000 workflows are one query; a column by its
    name is read whole, once; whatever else a frame can do is done by the whole frame."""

    columns = pd.Index(COLUMNS)

    def __init__(self, engine: Engine, taxonomy: Taxonomy):
        self._engine, self._taxonomy = engine, taxonomy
        self._held: dict[str, pd.Series] = {}
        self.loc, self.iloc, self.at = _By(self._located), _By(self._placed), _By(lambda key, column: self._located(key, column))

    @cached_property
    def index(self) -> pd.Index:
        return pd.Index(self._column("id"), name="workflow")

    def __len__(self) -> int:
        return self._engine.workflows

    def __iter__(self) -> Iterator[str]:
        return iter(self.columns)

    def __contains__(self, name: object) -> bool:
        return name in self.columns

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, str):
            if key not in self._held:
                if key not in self.columns:
                    raise KeyError(key)
                self._held[key] = pd.Series(self._typed(key, self._column(key)), index=self.index, name=key)
            return self._held[key]
        if isinstance(key, list) and all(isinstance(name, str) for name in key):
            return pd.DataFrame({name: self[name] for name in key}, index=self.index)
        return self.loc[key]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self.whole, name)

    @cached_property
    def whole(self) -> pd.DataFrame:
        return self[list(COLUMNS)]

    def _located(self, key: Any, columns: Any = None) -> Any:
        if isinstance(key, str):
            if "index" not in vars(self):  # one by its name needs no list of all names
                found = self._engine.some("workflows", "id", [key], ["place"]).column(0).to_pylist()
                if not found:
                    raise KeyError(key)
                return self._placed(found[0], columns)
            return self._placed(self.index.get_loc(key), columns)
        if isinstance(key, slice):
            return self.whole.loc[key] if columns is None else self.whole.loc[key, columns]
        held = np.asarray(key)
        if held.dtype == bool:
            return self._placed(np.flatnonzero(held), columns)
        places = self.index.get_indexer(list(key))
        if (places < 0).any():
            raise KeyError(f"{[one for one, place in zip(key, places, strict=True) if place < 0]} not in index")
        return self._placed(places, columns)

    def _placed(self, key: Any, columns: Any = None) -> Any:
        if columns is not None and not isinstance(columns, str | list):
            return self.whole.loc[:, columns].iloc[key]
        if isinstance(key, int | np.integer):
            row = self._rows(np.array([key if key >= 0 else key + len(self)]), [columns] if isinstance(columns, str) else columns)
            return row[columns].iloc[0] if isinstance(columns, str) else row.iloc[0]
        places = np.arange(len(self))[key] if isinstance(key, slice) else np.asarray(key)
        places = np.flatnonzero(places) if places.dtype == bool else places.astype(np.int64)
        rows = self._rows(places, [columns] if isinstance(columns, str) else columns)
        return rows[columns] if isinstance(columns, str) else rows

    def _rows(self, places: np.ndarray, columns: list[str] | None) -> pd.DataFrame:
        names = list(COLUMNS) if columns is None else columns
        if len(places) > FEW or all(name in self._held for name in names):
            return self[names].iloc[places]
        numbers = [name for name in names if name in LISTED]
        texts = self._engine.some("workflows", "place", places.tolist(), ["place", "id", *(name for name in names if name not in LISTED)])
        parts = {name: texts.column(name).to_pylist() for name in texts.column_names}
        row = {place: i for i, place in enumerate(parts["place"])}
        order = [row[place] for place in places.tolist()]
        held = {name: [parts[name][i] for i in order] for name in parts}
        if numbers:
            counts = self._engine.some("atlas_facts", "place", places.tolist(), ["place", *(f"n_{name}" for name in numbers)])
            row = {place: i for i, place in enumerate(counts.column("place").to_pylist())}
            held |= {name: [counts.column(f"n_{name}")[row[place]].as_py() for place in places.tolist()] for name in numbers}
        index = pd.Index(held["id"], name="workflow", dtype="str")
        return pd.DataFrame({name: pd.Series(self._typed(name, held[name]), index=index) for name in names}, index=index)

    def _column(self, name: str) -> Any:
        """A column of every workflow, in the order of the atlas."""
        if name in LISTED:
            return self._engine.column(f"n_{name}")
        if name in _SCALES and name in self._taxonomy.facets:
            words, codes = self._engine.words(name), np.full(len(self), -1, dtype=np.int8)
            for i, row in enumerate(words):
                codes[unpack(row, len(self)) & (codes < 0)] = i
            return pd.Categorical.from_codes(codes, dtype=self._scale(name))
        found = self._engine.whole("workflows", ["place", name])
        place = found.column("place").to_numpy()
        if name == "date":
            values = np.empty(len(self), dtype=object)
            values[place] = found.column(name).to_pylist()
            return values
        order = np.empty(len(self), dtype=np.int64)
        order[place] = np.arange(len(self))
        return found.column(name).take(order).to_pandas().array

    def _scale(self, name: str) -> pd.CategoricalDtype:
        facet = self._taxonomy.facets[name]
        return pd.CategoricalDtype([term.name for term in facet.terms], ordered=facet.ordered)

    def _typed(self, name: str, values: Any) -> Any:
        if name in LISTED:
            return np.asarray(values, dtype=np.int64)
        if name in _SCALES and name in self._taxonomy.facets and isinstance(values, list):
            facet = self._taxonomy.facets[name]
            return pd.Categorical([next(iter(facet.terms_of([label])), None) for label in values], dtype=self._scale(name))
        if name == "date":
            return np.array(values, dtype=object)
        return pd.array(values, dtype="str") if name not in _SCALES or name not in self._taxonomy.facets else values


class _By:
    """Rows by what stands in brackets."""

    def __init__(self, find: Callable[..., Any]):
        self._find = find

    def __getitem__(self, key: Any) -> Any:
        return self._find(*key) if isinstance(key, tuple) else self._find(key)
