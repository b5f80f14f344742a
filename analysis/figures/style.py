"""How every figure looks: colours for light and dark, type, and the frame all charts share.

Figures are plain dictionaries in Plotly's format. Their colours are names that begin with "@" and are filled in where
the figure is shown, so one figure serves both themes: the chart component does it in the browser, :func:`painted` in
Python. Hues were chosen so that any two stay apart under normal and colour-deficient vision (tested).
"""

from __future__ import annotations

from html import escape
from typing import Any

FONT = "Inter, 'Source Sans', system-ui, sans-serif"

_CATEGORY = {
    "light": ["#09817e", "#426fdf", "#c78500", "#7c2d89", "#d34154"],
    "dark": ["#48c2b3", "#86afff", "#ecb43c", "#bc77d1", "#f1788b"],
}
_LAYER = {
    "light": ["#3659a6", "#dc7a39", "#308b4d", "#a64076", "#746301", "#22a2bc"],
    "dark": ["#8eabed", "#e48d51", "#75c98a", "#df84ba", "#e1cd63", "#7edbee"],
}
_STAGE = {
    "light": ["#c9d5ea", "#93acd6", "#5379b8", "#1f4580"],
    "dark": ["#36506f", "#557ba8", "#86aede", "#cfe1fb"],
}
# Scales end where the numbers in cells, all in one colour, can still be read (tested).
_SCALE = {
    "light": ["#f3f6fb", "#dae5f5", "#b7cdec", "#8fb1e0", "#6b97d3", "#4d81c8"],
    "dark": ["#1a212b", "#244060", "#2b5583", "#31649e", "#376eaf", "#3d78bc"],
}
_DIVERGING = {
    "light": ["#4a87c9", "#8db8e0", "#d3e3f2", "#f7f7f7", "#fae0c4", "#f0ae72", "#d4711f"],
    "dark": ["#3a74b5", "#30578a", "#28405c", "#20262f", "#4d3826", "#83522a", "#ae5e26"],
}
_BASE = {
    "light": {"ink": "#1f2733", "muted": "#5d6878", "grid": "#e3e7ee", "surface": "#ffffff", "accent": "#2b5fc1",
              "plain": "#7a8aa3", "faint": "#c3ccd9", "cell": "#0a0f18"},
    "dark": {"ink": "#e8ecf2", "muted": "#a3aebd", "grid": "#2b333f", "surface": "#12161c", "accent": "#7fb0ff",
             "plain": "#8b9bb4", "faint": "#46515f", "cell": "#ffffff"},
}  # fmt: skip


def _scale(colours: list[str]) -> list[list]:
    return [[i / (len(colours) - 1), colour] for i, colour in enumerate(colours)]


def _legible(colour: str) -> str:
    """Black or white, whichever can be read on a colour: one of them always has a contrast above 4.5."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return "#000000" if 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 else "#ffffff"


def _theme(mode: str) -> dict[str, Any]:
    colours = dict(_BASE[mode])
    for name, hues in (("category", _CATEGORY), ("layer", _LAYER), ("stage", _STAGE)):
        colours |= {f"{name}{i}": hue for i, hue in enumerate(hues[mode])}
    colours |= {f"on_{name}": _legible(colour) for name, colour in colours.items()}
    halo = ", ".join(f"{x}px {y}px 1px {colours['surface']}" for x in (-1, 0, 1) for y in (-1, 0, 1))  # behind text that crosses lines
    return colours | {"scale": _scale(_SCALE[mode]), "diverging": _scale(_DIVERGING[mode]), "halo": halo}


THEMES: dict[str, dict[str, Any]] = {mode: _theme(mode) for mode in ("light", "dark")}


def hue(facet: str, position: int) -> str:
    """The colour name of a term of ``category``, ``layer`` or ``stage`` by its place in the taxonomy.

    >>> hue("category", 2)
    '@category2'
    """
    hues = {"category": _CATEGORY, "layer": _LAYER, "stage": _STAGE}.get(facet)
    return f"@{facet}{position % len(hues['light'])}" if hues else "@plain"


def on(colour: str) -> str:
    """The colour name of text that stands on a colour.

    >>> on("@category2")
    '@on_category2'
    """
    return f"@on_{colour[1:]}"


def text(label: Any) -> str:
    """A label as plain text: Plotly reads a small HTML, so markup in data is shown, never obeyed.

    >>> text("Trust & <b>Safety</b>")
    'Trust &amp; &lt;b&gt;Safety&lt;/b&gt;'
    """
    return escape(str(label), quote=False)


def wrapped(label: str, width: int = 28) -> str:
    """A label broken into lines of at most about ``width`` characters."""
    lines, line = [], ""
    for word in str(label).split():
        if line and len(line) + len(word) + 1 > width:
            lines, line = [*lines, line], word
        else:
            line = f"{line} {word}".strip()
    return "<br>".join(text(part) for part in [*lines, line])


def layout(height: int, **more: Any) -> dict[str, Any]:
    """The frame every chart shares; ``more`` is merged over it.

    With a ``uirevision`` a chart keeps its margins, so that it stays where it is and is drawn once, as long as that is the same:
    it says of what kind the labels are.
    """
    frame = {
        "height": height,
        "font": {"family": FONT, "size": 13, "color": "@ink"},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "margin": {"l": 8, "r": 16, "t": 12, "b": 8},
        "hoverlabel": {"bgcolor": "@surface", "bordercolor": "@grid", "align": "left",
                       "font": {"family": FONT, "size": 13, "color": "@ink"}},
        "showlegend": False,
        "dragmode": False,
        "barcornerradius": 3,
    }  # fmt: skip
    return frame | more


def axis(**more: Any) -> dict[str, Any]:
    """An axis in the shared style; ``more`` is merged over it."""
    style = {
        "gridcolor": "@grid", "linecolor": "@grid", "zeroline": False, "automargin": True, "fixedrange": True,
        "tickfont": {"color": "@ink"},
    }  # fmt: skip
    title = more.pop("title", None)
    if title is not None:  # Plotly measures all labels for the distance of a title, even where there is none
        style["title"] = {"text": title, "font": {"size": 12, "color": "@muted"}, "standoff": 10}
    return style | more


def painted(figure: dict[str, Any], mode: str = "light") -> dict[str, Any]:
    """``{"data", "layout"}`` with colour names replaced by the colours of a theme, for use outside the dashboard.

    >>> painted({"data": [{"marker": {"color": "@ink"}}], "layout": {}})["data"][0]["marker"]["color"]
    '#1f2733'
    """
    colours = THEMES[mode]

    def fill(value: Any) -> Any:
        if isinstance(value, str):
            return colours.get(value[1:], value) if value.startswith("@") else value
        if isinstance(value, dict):
            return {key: fill(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [fill(item) for item in value]
        return value

    return {"data": fill(figure["data"]), "layout": fill(figure["layout"]) | {"paper_bgcolor": colours["surface"]}}
