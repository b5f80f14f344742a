"""The map of workflows: distances from Python sets, groups that are named by their terms, and what it says of few or too many."""

from dataclasses import replace
from math import log2

import numpy as np
import pandas as pd
import pytest

from analysis import Selection, space
from analysis.figures.space import workflow_map
from analysis.headlines import space_headline
from analysis.picking import code_of, picked, written
from analysis.space import SHOWN, distances, shown
from analysis.views import VIEWS
from atlas_data import load_atlas

KINDS = {"control": ["control"], "capability": ["capability_family"], "buyer": ["buyer_function", "buyer_industry"]}


@pytest.fixture(scope="module")
def found(atlas):
    return space(atlas)


@pytest.mark.parametrize("weighing", ["information", "plain"])
@pytest.mark.parametrize("weights", [(5, 5, 5), (1, 0, 0), (0, 2, 7)])
def test_a_distance_is_the_weighted_mean_of_jaccard_distances_of_sets(atlas, entries, tags, weighing, weights):
    weights = dict(zip(KINDS, weights, strict=True))
    matrix = pd.DataFrame(distances(atlas, np.arange(len(atlas)), weights, weighing), atlas.workflows.index, atlas.workflows.index)
    ids, n = [entry["id"] for entry in entries], len(entries)

    def bits(facet: str, term: str) -> float:
        return -log2(sum(term in found for found in tags[facet].values()) / n) if weighing == "information" else 1.0

    for a, b in zip(ids[::7], ids[3::7], strict=False):
        total = compared = 0.0
        for kind, facets in KINDS.items():
            mine, theirs = ({(facet, term) for facet in facets for term in tags[facet][i]} for i in (a, b))
            either = sum(bits(*pair) for pair in mine | theirs)
            if either:
                total += weights[kind] * (1 - sum(bits(*pair) for pair in mine & theirs) / either)
                compared += weights[kind]
        assert matrix.at[a, b] == matrix.at[b, a] == pytest.approx(total / compared if compared else 1.0)
    assert (np.diag(matrix) == 0).all()


def test_every_workflow_has_a_place_a_group_and_its_nearest(atlas, found):
    points = found.points
    assert points.index.equals(atlas.workflows.index)
    assert points["group"].value_counts().sort_index().tolist() == found.groups["workflows"].tolist()
    assert found.groups["workflows"].is_monotonic_decreasing and found.groups["workflows"].sum() == len(atlas)
    for i, row in enumerate(points.head(20).itertuples()):
        others = np.delete(found.distances[i], i)
        assert row.distance == others.min() == found.distances[i, points.index.get_loc(row.nearest)]


def test_a_group_is_named_by_terms_that_are_commoner_inside(found, tags):
    for number, group in found.groups.iterrows():
        inside = set(found.points.index[found.points["group"] == number])
        assert group["medoid"] in inside and len(group["terms"]) == 3
        for facet, term, share, elsewhere in group["terms"]:
            having = {i for i, terms in tags[facet].items() if term in terms}
            assert share == pytest.approx(len(having & inside) / len(inside))
            assert elsewhere == pytest.approx(len(having - inside) / (len(tags[facet]) - len(inside)))
            assert share > elsewhere and term in group["name"]


def test_one_kind_of_term_alone_changes_the_map(atlas, found):
    by_control = space(atlas, control=10, capability=0, buyer=0)
    assert not np.allclose(by_control.distances, found.distances)
    assert {facet for row in by_control.groups["terms"] for facet, *_ in row} == {"control"}


@pytest.mark.parametrize(("n", "layout", "grouped"), [(3, "distances", False), (9, "distances", False), (10, "neighbours", True)])
def test_few_workflows_get_a_plain_map_without_groups(atlas, n, layout, grouped):
    few = space(atlas, Selection(workflow=atlas.workflows.index[:n]))
    assert (few.layout, len(few.points), len(few.groups) > 0) == (layout, n, grouped)
    assert 0 <= few.stress < 1 and few.trustworthiness <= 1
    assert grouped or space_headline(few).startswith("Most alike: ")


def test_a_large_selection_is_sampled_always_alike(atlas):
    at = shown(atlas, most=30)
    assert len(set(at)) == 30 and np.array_equal(at, shown(atlas, most=30)) and (np.diff(at) > 0).all()
    assert len(shown(atlas)) == len(atlas) <= SHOWN


def test_what_cannot_be_mapped_says_so(atlas, small_atlas, lone_atlas):
    view = VIEWS["workflow-space"]
    assert view(lone_atlas).title == "A map needs at least three workflows"
    assert not view(atlas, weight_control=0, weight_capability=0, weight_buyer=0).answered
    twins = Selection(category="Operational AI")
    assert not view(small_atlas, twins).answered
    assert view(small_atlas).answered
    bare = replace(atlas, _facets={"control": atlas.facet("control")}, kept={})  # what is kept of all facets is not its own
    assert view(bare, weight_control=0).title == "Nothing to compare by"
    assert view(bare).answered
    with pytest.raises(ValueError, match="did you mean 'plain'"):
        space(atlas, weighing="plan")
    with pytest.raises(ValueError, match="did you mean 'plain'"):
        view(atlas, weighing="plan")


def test_a_click_on_a_dot_and_a_lasso_name_workflows(found, atlas):
    for colour in ("category", "stage", "group"):
        terms = atlas.facet(colour).terms if colour != "group" else ()
        figure = workflow_map(found.points, found.groups, colour, terms)
        marks = [custom for trace in figure["data"] for custom in trace["customdata"]]
        assert sorted(dict(mark)["workflow"] for mark in marks) == sorted(found.points.index)
        assert figure["layout"]["dragmode"] == "lasso"
        assert len({trace["marker"]["color"] for trace in figure["data"]}) == len(figure["data"])


def test_workflows_of_one_category_can_be_told_apart_by_stage(atlas):
    only = Selection(category="Regulated AI")
    figure = VIEWS["workflow-space"](atlas, only, colour_by="stage").figure
    drawn = {trace["name"]: len(trace["x"]) for trace in figure["data"]}
    stages = atlas.workflows.loc[only.ids(atlas), "stage"].value_counts()
    assert drawn == stages[stages > 0].to_dict() and len(drawn) > 1
    assert len(VIEWS["workflow-space"](atlas, only).figure["data"]) == 1


def test_a_stage_that_is_not_stated_takes_no_colour_of_a_stage(found):
    stages = ["Not stated", "Scaling", "Emerging", "Idea", "Retired"]
    points = found.points.assign(stage=np.array(stages)[np.arange(len(found.points)) % 5])
    figure = workflow_map(points, found.groups, "stage", stages)
    colours = {trace["name"]: trace["marker"]["color"] for trace in figure["data"]}
    assert colours["Not stated"] == "@plain" and len(set(colours.values())) == 5


def test_the_code_beside_the_map_gives_its_table(atlas):
    view = VIEWS["workflow-space"](atlas, Selection(category="Frontier AI"), weight_buyer=0)
    names = {"atlas": atlas, "selection": Selection(category="Frontier AI")}
    exec(view.code, names)
    pd.testing.assert_frame_equal(names["table"], view.table)


def test_picked_workflows_are_written_short_and_read_back(atlas):
    ids = tuple(atlas.workflows.index[::9])
    text = written(ids)
    assert len(text) < 11 * len(ids) and set(picked(atlas, text)[0]) == set(ids)
    assert picked(atlas, f" {ids[0].upper()}, nonsense;{code_of(ids[1])} ") == (ids[:2], ("nonsense",))
    assert picked(atlas, "") == ((), ())
    assert len({code_of(i) for i in atlas.workflows.index}) == len(atlas)
    assert written(ids) == written(ids[::-1])


def test_a_selection_of_workflows_is_one_condition_more(atlas, pick):
    ids = atlas.workflows.index[[3, 1, 5]]
    chosen = Selection(workflow=ids)
    assert chosen and chosen == Selection(workflow=ids[::-1]) and hash(chosen) == hash(Selection(workflow=list(ids)))
    assert set(chosen.ids(atlas)) == set(ids)
    both = Selection(workflow=ids, category="Physical World AI", text="safety")
    assert set(both.ids(atlas)) == set(ids) & pick(category="Physical World AI", text="safety")
    assert both.without("workflow") == Selection(category="Physical World AI", text="safety")
    assert both.without("text").without("category") == chosen
    with pytest.raises(KeyError, match="did you mean 'ai-phishing-report-triage'"):
        Selection(workflow="ai-phishing-report-triag").ids(load_atlas())
