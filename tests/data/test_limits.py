"""Files made to harm, files too large, and files as spreadsheets really save them: read, or refused with the remedy."""

from __future__ import annotations

import io
import json
import sqlite3
import tracemalloc
import zipfile
from functools import cache

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from atlas_data import AtlasError, load_atlas, read_atlas
from atlas_data.formats import FORMATS, archive, sheet, write_atlas
from atlas_data.limits import MAX_BYTES, MAX_LABELS, MAX_PAIRS, MAX_ROWS, MAX_UNPACKED, MAX_WORKFLOWS, STATED
from atlas_data.problems import Problem, problem_table
from atlas_data.tables import to_tables
from tests.data.conftest import AML, ROWS, refused

AML_ID = AML.partition("/")[2]


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return buffer.getvalue()


@cache
def exported(name: str) -> bytes:
    return write_atlas(load_atlas(), name, [AML_ID])


@pytest.mark.parametrize("name", ["x.csv", "x.jsonl", "x.xlsx"])
def test_a_file_that_is_too_large_is_refused_before_it_is_read(name):
    assert "more than the 20 MB that are read" in refused(b"PK" + bytes(MAX_BYTES), name)


def test_a_large_file_on_disk_is_refused_by_its_size_alone(tmp_path):
    path = tmp_path / "x.csv"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(AtlasError, match="more than the 20 MB"):
        load_atlas(path)


def test_too_many_workflows_are_refused():
    assert f"more than the {MAX_WORKFLOWS:,} rows" in refused(ROWS.encode() + b"a,b,c,d\n" * MAX_WORKFLOWS)


def test_too_many_rows_of_a_table_are_refused():
    files = archive.unpack(exported("package"), "x")
    files["terms.csv"] += "".join(f"{i},{i * 7919 % 9973},1,b\r\n" for i in range(MAX_ROWS)).encode()
    assert f"has more than the {MAX_ROWS:,} rows" in refused(archive.pack(files), "x.zip")


def test_as_many_workflows_as_the_limits_name_may_have_as_many_labels_as_the_packaged_ones():
    labels = len(to_tables(load_atlas())["labels"]) / len(load_atlas())
    assert labels * MAX_WORKFLOWS < MAX_LABELS
    assert f"{MAX_WORKFLOWS:,} workflows, {MAX_LABELS:,} labels" in STATED


def test_a_sheet_that_holds_too_much_says_of_which_table(monkeypatch):
    monkeypatch.setattr("atlas_data.limits.MAX_LABELS", 20)  # the same story, shorter
    assert "x.csv: has 21 rows of the table 'labels', more than the 20 that are read; bring fewer workflows" in refused(
        ROWS.encode() + b"Buy,Back office,Identity,Ops\n"
    )


def test_more_problems_than_anyone_reads_are_counted():
    told = refused(b"title,category,controls\n" + b"a,,\n" * 2000).splitlines()
    assert told[0] == "The atlas has 1001 problems:"
    assert told[-1].endswith("more problems like these")


def test_more_labels_than_fit_in_memory_are_refused(monkeypatch):
    assert MAX_PAIRS == 200_000_000
    monkeypatch.setattr("atlas_data.loading.MAX_PAIRS", MAX_PAIRS // 400)  # the same story, a twentieth as long and as wide
    rows = "".join(f"w{i},c,Identity,{'; '.join(f'{i}-{k}' for k in range(8))}\n" for i in range(300))
    assert "pairs of a workflow and a term" in refused(("title,category,controls,buyers\n" + rows).encode())


def test_a_zip_bomb_is_refused_by_what_it_declares():
    assert "would unpack to" in refused(zipped({"workflows.csv": bytes(MAX_UNPACKED + 1)}), "x.zip")
    assert "times its size" in refused(zipped({"workflows.csv": bytes(10_000_000)}), "x.zip")


def test_a_zip_bomb_that_lies_about_its_size_is_refused():
    data = zipped({"workflows.csv": b"x" * 5_000_000})
    lying = data.replace((5_000_000).to_bytes(4, "little"), (500).to_bytes(4, "little"))
    assert "cannot be unpacked" in refused(lying, "x.zip")


def test_an_archive_of_many_files_is_refused():
    assert "holds 300 files" in refused(zipped({f"{i}.csv": b"" for i in range(300)}), "x.zip")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_archive_packed_in_an_unusual_way_is_refused(method):
    assert "method other than deflate" in refused(zipped({"workflows.csv": b"x"}, method), "x.zip")


def test_an_archive_that_is_cut_off_or_holds_no_atlas_is_told():
    assert "is not a readable archive" in refused(exported("package")[:-100], "x.zip")
    assert "holds no atlas" in refused(zipped({"notes.txt": b"x"}), "x.zip")


def test_an_archive_with_a_folder_and_what_a_mac_adds_is_read():
    files = {f"mine/{name}": content for name, content in archive.unpack(exported("package"), "x").items()}
    data = zipped({**files, "__MACOSX/mine/._workflows.csv": b"x", "mine/.DS_Store": b"x"})
    assert read_atlas(data, "mine.zip").workflows.index.tolist() == [AML_ID]


BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'


@pytest.mark.parametrize("part", ["xl/styles.xml", "xl/workbook.xml", "[Content_Types].xml", "xl/worksheets/sheet1.xml"])
def test_an_xml_bomb_in_a_workbook_is_refused(part):
    with zipfile.ZipFile(io.BytesIO(exported("excel"))) as book:
        files = {name: book.read(name) for name in book.namelist()}
    assert part in files
    content = files[part]
    content = content[content.index(b"?>") + 2 :] if content.startswith(b"<?xml") else content
    for bomb in (BOMB, BOMB.decode().replace("?>", ' encoding="UTF-16"?>', 1).encode("utf-16")):
        body = content.decode().encode("utf-16-le") if bomb.startswith(b"\xff\xfe") else content
        assert "declares an XML document type" in refused(zipped({**files, part: bomb + body}), "x.xlsx")


def test_a_sheet_with_a_cell_far_away_costs_nothing():
    book = openpyxl.Workbook()
    for column, name in enumerate(("title", "category", "controls"), 1):
        book.active.cell(1, column, name)
        book.active.cell(2, column, "Identity")
    book.active["XFD200000"] = "x"
    buffer = io.BytesIO()
    book.save(buffer)
    tracemalloc.start()
    assert len(read_atlas(buffer.getvalue(), "x.xlsx")) == 1
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 50_000_000


def test_a_damaged_workbook_is_told():
    with zipfile.ZipFile(io.BytesIO(exported("excel"))) as book:
        files = {name: book.read(name) for name in book.namelist()}
    for part in ("xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml"):
        cut = {**files, part: files[part][: len(files[part]) // 2]}
        assert refused(zipped(cut), "x.xlsx").count("\n") < 3
        assert refused(zipped({name: content for name, content in cut.items() if name != part}), "x.xlsx")
    assert "old Excel format" in refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "x.xls")


def parquet(table: pa.Table) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(table, buffer)
    files = archive.unpack(exported("parquet"), "x")
    return archive.pack({**files, "labels.parquet": buffer.getvalue()})


def test_a_parquet_bomb_of_one_long_text_in_every_row_is_refused():
    column = pa.DictionaryArray.from_arrays(np.zeros(100_000, dtype="int32"), ["x" * 100_000])
    data = parquet(pa.table({"workflow": column}))
    assert len(data) < 1_000_000
    assert "labels.parquet" in refused(data, "x.zip")


def test_parquet_with_too_many_rows_or_other_types_is_refused():
    assert "1,500,001 rows" in refused(parquet(pa.table({"workflow": pa.nulls(MAX_LABELS + 1, pa.string())})), "x.zip")
    assert "neither text, number, date nor truth" in refused(parquet(pa.table({"label": [["a"]]})), "x.zip")
    files = archive.unpack(exported("parquet"), "x")
    assert "not a readable Parquet file" in refused(archive.pack({**files, "labels.parquet": b"PAR1xxxxPAR1"}), "x.zip")
    assert "one Parquet table" in refused(files["labels.parquet"], "x.parquet")


def database(script: str) -> bytes:
    made = sqlite3.connect(":memory:")
    made.executescript(script)
    return made.serialize()


def test_a_database_that_computes_what_it_holds_is_refused():
    script = "CREATE TABLE workflows (title TEXT, id TEXT GENERATED ALWAYS AS (printf('%.*c', 9000000, 'x')))"
    data = database(f"{script}; INSERT INTO workflows (title) VALUES ('x')")
    assert "table workflows: id: is computed when it is read; store its values instead" in refused(data, "x.sqlite")


def test_a_view_in_place_of_a_table_is_not_run():
    data = database("CREATE VIEW workflows AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS id FROM n")
    assert "table workflows: is missing" in refused(data, "x.sqlite")


def test_a_damaged_database_is_told():
    data = bytearray(exported("sqlite"))
    data[100:4000] = bytes(3900)
    assert "x.sqlite: is not a readable SQLite database" in refused(bytes(data), "x.sqlite")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{", "x.jsonl:1: is not valid JSON"),
        ("[" * 100_000, "x.jsonl:1: is nested too deeply"),
        ("[]", "x.jsonl: is empty"),
        ("3", "x.jsonl:1: holds no entry"),
        ("[3]", "x.jsonl: [0]: holds no entry"),
        ('[{"id": "a"},\n {]', "x.jsonl:2: is not valid JSON"),
        ('[{"id": "a", "titel": "x"}]', "x.jsonl: [0].titel: is not a known key"),
        ('[{"taxonomy": [{"facet": "../../x"}]}]', "x.jsonl: [0].taxonomy[0].facet: '../../x'"),
        ('{"id": 1, "id": 2}', "key 'id' is given twice"),
        ('{"id": "a", "titel": "x"}', "titel: is not a known key; did you mean 'title'?"),
        ('{"taxonomy": 3}', "taxonomy: has no facets"),
        ('{"taxonomy": [{"facet": "../../x"}]}', "taxonomy[0].facet: '../../x'"),
    ],
)
def test_json_that_is_no_atlas_is_told_by_line(line, told):
    assert told in refused(line.encode(), "x.jsonl")


@pytest.mark.parametrize("indent", [None, 2])
def test_an_array_of_the_same_is_read_as_json_lines_are(indent):
    lines = exported("jsonl").decode().splitlines()
    data = json.dumps([json.loads(line) for line in lines], indent=indent).encode()
    assert read_atlas(data, "x.json").entry(AML_ID) == load_atlas().entry(AML_ID)
    twice = json.dumps([json.loads(line) for line in [*lines, lines[1]]], indent=indent).encode()
    assert f"x.json: [2].id: {AML_ID!r} is already used in item [1]" in refused(twice, "x.json")
    gap = json.dumps([*(json.loads(line) for line in lines), None], indent=indent).encode()
    assert f"x.json: [{len(lines)}]: holds no entry" in refused(gap, "x.json")


def test_columns_can_be_called_otherwise():
    data = b"Use case,Area,Needs,What for\nPay,Back office,Identity,Bills\n"
    mapping = {"Use case": "title", "Area": "category", "Needs": "controls", "What for": "summary"}
    assert read_atlas(data, "x.csv", mapping).entry("pay").summary == "Bills"
    assert sheet.headings(data, "x.csv") == list(mapping)
    assert "'titel' is no column of an atlas; did you mean 'title'?" in refused(data, mapping=mapping | {"Use case": "titel"})
    assert "title: is meant by several columns" in refused(data, mapping=mapping | {"Area": "title"})


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_the_template_is_a_sheet_without_rows_that_explains_every_column(ending):
    data = sheet.template(ending)
    assert sheet.headings(data, f"x{ending}") == list(sheet.COLUMNS)
    assert "holds no workflows" in refused(data, f"x{ending}")


def test_problems_of_tables_name_table_row_and_column():
    files = archive.unpack(exported("package"), "x")
    labels = (
        files["labels.csv"].decode().replace(f"{AML_ID},buyers,1", f"{AML_ID},buyer,1").replace(f"{AML_ID},buyers,2", "nobody,buyers,2")
    )
    risks = (
        files["risks.csv"].decode().replace(f"{AML_ID},1,", f"{AML_ID},one,").replace("workflow,position", "workflow,Position ").encode()
    )
    told = refused(archive.pack({**files, "labels.csv": labels.encode()}), "x.zip")
    assert "labels.csv:2: field: 'buyer' is not one of buyers" in told
    assert "labels.csv:3: workflow: 'nobody' is not in workflows.csv" in told
    assert read_atlas(archive.pack({**files, "risks.csv": risks}), "x.zip").warnings[0].field == "Position"
    risks = files["risks.csv"].decode().replace(f"{AML_ID},1,", f"{AML_ID},one,").encode()
    assert "risks.csv:2: position: 'one' is not a whole number" in refused(archive.pack({**files, "risks.csv": risks}), "x.zip")


def test_a_table_of_problems_has_a_row_each():
    table = problem_table([Problem("x.csv", "title", "is empty", 3), Problem("x.csv", "", "is odd")])
    assert table["row"].tolist() == [3, pd.NA]


@pytest.mark.parametrize("name", FORMATS)
def test_reading_bytes_writes_nothing_to_disk(name, tmp_path, monkeypatch):
    data = exported(name)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "none"))
    monkeypatch.chdir(tmp_path)
    read_atlas(data, f"x{FORMATS[name].ending}")
    assert not list(tmp_path.iterdir())
