"""What is asked of a database: how many, which, and a few rows. Answers are kept, so that a view asks each question once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from threading import RLock
from typing import Any

import numpy as np
import pyarrow as pa

from atlas_data.bits import WORD, pack
from atlas_data.engines.rows import EVERYONE, Row, Rows, Where, where_of
from atlas_data.searching import folded

FEW = 2_000  # workflows up to which rows are asked for by name
_LITERALS = 20  # values up to which a list of them is as quick
_SPLITTING = ("duckdb", "postgres")  # where a text can be taken apart, and was tried
_KEPT = {"counts": 512, "places": 32}


@dataclass(frozen=True)
class Counts:
    """How many workflows have each combination of terms: sorted ``keys``, places in an array of shape ``sizes``, and ``n`` of each."""

    sizes: tuple[int, ...]
    keys: np.ndarray
    n: np.ndarray

    def of(self, terms: np.ndarray) -> np.ndarray:
        """The counts of combinations, int64 of shape (combinations,)."""
        key = np.ravel_multi_index(tuple(terms.T), self.sizes) if self.sizes else np.zeros(len(terms), dtype=np.int64)
        at = np.minimum(np.searchsorted(self.keys, key), max(len(self.keys) - 1, 0))
        return np.where(self.keys[at] == key, self.n[at], 0) if len(self.keys) else np.zeros(len(key), dtype=np.int64)


class Engine:
    """A database through Ibis. ``asked``: how many queries it was sent; ``pulled``: what was read of every workflow, name by name."""

    def __init__(self, connection: Any, workflows: int, sizes: dict[str, int]):
        self.connection, self.workflows, self.sizes = connection, workflows, sizes
        self.known: dict[str, Any] = {}
        self.facts, self.bridge = self.named("atlas_facts"), self.named("atlas_sets")
        self.asked, self.pulled = 0, []
        self._lock, self._texts, self._searches = RLock(), {}, 0
        self._kept: dict[str, OrderedDict] = {}

    def ask(self, expression: Any) -> pa.Table:
        """The rows that answer a query."""
        with self._lock:
            self.asked += 1
            return self.connection.to_pyarrow(expression)

    def named(self, name: str) -> Any:
        """A table of the database."""
        if name not in self.known:
            self.known[name] = self.connection.table(name)
        return self.known[name]

    def rows_of(self, facet: str) -> Rows:
        """What stands for the bits of a facet."""
        return Rows(self, [(((facet, term),), EVERYONE) for term in range(self.sizes[facet])])

    def mask(
        self,
        terms: Iterable[tuple[str, Sequence[int], bool]] = (),
        words: Iterable[str] = (),
        picked: Sequence[int] | None = None,
    ) -> Rows:
        """What stands for the bits of a selection: of each facet some terms, and whether all of them are needed; the words of a
        search; places of workflows."""
        where = set()
        for facet, places, every in terms:
            where |= {("any", facet, (int(place),)) for place in places} if every else {("any", facet, tuple(map(int, places)))}
        where |= {("text", "", folded(word)) for word in words}
        where |= {("picked", tuple(map(int, picked)))} if picked is not None else set()
        return Rows(self, [((), frozenset(where))], single=True)

    # Counts.

    def counts(self, facets: tuple[str, ...], where: Where) -> Counts:
        """How many workflows that meet conditions have each combination of terms of some facets, in order; a facet may stand twice."""
        return self._once("counts", (facets, where), lambda: self._counts(facets, where))

    def _counts(self, facets: tuple[str, ...], where: Where) -> Counts:
        chosen = self._chosen(where)
        if not facets:
            return Counts((), np.zeros(1, dtype=np.int64), _numbers(self.ask(chosen.aggregate(n=chosen.count())), "n"))
        grouped = chosen.group_by([f"f_{name}" for name in dict.fromkeys(facets)]).aggregate(n=chosen.count())
        for i, name in enumerate(facets):
            sets = self._bridge(name).select(**{f"code{i}": "code", f"term{i}": "term"})
            grouped = grouped.join(sets, grouped[f"f_{name}"] == sets[f"code{i}"])
        names = [f"term{i}" for i in range(len(facets))]
        found = self.ask(grouped.group_by(names).aggregate(n=grouped["n"].sum().cast("int64")))
        sizes = tuple(self.sizes[name] for name in facets)
        keys = np.ravel_multi_index(tuple(_numbers(found, name) for name in names), sizes)
        order = np.argsort(keys)
        return Counts(sizes, keys[order], _numbers(found, "n")[order])

    def tally(self, column: str, mask: Rows) -> tuple[np.ndarray, np.ndarray]:
        """The distinct values of a column of ``atlas_facts`` among the workflows of a mask, in order, and how many have each."""

        def ask() -> tuple[np.ndarray, np.ndarray]:
            chosen = self._chosen(where_of(mask.rows[0]))
            found = self.ask(chosen.group_by(column).aggregate(n=chosen.count()))
            order = np.argsort(_numbers(found, column))
            return _numbers(found, column)[order], _numbers(found, "n")[order]

        return self._once("counts", ("tally", column, where_of(mask.rows[0])), ask)

    def crossed(self, facet: str, by: str, mask: Rows) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Which sets of terms of one facet meet which of another in the workflows of a mask: the one's, the other's, and in how many."""

        def ask() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
            chosen = self._chosen(where_of(mask.rows[0]))
            columns = f"f_{facet}", f"f_{by}"
            found = self.ask(chosen.group_by(list(dict.fromkeys(columns))).aggregate(n=chosen.count()))
            return *(_numbers(found, column) for column in columns), _numbers(found, "n")

        return self._once("counts", ("crossed", facet, by, where_of(mask.rows[0])), ask)

    def forget(self) -> None:
        """Let go of every answer."""
        with self._lock:
            self._kept.clear()

    # What is read of every workflow.

    def sets(self, facet: str) -> np.ndarray:
        """The distinct sets of terms in the atlas, bool (sets, terms)."""

        def ask() -> np.ndarray:
            chosen = self._bridge(facet)
            found, number = self.ask(chosen.select("code", "term")), self.facts[f"f_{facet}"].max()
            sets = np.zeros((int(_numbers(self.ask(self.facts.aggregate(n=number)), "n")[0]) + 1, self.sizes[facet]), dtype=bool)
            sets[_numbers(found, "code"), _numbers(found, "term")] = True
            return sets

        return self._once("sets", facet, ask)

    def column(self, name: str) -> np.ndarray:
        """A column of ``atlas_facts``, int32 of shape (workflows,)."""

        def ask() -> np.ndarray:
            self.pulled.append(name)
            found, values = self.ask(self.facts.select("place", name)), np.zeros(self.workflows, dtype=np.int32)
            values[_numbers(found, "place")] = _numbers(found, name)
            return values

        return self._once("columns", name, ask)

    def which(self, facet: str) -> np.ndarray:
        """The place among :meth:`sets` of each workflow's set."""
        return self.column(f"f_{facet}")

    def words(self, facet: str) -> np.ndarray:
        """The packed bits of a facet."""

        def make() -> np.ndarray:
            sets, which = self.sets(facet), self.which(facet)
            return np.array([pack(term[which]) for term in sets.T]).reshape(self.sizes[facet], -(-self.workflows // WORD))

        return self._once("words", facet, make)

    def table(self, rows: Sequence[Row]) -> np.ndarray:
        """The packed bits of some rows, from those of their facets and conditions."""
        found = np.empty((len(rows), -(-self.workflows // WORD)), dtype=np.uint64)
        for place, (atoms, where) in zip(found, rows, strict=True):
            place[:] = self.bits(((), where))
            for facet, term in atoms:
                place &= self.words(facet)[term]
        return found

    def bits(self, row: Row) -> np.ndarray:
        """The packed bits of one row."""
        where = where_of(row)
        return self._once("places", where, lambda: pack(self._marked(where)))

    def _marked(self, where: Where) -> np.ndarray:
        if not where:
            return np.ones(self.workflows, dtype=bool)
        bits = np.zeros(self.workflows, dtype=bool)
        bits[_numbers(self.ask(self._chosen(where).select("place")), "place")] = True
        return bits

    def set_at(self, facet: str, places: np.ndarray) -> np.ndarray:
        """The place among :meth:`sets` of the set of the workflows at some places, or of a boolean each."""
        places = np.asarray(places)
        places, name = np.flatnonzero(places) if places.dtype == bool else places, f"f_{facet}"
        if not len(places):
            return np.zeros(0, dtype=np.int32)
        if len(places) > FEW or name in self._kept.get("columns", ()):
            return self.which(facet)[places]
        found = self.ask(self.facts.filter(self._among(self.facts.place, places.tolist())).select("place", name))
        code = dict(zip(found.column("place").to_pylist(), found.column(name).to_pylist(), strict=True))
        return np.array([code[place] for place in places.tolist()], dtype=np.int32)

    def terms_at(self, facet: str, places: np.ndarray) -> np.ndarray:
        """Which terms the workflows at some places have, bool (places, terms)."""
        return self.sets(facet)[self.set_at(facet, places)]

    def some(self, name: str, key: str, values: Sequence[Any], columns: Sequence[str] | None = None) -> pa.Table:
        """The rows of a table whose ``key`` is one of some values."""
        table = self.named(name)
        found = table.filter(self._among(table[key], values))
        return self.ask(found.select(*columns) if columns else found)

    def whole(self, name: str, columns: Sequence[str]) -> pa.Table:
        """Some columns of a whole table, in no order."""
        self.pulled.append(f"{name}: {', '.join(columns)}")
        return self.ask(self.named(name).select(*columns))

    def companies(self, columns: Sequence[str]) -> pa.Table:
        """Some columns of the lines of companies, with the place of their workflow, in no order."""
        self.pulled.append("companies")
        lines, workflows = self.named("companies"), self.named("workflows").select("id", "place")
        return self.ask(lines.join(workflows, lines.workflow == workflows.id).select("place", "position", *columns))

    # Conditions.

    def _chosen(self, where: Where) -> Any:
        """The rows of ``atlas_facts`` that meet conditions."""
        return self.facts.filter([self._meets(part) for part in sorted(where, key=repr)]) if where else self.facts

    def _meets(self, part: tuple) -> Any:
        kind, *rest = part
        if kind == "any":
            facet, terms = rest
            sets = self._bridge(facet)
            return self.facts[f"f_{facet}"].isin(sets.filter(sets.term.isin(list(terms))).code)
        if kind == "text":
            return self.facts.place.isin(self._text(*rest).place)
        if kind == "picked":
            return self._among(self.facts.place, rest[0]) if rest[0] else self.facts.place < 0
        if kind == "not":
            return ~self._all(rest[0])
        either = [self._all(where) for where in sorted(rest[0], key=repr)]
        found = either[0]
        for other in either[1:]:
            found = found | other
        return found

    def _all(self, where: Where) -> Any:
        found = self.facts.place >= 0
        for part in sorted(where, key=repr):
            found = found & self._meets(part)
        return found

    def _among(self, column: Any, values: Sequence[Any]) -> Any:
        """Whether a column has one of some values. Many go as one text that the engine takes apart: as literals they take Ibis ten times
        as long."""
        told = [str(value) for value in values]
        if len(told) <= _LITERALS or self.connection.name not in _SPLITTING or any("," in value for value in told):
            return column.isin(list(values))
        import ibis

        wanted = ibis.literal(",".join(told)).split(",").unnest().cast(column.type()).name("value").as_table()
        return column.isin(wanted.value)

    def _bridge(self, facet: str) -> Any:
        return self.bridge.filter(self.bridge.facet == facet).select("code", "term")

    def _text(self, part: str, word: str) -> Any:
        """The places of workflows with a word in a part of their text (any, without); searched once, and kept in the engine."""
        texts = self.named("atlas_texts")
        if "\0" in word:  # no engine need hold it, and some refuse it
            return texts.filter(texts.place < 0).select("place")
        columns = [part] if part else ["title", "summary", "labels"]
        having = texts[columns[0]].contains(word)
        for name in columns[1:]:
            having = having | texts[name].contains(word)
        return self._held((part, word), texts.filter(having).select("place"))

    def _held(self, key: Hashable, expression: Any) -> Any:
        """The answer of a query as a table of the engine's own for this connection, where it can make one."""
        with self._lock:
            if key not in self._texts:
                name = f"atlas_found_{self._searches % 64}_{id(self):x}"
                self._searches += 1
                sql = str(self.connection.compile(expression))
                if hasattr(self.connection, "_session"):
                    self.connection._session.sql(sql).persist().createOrReplaceTempView(name)
                elif self.connection.name in ("duckdb", "postgres", "sqlite"):
                    self._run(f"DROP TABLE IF EXISTS {name}", f"CREATE TEMPORARY TABLE {name} AS {sql}")
                else:
                    return expression
                self.asked += 1
                for old in [old for old, other in self._texts.items() if other == name]:
                    del self._texts[old]
                self._texts[key] = name
                self.known.pop(name, None)
            return self.named(self._texts[key])

    def _run(self, *statements: str) -> None:
        for statement in statements:
            cursor = self.connection.raw_sql(statement)
            if hasattr(cursor, "close") and self.connection.name != "duckdb":
                cursor.close()

    def _once(self, kind: str, key: Hashable, make: Callable[[], Any]) -> Any:
        with self._lock:
            held = self._kept.setdefault(kind, OrderedDict())
            if key not in held:
                held[key] = make()
                while len(held) > _KEPT.get(kind, 1 << 30):
                    held.popitem(last=False)
            held.move_to_end(key)
            return held[key]


def _numbers(table: pa.Table, name: str) -> np.ndarray:
    return table.column(name).to_numpy().astype(np.int64)
