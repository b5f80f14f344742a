"""The Python that each view offers gives exactly its table."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis import Selection
from analysis.views import VIEWS
from analysis.views.view import Choice

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


@pytest.mark.parametrize("name", VIEWS)
def test_the_code_follows_every_choice_of_a_view(atlas, name):
    maker, selection = VIEWS[name], Selection(category="Regulated AI")
    for parameter in maker.parameters:
        options = list(parameter.choices(atlas)) if isinstance(parameter, Choice) else [parameter.default + 1]
        for value in options[:6]:
            view = maker(atlas, selection, **{parameter.name: value})
            if view.answered:
                same(view, atlas, selection)


@pytest.mark.parametrize(
    "selection",
    [*SELECTIONS.values(), Selection(company=['O\'Neil "& Sons"'], text="it's"), Selection(control=["a", "b"], match="all")],
)
def test_a_selection_written_as_python_reads_back_as_itself(selection):
    assert eval(repr(selection), {"Selection": Selection}) == selection
