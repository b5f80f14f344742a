"""A brief says only what is true for its selection: every claim against a count of the entries themselves."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from scipy.stats import fisher_exact
from statsmodels.stats.proportion import proportion_confint

from analysis import Selection
from analysis.brief import brief, sections
from analysis.brief_parts import INDEX
from analysis.companies import NO_BUILDER
from analysis.keeping import packed, unpacked
from analysis.words import FEW

DAY = date(2026, 11, 21)
SEGMENTS = [(facet, None) for facet in ("category", "buyer_function", "buyer_industry")]


@pytest.fixture(scope="module")
def briefs(atlas) -> dict[tuple[str, str], object]:
    """The brief of every category, buyer function and buyer industry."""
    terms = [(facet, term) for facet, _ in SEGMENTS for term in atlas.facet(facet).terms]
    return {
        (facet, term): brief(atlas, Selection(**{facet: term}), day=DAY) for facet, term in terms if atlas.facet(facet).table[term].any()
    }


def part(made, key):
    return next(section for section in made.sections if section.key == key)


def sentence(section, start: str) -> str | None:
    return next((said for said in section.sentences if said.startswith(start)), None)


def counted(ids, tags, facet) -> Counter:
    return Counter(term for workflow in ids for term in tags[facet][workflow])


FACETS = {
    "buyer_function": "buyer_function", "buyer_industry": "buyer_industry", "controls": "control",
    "reviewer_role": "reviewer_role", "review_trigger": "review_trigger", "risks": "risk_family",
}  # fmt: skip


def test_the_numbers_of_every_section_are_those_of_the_entries(briefs, pick, tags):
    for (facet, term), made in briefs.items():
        ids = pick(**{facet: [term]})
        assert made.n == len(ids) == len(made.workflows)
        for key, of in FACETS.items():
            table = part(made, key).table
            assert table["count"].to_dict() == dict(counted(ids, tags, of)), (facet, term, key)
            assert table["share"].round(12).equals((table["count"] / len(ids)).round(12))


def test_intervals_are_wilsons_and_lift_compares_with_the_atlas(briefs, tags):
    for made in briefs.values():
        table = part(made, "controls").table
        low, high = proportion_confint(table["count"], made.n, method="wilson")
        assert (table["low"] - low).abs().max() < 1e-9 and (table["high"] - high).abs().max() < 1e-9
        whole = counted(tags["control"], tags, "control")
        lift = [count / made.n / (whole[control] / made.whole) for control, count in table["count"].items()]
        assert table["lift"].tolist() == pytest.approx(lift)


def test_who_leads_leads_and_who_follows_follows(briefs, pick, tags):
    for (facet, term), made in briefs.items():
        ids = pick(**{facet: [term]})
        for key, of in FACETS.items():
            counts, chosen = counted(ids, tags, of), {term} if of == facet else set()
            rest = {name: count for name, count in counts.items() if name not in chosen}
            said = part(made, key).sentences[0]
            if made.n == 1 or not counts:
                continue
            if not rest:
                assert "and nothing else" in said
                continue
            top = max(rest.values())
            leading = [name for name, count in rest.items() if count == top]
            assert all(name in said for name in leading) or "more" in said
            number = re.search(r"by (\d+) of (\d+) workflows", said)
            assert [int(number[1]), int(number[2])] == [top, made.n]
            assert ("which the filter asks for" in said) == bool(chosen)
            follow = sentence(part(made, key), "Then ") or ""
            for name, count in re.findall(r"(?:Then |; |, | and )([A-Z][^;(]*?) \((\d+)\)", follow):
                assert rest[name] == int(count) < top, (follow, name)


def test_a_browser_gets_the_columns_shown_and_no_more(briefs):
    for section in briefs["category", "Regulated AI"].sections:
        sent, table = section.arrow.to_pydict(), section.table
        assert list(sent) == [INDEX] * bool(section.index) + list(section.columns)
        for name, values in sent.items():
            held = list(table.index if name == INDEX else table[name])
            if name in section.columns and section.columns[name].format == "percent":
                held = [round(value, 2) for value in held]
            assert [tuple(value) if isinstance(value, list) else value for value in values] == held


def test_a_table_that_nobody_asked_for_is_made_of_a_packed_brief_too(atlas):
    atlas = replace(atlas, kept={})
    made = sections(atlas, Selection(category="Frontier AI"), (), ())
    assert {section.key for section in made if callable(section.made)} == {"companies", "sources"}
    small = packed(atlas, made)
    assert small.size < 100_000, "without the atlas"
    for section, again in zip(made, unpacked(atlas, small), strict=True):
        assert section.empty == again.empty == (not len(again.table))
        pd.testing.assert_frame_equal(section.table, again.table)


def test_a_facet_may_be_called_as_a_column_is(atlas):
    facets = {**atlas.taxonomy.facets, "control": atlas.taxonomy.facets["control"].model_copy(update={"title": "count"})}
    renamed = replace(atlas, taxonomy=replace(atlas.taxonomy, facets=facets), kept={})
    sent = part(brief(renamed), "controls").arrow.to_pydict()
    assert sorted(sent[INDEX]) == sorted(atlas.facet("control").terms) and sum(sent["count"]) > len(atlas)


def test_small_numbers_are_said_as_counts(briefs):
    for made in briefs.values():
        if made.n >= FEW:
            assert "share" in part(made, "controls").columns
            continue
        for section in made.sections:
            assert not {"share", "low", "high", "lift"} & set(section.columns)
            said = " ".join(section.sentences[1:] if section.key == "segment" else section.sentences)
            assert "%" not in said.replace("100%", ""), said


def test_a_difference_from_the_rest_holds_up_in_fishers_test(atlas, briefs, pick, tags):
    seen = 0
    for (facet, term), made in briefs.items():
        ids = pick(**{facet: [term]})
        others = set(atlas.workflows.index) - ids
        for key, of in FACETS.items():
            inside, outside = counted(ids, tags, of), counted(others, tags, of)
            for start, more in (("More often", True), ("Less often", False)):
                said = sentence(part(made, key), start) or ""
                for name, share, rest in re.findall(r"([A-Z][^;()]*?) \((\d+)%, elsewhere (\d+)%\)", said.partition(": ")[2]):
                    name = name.removeprefix("and ")
                    assert (round(100 * inside[name] / len(ids)), round(100 * outside[name] / len(others))) == (int(share), int(rest))
                    p = fisher_exact([[inside[name], len(ids) - inside[name]], [outside[name], len(others) - outside[name]]]).pvalue
                    assert p < 0.05 and (inside[name] / len(ids) > outside[name] / len(others)) == more
                    seen += 1
    assert seen > 50


def test_companies_are_those_of_the_entries_and_their_absence_is_said(atlas, briefs, pick, entries):
    by_id = {entry["id"]: entry for entry in entries}
    for (facet, term), made in briefs.items():
        lines = [(company["name"], company["evidence_url"]) for i in pick(**{facet: [term]}) for company in by_id[i].get("companies", [])]
        section = part(made, "companies")
        assert Counter(section.table["evidence_url"]) == Counter(url for _, url in lines)
        empty = [i for i in pick(**{facet: [term]}) if not by_id[i].get("companies")]
        assert int(re.match(r"(\d+)", section.sentences[0])[1]) == len({name for name, _ in lines})
        assert (sentence(section, "No known builder with evidence") is None) == (not empty)
    alone = brief(atlas, Selection(workflow="ai-cpq-configuration-guidance"))
    assert part(alone, "companies").sentences == (f"There is {NO_BUILDER} in the one workflow.",)


def test_risks_quote_the_entries_of_the_segment(briefs, pick, entries):
    by_id = {entry["id"]: entry for entry in entries}
    for (facet, term), made in briefs.items():
        told = {(risk["family"], risk["text"]) for i in pick(**{facet: [term]}) for risk in by_id[i]["risks"]}
        for family, row in part(made, "risks").table.iterrows():
            for example in row["examples"]:
                assert any(text == example or example.startswith(f"{text} (") for of, text in told if of == family)


def test_a_platform_covers_what_needs_nothing_else(atlas, pick, tags):
    have = ("Identity", "Audit trail", "Evidence storage", "Review workflow", "Policy versioning", "Human override", "Scoped access")
    for category in atlas.facet("category").terms:
        ids = pick(category=[category])
        section = part(brief(atlas, Selection(category=category), have=have), "coverage")
        missing = {i: tags["control"][i] - set(have) for i in ids}
        covered = sum(not lacking for lacking in missing.values())
        assert f"fully covers {covered} of {len(ids)} workflows" in section.sentences[0]
        lacking = Counter(control for controls in missing.values() for control in controls)
        alone = Counter(next(iter(controls)) for controls in missing.values() if len(controls) == 1)
        assert section.table["blocked"].to_dict() == dict(lacking)
        assert {control: count for control, count in section.table["alone"].items() if count} == dict(alone)


def test_without_a_platform_the_best_sets_cover_what_they_say(atlas, pick, tags):
    ids = pick(buyer_industry=["Insurance"])
    section = part(brief(atlas, Selection(buyer_industry="Insurance")), "coverage")
    for row in section.table.itertuples():
        assert sum(tags["control"][i] <= set(row.terms) for i in ids) == row.covered
    assert section.table["covered"].iloc[-1] == len(ids)


@pytest.mark.parametrize("facet", ["category", "stage", "buyer_function", "control", "layer", "company", "risk_family", "reviewer_role"])
def test_an_atlas_without_a_facet_gets_a_brief_without_it(atlas, facet):
    less = replace(atlas, _facets={name: kept for name, kept in atlas._facets.items() if name != facet}, kept={})
    assert brief(less, Selection(text="claims")).sections


def test_awkward_atlases_are_borne_and_nothing_selected_is_refused(small_atlas, lone_atlas, atlas):
    assert brief(small_atlas).n == 6 and brief(lone_atlas).scope == "The one workflow"
    with pytest.raises(ValueError, match="No workflow"):
        brief(atlas, Selection(text="no such words anywhere"))
    with pytest.raises(KeyError, match="Audit trail"):
        brief(atlas, have=("Audit trial",))


def test_a_list_and_a_prospect_are_on_the_title(atlas):
    made = brief(atlas, Selection(workflow=["ai-phishing-report-triage", "ai-cpq-configuration-guidance"]), prospect="  Acme \n Ltd ")
    assert made.title == "Acme Ltd: 2 workflows picked"
    assert made.scope == "2 of 207 workflows, 2 workflows picked"
    assert isinstance(made.workflows, pd.DataFrame) and len(made.workflows) == 2
