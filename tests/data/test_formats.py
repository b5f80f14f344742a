"""Taking an atlas away and bringing it back: what comes back is what went, field for field."""

from __future__ import annotations

import json
import sqlite3
from functools import cache
from io import BytesIO

import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings

from atlas_data import Atlas, AtlasError, load_atlas, read_atlas
from atlas_data.formats import FORMATS, archive, excel, package, sheet, write_atlas
from atlas_data.formats.sheet import joined, split
from tests.data.conftest import AML
from tests.data.generated import HOSTILE, atlases

WHOLE = [format.name for format in FORMATS.values() if format.whole]
PLAIN = [format.name for format in FORMATS.values() if not format.whole]
AML_ID = AML.partition("/")[2]
quietly = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


def entries(atlas: Atlas) -> list:
    return [atlas.entry(name) for name in atlas.workflows.index]


def brought(atlas: Atlas, name: str) -> Atlas:
    return read_atlas(write_atlas(atlas, name), f"brought{FORMATS[name].ending}")


def assert_same(back: Atlas, atlas: Atlas) -> None:
    assert entries(back) == entries(atlas)
    assert list(back.taxonomy.facets.items()) == list(atlas.taxonomy.facets.items())
    assert back.warnings == ()
    pd.testing.assert_frame_equal(back.workflows, atlas.workflows)


@pytest.mark.parametrize("name", WHOLE)
def test_the_packaged_atlas_comes_back_whole(name):
    assert_same(brought(load_atlas(), name), load_atlas())


@pytest.mark.parametrize("name", PLAIN)
def test_a_plain_sheet_brings_back_every_field_of_every_workflow(name):
    back = brought(load_atlas(), name)
    assert entries(back) == entries(load_atlas())
    assert back.warnings == ()


@settings(quietly, max_examples=25)  # each in every format
@given(atlas=atlases())
def test_any_atlas_comes_back_whole_and_any_workflow_from_a_plain_sheet(atlas):
    """In every format: making up an atlas takes longer than writing and reading it."""
    for name in WHOLE:
        assert_same(brought(atlas, name), atlas)
    for name in PLAIN:
        contents = sheet.read(write_atlas(atlas, name), "x")
        assert not contents.problems
        assert contents.entries == entries(atlas)


@cache
def part(name: str) -> bytes:
    """One workflow with the whole vocabulary, written once for all stories."""
    return write_atlas(load_atlas(), name, [AML_ID])


@pytest.mark.parametrize("name", FORMATS)
def test_a_selection_takes_only_its_workflows(name):
    back = read_atlas(part(name), f"brought{FORMATS[name].ending}")
    assert entries(back) == [load_atlas().entry(AML_ID)]


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_atlas_gives_the_same_bytes(name):
    first, second = part(name), write_atlas(load_atlas(), name, [AML_ID])
    if FORMATS[name].ending.endswith(".xlsx"):  # the workbook notes when it was saved
        first, second = ({k: v for k, v in archive.unpack(data, "x").items() if k != "core.xml"} for data in (first, second))
    assert first == second


@pytest.mark.parametrize("name", FORMATS)
def test_files_load_by_path(name, tmp_path):
    path = tmp_path / f"mine{FORMATS[name].ending}"
    path.write_bytes(part(name))
    assert entries(load_atlas(path)) == [load_atlas().entry(AML_ID)]
    assert load_atlas(path) is load_atlas(path)


@pytest.mark.parametrize("name", ["package", "parquet"])
def test_a_folder_of_tables_loads_by_path(name, tmp_path):
    for table, content in archive.unpack(part(name), "x").items():
        (tmp_path / table).write_bytes(content)
    assert entries(load_atlas(tmp_path)) == [load_atlas().entry(AML_ID)]


def test_an_unknown_format_names_the_nearest():
    with pytest.raises(ValueError, match="no format 'excell'; did you mean 'excel'"):
        write_atlas(load_atlas(), "excell")


def test_the_data_package_is_valid(tmp_path):
    import frictionless  # slow to import, and only this test needs it

    for name, content in package.files(load_atlas()).items():
        (tmp_path / name).write_bytes(content)
    report = frictionless.Package(str(tmp_path / "datapackage.json")).validate()
    assert report.valid, report.flatten(["name", "rowNumber", "fieldName", "note"])[:5]
    assert len(report.tasks) == len(package.TABLES)


def test_the_data_package_says_what_every_column_holds():
    descriptor = json.loads(package.files(load_atlas(), [])["datapackage.json"])
    fields = [field for resource in descriptor["resources"] for field in resource["schema"]["fields"]]
    assert all(field["description"].endswith(".") for field in fields)


def test_a_workbook_has_filters_a_frozen_header_and_text_that_never_runs():
    atlas = load_atlas()
    own = atlas.entry(AML_ID).model_copy(update={"title": "=1+1", "summary": "#REF!"})
    book = openpyxl.load_workbook(BytesIO(excel.workbook({"workflows": sheet.table([own])})))
    page = book["workflows"]
    assert page.freeze_panes == "A2"
    assert page.auto_filter.ref == f"A1:{openpyxl.utils.get_column_letter(len(sheet.COLUMNS))}2"
    assert [page["B2"].value, page["B2"].data_type, page["E2"].data_type] == ["=1+1", "s", "s"]


def test_no_cell_of_a_csv_begins_like_a_formula():
    atlas = load_atlas()
    data = b"title,category,controls,summary\n=1+1,+x,-y;@z,\t@sum\n"
    own = read_atlas(data, "own.csv")
    for name in ("package", "csv"):
        written = write_atlas(own, name)
        files = archive.unpack(written, "x") if name == "package" else {"own.csv": written}
        for part, content in files.items():
            if part.endswith(".csv") and part not in ("terms.csv", "term_labels.csv", "facets.csv"):
                frame = pd.read_csv(BytesIO(content), dtype=str, keep_default_na=False)
                assert not frame.apply(lambda column: column.str.match(r"[=+\-@\t\r]")).any().any()
    assert len(atlas)


def test_a_database_answers_questions_and_holds_its_keys():
    database = sqlite3.connect(":memory:")
    database.deserialize(write_atlas(load_atlas(), "sqlite"))
    question = "SELECT count(*) FROM labels JOIN workflows ON workflows.id = labels.workflow WHERE field = 'controls'"
    assert database.execute(question).fetchone()[0] == load_atlas().workflows["controls"].sum()
    assert database.execute("PRAGMA foreign_key_check").fetchall() == []


def test_every_line_of_json_after_the_vocabulary_is_a_workflow():
    lines = write_atlas(load_atlas(), "jsonl").decode().split("\n")
    assert list(json.loads(lines[0])) == ["taxonomy"]
    assert json.loads(lines[1])["id"] == load_atlas().workflows.index[0]
    assert len(lines) == len(load_atlas()) + 2


@pytest.mark.parametrize("separator", [";", "|"])
@pytest.mark.parametrize("item", HOSTILE)
def test_items_of_a_cell_come_apart_again(item, separator):
    items = [item, "a", item, item]
    assert [part.strip(" ") for part in split(joined(items, separator), separator, keep_empty=True)] == items


def test_a_cell_too_long_for_a_spreadsheet_is_refused_with_the_remedy():
    own = load_atlas().entry(AML_ID)
    risks = [own.risks[0].model_copy(update={"text": f"{i} " + "x" * 1900}) for i in range(20)]
    with pytest.raises(AtlasError, match=f"{AML_ID}: risks: has .* Export to a data package or JSON Lines"):
        sheet.table([own.model_copy(update={"risks": risks})])
