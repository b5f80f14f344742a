"""The Python that each view offers gives exactly its table."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis import Selection
from analysis.views import VIEWS
from analysis.views.view import Choice, Several, Terms

SELECTIONS = {
    "all": Selection(),
    "a category": Selection(category="Frontier AI"),
    "several terms": Selection(control=["Identity", "Audit trail"], stage=["Scaling", "Emerging"], match={"control": "all"}),
    "a search": Selection(text="claims"),
    "one workflow": Selection(text="phishing report triage"),
}


def same(view, atlas, selection) -> None:
    scope = {"atlas": atlas, "selection": selection}
    exec(view.code, scope)
    pd.testing.assert_frame_equal(scope["table"], view.table)


@pytest.mark.parametrize("selection", SELECTIONS.values(), ids=list(SELECTIONS))
@pytest.mark.parametrize("name", VIEWS)
def test_the_code_of_a_view_gives_its_table(atlas, name, selection):
    view = VIEWS[name](atlas, selection)
    if view.answered:
        same(view, atlas, selection)


def some(atlas, maker, parameter) -> list:
    """A few values of a parameter."""
    if isinstance(parameter, Choice):
        return list(parameter.choices(atlas))[:6]
    if isinstance(parameter, Several):
        return [tuple(list(parameter.choices(atlas))[:2])]
    if isinstance(parameter, Terms):
        return [tuple(atlas.facet(next(p for p in maker.parameters if p.name == parameter.of).standard(atlas)).terms[:2])]
    return [parameter.default + 1]


@pytest.mark.parametrize("name", VIEWS)
def test_the_code_follows_every_choice_of_a_view(atlas, name):
    maker, selection = VIEWS[name], Selection(category="Regulated AI")
    for parameter in maker.parameters:
        for value in some(atlas, maker, parameter):
            view = maker(atlas, selection, **{parameter.name: value})
            if view.answered:
                same(view, atlas, selection)


@pytest.mark.parametrize(
    "selection",
    [*SELECTIONS.values(), Selection(company=['O\'Neil "& Sons"'], text="it's"), Selection(control=["a", "b"], match="all")],
)
def test_a_selection_written_as_python_reads_back_as_itself(selection):
    assert eval(repr(selection), {"Selection": Selection}) == selection
