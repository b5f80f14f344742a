"""Selections against loops over the parsed files."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import Selection, kernel
from analysis.counting import total
from analysis.selection import members


def test_no_condition_selects_every_workflow(atlas, entries):
    assert set(Selection().ids(atlas)) == {entry["id"] for entry in entries}
    assert len(Selection().ids(atlas)) == len(entries) == total(atlas)
    assert not Selection()


@pytest.mark.parametrize("match", ["any", "all", {"control": "all"}, {"buyer_function": "all", "control": "any"}])
@pytest.mark.parametrize(
    "facets",
    [
        {"category": "Regulated AI"},
        {"control": ["Identity", "Metering"]},
        {"control": ["Audit trail", "Review workflow", "Evidence storage"], "stage": ["Scaling", "Established"]},
        {"buyer_function": ["Legal", "Compliance and risk"], "control": ["Audit trail", "Policy versioning"], "category": ["Regulated AI"]},
        {"stage": ["Scaling", "Emerging"]},
    ],
)
def test_any_and_all_mean_what_they_say_in_each_facet(atlas, pick, facets, match):
    assert set(Selection(match=match, **facets).ids(atlas)) == pick(match=match, **facets)


FACETS = ["category", "stage", "buyer_function", "buyer_industry", "control", "layer", "reviewer_role", "risk_family", "company"]


@given(st.data())
def test_any_combination_of_conditions_gives_what_a_loop_over_the_files_gives(atlas, entries, terms, pick, data):
    chosen = data.draw(st.lists(st.sampled_from(FACETS), unique=True, max_size=3))
    facets = {name: data.draw(st.lists(st.sampled_from(terms[name]), max_size=4)) for name in chosen}
    how = st.sampled_from(["any", "all"])
    match = data.draw(st.one_of(how, st.dictionaries(st.sampled_from(FACETS), how)))
    words = sorted({word for entry in entries for word in entry["title"].split()})
    text = " ".join(data.draw(st.lists(st.sampled_from(words), max_size=2)))
    exclude = data.draw(st.dictionaries(st.sampled_from(FACETS), st.none(), max_size=2))
    exclude = {name: data.draw(st.lists(st.sampled_from(terms[name]), max_size=3)) for name in exclude}
    selection = Selection(match=match, text=text, exclude=exclude, **facets)
    expected = pick(match=match, text=text, **facets)
    for name, some in exclude.items():
        expected -= pick(**{name: some}) if some else set()
    assert list(selection.ids(atlas)) == [found for found in atlas.workflows.index if found in expected]
    assert total(atlas, selection) == kernel.count(selection.mask(atlas)) == len(expected)


@pytest.mark.parametrize(
    "text", ["invoice", "INVOICE", "  claims   fraud ", "Audit trail", "salesforce", "zzz-not-there", "e-mail", "(", ".*"]
)
def test_text_finds_every_word_in_title_summary_or_labels_whatever_the_case(atlas, pick, text):
    assert set(Selection(text=text).ids(atlas)) == pick(text=text)


def test_text_is_found_however_its_apostrophes_and_dashes_are_set(atlas):
    found = Selection(text="workers' compensation").ids(atlas)
    assert "ai-workers-compensation-claim-triage" in found
    for typed in ("Workers’ compensation", "WORKERS‘ compensation"):
        assert Selection(text=typed).ids(atlas).equals(found)
    assert Selection(text="follow–up").ids(atlas).equals(Selection(text="follow-up").ids(atlas)) and len(
        Selection(text="follow-up").ids(atlas)
    )


def test_text_is_taken_literally_not_as_a_pattern(small_atlas):
    assert list(Selection(text="(only) [v1.0]").ids(small_atlas)) == ["loner"]
    assert list(Selection(text="v1x0").ids(small_atlas)) == []
    assert list(Selection(text="<script>").ids(small_atlas)) == ["markup"]


def test_text_does_not_read_the_longer_explanations(small_atlas):
    assert list(Selection(text="model of a model").ids(small_atlas)) == []


def test_buyers_that_name_no_function_are_found_by_industry_only(small_atlas, terms):
    named = Selection(buyer_function=terms["buyer_function"]).ids(small_atlas)
    assert set(named) == {"markup", "twin-one", "twin-two", "loner"}
    assert "buyers-without-function" in Selection(buyer_industry="Healthcare providers").ids(small_atlas)


def test_a_facet_without_terms_is_no_condition():
    assert Selection(control=[], stage=()) == Selection()
    assert not Selection(control=[], text="  ")
    assert Selection(text="x") and Selection(control="Identity")


def test_equal_selections_are_one_key():
    first = Selection(control=["Identity", "Identity"], stage="Scaling", text=" a  b")
    second = Selection(stage=["Scaling"], control=("Identity",), text="a b")
    assert first == second
    assert len({first, second}) == 1
    assert first != Selection(control="Identity", stage="Scaling", text="a b", match="all")
    assert first.facets == {"control": ("Identity",), "stage": ("Scaling",)}
    assert first != Selection(control="Identity", stage="Scaling", text="a b", exclude={"control": "Metering"})
    assert Selection(exclude={"control": "Metering", "stage": []}) == Selection(exclude={"control": ["Metering"]})


def test_what_is_left_out_stays_so_when_another_condition_goes():
    both = Selection(stage="Scaling", text="claims", exclude={"control": "Metering"})
    assert both.without("stage") == Selection(text="claims", exclude={"control": "Metering"})
    assert both.without("exclude") == Selection(stage="Scaling", text="claims")
    assert both.only(["a"]).excluded == both.excluded and both.decided("control") == ("Metering",)
    assert Selection(exclude={"control": "Metering"}) and not Selection(exclude={"control": ()})


def test_behind_a_cell_are_the_workflows_that_have_both_terms(atlas, pick):
    found = members(atlas, Selection(stage="Scaling"), ("buyer_function", "Legal"), ("control", "Audit trail"))
    assert set(found) == pick(stage="Scaling", buyer_function="Legal", control="Audit trail") != set()


def test_an_unknown_facet_names_the_nearest_one(atlas):
    with pytest.raises(KeyError, match="did you mean 'control'"):
        Selection(contrl="Identity").ids(atlas)


def test_an_unknown_term_names_its_facet_and_the_nearest_term(atlas):
    with pytest.raises(KeyError, match="Control has no term 'Audit trial'; did you mean 'Audit trail'"):
        Selection(control=["Identity", "Audit trial"]).ids(atlas)
    with pytest.raises(KeyError, match="did you mean 'Legal'"):
        members(atlas, None, ("buyer_function", "legall"))


@pytest.mark.parametrize("match", ["every", {"control": "none"}])
def test_an_unknown_match_is_refused_at_once(match):
    with pytest.raises(ValueError, match="must be 'any' or 'all'"):
        Selection(control="Identity", match=match)
