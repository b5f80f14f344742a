"""The parts of complexity against logarithms taken one by one."""

from math import fsum, log2

import numpy as np
import pytest
from scipy.stats import percentileofscore

from analysis import Selection
from analysis.complexity import complexity, information, term_information


@pytest.fixture(scope="module")
def bits(tags):
    """Information of each workflow's control set."""
    having = {}
    for found in tags["control"].values():
        for control in found:
            having[control] = having.get(control, 0) + 1
    return {w: fsum(-log2(having[control] / len(tags["control"])) for control in found) for w, found in tags["control"].items()}


def test_layers_roles_and_bits_are_those_of_the_file(atlas, tags, bits):
    table = complexity(atlas)
    assert list(table.index) == list(atlas.workflows.index)
    for row in table.itertuples():
        assert row.layer_span == len(tags["layer"][row.Index])
        assert row.reviewer_roles == len(tags["reviewer_role"][row.Index])
        assert row.information == pytest.approx(bits[row.Index])


def test_the_percentile_is_the_place_in_the_whole_atlas_with_ties_counted_half(atlas, bits):
    rounded = {w: round(value, 9) for w, value in bits.items()}
    assert len(set(rounded.values())) < len(rounded)  # there are ties to count
    for w, percentile in complexity(atlas)["percentile"].items():
        assert percentile == pytest.approx(percentileofscore(list(rounded.values()), rounded[w], kind="mean"))


def test_a_filter_hides_workflows_but_changes_no_number(atlas, pick):
    chosen = complexity(atlas, Selection(category="Frontier AI", stage="Scaling"))
    assert set(chosen.index) == pick(category="Frontier AI", stage="Scaling")
    assert chosen.equals(complexity(atlas).loc[chosen.index])


def test_rare_requirements_weigh_more(small_atlas):
    table = complexity(small_atlas)
    assert table.at["loner", "information"] == pytest.approx(log2(6))
    assert table.at["twin-one", "information"] == pytest.approx(-log2(2 / 6) - log2(4 / 6))
    assert table.at["loner", "layer_span"] == 1


def test_a_term_nobody_has_carries_no_information_and_everybodys_none_either(small_atlas):
    bits = dict(zip(small_atlas.facet("control").terms, term_information(small_atlas, "control"), strict=True))
    assert bits["Data lineage"] == 0
    assert (term_information(small_atlas, "risk_family") == 0).all()


def test_an_empty_selection_is_an_empty_table(atlas):
    table = complexity(atlas, Selection(text="zzz-not-there"))
    assert len(table) == 0 and list(table.columns) == ["layer_span", "information", "reviewer_roles", "percentile"]


def test_one_workflow_alone_is_in_the_middle(lone_atlas):
    row = complexity(lone_atlas).loc["loner"]
    assert (row["information"], row["percentile"]) == (0, 50)


def test_another_facet_has_its_own_information(atlas, small_atlas, tags):
    found = information(atlas, "risk_family")
    n = len(atlas)
    share = {term: sum(term in terms for terms in tags["risk_family"].values()) / n for term in set().union(*tags["risk_family"].values())}
    expected = [fsum(-log2(share[term]) for term in tags["risk_family"][w]) for w in found.index]
    np.testing.assert_allclose(found, expected)
    assert information(small_atlas, "company")["insurer-only"] == 0


def test_a_facet_without_terms_informs_of_nothing(lone_atlas):
    assert information(lone_atlas, "company").tolist() == [0]
