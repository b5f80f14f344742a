"""A selection: which workflows a view is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis import kernel
from analysis.keeping import kept
from analysis.words import listed, plural
from atlas_data import Atlas
from atlas_data.engines.rows import Rows
from atlas_data.problems import nearest
from atlas_data.searching import folded

MATCHES = ("any", "all")


@dataclass(frozen=True, init=False, repr=False)
class Selection:
    """Conditions that workflows must meet.

    Each keyword names a facet and gives one term or several. Within a facet ``match`` says whether a workflow needs
    ``"any"`` (default) or ``"all"`` of them; a mapping of facet to match sets it facet by facet. Between facets all
    conditions hold. ``exclude``: a mapping of facet to one term or several; a workflow that has any of them is left out.
    ``text``: every word occurs in the workflow's title, summary or labels, whatever the case. ``workflow``: only workflows with
    these ids.
    No condition at all selects every workflow. Equal selections are equal and hash alike, so they can key a cache.

    Raises ``ValueError`` for an unknown match; ``KeyError`` for a facet, term or id the atlas does not have, when applied.

    >>> from atlas_data import load_atlas
    >>> atlas = load_atlas()
    >>> both = Selection(control=["Identity", "Metering"], match="all")
    >>> set(both.ids(atlas)) <= set(Selection(control="Identity").ids(atlas))
    True
    >>> len(Selection(exclude={"control": "Identity"}).ids(atlas)) == len(atlas) - len(Selection(control="Identity").ids(atlas))
    True
    """

    terms: tuple[tuple[str, tuple[str, ...]], ...]
    excluded: tuple[tuple[str, tuple[str, ...]], ...]
    match: tuple[tuple[str, str], ...] | str
    text: str
    workflows: tuple[str, ...]

    def __init__(
        self,
        *,
        match: str | Mapping[str, str] = "any",
        exclude: Mapping[str, str | Iterable[str]] | None = None,
        text: str = "",
        workflow: str | Iterable[str] = (),
        **facets: str | Iterable[str],
    ):
        per_facet = dict(match) if isinstance(match, Mapping) else {}
        for value in [*per_facet.values(), *([match] if isinstance(match, str) else [])]:
            if value not in MATCHES:
                raise ValueError(f"match is {value!r}; it must be 'any' or 'all'")
        object.__setattr__(self, "terms", _in_order(facets))
        object.__setattr__(self, "excluded", _in_order(exclude or {}))
        object.__setattr__(self, "match", match if isinstance(match, str) else tuple(sorted(per_facet.items())))
        object.__setattr__(self, "text", " ".join(text.split()))
        object.__setattr__(self, "workflows", (workflow,) if isinstance(workflow, str) else tuple(sorted(set(workflow))))

    @property
    def facets(self) -> dict[str, tuple[str, ...]]:
        """The terms asked for, by facet."""
        return dict(self.terms)

    def match_in(self, facet: str) -> str:
        """``"any"`` or ``"all"``: how several terms of this facet combine."""
        return self.match if isinstance(self.match, str) else dict(self.match).get(facet, "any")

    @property
    def _matches(self) -> str | dict[str, str]:
        """``match`` as it was given."""
        return self.match if isinstance(self.match, str) else dict(self.match)

    def __bool__(self) -> bool:
        """Whether there is any condition."""
        return bool(self.terms or self.excluded or self.text or self.workflows)

    @property
    def left_out(self) -> list[tuple[str, str]]:
        """Each term that is left out, behind its facet."""
        return [(name, term) for name, terms in self.excluded for term in terms]

    def decided(self, facet: str) -> tuple[str, ...]:
        """The terms of a facet that are as they are by construction: asked for or left out."""
        return self.facets.get(facet, ()) + dict(self.excluded).get(facet, ())

    def without(self, name: str) -> Selection:
        """The same conditions but for one: a facet, ``"exclude"``, ``"text"`` or ``"workflow"``."""
        conditions = {"exclude": dict(self.excluded), "text": self.text, "workflow": self.workflows, **self.facets}
        return Selection(match=self._matches, **{key: value for key, value in conditions.items() if key != name})

    def __repr__(self) -> str:
        """Python that makes an equal selection.

        >>> Selection(control=["Identity", "Metering"], stage="Scaling", match={"control": "all"}, text="claims")
        Selection(control=['Identity', 'Metering'], stage='Scaling', match={'control': 'all'}, text='claims')
        """
        given, left_out = ({name: list(of) if len(of) > 1 else of[0] for name, of in some} for some in (self.terms, self.excluded))
        given |= {} if self.match == "any" else {"match": self._matches}
        given |= ({"exclude": left_out} if left_out else {}) | ({"text": self.text} if self.text else {})
        given |= {"workflow": list(self.workflows)} if self.workflows else {}
        return f"Selection({', '.join(f'{name}={value!r}' for name, value in given.items())})"

    def but_not(self, facet: str, term: str) -> Selection:
        """The same conditions, and workflows with this term left out. Of several terms of which any was asked for, it is one no more.

        >>> Selection(control=["Identity", "Metering"]).but_not("control", "Identity")
        Selection(control='Metering', exclude={'control': 'Identity'})
        """
        excluded = dict(self.excluded) | {facet: (*dict(self.excluded).get(facet, ()), term)}
        asked = self.facets
        if len(asked.get(facet, ())) > 1 and self.match_in(facet) == "any":
            asked[facet] = tuple(other for other in asked[facet] if other != term)
        return Selection(match=self._matches, exclude=excluded, text=self.text, workflow=self.workflows, **asked)

    def only(self, ids: Iterable[str]) -> Selection:
        """The same conditions for these workflows alone."""
        return Selection(match=self._matches, exclude=dict(self.excluded), text=self.text, workflow=ids, **self.facets)

    def mask(self, atlas: Atlas) -> np.ndarray:
        """Packed bits of the workflows that match, shape (words,); bits past the last workflow are zero."""
        return _mask(atlas, self)

    def ids(self, atlas: Atlas) -> pd.Index:
        """Ids of the workflows that match, in the order of the atlas."""
        return ids_of(atlas, self.mask(atlas))


def _in_order(facets: Mapping[str, str | Iterable[str]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    listed = {name: (terms,) if isinstance(terms, str) else tuple(terms) for name, terms in facets.items()}
    return tuple(sorted((name, tuple(sorted(set(terms)))) for name, terms in listed.items() if terms))


ALL = Selection()


@kept(256)  # a page asks for the mask of its selection many times
def _mask(atlas: Atlas, selection: Selection) -> np.ndarray:
    mask = _meeting(atlas, selection)
    for name, terms in selection.excluded:
        mask = mask & ~kernel.any_of(kernel.facet_words(atlas.facet(name))[_positions(atlas, name, terms)])
    if not atlas.engine:
        mask.flags.writeable = False
    return mask


def _meeting(atlas: Atlas, selection: Selection) -> np.ndarray:
    """The mask of a selection that leaves nothing out."""
    if atlas.engine:
        terms = [(name, _positions(atlas, name, terms), selection.match_in(name) == "all") for name, terms in selection.terms]
        return atlas.engine.mask(terms, selection.text.split(), _picked(atlas, selection.workflows) if selection.workflows else None)
    mask = everything(atlas)
    for name, terms in selection.terms:
        rows = kernel.facet_words(atlas.facet(name))[_positions(atlas, name, terms)]
        mask = mask & (kernel.any_of(rows) if selection.match_in(name) == "any" else kernel.all_of(rows))
    if selection.text:
        for word in selection.text.split():
            mask = mask & _having(atlas, word)
    if selection.workflows:
        bits = np.zeros(len(atlas), dtype=bool)
        bits[_picked(atlas, selection.workflows)] = True
        mask = mask & kernel.pack(bits)
    return mask


def everything(atlas: Atlas) -> np.ndarray:
    """The mask that selects every workflow."""
    return atlas.engine.mask() if atlas.engine else kernel.pack(np.ones(len(atlas), dtype=bool))


def ids_of(atlas: Atlas, mask: np.ndarray) -> pd.Index:
    """The workflow ids a mask selects."""
    return atlas.workflows.index[kernel.unpack(mask, len(atlas))]


def bits_of(atlas: Atlas, selection: Selection | np.ndarray | None) -> np.ndarray:
    """Whether each workflow is selected: bool of shape (workflows,). Taking rows of a frame by it costs far less than by ids."""
    return kernel.unpack(mask_of(atlas, selection), len(atlas))


def places_of(atlas: Atlas, selection: Selection | np.ndarray | None) -> np.ndarray:
    """The places of the selected workflows in the atlas, in its order."""
    return np.flatnonzero(bits_of(atlas, selection))


def mask_of(atlas: Atlas, selection: Selection | np.ndarray | None) -> np.ndarray:
    """The mask of a selection; ``None`` selects every workflow, and a mask stands for itself."""
    return selection if isinstance(selection, np.ndarray | Rows) else (selection if selection is not None else ALL).mask(atlas)


def apart(chosen: np.ndarray, base: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Two masks that share no workflow, for a test of ``chosen`` against ``base``: the chosen and the base's others; where the
    base lies inside the chosen, the chosen's others and the base."""
    others = base & ~chosen
    return (chosen, others) if others.any() else (chosen & ~base, base)


def members(atlas: Atlas, selection: Selection | None = None, *terms: tuple[str, str], exactly: str | None = None) -> pd.Index:
    """Ids of the selected workflows that also have each of the given (facet, term) pairs: what is behind a bar or a cell.

    ``exactly``: a facet of which they have no other term, which is what is behind an intersection of sets.

    >>> from atlas_data import load_atlas
    >>> atlas = load_atlas()
    >>> cell = members(atlas, Selection(stage="Scaling"), ("category", "Frontier AI"), ("control", "Metering"))
    >>> bool((atlas.workflows.loc[cell, "stage"] == "Scaling").all())
    True
    """
    return ids_of(atlas, behind(atlas, selection, *terms, exactly=exactly))


def behind(atlas: Atlas, selection: Selection | None = None, *terms: tuple[str, str], exactly: str | None = None) -> np.ndarray:
    """The mask of :func:`members`."""
    mask = mask_of(atlas, selection)
    for name, term in terms:
        mask = mask & kernel.facet_words(atlas.facet(name))[_positions(atlas, name, (term,))[0]]
    if exactly:
        named = _positions(atlas, exactly, tuple(term for name, term in terms if name == exactly))
        mask = mask & ~kernel.any_of(np.delete(kernel.facet_words(atlas.facet(exactly)), named, axis=0))
    return mask


def _positions(atlas: Atlas, name: str, terms: tuple[str, ...]) -> np.ndarray:
    facet = atlas.facet(name)
    for term in terms:
        if term not in facet.places:
            raise KeyError(f"{facet.title} has no term {term!r}{nearest(term, facet.terms)}")
    return np.array([facet.places[term] for term in terms], dtype=np.intp)


@kept(64)
def _having(atlas: Atlas, word: str) -> np.ndarray:
    return atlas.index.having(word)


def relevance(workflows: pd.DataFrame, text: str) -> pd.Series:
    """How well workflows that match a search answer it: words found in the title count most, then in the summary, then in labels.

    >>> from atlas_data import load_atlas
    >>> found = load_atlas().workflows
    >>> found.at[relevance(found, "invoice approval").idxmax(), "title"]
    'AI Accounts Payable Invoice Approval'
    """
    score = pd.Series(0, index=workflows.index)
    for column, weight in (("title", 100), ("summary", 1)):
        for word in folded(text).split():
            score += weight * workflows[column].map(folded).str.contains(word, regex=False).astype(int)
    return score


def _picked(atlas: Atlas, ids: tuple[str, ...]) -> np.ndarray:
    """The places of some workflows."""
    positions = atlas.places(ids)
    if (positions < 0).any():
        unknown = ids[int((positions < 0).argmax())]
        raise KeyError(f"no workflow {unknown!r}{nearest(unknown, atlas.workflows.index)}")
    return positions


def lacking(selection: Selection) -> str:
    """What is left out, in words and at most three terms by name; empty when nothing is.

    >>> lacking(Selection(exclude={"control": ["Identity", "Metering"], "stage": "Frontier"}))
    'without Identity, Metering or Frontier'
    """
    terms = [term for _, term in selection.left_out]
    return f"without {listed(terms, most=3, last='or')}" if terms else ""


def described(atlas: Atlas, selection: Selection) -> str:
    """The conditions in words, for captions and exports; empty when there are none.

    >>> from atlas_data import load_atlas
    >>> described(load_atlas(), Selection(stage=["Scaling", "Emerging"], text="claims"))
    'Stage: Emerging or Scaling; search “claims”'
    >>> described(load_atlas(), Selection(exclude={"control": "Identity"}))
    'Control: not Identity'
    """
    parts = []
    for name, terms in selection.terms:
        joined = " and " if selection.match_in(name) == "all" else " or "
        parts.append(f"{atlas.facet(name).title}: {joined.join(terms)}")
    parts += [f"{atlas.facet(name).title}: not {' or '.join(terms)}" for name, terms in selection.excluded]
    parts += [f"search “{selection.text}”"] if selection.text else []
    parts += [f"{plural(len(selection.workflows), 'workflow')} picked"] if selection.workflows else []
    return "; ".join(parts)
