"""Workflows, categories, buyers or companies side by side: what they share, and what sets one apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from analysis import counting, kernel
from analysis.inference import benjamini_hochberg, fisher_exact, wilson
from analysis.selection import Selection, mask_of
from analysis.space import KINDS as WEIGHED
from analysis.space import distances, shown
from atlas_data import Atlas
from atlas_data.unstated import stated

KINDS = ("workflow", "category", "buyer_function", "buyer_industry", "company")
FACETS = ("control", "layer", "capability_family", "buyer_function", "buyer_industry", "reviewer_role", "risk_family", "stage", "category")
LEAST, MOST = 2, 5  # things side by side


def compare(atlas: Atlas, kind: str, these: Sequence[str], selection: Selection | None = None) -> pd.DataFrame:
    """Terms of two to five workflows (``kind`` ``"workflow"``, by id) or groups of workflows (the terms of a facet) in a selection.

    One row a term that one of them has, indexed by ``facet``, ``term`` and ``compared``, one of ``these``: ``count`` of its
    ``n`` selected workflows of which the facet is stated, ``share`` with its 95% Wilson interval ``low``-``high``; ``q`` of the
    two-sided Fisher test of its workflows against those of the others that are not its own, Benjamini-Hochberg over all rows, NaN
    when it has fewer than two or the others none; ``elsewhere``: the share of those others, ``others`` of them;
    ``shared``: at least half of the workflows of every one have the term; ``only``: this one alone has it, and of every other
    the facet is stated. Where it is stated of no workflow of one, its ``n`` is 0 and its share NaN.
    ``attrs["n"]``: the workflows of all of them together; ``attrs["single"]``: whether each is one workflow.

    ``ValueError`` for fewer than two or more than five, or for one twice; ``KeyError`` for an unknown workflow, facet or term.

    >>> from atlas_data import load_atlas
    >>> table = compare(load_atlas(), "category", ["Regulated AI", "Frontier AI"])
    >>> bool(table.loc[("control", "Audit trail"), "shared"].all())
    True
    """
    these = list(these)
    if not LEAST <= len(set(these)) == len(these) <= MOST:
        raise ValueError(f"compare from {LEAST} to {MOST} different ones, not {len(these)}")
    masks = np.array([_mask(atlas, kind, one, selection) for one in these])
    either = kernel.any_of(masks)
    facets = [name for name in FACETS if name in atlas.facets and name != kind]
    words = np.concatenate([kernel.facet_words(atlas.facet(name)) for name in facets])
    terms = [(name, term) for name in facets for term in atlas.facet(name).terms]
    count = kernel.pair_counts(words, masks, either)  # terms x compared
    union = kernel.count(words & either)
    there = np.flatnonzero((union > 0) & stated(term for _, term in terms))
    stating = [counting.stating(atlas, name) for name in facets]
    of_facet = np.repeat(np.arange(len(facets)), [len(atlas.facet(name).terms) for name in facets])[there]
    n = np.array([kernel.count(masks & stated_of) for stated_of in stating])[of_facet]
    total = np.array([kernel.count(either & stated_of) for stated_of in stating])[of_facet, None]
    count, union = count[there], union[there, None]
    with np.errstate(invalid="ignore"):
        share = count / n
        elsewhere = (union - count) / (total - n)
    low, high = wilson(count, n)
    p = fisher_exact(count, n, union, total)
    p = np.where((n > 1) & (n < total), p, np.nan)
    index = pd.MultiIndex.from_tuples([(*terms[t], one) for t in there for one in these], names=["facet", "term", "compared"])
    columns = {
        "count": count,
        "n": n,
        "share": share,
        "low": low,
        "high": high,
        "elsewhere": elsewhere,
        "others": total - n,
        "q": benjamini_hochberg(p),
        "shared": (share >= 0.5).all(axis=1, keepdims=True),
        "only": (count > 0) & ((count > 0).sum(axis=1, keepdims=True) == 1) & (n > 0).all(axis=1, keepdims=True),
    }
    table = pd.DataFrame({name: np.broadcast_to(values, count.shape).ravel() for name, values in columns.items()}, index=index)
    table.attrs |= {"n": int(kernel.count(either)), "single": bool((kernel.count(masks) == 1).all())}
    return table


def side_by_side(compared: pd.DataFrame, named: Mapping[str, str] | None = None) -> pd.DataFrame:
    """A comparison with one row a term: for each compared its count, share and q, of single workflows whether it has the term, NaN where
    nothing is stated.

    ``named``: how to call them. ``shared`` says whether at least half of every one have the term, ``only`` who alone has it.
    """
    order = compared.index.unique("compared")
    call = [(named or {}).get(one, one) for one in order]
    terms = compared.index[:: len(order)].droplevel("compared")  # each term has a row for each, in this order
    wide = {name: column.to_numpy().reshape(-1, len(order)) for name, column in compared.items()}
    if compared.attrs["single"]:
        parts = {one: pd.Series(wide["count"][:, k] > 0, terms).where(wide["n"][:, k] > 0) for k, one in enumerate(call)}
    else:
        parts = {f"{one}: {column}": wide[column][:, k] for k, one in enumerate(call) for column in ("count", "share", "q")}
    alone = np.append(wide["only"], np.ones((len(terms), 1), dtype=bool), axis=1).argmax(axis=1)
    only = np.array([*call, ""], dtype=object)[alone]
    return pd.DataFrame(parts | {"shared": wide["shared"][:, 0], "only": only}, index=terms)


def _mask(atlas: Atlas, kind: str, one: str, selection: Selection | None) -> np.ndarray:
    return Selection(**{kind: one}).mask(atlas) & mask_of(atlas, selection)


def here(atlas: Atlas, kind: str, these: Sequence[str], selection: Selection | None = None) -> list[str]:
    """Those of ``these`` that have a selected workflow."""
    return [one for one in these if kernel.count(_mask(atlas, kind, one, selection))]


def largest(atlas: Atlas, kind: str, selection: Selection | None = None, most: int = LEAST) -> list[str]:
    """What to compare when nobody says: the terms with the most workflows; of workflows, the two most alike on their map."""
    if kind != "workflow":
        count = counting.per_term(atlas, kind, selection) * stated(atlas.facet(kind).terms)
        return [atlas.facet(kind).terms[i] for i in np.argsort(-count, kind="stable")[:most] if count[i]]
    at = shown(atlas, selection)
    if len(at) < LEAST:
        return list(atlas.workflows.index[at])
    apart = distances(atlas, at, dict.fromkeys(WEIGHED, 1)) + 2 * np.eye(len(at))
    return list(atlas.workflows.index[at[list(np.unravel_index(apart.argmin(), apart.shape))]])
