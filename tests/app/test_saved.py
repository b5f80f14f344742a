"""Saved views, from the button under a chart to the list and back."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from analysis.views.saved import Saved, from_file, packed, to_file
from tests.app.conftest import words

TWO = [Saved(name="Lifts", view="matrix", query="measure=lift&category=Regulated+AI"), Saved(name="Layers", view="layers")]


def listed(app) -> list[str]:
    return [field.value for field in app.text_input if field.key.startswith("saved-name")]


def saving() -> None:
    from analysis import Selection
    from analysis.views import VIEWS
    from atlas_data import load_atlas
    from pages.parts.saved import save

    atlas = load_atlas()
    save(atlas, VIEWS["matrix"](atlas, Selection(category="Regulated AI"), measure="lift"))


def test_a_view_is_saved_as_it_stands_once_and_found_on_the_page(visit):
    pressed = AppTest.from_function(saving).run()
    assert [toast.value.split(".")[0] for toast in pressed.toast] == ["Saved"]
    (item,) = pressed.session_state["saved-views"]
    assert item == Saved(name=item.name, view="matrix", query="category=Regulated+AI&measure=lift")
    assert "in the list already" in pressed.run().toast[0].value
    assert pressed.session_state["saved-views"] == [item]
    assert "Matrices · Category: Regulated AI" in words(visit("saved", list=packed([item]))).replace("\\", "")


def test_a_list_in_the_address_can_be_ordered_renamed_and_shortened(visit):
    app = visit("saved", list=packed(TWO))
    assert listed(app) == ["Lifts", "Layers"]
    app.button(key="saved-down-0").click().run()
    assert listed(app) == ["Layers", "Lifts"]
    app.text_input[[field.key.startswith("saved-name-0") for field in app.text_input].index(True)].set_value("The layers").run()
    assert listed(app) == ["The layers", "Lifts"]
    app.button(key="saved-remove-1").click().run()
    assert listed(app) == ["The layers"]
    assert app.query_params["list"] == packed([Saved(name="The layers", view="layers")])
    assert not app.exception


@pytest.mark.parametrize("text", ["nonsense", "<script>", packed(TWO)[:-5]])
def test_a_broken_list_in_the_address_is_named_and_ignored(visit, text):
    app = visit("saved", list=text)
    assert not app.exception
    assert "The list in the address was not read" in "".join(warning.value for warning in app.warning)
    assert not listed(app)


def test_a_file_adds_its_views_and_a_bad_one_is_refused(visit, atlas):
    app = visit("saved")
    app.file_uploader[0].upload("list.json", to_file(TWO), "application/json").run()
    assert listed(app) == ["Lifts", "Layers"]
    app.file_uploader[0].upload("bad.json", b'{"views": [{"name": "x", "view": "matrx"}]}', "application/json").run()
    assert "did you mean 'matrix'?" in words(app)
    assert listed(app) == ["Lifts", "Layers"]
    assert from_file(atlas, to_file(TWO)) == TWO
