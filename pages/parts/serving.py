"""Files made for the browser."""

from __future__ import annotations

import gzip
import re
from functools import cache
from hashlib import sha256
from mimetypes import guess_type
from pathlib import Path
from tempfile import NamedTemporaryFile

import streamlit as st
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

_IMPORT = """
const address = new URL("SCRIPT", document.baseURI).href;
let script;
export default function (component) {
  let end, gone = false;
  script ??= import(address);
  script.then((module) => { if (!gone) end = module.default(component); });
  return () => { gone = true; end?.(); };
}
"""
_HERE = Path(__file__).parent
_STATIC = _HERE.parent.parent / "static"
_MADE = re.compile(r"made-[a-z]+-[0-9a-f]{12}\.[a-z]+")


def served(name: str, content: bytes) -> str:
    """Put a file into the served folder, once, under a name that tells its content; gives its address."""
    stem, ending = name.rsplit(".", 1)
    file = _STATIC / f"made-{stem}-{sha256(content).hexdigest()[:12]}.{ending}"
    for form, pack in ((_packed(file), gzip.compress), (file, bytes)):
        if form.exists():
            continue
        # A name of its own for each process: several may start at once, and none may serve half a file.
        with NamedTemporaryFile(dir=_STATIC, prefix="made-", suffix=".part", delete=False) as part:
            part.write(pack(content))
        Path(part.name).chmod(0o644)
        Path(part.name).replace(form)
    return f"app/static/{file.name}"


def made(request: Request) -> Response:
    """Such a file, packed when it was made: Streamlit would pack Plotly anew for every visitor, a tenth of a second in which nobody else is
    served. Browsers keep it for good."""
    file = _STATIC / f"made-{request.path_params['name']}"
    if not _MADE.fullmatch(file.name) or not file.is_file():
        return Response(status_code=404)
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding", "X-Content-Type-Options": "nosniff"}
    kind, _ = guess_type(file.name)
    accepted = request.headers.get("accept-encoding", "").replace(" ", "")
    if "gzip" in accepted and "gzip;q=0" not in accepted and _packed(file).is_file():
        return FileResponse(_packed(file), media_type=kind, headers=headers | {"Content-Encoding": "gzip"})
    return FileResponse(file, media_type=kind, headers=headers)


def _packed(file: Path) -> Path:
    return file.with_name(f"{file.name}.gz")


routes = [Route("/app/static/made-{name}", made)]


def script(name: str) -> str:
    """``NAME.js`` of this folder."""
    return (_HERE / f"{name}.js").read_text(encoding="utf-8")


def component(name: str, html: str, before: str):
    """A component of ``NAME.js`` and ``NAME.css`` in this folder; ``before``: what its script starts with.

    The script is a file that the browser keeps. What goes with every run only imports it.
    """
    address = served(f"{name}.js", (before + script(name)).encode())
    style = (_HERE / f"{name}.css").read_text(encoding="utf-8")
    js = _IMPORT.replace("SCRIPT", address)
    return st.components.v2.component(f"atlas_{name}", html=html, css=style, js=js, isolate_styles=False)


@cache
def style(name: str) -> str:
    """A style sheet of the ``static`` folder as an element."""
    return f"<style>{(_STATIC / f'{name}.css').read_text(encoding='utf-8')}</style>"
