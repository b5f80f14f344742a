"""The document in which Streamlit starts, by page.

Streamlit's own names neither the page nor the dashboard, which is what a shared link shows where it is pasted, and its client asks for
the parts of a page, and the chart for Plotly, one after the other once the one before is there. Here they are asked for at once.
"""

from __future__ import annotations

import re
from functools import cache
from html import escape
from pathlib import Path

import streamlit
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from analysis.views import VIEWS
from pages.parts.chart import plotly_script
from pages.parts.navigation import PAGES

NAME = "AI Production Atlas"
FAVICON = "app/static/favicon.png"

_STREAMLIT = Path(streamlit.__file__).parent / "static"
_ELEMENTS = ("TextInput", "ButtonGroup", "Multiselect", "Html", "Selectbox", "BidiComponent")  # on every page with a chart
_IMPORTED = re.compile(r"""(?:from|import)\s*["']\./([\w.-]+\.js)["']""")


def _start(request: Request) -> HTMLResponse:
    return HTMLResponse(document(request.url.path.rpartition("/")[2]), headers={"Cache-Control": "no-cache"})


@cache
def document(name: str) -> str:
    """The document of a page; ``""`` is the overview."""
    title, answers = PAGES[name or "overview"]
    html = (_STREAMLIT / "index.html").read_text(encoding="utf-8")
    said = f"{title} · {NAME}"
    about = "".join(
        f'<meta {kind}="{key}" content="{escape(value)}">'
        for kind, key, value in (
            ("name", "description", answers),
            ("property", "og:title", said),
            ("property", "og:description", answers),
            ("property", "og:site_name", NAME),
        )
    )
    html = re.sub(r"<title>.*?</title>", f"<title>{escape(said)}</title>{about}", html, count=1)
    html = html.replace("./favicon.png", f"./{FAVICON}")
    html = re.sub(r'<link\s+rel="preload"\s+href="[^"]*SourceSans[^>]*>', "", html)  # not the font of this dashboard
    ahead = "".join(f'<link rel="modulepreload" crossorigin href="./static/js/{file}">' for file in parts() if f"/{file}" not in html)
    if any(maker.page == (name or "overview") for maker in VIEWS.values()):
        ahead += f'<link rel="preload" as="script" fetchpriority="low" href="./{plotly_script()}">'
    return html.replace("</head>", f"{ahead}</head>", 1)


@cache
def parts() -> tuple[str, ...]:
    """The files of Streamlit's client that draw the elements of a page, with all they import."""
    folder, found = _STREAMLIT / "static" / "js", {}
    waiting = [file.name for name in _ELEMENTS for file in sorted(folder.glob(f"{name}.*.js"))]
    while waiting:
        file = waiting.pop(0)
        if file not in found:
            found[file] = _IMPORTED.findall((folder / file).read_text(encoding="utf-8"))
            waiting += found[file]
    return tuple(found)


routes = [Route("/", _start), *(Route(f"/{name}", _start) for name in PAGES)]
