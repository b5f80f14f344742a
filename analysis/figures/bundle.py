"""Plotly's script with the kinds of traces that the figures use, and no others.

Plotly offers such a `partial bundle`_ to whoever builds it from its sources; its Python package has the whole script: 47 kinds, 4.8 MB, of
which a browser reads every byte and runs most before the first chart. The script is a row of modules, each wrapped by esbuild in a function
that is called when another one needs it, so that those which nothing needs any more can be left out.

.. _partial bundle: https://github.com/plotly/plotly.js/blob/master/CUSTOM_BUNDLE.md
"""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from pathlib import Path

TRACES = frozenset({"bar", "box", "heatmap", "scatter", "sunburst", "treemap"})
# How esbuild writes its helpers: a module of the older kind, one of the newer kind, and the names that a newer one gives away.
_HELPERS = re.compile(
    r"([\w$]+)=\((\w),(\w),(\w)\)=>\(\)=>\{if\(\4\)throw.*?"
    r"([\w$]+)=\((\w),(\w)\)=>\(\)=>\{try\{return \7\|\|\6\(\(\7=\{exports.*?"
    r"([\w$]+)=\((\w),(\w)\)=>\{for\(var (\w) in \10\)",
    re.DOTALL,
)
_REGISTER = re.compile(r"register\(\[((?:[\w$]+\(\),?)+)\]\)")
_NAME = re.compile(r"[\w$]+")


@cache
def plotly_js() -> str:
    """The script of the installed Plotly, for the figures of this package.

    >>> len(plotly_js()) < 1_500_000
    True
    """
    import plotly

    return partial_bundle((Path(plotly.__file__).parent / "package_data" / "plotly.min.js").read_text(encoding="utf-8"), TRACES)


def partial_bundle(script: str, traces: frozenset[str]) -> str:
    """``script`` with the modules that ``traces`` need, always with ``scatter``; the whole of it where it is written otherwise than known.

    >>> partial_bundle("var Plotly = {};", TRACES)
    'var Plotly = {};'
    """
    helpers, registered = _HELPERS.search(script), _REGISTER.search(script)
    if not (helpers and registered):
        return script
    esm, commonjs, export = (re.escape(helpers[group]) for group in (1, 5, 8))
    module = re.compile(rf"(?<=\}}\);)var ([\w$]+)=(?:{commonjs}\(|\{{\}};{export}\(\1,)")
    defined = re.compile(rf"(?<![\w$])([\w$]+)=(?:{commonjs}\(|{esm}\(|\{{\}};{export}\()")
    starts = [match.start() for match in module.finditer(script)]
    modules = [script[start:end] for start, end in pairwise(starts)]
    home = {name: place for place, text in enumerate(modules) for name in defined.findall(text)}
    kinds = {_kind(name, modules, home): name for name in _NAME.findall(registered[1]) if name in home}
    if not traces - {"scatter"} <= set(kinds) or not modules:
        return script
    start, end = script[: starts[0]], script[starts[-1] :]  # the last one registers the traces
    kept = ",".join(f"{name}()" for kind, name in kinds.items() if kind in traces)
    end = end.replace(registered[0], f"register([{kept}])")
    needed, waiting = set(), _needs(start + end, home)
    while waiting:
        place = waiting.pop()
        needed.add(place)
        waiting |= _needs(modules[place], home) - needed
    return start + "".join(modules[place] for place in sorted(needed)) + end


def _needs(text: str, home: dict[str, int]) -> set[int]:
    """The places of the modules whose names are in a text."""
    return {home[name] for name in set(_NAME.findall(text)) if name in home}


def _kind(name: str, modules: list[str], home: dict[str, int]) -> str | None:
    """The kind of traces that a registered module stands for: itself, or the one it passes on."""
    text = modules[home[name]]
    passed = re.search(r"exports=([\w$]+)\(\)", text)
    found = re.search(r'moduleType:"trace",name:"(\w+)"', text + (modules[home[passed[1]]] if passed and passed[1] in home else ""))
    return found and found[1]
