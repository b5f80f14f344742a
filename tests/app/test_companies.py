"""The companies page: who, where, and the page that shows it."""

from __future__ import annotations

from tests.app.conftest import cards, figure, words


def test_a_companys_workflows_are_listed_with_role_and_evidence(visit, entries):
    said = words(visit("companies", who="Moveworks")).replace("\\", "")
    for entry in entries:
        for company in entry.get("companies", []):
            if company["name"] == "Moveworks":
                assert company["evidence"] in said
                assert f"{entry['category']} · {entry['stage']}" in said
    assert "Moveworks is known in 3 workflows" in said
    assert said.count("\nVendor") == 3


def test_the_page_follows_the_filter(visit, pick, entries):
    chosen = pick(category=["Frontier AI"])
    known = {company["name"] for entry in entries if entry["id"] in chosen for company in entry.get("companies", [])}
    app = visit("companies", category=["Frontier AI"], who="Xovis", top_companies="100")
    assert set(figure(app, "companies")["data"][0]["y"]) <= {name.replace("&", "&amp;") for name in known}
    assert {metric.label: metric.value for metric in app.metric}["Companies"] == str(len(known))
    assert "Xovis is not known in these workflows" in "\n".join(str(info.proto) for info in app.info)


def test_a_wrong_company_is_named_with_the_nearest(visit):
    app = visit("companies", who="Microsft")
    assert not app.exception
    assert "did you mean 'Microsoft'?" in "\n".join(warning.value for warning in app.warning).replace("\\", "")


def test_workflows_without_a_known_builder_say_so(visit, entries):
    app = visit("companies", few="0")
    said = words(app)
    assert "5 of 207 workflows (2%) with no known builder" in said
    assert said.count("No known builder with evidence.") == 5


def test_a_workflow_names_its_companies_and_says_who_names_them(visit):
    app = visit("workflow", id="ai-it-service-desk-resolution-agents", category=["Operational AI"])
    shown = {card["title"]: card for card in cards(app)}
    assert (shown["Databricks"]["page"], shown["Databricks"]["query"]) == ("companies", "who=Databricks")
    sources = [card["source"] for card in shown.values() if card["source"]]
    assert "Named by help.moveworks.com" in [source["label"] for source in sources]
    assert any(source["label"].startswith("Own site ") for source in sources)
