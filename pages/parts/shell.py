"""The document in which Streamlit starts, by page.

Streamlit's own names neither the page nor the dashboard, which is what a shared link shows where it is pasted, and its client asks for
the parts of a page, and the chart for Plotly, one after the other once the one before is there. Here they are asked for at once. Its client
also looks for the server below the page's own path first, waits, and looks at the root then; here it is told where the server is.
"""

from __future__ import annotations

import re
from functools import cache
from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from analysis.views import VIEWS
from pages.parts.chart import plotly_script
from pages.parts.navigation import PAGES
from pages.parts.serving import CLIENT, STREAMLIT, file_at, packed

# A browser loads the tab's icon again whenever the address changes; an SVG is a document of its own to it, and takes 10 ms.
FAVICON = "app/static/favicon.png"
_NAME = "AI Production Atlas"
_DRAWS = "BidiComponent"  # of Streamlit's client, what runs the charts; with all its elements the first words came later
_SERVER = '<script>window.__streamlit = { BACKEND_BASE_URL: new URL("./", location.href).href };</script>'
_MOVING = '<script defer src="./app/static/moving.js"></script>'
_IMPORTED = re.compile(r"""(?:from|import)\s*["']\./([\w.-]+\.js)["']""")


def titled(title: str) -> str:
    """What the tab of a page says."""
    return f"{title} · {_NAME}"


def _start(request: Request) -> HTMLResponse:
    return HTMLResponse(document(request.url.path.rpartition("/")[2]), headers={"Cache-Control": "no-cache"})


@cache
def document(name: str) -> str:
    """The document of a page; ``""`` is the overview."""
    title, answers = PAGES[name or "overview"]
    html = (STREAMLIT / "index.html").read_text(encoding="utf-8")
    said = titled(title)
    about = "".join(
        f'<meta {kind}="{key}" content="{escape(value)}">'
        for kind, key, value in (
            ("name", "description", answers),
            ("property", "og:title", said),
            ("property", "og:description", answers),
            ("property", "og:site_name", _NAME),
        )
    )
    html = re.sub(r"<title>.*?</title>", f"<title>{escape(said)}</title>{about}", html, count=1)
    html = html.replace("./favicon.png", f"./{FAVICON}")
    html = re.sub(r'<link\s+rel="preload"\s+href="[^"]*SourceSans[^>]*>', "", html)  # not the font of this dashboard
    ahead = "".join(f'<link rel="modulepreload" crossorigin href="./static/js/{file}">' for file in parts() if f"/{file}" not in html)
    if any(maker.page == (name or "overview") for maker in VIEWS.values()):
        ahead += f'<link rel="preload" as="script" fetchpriority="low" href="./{plotly_script()}">'
    html = html.replace("<head>", f"<head>{_SERVER}", 1).replace("</head>", f"{ahead}{_MOVING}</head>", 1)
    return html.replace('"./static/', f'"./{CLIENT}/')


def pack() -> None:
    """Pack what the document asks for, before the first visitor does."""
    for address in re.findall(r'(?:src|href)="\./([\w./-]+)"', document("")):
        if file := file_at(address):
            packed(file)


@cache
def parts() -> tuple[str, ...]:
    """The files of Streamlit's client that a chart needs: one, with all it imports."""
    folder, found = STREAMLIT / "static" / "js", {}
    waiting = [file.name for file in folder.glob(f"{_DRAWS}.*.js")]
    while waiting:
        file = waiting.pop(0)
        if file not in found:
            found[file] = _IMPORTED.findall((folder / file).read_text(encoding="utf-8"))
            waiting += found[file]
    return tuple(found)


routes = [Route("/", _start), *(Route(f"/{name}", _start) for name in PAGES)]
