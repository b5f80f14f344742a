"""What views and the kernel may cost, in measures that do not depend on the machine."""

from __future__ import annotations

from collections import Counter
from functools import wraps
from time import perf_counter

import numpy as np
import pytest

from analysis import Selection, kernel
from analysis.views import VIEWS

COUNTS = 50  # of the kernel, for a view after a change of the filter: each would be a query of another engine
SEARCHES = {"bundles": 350}  # it walks sets of terms


@pytest.fixture
def asked(monkeypatch) -> Counter:
    """How often the kernel was asked."""
    counted: Counter = Counter()

    def noting(answer):
        @wraps(answer)
        def note(*given):
            counted[answer.__name__] += 1
            return answer(*given)

        return note

    for answer in (kernel.count, kernel.pair_counts, kernel.unpack):
        monkeypatch.setattr(kernel, answer.__name__, noting(answer))
    return counted


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_asks_the_kernel_little_and_is_made_once(name, atlas, asked):
    selection = Selection(category=["Regulated AI", "Operational AI"], stage=["Scaling", "Emerging"])
    VIEWS[name](atlas, Selection(category="Frontier AI"))  # what follows from the atlas alone is kept for every filter
    asked.clear()
    view = VIEWS[name](atlas, selection)
    assert sum(asked.values()) <= SEARCHES.get(name, COUNTS)
    asked.clear()
    assert VIEWS[name](atlas, selection) is view
    assert sum(asked.values()) <= 1  # what a parameter is unless given may be one count


def test_the_kernel_counts_pairs_many_times_faster_than_a_loop_over_workflows():
    random = np.random.default_rng(7)
    rows, columns = (random.random((terms, 20_000)) < 0.2 for terms in (12, 21))
    chosen = random.random(20_000) < 0.5
    packed = [kernel.pack(bits) for bits in (rows, columns, chosen)]

    def timed(work):
        start = perf_counter()
        return work(), perf_counter() - start

    def looped():
        counts = np.zeros((len(rows), len(columns)), dtype=int)
        for workflow in np.flatnonzero(chosen):
            counts[np.ix_(rows[:, workflow], columns[:, workflow])] += 1
        return counts

    slow, seconds = timed(looped)
    runs = [timed(lambda: kernel.pair_counts(*packed)) for _ in range(5)]
    assert (runs[0][0] == slow).all()
    assert min(took for _, took in runs) < seconds / 30
