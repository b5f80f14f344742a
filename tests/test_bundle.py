"""Plotly as it is sent: with the kinds of traces that the figures use."""

from __future__ import annotations

import re
from pathlib import Path

import plotly.graph_objects as go
import pytest
from plotly.basedatatypes import BaseTraceType

from analysis import figures
from analysis.figures.bundle import TRACES, partial_bundle, plotly_js
from analysis.views import VIEWS
from analysis.views.view import Choice

KINDS = {name.lower() for name in go.__all__ if isinstance(kind := getattr(go, name), type) and issubclass(kind, BaseTraceType)}
HELPERS = (
    "var E=(e,t,r)=>()=>{if(r)throw r[0];return e&&(t=e(e=0)),t};"
    "var W=(e,t)=>()=>{try{return t||e((t={exports:{}}).exports,t),t.exports}catch(r){throw t=0,r}};"
    "var F=(e,t)=>{for(var r in t)D(e,r,{get:t[r],enumerable:!0})};"
    "(()=>{0});"
)


def module(name: str, body: str) -> str:
    return f'var {name}=W((e,t)=>{{"use strict";{body}}});'


def trace(kind: str, needs: str = "") -> str:
    return module(f"{kind}R", f"t.exports={kind}T()") + module(f"{kind}T", f't.exports={{moduleType:"trace",name:"{kind}",x:{needs}1}}')


def test_the_figures_use_no_kind_of_trace_that_is_not_sent():
    source = "".join(file.read_text(encoding="utf-8") for file in Path(figures.__path__[0]).glob("*.py"))
    assert len(KINDS) > 40
    assert set(re.findall(r'"type": "(\w+)"', source)) & KINDS <= TRACES


@pytest.mark.parametrize("name", VIEWS)
def test_nor_does_any_view(atlas, name):
    maker = VIEWS[name]
    asked = [
        {},
        *({each.name: value} for each in maker.parameters if isinstance(each, Choice) and each.switch for value in each.choices(atlas)),
    ]
    for values in asked:
        figure = maker(atlas, **values).figure
        assert figure is None or {trace["type"] for trace in figure["data"]} <= TRACES


def test_what_is_sent_is_under_a_third_of_the_whole_and_made_of_it():
    whole = (Path(go.__file__).parents[1] / "package_data" / "plotly.min.js").read_text(encoding="utf-8")
    assert 3 * len(plotly_js()) < len(whole)
    assert plotly_js().startswith(whole[:200]), "the licence comes first"
    assert plotly_js().endswith(whole[-200:])
    assert "</script" not in plotly_js(), "it can stand in a page"


def test_modules_that_no_kept_trace_needs_are_left_out_whatever_their_kind():
    script = (
        HELPERS
        + module("core", "e.draw=shared()")
        + module("shared", "")
        + trace("bar", "deep(),")
        + module("deep", "")
        + trace("scattermap", "(start(),names),")
        + "var names={};F(names,{a:()=>a});function a(){};var start=E(()=>{});"
        + trace("box")
        + module("end", "core().register([barR(),scattermapR(),boxR()])")
        + "return end()"
    )
    cut = partial_bundle(script, frozenset({"bar", "scatter"}))
    assert cut == script.replace(trace("scattermap", "(start(),names),"), "").replace(trace("box"), "").replace(
        "var names={};F(names,{a:()=>a});function a(){};var start=E(()=>{});", ""
    ).replace("barR(),scattermapR(),boxR()", "barR()")
    assert partial_bundle(script, frozenset({"scattermap"})).count("start") == 2, "a module of the newer kind stays where it is needed"


@pytest.mark.parametrize(
    "other",
    [
        "",
        "var Plotly={};",
        HELPERS,
        HELPERS + "register([barR(),boxR()])",
        HELPERS + module("a", "t.exports=gone()") + module("z", "register([a(),barR()])"),
        HELPERS + module("a", "") + trace("box") + module("z", "register([boxR()])"),
    ],
)
def test_a_script_that_is_written_otherwise_is_sent_whole(other):
    assert partial_bundle(other, frozenset({"bar"})) == other
