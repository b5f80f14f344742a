"""Demand, complexity and crowding against counts of the entries; shortlists that come back as they went."""

from __future__ import annotations

import base64
import zlib
from dataclasses import replace
from statistics import fmean, median

import numpy as np
import pandas as pd
import pytest

from analysis import Selection
from analysis import shortlist as lists
from analysis.companies import NO_BUILDER
from analysis.complexity import parts
from analysis.investing import demand, segments
from analysis.views import VIEWS

MAP = VIEWS["investor-map"]
SHOWN = ("workflow", "category", "buyer_function", "buyer_industry", "capability_family", "stage")


def test_the_demand_of_a_workflow_is_that_of_its_buyers(atlas, tags):
    facets = ("buyer_function", "buyer_industry")
    named = {facet: [term for terms in tags[facet].values() for term in terms] for facet in facets}
    for workflow, value in demand(atlas).items():
        counts = [named[facet].count(term) for facet in facets for term in tags[facet][workflow]]
        assert value == pytest.approx(fmean(counts)) if counts else pd.isna(value)


@pytest.mark.parametrize("facet", SHOWN[1:])
def test_segments_count_workflows_companies_and_medians(atlas, pick, tags, facet):
    selection, ids = Selection(stage=["Scaling", "Emerging"]), pick(stage=["Scaling", "Emerging"])
    bits = parts(atlas)["information"]
    for term, row in segments(atlas, facet, selection).iterrows():
        inside = [workflow for workflow in ids if term in tags[facet][workflow]]
        companies = set().union(*(tags["company"][workflow] for workflow in inside))
        assert (row["demand"], row["builders"]) == (len(inside), len(companies))
        assert row["without"] == sum(not tags["company"][workflow] for workflow in inside)
        assert row["information"] == pytest.approx(median(bits[inside]))
        assert row["crowding"] == pytest.approx(len(companies) / len(inside))


@pytest.mark.parametrize("segment", SHOWN)
def test_the_map_answers_for_any_selection_and_its_code_gives_its_table(atlas, small_atlas, lone_atlas, segment):
    for source, selection in (
        (atlas, Selection()), (atlas, Selection(category="Frontier AI")), (atlas, Selection(text="phishing report triage")),
        (small_atlas, Selection()), (lone_atlas, Selection()),
    ):  # fmt: skip
        view = MAP(source, selection, segment=segment)
        assert view.title and view.n == len(selection.ids(source))
        if view.answered:
            scope = {"atlas": source, "selection": selection}
            exec(view.code, scope)
            pd.testing.assert_frame_equal(scope["table"], view.table)
            assert set(view.columns) <= set(view.table.columns) and view.method and view.alt
            marks = [mark for trace in view.figure["data"] for mark in trace["customdata"]]
            assert set(marks) <= set(view.table.index)
            assert "<script>" not in str([trace.get("hovertext") for trace in view.figure["data"]])


@pytest.mark.parametrize("missing", ["control", "company", "buyer_function", "reviewer_role", "category", "layer"])
def test_an_atlas_without_a_facet_is_answered_or_told(atlas, missing):
    less = replace(atlas, _facets={name: facet for name, facet in atlas._facets.items() if name != missing}, kept={})
    for segment in ("workflow", "capability_family"):
        assert MAP(less, segment=segment).title


def test_a_workflow_without_builders_is_called_that(atlas):
    view = MAP(atlas, segment="workflow")
    assert view.title.startswith(f"5 of 207 workflows (2%): {NO_BUILDER}; among them ")
    symbols = [symbol for trace in view.figure["data"] for symbol in trace["marker"]["symbol"]]
    assert symbols.count("circle-open") == sum(view.table.dropna(subset=["demand"])["builders"] == 0)


NOTES = {"ai-phishing-report-triage": "=SUM(1) and, a \"quote\"\nsecond line", "ai-cpq-configuration-guidance": ""}  # fmt: skip


def test_a_shortlist_comes_back_from_either_file_as_it_went(atlas):
    assert lists.read(atlas, lists.to_json(atlas, NOTES).encode()) == (NOTES, [])
    assert lists.read(atlas, lists.to_csv(atlas, NOTES)) == (NOTES, [])
    assert b"'=SUM" in lists.to_csv(atlas, NOTES)


def test_its_evidence_has_a_line_a_company_and_says_when_there_is_none(atlas, entries):
    table = lists.evidence_of(atlas, NOTES)
    told = next(entry for entry in entries if entry["id"] == "ai-phishing-report-triage")["companies"]
    lines = table.loc[["ai-phishing-report-triage"]]
    assert lines["evidence_url"].tolist() == [company["evidence_url"] for company in told]
    assert set(lines["note"]) == {NOTES["ai-phishing-report-triage"]}
    assert table.at["ai-cpq-configuration-guidance", "company"] == NO_BUILDER
    assert lists.evidence_of(atlas, {}).empty and {"demand", "information", "layer_span"} <= set(table.columns)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfe\x00", "not text in UTF-8"),
        (b"{", "not valid JSON"),
        (b"[1, 2]", "no list"),
        (b'{"workflows": [1]}', "no list"),
        (b"[" * 100_000, "not valid JSON"),
        (b'{"workflows": [{"id": "x", "note": "\\ud800"}]}', "not valid JSON"),
        (b"title,note\na,b", "no column"),
        (b"", "no column"),
        (b"x" * 5_000_000, "larger than"),
    ],
)
def test_a_file_that_is_no_shortlist_is_refused_with_a_reason(atlas, content, said):
    with pytest.raises(ValueError, match=said):
        lists.read(atlas, content)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_of_a_file_may_end_as_on_any_system(atlas, end):
    assert lists.read(atlas, end.join(["id,note", "ai-phishing-report-triage,x", ""]).encode()) == ({"ai-phishing-report-triage": "x"}, [])


def test_what_a_file_has_too_much_of_is_left_out_in_words(atlas):
    found, left = lists.read(atlas, ("id,title,note\nnonsense,x,y\nai-phishing-report-triage,x," + "n" * 3_000).encode())
    assert list(found) == ["ai-phishing-report-triage"] and len(found["ai-phishing-report-triage"]) == lists.LONGEST_NOTE
    assert len(left) == 2 and "nonsense" in left[0]


def test_a_pasted_list_takes_titles_ids_and_codes(atlas):
    ids, unknown = lists.pasted(atlas, "- AI CPQ configuration guidance\nai-phishing-report-triage; 3a247ff627\n\nnot a workflow\n")
    assert ids == ["ai-cpq-configuration-guidance", "ai-phishing-report-triage"] and unknown == ["not a workflow"]


def test_a_shortlist_travels_in_an_address_and_what_is_none_is_refused(atlas):
    notes = {workflow: f"Ask about “{i}” 猫 & <b>" for i, workflow in enumerate(atlas.workflows.index[:40])}
    assert lists.unpacked(atlas, lists.packed(notes)) == (notes, [])
    noise = np.random.default_rng(1).integers(33, 126, (10, lists.LONGEST_NOTE))
    assert lists.packed({f"w{i}": "".join(map(chr, row)) for i, row in enumerate(noise)}) is None
    found, left = lists.unpacked(atlas, lists.packed({"no-such-workflow": "x"}))
    assert not found and "Entry 1: no workflow" in left[0]
    bomb = base64.urlsafe_b64encode(zlib.compress(b"[" + b" " * 3_000_000 + b"]", 9)).decode()
    for text in (
        "",
        "<script>",
        "AAAA",
        lists.packed(notes)[:-9],
        bomb,
        "A" * 10_000,
        base64.b64encode(zlib.compress(b"[[1,2]]")).decode(),
        base64.urlsafe_b64encode(zlib.compress(b'[["3a247ff627","\\ud800"]]')).decode(),
    ):
        with pytest.raises(ValueError, match="no shortlist"):
            lists.unpacked(atlas, text)
