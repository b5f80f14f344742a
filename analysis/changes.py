"""What became of the shares of terms from one atlas to another."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.counting import per_term
from analysis.inference import newcombe
from atlas_data import Atlas


def share_changes(before: Atlas, after: Atlas, facet: str) -> pd.DataFrame:
    """Share of workflows with each term of a facet in two atlases, one row a term of either.

    ``before`` and ``after``: workflows with the term; ``share_before`` and ``share_after``; ``difference``: after less
    before, with its 95% interval ``low``-``high`` (Newcombe 1998; :func:`analysis.inference.newcombe`). Terms stand in the
    order of ``after``, then those that are gone. ``attrs``: ``n_before`` and ``n_after``. ``KeyError`` where either lacks the facet.

    >>> from atlas_data import load_atlas
    >>> bool((share_changes(load_atlas(), load_atlas(), "control")["difference"] == 0).all())
    True
    """
    old, new = (pd.Series(per_term(atlas, facet), index=atlas.facet(facet).terms, dtype=np.int64) for atlas in (before, after))
    terms = new.index.append(old.index.difference(new.index, sort=False)).rename(facet)
    old, new = (counts.reindex(terms, fill_value=0) for counts in (old, new))
    low, high = newcombe(new.to_numpy(), len(after), old.to_numpy(), len(before))
    shares = {"share_before": old / len(before), "share_after": new / len(after)}
    table = pd.DataFrame({"before": old, "after": new, **shares, "low": low, "high": high}, index=terms)
    table.insert(4, "difference", table["share_after"] - table["share_before"])
    table.attrs.update(n_before=len(before), n_after=len(after))
    return table
