"""Platform coverage: states are what a reader of the files would say, and profiles are files that can be trusted."""

from __future__ import annotations

import json

import pytest

from analysis import Selection
from analysis.platform import MOST_BYTES, STATES, Profile, beside, blocking, by_term, fit, read_profile, states
from analysis.selection import ids_of

FULL, PARTIAL = (
    ("Identity", "Audit trail", "Evidence storage", "Review workflow"),
    ("Policy versioning", "Approval workflow", "Workflow state"),
)


@pytest.fixture(scope="module")
def table(atlas):
    return fit(atlas, FULL, PARTIAL)


def test_each_workflow_is_in_the_state_its_file_says(atlas, table):
    for workflow, row in table.iterrows():
        needed = set(atlas.entry(workflow).controls)
        missing = needed - set(FULL) - set(PARTIAL)
        assert set(row["missing"]) == missing
        assert row["state"] == ("missing" if missing else "partial" if needed & set(PARTIAL) else "full")
        assert (row["needed"], row["full"], row["partial"]) == (len(needed), len(needed & set(FULL)), len(needed & set(PARTIAL)))


def test_terms_count_the_workflows_in_each_state(atlas, table):
    counts = by_term(atlas, states(atlas, FULL, PARTIAL), "buyer_industry")
    for term, row in counts.iterrows():
        having = atlas.facet("buyer_industry").table[term]
        assert row.to_dict() == {state: int((table["state"][having] == state).sum()) for state in ("full", "partial", "missing")}


def test_what_blocks_most_is_what_alone_is_missing_most_often(atlas, table):
    found = blocking(atlas, FULL, PARTIAL)
    for control, row in found.iterrows():
        assert row["alone"] == sum(missing == (control,) for missing in table["missing"])
        assert row["blocked"] == sum(control in missing for missing in table["missing"])
    assert not set(found.index) & {*FULL, *PARTIAL}


def test_a_control_named_twice_counts_as_fully_supported(atlas):
    assert fit(atlas, FULL, FULL, Selection(category="Frontier AI"))["partial"].sum() == 0


def test_a_profile_written_to_a_file_reads_back(atlas):
    profile = Profile("Ours <b>", FULL, PARTIAL, {"Identity": "SSO", "Metering": "next year"})
    assert read_profile(atlas, profile.to_json().encode()) == profile


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfe", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b'{"platform": "a\\ud800b", "controls": {"Identity": "full"}}', "no JSON"),
        (b"[]", 'no "controls"'),
        (b" " * (MOST_BYTES + 1), "at most"),
        (json.dumps({"controls": {"Identty": "full"}}).encode(), "did you mean 'Identity'"),
        (json.dumps({"controls": {"Identity": {"support": "mostly"}}}).encode(), "must be one of full, partial, none"),
        (json.dumps({"controls": {"Identity": {"support": ["full"]}}}).encode(), "must be one of"),
    ],
)
def test_a_file_that_is_no_profile_is_refused_with_the_reason(atlas, content, said):
    with pytest.raises(ValueError, match=said):
        read_profile(atlas, content)


def test_platforms_beside_each_other_are_counted_from_their_own_tables(atlas):
    profiles = {"Ours": (FULL, PARTIAL), "Theirs": ((*FULL, *PARTIAL), ()), "None": ((), ())}
    fits = {name: fit(atlas, *supported) for name, supported in profiles.items()}
    table = beside(atlas, {name: states(atlas, *supported) for name, supported in profiles.items()})
    for name, row in table.iterrows():
        said = fits[name]["state"]
        assert row[["full", "partial", "missing"]].to_dict() == {state: int((said == state).sum()) for state in STATES}
        elsewhere = {i for other, each in fits.items() if other != name for i in each.index[each["state"] == "full"]}
        assert row["alone"] == len(set(said.index[said == "full"]) - elsewhere)
    assert table.at["Theirs", "alone"] > 0 == table.at["Ours", "alone"]
    only = beside(atlas, {"Theirs": states(atlas, *profiles["Theirs"])})
    assert only.at["Theirs", "alone"] == only.at["Theirs", "full"] > 0


@pytest.mark.parametrize("supported", [(FULL, PARTIAL), ((), PARTIAL), ((), ())])
def test_the_masks_of_the_states_select_the_workflows_that_the_table_says(atlas, supported):
    chosen = Selection(category="Regulated AI")
    table, found = fit(atlas, *supported, chosen), states(atlas, *supported, chosen)
    for state in STATES:
        assert list(ids_of(atlas, found[state])) == list(table.index[table["state"] == state])
