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
    x: np.ndarray, y: np.ndarray, radius: np.ndarray, labels: Sequence[str], plot: tuple[int, int]
) -> tuple[list[str], list[float]]:
    """A place for each label, chosen one after the other so that it covers marks and earlier labels least; and how much it covers.

    ``x`` and ``y`` from the left and the top as shares of the ``plot``, which is in pixels as ``radius`` is.
    """
    if not len(labels):
        return [], []
    px, py = x * plot[0], y * plot[1]
    boxes = [np.array([px - radius, py - radius, px + radius, py + radius]).T]
    chosen, covered = [], []
    for i, label in enumerate(labels):
        half, best, least = len(label) * _LETTER / 2, "", np.inf
        for rank, (place, (dx, dy)) in enumerate(_PLACES.items()):
            cx, cy = px[i] + dx * (half + radius[i] + 2), py[i] + dy * (radius[i] * (0.4 if dx else 1) + _LINE / 2)
            box = np.array([cx - half, cy - _LINE / 2, cx + half, cy + _LINE / 2])
            outside = max(0.0, box[2] - plot[0] - 40) + max(0.0, -box[0])
            cost = _overlap(box, np.concatenate(boxes)) + 40 * outside + rank
            if cost < least:
                best, least, kept = place, cost, box
        chosen.append(best)
        covered.append(least)
        boxes.append(kept[None])
    return chosen, covered


def _overlap(box: np.ndarray, others: np.ndarray) -> float:
    """Area that a box (left, top, right, bottom) shares with others."""
    width = np.clip(np.minimum(box[2], others[:, 2]) - np.maximum(box[0], others[:, 0]), 0, None)
    height = np.clip(np.minimum(box[3], others[:, 3]) - np.maximum(box[1], others[:, 1]), 0, None)
    return float((width * height).sum())
