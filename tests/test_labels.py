"""Labels of bubbles stand clear of marks and of one another where there is room."""

from __future__ import annotations

import numpy as np
import pytest

from analysis import Selection
from analysis.figures.labels import _PLACES, DEMO, PHONE, PLOT, _boxes, label_places
from analysis.views import VIEWS


def placed(x, y, radius, labels, plot, places):
    return _boxes(x, y, radius, labels, plot)[np.arange(len(labels)), [list(_PLACES).index(place) for place in places]]


def area(a, b) -> float:
    return max(0.0, min(a[2], b[2]) - max(a[0], b[0])) * max(0.0, min(a[3], b[3]) - max(a[1], b[1]))


@pytest.mark.parametrize("plots", [(PLOT,), (PHONE,), (PLOT, DEMO)])
def test_what_a_label_covers_is_what_counting_pair_by_pair_says(plots):
    rng = np.random.default_rng(2)
    x, y, radius, labels = rng.random(9), rng.random(9), rng.uniform(3, 11, 9), ["label " * k for k in range(1, 10)]
    places, covered = label_places(x, y, radius, labels, plots[0], also=plots[1:])
    worst = np.zeros(9)
    for plot in plots:
        boxes, (wide, high, _) = placed(x, y, radius, labels, plot, places), plot
        marks = np.array([x * wide - radius, y * high - radius, x * wide + radius, y * high + radius]).T
        for i, box in enumerate(boxes):
            cost = sum(area(box, mark) for mark in marks) + sum(area(box, other) for j, other in enumerate(boxes) if j != i)
            cost += 40 * (max(0, box[2] - wide - 40) + max(0, -box[0]) + max(0, box[3] - high)) + (list(_PLACES).index(places[i]) + 1) * (
                places[i] != "middle right"
            )
            worst[i] = max(worst[i], cost)
    assert covered == pytest.approx(worst)


def test_a_lone_label_stands_to_the_right_and_at_the_right_edge_to_the_left():
    one = np.array([0.5])
    assert label_places(one, one, np.array([6.0]), ["Audit trail"], PLOT) == (["middle right"], [0.0])
    assert label_places(np.array([0.99]), one, np.array([6.0]), ["Audit trail, a long one"], PLOT)[0] == ["middle left"]
    assert label_places(np.array([]), np.array([]), np.array([]), [], PLOT) == ([], [])


def test_on_the_convergence_map_of_the_whole_atlas_no_label_covers_another_on_laptop_or_projector(atlas, monkeypatch):
    seen = []
    from analysis.figures import convergence

    monkeypatch.setattr(
        convergence,
        "label_places",
        lambda *given, **more: seen.append(((*given, *more.get("also", ())), label_places(*given, **more))) or seen[-1][1],
    )
    VIEWS["convergence-map"].make(atlas, Selection(), **{p.name: p.standard(atlas) for p in VIEWS["convergence-map"].parameters})
    (x, y, radius, labels, *plots), (places, _) = seen[0]
    for plot in plots:
        boxes = placed(x, y, radius, labels, plot, places)
        assert sum(area(a, b) for i, a in enumerate(boxes) for b in boxes[:i]) < 40
