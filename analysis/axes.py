"""What stands along one side of a matrix: a facet, the terms of one group, or one facet inside another."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from analysis import kernel
from analysis.keeping import kept
from atlas_data import Atlas
from atlas_data.problems import nearest

INSIDE = " › "
MOST_PAIRS = 500  # pairs of terms an axis holds at most: two long facets would make millions of cells


@dataclass(frozen=True, eq=False)
class Axis:
    """Terms along a side of a matrix and the workflows that have each.

    ``facets``: the facets behind it, one, or two when one stands inside the other. ``parts``: for each term of the axis
    its terms in those facets. ``words``: packed bits of its workflows, shape (terms, words). ``single``: the facets in
    which a workflow has one term at most.
    """

    title: str
    facets: tuple[str, ...]
    terms: pd.Index
    parts: list[tuple[str, ...]] = field(repr=False)
    words: np.ndarray = field(repr=False)
    single: frozenset[str] = frozenset()

    @property
    def nested(self) -> bool:
        return len(self.facets) > 1


def axis(atlas: Atlas, facet: str, within: str | None = None, then: str | None = None) -> Axis:
    """An axis of the terms of a facet.

    ``within``: only the terms of this group (:func:`groups`); ``facet`` names either the groups or their members.
    ``then``: another facet inside; the terms become the pairs that occur in the atlas, in the order of both, the 500 with
    most workflows. A facet inside itself gives each pair of its terms once. ``ValueError`` for a group it does not have.

    >>> from atlas_data import load_atlas
    >>> axis(load_atlas(), "layer", within="Usage, billing and operational telemetry").terms.tolist()
    ['Telemetry', 'Metering']
    >>> axis(load_atlas(), "category", then="stage").terms[0]
    'Physical World AI › Emerging'
    """
    if within is not None:
        known = opened(atlas, facet)
        if within not in known:
            raise ValueError(f"{facet!r} has no group {within!r}{nearest(within, known)}")
        facet, members = known[within]
    outer = atlas.facet(facet)
    places = np.arange(len(outer.terms)) if within is None else outer.terms.get_indexer(members)
    words, terms = kernel.facet_words(outer)[places], outer.terms[places]
    single = {name for name in (facet, then) if name and not atlas.facet(name).multiple}
    title = outer.title if within is None else f"{outer.title} ({within})"
    if then is None:
        return Axis(title, (facet,), terms, [(term,) for term in terms], words, frozenset(single))
    inner = atlas.facet(then)
    parts, found = [], [np.zeros((0, words.shape[1]), dtype=words.dtype)]
    for place, term, row in zip(places, terms, words, strict=True):
        first = place + 1 if then == facet else 0
        both = kernel.facet_words(inner)[first:] & row
        occurs = kernel.count(both) > 0
        parts += [(term, other) for other in inner.terms[first:][occurs]]
        found.append(both[occurs])
    pairs = np.concatenate(found)
    kept = np.sort(np.argsort(-kernel.count(pairs), kind="stable")[:MOST_PAIRS])
    parts = [parts[place] for place in kept]
    names = pd.Index([INSIDE.join(part) for part in parts], name=f"{facet}{INSIDE}{then}", dtype=terms.dtype)
    return Axis(f"{title}{INSIDE}{inner.title.lower()}", (facet, then), names, parts, pairs[kept], frozenset(single))


@kept(64)
def groups(atlas: Atlas, facet: str) -> dict[str, dict[str, list[str]]]:
    """The facets that group the terms of ``facet``: group facet, group, members.

    A facet groups another when both read the same field of an entry, it has fewer terms, and every term of the other lies
    in exactly one of its own: control layers group controls; buyer industries do not group buyer functions.

    >>> from atlas_data import load_atlas
    >>> list(groups(load_atlas(), "control")), groups(load_atlas(), "buyer_function")
    (['layer'], {})
    """
    mine = atlas.taxonomy.facets[facet]
    found = {}
    for other in atlas.taxonomy.readers(mine.field):
        if other.facet == facet or other.open or mine.open or not len(other.terms) < len(mine.terms):
            continue
        members: dict[str, list[str]] = {term.name: [] for term in other.terms}
        for term in mine.terms:
            of = {group for label in term.labels or [term.name] for group in other.by_label.get(label.casefold(), ("",))}
            if len(of) != 1 or of == {""}:
                break
            members[of.pop()].append(term.name)
        else:
            found[other.facet] = {group: terms for group, terms in members.items() if terms}
    return found


@kept(64)
def opened(atlas: Atlas, facet: str) -> dict[str, tuple[str, list[str]]]:
    """The groups that can be opened on an axis of ``facet``, whether it is their facet or their members': group to the
    members' facet and the members."""
    pairs = [(facet, grouped) for grouped in groups(atlas, facet).values()]
    pairs += [(name, found[facet]) for name in atlas.facets if facet in (found := groups(atlas, name))]
    return {group: (name, members) for name, grouped in reversed(pairs) for group, members in grouped.items()}


def untested(rows: Axis, columns: Axis) -> np.ndarray:
    """Cells that follow from how the axes are made, bool of shape (rows, columns): both sides hold the same term, or two
    terms of a facet of which a workflow has one at most. A facet against itself is such a cell on its diagonal only."""
    if rows.facets == columns.facets:
        return rows.terms.to_numpy()[:, None] == columns.terms.to_numpy()[None, :]
    found = np.zeros((len(rows.terms), len(columns.terms)), dtype=bool)
    for shared in set(rows.facets) & set(columns.facets):
        if shared in rows.single:
            return np.ones_like(found)
        ours, theirs = ([part[side.facets.index(shared)] for part in side.parts] for side in (rows, columns))
        found |= np.array(ours, dtype=object)[:, None] == np.array(theirs, dtype=object)[None, :]
    return found
