"""Files and folders that may not be read or written are named with the reason, and nothing of an atlas is left out in silence.

Whoever runs the tests may be allowed everything, so the system is made to refuse.
"""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from atlas_data import AtlasError, check_atlas, load_atlas
from atlas_data.__main__ import main
from tests.data.conftest import AML, ROWS


@pytest.fixture
def closed(monkeypatch) -> Callable[[Path], None]:
    """Closes a file, or a folder with all that is in it."""

    def close(place: Path) -> None:
        def guarded(ask):
            def asked(path, *arguments, **options):
                named = Path(path) if isinstance(path, (str, os.PathLike)) else None
                if named is not None and (named == place or place in named.parents):
                    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
                return ask(path, *arguments, **options)

            return asked

        monkeypatch.setattr(io, "open", guarded(io.open))
        monkeypatch.setattr(os, "scandir", guarded(os.scandir))
        monkeypatch.setattr(os, "mkdir", guarded(os.mkdir))

    return close


@pytest.mark.parametrize("command", [["validate"], ["report"], ["diff", "{}"], ["export", "csv", "{}.out", "--path"]])
def test_a_file_that_may_not_be_read_is_named(command, closed, tmp_path, capsys):
    file = tmp_path / "ours.csv"
    file.write_text(ROWS, encoding="utf-8")
    closed(file)
    assert main([*(word.format(file) for word in command), str(file)]) == 1
    assert capsys.readouterr().err.splitlines()[0] == f"{file}: cannot be read: Permission denied"


def test_a_file_in_a_folder_that_may_not_be_entered_is_named(monkeypatch, tmp_path, capsys):
    def refused(path, **options):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    monkeypatch.setattr(Path, "stat", refused)
    for arguments in (["validate", str(tmp_path / "x.csv")], ["generate", "--workflows", "9", str(tmp_path / "x.csv")]):
        assert main(arguments) == 1
        said = capsys.readouterr().err
        assert said.startswith(str(tmp_path / "x.csv")) and "Permission denied" in said and "Traceback" not in said


def test_a_category_that_may_not_be_listed_is_told_instead_of_left_out(folder, closed, capsys):
    closed(folder.path().parent)
    for ask in (load_atlas, check_atlas):
        with pytest.raises(AtlasError, match=f"{folder.path().parent}: cannot be read: Permission denied"):
            ask(folder.root)
    for command in ("validate", "format"):
        assert main([command, str(folder.root)]) == 1
        assert f"{folder.path().parent}: cannot be read" in capsys.readouterr().err


@pytest.mark.parametrize("ending", [".yml", ".YAML", ".YML"])
def test_every_way_to_end_the_name_of_a_yaml_file_is_read_and_formatted(folder, ending, capsys):
    folder.path().rename(folder.path().with_suffix(ending))
    vocabulary = folder.own_taxonomy() / "stage.yaml"
    vocabulary.rename(vocabulary.with_suffix(ending))
    atlas = load_atlas(folder.root)
    assert len(atlas) == 3 and "stage" in atlas.facets
    assert main(["format", "--check", str(folder.root)]) == 0
    assert main(["new", AML.partition("/")[2], "--title", "X", "--category", "Regulated AI", "--atlas", str(folder.root)]) == 1
    assert "exists already" in capsys.readouterr().err


def test_a_file_that_may_not_be_rewritten_is_named_and_not_called_rewritten(folder, monkeypatch, capsys):
    folder.edit("stage: ", "stage:   ")

    def refused(path, data):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    monkeypatch.setattr(Path, "write_bytes", refused)
    assert main(["format", str(folder.root)]) == 1
    told = capsys.readouterr()
    assert told.err == f"{folder.path()}: cannot be written: Permission denied\n"
    assert "rewritten" not in told.out


def test_a_new_entry_that_may_not_be_written_is_told(folder, closed, capsys):
    closed(folder.root / "workflows" / "frontier-ai")
    assert main(["new", "ai-x", "--title", "X", "--category", "Frontier AI", "--atlas", str(folder.root)]) == 1
    assert "frontier-ai/ai-x.yaml: cannot be written: Permission denied" in capsys.readouterr().err


def test_a_database_that_may_not_be_written_is_told(tmp_path, monkeypatch, capsys):
    duckdb = pytest.importorskip("duckdb")

    def refused(place):
        raise duckdb.IOException(f'IO Error: Cannot open file "{place}": Permission denied\nsee the manual')

    monkeypatch.setattr(duckdb, "connect", refused)
    assert main(["export", f"duckdb://{tmp_path}/x.duckdb"]) == 1
    assert capsys.readouterr().err.strip().endswith('x.duckdb.part": Permission denied')
