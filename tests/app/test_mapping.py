"""Map your workflow as people use it: from a link, with picks, with too little, with a text that is not meant well."""

from __future__ import annotations

from tests.app.conftest import charts, words
from tests.test_mapping import REPAIRS


def test_a_link_with_a_description_opens_its_map(visit):
    app = visit("map_workflow", describe=REPAIRS, map_input_kind="Images and video")
    assert not app.exception and not app.warning
    assert app.text_area(key="describe").value == REPAIRS
    assert app.multiselect(key="map_input_kind").value == ["Images and video"]
    assert {"mapped-control", "mapped-category", "mapped-reviewer-role"} == {chart["name"] for chart in charts(app)}
    assert "Most likely: " in words(app) and "Picked: Images and video." in words(app)
    assert "The entry still needs a title." in words(app)
    app.text_input(key="draft-title").set_value("Tenant repairs").run()
    assert not app.exception and "The entry still needs" not in words(app)


def test_the_example_maps_and_goes_into_the_address(visit):
    app = visit("map_workflow")
    assert "Describe the workflow in two or three sentences" in "\n".join(str(info.proto) for info in app.info)
    app.button(key="example").click().run()
    assert not app.exception and charts(app)
    assert app.query_params["describe"] in (app.text_area(key="describe").value, [app.text_area(key="describe").value])


def test_text_is_shown_as_text_and_what_is_too_long_is_cut_with_a_notice(visit):
    hostile = "<img src=x onerror=alert(1)> **bold** [link](javascript:alert(1)) `code` $$x$$ :red[x] " + REPAIRS
    app = visit("map_workflow", describe=hostile)
    assert not app.exception
    assert "<img" not in "".join(markdown.value for markdown in app.markdown if markdown.allow_html)
    app = visit("map_workflow", describe=hostile * 20, map_buyer_function="Nobody")
    assert not app.exception and len(app.text_area(key="describe").value) == 1_500
    said = "\n".join(warning.value for warning in app.warning)
    assert "longer description than the 1,500 characters" in said and "Nobody" in said


def test_a_pasted_text_that_is_too_long_keeps_its_beginning_and_says_so(visit):
    app = visit("map_workflow")
    pasted = REPAIRS * (3_200 // len(REPAIRS))
    app.text_area(key="describe").set_value(pasted).run()
    assert app.text_area(key="describe").value == pasted[:1_500] and charts(app)
    assert f"has {len(pasted):,} characters. The first 1,500 are read" in "\n".join(warning.value for warning in app.warning)
    app.text_area(key="describe").set_value(REPAIRS).run()
    assert not app.warning and app.text_area(key="describe").value == REPAIRS
