"""Companies and their evidence, against a count by hand over the workflow files."""

from __future__ import annotations

from collections import defaultdict
from urllib.parse import urlsplit

import pandas as pd
import pytest

from analysis import Selection, companies
from analysis.companies import builders, by_number, evidence
from analysis.views import VIEWS
from atlas_data import read_atlas

SELECTIONS = [{}, {"category": ["Regulated AI"]}, {"control": ["Audit trail", "Identity"], "match": "all"}, {"text": "claims"}]
NAMES = ("companies", "company", "known-builders", "few-builders")


@pytest.fixture
def chosen(entries, pick):
    return lambda selection: [entry for entry in entries if entry["id"] in pick(**selection)]


@pytest.mark.parametrize("selection", SELECTIONS)
def test_every_line_of_evidence_is_listed_and_nothing_without_evidence(atlas, chosen, selection):
    found = evidence(atlas, Selection(**selection))
    expected = [
        (entry["id"], company["name"], company["role"], company["evidence_url"])
        for entry in chosen(selection)
        for company in entry.get("companies", [])
    ]
    columns = ["workflow", "company", "role", "evidence_url"]
    assert sorted(found[columns].itertuples(index=False, name=None)) == sorted(expected)
    assert (found["evidence"].str.len() > 0).all() and (found["host"].str.len() > 0).all()


@pytest.mark.parametrize("selection", SELECTIONS)
def test_a_company_spans_the_workflows_and_categories_that_name_it(atlas, chosen, selection):
    table = companies(atlas, Selection(**selection))
    places, hosts, roles = defaultdict(set), defaultdict(set), defaultdict(set)
    for entry in chosen(selection):
        for company in entry.get("companies", []):
            places[company["name"]].add((entry["category"], entry["id"]))
            hosts[company["name"]].add(urlsplit(company["evidence_url"]).hostname.removeprefix("www."))
            roles[company["name"], company["role"]].add(entry["id"])
    assert set(table.index) == set(places)
    for name, row in table.iterrows():
        assert row["workflows"] == len(places[name])
        assert row["categories"] == len({category for category, _ in places[name]})
        assert row["hosts"] == len(hosts[name])
        assert (row["as_vendor"], row["as_adopter"]) == (len(roles[name, "vendor"]), len(roles[name, "adopter"]))
        for category in atlas.facet("category").terms:
            assert row[category] == sum(where == category for where, _ in places[name])


def test_companies_come_in_the_order_asked_for(atlas):
    for first, second in (("workflows", "categories"), ("categories", "workflows")):
        table = companies(atlas, order=first)
        keys = [(-row[first], -row[second], name.casefold()) for name, row in table[["workflows", "categories"]].iterrows()]
        assert keys == sorted(keys)
    with pytest.raises(ValueError, match="order is 'name'"):
        companies(atlas, order="name")


@pytest.mark.parametrize(
    ("website", "address", "own"),
    [
        ("acme.com", "https://www.acme.com/x", True),
        ("acme.com", "https://docs.acme.com/x", True),
        ("www.acme.com", "https://acme.com/x", True),
        ("acme.com", "https://notacme.com/acme.com", False),
        ("docs.acme.com", "https://acme.com", False),
        (None, "https://acme.com", False),
    ],
)
def test_a_page_is_a_companys_own_only_on_its_own_website(small_entries, website, address, own):
    from atlas_data import Workflow

    company = {"name": "Acme", "role": "vendor", "website": website, "evidence_url": address, "evidence": "A page."}
    assert Workflow.model_validate({**small_entries[0], "companies": [company]}).companies[0].on_own_site is own


@pytest.mark.parametrize("selection", SELECTIONS)
def test_workflows_are_counted_by_their_known_companies(atlas, chosen, selection):
    found = builders(atlas, Selection(**selection))
    expected = {entry["id"]: len({company["name"] for company in entry.get("companies", [])}) for entry in chosen(selection)}
    assert found["known"].to_dict() == expected
    assert [len(names) for names in found["names"]] == found["known"].tolist()
    assert (found["own_site"] <= found["known"]).all()
    counts = by_number(atlas, Selection(**selection), most=3)
    for number, row in counts.iterrows():
        for category, count in row.items():
            of = [i for i in expected if atlas.workflows.at[i, "category"] == category]
            assert count == sum(min(expected[i], 3) == number for i in of)


def test_the_views_say_what_the_selection_shows(atlas):
    assert VIEWS["companies"](atlas).title == "Microsoft spans the most workflows: 10 of 207 workflows (5%), in 4 categories"
    assert VIEWS["known-builders"](atlas).title == "No known builder with evidence: 5 of 207 workflows (2%)"
    one = Selection(text="phishing report triage")
    assert VIEWS["companies"](atlas, one).title == "No company is known in more than one workflow"
    assert VIEWS["companies"](atlas, one, company_order="categories").title == "No company is known in more than one category"
    assert VIEWS["few-builders"](atlas, one).title == "No workflow with at most 1 known company"
    assert VIEWS["company"](atlas, one, who="Xovis").title == "Xovis is not known in these workflows"


def test_an_atlas_without_companies_or_without_the_facet_is_told(lone_atlas):
    for name in NAMES[:2]:
        view = VIEWS[name](lone_atlas)
        assert view.title == "No known builder with evidence" and not view.answered
    assert VIEWS["few-builders"](lone_atlas).title == "The one workflow with at most 1 known company"
    bare = read_atlas(_without_companies(lone_atlas), "bare.jsonl")
    for name in NAMES:
        assert VIEWS[name](bare).title == "This atlas has no facet company"


def _without_companies(atlas) -> bytes:
    import json

    from atlas_data.formats import write_atlas

    vocabulary, *rest = write_atlas(atlas, "jsonl").decode().split("\n")
    facets = [facet for facet in json.loads(vocabulary)["taxonomy"] if facet["facet"] != "company"]
    return "\n".join([json.dumps({"taxonomy": facets}), *rest]).encode()


@pytest.mark.parametrize("selection", SELECTIONS)
@pytest.mark.parametrize("name", NAMES)
def test_the_code_of_a_view_gives_its_table(atlas, name, selection):
    view = VIEWS[name](atlas, Selection(**selection))
    if not view.answered:
        return
    given = {"atlas": atlas, "selection": Selection(**selection)}
    exec(view.code, given)
    pd.testing.assert_frame_equal(given["table"], view.table)


def test_bars_are_the_numbers_of_the_table_and_open_their_workflows(atlas):
    view = VIEWS["companies"](atlas, top_companies=7)
    assert view.opens == ("company", "category") and len(view.table) == 7
    for trace in view.figure["data"][:-1]:
        for (name, category), count in zip(trace["customdata"], trace["x"], strict=True):
            assert count == view.table.at[name, category]


def test_a_selection_without_workflows_has_no_company(atlas):
    assert companies(atlas, Selection(text="no such word at all")).empty
