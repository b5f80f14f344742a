"""Files that never change, for the browser: those made here, and Streamlit's client.

Streamlit packs the ones for every visitor anew and sends the others as they are, each from a thread. A visitor who is new asks for some
sixty files, and while others are at work every change of threads can take 50 ms. Packed once, and sent from where requests arrive, a file
takes half a millisecond, and the client is a third of its size on the way.
"""

from __future__ import annotations

import gzip
import re
from functools import cache
from hashlib import sha256
from mimetypes import guess_type
from pathlib import Path
from tempfile import NamedTemporaryFile

import streamlit as st
from starlette.concurrency import run_in_threadpool
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
STREAMLIT = Path(st.__file__).parent / "static"
CLIENT = "client"  # where Streamlit's is found; "static" is reserved
_PACKED = {".js", ".css"}
_contents: dict[Path, bytes] = {}
_MADE = re.compile(r"made-[a-z]+-[0-9a-f]{12}\.[a-z]+")


def served(name: str, content: bytes) -> str:
    """Put a file into the served folder, once, under a name that tells its content; gives its address."""
    stem, ending = name.rsplit(".", 1)
    file = _STATIC / f"made-{stem}-{sha256(content).hexdigest()[:12]}.{ending}"
    if not file.exists():
        # A name of its own for each process: several may start at once, and none may serve half a file.
        with NamedTemporaryFile(dir=_STATIC, prefix="made-", suffix=".part", delete=False) as part:
            part.write(content)
        Path(part.name).chmod(0o644)
        Path(part.name).replace(file)
    return f"app/static/{file.name}"


def packed(file: Path) -> bytes:
    """A file packed, once."""
    if file not in _contents:
        _contents[file] = gzip.compress(file.read_bytes(), compresslevel=6)
    return _contents[file]


def file_at(address: str) -> Path | None:
    """The file at an address, relative to the root; ``None`` where it is neither made here nor of Streamlit's client."""
    folder, _, name = address.partition("/")
    if folder == CLIENT:
        return _client_files().get(name)
    made = _STATIC / address.rpartition("/")[2]
    return made if _MADE.fullmatch(made.name) and made.is_file() else None


@cache
def _client_files() -> dict[str, Path]:
    """The files of Streamlit's client, by their address below :data:`CLIENT`."""
    folder = STREAMLIT / "static"
    return {file.relative_to(folder).as_posix(): file for file in folder.rglob("*") if file.is_file()}


async def _made(request: Request) -> Response:
    return await _answer(request, f"app/static/made-{request.path_params['name']}")


async def _client(request: Request) -> Response:
    return await _answer(request, f"{CLIENT}/{request.path_params['path']}")


async def _answer(request: Request, address: str) -> Response:
    """A file, packed for browsers that take it so. They keep it for good, since its name tells its content."""
    file = file_at(address)
    if file is None:
        return Response(status_code=404)
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding", "X-Content-Type-Options": "nosniff"}
    kind, _ = guess_type(file.name)
    accepted = request.headers.get("accept-encoding", "").replace(" ", "")
    if "gzip" not in accepted or "gzip;q=0" in accepted or file.suffix not in _PACKED:
        return FileResponse(file, media_type=kind, headers=headers)
    content = _contents.get(file) or await run_in_threadpool(packed, file)
    return Response(content, media_type=kind, headers=headers | {"Content-Encoding": "gzip"})


routes = [Route("/app/static/made-{name}", _made), Route(f"/{CLIENT}/{{path:path}}", _client)]


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
