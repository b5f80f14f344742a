"""Labels of bubbles stand clear of marks and of one another where there is room."""

from __future__ import annotations

import numpy as np
import pytest

from analysis import Selection
from analysis.figures import labels as labels_of_bubbles
from analysis.figures.labels import _PLACES, DEMO, PHONE, PLOT, _boxes, label_places
from analysis.views import VIEWS


def placed(x, y, radius, labels, plot, places):
    return _boxes(x, y, radius, labels, plot)[np.arange(len(labels)), [list(_PLACES).index(place) for place in places]]


def area(a, b) -> float:
    return max(0.0, min(a[2], b[2]) - max(a[0], b[0])) * max(0.0, min(a[3], b[3]) - max(a[1], b[1]))


def cost(i, place, boxes, marks, plot) -> float:
    """What a label at a place covers, how far it stands out, and the rank of the place; the others are where their boxes are."""
    box, (wide, high, _) = boxes[i], plot
    covered = sum(area(box, mark) for mark in marks) + sum(area(box, other) for j, other in enumerate(boxes) if j != i)
    outside = max(0, box[2] - wide - 40) + max(0, -box[0]) + max(0, box[3] - high)
    return covered + 40 * outside + (list(_PLACES).index(place) + 1) * (place != "middle right")


def marks_of(x, y, radius, plot):
    wide, high, _ = plot
    return np.array([x * wide - radius, y * high - radius, x * wide + radius, y * high + radius]).T


@pytest.mark.parametrize("plots", [(PLOT,), (PHONE,), (PLOT, DEMO)])
def test_what_a_label_covers_is_what_counting_pair_by_pair_says(plots):
    rng = np.random.default_rng(2)
    x, y, radius, labels = rng.random(9), rng.random(9), rng.uniform(3, 11, 9), ["label " * k for k in range(1, 10)]
    places, covered = label_places(x, y, radius, labels, plots[0], also=plots[1:])
    worst = np.zeros(9)
    for plot in plots:
        boxes, marks = placed(x, y, radius, labels, plot, places), marks_of(x, y, radius, plot)
        worst = np.maximum(worst, [cost(i, place, boxes, marks, plot) for i, place in enumerate(places)])
    assert covered == pytest.approx(worst)


@pytest.mark.parametrize("seed", range(5))
def test_in_the_end_no_label_would_stand_better_elsewhere_as_long_as_the_others_stay(seed, monkeypatch):
    monkeypatch.setattr(labels_of_bubbles, "_SWEEPS", 20)  # on a page they get three
    rng, n = np.random.default_rng(seed), 24
    x, y, radius, labels = rng.random(n), rng.random(n), rng.uniform(3, 11, n), ["a label", "another, longer label"] * 12
    places, _ = label_places(x, y, radius, labels, PHONE)
    marks, moved = marks_of(x, y, radius, PHONE), 0
    for i in range(n):
        other = {place: [*places[:i], place, *places[i + 1 :]] for place in _PLACES}
        found = {place: cost(i, place, placed(x, y, radius, labels, PHONE, where), marks, PHONE) for place, where in other.items()}
        assert found[places[i]] == pytest.approx(min(found.values()))
        moved += places[i] != "middle right"
    assert moved > 2, "so crowded that some had to give way"


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
