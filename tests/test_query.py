"""Addresses: what they mean, what they refuse, and that writing and reading undo each other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import Selection
from analysis.views import VIEWS
from analysis.views.query import QueryError, chosen, decoded, encoded, exclusions, filtering, read, written
from analysis.views.view import Choice, Several, Terms
from atlas_data import load_atlas, read_atlas

ATLAS = load_atlas()


@st.composite
def selections(draw) -> Selection:
    names = draw(st.lists(st.sampled_from(list(ATLAS.facets)), unique=True, max_size=3))
    terms = {name: draw(st.lists(st.sampled_from(list(ATLAS.facet(name).terms)), unique=True, min_size=1, max_size=3)) for name in names}
    without = draw(st.lists(st.sampled_from(list(exclusions(ATLAS).values())), unique=True, max_size=3))
    return chosen(ATLAS, terms, draw(st.sampled_from(["any", "all"])), draw(st.text(max_size=40)), without=without)


@given(selection=selections(), data=st.data())
def test_what_is_written_into_an_address_reads_back_the_same(selection, data):
    maker = VIEWS[data.draw(st.sampled_from(list(VIEWS)))]
    values = {}
    for parameter in maker.parameters:
        if isinstance(parameter, Choice):
            values[parameter.name] = data.draw(st.sampled_from(list(parameter.choices(ATLAS))))
        elif isinstance(parameter, Several):
            options = st.sampled_from(list(parameter.choices(ATLAS)))
            values[parameter.name] = tuple(data.draw(st.lists(options, max_size=parameter.most, unique=True)))
        elif isinstance(parameter, Terms):
            options = st.sampled_from(list(ATLAS.facet(values[parameter.of]).terms))
            values[parameter.name] = tuple(data.draw(st.lists(options, max_size=3, unique=True)))
        else:
            values[parameter.name] = data.draw(st.integers(parameter.least, min(parameter.most, 500)))
    view = maker(ATLAS, selection, **values)
    meant, given_values = read(ATLAS, maker, decoded(encoded(written(ATLAS, view.asked, maker))))
    assert meant == selection
    assert maker(ATLAS, meant, **given_values).asked == view.asked


@given(selection=selections())
def test_a_filter_in_an_address_selects_the_same_workflows(selection):
    meant, _ = read(ATLAS, None, filtering(ATLAS, selection))
    assert meant.ids(ATLAS).equals(selection.ids(ATLAS))
    assert eval(repr(selection), {"Selection": Selection}) == selection


@pytest.mark.parametrize(
    ("pair", "said"),
    [
        (("control", "Audit trial"), "did you mean 'Audit trail'?"),
        (("measure", "lifts"), "did you mean 'Lift'?"),
        (("mesure", "lift"), "did you mean 'measure'?"),
        (("top_rows", "0"), "must be a whole number from 1 to 100."),
        (("not", "Control: Audit trial"), "did you mean 'Control: Audit trail'?"),
        (("not", "zzz"), "written as “Control: Identity”."),
        (("match", "some"), "must be one of any, all."),
        (("q", "x" * 121), "at most 120 characters"),
    ],
)
def test_what_an_address_gets_wrong_is_named_with_what_was_expected(pair, said):
    with pytest.raises(QueryError, match=pair[0]) as refused:
        read(ATLAS, VIEWS["matrix"], [pair])
    assert said in str(refused.value)


def test_every_wrong_parameter_is_named_at_once():
    with pytest.raises(QueryError) as refused:
        read(ATLAS, VIEWS["matrix"], [("rows", "x"), ("columns", "y"), ("sort", "taxonomy"), ("sort", "taxonomy")])
    assert [refusal.parameter for refusal in refused.value.refusals] == ["rows", "columns", "sort"]


def test_terms_that_differ_in_case_alone_are_told_apart():
    page = " |  | vendor |  | https://x.example.com/p | says so"
    rows = "".join(f"{title},Regulated AI,Identity,{name}{page}\n" for title, name in {"Bills": "Acme", "Post": "ACME"}.items())
    own = read_atlas(f"title,category,controls,companies\n{rows}".encode(), "mine.csv")
    for asked, meant in (("ACME", "ACME"), ("Acme", "Acme"), ("acme", own.facet("company").names[0])):
        _, values = read(own, VIEWS["intersections"], [("sets", "company"), ("set_degree", "1"), ("include", asked)])
        assert values["include"] == (meant,)
