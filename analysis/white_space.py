"""What the neighbourhood predicts and the atlas lacks; and the opposite, where many work side by side."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import hypergeom

from analysis import counting, kernel
from analysis.selection import Selection, mask_of
from atlas_data import Atlas
from atlas_data.unstated import stated

_EXAMPLES = 3
_GAP = ["count", "density", "demand", "score", "chance", "nearest", "relatedness", "near", "builders", "examples"]


def presence(counts: np.ndarray) -> np.ndarray:
    """Where a row term uses a column term at least as much as all row terms together do: bool, same shape as ``counts``.

    Revealed comparative advantage RCA = (x_ij / x_i.) / (x_.j / x_..), present when RCA >= 1 (Balassa 1965; the presence
    that Hidalgo, Klinger, Barabasi and Hausmann 2007 use). Compared in whole numbers, so that RCA = 1 is present.

    >>> presence(np.array([[3, 1], [1, 3]])).tolist()
    [[True, False], [False, True]]
    """
    rows, columns = counts.sum(axis=1, keepdims=True), counts.sum(axis=0, keepdims=True)
    return (counts > 0) & (counts * counts.sum() >= rows * columns)


def relatedness(present: np.ndarray) -> np.ndarray:
    """How often two columns are present together: phi_ij = min(P(i | j), P(j | i)), shape (columns, columns).

    P(i | j): share of the rows in which j is present that have i as well. 1 on the diagonal, 0 for a column that is
    present nowhere. Hidalgo, Klinger, Barabasi and Hausmann (2007), Science 317, 482-487.

    >>> relatedness(np.array([[True, True], [True, False]])).tolist()
    [[1.0, 0.5], [0.5, 1.0]]
    """
    together = present.T.astype(float) @ present
    where = np.diag(together)
    larger = np.maximum(where[:, None], where[None, :])
    return np.divide(together, larger, out=np.zeros_like(together), where=larger > 0)


def density(present: np.ndarray, phi: np.ndarray) -> np.ndarray:
    """How much of what is related to each column a row already has: omega_rj = sum_i x_ri phi_ij / sum_i phi_ij.

    Shape of ``present``; the sums run over all columns, the column itself with phi = 1 included. NaN for a column that
    is related to none. Hidalgo, Klinger, Barabasi and Hausmann (2007).

    >>> present = np.array([[True, True], [True, False]])
    >>> density(present, relatedness(present)).round(3).tolist()
    [[1.0, 1.0], [0.667, 0.333]]
    """
    weight = phi.sum(axis=0)
    return np.divide(present @ phi, weight, out=np.full(present.shape, np.nan), where=weight > 0)


def white_space(
    atlas: Atlas, rows: str, columns: str, selection: Selection | None = None, lacking: int = 0, limit: int | None = None
) -> pd.DataFrame:
    """Pairs of terms that the neighbourhood predicts and the selected workflows lack, the most promising first.

    A pair is lacking when at most ``lacking`` workflows have both terms and RCA < 1. Only terms that occur are looked at.
    One line a pair, indexed by (row term, column term), at most ``limit``:

    - ``count``; ``density`` omega; ``demand``: the workflows both terms would share if they were independent;
      ``score``: density x demand, which orders the pairs;
    - ``chance``: probability of so few by independence alone, the lower tail of the hypergeometric distribution;
    - ``nearest``: the column term most related to the missing one among those the row has (RCA >= 1), its ``relatedness``
      phi, how many workflows have it and the row term (``near``), how many companies with evidence are on those
      (``builders``), and the titles of up to three of them whose terms are most related to the missing one (``examples``).

    >>> from atlas_data import load_atlas
    >>> gaps = white_space(load_atlas(), "category", "capability_family", limit=3)
    >>> bool((gaps["count"] == 0).all() and gaps["score"].is_monotonic_decreasing)
    True
    """
    counts, row_terms, column_terms, row_sizes, column_sizes = _occurring(atlas, rows, columns, selection)
    n = counting.total(atlas, selection)
    present = presence(counts)
    phi = relatedness(present)
    omega, demand = density(present, phi), np.outer(row_sizes, column_sizes) / max(n, 1)
    r, c = np.nonzero((counts <= lacking) & ~present & (omega > 0))
    best = np.argsort(-(omega * demand)[r, c], kind="stable")[:limit]
    r, c = r[best], c[best]
    related = np.where(present[r], phi[c], -1.0)
    nearest = (related + 1e-9 * counts[r] / max(n, 1)).argmax(axis=1) if len(r) else r  # of equals, the one in more workflows
    table = pd.DataFrame(
        {
            "count": counts[r, c],
            "density": omega[r, c],
            "demand": demand[r, c],
            "score": (omega * demand)[r, c],
            "chance": hypergeom.cdf(counts[r, c], n, row_sizes[r], column_sizes[c]),
            "nearest": column_terms[nearest],
            "relatedness": phi[c, nearest],
            "near": counts[r, nearest],
        },
        index=pd.MultiIndex.from_arrays([row_terms[r], column_terms[c]], names=[rows, columns]),
    )
    pairs = list(zip(table.index.get_level_values(0), table["nearest"], strict=True))
    table["builders"] = builders(atlas, rows, columns, pairs, selection)
    table["examples"] = _examples(atlas, rows, columns, pairs, phi[c], column_terms, selection)
    return table[_GAP]


def crowded(
    atlas: Atlas, rows: str, columns: str, selection: Selection | None = None, by: str = "count", limit: int | None = None
) -> pd.DataFrame:
    """The pairs of terms with the most workflows (``by="count"``) or companies with evidence (``by="builders"``).

    One line a pair that occurs, indexed by (row term, column term), at most ``limit``: ``count``, ``expected`` under
    independence, ``lift`` and ``builders``.

    >>> from atlas_data import load_atlas
    >>> int(crowded(load_atlas(), "category", "stage")["count"].sum()) == len(load_atlas())
    True
    """
    counts, row_terms, column_terms, row_sizes, column_sizes = _occurring(atlas, rows, columns, selection)
    r, c = np.nonzero(counts)
    expected = row_sizes[r] * column_sizes[c] / max(counting.total(atlas, selection), 1)
    table = pd.DataFrame(
        {"count": counts[r, c], "expected": expected, "lift": counts[r, c] / expected},
        index=pd.MultiIndex.from_arrays([row_terms[r], column_terms[c]], names=[rows, columns]),
    ).sort_values("count", ascending=False, kind="stable")
    if by == "count":
        table = table.head(limit) if limit is not None else table
        return table.assign(builders=builders(atlas, rows, columns, list(table.index), selection))
    table["builders"] = builders(atlas, rows, columns, list(table.index), selection)
    return table.sort_values("builders", ascending=False, kind="stable").head(limit if limit is not None else len(table))


def builders(atlas: Atlas, rows: str, columns: str, pairs: list[tuple[str, str]], selection: Selection | None = None) -> np.ndarray:
    """How many distinct companies have evidence on the workflows with each pair of terms: int64 of shape (pairs,)."""
    if "company" not in atlas.facets:
        return np.zeros(len(pairs), dtype=np.int64)
    mask = mask_of(atlas, selection)
    both = _both(atlas, rows, columns, pairs)
    inside = counting.occurring(atlas, "company", mask)
    return np.array([counting.occurring(atlas, "company", words & mask, inside).sum() for words in both], dtype=np.int64)


def _occurring(atlas: Atlas, rows: str, columns: str, selection: Selection | None):
    """Counts, terms and sizes of the row and column terms that occur together with any term of the other facet; fillers do not count."""
    counts = counting.per_pair(atlas, rows, columns, selection)
    counts = counts * np.outer(*(stated(atlas.facet(name).terms) for name in (rows, columns)))
    r, c = np.flatnonzero(counts.any(axis=1)), np.flatnonzero(counts.any(axis=0))
    sizes = [counting.per_term(atlas, name, selection)[kept] for name, kept in ((rows, r), (columns, c))]
    return counts[np.ix_(r, c)], atlas.facet(rows).terms[r], atlas.facet(columns).terms[c], *sizes


def _both(atlas: Atlas, rows: str, columns: str, pairs: list[tuple[str, str]]) -> np.ndarray:
    """The packed workflows of each pair of terms, shape (pairs, words)."""
    first, second = (
        kernel.facet_words(atlas.facet(name))[atlas.facet(name).terms.get_indexer([pair[side] for pair in pairs])]
        for side, name in enumerate((rows, columns))
    )
    return first & second


def _examples(atlas, rows, columns, pairs, related, column_terms, selection) -> list[tuple[str, ...]]:
    """Titles of the workflows of each pair whose column terms are most related to the missing one (``related``: phi, a row a pair)."""
    at, mask = atlas.facet(columns).terms.get_indexer(column_terms), mask_of(atlas, selection)
    found = []
    for words, phi in zip(_both(atlas, rows, columns, pairs), related, strict=True):
        members = np.flatnonzero(kernel.unpack(words & mask, len(atlas)))
        closest = members[np.argsort(-(counting.terms_at(atlas, columns, members)[:, at] @ phi), kind="stable")[:_EXAMPLES]]
        found.append(tuple(atlas.workflows["title"].iloc[closest]))
    return found
