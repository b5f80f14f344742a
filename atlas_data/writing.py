"""Workflow and vocabulary files as this atlas writes them: one canonical text for each entry, so that diffs stay small."""

from __future__ import annotations

from typing import Any

import yaml

from atlas_data.schema import Workflow
from atlas_data.taxonomy import FacetFile

_ENTRY_WIDTH = 110
_FACET_WIDTH = 10_000  # a definition stays on one line, so that a term is found by its line


class _Dumper(yaml.SafeDumper):
    """Items of a list stand two to the right of their key, and nothing is written as an alias of something else."""

    def increase_indent(self, flow=False, indentless=False):
        return super().increase_indent(flow, False)

    def ignore_aliases(self, data):
        return True


def dump_entry(entry: Workflow) -> str:
    """The canonical YAML text of an entry: keys in the order of the schema, 110 wide, what is empty inside a part left out.

    >>> from atlas_data import load_atlas
    >>> dump_entry(load_atlas().entry("ai-accounts-payable-invoice-approval")).splitlines()[0]
    'id: ai-accounts-payable-invoice-approval'
    """
    content = entry.model_dump(exclude_defaults=True)
    # The lists every workflow is asked about are written also when empty, so that a gap is seen as one.
    return _dump({key: content.get(key, []) for key in type(entry).model_fields}, _ENTRY_WIDTH)


def dump_facet(facet: FacetFile) -> str:
    """The canonical YAML text of a facet file.

    >>> from atlas_data import load_atlas
    >>> dump_facet(load_atlas().taxonomy.facets["stage"]).splitlines()[0]
    'facet: stage'
    """
    return _dump(facet.model_dump(exclude_defaults=True), _FACET_WIDTH)


def _dump(content: dict[str, Any], width: int) -> str:
    return yaml.dump(content, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=width)
