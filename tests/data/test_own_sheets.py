"""Sheets as people really keep them: read as they are meant, and what was read otherwise or not at all is told."""

from __future__ import annotations

import io

import openpyxl
import pytest

from atlas_data import Atlas, AtlasError, load_atlas, read_atlas
from atlas_data.formats import sheet
from atlas_data.unstated import PLACEHOLDERS

NAMES = ["title", "category", "controls", "buyers"]
PAY = ["Pay bills", "Operational AI", "Identity", "Legal teams"]
READ = ["Read meters", "Physical World AI", "Metering", "Legal teams"]


def csv(*lines: str) -> bytes:
    return "\n".join(lines).encode()


def workbook(merged: str = "", **sheets: list[list]) -> bytes:
    """A workbook as a program writes it, with the rows of each sheet; underscores in names stand for spaces."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        page = book.create_sheet(name.replace("_", " "))
        for row in rows:
            page.append(row)
        if merged:
            page.merge_cells(merged)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def told(atlas: Atlas) -> list[str]:
    """The warnings, but for those of columns that the sheet leaves out."""
    return [str(warning) for warning in atlas.warnings if "is not in the sheet" not in warning.reason]


def refused(data: bytes, name: str = "own.csv", mapping: dict | None = None) -> list[str]:
    with pytest.raises(AtlasError) as error:
        read_atlas(data, name, mapping)
    return [str(problem) for problem in error.value.problems]


def test_a_label_that_is_the_name_of_a_term_means_that_term_without_a_word():
    atlas = read_atlas(csv("title,category,controls,buyers", "Pay,Operational AI,Identity,Legal;Legal teams;Insurance;Moon"), "own.csv")
    assert atlas.facet("buyer_function").table.loc["pay"].loc[lambda has: has].index.tolist() == ["Legal", "Moon"]
    assert "Insurance" in atlas.facet("buyer_industry").table.columns[atlas.facet("buyer_industry").table.loc["pay"]]
    assert len(told(atlas)) == 1 and "'Moon' is not in the vocabulary and became a term of its own (Buyer function)" in told(atlas)[0]


def test_of_several_sheets_the_one_with_the_needed_columns_is_read_and_the_others_are_told():
    atlas = read_atlas(workbook(Read_me=[["About this file"], ["Ask Ann"]], Ours=[NAMES, PAY], Theirs=[NAMES, READ]), "own.xlsx")
    assert atlas.workflows.index.tolist() == ["pay-bills"]
    assert told(atlas) == [
        "sheet Read me: was not read; the workflows were read from sheet 'Ours'",
        "sheet Theirs: holds workflows too and was not read; bring it as a file of its own, or add its rows to sheet 'Ours'",
    ]


def test_the_sheet_whose_columns_are_asked_for_is_the_one_that_is_read():
    names = ["Use case", "Area", "Needs", "Who"]
    data, mapping = workbook(Read_me=[["About"]], Ours=[names, PAY]), dict(zip(["Use case", "Area", "Needs"], NAMES, strict=False))
    assert sheet.headings(data, "own.xlsx") == names
    assert read_atlas(data, "own.xlsx", mapping).workflows.index.tolist() == ["pay-bills"]


def test_nobody_is_told_of_the_explanations_in_a_template():
    book = openpyxl.load_workbook(io.BytesIO(sheet.template(".xlsx")))
    book["atlas"].append([None, *PAY[:2]] + [None] * 6 + ["Identity"])
    buffer = io.BytesIO()
    book.save(buffer)
    assert not any("read from sheet" in line for line in told(read_atlas(buffer.getvalue(), "own.xlsx")))


@pytest.mark.parametrize("name", ["own.csv", "own.xlsx"])
def test_a_column_without_a_name_is_told_if_it_holds_anything(name):
    rows = [["title", "", "category", "controls"], ["Pay", "by hand", "Operational AI", "Identity"]]
    data = csv(*map(",".join, rows)) if name == "own.csv" else workbook(Ours=[[cell or None for cell in row] for row in rows])
    assert any("column B has no name and was not read; name it in the first row" in line for line in told(read_atlas(data, name)))
    rows[1][1] = ""
    assert not any("has no name" in line for line in told(read_atlas(csv(*map(",".join, rows)), "own.csv")))


@pytest.mark.parametrize("cell", ["Identity, Audit trail, metering", "Identity\nAudit trail\nMetering\n"])
def test_known_labels_separated_by_commas_or_line_breaks_are_split_with_a_warning(cell):
    atlas = read_atlas(csv("title,category,controls", "Sort,Operational AI,Identity", f'Pay,Operational AI,"{cell}"'), "own.csv")
    assert len(atlas.entry("pay").controls) == 3
    reason = "labels separated by commas or line breaks were split in 1 of 2 cells; separate labels by semicolons"
    assert f"own.csv:3: controls: {reason}" in told(atlas)


@pytest.mark.parametrize("cell", ["Identity, Four eyes", "Four eyes\nSix eyes"])
def test_labels_that_are_not_all_known_stay_as_they_are_with_the_remedy(cell):
    atlas = read_atlas(csv("title,category,controls", f'Pay,Operational AI,"{cell}"'), "own.csv")
    assert atlas.entry("pay").controls == [cell]
    assert "own.csv:2: controls: 1 of 1 cells seem to hold several labels and were read as one each; separate labels by semicolons" in told(
        atlas
    )


def test_a_label_with_a_comma_of_its_own_is_one_label():
    comma = next(label for entry in map(load_atlas().entry, load_atlas().workflows.index) for label in entry.buyers if "," in label)
    atlas = read_atlas(csv("title,category,controls,buyers", f'Pay,Operational AI,Identity,"{comma}"'), "own.csv")
    assert atlas.entry("pay").buyers == [comma] and not told(atlas)


@pytest.mark.parametrize("word", sorted(PLACEHOLDERS))
def test_words_for_nothing_are_read_as_not_stated_and_counted(word):
    rows = [f"Pay,{word},Identity;{word},{word.upper()}", f"Sort,Operational AI,{word},Legal teams"]
    atlas = read_atlas(csv("title,category,controls,buyers", *rows), "own.csv")
    pay, sort = atlas.entry("pay"), atlas.entry("sort")
    assert [pay.category, pay.controls, pay.buyers, sort.controls] == ["Not stated", ["Identity"], ["Not stated"], ["Not stated"]]
    reason = "cells; they were read as not stated"
    assert [line.rpartition(" in ")[2] for line in told(atlas)] == [f"1 of 2 {reason}", f"1 of 2 {reason}", f"2 of 2 {reason}"]


def test_titles_that_give_the_same_id_are_told_apart_and_the_same_title_is_told():
    long = "A workflow with a title so long that the beginning alone, eighty characters of it, stands in the id"
    rows = [f'"{title}",Operational AI,Identity' for title in ("Pay", "Pay!", f"{long} one", f"{long} two")]
    ids = read_atlas(csv("title,category,controls", *rows), "own.csv").workflows.index.tolist()
    assert ids[:2] == ["pay", "pay-3"] and len(set(ids)) == 4 and max(map(len, ids)) <= 80
    problems = refused(csv("title,category,controls", *rows, " pay ,Operational AI,Identity;identity"))
    assert problems[0] == "own.csv:6: title: 'pay' also stands in row 2; add an id column to keep both"
    assert problems[1].startswith("own.csv:6: controls") and len(problems) == 2


def test_a_row_whose_id_was_used_before_is_checked_all_the_same():
    problems = refused(csv("id,title,category,controls", "pay,Pay,Operational AI,Identity", "pay,Sort,,Identity;identity"))
    assert problems[0] == "own.csv:3: id: 'pay' is already used in row 2"
    assert {problem.split(": ")[1].partition("[")[0] for problem in problems} == {"id", "category", "controls"}


def test_a_mapping_of_a_column_that_the_file_lacks_is_refused():
    data = csv("title,category,controls,Owner", "Pay,Operational AI,Identity,Legal teams")
    assert refused(data, mapping={"Owners": "buyers"}) == ["own.csv: Owners: is no column of the file; did you mean 'Owner'?"]


def test_merged_cells_count_for_each_of_their_rows():
    rows = [[*PAY], [*READ], ["Sort post", "", "Identity", "Legal teams"]]
    rows[1][1] = ""
    atlas = read_atlas(workbook("B2:B4", Ours=[NAMES, *rows]), "own.xlsx")
    assert atlas.workflows["category"].tolist() == ["Operational AI"] * 3
    reason = "holds 1 merged cells, first B2:B4; each of their rows was given what stands in them"
    assert told(atlas) == [f"sheet Ours: category: {reason}"]


def test_the_names_of_the_columns_may_stand_below_a_title():
    atlas = read_atlas(workbook("A1:D1", Ours=[["Our AI workflows 2026"], [], NAMES, PAY]), "own.xlsx")
    assert atlas.workflows.index.tolist() == ["pay-bills"]
    assert told(atlas) == ["sheet Ours:3: the names of the columns stand in row 3; what is above was not read"]


def test_a_formula_that_no_spreadsheet_has_worked_out_is_told():
    rows = [NAMES, PAY, ['=A2&" two"', *PAY[1:]]]
    told_of = "is a formula without a stored value; open the file in Excel and save it"
    assert f"sheet Ours:3: title: {told_of}" in refused(workbook(Ours=rows), "own.xlsx")
    assert len(read_atlas(workbook(Ours=[[*NAMES, "Colour"], [*PAY, "=A2"]]), "own.xlsx")) == 1  # in a column that is not read
