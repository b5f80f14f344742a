"""``python -m atlas_data validate``: what those who keep the data see in their terminal."""

from __future__ import annotations

import subprocess
import sys

import pytest

from atlas_data import check_atlas, load_atlas
from atlas_data.__main__ import main
from tests.data.conftest import AML, INVOICES

FREE = ("buyers", "capabilities", "inputs", "context_keys", "triggers", "reviewers", "targets")


def run(packaged, *arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, "-m", "atlas_data", *arguments], cwd=packaged.parent, capture_output=True, text=True)


def test_the_packaged_atlas_is_sound_and_the_command_says_what_it_checked(packaged):
    done = run(packaged, "validate")
    assert (done.returncode, done.stderr) == (0, "")
    labels = int(done.stdout.split("sound; ")[1].split()[0])
    atlas = load_atlas()
    entries = [atlas.entry(name) for name in atlas.workflows.index]
    assert labels == sum(len(entry.labels(field)) for entry in entries for field in FREE)
    assert done.stdout == (
        f"{len(atlas)} workflows in 5 categories: every key, value, id and folder is sound; "
        f"{labels} labels of buyers, capabilities, inputs, context keys, review triggers, reviewers and targets map to terms.\n"
    )


def test_a_broken_atlas_prints_every_problem_and_fails(packaged, folder):
    folder.edit("  - Audit trail", "  - Audit trial")
    folder.edit("stage: ", "stag: ", INVOICES)
    told = folder.told
    done = run(packaged, "validate", str(folder.root))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines() == [*told, "3 problems."]
    assert f"workflows/{AML}.yaml:{folder.line('  - Audit trial')}: controls[5]: " in done.stderr


def test_one_problem_is_counted_in_the_singular(folder, capsys):
    folder.edit("  - Audit trail", "  - Audit trial")
    assert main(["validate", str(folder.root)]) == 1
    assert capsys.readouterr().err.splitlines()[-1] == "1 problem."


def test_a_sound_copy_is_counted_on_its_own(folder, capsys):
    assert main(["validate", str(folder.root)]) == 0
    assert capsys.readouterr().out.startswith("3 workflows in 3 categories: ")


def test_a_broken_taxonomy_is_printed_with_its_line(folder, capsys):
    path = folder.own_taxonomy() / "stage.yaml"
    path.write_text(path.read_text().replace("definition:", "definiton:", 1))
    assert main(["validate", str(folder.root)]) == 1
    assert "taxonomy/stage.yaml:3: definiton: is not a known key; did you mean 'definition'?" in capsys.readouterr().err


def test_a_path_that_does_not_exist_is_told_without_a_traceback(packaged, tmp_path):
    done = run(packaged, "validate", str(tmp_path / "nowhere"))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"{tmp_path / 'nowhere'}: does not exist\n1 problem.\n"


def test_an_atlas_in_any_form_is_validated_with_the_warnings_that_reading_gives(tmp_path, capsys):
    file = tmp_path / "ours.csv"
    file.write_text("title,category,controls,stage,buyers\nPay,Regulated AI,Identity,Retired,Banks\n")
    assert main(["validate", str(file)]) == 0
    told = capsys.readouterr()
    assert told.err.splitlines() == [str(problem) for problem in load_atlas(file).warnings]
    assert "'Retired' is not in the vocabulary and became a term of its own (Stage)" in told.err
    assert "sound; 1 labels of buyers" in told.out  # what the program filled in is no label


def test_a_sheet_without_rows_is_not_sound(tmp_path, capsys):
    file = tmp_path / "ours.csv"
    file.write_text("title,category,controls\n")
    assert main(["validate", str(file)]) == 1
    assert capsys.readouterr().err == "ours.csv: holds no workflows\n1 problem.\n"


def test_one_table_and_a_database_are_validated_too(tmp_path, capsys):
    assert main(["generate", "--workflows", "30", str(tmp_path / "m.parquet")]) == 0
    assert main(["validate", str(tmp_path / "m.parquet")]) == 0
    assert "30 workflows in 5 categories: every column, id and label is sound" in capsys.readouterr().out
    assert len(check_atlas(tmp_path / "m.parquet").entries) == 30
    pytest.importorskip("ibis")
    address = f"duckdb://{tmp_path}/m.duckdb"
    assert main(["validate", address]) == 1
    assert capsys.readouterr().err == f"{address}: does not exist\n1 problem.\n"
    assert main(["export", address, "--path", str(tmp_path / "m.parquet")]) == 0
    assert main(["validate", address]) == 0
    assert "30 workflows in 5 categories" in capsys.readouterr().out


def test_a_reader_who_leaves_early_ends_the_command_quietly(packaged):
    command = [sys.executable, "-m", "atlas_data", "report"]
    with subprocess.Popen(command, cwd=packaged.parent, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as left:
        left.stdout.close()
        assert (left.stderr.read(), left.wait()) == ("", 141)


def test_a_folder_that_is_no_atlas_is_told(tmp_path, capsys):
    assert main(["validate", str(tmp_path)]) == 1
    assert capsys.readouterr().err == f"{tmp_path}: is not an atlas: it has no folder 'workflows'\n1 problem.\n"


def test_a_place_that_cannot_be_written_is_told(tmp_path, capsys):
    (tmp_path / "file.csv").write_text("title,category,controls\nPay,Back office,Identity\n")
    for arguments in (
        ["import", str(tmp_path / "file.csv"), str(tmp_path / "file.csv" / "x")],
        ["export", f"duckdb://{tmp_path}/nowhere/x.duckdb"],
    ):
        assert main(arguments) == 1
        assert "cannot be written" in (said := capsys.readouterr().err) or "there is no folder" in said


def test_help_names_the_command_and_what_it_does(packaged):
    done = run(packaged, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert "python -m atlas_data" in done.stdout
    assert "validate" in done.stdout
    assert "print every problem" in done.stdout


def test_help_of_the_command_explains_the_path_and_the_exit(capsys):
    with pytest.raises(SystemExit) as stop:
        main(["validate", "--help"])
    assert stop.value.code == 0
    told = capsys.readouterr().out
    assert "default: the packaged one" in told
    assert "Exits 1" in told


@pytest.mark.parametrize("arguments", [[], ["validat"]])
def test_without_a_known_command_the_usage_is_shown(arguments, capsys):
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 2
    assert "usage: python -m atlas_data" in capsys.readouterr().err
