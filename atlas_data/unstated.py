"""The terms that stand where nothing is known: the program fills them in, so that no finding may rest on them."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

NOT_STATED = "Not stated"
"""What fills a column or a cell that a sheet leaves empty."""
NOT_PLACED = "Not placed"
"""Where a facet puts the terms of one's own that it has no place for."""
PLACEHOLDERS = frozenset({"n/a", "#n/a", "n.a.", "none", "null", "tbd", "tba", "-", "–", "—", "?"})
"""What people write in a cell for labels where they have nothing to say, case-folded; a sheet is read as if they had not."""
_FILLERS = {NOT_STATED.casefold(), NOT_PLACED.casefold()}


def stated(terms: Iterable[str]) -> np.ndarray:
    """Which terms say something, fillers do not: bool of shape (terms,).

    >>> stated(["Legal", "Not stated", "Not placed"]).tolist()
    [True, False, False]
    """
    return np.array([term.casefold() not in _FILLERS for term in terms], dtype=bool)
