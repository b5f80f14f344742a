"""The review step as the files tell it, and the facet that groups its triggers."""

from dataclasses import replace

import pytest

from analysis import Selection
from analysis.review import review_steps, without
from analysis.views import VIEWS

TOO_FEW = Selection(text="zzz-not-there")


def test_what_goes_to_people_is_told_in_the_words_of_the_files(atlas, entries):
    steps = review_steps(atlas)
    assert len(steps) == len(entries)
    for entry in entries:
        row, cycle = steps.loc[entry["id"]], entry["lifecycle"]
        assert list(row["triggers"]) == cycle["review"]["triggers"]
        assert list(row["reviewers"]) == cycle["review"]["reviewers"]
        assert list(row["evidence"]) == cycle["record"]["evidence"]
        assert (row["title"], row["category"]) == (entry["title"], entry["category"])


def test_a_filter_keeps_its_own_workflows_only(atlas, pick):
    assert set(review_steps(atlas, Selection(category="Frontier AI")).index) == pick(category="Frontier AI")
    assert len(review_steps(atlas, TOO_FEW)) == len(without(atlas, selection=TOO_FEW)) == 0


def test_workflows_without_a_reviewer_are_listed(atlas, retagged):
    roles = atlas.facet("reviewer_role").table.to_numpy().copy()
    roles[[3, 7]] = False
    bare = replace(retagged(atlas, reviewer_role=roles), kept={})
    assert list(without(bare).index) == list(atlas.workflows.index[[3, 7]])
    view = VIEWS["unreviewed"](bare)
    assert view.title == "2 of 207 workflows (1%) name nobody who reviews" and len(view.table) == 2
    assert VIEWS["unreviewed"](atlas).title == "Each of 207 workflows names who reviews it"


@pytest.mark.parametrize("across", ["category", "stage", "buyer_function", "buyer_industry", "layer"])
def test_the_headline_names_who_reviews_most_and_what_for(atlas, tags, terms, across):
    for name, facet in (("review-roles", "reviewer_role"), ("review-triggers", "review_trigger")):
        count = {term: sum(term in found for found in tags[facet].values()) for term in terms[facet]}
        top = max(count, key=count.get)
        everywhere = [
            t for t in terms[facet]
            if all(any(t in tags[facet][w] and g in tags[across][w] for w in tags[facet]) for g in terms[across])
        ]  # fmt: skip
        title = VIEWS[name](atlas, across=across).title
        assert top.casefold() in title.casefold() and f"in {count[top]} of 207 workflows" in title
        assert f"; {len(everywhere)} of {len(count)} " in title


def test_a_cell_counts_workflows_with_both_trigger_and_role(atlas, tags):
    cells = VIEWS["review-paths"](atlas).table
    for (role, trigger), count in cells["count"].items():
        assert count == sum(role in tags["reviewer_role"][w] and trigger in found for w, found in tags["review_trigger"].items())
