"""Two atlases side by side: everything that differs is told, and nothing else."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from atlas_data import Workflow, load_atlas
from atlas_data.comparing import compare
from tests.data.conftest import AML, INVOICES, ROOFS

AML_ID, INVOICES_ID = AML.split("/")[1], INVOICES.split("/")[1]


def edited(entry: Workflow, **values) -> Workflow:
    """A copy with other values: ``inputs`` and the like may be given without naming their step."""
    content = entry.model_dump()
    for name, value in values.items():
        step = next((step for step in content["lifecycle"].values() if name in step), content)
        step[name] = value
    return Workflow.model_validate(content)


def told(before: Workflow, after: Workflow) -> list[tuple]:
    frame = compare([before], [after]).changed
    return list(frame[["field", "item", "change", "before", "after"]].itertuples(index=False, name=None))


def test_an_atlas_does_not_differ_from_itself():
    found = compare(load_atlas(), load_atlas())
    assert not found
    assert [len(part) for part in (found.added, found.removed, found.changed, found.terms)] == [0, 0, 0, 0]
    assert list(found.changed.columns) == ["workflow", "title", "field", "item", "change", "before", "after"]


def test_a_workflow_that_came_and_one_that_went_are_told_by_title_and_place():
    aml, invoices, roofs = (load_atlas().entry(name.split("/")[1]) for name in (AML, INVOICES, ROOFS))
    found = compare([aml, roofs], [roofs, invoices])
    assert found.added.to_dict("index") == {INVOICES_ID: {"title": invoices.title, "category": "Operational AI", "stage": invoices.stage}}
    assert list(found.removed.index) == [AML_ID]
    assert len(found.changed) == 0


def test_a_text_changes_a_label_comes_and_a_label_goes():
    entry = load_atlas().entry(AML_ID)
    later = edited(entry, stage="Established", buyers=[*entry.buyers[1:], "Casinos"], targets=entry.lifecycle.sync.targets[:-1])
    assert told(entry, later) == [
        ("stage", "", "changed", "Scaling", "Established"),
        ("buyers", "Banks", "removed", "Banks", None),
        ("buyers", "Casinos", "added", None, "Casinos"),
        ("lifecycle.sync.targets", "transaction monitoring system", "removed", "transaction monitoring system", None),
    ]


def test_a_risk_in_another_family_and_a_company_in_another_role_are_one_change_each():
    entry = load_atlas().entry(AML_ID)
    risks = [risk.model_dump() for risk in entry.risks]
    risks[0]["family"] = "Audit gap"
    companies = [company.model_dump() for company in entry.companies]
    companies[1]["role"], companies[1]["product"] = "adopter", "Case agent"
    later = edited(entry, risks=risks, companies=companies)
    assert told(entry, later) == [
        ("risks.family", risks[0]["text"], "changed", "Unsupported output", "Audit gap"),
        ("companies.product", "Flagright", "changed", None, "Case agent"),
        ("companies.role", "Flagright", "changed", "vendor", "adopter"),
    ]


def test_the_same_labels_in_another_order_are_said_to_be_just_that():
    entry = load_atlas().entry(AML_ID)
    later = edited(entry, controls=entry.controls[::-1])
    ((field, item, change, before, after),) = told(entry, later)
    assert (field, item, change) == ("controls", "", "reordered")
    assert before.split("; ") == after.split("; ")[::-1] == entry.controls


def test_two_lines_of_one_company_are_told_apart():
    entry = load_atlas().entry(AML_ID)
    lines = [company.model_dump() for company in entry.companies[:1]] * 2
    lines[1] = lines[1] | {"role": "adopter"}
    later = edited(entry, companies=[*lines, *(company.model_dump() for company in entry.companies[1:])])
    ((field, item, change, _, after),) = told(entry, later)
    assert (field, item, change) == ("companies", "WorkFusion (2)", "added")
    assert "adopter" in after


labels = st.lists(st.sampled_from(["Banks", "Insurers", "Casinos", "Brokers"]), min_size=1, unique=True)


@given(buyers=labels, inputs=labels, summary=st.sampled_from(["One.", "Two."]), family=st.sampled_from(["Cost", "Audit gap"]))
def test_something_is_told_exactly_when_entries_differ(buyers, inputs, summary, family):
    entry = edited(load_atlas().entry(AML_ID), buyers=["Banks", "Casinos"], inputs=["Brokers"], summary="One.")
    later = edited(entry, buyers=buyers, inputs=inputs, summary=summary, risks=[{"text": "It fails.", "family": family}])
    before = edited(entry, risks=[{"text": "It fails.", "family": "Cost"}])
    assert bool(compare([before], [later])) == (before != later)


def test_lists_of_entries_have_no_vocabulary_to_compare():
    aml = load_atlas().entry(AML_ID)
    assert len(compare([aml], load_atlas()).terms) == 0


def test_a_label_under_another_term_has_moved(folder):
    before = load_atlas(folder.root)
    own = folder.own_taxonomy()
    path = own / "stage.yaml"
    path.write_text(path.read_text().replace("name: Frontier", "name: First", 1))
    buyers = own / "buyer_industry.yaml"
    text = buyers.read_text()
    assert "      - Banks\n" in text and "  - name: Insurance\n" in text
    head, _, tail = text.replace("      - Banks\n", "", 1).partition("  - name: Insurance\n")
    definition, _, rest = tail.partition("    labels:\n")
    buyers.write_text(f"{head}  - name: Insurance\n{definition}    labels:\n      - Banks\n      - Lloyd's names\n{rest}")
    (own / "company.yaml").unlink()
    terms = compare(before, load_atlas(folder.root)).terms
    rows = {(row.facet, row.subject, row.change): (row.before, row.after) for row in terms.itertuples()}
    assert rows.pop(("company", "company", "facet removed")) == ("Company", None)
    assert rows.pop(("buyer_industry", "Banks", "label moved")) == ("Banking and payments", "Insurance")
    assert rows.pop(("buyer_industry", "Lloyd's names", "label added")) == (None, "Insurance")
    assert rows.pop(("stage", "Frontier", "term removed"))[1] is None
    assert rows.pop(("stage", "First", "term added"))[0] is None
    assert rows == {}
