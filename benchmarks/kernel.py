"""Counts of a filtered 40 x 21 matrix: the bit kernel against pandas, Polars, DuckDB, SciPy and BLAS.

    python -m benchmarks.kernel [--sizes 200 10000 1000000] [--rounds 21]

One question for all: among the workflows in two of five categories that have any of three capability families, how many
have each pair of one of 40 row terms and one of 21 column terms? Each engine gets its data in its own best form before the
clock starts; the clock runs from the question to the counts, the filter included. Every engine's counts are compared with
the kernel's. The engines take turns, in a new order each round, and the median of the rounds is shown.
"""

from __future__ import annotations

import argparse
import gc
import os
import platform
import time
from collections.abc import Callable
from functools import cached_property
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import scipy
from scipy import sparse

from analysis import kernel
from atlas_data import load_atlas

SEED = 20
CATEGORIES, FAMILIES = (1, 3), (2, 5, 8)  # the filter
ROWS, COLUMNS = 40, 21


C, R = [f"c{j}" for j in range(COLUMNS)], [f"r{i}" for i in range(ROWS)]


class Synthetic:
    """Random workflows whose terms are as frequent as in the atlas: 2 row terms and 6 column terms each on average."""

    def __init__(self, n: int):
        atlas = load_atlas()
        shares = {name: atlas.facet(name).table.mean().to_numpy() for name in ("category", "capability_family", "control")}
        falling = np.geomspace(12, 1, ROWS)
        shares["row"] = 2 * falling / falling.sum()
        random = np.random.default_rng(SEED)
        self.n = n
        self.category = random.choice(5, n, p=shares["category"]).astype(np.uint8)
        self.families, self.rows, self.columns = (
            random.random((n, len(shares[name]))) < shares[name] for name in ("capability_family", "row", "control")
        )

    def chosen(self) -> np.ndarray:
        """The filter in plain NumPy."""
        return np.isin(self.category, CATEGORIES) & self._by_family[list(FAMILIES)].any(axis=0)

    @cached_property
    def _by_family(self) -> np.ndarray:
        return np.ascontiguousarray(self.families.T)

    @property
    def long(self) -> list[dict[str, np.ndarray]]:
        """Families, rows and columns as workflow and number of the term, in the smallest types."""
        found = [np.nonzero(table) for table in (self.families, self.rows, self.columns)]
        return [{"workflow": workflow.astype(np.int32), "term": term.astype(np.uint8)} for workflow, term in found]

    @property
    def wide(self) -> dict[str, np.ndarray]:
        named = {f"f{i}": term for i, term in enumerate(self.families.T)} | dict(zip(R, self.rows.T, strict=True))
        named |= dict(zip(C, self.columns.T, strict=True))
        return {"category": self.category} | {name: np.ascontiguousarray(term) for name, term in named.items()}

    @property
    def joined(self) -> dict[str, np.ndarray]:
        row, workflow = np.nonzero(self.rows.T)
        return {"row": row.astype(np.uint8)} | {name: values[workflow] for name, values in self.wide.items() if name not in R}


def matrix_of(row: np.ndarray, column: np.ndarray, count: np.ndarray) -> np.ndarray:
    counts = np.zeros((ROWS, COLUMNS), dtype=np.int64)
    counts[row, column] = count
    return counts


# Each engine: prepare(data) returns the question to be timed.
Ask = Callable[[], np.ndarray]


def bit_kernel(data: Synthetic) -> Ask:
    categories = kernel.pack(data.category == np.arange(5, dtype=np.uint8)[:, None])
    families, rows, columns = (kernel.pack(np.ascontiguousarray(t.T)) for t in (data.families, data.rows, data.columns))

    def ask() -> np.ndarray:
        mask = kernel.any_of(categories[list(CATEGORIES)]) & kernel.any_of(families[list(FAMILIES)])
        return kernel.pair_counts(rows, columns, mask)

    return ask


def pandas_long(data: Synthetic) -> Ask:
    workflows = pd.DataFrame({"category": data.category})
    families, rows, columns = (pd.DataFrame(table) for table in data.long)

    def ask() -> np.ndarray:
        in_category = workflows.index[workflows["category"].isin(CATEGORIES)]
        in_family = families.loc[families["term"].isin(FAMILIES), "workflow"].unique()
        chosen = rows[rows["workflow"].isin(in_category) & rows["workflow"].isin(in_family)]
        both = chosen.merge(columns, on="workflow")
        table = pd.crosstab(both["term_x"], both["term_y"])
        return table.reindex(index=range(ROWS), columns=range(COLUMNS), fill_value=0).to_numpy()

    return ask


def pandas_joined(data: Synthetic) -> Ask:
    joined = pd.DataFrame(data.joined)

    def ask() -> np.ndarray:
        chosen = joined["category"].isin(CATEGORIES) & joined[[f"f{i}" for i in FAMILIES]].any(axis=1)
        sums = joined.loc[chosen, C].groupby(joined.loc[chosen, "row"]).sum()
        return matrix_of(sums.index.to_numpy()[:, None], np.arange(COLUMNS), sums.to_numpy())

    return ask


def polars_long(data: Synthetic) -> Ask:
    workflows = pl.LazyFrame({"workflow": np.arange(data.n, dtype=np.int32), "category": data.category})
    families, rows, columns = (pl.LazyFrame(table) for table in data.long)

    def ask() -> np.ndarray:
        in_category = workflows.filter(pl.col("category").is_in(CATEGORIES))
        in_family = families.filter(pl.col("term").is_in(FAMILIES))
        chosen = rows.join(in_category, on="workflow", how="semi").join(in_family, on="workflow", how="semi")
        found = chosen.join(columns, on="workflow").group_by("term", "term_right").len().collect()
        return matrix_of(found["term"].to_numpy(), found["term_right"].to_numpy(), found["len"].to_numpy())

    return ask


def _polars_chosen() -> pl.Expr:
    return pl.col("category").is_in(CATEGORIES) & pl.any_horizontal(f"f{i}" for i in FAMILIES)


def polars_wide(data: Synthetic) -> Ask:
    wide = pl.DataFrame(data.wide)
    terms = wide.select(R + C)
    pairs = [(pl.col(r) & pl.col(c)).sum().alias(f"{r} {c}") for r in R for c in C]

    def ask() -> np.ndarray:
        chosen = wide.select(_polars_chosen()).to_series()
        return terms.filter(chosen).select(pairs).to_numpy().reshape(ROWS, COLUMNS)

    return ask


def polars_joined(data: Synthetic) -> Ask:
    joined = pl.LazyFrame(data.joined)

    def ask() -> np.ndarray:
        found = joined.filter(_polars_chosen()).group_by("row").agg(pl.col(C).sum()).collect()
        return matrix_of(found["row"].to_numpy()[:, None], np.arange(COLUMNS), found.drop("row").to_numpy())

    return ask


_SQL_CHOSEN = f"category in {CATEGORIES} and ({' or '.join(f'f{i}' for i in FAMILIES)})"


def duckdb_long(data: Synthetic) -> Ask:
    families, rows, columns = data.long
    workflows = {"workflow": np.arange(data.n, dtype=np.int32), "category": data.category}
    base = _duckdb(workflows=workflows, families=families, row_terms=rows, column_terms=columns)
    question = f"""
        select r.term as r, c.term as c, count(*) as n from row_terms r join column_terms c using (workflow)
        where r.workflow in (select workflow from workflows where category in {CATEGORIES})
          and r.workflow in (select workflow from families where term in {FAMILIES})
        group by all
    """

    def ask() -> np.ndarray:
        found = base.execute(question).fetchnumpy()
        return matrix_of(found["r"], found["c"], found["n"])

    return ask


def duckdb_wide(data: Synthetic) -> Ask:
    base = _duckdb(wide=data.wide)
    question = f"select {', '.join(f'count_if({r} and {c})' for r in R for c in C)} from wide where {_SQL_CHOSEN}"
    return lambda: np.array(base.execute(question).fetchone(), dtype=np.int64).reshape(ROWS, COLUMNS)


def duckdb_joined(data: Synthetic) -> Ask:
    base = _duckdb(joined=data.joined)
    question = f"select row, {', '.join(f'count_if({c}) as {c}' for c in C)} from joined where {_SQL_CHOSEN} group by row"

    def ask() -> np.ndarray:
        found = base.execute(question).fetchnumpy()
        return matrix_of(found["row"][:, None], np.arange(COLUMNS), np.stack([found[c] for c in C], axis=1))

    return ask


def _duckdb(**tables: dict[str, np.ndarray]) -> duckdb.DuckDBPyConnection:
    base = duckdb.connect()
    for name, columns in tables.items():
        base.register("given", pl.DataFrame(columns).to_arrow())
        base.execute(f"create table {name} as select * from given")
        base.unregister("given")
    return base


def scipy_sparse(data: Synthetic) -> Ask:
    rows, columns = (sparse.csr_array(t, dtype=np.int32) for t in (data.rows, data.columns))
    rows = rows.T.tocsr()
    return lambda: (rows @ columns.multiply(data.chosen()[:, None]).tocsr()).toarray()


def dense_blas(data: Synthetic) -> Ask:
    rows, columns = (np.asfortranarray(t.astype(np.float32)) for t in (data.rows, data.columns))
    return lambda: np.rint(rows.T @ (columns * data.chosen()[:, None])).astype(np.int64)


KERNEL = "bit kernel"
# Three forms of the data: long tables, one line a workflow and term; one wide table, one line a workflow, one boolean a
# term; and "joined", one line a workflow and row term, sorted by row term, with the columns as booleans beside it. Long and
# wide tables answer for any pair of facets. A joined one is made for this one pair: a join done before the clock starts.
ENGINES: dict[str, Callable[[Synthetic], Ask]] = {
    KERNEL: bit_kernel,
    "pandas, long: merge + crosstab": pandas_long,
    "Polars, long: join + group_by": polars_long,
    "DuckDB, long: join + group by": duckdb_long,
    "Polars, wide: AND + sum a pair": polars_wide,
    "DuckDB, wide: count_if a pair": duckdb_wide,
    "pandas, joined: group_by": pandas_joined,
    "Polars, joined: group_by": polars_joined,
    "DuckDB, joined: group by": duckdb_joined,
    "SciPy sparse product": scipy_sparse,
    "dense float32 product (BLAS)": dense_blas,
}
COMPARED = {"long tables": (", long",), "long or wide tables": (", long", ", wide"), "any form": (", long", ", wide", ", joined")}


def busy_seconds() -> float:
    """CPU seconds used by everything on this machine, or 0 where /proc does not tell."""
    try:
        times = [int(value) for value in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    except OSError:
        return 0.0
    return (sum(times) - times[3] - times[4]) / os.sysconf("SC_CLK_TCK")


def measure(asks: dict[str, Ask], rounds: int) -> dict[str, list[float]]:
    """Milliseconds of each engine, round by round. The engines take turns in a new order each round."""
    expected = asks[KERNEL]()
    spent: dict[str, list[float]] = {name: [] for name in asks}
    order = np.random.default_rng(SEED)
    for _ in range(rounds):
        gc.collect()
        for name in order.permutation(list(asks)):
            start = time.perf_counter()
            counts = asks[name]()
            spent[name].append(1000 * (time.perf_counter() - start))
            assert np.array_equal(counts, expected), f"{name} counts differently"
    return spent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[200, 10_000, 1_000_000])
    parser.add_argument("--rounds", type=int, default=21)
    arguments = parser.parse_args()
    versions = ", ".join(f"{module.__name__} {module.__version__}" for module in (np, pd, pl, duckdb, scipy))
    print(f"Python {platform.python_version()}, {versions}; {os.cpu_count()} cores")
    gc.disable()
    for n in arguments.sizes:
        data = Synthetic(n)
        print(f"\n{n:,} workflows, of which {int(data.chosen().sum()):,} pass the filter", flush=True)
        asks = {name: prepare(data) for name, prepare in ENGINES.items()}
        start, busy, own = time.perf_counter(), busy_seconds(), time.process_time()
        spent = measure(asks, arguments.rounds)
        others = (busy_seconds() - busy - time.process_time() + own) / (time.perf_counter() - start)
        median = {name: float(np.median(times)) for name, times in spent.items()}
        print(f"{'':34}{'median ms':>12}{'least':>10}{'most':>10}{'x kernel':>10}")
        for name, times in spent.items():
            print(f"{name:34}{median[name]:12.3f}{min(times):10.3f}{max(times):10.3f}{median[name] / median[KERNEL]:10.1f}")
        for words, forms in COMPARED.items():
            fastest = min((name for name in median if any(form in name for form in forms)), key=median.get)
            print(
                f"kernel against the fastest of pandas, Polars and DuckDB on {words}: x {median[fastest] / median[KERNEL]:.1f} ({fastest})"
            )
        print(f"other processes used {max(others, 0):.2f} of {os.cpu_count()} cores meanwhile")


if __name__ == "__main__":
    main()
