"""Addresses that return tables: the same tables, bounded, described, and unmoved by whatever is asked of them."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from urllib.parse import quote

import numpy as np
import pandas as pd
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.config import SchemathesisConfig
from starlette.applications import Starlette
from starlette.testclient import TestClient

from analysis import Selection
from analysis.views import VIEWS
from atlas_data.export import flat
from pages.parts import state
from pages.parts.api import routes

APP = Starlette(routes=routes)
CLIENT = TestClient(APP, raise_server_exceptions=True)
QUICK = SchemathesisConfig.from_dict({"phases": {"coverage": {"enabled": False}}})
# What the description cannot say: which ids there are. Any other text is rightly refused, and now and then Hypothesis finds one.
IDS = st.lists(st.sampled_from(list(state.lately().workflows.index)), max_size=3).map(",".join)
schemathesis.openapi.format("workflow-ids", IDS)
SCHEMA = schemathesis.openapi.from_asgi("/api/openapi.json", APP, config=QUICK)
# Every view has the same code behind it, so that two stand for all.
FUZZED = r"/api/(views|workflows\.csv|views/control-frequency\.json|views/workflows\.csv|workflows/\{id\}\.json)$"


@SCHEMA.include(path_regex=FUZZED).parametrize()
@settings(max_examples=6, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_answers_are_as_described_whatever_is_asked(case):
    case.call_and_validate()


@given(file=st.text(max_size=12), query=st.lists(st.tuples(st.text(max_size=8), st.text(max_size=8)), max_size=4))
def test_no_address_breaks_the_server(file, query):
    for path in ("views/layers.csv", f"views/{quote(file, safe='')}", f"workflows/{quote(file, safe='')}"):
        assert CLIENT.get(f"/api/{path}", params=query).status_code in (200, 400, 404)


def test_a_workflow_without_its_ending_is_told_the_ending():
    for asked in ("ai-phishing-report-triage", "ai-phishing-report-triage.JSON"):
        answer = CLIENT.get(f"/api/workflows/{asked}")
        assert answer.status_code == 404 and "ends in .json: ai-phishing-report-triage.json." in answer.json()["error"]


@pytest.mark.parametrize("name", VIEWS)
def test_both_formats_return_the_table_of_the_view(atlas, name):
    view = VIEWS[name](atlas, Selection(category=["Regulated AI", "Frontier AI"], text="review"))
    asked = {"category": ["Regulated AI", "Frontier AI"], "q": "review"}
    answer = CLIENT.get(f"/api/views/{name}.json", params=asked).json()
    assert answer["workflows"] == view.n and answer["total_rows"] == len(view.table) and answer["title"] == view.title
    if not view.answered:
        assert answer["rows"] == answer["columns"] == []
        return
    table = flat(view.table)
    came = pd.DataFrame(answer["rows"], columns=answer["columns"])
    for column in table.columns:
        if pd.api.types.is_numeric_dtype(table[column]):
            np.testing.assert_allclose(came[column].astype(float), table[column].replace(np.inf, np.nan).astype(float), rtol=0)
        else:
            assert came[column].fillna("").astype(str).tolist() == table[column].astype(object).fillna("").astype(str).tolist()
    rows = list(csv.reader(io.StringIO(CLIENT.get(f"/api/views/{name}.csv", params=asked).text)))
    assert rows[0] == list(table.columns) and len(rows) - 1 == len(view.table)


def test_a_table_comes_in_parts_that_make_the_whole():
    whole = CLIENT.get("/api/views/matrix.csv").text.splitlines()
    parts = [CLIENT.get("/api/views/matrix.csv", params={"limit": 100, "offset": offset}) for offset in range(0, len(whole), 100)]
    assert [line for part in parts for line in part.text.splitlines()[1:]] == whole[1:]
    assert {part.headers["X-Total-Count"] for part in parts} == {str(len(whole) - 1)}


def test_a_formula_in_the_data_is_neutral_in_csv(monkeypatch, atlas):
    workflows = atlas.workflows.copy()
    workflows.iloc[0, workflows.columns.get_loc("title")] = '=HYPERLINK("http://evil")'
    monkeypatch.setattr(state, "lately", lambda: replace(atlas, workflows=workflows, kept={}))
    text = CLIENT.get("/api/views/workflows.csv").text
    assert "'=HYPERLINK" in text and ",=HYPERLINK" not in text and ',"=HYPERLINK' not in text


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("views/matrix.json?measure=lifts", 400, "did you mean 'Lift'?"),
        ("views/matrix.json?control=Audit+trial&limit=0&limits=3", 400, "did you mean 'Audit trail'?"),
        ("views/matrix.json?control=Audit+trial&limit=0&limits=3", 400, "whole number from 1 to 10000"),
        ("views/matrix.json?control=Audit+trial&limit=0&limits=3", 400, "did you mean 'limit'?"),
        ("views/matrix.json?rows=nope", 400, "it takes category, stage,"),
        ("views/matrix.json?stage=zz", 400, "it takes Frontier, Emerging, Scaling and Established."),
        ("views/matrx.json", 404, "did you mean 'matrix'?"),
        ("views/matrix.xml", 404, ".csv or .json"),
        ("workflows/ai-phishing-report-triag.json", 404, "did you mean 'ai-phishing-report-triage'?"),
        ("tables", 404, "/api/openapi.json"),
    ],
)
def test_a_wrong_address_is_told_what_was_expected(path, status, said):
    answer = CLIENT.get(f"/api/{path}")
    assert answer.status_code == status and answer.headers["content-type"] == "application/json"
    assert said in json.dumps(answer.json())


def test_nothing_can_be_written():
    for path in ("views", "views/matrix.csv", "workflows/x.json", "else"):
        for method in ("POST", "PUT", "DELETE", "PATCH"):
            answer = CLIENT.request(method, f"/api/{path}")
            assert answer.status_code == 405 and "GET" in answer.headers["Allow"]


def test_an_atlas_that_does_not_load_is_said_with_its_problems(monkeypatch, tmp_path):
    monkeypatch.setenv("ATLAS", str(tmp_path / "nowhere"))
    monkeypatch.setattr(state, "_last", None)
    answer = CLIENT.get("/api/views")
    assert answer.status_code == 503 and "does not exist" in answer.json()["problems"][0]


def test_the_selected_workflows_come_as_one_file_however_many(monkeypatch, atlas):
    monkeypatch.setattr("pages.parts.api.addresses._AT_ONCE", 7)
    for query, selection in (("", Selection()), ("?category=Regulated+AI&q=claims", Selection(category="Regulated AI", text="claims"))):
        answer = CLIENT.get(f"/api/workflows.csv{query}")
        table = pd.read_csv(io.StringIO(answer.text), index_col="workflow")
        assert (
            answer.status_code == 200
            and list(table.index) == list(selection.ids(atlas))
            and answer.headers["X-Total-Count"] == str(len(table))
        )
        assert list(table["title"]) == list(atlas.workflows.loc[table.index, "title"])
    assert CLIENT.get("/api/workflows.csv?category=Nonsense").status_code == 400
