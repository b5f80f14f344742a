"""Atlases small enough to break: copies of a few real workflow files in a folder of their own."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from atlas_data import AtlasError, Problem, check_atlas, read_atlas
from atlas_data.loading import PACKAGED_ATLAS

AML = "regulated-ai/ai-anti-money-laundering-investigation"
INVOICES = "operational-ai/ai-accounts-payable-invoice-approval"
ROOFS = "physical-world-ai/ai-aerial-roof-property-condition-inspection"
ROWS = "title,category,controls,buyers\nPay,Back office,Identity,Café owners; Ops\n"


def refused(data: bytes, name: str = "x.csv", mapping: dict | None = None) -> str:
    """Why a file that somebody brings is refused."""
    with pytest.raises(AtlasError) as error:
        read_atlas(data, name, mapping)
    return str(error.value)


@dataclass(frozen=True)
class AtlasFolder:
    """An atlas on disk. Files are named ``<category>/<id>``; edits go to the anti-money-laundering entry unless said otherwise."""

    root: Path

    def path(self, name: str = AML) -> Path:
        return self.root / "workflows" / f"{name}.yaml"

    def text(self, name: str = AML) -> str:
        return self.path(name).read_text(encoding="utf-8")

    def write(self, content: str | bytes, name: str = AML) -> None:
        self.path(name).parent.mkdir(parents=True, exist_ok=True)
        self.path(name).write_bytes(content if isinstance(content, bytes) else content.encode())

    def edit(self, old: str, new: str, name: str = AML) -> None:
        """Replace the first occurrence of ``old``."""
        assert old in self.text(name), f"{name} no longer holds {old!r}: the story needs another example"
        self.write(self.text(name).replace(old, new, 1), name)

    def provenance(self, lines: str, name: str = AML) -> None:
        """Replace the last part of an entry."""
        self.write(self.text(name).partition("provenance:\n")[0] + "provenance:\n" + lines, name)

    def line(self, start: str, name: str = AML, nth: int = 1) -> int:
        """The 1-based number of the ``nth`` line that starts with ``start``."""
        return [i for i, line in enumerate(self.text(name).splitlines(), 1) if line.startswith(start)][nth - 1]

    def own_taxonomy(self) -> Path:
        """A vocabulary of its own, copied from the packaged one."""
        shutil.copytree(PACKAGED_ATLAS / "taxonomy", self.root / "taxonomy", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
        return self.root / "taxonomy"

    @property
    def problems(self) -> list[Problem]:
        return check_atlas(self.root).problems

    @property
    def told(self) -> list[str]:
        """Every problem as people read it."""
        return [str(problem) for problem in self.problems]


@pytest.fixture
def folder(tmp_path) -> AtlasFolder:
    """Three sound workflows of three categories, mapped by the packaged vocabulary."""
    small = AtlasFolder(tmp_path / "atlas")
    for name in (AML, INVOICES, ROOFS):
        small.write((PACKAGED_ATLAS / "workflows" / f"{name}.yaml").read_bytes(), name)
    return small


@pytest.fixture(scope="session")
def packaged() -> Path:
    """The folder of the atlas that comes with the package."""
    return PACKAGED_ATLAS
