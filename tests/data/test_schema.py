"""The shape of an entry: what it holds, what may be left out, and that text stays the text that was written."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from pydantic import ValidationError

from atlas_data import Workflow, check_atlas, load_atlas
from atlas_data.schema import LABEL_FIELDS, Provenance
from atlas_data.tables import from_tables, to_tables
from tests.data.conftest import AML

AML_ID = AML.split("/")[1]


def entry(folder) -> Workflow:
    return load_atlas(folder.root).entry(AML_ID)


TRAPS = ["no", "NO", "yes", "on", "off", "true", "null", "~", "1e3", "0x1F", "010", "1_000", "1:30", "2026-11-21", ".inf", "=", "<<"]


@pytest.mark.parametrize("text", TRAPS)
def test_words_that_yaml_takes_for_something_else_stay_text(folder, text):
    folder.edit("title: ", f"title: {text}\n#")
    folder.edit("    role: vendor", f"    product: {text}\n    role: vendor", AML)
    folder.write("\n".join(line for line in folder.text().splitlines() if not line.startswith("    product: AI agents")))
    assert entry(folder).title == text
    assert entry(folder).companies[0].product == text


def test_norway_can_be_a_company_and_a_version_number_keeps_its_zeros(folder):
    folder.edit("  - name: WorkFusion", "  - name: NO")
    folder.edit("    evidence: ", "    evidence: 1.10 #")
    first = entry(folder).companies[0]
    assert (first.name, first.evidence) == ("NO", "1.10")
    assert "NO" in load_atlas(folder.root).facet("company").terms


def test_only_the_date_of_an_entry_is_a_date(folder):
    assert entry(folder).provenance.date == date(2026, 11, 21)


@pytest.mark.parametrize("written", ["2026-11-21", "' 2026-11-21 '", "2026-11-21 00:00:00", "2026-11-21T00:00", "2026-11-21T00:00:00Z"])
def test_a_date_may_have_spaces_around_it_and_the_midnight_of_a_spreadsheet(folder, written):
    folder.edit("  date: 2026-11-21", f"  date: {written}")
    assert entry(folder).provenance.date == date(2026, 11, 21)


@pytest.mark.parametrize(
    "written", ["86400", "46000", "1763683200.0", "21.11.2026", "2026-02-30", "2026-11-21 10:30", "20261121", "soon", "''"]
)
def test_anything_else_is_no_date_and_the_way_to_write_one_is_told(folder, written):
    folder.edit("  date: 2026-11-21", f"  date: {written}")
    (told,) = folder.told
    assert told.endswith(f": provenance.date: '{written.strip(chr(39))}': is no day; write it as YYYY-MM-DD, for example 2026-11-21")


@pytest.mark.parametrize("value", [86400, 46000.0, True, None, datetime(2026, 11, 21, 10)])
def test_a_number_is_no_date(value):
    with pytest.raises(ValidationError, match="write it as YYYY-MM-DD"):
        Provenance(kind="own", date=value)


def test_a_day_is_a_date_however_a_file_of_columns_holds_it():
    assert Provenance(kind="own", date=datetime(2026, 11, 21)) == Provenance(kind="own", date=date(2026, 11, 21))


def test_a_kind_and_a_role_are_known_in_any_letters(folder):
    folder.edit("  kind: catalogue", "  kind: ' Catalogue '")
    folder.edit("    role: vendor", "    role: VENDOR")
    assert (entry(folder).provenance.kind, entry(folder).companies[0].role) == ("catalogue", "vendor")


def test_spaces_around_an_id_or_an_address_are_no_part_of_it(folder):
    folder.edit("id: ", "id: '")
    folder.write(folder.text().replace("\ntitle", " '\ntitle", 1))
    folder.edit("    evidence_url: ", "    evidence_url: ' https://example.com/a ' #")
    assert entry(folder).companies[0].evidence_url == "https://example.com/a"


@pytest.mark.parametrize("name", ["WF-001", "wf_2", "-a", "a--b", "a b"])
def test_an_id_that_is_none_is_told_how_one_looks(folder, name):
    folder.edit(f"id: {AML_ID}", f"id: {name}")
    reason = f"{name!r}: is not an id: lower-case words and digits joined by hyphens, for example ai-claims-intake"
    assert reason in [problem.reason for problem in folder.problems]


def test_what_is_empty_or_too_long_is_told_with_the_remedy(folder):
    folder.edit("stage: Scaling", "stage:")
    folder.edit("  - Fintechs", "  -")
    folder.edit("title: ", f"title: {'x' * 200} #")
    told = {problem.field: problem.reason for problem in folder.problems}
    assert told["stage"] == told["buyers[1]"] == "is empty; write what belongs here, or remove it"
    assert told["title"].endswith("': has 200 characters; shorten it to 160")


@pytest.mark.parametrize("address", ["www.example.com", "example.com/x", "see below"])
def test_an_address_without_its_beginning_is_told_how_one_begins(folder, address):
    folder.edit("    evidence_url: ", f"    evidence_url: {address} #")
    (told,) = folder.told
    assert told.endswith(f"companies[0].evidence_url: {address!r}: is not the address of a page: it begins with https://")


def test_ids_of_tables_are_joined_whatever_spaces_stand_around_them():
    tables = to_tables(load_atlas(), [AML_ID])
    tables["workflows"]["id"] = f" {AML_ID} "
    tables["labels"]["workflow"] = f"{AML_ID} "
    assert from_tables(tables).entries == [load_atlas().entry(AML_ID)]


def test_a_python_tag_in_a_file_runs_nothing(folder, tmp_path):
    marker = tmp_path / "ran"
    folder.edit("title: ", f"title: !!python/object/apply:os.system ['touch {marker}'] #")
    assert [problem.field for problem in folder.problems] == ["title"]
    assert not marker.exists()


def test_text_folded_over_lines_is_one_line(folder):
    assert all("\n" not in text for text in (entry(folder).summary, entry(folder).what_it_is, entry(folder).why_it_matters))


def test_spaces_around_a_label_are_not_part_of_it(folder):
    folder.edit("  - Fintechs\n", "  - '  Fintechs '\n")
    assert entry(folder).buyers[1] == "Fintechs"


def test_letters_of_all_scripts_are_kept(folder):
    folder.edit("title: ", "title: Prüfung 検査 فحص 🔍 #")
    assert entry(folder).title == "Prüfung 検査 فحص 🔍"


def test_markup_in_a_title_is_only_text(folder):
    folder.edit("title: ", "title: '<script>alert(1)</script>' #")
    assert entry(folder).title == "<script>alert(1)</script>"


def test_what_may_be_left_out_is_empty_afterwards(folder):
    lines = folder.text().split("companies:\n")[0]
    start, rest = lines.split("infrastructure:\n")
    rest = rest[rest.index("lifecycle:") :]
    rest = rest[: rest.index("  retain:")] + rest[rest.index("risks:") :]
    folder.write(f"{start}{rest}provenance:\n  kind: catalogue\n  source: https://example.com/x\n  date: 2026-11-21\n")
    slim = entry(folder)
    assert (slim.infrastructure, slim.companies, slim.provenance.sources, slim.provenance.completed) == ([], [], [], [])
    assert (slim.lifecycle.retain.retention, slim.lifecycle.retain.monitoring) == ([], [])


@pytest.mark.parametrize(
    "key",
    ["id", "title", "category", "stage", "summary", "what_it_is", "buyers", "capabilities", "controls", "lifecycle", "risks",
     "why_it_matters", "provenance"],
)  # fmt: skip
def test_an_entry_cannot_do_without(folder, key):
    lines = folder.text().splitlines()
    first = next(i for i, line in enumerate(lines) if line.startswith(f"{key}:"))
    after = next((i for i in range(first + 1, len(lines)) if not lines[i].startswith(" ")), len(lines))
    folder.write("\n".join(lines[:first] + lines[after:]))
    assert [(problem.field, problem.reason) for problem in folder.problems] == [(key, "is required and missing")]


def test_an_entry_never_changes_after_loading(folder):
    with pytest.raises(ValidationError, match="frozen"):
        entry(folder).title = "Something else"


def test_the_labels_of_every_facet_field_are_those_of_the_file(folder):
    found = entry(folder)
    assert set(LABEL_FIELDS) == {
        "category", "stage", "buyers", "capabilities", "controls", "inputs", "context_keys", "triggers", "reviewers",
        "targets", "risks", "companies",
    }  # fmt: skip
    assert found.labels("category") == ["Regulated AI"]
    assert found.labels("stage") == ["Scaling"]
    assert found.labels("buyers") == ["Banks", "Fintechs", "AML teams", "Compliance teams", "Fraud operations"]
    assert found.labels("capabilities")[:2] == ["Alert triage", "Entity resolution"]
    assert found.labels("controls")[-1] == "Audit trail"
    assert found.labels("triggers") == ["suspicious cases", "high-value cases", "cross-border cases", "low-confidence cases"]
    assert found.labels("reviewers") == ["investigators", "compliance reviewers"]
    assert found.labels("inputs")[0] == "alerts" and found.labels("context_keys")[-1] == "AML policy version"
    assert found.labels("targets")[:2] == ["AML case management", "SAR/STR filing gateway"]
    assert found.labels("risks") == ["Unsupported output", "Bypassed review", "Access and privacy", "Wrong match or routing"]
    assert found.labels("companies") == ["WorkFusion", "Flagright", "Unit21", "Hawk AI"]


def test_a_company_on_two_lines_is_one_label(folder):
    folder.edit("  - name: Flagright", "  - name: WorkFusion")
    assert entry(folder).labels("companies") == ["WorkFusion", "Unit21", "Hawk AI"]
    assert load_atlas(folder.root).workflows.at[AML_ID, "companies"] == 3


def test_an_entry_goes_to_json_and_comes_back_the_same():
    for original in check_atlas().entries:
        assert Workflow.model_validate_json(original.model_dump_json()) == original
