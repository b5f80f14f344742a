"""``python -m atlas_data new`` and ``format``: from a template to a canonical file."""

from __future__ import annotations

import re

import pytest
import yaml
from pydantic import BaseModel

from atlas_data import Workflow, load_atlas
from atlas_data.__main__ import main
from tests.data.conftest import AML, INVOICES

ID = "regulated-ai/ai-claims-intake"
ANSWERS = {
    "stage": "Emerging", "summary": "Reads claims.", "what_it_is": "Claims come in. People decide.", "buyers": "Insurers",
    "capabilities": "Entity resolution", "controls": "Audit trail", "requirement": "Every reading kept", "control": "Audit trail",
    "inputs": "alerts", "context_keys": "jurisdiction", "ai_tasks": "read", "triggers": "high-value cases", "reviewers": "investigators",
    "evidence": "log of decisions", "targets": "CRM", "retention": "seven years", "monitoring": "reopened claims", "text": "it misreads",
    "family": "Unsupported output", "why_it_matters": "Backlogs grow. Staff is short.", "name": "Acme", "product": "Reader",
    "website": "acme.com", "evidence_url": "https://acme.com/claims", "url": "https://acme.com/report", "says": "Machines read claims",
}  # fmt: skip


def new(folder, *more: str, name: str = "ai-claims-intake", category: str = "Regulated AI") -> int:
    return main(["new", name, "--title", "AI Claims: Intake", "--category", category, "--atlas", str(folder.root), *more])


def fill(text: str) -> str:
    """What a person does: answer each blank by the key it stands under."""
    key, filled, lines = "", [], text.splitlines()
    for line, below in zip(lines, [*lines[1:], ""], strict=True):
        blank = re.fullmatch(r" *(?:- )?(\w+):", line)
        key = blank[1] if blank else key
        answer = line.strip() == "-" or (blank and key in ANSWERS and not below.strip().startswith("-"))
        filled.append(f"{line} {ANSWERS[key]}" if answer else line)
    return "\n".join(filled) + "\n"


def keys_of(model: type[BaseModel]) -> set[str]:
    """Every key of a model and of the models inside it."""
    found = set()
    for name, field in model.model_fields.items():
        found.add(name)
        for inner in [field.annotation, *getattr(field.annotation, "__args__", ())]:
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                found |= keys_of(inner)
    return found


def test_a_template_filled_in_is_sound_and_formats_to_a_file_without_explanations(folder, capsys):
    assert new(folder) == 0
    assert str(folder.path(ID)) in capsys.readouterr().out
    assert folder.problems != []
    folder.write(fill(folder.text(ID)), ID)
    assert folder.told == []
    entry = load_atlas(folder.root).entry("ai-claims-intake")
    assert (entry.title, entry.stage, entry.lifecycle.sync.targets) == ("AI Claims: Intake", "Emerging", ["CRM"])
    assert main(["format", str(folder.root)]) == 0
    assert "#" not in folder.text(ID)
    assert load_atlas(folder.root).entry("ai-claims-intake") == entry


def test_validate_names_every_blank_of_a_template(folder):
    new(folder)
    named = {problem.field.split("[")[0].rsplit(".", 1)[-1] for problem in folder.problems}
    blanks = set(ANSWERS) - {
        "requirement",
        "control",
        "text",
        "family",
        "name",
        "product",
        "website",
        "evidence_url",
        "url",
        "says",
        "evidence",
    }
    assert blanks <= named
    assert all(problem.line for problem in folder.problems)


def test_the_template_has_every_field_and_explains_it(folder):
    new(folder)
    text = folder.text(ID)
    # what a catalogue entry has instead of sources is told in words
    assert {key for key in keys_of(Workflow) if not re.search(rf"^[ -]*{key}:", text, re.MULTILINE)} == {"source", "completed"}
    assert "'source'" in text and "'completed'" in text
    for field in Workflow.model_fields:
        if field not in ("id", "title", "category", "lifecycle"):
            assert re.search(rf"^#.*\n{field}:", text, re.MULTILINE), field
    for control in load_atlas().facet("control").terms:
        assert control in re.sub(r"\n#\s+", " ", text)
    assert max(map(len, text.splitlines())) <= 140


def test_a_title_may_hold_what_yaml_reads_as_something_else(folder):
    title = 'A: "b" # {c} no — é'
    assert main(["new", "ai-x", "--title", title, "--category", "Regulated AI", "--atlas", str(folder.root)]) == 0
    assert yaml.safe_load(folder.text("regulated-ai/ai-x"))["title"] == title


@pytest.mark.parametrize("name", [AML.split("/")[1], INVOICES.split("/")[1]])
def test_an_id_that_exists_is_refused_in_any_category_and_its_file_left_alone(folder, capsys, name):
    before = folder.text(AML), folder.text(INVOICES)
    assert new(folder, name=name) == 1
    assert f"{name!r} exists already: " in capsys.readouterr().err
    assert (folder.text(AML), folder.text(INVOICES)) == before
    assert len(list(folder.root.rglob("*.yaml"))) == 3


@pytest.mark.parametrize(
    ("name", "category", "told"),
    [
        ("AI Claims", "Regulated AI", "'AI Claims' is not an id"),
        ("../claims", "Regulated AI", "'../claims' is not an id"),
        ("ai-claims", "Regulatd AI", "did you mean 'Regulated AI'?"),
    ],
)
def test_a_wrong_name_is_refused_with_the_remedy(folder, capsys, name, category, told):
    assert new(folder, name=name, category=category) == 1
    assert told in capsys.readouterr().err
    assert len(list(folder.root.parent.rglob("*.yaml"))) == 3


def test_an_atlas_of_its_own_words_offers_those(folder):
    path = folder.own_taxonomy() / "category.yaml"
    path.write_text("facet: category\ntitle: C\ndefinition: D.\nfield: category\nterms:\n  - name: Ports\n    definition: Docks.\n")
    assert new(folder, category="Regulated AI") == 1
    assert new(folder, category="Ports") == 0
    assert folder.path("ports/ai-claims-intake").exists()


def test_no_atlas_is_told(tmp_path, capsys):
    assert main(["new", "ai-x", "--title", "X", "--category", "Regulated AI", "--atlas", str(tmp_path)]) == 1
    assert "is not an atlas" in capsys.readouterr().err


def test_a_category_without_latin_letters_gets_the_folder_that_validate_expects(folder):
    vocabulary = folder.own_taxonomy() / "category.yaml"
    vocabulary.write_text(vocabulary.read_text(encoding="utf-8").replace("name: Frontier AI", "name: 法律"), encoding="utf-8")
    assert new(folder, category="法律") == 0
    folder.write(fill(folder.text("other/ai-claims-intake")), "other/ai-claims-intake")
    assert folder.told == []
