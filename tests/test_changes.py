"""Changes of shares between two atlases, against other implementations and a count by hand."""

from __future__ import annotations

import json

import numpy as np
import pytest
from statsmodels.stats.proportion import confint_proportions_2indep

from analysis import Selection
from analysis.changes import share_changes
from analysis.inference import newcombe
from analysis.views.changes import differences, shares
from atlas_data import Atlas, read_atlas
from atlas_data.comparing import compare
from atlas_data.formats import write_atlas


@pytest.fixture(scope="module")
def earlier(atlas) -> Atlas:
    """Part of the packaged atlas, one stage moved, one label unknown, one facet away."""
    vocabulary, *lines = write_atlas(atlas, "jsonl", Selection(category=["Regulated AI", "Frontier AI"]).ids(atlas)).decode().split("\n")
    facets = [facet for facet in json.loads(vocabulary)["taxonomy"] if facet["facet"] != "company"]
    first = json.loads(lines[0])
    first["stage"] = "Retired"
    return read_atlas("\n".join([json.dumps({"taxonomy": facets}), json.dumps(first), *lines[1:]]).encode(), "earlier.jsonl")


def test_the_interval_is_newcombes():
    """Against statsmodels, and the worked example of the paper (table II, 56/70 - 48/80)."""
    rng = np.random.default_rng(4)
    for n_before, n_after in ((1, 1), (7, 300), (207, 180)):
        before, after = rng.integers(0, n_before + 1, 40), rng.integers(0, n_after + 1, 40)
        low, high = newcombe(after, n_after, before, n_before)
        for i in range(40):
            expected = confint_proportions_2indep(after[i], n_after, before[i], n_before, method="newcomb", compare="diff")
            assert (low[i], high[i]) == pytest.approx(expected, abs=1e-9)
    low, high = newcombe(np.array([56]), 70, np.array([48]), 80)
    assert (low[0], high[0]) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert np.isnan(newcombe(np.array([1]), 3, np.array([0]), 0)).all()


@pytest.mark.parametrize("facet", ["control", "stage", "buyer_function"])
def test_every_share_is_a_count_of_workflows(atlas, earlier, facet):
    table = share_changes(earlier, atlas, facet)
    assert set(table.index) == set(atlas.facet(facet).terms) | set(earlier.facet(facet).terms)
    for term, row in table.iterrows():
        counts = [int(found.facet(facet).table[term].sum()) if term in found.facet(facet).terms else 0 for found in (earlier, atlas)]
        assert [row["before"], row["after"]] == counts
        assert row["difference"] == pytest.approx(counts[1] / len(atlas) - counts[0] / len(earlier))
        assert row["low"] <= row["difference"] <= row["high"]


def test_a_term_that_is_gone_stands_last(atlas, earlier):
    assert share_changes(earlier, atlas, "stage").index[-1] == "Retired"
    with pytest.raises(KeyError, match="no facet 'company'"):
        share_changes(earlier, atlas, "company")


def test_the_view_names_the_largest_change(atlas, earlier):
    view = shares(earlier, atlas, "category", 3)
    table = share_changes(earlier, atlas, "category")
    largest = table["difference"].abs().idxmax()
    assert view.title.startswith(f"{largest} changed most: {table.at[largest, 'before']} of {len(earlier)} workflows")
    assert len(view.table) == 3 and "Not shown: 2 terms" in view.note
    assert view.figure["data"][0]["x"][0] == pytest.approx(table.at[largest, "difference"], abs=1e-6)


def test_nothing_changed_is_said(atlas):
    assert shares(atlas, atlas, "control", 30).title == "No share of control changed"
    assert differences(compare(atlas, atlas)) == {}


def test_each_kind_of_difference_is_a_table(atlas, earlier):
    found = differences(compare(earlier, atlas))
    assert len(found["added"].table) == len(atlas) - len(earlier)
    assert found["moved"].title == "1 workflow in another category or stage"
    assert found["moved"].table[["field", "before"]].to_numpy().tolist() == [["stage", "Retired"]]
    assert "facet added" in found["vocabulary"].table["change"].tolist()
    assert "removed" not in found and "changed" not in found
