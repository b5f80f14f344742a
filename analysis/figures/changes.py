"""Changes of shares as dots with their intervals."""

from __future__ import annotations

import pandas as pd

from analysis.figures.style import axis, layout, text
from analysis.words import of


def difference_dots(table: pd.DataFrame) -> dict:
    """The difference of shares of each term (from :func:`analysis.changes.share_changes`), top to bottom in the order of ``table``.

    A dot whose interval holds no zero is in the accent colour.
    """
    y = [text(term) for term in table.index]
    apart = (table["low"] > 0) | (table["high"] < 0)
    dots = {
        "type": "scatter",
        "mode": "markers",
        "x": table["difference"].round(6).tolist(),
        "y": y,
        "marker": {"size": 10, "color": ["@accent" if yes else "@plain" for yes in apart]},
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": (table["high"] - table["difference"]).round(6).tolist(),
            "arrayminus": (table["difference"] - table["low"]).round(6).tolist(),
            "color": "@muted",
            "thickness": 1.2,
            "width": 3,
        },
        "hovertext": [
            f"<b>{text(term)}</b><br>before: {of(int(row['before']), table.attrs['n_before'])}"
            f"<br>after: {of(int(row['after']), table.attrs['n_after'])}"
            f"<br>{100 * row['difference']:+.1f} points, 95% interval {100 * row['low']:+.1f} to {100 * row['high']:+.1f}"
            for term, row in table.iterrows()
        ],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }
    reach = max(float(table[["low", "high"]].abs().max().max()) * 1.05, 0.05)
    zero = {"type": "line", "x0": 0, "x1": 0, "y0": 0, "y1": 1, "yref": "paper", "line": {"color": "@muted", "width": 1}}
    return {
        "data": [dots],
        "layout": layout(
            70 + 26 * max(len(table), 2),
            shapes=[zero],
            xaxis=axis(title="Difference of shares", tickformat="+.0%", range=[-reach, reach], side="top"),
            yaxis=axis(type="category", autorange="reversed", tickvals=y, ticktext=[f"{label} " for label in y]),
        ),
        "narrow": {"yaxis": {"tickfont": {"size": 11}}},
    }
