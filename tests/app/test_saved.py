"""Saved views, from the button under a chart to the list and back."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from analysis.views.saved import Saved, from_file, packed, to_file
from tests.app.conftest import words

TWO = [Saved(name="Lifts", view="matrix", query="measure=lift&category=Regulated+AI"), Saved(name="Layers", view="layers")]


def listed(app) -> list[str]:
    return [field.value for field in app.text_input if field.key.startswith("saved-name")]


def press(app: AppTest, key: str, row: int) -> None:
    """Press the button of a row."""
    [button for button in app.button if button.key.startswith(key)][row].click().run()


def saving() -> None:
    from analysis import Selection
    from analysis.views import VIEWS
    from atlas_data import load_atlas
    from pages.parts.saved import save

    atlas = load_atlas()
    view = VIEWS["matrix"](atlas, Selection(category="Regulated AI"), measure="lift")
    save(atlas, view.asked, view.title)


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
    press(app, "saved-down", 0)
    assert listed(app) == ["Layers", "Lifts"]
    next(field for field in app.text_input if field.key.startswith("saved-name")).set_value("The layers").run()
    assert listed(app) == ["The layers", "Lifts"]
    press(app, "saved-remove", 1)
    assert listed(app) == ["The layers"]
    assert app.query_params["list"] == packed([Saved(name="The layers", view="layers")])
    assert not app.exception


def pressing_twice() -> None:
    import streamlit as st

    from pages.parts.saved import kept_views, move, remove, rename

    first, second, _ = kept_views()
    st.session_state["a name"] = "Another name"
    remove(first)
    remove(first)  # as a double click does
    move(first, 1)
    rename(first, "a name")
    rename(second, "a field that is gone")
    move(second, 1)


def test_what_is_pressed_of_a_view_that_is_gone_does_nothing_to_others(visit):
    pressed = AppTest.from_function(pressing_twice)
    third = Saved(name="Lifts again", view="matrix", query="measure=lift")
    pressed.session_state["saved-views"] = [*TWO, third]
    pressed.run()
    assert not pressed.exception
    assert pressed.session_state["saved-views"] == [third, TWO[1]]


def test_a_view_that_a_list_names_twice_stands_in_it_once(visit):
    twice = [*TWO, TWO[0].model_copy(update={"name": "The same"})]
    app = visit("saved", list=packed(twice))
    assert listed(app) == ["Lifts", "Layers"] and not app.exception
    app.file_uploader[0].upload("list.json", to_file(twice), "application/json").run()
    assert listed(app) == ["Lifts", "Layers"] and "0 views added" in app.success[0].value


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
