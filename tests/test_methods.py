"""Each measure explains itself, and the numbers in its worked example give its result."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from pkgutil import resolve_name

import pytest

from analysis import Selection
from analysis.methods import METHODS, SECTIONS
from analysis.views import VIEWS
from atlas_data import read_atlas

SELECTIONS = [Selection(), Selection(category="Frontier AI"), Selection(control="Identity", stage=["Scaling", "Emerging"])]
# What is not arithmetic that can be read off the page: counted sets, sums over a range, a rule.
IN_WORDS = {"count", "p", "shared-layer", "demand", "layer-span", "regulated-controls"}

KNOWN = {name: getattr(math, name) for name in ("log", "log2", "exp", "erfc", "comb")} | {
    "root": math.sqrt,
    "least": lambda *values: min(values),
    "most": lambda *values: max(values),
}


def worked_out(latex: str) -> float:
    """The value of an arithmetic LaTeX expression."""
    text = latex.replace(r"\left", "").replace(r"\right", "").replace(r"\cdot", "*")
    text = text.replace(r"\operatorname{erfc}", "erfc").replace(r"\min", "least").replace(r"\max", "most")
    while r"\frac" in text or r"\sqrt" in text or "^{" in text:
        text = re.sub(r"\\frac\{([^{}]*)\}\{([^{}]*)\}", r"((\1)/(\2))", text)
        text = re.sub(r"\\binom\{([^{}]*)\}\{([^{}]*)\}", r"comb(\1, \2)", text)
        text = re.sub(r"\\sqrt\{([^{}]*)\}", r"root(\1)", text)
        text = re.sub(r"\^\{([^{}]*)\}", r"**(\1)", text)
    text = re.sub(r"([\d.]+) \\ln ([\d.]+)", r"\1 * log(\2)", text)
    text = text.replace(r"\log_2 ", "log2").replace(r"\ln", "log").replace(r"\exp", "exp")
    return eval(text, KNOWN)


def test_arithmetic_in_latex_is_read():
    assert worked_out(r"\min\left(\frac{1}{2}, 3\right)") == 0.5
    assert worked_out(r"\frac{\binom{4}{2}}{\binom{5}{2}}") == pytest.approx(0.6)
    assert worked_out(r"\frac{3 \cdot 4}{\sqrt{16}} - 2 \cdot 10^{-1}") == pytest.approx(2.8)


@pytest.mark.parametrize("selection", SELECTIONS, ids=repr)
@pytest.mark.parametrize("anchor", sorted(METHODS.keys() - IN_WORDS))
def test_the_numbers_in_an_example_give_its_result(atlas, anchor, selection):
    holds(METHODS[anchor].example(atlas, selection))


def holds(example) -> None:
    if example is None:
        return
    working, _, shown = example.working.rpartition(" = ")
    assert worked_out(shown) == pytest.approx(example.value, rel=1e-3, abs=1e-6)
    assert worked_out(working) == pytest.approx(example.value, rel=5e-3, abs=2e-3)


@pytest.mark.parametrize("category", ["Claims", "Depot", "Field", None])
def test_an_example_of_a_sheet_with_gaps_holds_or_is_left_out(gaps, category):
    for anchor in METHODS.keys() - IN_WORDS:
        holds(METHODS[anchor].example(gaps, Selection(category=category) if category else None))


def test_what_nobody_states_is_no_example():
    silent = read_atlas(b"title,category,controls,stage\nA,One,n/a,Scaling\nB,One,n/a,Scaling\nC,Two,n/a,Emerging\n", "n.csv")
    for method in METHODS.values():
        example = method.example(silent, None)
        assert example is None or math.isfinite(example.value)


@pytest.mark.parametrize("selection", SELECTIONS, ids=repr)
@pytest.mark.parametrize("anchor", ["q", "matrices", "weakest-split", "pooled-odds-p", "white-space-p"])
def test_a_small_p_is_worked_out_as_closely_as_a_large_one(atlas, anchor, selection):
    if example := METHODS[anchor].example(atlas, selection):
        assert worked_out(example.working.rpartition(" = ")[0]) == pytest.approx(example.value, rel=5e-3, abs=0)


def test_the_column_that_a_row_has_in_the_white_space_is_present(atlas):
    assert METHODS["presence"].example(atlas, None).value >= 1


@pytest.mark.parametrize("anchor", METHODS)
def test_an_example_is_worked_or_left_out_for_any_selection(atlas, small_atlas, lone_atlas, anchor):
    for some in (atlas, small_atlas, lone_atlas):
        for selection in (None, Selection(), Selection(text="no such word at all"), Selection(category="Frontier AI")):
            example = METHODS[anchor].example(some, selection)
            assert example is None or (example.words and math.isfinite(example.value))
    assert METHODS[anchor].example(atlas, None) is not None


@pytest.mark.parametrize("name", VIEWS)
def test_every_view_names_a_paragraph_that_exists(atlas, name):
    view = VIEWS[name](atlas)
    assert view.method in METHODS or not view.answered


def test_the_view_of_a_matrix_names_the_paragraph_of_its_measure(atlas):
    maker = VIEWS["matrix"]
    for measure in maker.parameters[2].choices(atlas):
        assert maker(atlas, measure=measure).method in METHODS


@pytest.mark.parametrize("anchor", METHODS)
def test_an_example_is_left_out_where_the_atlas_lacks_its_facets(atlas, anchor):
    bare = replace(atlas, _facets={}, kept={})
    assert METHODS[anchor].example(bare, None) is None


def test_the_page_shows_every_measure_once():
    assert sorted(method.anchor for methods in SECTIONS.values() for method in methods) == sorted(METHODS)


@pytest.mark.parametrize("anchor", METHODS)
def test_what_a_measure_names_in_python_exists(anchor):
    assert resolve_name(METHODS[anchor].where)
