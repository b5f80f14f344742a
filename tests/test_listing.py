"""Workflows in an order, a page at a time."""

from dataclasses import replace

import pandas as pd
import pytest

from analysis import Selection
from analysis.complexity import complexity
from analysis.listing import ORDERS, ordered
from analysis.selection import relevance


@pytest.mark.parametrize("selection", [Selection(), Selection(text="claims review"), Selection(stage="Scaling")])
@pytest.mark.parametrize("order", ORDERS)
def test_an_order_is_that_of_sorting_the_whole_frame(atlas, order, selection):
    table = atlas.workflows.join(complexity(atlas, selection), how="right").sort_values(["category", "title"], kind="stable")
    if order == "relevance":
        table = table.loc[relevance(table, selection.text).sort_values(ascending=False, kind="stable").index]
    elif order != "category":
        table = table.sort_values(order, ascending=order == "title", kind="stable")
    pd.testing.assert_frame_equal(ordered(atlas, selection, order), table)
    pd.testing.assert_frame_equal(ordered(atlas, selection, order, 3, 9), table.iloc[3:9])


def test_workflows_of_no_category_come_last(atlas):
    workflows = atlas.workflows.assign(category=atlas.workflows["category"].where(~atlas.workflows.index.isin(atlas.workflows.index[3:5])))
    less = replace(atlas, workflows=workflows, kept={})
    listed = ordered(less, order="category")
    assert listed["category"].iloc[:-2].is_monotonic_increasing and listed["category"].iloc[-2:].isna().all()


def test_an_unknown_order_is_refused(atlas):
    with pytest.raises(ValueError, match="did you mean 'title'"):
        ordered(atlas, order="titel")
