"""``python -m atlas_data format``: one way to write a file, so that a diff shows what was meant."""

from __future__ import annotations

from atlas_data import load_atlas
from atlas_data.__main__ import main
from tests.data.conftest import AML, INVOICES


def test_the_packaged_files_are_canonical(capsys):
    assert main(["format", "--check"]) == 0
    assert capsys.readouterr().out.startswith("0 of ")


def test_check_names_the_file_that_differs_and_leaves_it_alone(folder, capsys):
    folder.edit("stage: Scaling\n", "stage:   'Scaling'   # widely bought\n")
    before = folder.text()
    assert main(["format", "--check", str(folder.root)]) == 1
    assert capsys.readouterr().out == f"differs: workflows/{AML}.yaml\n1 of 3 files would be rewritten.\n"
    assert folder.text() == before


def test_format_puts_keys_in_order_and_means_the_same(folder, capsys):
    canonical, entry = folder.text(), load_atlas(folder.root).entry(AML.split("/")[1])
    head, _, tail = canonical.partition("summary: ")
    folder.write(("summary: " + tail + head).replace("\n", "\r\n"))
    assert main(["format", str(folder.root)]) == 0
    assert capsys.readouterr().out == f"rewritten: workflows/{AML}.yaml\n1 of 3 files rewritten.\n"
    assert folder.path().read_bytes() == canonical.encode()
    assert load_atlas(folder.root).entry(AML.split("/")[1]) == entry
    assert main(["format", "--check", str(folder.root)]) == 0


def test_labels_of_a_term_stand_in_alphabetical_order_whatever_their_letter_case(folder):
    path = folder.own_taxonomy() / "team.yaml"
    head = "facet: team\ntitle: Team\ndefinition: Any.\nfield: buyers\nterms:\n  - name: All\n    definition: Everyone.\n    labels:\n"
    path.write_text(head + "".join(f"      - {label}\n" for label in ("zebra", "Alpha", "beta", "Able")))
    assert main(["format", str(folder.root)]) == 0
    assert [line.strip("- ") for line in path.read_text().splitlines()[-4:]] == ["Able", "Alpha", "beta", "zebra"]
    assert main(["format", "--check", str(folder.root)]) == 0


def test_a_file_that_cannot_be_read_is_named_and_left_while_the_others_are_written(folder, capsys):
    folder.edit("stage: ", "stag: ")
    folder.edit("stage: ", "stage:  ", INVOICES)
    broken = folder.text()
    assert main(["format", str(folder.root)]) == 1
    told = capsys.readouterr()
    assert f"workflows/{AML}.yaml:4: stag: is not a known key; did you mean 'stage'?" in told.err
    assert f"rewritten: workflows/{INVOICES}.yaml" in told.out
    assert folder.text() == broken


def test_a_folder_without_files_is_told(tmp_path, capsys):
    assert main(["format", str(tmp_path)]) == 1
    assert "holds no files" in capsys.readouterr().err
