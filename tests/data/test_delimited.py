"""CSV as spreadsheets really save it, and as people write it: read, or refused with the remedy."""

from __future__ import annotations

import csv
import io

import pytest

from atlas_data import Atlas, read_atlas
from atlas_data.formats import sheet
from tests.data.conftest import ROWS, refused


def buyers(atlas: Atlas) -> list[str]:
    return atlas.entry("pay").buyers


@pytest.mark.parametrize(
    "data",
    [
        ROWS.encode(),
        ROWS.encode("utf-8-sig"),
        ROWS.encode("utf-16"),
        b"\xfe\xff" + ROWS.encode("utf-16-be"),
        ROWS.encode("utf-32"),
        b"\0\0\xfe\xff" + ROWS.encode("utf-32-be"),
    ],
    ids=["utf-8", "with byte order mark", "utf-16", "big endian", "utf-32", "utf-32, big endian"],
)
def test_unicode_files_are_read_without_a_word(data):
    atlas = read_atlas(data, "x.csv")
    assert buyers(atlas) == ["Café owners", "Ops"]
    assert not any("read as" in problem.reason for problem in atlas.warnings)


def test_a_windows_file_is_read_with_a_warning():
    atlas = read_atlas(ROWS.encode("cp1252"), "x.csv")
    assert buyers(atlas) == ["Café owners", "Ops"]
    assert str(atlas.warnings[0]) == "x.csv:2: is not UTF-8 and was read as Windows-1252; if accents look wrong, save it as 'CSV UTF-8'"


@pytest.mark.parametrize("data", [b"\x81" + ROWS.encode("cp1252"), ROWS.encode("utf-16-le"), b"\xff\xfea"])
def test_other_text_is_refused_with_the_remedy(data):
    assert "save it as 'CSV UTF-8'" in refused(data)


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_any_line_end_and_delimiter_is_read(end, delimiter):
    text = ROWS.replace("Café owners; Ops", '"Café owners; Ops"').replace(",", delimiter)
    first, second = text.splitlines()
    assert buyers(read_atlas(f"{first}\n{second}{end}{end}Buy{delimiter}B{delimiter}Identity{delimiter}X{end}".encode(), "x.csv")) == [
        "Café owners",
        "Ops",
    ]


@pytest.mark.parametrize("first", ["sep=;", '"sep=;"', "sep=;;", "SEP=;"])
@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_the_line_in_which_a_spreadsheet_names_its_separator_is_understood(first, end):
    text = end.join([first, "title;category;controls;buyers", 'Pay,now;Back office;Identity;"Café owners; Ops"', "Buy;B;I;X;Y"])
    assert "x.csv:4: the row has 5 cells under 4 names; quote cells that hold a semicolon" in refused(text.encode())
    atlas = read_atlas(text.removesuffix(";Y").encode(), "x.csv")
    assert atlas.workflows.index.tolist() == ["pay-now", "buy"]


def test_a_separator_of_one_s_own_may_be_named_and_is_named_back():
    assert read_atlas(b"sep=|\ntitle|category|controls\nPay|Back office|Identity\n", "x.csv").entry("pay").controls == ["Identity"]
    assert "quote cells that hold '|'" in refused(b"sep=|\ntitle|category|controls\nPay|Back office|Identity|\nA|B|C|D\n")


@pytest.mark.parametrize("name", ["#", "#ID", "# ID", '"#"'])
def test_a_first_column_that_is_numbered_is_no_comment(name):
    data = f'{name},Title,Category,Controls\n1,Pay,Back office,"Identity; Audit trail; Four eyes; Evidence storage"\n'
    assert read_atlas(data.encode(), "x.csv").workflows["title"].tolist() == ["Pay"]


@pytest.mark.parametrize(
    "comment", ["# Ours, kept by Tom, since May", '"# One row a workflow; a semicolon, a comma; more"', "# Ours,,,,,", "#"]
)
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_a_comment_is_told_from_names_however_it_is_quoted(comment, delimiter):
    data = "\n".join([comment, comment, '"title","category","controls"', '"Pay","Back office","Identity"', ""]).replace(
        '","', f'"{delimiter}"'
    )
    assert read_atlas(data.encode(), "x.csv").entry("pay").title == "Pay"


@pytest.mark.parametrize("quoted", ["never", "always"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_template_saved_by_a_spreadsheet_is_read(delimiter, quoted):
    rows = csv.reader(io.StringIO(sheet.template().decode("utf-8-sig")))
    saved = io.StringIO()
    writer = csv.writer(saved, delimiter=delimiter, quoting=csv.QUOTE_ALL if quoted == "always" else csv.QUOTE_MINIMAL)
    writer.writerows(row + [""] * (len(sheet.COLUMNS) - len(row)) for row in rows)
    assert sheet.headings(saved.getvalue().encode(), "x.csv") == list(sheet.COLUMNS)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (b"\n\n,,\n", "is empty"),
        (b"title,category,controls\n", "holds no workflows"),
        (b'title,category,controls\n"a,b,c\n', "is not readable as CSV"),
        (b"title,category,controls\na,b,c,d\n", "x.csv:2: the row has 4 cells under 3 names"),
        (b"title,title,controls\na,b,c\n", "title: names two columns"),
        (b"titel,category,controls\na,b,c\n", "title: is a needed column and missing"),
        (b"%PDF-1.7", "is a PDF"),
        (b"title: x\ncategory: y\n", "is a needed column and missing"),
    ],
)
def test_a_sheet_that_cannot_be_read_is_told(data, told):
    assert told in refused(data)
