"""The report on the vocabulary, against counts taken from the files and kappa by statsmodels."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.inter_rater import cohens_kappa

from atlas_data import load_atlas
from atlas_data.reporting import control_agreement, kappa, shared_labels, term_use

counts = st.integers(0, 300)


@given(counts, counts, counts, counts)
def test_kappa_is_that_of_statsmodels(both, first, second, neither):
    n = both + first + second + neither
    found = kappa(both, first, second, neither)[2]
    if n == 0 or n in (both, neither):
        assert math.isnan(found)
        return
    assert found == pytest.approx(cohens_kappa(np.array([[both, first], [second, neither]])).kappa, abs=1e-12)


def test_the_agreement_counts_every_pair_of_workflow_and_control_once():
    atlas = load_atlas()
    found = control_agreement(atlas)
    assert found.pairs == len(atlas) * 21
    cells = found.by_control[["both", "listed_only", "tagged_only", "neither"]]
    assert (cells.sum(axis=1) == len(atlas)).all()
    assert found.by_control[["both", "listed_only"]].to_numpy().sum() == sum(
        len(atlas.entry(name).controls) for name in atlas.workflows.index
    )
    table = cells.sum()
    matrix = np.array([[table["both"], table["listed_only"]], [table["tagged_only"], table["neither"]]])
    assert found.kappa == pytest.approx(cohens_kappa(matrix).kappa)
    assert found.observed == pytest.approx((table["both"] + table["neither"]) / found.pairs)


def test_every_disagreement_is_named_and_true():
    atlas = load_atlas()
    found = control_agreement(atlas).disagreements
    expected = set()
    for name in atlas.workflows.index:
        entry = atlas.entry(name)
        listed, tagged = set(entry.controls), {item.control for item in entry.infrastructure}
        expected |= {(name, control, "listed only") for control in listed - tagged}
        expected |= {(name, control, "tagged only") for control in tagged - listed}
    assert len(found) == len(expected) > 0
    assert set(found.itertuples(index=False, name=None)) == expected


def test_the_packaged_entries_agree_well_with_their_requirements():
    # 0.8 is where Landis and Koch (1977) put "almost perfect"; audit trail and identity are listed more often than required by name
    found = control_agreement(load_atlas())
    assert found.kappa > 0.8
    assert set(found.by_control.index[found.by_control["kappa"] < 0.7]) <= {"Audit trail", "Identity"}


def test_terms_are_counted_as_the_files_say(tags, vocabulary):
    use = term_use(load_atlas())
    for facet, content in vocabulary.items():
        for term in content.get("terms", []):
            row = use.loc[(facet, term["name"])]
            assert row["labels"] == len(term.get("labels", []))
            assert row["workflows"] == sum(term["name"] in found for found in tags[facet].values())
    assert set(use.index.get_level_values("facet")) == set(vocabulary)


def test_a_term_nearly_everywhere_or_nearly_nowhere_is_said_to_tell_nothing(retagged):
    atlas = load_atlas()
    table = atlas.facet("control").table.to_numpy().copy()
    n = len(atlas)
    table[:, :4] = False
    table[: math.floor(0.9 * n), 0] = True  # just within 90%
    table[: math.floor(0.9 * n) + 1, 1] = True
    table[: math.floor(0.01 * n), 2] = True
    table[: math.ceil(0.01 * n), 3] = True
    use = term_use(retagged(atlas, control=table)).loc["control"]
    assert use["never_discriminates"].to_list()[:4] == [False, True, True, False]


def test_one_label_or_one_workflow_makes_a_singleton(small_atlas):
    use = term_use(small_atlas)
    assert use.loc[("control", "Metering"), ["labels", "workflows", "singleton"]].to_list() == [0, 1, True]
    assert use.loc[("layer", "Integration-safe backend model"), ["labels", "workflows", "singleton"]].to_list() == [1, 0, True]
    assert not use.loc[("control", "Audit trail"), "singleton"]


def test_a_label_of_two_terms_is_listed_with_both(vocabulary):
    found = shared_labels(load_atlas())
    for facet, content in vocabulary.items():
        under: dict[str, list[str]] = {}
        for term in content.get("terms", []):
            for label in term.get("labels", []):
                under.setdefault(label.casefold(), []).append(term["name"])
        expected = {label: "; ".join(terms) for label, terms in under.items() if len(terms) > 1}
        rows = found[found["facet"] == facet]
        assert dict(zip(rows["label"].str.casefold(), rows["terms"], strict=True)) == expected


def test_an_atlas_of_no_requirements_has_no_tags_to_agree_with(small_atlas):
    found = control_agreement(small_atlas)
    assert found.by_control["tagged_only"].sum() == found.by_control["both"].sum() == 0
    assert found.kappa == 0
    assert found.by_control["kappa"].isna().any()  # a control nobody lists or tags
    assert found.disagreements["known"].eq("listed only").all()
