"""Where the labels of bubbles stand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

# Where a label may stand, best first: place, shift of its centre in half widths and in heights.
_PLACES = {
    "middle right": (1, 0), "middle left": (-1, 0), "top center": (0, -1), "bottom center": (0, 1),
    "top right": (1, -1), "bottom right": (1, 1), "top left": (-1, -1), "bottom left": (-1, 1),
}  # fmt: skip
Plot = tuple[int, int] | tuple[int, int, float]
PLOT = (770, 430, 1.0)  # pixels of the plotting area on a laptop and the size of type; on other widths the places are nearly as good
DEMO = (1640, 455, 1.3)  # on a projector, in the large type of a demo
PHONE = (280, 560, 0.82)
TALLER = 180  # pixels that a map of bubbles is higher on a phone, where all labels have less room beside each other
BEARABLE = 60  # square pixels of a label that marks and other labels may cover on a phone; else hover or a tap names it
_LETTER, _LINE = 6.2, 14
_AT_ONCE = 1_000_000  # numbers
_SWEEPS = 3  # times that each label may move again, once all have a place


def label_places(
    x: np.ndarray, y: np.ndarray, radius: np.ndarray, labels: Sequence[str], plot: Plot,
    lines: Sequence[tuple[int, int]] = (), first: str = "middle right", beyond: int = 40, also: Sequence[Plot] = (),
) -> tuple[list[str], list[float]]:  # fmt: skip
    """A place for each label, chosen so that it covers marks and other labels least on the ``plot`` and those it may be shown on
    ``also``; and how much it covers.

    ``x`` and ``y`` from the left and the top as shares of a plot; plots and ``radius`` in pixels, type as a multiple of its usual size.
    ``lines``: which marks have a line between them, that labels should not stand on. ``first``: the place taken where nothing is in the
    way. ``beyond``: pixels to the right of the plot that labels may use.
    """
    if not len(labels):
        return [], []
    plots = [(*one, 1.0)[:3] for one in (plot, *also)]
    boxes = np.stack([_boxes(x, y, radius, labels, plot) for plot in plots])  # plots, labels, places, sides
    wide, high = (np.array([plot[side] for plot in plots])[:, None, None] for side in (0, 1))
    outside = np.clip(boxes[..., 2] - wide - beyond, 0, None) + np.clip(-boxes[..., 0], 0, None) + np.clip(boxes[..., 3] - high, 0, None)
    marks = np.stack([np.array([x * w - radius, y * h - radius, x * w + radius, y * h + radius]).T for w, h, _ in plots])
    rank = [0 if place == first else i for i, place in enumerate(_PLACES, start=1)]
    fixed = _overlap(boxes, marks[:, None, None]).sum(axis=-1) + 40 * outside + rank
    for i, (w, h, _) in enumerate(plots):
        along = [_along(x * w, y * h, *ends) for ends in lines]
        fixed[i] += _overlap(boxes[i], np.concatenate(along)).sum(axis=-1) if along else 0
    n, places = len(labels), len(_PLACES)
    every = boxes.reshape(len(plots), 1, 1, n * places, 4)
    # Between any two labels at any two places, some labels at once: an atlas of one's own may have hundreds.
    blocks = np.array_split(boxes, 1 + boxes.size * n // _AT_ONCE, axis=1)
    shared = np.concatenate([_overlap(some, every).sum(axis=0) for some in blocks])
    shared = shared.reshape(n, places, n, places)
    shared[np.arange(n), :, np.arange(n)] = 0
    cost, chosen = fixed.sum(axis=0), np.full(n, -1)  # of each label at each place, beside those that have one by now
    for sweep in range(1 + _SWEEPS):
        before = chosen.copy()
        for i in range(n):
            place = cost[i].argmin()
            if place == chosen[i]:
                continue
            cost += shared[i, place]
            if sweep:
                cost -= shared[i, chosen[i]]
            chosen[i] = place
        if sweep and (chosen == before).all():
            break
    placed = boxes[:, np.arange(n), chosen]
    between = _overlap(placed, placed[:, None]) * ~np.eye(n, dtype=bool)
    covered = fixed[:, np.arange(n), chosen] + between.sum(axis=-1)
    return [list(_PLACES)[place] for place in chosen], covered.max(axis=0).tolist()


def _boxes(x: np.ndarray, y: np.ndarray, radius: np.ndarray, labels: Sequence[str], plot: tuple[int, int, float]) -> np.ndarray:
    """Left, top, right and bottom of each label at each place: (labels, places, 4)."""
    wide, high, size = plot
    parts = [label.split("<br>") for label in labels]
    half = np.array([max(map(len, part)) for part in parts]) * _LETTER * size / 2
    tall = np.array([len(part) for part in parts]) * _LINE * size / 2
    dx, dy = np.array(list(_PLACES.values())).T[:, :, None]
    away = radius / 0.8 + 1  # as Plotly has it, in the corners too; to the sides some pixels more
    cx, cy = x * wide + dx * (half + away + 4), y * high + dy * (away + tall)
    return np.stack([cx - half, cy - tall, cx + half, cy + tall], axis=-1).swapaxes(0, 1)


def _along(px: np.ndarray, py: np.ndarray, a: int, b: int) -> np.ndarray:
    """A line between two marks as small boxes, one every four pixels."""
    steps = np.linspace(0, 1, max(2, int(np.hypot(px[a] - px[b], py[a] - py[b]) / 4)))
    x, y = px[a] + steps * (px[b] - px[a]), py[a] + steps * (py[b] - py[a])
    return np.column_stack([x - 2, y - 2, x + 2, y + 2])


def _overlap(boxes: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Area that each box (left, top, right, bottom) shares with each of the others: (..., others)."""
    one = boxes[..., None, :]
    width = np.clip(np.minimum(one[..., 2], others[..., 2]) - np.maximum(one[..., 0], others[..., 0]), 0, None)
    height = np.clip(np.minimum(one[..., 3], others[..., 3]) - np.maximum(one[..., 1], others[..., 1]), 0, None)
    return width * height
