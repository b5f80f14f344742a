"""What a build order covers, step by step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from analysis.figures.style import axis, layout, text


def coverage_curves(curves: Mapping[str, np.ndarray], random: np.ndarray, steps: Sequence[str], total: float, unit: str) -> dict:
    """Weight covered after each step: the best order with its steps named, the others, and where 95% of random orders lie.

    ``curves``: by name, float (m + 1,), the first is the best; ``random``: (orders, m + 1); ``total``: the most there is.
    """
    x = list(range(len(steps) + 1))
    low, high = np.percentile(random, [2.5, 97.5], axis=0)
    band = {
        "type": "scatter", "x": [*x, *x[::-1]], "y": [*high.tolist(), *low[::-1].tolist()], "fill": "toself", "mode": "none",
        "fillcolor": "@grid", "name": "95% of random orders", "hoverinfo": "skip",
    }  # fmt: skip
    looks = [("@accent", "solid", 3), ("@ink", "dash", 1.5), ("@plain", "dot", 1.5)]
    lines = []
    for i, (name, values) in enumerate(curves.items()):
        colour, dash, width = looks[i % len(looks)]
        line = {
            "type": "scatter", "mode": "lines+markers" if not i else "lines", "name": text(name), "x": x, "y": values.round(6).tolist(),
            "line": {"color": colour, "dash": dash, "width": width}, "marker": {"size": 7, "color": colour},
        }  # fmt: skip
        if not i:
            said = ["Nothing built yet", *(f"{step}. {text(term)}" for step, term in enumerate(steps, start=1))]
            line["hovertext"] = [f"<b>{what}</b><br>{value:,.0f} of {total:,.0f} {unit}" for what, value in zip(said, values, strict=True)]
            line["hovertemplate"] = "%{hovertext}<extra></extra>"
            line["customdata"] = [None, *steps]
        else:
            line["hovertemplate"] = f"{text(name)}, step %{{x}}: %{{y:,.0f}} {unit}<extra></extra>"
        lines.append(line)
    return {
        "data": [band, *lines[::-1]],
        "layout": layout(
            430,
            uirevision=unit,
            xaxis=axis(title="Controls built", dtick=1 if len(steps) < 26 else 5, range=[-0.3, len(steps) + 0.3]),
            yaxis=axis(title=unit.capitalize(), range=[0, max(total, 1) * 1.04]),
            showlegend=True,
            legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "itemclick": False, "itemdoubleclick": False},
        ),
    }
