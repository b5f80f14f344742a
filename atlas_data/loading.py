"""Loading an atlas from its files, once per process for each state of the files."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from atlas_data.atlas import Atlas, build_atlas
from atlas_data.problems import AtlasError, Problem
from atlas_data.taxonomy import PACKAGED, Taxonomy, load_taxonomy
from atlas_data.validation import Reading, read_workflows

PACKAGED_ATLAS = PACKAGED.parent


def load_atlas(source: str | Path | None = None) -> Atlas:
    """Load an atlas.

    ``source``: ``None`` for the packaged atlas, or the path of a folder that holds ``workflows/<category>/<id>.yaml``
    and, if it has a vocabulary of its own, ``taxonomy/*.yaml``. The result is cached until a file changes.

    Raises :class:`AtlasError` listing every problem when a file is not sound.

    >>> len(load_atlas()) == len(load_atlas().workflows)
    True
    """
    return _load(*_state(Path(source) if source is not None else PACKAGED_ATLAS))


def check_atlas(source: str | Path | None = None) -> Reading:
    """Read everything and report every problem. Raises :class:`AtlasError` only where there is no atlas to read."""
    folder, _ = _state(Path(source) if source is not None else PACKAGED_ATLAS)
    return _read(folder)[0]


def _read(folder: Path) -> tuple[Reading, Taxonomy]:
    """The workflows of an atlas and its vocabulary. A broken vocabulary is reported with the rest; labels then go unchecked."""
    try:
        taxonomy, problems = load_taxonomy(_taxonomy_folder(folder)), ()
    except AtlasError as error:
        taxonomy, problems = Taxonomy({}), error.problems
    reading = read_workflows(folder / "workflows", taxonomy)
    return Reading(reading.entries, [*problems, *reading.problems]), taxonomy


def _taxonomy_folder(folder: Path) -> Path:
    own = folder / "taxonomy"
    return own if own.is_dir() else PACKAGED


def _state(folder: Path) -> tuple[Path, str]:
    """The folder, and a digest of the names, sizes and times of its files: changes when any file does."""
    folder = folder.resolve()
    if not folder.exists():
        raise AtlasError([Problem(str(folder), "", "does not exist")])
    if not (folder / "workflows").is_dir():
        raise AtlasError([Problem(str(folder), "", "is not an atlas: it has no folder 'workflows'")])
    digest = hashlib.sha256()
    for root in (folder / "workflows", _taxonomy_folder(folder)):
        for path in sorted(root.rglob("*.y*ml")):
            try:
                status = path.stat()
            except OSError:  # a link to nothing, or a file just removed: reading tells
                continue
            digest.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return folder, digest.hexdigest()[:16]


@lru_cache(maxsize=4)
def _load(folder: Path, version: str) -> Atlas:
    reading, taxonomy = _read(folder)
    if reading.problems:
        raise AtlasError(reading.problems)
    return build_atlas(reading.entries, taxonomy, folder.name, version)
