"""Where the labels of bubbles stand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

# Where a label may stand, best first: place, shift of its centre in half widths and in heights.
_PLACES = {
    "middle right": (1, 0), "middle left": (-1, 0), "top center": (0, -1), "bottom center": (0, 1),
    "top right": (1, -1), "bottom right": (1, 1), "top left": (-1, -1), "bottom left": (-1, 1),
}  # fmt: skip
PLOT = (770, 430)  # pixels of the plotting area on a laptop; on other widths the places are nearly as good
PHONE = (280, 380)
BEARABLE = 60  # square pixels of a label that marks and other labels may cover on a phone; else hover or a tap names it
_LETTER, _LINE = 6.2, 14


def label_places(
    x: np.ndarray, y: np.ndarray, radius: np.ndarray, labels: Sequence[str], plot: tuple[int, int],
    lines: Sequence[tuple[int, int]] = (), first: str = "middle right", beyond: int = 40,
) -> tuple[list[str], list[float]]:  # fmt: skip
    """A place for each label, chosen one after the other so that it covers marks and earlier labels least; and how much it covers.

    ``x`` and ``y`` from the left and the top as shares of the ``plot``, which is in pixels as ``radius`` is. ``lines``: which
    marks have a line between them, that labels should not stand on. ``first``: the place taken where nothing is in the way.
    ``beyond``: pixels to the right of the plot that labels may use.
    """
    if not len(labels):
        return [], []
    px, py = x * plot[0], y * plot[1]
    boxes = [np.array([px - radius, py - radius, px + radius, py + radius]).T, *(_along(px, py, *ends) for ends in lines)]
    chosen, covered = [], []
    for i, label in enumerate(labels):
        parts = label.split("<br>")
        half, high, best, least = max(map(len, parts)) * _LETTER / 2, len(parts) * _LINE / 2, "", np.inf
        for rank, (place, (dx, dy)) in enumerate(_PLACES.items(), start=1):
            cx, cy = px[i] + dx * (half + radius[i] + 2), py[i] + dy * (radius[i] * (0.4 if dx else 1) + high)
            box = np.array([cx - half, cy - high, cx + half, cy + high])
            outside = max(0.0, box[2] - plot[0] - beyond) + max(0.0, -box[0])
            cost = _overlap(box, np.concatenate(boxes)) + 40 * outside + (rank if place != first else 0)
            if cost < least:
                best, least, kept = place, cost, box
        chosen.append(best)
        covered.append(least)
        boxes.append(kept[None])
    return chosen, covered


def _along(px: np.ndarray, py: np.ndarray, a: int, b: int) -> np.ndarray:
    """A line between two marks as small boxes, one every four pixels."""
    steps = np.linspace(0, 1, max(2, int(np.hypot(px[a] - px[b], py[a] - py[b]) / 4)))
    x, y = px[a] + steps * (px[b] - px[a]), py[a] + steps * (py[b] - py[a])
    return np.column_stack([x - 2, y - 2, x + 2, y + 2])


def _overlap(box: np.ndarray, others: np.ndarray) -> float:
    """Area that a box (left, top, right, bottom) shares with others."""
    width = np.clip(np.minimum(box[2], others[:, 2]) - np.maximum(box[0], others[:, 0]), 0, None)
    height = np.clip(np.minimum(box[3], others[:, 3]) - np.maximum(box[1], others[:, 1]), 0, None)
    return float((width * height).sum())
