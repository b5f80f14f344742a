"""The parts of complexity against logarithms taken one by one."""

from math import fsum, log2

import numpy as np
import pytest
from scipy.stats import chi2, fisher_exact, percentileofscore, rankdata
from statsmodels.stats.multitest import multipletests

from analysis import Selection
from analysis.complexity import (
    PARTS,
    complexity,
    information,
    parts,
    regulated_controls,
    spread,
    tallies_by,
    template,
    term_information,
)


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


def test_reviewers_and_regulated_controls_are_those_of_the_files(atlas, tags):
    roles = {}
    for found in tags["reviewer_role"].values():
        for role in found:
            roles[role] = roles.get(role, 0) + 1
    table = parts(atlas)
    regulated = set(regulated_controls(atlas))
    n, inside = len(tags["control"]), [w for w, found in tags["category"].items() if "Regulated AI" in found]
    outside = [w for w in tags["control"] if w not in inside]
    p, more = [], []
    for control in atlas.facet("control").terms:
        here, there = (sum(control in tags["control"][w] for w in group) for group in (inside, outside))
        p.append(fisher_exact([[here, len(inside) - here], [there, len(outside) - there]]).pvalue)
        more.append(here / len(inside) > there / len(outside))
    held = multipletests(p, method="fdr_bh")[1] < 0.05
    assert regulated == {c for c, q, m in zip(atlas.facet("control").terms, held, more, strict=True) if q and m}
    for row in table.itertuples():
        assert row.regulated_controls == len(regulated & tags["control"][row.Index])
        assert row.reviewer_information == pytest.approx(fsum(-log2(roles[role] / n) for role in tags["reviewer_role"][row.Index]))


def test_without_a_regulated_category_no_control_is_regulated(retagged, lone_atlas):
    assert len(regulated_controls(lone_atlas)) == 0
    assert parts(lone_atlas)["regulated_controls"].tolist() == [0]


def test_listed_items_share_one_value_and_parts_do_not(atlas, entries):
    table = template(atlas)
    controls = [len(entry["controls"]) for entry in entries]
    assert table.at["listed_controls", "share"] == controls.count(6) / len(controls) and table.at["listed_controls", "common"] == 6
    assert table.at["listed_controls", "distinct"] == len(set(controls))
    values = parts(atlas)
    for part in PARTS:
        assert table.at[part, "median"] == pytest.approx(np.median(values[part]))


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("by", ["category", "stage"])
def test_the_spread_and_its_test_are_those_of_the_groups(atlas, part, by):
    found = spread(atlas, part, by)
    groups = {g: v["value"].to_numpy().round(9) for g, v in found.values.groupby("group", observed=True)}
    assert {g: len(v) for g, v in groups.items()} == dict(found.groups["n"])
    for group, value in groups.items():
        wanted = [value.min(), *np.percentile(value, [25, 50, 75]), value.max()]
        assert found.groups.loc[group, ["low", "q1", "median", "q3", "high"]].tolist() == pytest.approx(wanted)
    # H written out from mean ranks, with the correction for ties
    every = np.concatenate(list(groups.values()))
    ranks, n = rankdata(every), len(every)
    ends = np.cumsum([len(v) for v in groups.values()])[:-1]
    h = 12 / (n * (n + 1)) * sum(len(r) * (r.mean() - (n + 1) / 2) ** 2 for r in np.split(ranks, ends))
    ties = np.unique(every, return_counts=True)[1]
    h /= 1 - (ties**3 - ties).sum() / (n**3 - n)
    assert found.p == pytest.approx(chi2.sf(h, len(groups) - 1)) and found.effect == pytest.approx(h / (n - 1))


def test_few_or_equal_workflows_are_not_tested(atlas, lone_atlas):
    assert np.isnan(spread(atlas, "information", "stage", Selection(text="phishing report triage")).p)
    assert len(spread(atlas, "information", selection=Selection(text="zzz-not-there")).groups) == 0
    assert np.isnan(spread(lone_atlas, "layer_span").effect)


def test_values_by_the_terms_of_a_facet_are_those_of_the_workflows_with_each_term(atlas):
    selection = Selection(stage=["Scaling", "Emerging"])
    found = tallies_by(atlas, "buyer_function", selection)
    assert len(found) == 20
    for term, counted in zip(atlas.facet("buyer_function").names, found, strict=True):
        values = parts(atlas, Selection(stage=["Scaling", "Emerging"], buyer_function=term))
        for part in PARTS:
            distinct, count = np.unique(values[part].round(9), return_counts=True)
            np.testing.assert_allclose(counted[part][0], distinct)
            assert list(counted[part][1]) == list(count)
