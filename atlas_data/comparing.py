"""What differs between two atlases: workflows added, removed and changed field by field, and the vocabulary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from atlas_data.atlas import Atlas
from atlas_data.schema import Workflow
from atlas_data.taxonomy import FacetFile, Taxonomy

_CHANGES = ["workflow", "title", "field", "item", "change", "before", "after"]
_TERMS = ["facet", "subject", "change", "before", "after"]


@dataclass(frozen=True, eq=False)
class Comparison:
    """What changed from one atlas to another.

    ``added`` and ``removed``: frames indexed by workflow id with ``title``, ``category``, ``stage``. ``changed``: one row a
    change with ``workflow``, ``title``, ``field`` (``lifecycle.ingest.inputs``), ``item`` (which item of a list, empty for a
    field with one value), ``change`` ("added", "removed", "changed", "reordered"), ``before`` and ``after`` (text or None).
    ``terms``: one row a change of the vocabulary with ``facet``, ``subject`` (a term or a label), ``change`` ("facet added",
    "term removed", "label moved", "definition changed", ...), ``before`` and ``after``. A workflow under a new id is one
    removed and one added. The same entries in another order are no difference.
    """

    added: pd.DataFrame = field(repr=False)
    removed: pd.DataFrame = field(repr=False)
    changed: pd.DataFrame = field(repr=False)
    terms: pd.DataFrame = field(repr=False)

    def __bool__(self) -> bool:
        """Whether anything differs."""
        return any(len(part) for part in (self.added, self.removed, self.changed, self.terms))


def compare(before: Atlas | Sequence[Workflow], after: Atlas | Sequence[Workflow]) -> Comparison:
    """Compare two atlases, or two lists of entries (then ``terms`` is empty).

    >>> from atlas_data import load_atlas
    >>> entry = load_atlas().entry("ai-accounts-payable-invoice-approval")
    >>> later = entry.model_copy(update={"stage": "Scaling", "buyers": [*entry.buyers, "Banks"]})
    >>> compare([entry], [later]).changed[["field", "item", "change", "before", "after"]].to_dict("split")["data"]
    [['stage', '', 'changed', 'Established', 'Scaling'], ['buyers', 'Banks', 'added', None, 'Banks']]
    """
    old, new = _entries(before), _entries(after)
    kept = [(old[name], new[name]) for name in old if name in new]
    changed = [(now.id, now.title, *change) for was, now in kept if was != now for change in _changes(was, now)]
    both_atlases = isinstance(before, Atlas) and isinstance(after, Atlas)
    terms = list(_term_changes(before.taxonomy, after.taxonomy)) if both_atlases else []
    return Comparison(
        added=_listed(entry for name, entry in new.items() if name not in old),
        removed=_listed(entry for name, entry in old.items() if name not in new),
        changed=pd.DataFrame(changed, columns=_CHANGES, dtype=object),
        terms=pd.DataFrame(terms, columns=_TERMS, dtype=object),
    )


def _entries(source: Atlas | Sequence[Workflow]) -> dict[str, Workflow]:
    entries = source.some(np.arange(len(source))) if isinstance(source, Atlas) else source
    return {entry.id: entry for entry in entries}


def _listed(entries: Iterator[Workflow]) -> pd.DataFrame:
    rows = [(entry.id, entry.title, entry.category, entry.stage) for entry in entries]
    return pd.DataFrame(rows, columns=["workflow", "title", "category", "stage"], dtype=object).set_index("workflow")


def _changes(before: Workflow, after: Workflow) -> Iterator[tuple]:
    """``(field, item, change, before, after)`` for each difference, in the order of the schema."""
    old, new = (dict(_parts(entry.model_dump(mode="json"))) for entry in (before, after))
    fields = dict.fromkeys(name for name, _ in [*new, *old])
    for name in fields:
        gone = [(item, value) for (found, item), value in old.items() if found == name and (name, item) not in new]
        come = [(item, value) for (found, item), value in new.items() if found == name and (name, item) not in old]
        kept = [item for found, item in old if found == name and (name, item) in new]
        for item, value in gone:
            yield name, item, "removed", _text(value), None
        for item, value in come:
            yield name, item, "added", None, _text(value)
        for item in kept:
            yield from _value_changes(name, item, old[name, item], new[name, item])
        if kept != [item for found, item in new if found == name and (name, item) in old]:
            yield name, "", "reordered", "; ".join(i for f, i in old if f == name), "; ".join(i for f, i in new if f == name)


def _value_changes(name: str, item: str, old: Any, new: Any) -> Iterator[tuple]:
    if not isinstance(old, dict):
        if old != new:
            yield name, item, "changed", old, new
        return
    for key in dict.fromkeys([*old, *new]):
        if old.get(key) != new.get(key):
            yield f"{name}.{key}", item, "changed", old.get(key), new.get(key)


def _parts(value: Any, path: str = "") -> Iterator[tuple[tuple[str, str], Any]]:
    """Each value of an entry by ``(field, item)``. Records of a list are known by their first key: text, name or address."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _parts(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        seen: Counter[str] = Counter()
        for inner in value:
            name = inner if isinstance(inner, str) else next(iter(inner.values()))
            seen[name] += 1
            yield (path, name if seen[name] == 1 else f"{name} ({seen[name]})"), inner
    elif value is not None:
        yield (path, ""), value


def _text(value: Any) -> str:
    return "; ".join(str(part) for part in value.values() if part is not None) if isinstance(value, dict) else value


def _term_changes(before: Taxonomy, after: Taxonomy) -> Iterator[tuple]:
    old, new = before.facets, after.facets
    yield from ((name, name, "facet removed", old[name].title, None) for name in old if name not in new)
    yield from ((name, name, "facet added", None, new[name].title) for name in new if name not in old)
    for name in old:
        if name in new and old[name] != new[name]:
            yield from ((name, *change) for change in _facet_changes(old[name], new[name]))


def _facet_changes(before: FacetFile, after: FacetFile) -> Iterator[tuple]:
    """``(subject, change, before, after)``. A label of a term that came or went is still told: it may have moved."""
    for key in ("title", "definition", "field", "ordered", "open"):
        old, new = getattr(before, key), getattr(after, key)
        if old != new:
            yield before.facet, f"{key} changed", str(old), str(new)
    old, new = ({term.name: term for term in facet.terms} for facet in (before, after))
    yield from ((name, "term removed", old[name].definition, None) for name in old if name not in new)
    yield from ((name, "term added", None, new[name].definition) for name in new if name not in old)
    kept = [name for name in old if name in new]
    for name in kept:
        if old[name].definition != new[name].definition:
            yield name, "definition changed", old[name].definition, new[name].definition
    if kept != [name for name in new if name in old]:
        yield before.facet, "terms reordered", "; ".join(old), "; ".join(new)
    was, now = _listed_under(before), _listed_under(after)
    for label in dict.fromkeys([*was, *now]):
        if was.get(label) != now.get(label):
            change = "label removed" if label not in now else "label added" if label not in was else "label moved"
            yield label, change, was.get(label), now.get(label)


def _listed_under(facet: FacetFile) -> dict[str, str]:
    """Each listed label and the names of its terms; a term that stands for itself lists none."""
    under: dict[str, list[str]] = {}
    for term in facet.terms:
        for label in term.labels:
            under.setdefault(label, []).append(term.name)
    return {label: "; ".join(names) for label, names in under.items()}
