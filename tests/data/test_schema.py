"""The shape of an entry: what it holds, what may be left out, and that text stays the text that was written."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import ValidationError

from atlas_data import Workflow, check_atlas, load_atlas
from atlas_data.schema import LABEL_FIELDS
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
