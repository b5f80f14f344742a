"""Which workflows a set of controls fully covers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from analysis import counting
from analysis.selection import Selection, bits_of
from atlas_data import Atlas
from atlas_data.problems import nearest


def coverage(
    atlas: Atlas,
    have: str | Iterable[str],
    selection: Selection | None = None,
    weights: Mapping[str, float] | pd.Series | None = None,
    facet: str = "control",
) -> pd.DataFrame:
    """Coverage of each selected workflow by the controls in ``have``.

    A workflow is covered when every one of its controls is in the set; nothing is averaged. Columns: ``title``,
    ``category``, ``covered`` (bool), ``needed`` and ``present`` (numbers of controls), ``missing`` (tuple of controls)
    and ``weight`` (``weights`` by workflow id, 1 where none is given). ``attrs`` holds ``n``, ``covered`` and
    ``covered_weight``. ``KeyError`` for an unknown control.

    >>> from atlas_data import load_atlas
    >>> atlas = load_atlas()
    >>> bool(coverage(atlas, have=atlas.facet("control").terms)["covered"].all())
    True
    """
    terms = atlas.facet(facet).terms
    have = checked(atlas, facet, have)
    member = counting.per_workflow(atlas, facet, selection)
    lacking = member & ~terms.isin(have)
    table = atlas.workflows.loc[bits_of(atlas, selection), ["title", "category"]].copy()
    table["covered"] = ~lacking.any(axis=1)
    table["needed"] = member.sum(axis=1)
    table["present"] = table["needed"] - lacking.sum(axis=1)
    names = terms.to_numpy()
    table["missing"] = [tuple(names[row]) for row in lacking]
    table["weight"] = pd.Series(weights, dtype=float).reindex(table.index).fillna(1.0) if weights is not None else 1.0
    covered = table["covered"].to_numpy()
    table.attrs.update(n=len(table), covered=int(covered.sum()), covered_weight=float(np.sum(table["weight"].to_numpy()[covered])))
    return table


def checked(atlas: Atlas, facet: str, terms: str | Iterable[str]) -> list[str]:
    """The terms as a list; ``KeyError`` names the nearest one for a term the facet does not have."""
    terms = [terms] if isinstance(terms, str) else list(terms)
    known = atlas.facet(facet).terms
    for term in terms:
        if term not in known:
            raise KeyError(f"{atlas.facet(facet).title} has no term {term!r}{nearest(term, known)}")
    return terms
