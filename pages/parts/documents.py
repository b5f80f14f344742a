"""Files of the repository that people read: licence, citation, changelog."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

_ROOT = Path(__file__).parent.parent.parent


@cache
def document(name: str) -> str:
    """A file of the repository."""
    return (_ROOT / name).read_text(encoding="utf-8")


@cache
def citation() -> dict:
    """How to cite the atlas, and its release."""
    return yaml.safe_load(document("CITATION.cff"))
