"""What stands along a side of a matrix: groups, members of a group, one facet inside another, against the entries themselves."""

from __future__ import annotations

import numpy as np
import pytest

from analysis import Selection, axis, cross
from analysis.axes import MOST_PAIRS, groups, opened


@pytest.mark.parametrize(("outer", "inner"), [("category", "stage"), ("layer", "capability_family"), ("reviewer_role", "category")])
def test_rows_of_one_facet_inside_another_are_the_pairs_that_occur(atlas, terms, tags, pick, outer, inner):
    nested = axis(atlas, outer, then=inner)
    having = {(a, b): {w for w in tags[outer] if a in tags[outer][w] and b in tags[inner][w]} for a in terms[outer] for b in terms[inner]}
    assert nested.parts == [pair for pair, found in having.items() if found]
    assert nested.terms.tolist() == [f"{a} › {b}" for a, b in nested.parts]
    chosen = pick(category=["Regulated AI", "Frontier AI"])
    table = cross(atlas, nested, "control", Selection(category=["Regulated AI", "Frontier AI"]))
    assert table.rows.tolist() == [len(having[pair] & chosen) for pair in nested.parts]
    for place, control in enumerate(terms["control"]):
        assert table.both[:, place].tolist() == [sum(control in tags["control"][w] for w in having[pair] & chosen) for pair in nested.parts]


def test_category_and_stage_nested_count_what_each_entry_says(atlas):
    entries = [atlas.entry(w) for w in atlas.workflows.index]
    nested = axis(atlas, "category", then="stage")
    table = cross(atlas, nested, "control")
    for (category, stage), count in zip(nested.parts, table.rows, strict=True):
        assert count == sum((entry.category, entry.stage) == (category, stage) for entry in entries)


def test_a_facet_inside_itself_gives_each_pair_of_its_terms_once(atlas, tags):
    nested = axis(atlas, "control", then="control")
    pairs = {frozenset((a, b)) for found in tags["control"].values() for a in found for b in found if a != b}
    assert sorted(map(sorted, nested.parts)) == sorted(map(sorted, pairs))


def test_a_layer_opens_onto_its_controls_and_nothing_else_groups(atlas, vocabulary):
    (found,) = groups(atlas, "control").values()
    assert found == {
        term["name"]: [c["name"] for c in vocabulary["control"]["terms"] if c["name"] in (term.get("labels") or [term["name"]])]
        for term in vocabulary["layer"]["terms"]
    }
    assert [name for name in atlas.facets if opened(atlas, name)] == ["control", "layer"]
    for start in ("layer", "control"):
        opened_axis = axis(atlas, start, within="Event-driven workflow control")
        assert (opened_axis.facets, opened_axis.terms.tolist()) == (("control",), found["Event-driven workflow control"])


def test_an_unknown_group_is_answered_with_the_nearest_one(atlas):
    with pytest.raises(ValueError, match="did you mean 'Event-driven workflow control'"):
        axis(atlas, "control", within="Event driven workflow control")


def test_of_very_many_pairs_the_most_frequent_are_kept(atlas, tags):
    nested = axis(atlas, "company", then="buyer_function")
    counts = cross(atlas, nested, "stage").rows
    every = sorted((sum(a in tags["company"][w] and b in tags["buyer_function"][w] for w in tags["company"])
                    for a in atlas.facet("company").terms for b in atlas.facet("buyer_function").terms), reverse=True)  # fmt: skip
    assert len(nested.terms) == MOST_PAIRS and sorted(counts, reverse=True) == every[:MOST_PAIRS]


def test_cells_that_follow_from_the_axes_are_not_tested(atlas):
    controls = axis(atlas, "layer", within="Usage, billing and operational telemetry")
    table = cross(atlas, controls, "control")
    same = table.row_terms.to_numpy()[:, None] == table.column_terms.to_numpy()[None, :]
    assert not table.itself and same.sum() == 2 and (np.isnan(table.p) == same).all()
    assert cross(atlas, controls, controls).itself
    assert np.isnan(cross(atlas, axis(atlas, "category", then="stage"), "stage").p).all()
    nested = cross(atlas, axis(atlas, "category", then="control"), "control")
    assert (np.isnan(nested.p) == [[part[1] == term for term in nested.column_terms] for part in nested.axes[0].parts]).all()
