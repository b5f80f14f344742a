"""``export`` and ``import``: an atlas leaves as one file and comes back as a folder."""

from __future__ import annotations

import pandas as pd
import pytest

from atlas_data import load_atlas
from atlas_data.__main__ import main
from atlas_data.dictionary import TABLES, markdown
from atlas_data.formats import FORMATS


@pytest.mark.parametrize("name", FORMATS)
def test_a_part_of_the_atlas_goes_out_and_comes_in_as_a_folder(name, tmp_path, capsys):
    file, folder = tmp_path / f"part{FORMATS[name].ending}", tmp_path / "part"
    assert main(["export", name, str(file), "--where", "stage=Frontier", "--where", "stage=Emerging", "--where", "control=Identity"]) == 0
    assert main(["import", str(file), str(folder)]) == 0
    back, atlas = load_atlas(folder), load_atlas()
    wanted = atlas.workflows["stage"].isin(["Frontier", "Emerging"]) & atlas.facet("control").table["Identity"]
    assert back.workflows.index.tolist() == atlas.workflows.index[wanted].tolist()
    assert [back.entry(i) for i in back.workflows.index] == [atlas.entry(i) for i in back.workflows.index]
    assert f"{wanted.sum()} of {len(atlas)} workflows written" in capsys.readouterr().out
    assert main(["validate", str(folder)]) == 0


def test_the_whole_folder_comes_back_byte_for_byte(packaged, tmp_path):
    assert main(["export", "jsonl", str(tmp_path / "all.jsonl")]) == 0
    assert main(["import", str(tmp_path / "all.jsonl"), str(tmp_path / "all")]) == 0
    for path in sorted((packaged / "workflows").rglob("*.yaml")):
        assert (tmp_path / "all" / path.relative_to(packaged)).read_bytes() == path.read_bytes()


def test_an_own_sheet_becomes_a_folder_that_validates(tmp_path, capsys):
    file = tmp_path / "ours.csv"
    file.write_text("Use case,category,controls,Team\nPay bills,Back office,identity;Four eyes,Finance; Ops\n裁判,法律,Four eyes,Legal\n")
    arguments = ["import", str(file), str(tmp_path / "ours"), "--column", "Use case=title", "--column", "Team=buyers"]
    assert main([*arguments, "--errors", str(tmp_path / "told.csv")]) == 0
    told = capsys.readouterr().err
    assert "'Four eyes' is not in the vocabulary and became a term of its own (Control)" in told
    assert "controls: 'identity' was read as 'Identity'" in told
    assert len(pd.read_csv(tmp_path / "told.csv")) == len(told.splitlines())
    assert main(["validate", str(tmp_path / "ours")]) == 0
    atlas = load_atlas(tmp_path / "ours")
    assert atlas.entry("pay-bills").buyers == ["Finance", "Ops"]
    assert atlas.facet("layer").table.loc["workflow-3"].sum() == 1


def test_problems_of_a_sheet_are_told_by_row_and_field_and_written_out(tmp_path, capsys):
    file = tmp_path / "ours.csv"
    file.write_text("title,category,controls,date\nPay,,Identity,2026-02-30\nPay,Back office,Identity;identity,2026-02-03\n")
    assert main(["import", str(file), str(tmp_path / "ours"), "--errors", str(tmp_path / "told.csv")]) == 1
    assert not (tmp_path / "ours").exists()
    lines = capsys.readouterr().err.splitlines()
    assert "ours.csv:2: category: is required and missing" in lines
    assert any(line.startswith("ours.csv:2: date: '2026-02-30': ") for line in lines)
    again = [line for line in lines if line.startswith("ours.csv:3:")]
    assert again[0] == "ours.csv:3: title: 'Pay' also stands in row 2; add an id column to keep both"
    assert [line.partition(": ")[2][:8] for line in again[1:]] == ["controls"]  # what else is wrong with the row
    table = pd.read_csv(tmp_path / "told.csv")
    assert table.columns.tolist() == ["file", "row", "field", "reason"]
    assert {("ours.csv", 2, "category"), ("ours.csv", 3, "title")} <= set(zip(table["file"], table["row"], table["field"], strict=True))


def test_nothing_is_overwritten_unasked(tmp_path, capsys):
    file = tmp_path / "all.jsonl"
    file.write_text("mine")
    assert main(["export", "jsonl", str(file)]) == 1
    assert file.read_text() == "mine"
    assert "exists already; choose another name or add --force" in capsys.readouterr().err
    assert main(["export", "jsonl", str(file), "--force", "--where", "stage=Frontier"]) == 0
    assert main(["import", str(file), str(tmp_path)]) == 1
    assert "is not an empty folder" in capsys.readouterr().err


def test_the_list_of_problems_overwrites_neither_the_file_that_is_read_nor_another_unasked(tmp_path, capsys):
    file, other = tmp_path / "ours.csv", tmp_path / "told.csv"
    file.write_text("title,category,controls\nPay,Back office,Identity\n")
    other.write_text("mine")
    for errors in (file, tmp_path / "x" / ".." / "ours.csv", other):
        (tmp_path / "x").mkdir(exist_ok=True)
        before = file.read_text(), other.read_text()
        force = ["--force"] if errors != other else []
        assert main(["import", str(file), str(tmp_path / "out"), "--errors", str(errors), *force]) == 1
        assert (file.read_text(), other.read_text()) == before and not (tmp_path / "out").exists()
    told = capsys.readouterr().err
    assert told.count("is the file to read; choose another name for --errors") == 2
    assert "told.csv: exists already; choose another name or add --force" in told
    assert main(["import", str(file), str(tmp_path / "out"), "--errors", str(other), "--force"]) == 0
    assert other.read_text(encoding="utf-8-sig").startswith("file,row,field,reason")


def test_a_database_is_imported_by_its_address(tmp_path, capsys):
    pytest.importorskip("ibis")
    address = f"duckdb://{tmp_path}/all.duckdb"
    assert main(["export", address]) == 0
    assert main(["import", address, str(tmp_path / "out"), "--column", "a=title"]) == 1
    assert f"{address}: is no sheet" in capsys.readouterr().err
    assert main(["import", address, str(tmp_path / "out")]) == 0
    back, atlas = load_atlas(tmp_path / "out"), load_atlas()
    assert [back.entry(name) for name in atlas.workflows.index] == [atlas.entry(name) for name in atlas.workflows.index]


def test_a_choice_that_leaves_nothing_is_refused(tmp_path, capsys):
    where = ["--where", "company=WorkFusion", "--where", "category=Operational AI", "--where", "stage=Frontier"]
    assert main(["export", "csv", str(tmp_path / "x.csv"), *where]) == 1
    assert "no workflow has these terms; leave one out" in capsys.readouterr().err
    assert not (tmp_path / "x.csv").exists()


@pytest.mark.parametrize(
    ("condition", "told"),
    [("stagee=x", "no facet 'stagee'; did you mean 'stage'?"), ("stage=Frontir", "no term 'Frontir'; did you mean 'Frontier'?")],
)
def test_a_condition_that_chooses_nothing_known_is_told(condition, told, tmp_path, capsys):
    assert main(["export", "csv", str(tmp_path / "x.csv"), "--where", condition]) == 1
    assert told in capsys.readouterr().err


def test_a_file_that_is_not_there_is_told(tmp_path, capsys):
    assert main(["import", str(tmp_path / "no.csv"), str(tmp_path / "x")]) == 1
    assert "does not exist" in capsys.readouterr().err
    assert main(["import", str(tmp_path / "no.csv"), str(tmp_path / "x"), "--column", "a=title"]) == 1
    assert "cannot be read" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["export", "import"])
def test_help_explains_formats_and_limits(command, capsys):
    with pytest.raises(SystemExit):
        main([command, "--help"])
    told = capsys.readouterr().out
    assert all(word in told for word in (["package", "sqlite", "--where"] if command == "export" else ["20 MB", "--column", "--errors"]))


def test_the_data_dictionary_is_current_and_describes_every_column(packaged):
    page = packaged.parent / "docs" / "data-dictionary.md"
    assert page.read_text(encoding="utf-8") == markdown(), "renew it: python -m atlas_data.dictionary > docs/data-dictionary.md"
    assert all(column.description for table in TABLES.values() for column in table.columns)
