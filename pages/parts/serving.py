"""Files made for the browser."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile

_STATIC = Path(__file__).parent.parent.parent / "static"


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
