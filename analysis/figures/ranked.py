"""Pairs of terms as ranked bars."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.figures.style import axis, layout, text, wrapped

_ROW = 40  # two lines of a label


def ranked_pairs(
    pairs: Sequence[tuple[str, str]], values: Sequence[float], marks: Sequence[str], hover: Sequence[Sequence[str]],
    clicks: Sequence[Sequence[str]], colours: Sequence[str], title: str,
) -> dict:  # fmt: skip
    """One bar a pair, the first on top; ``marks`` stand after the bars, ``hover`` gives the lines below a pair's name.

    A click gives the terms in ``clicks``. ``title`` names the axis.
    """
    places = list(range(len(pairs)))
    top = max(values, default=1.0) or 1.0
    return {
        "data": [
            {
                "type": "bar", "orientation": "h", "x": [round(float(value), 6) for value in values], "y": places,
                "customdata": [list(click) for click in clicks], "marker": {"color": list(colours)},
                "text": [text(mark) for mark in marks], "textposition": "outside", "cliponaxis": False,
                "textfont": {"size": 12, "color": "@muted"},
                "hovertext": ["<br>".join([f"<b>{text(row)} × {text(column)}</b>", *map(text, lines)])
                              for (row, column), lines in zip(pairs, hover, strict=True)],
                "hovertemplate": "%{hovertext}<extra></extra>",
            }
        ],
        "layout": layout(
            64 + _ROW * max(len(pairs), 2),
            bargap=0.35,
            xaxis=axis(title=title, side="top", range=[0, top * 1.35], rangemode="tozero"),
            yaxis=axis(autorange="reversed", showgrid=False, tickvals=places,
                       ticktext=[f"{wrapped(f'{row} × {column}', 40)} " for row, column in pairs]),
        ),
        "narrow": {"yaxis": {"tickfont": {"size": 10}}, "xaxis": {"range": [0, top * 3.2], "nticks": 3}},
    }  # fmt: skip
