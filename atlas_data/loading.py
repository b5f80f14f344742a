"""Loading an atlas from its files, once per process for each state of the files."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from atlas_data.adopting import adopt
from atlas_data.atlas import Atlas, build_atlas
from atlas_data.engines.connecting import is_address
from atlas_data.engines.opening import open_atlas
from atlas_data.formats import is_part, read_contents, read_files, too_large
from atlas_data.large import is_large, read_large
from atlas_data.limits import MAX_BYTES, MAX_PAIRS, MAX_PROBLEMS, MAX_UNPACKED
from atlas_data.problems import AtlasError, Problem, reading
from atlas_data.reading import digest_of, yaml_files
from atlas_data.tables import Contents
from atlas_data.taxonomy import PACKAGED, Taxonomy, load_taxonomy
from atlas_data.validation import Reading, read_workflows

PACKAGED_ATLAS = PACKAGED.parent
_PATHS = 4  # whose atlases are kept
_kept: dict[Path, tuple[str, Atlas]] = {}


def load_atlas(source: str | Path | None = None) -> Atlas:
    """Load an atlas.

    ``source``: ``None`` for the packaged atlas; the path of a folder that holds ``workflows/<category>/<id>.yaml`` and,
    if it has a vocabulary of its own, ``taxonomy/*.yaml``; or a file or folder of one of the formats of
    :mod:`atlas_data.formats` (data package, Excel, Parquet, JSON Lines, SQLite, or a plain sheet with a row a workflow).
    In YAML every label must be in the vocabulary; in the other formats labels it does not know become terms of their
    own, told in ``atlas.warnings``. One Parquet table (:mod:`atlas_data.formats.columns`) may hold millions of workflows; its
    labels must be in the packaged vocabulary. The address of a database (``duckdb:///…``, ``postgresql://…``, ``spark:///…``)
    opens the atlas there, and counts in it (:mod:`atlas_data.engines`). The result is cached until a file changes.

    Raises :class:`AtlasError` listing every problem when a file is not sound.

    >>> len(load_atlas()) == len(load_atlas().workflows)
    True
    """
    if is_address(source):
        return open_atlas(source)
    path = Path(source) if source is not None else PACKAGED_ATLAS
    with reading(path):
        return _load(*_state(path))


def read_atlas(data: bytes, name: str, mapping: Mapping[str, str] | None = None) -> Atlas:
    """The atlas in the bytes of a file called ``name``, as somebody uploads it: nothing is written to disk or kept.

    ``mapping``: for a plain sheet, their names of columns to ours.

    >>> from atlas_data.formats import write_atlas
    >>> atlas = load_atlas()
    >>> read_atlas(write_atlas(atlas, "jsonl"), "mine.jsonl").workflows.equals(atlas.workflows)
    True
    """
    digest = hashlib.sha256(data + repr(sorted((mapping or {}).items())).encode())
    return _built(read_contents(data, name, mapping), name, digest.hexdigest()[:16])


def check_atlas(source: str | Path | None = None) -> Reading:
    """Read everything as :func:`load_atlas` does, and report every problem and warning. Raises :class:`AtlasError` only where there is
    no atlas to read."""
    if not is_address(source):
        path = Path(source) if source is not None else PACKAGED_ATLAS
        with reading(path):
            path, _ = _state(path)
            if _is_yaml(path):
                return _read(path)[0]
    try:
        atlas = load_atlas(source)
    except AtlasError as error:
        return Reading([], list(error.problems))
    return Reading(atlas.some(np.arange(len(atlas))), [], list(atlas.warnings))


def _built(contents: Contents, shown: str, version: str) -> Atlas:
    """The atlas of what was read, its unknown labels made terms. Problems beyond the first thousand are counted."""
    problems = contents.problems
    if not contents.entries and not problems:
        problems = [Problem(shown, "", "holds no workflows")]
    if len(problems) > MAX_PROBLEMS:
        problems = [*problems[:MAX_PROBLEMS], Problem(shown, "", f"has {len(problems) - MAX_PROBLEMS:,} more problems like these")]
    if problems:
        raise AtlasError(problems)
    entries, taxonomy, adopted = adopt(contents.entries, contents.taxonomy or load_taxonomy(), shown)
    open_facets = [facet for facet in taxonomy.facets.values() if facet.open]
    open_terms = sum(len({label for entry in entries for label in entry.labels(facet.field)}) for facet in open_facets)
    pairs = len(entries) * (open_terms + sum(len(facet.terms) for facet in taxonomy.facets.values()))
    if pairs > MAX_PAIRS:
        reason = f"has {pairs:,} pairs of a workflow and a term, more than the {MAX_PAIRS:,} that fit; use fewer labels"
        raise AtlasError([Problem(shown, "", reason)])
    return build_atlas(entries, taxonomy, Path(shown).name.partition(".")[0], version, [*contents.warnings, *adopted])


def completed(atlas: Atlas) -> Atlas:
    """The atlas with every facet of the packaged vocabulary, for whoever counts on them; itself where it lacks none.

    A vocabulary of one's own may leave facets out. Labels that an added facet does not know become terms of their own.

    >>> completed(load_atlas()) is load_atlas()
    True
    """
    missing = {name: facet for name, facet in load_taxonomy().facets.items() if name not in atlas.facets}
    if not missing:
        return atlas
    entries = [atlas.entry(name) for name in atlas.workflows.index]
    entries, taxonomy, adopted = adopt(entries, Taxonomy({**atlas.taxonomy.facets, **missing}), atlas.name)
    told = [Problem(atlas.name, name, "is no facet of this atlas; that of the packaged vocabulary was added") for name in missing]
    return build_atlas(entries, taxonomy, atlas.name, atlas.version, [*atlas.warnings, *told, *adopted])


def _contents(path: Path) -> Contents:
    """What a file, or a folder of the tables of an atlas, holds."""
    if path.is_file():
        if path.stat().st_size > MAX_BYTES:
            raise too_large(path.stat().st_size, path.name)
        return read_contents(path.read_bytes(), path.name)
    parts = [part for part in sorted(path.iterdir()) if is_part(part.name) and part.is_file()]
    size = sum(part.stat().st_size for part in parts)
    if size > MAX_UNPACKED:
        raise too_large(size, path.name)
    return read_files({part.name: part.read_bytes() for part in parts}, path.name)


def _is_yaml(path: Path) -> bool:
    return (path / "workflows").is_dir()


def _read(folder: Path) -> tuple[Reading, Taxonomy]:
    """The workflows of an atlas and its vocabulary. A broken vocabulary is reported with the rest; labels then go unchecked."""
    try:
        taxonomy, problems = load_taxonomy(_taxonomy_folder(folder)), ()
    except AtlasError as error:
        taxonomy, problems = Taxonomy({}), error.problems
    found = read_workflows(folder / "workflows", taxonomy)
    return Reading(found.entries, [*problems, *found.problems]), taxonomy


def _taxonomy_folder(folder: Path) -> Path:
    own = folder / "taxonomy"
    return own if own.is_dir() else PACKAGED


def _state(path: Path) -> tuple[Path, str]:
    """The path, and a digest of its files."""
    path = path.resolve()
    if not path.exists():
        raise AtlasError([Problem(str(path), "", "does not exist")])
    if _is_yaml(path):
        files = [*yaml_files(path / "workflows"), *yaml_files(_taxonomy_folder(path), deep=False)]
    else:
        files = [path] if path.is_file() else [part for part in sorted(path.iterdir()) if is_part(part.name)]
        if not files:
            raise AtlasError([Problem(str(path), "", "is not an atlas: it has no folder 'workflows'")])
    return path, digest_of(files)


def _load(path: Path, version: str) -> Atlas:
    """The atlas at a path, kept until its files change: the one before goes then, which may be large."""
    kept = _kept.get(path)
    if kept is None or kept[0] != version:
        _kept.pop(path, None)
        while len(_kept) >= _PATHS:
            _kept.pop(next(iter(_kept)), None)
        kept = _kept[path] = version, _read_anew(path, version)
    return kept[1]


def _read_anew(path: Path, version: str) -> Atlas:
    if is_large(path):
        return read_large(path, version)
    if not _is_yaml(path):
        return _built(_contents(path), path.name, version)
    found, taxonomy = _read(path)
    if found.problems:
        raise AtlasError(found.problems)
    return build_atlas(found.entries, taxonomy, path.name, version)
