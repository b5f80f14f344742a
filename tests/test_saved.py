"""Saved views: what is written reads back, and what comes from outside is checked before it is used."""

from __future__ import annotations

import base64
import json
import re
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import Selection
from analysis.figures.page import Section, report_page
from analysis.views import VIEWS
from analysis.views.saved import MOST, Saved, SavedError, from_file, made, packed, saved, to_file, unpacked
from atlas_data import load_atlas

ATLAS = load_atlas()
names = st.text(min_size=1, max_size=60).map(lambda text: text.strip()).filter(bool)
lists = st.lists(
    st.builds(
        Saved, name=names, view=st.sampled_from(list(VIEWS)), query=st.sampled_from(["", "category=Regulated+AI", "q=%26x&match=all"])
    ),
    max_size=5,
)


def packed_raw(value) -> str:
    return base64.urlsafe_b64encode(zlib.compress(json.dumps(value).encode())).decode()


@given(items=lists)
def test_a_list_survives_a_file_and_an_address(items):
    assert from_file(ATLAS, to_file(items)) == items
    assert unpacked(ATLAS, packed(items)) == items


@pytest.mark.parametrize("name", VIEWS)
def test_a_saved_view_reopens_as_it_was(atlas, name):
    view = VIEWS[name](atlas, Selection(category="Regulated AI", text="review"))
    assert made(atlas, saved(atlas, view.asked, "mine")).asked == view.asked


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "JSON"),
        (b"{}", "views"),
        (b"[" * 100_000, "JSON"),
        (b'{"views": [], "extra": 1}', "extra"),
        (b'{"views": [{"name": "x", "view": "matrx"}]}', "did you mean 'matrix'?"),
        (b'{"views": [{"name": "x", "view": "matrix", "query": "measure=lifts"}]}', "did you mean 'Lift'?"),
        (b'{"views": [{"name": "", "view": "matrix"}]}', "views.0.name"),
        (b'{"views": [{"name": 1, "view": "matrix"}]}', "views.0.name"),
        (json.dumps({"views": [{"name": "x", "view": "matrix"}] * (MOST + 1)}).encode(), "at most 50"),
        (json.dumps({"views": [{"name": "x", "view": "matrix", "query": "a=1&" * 1_500}]}).encode(), "too many parameters"),
        (b'{"views": "' + b"x" * 300_000 + b'"}', "at most 200,000"),
        (b'{"format": "other", "views": []}', "format"),
        (b"\xff\xfe\x00", "JSON"),
    ],
)
def test_a_hostile_file_is_refused_with_the_reason(content, said):
    with pytest.raises(SavedError) as refused:
        from_file(ATLAS, content)
    assert said.casefold() in str(refused.value).casefold()


@given(text=st.one_of(st.text(max_size=60), st.binary(max_size=60).map(lambda raw: base64.urlsafe_b64encode(raw).decode())))
def test_any_other_text_in_an_address_is_refused(text):
    with pytest.raises(SavedError):
        unpacked(ATLAS, text)


@pytest.mark.parametrize(
    "text",
    [
        packed_raw(["x" * 10_000_000]),
        packed_raw({"a": 1}),
        packed_raw([[1, 2, 3]]),
        packed_raw([["a"]]),
        packed_raw("abc"),
        packed([])[:-3],
    ],
    ids=["a bomb", "an object", "numbers", "short rows", "text", "cut off"],
)
def test_a_forged_list_in_an_address_is_refused(text):
    with pytest.raises(SavedError):
        unpacked(ATLAS, text)


def test_a_report_holds_every_chart_and_plotly_once_and_asks_nothing_of_the_network(atlas):
    sections = []
    for name in ("layers", "categories", "control-frequency"):
        view = VIEWS[name](atlas)
        sections.append(Section(f"<b>{name}</b>", view.title, view.figure, view.table))
    page = report_page("Saved <views>", sections)
    assert page.count("Plotly.newPlot(") >= 2 and len(re.findall(r"plotly\.js v\d", page)) == 1
    assert "&lt;b&gt;layers&lt;/b&gt;" in page and "<b>layers" not in page and "<script src" not in page
