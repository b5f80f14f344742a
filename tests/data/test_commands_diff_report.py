"""``python -m atlas_data diff`` and ``report``: what they print, in words and as JSON."""

from __future__ import annotations

import json
import shutil

import pytest

from atlas_data import load_atlas
from atlas_data.__main__ import main
from atlas_data.reporting import control_agreement, shared_labels, term_use
from tests.data.conftest import AML, INVOICES, ROOFS, AtlasFolder

AML_ID, INVOICES_ID, ROOFS_ID = (name.split("/")[1] for name in (AML, INVOICES, ROOFS))


@pytest.fixture
def later(folder, tmp_path) -> AtlasFolder:
    """The same three workflows some time later: one gone, one come, one changed."""
    shutil.copytree(folder.root, tmp_path / "later")
    other = AtlasFolder(tmp_path / "later")
    other.path(ROOFS).unlink()
    folder.path(INVOICES).unlink()
    other.edit("stage: Scaling", "stage: Established")
    other.edit("      - entity graphs\n", "")
    other.edit("    family: Bypassed review", "    family: Audit gap")
    return other


def test_the_difference_in_words(folder, later, capsys):
    assert main(["diff", str(folder.root), str(later.root)]) == 0
    told = capsys.readouterr().out.splitlines()
    titles = {name: load_atlas().entry(name).title for name in (AML_ID, INVOICES_ID, ROOFS_ID)}
    stages = {name: load_atlas().entry(name).stage for name in titles}
    assert told == [
        "Workflows: 1 added, 1 removed, 1 changed. Vocabulary: 0 changes.",
        "",
        "Added",
        f"  {INVOICES_ID}: {titles[INVOICES_ID]} (Operational AI, {stages[INVOICES_ID]})",
        "",
        "Removed",
        f"  {ROOFS_ID}: {titles[ROOFS_ID]} (Physical World AI, {stages[ROOFS_ID]})",
        "",
        "Changed",
        f"  {AML_ID}: {titles[AML_ID]}",
        "    stage: 'Scaling' → 'Established'",
        "    lifecycle.ingest.inputs: removed 'entity graphs'",
        "    risks.family of 'True suspicion auto-closed with no second look': 'Bypassed review' → 'Audit gap'",
    ]


def test_the_difference_as_json(folder, later, capsys):
    assert main(["diff", str(folder.root), str(later.root), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [row["workflow"] for row in found["added"]] == [INVOICES_ID]
    assert [row["workflow"] for row in found["removed"]] == [ROOFS_ID]
    (changed,) = found["changed"]
    assert changed["workflow"] == AML_ID
    assert changed["changes"][1] == {
        "field": "lifecycle.ingest.inputs", "item": "entity graphs", "change": "removed", "before": "entity graphs", "after": None,
    }  # fmt: skip
    assert found["terms"] == []


def test_a_moved_label_is_told_with_both_terms(folder, capsys, tmp_path):
    shutil.copytree(folder.root, tmp_path / "later")
    own = AtlasFolder(tmp_path / "later").own_taxonomy() / "reviewer_role.yaml"
    text = own.read_text().replace("      - investigators\n", "", 1)
    own.write_text(text.replace("    labels:\n", "    labels:\n      - investigators\n", 1))
    assert main(["diff", str(folder.root), str(tmp_path / "later")]) == 0
    was = load_atlas().taxonomy.facets["reviewer_role"].by_label["investigators"]
    assert f"  reviewer_role: label 'investigators' moved from {'; '.join(was)} to Legal counsel" in capsys.readouterr().out.splitlines()


def test_no_difference_is_said(folder, capsys):
    assert main(["diff", str(folder.root), str(folder.root)]) == 0
    assert capsys.readouterr().out == "No difference.\n"


def test_an_atlas_that_is_not_sound_is_refused_with_its_problems(folder, later, capsys):
    later.edit("  - Audit trail", "  - Audit trial")
    assert main(["diff", str(folder.root), str(later.root)]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert "'Audit trial' is " in told.err and "did you mean 'Audit trail'?" in told.err


def test_the_report_in_words_names_terms_shared_labels_and_disagreements(capsys):
    assert main(["report"]) == 0
    told = capsys.readouterr().out
    atlas = load_atlas()
    lines = told.splitlines()
    for facet in atlas.facets:
        assert f"{facet}: {len(atlas.facet(facet).terms)} terms" in lines
    agreement = control_agreement(atlas)
    assert f"Cohen's kappa {agreement.kappa:.2f} over {len(atlas) * 21} pairs" in told
    assert f"Disagreements: {len(agreement.disagreements)}" in lines
    row = agreement.disagreements.iloc[0]
    assert any(row["workflow"] in line and row["known"] in line and row["control"] in line for line in lines)
    assert f"Labels that mean several terms of one facet: {len(shared_labels(atlas))}" in lines
    everywhere = lines.index(next(line for line in lines if line.startswith("Terms that never discriminate: in over 90% or under 1%")))
    assert any("Auditability and review history" in line for line in lines[everywhere:])


def test_the_report_as_json_holds_the_same_numbers(capsys):
    assert main(["report", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    atlas = load_atlas()
    assert found["workflows"] == len(atlas)
    assert len(found["terms"]) == len(term_use(atlas))
    assert found["control_agreement"]["kappa"] == pytest.approx(control_agreement(atlas).kappa)
    assert len(found["control_agreement"]["by_control"]) == 21
    assert len(found["control_agreement"]["disagreements"]) == len(control_agreement(atlas).disagreements)


def test_a_small_atlas_is_reported_on_its_own_and_without_undefined_numbers(folder, capsys):
    assert main(["report", str(folder.root), "--json"]) == 0
    text = capsys.readouterr().out
    assert "NaN" not in text
    assert json.loads(text)["workflows"] == 3
    assert main(["report", str(folder.root)]) == 0
    assert capsys.readouterr().out.startswith("3 workflows, ")


@pytest.mark.parametrize("command", ["new", "format", "diff", "report"])
def test_help_says_what_a_command_does_and_how_it_exits(command, capsys):
    with pytest.raises(SystemExit) as stop:
        main([command, "--help"])
    assert stop.value.code == 0
    assert len(capsys.readouterr().out.split()) > 40
