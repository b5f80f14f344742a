"""Zip archives, written the same each time and opened with suspicion."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from io import BytesIO
from xml.parsers import expat

from atlas_data.limits import MAX_PARTS, MAX_RATIO, MAX_UNPACKED
from atlas_data.problems import AtlasError, Problem

_FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # of the zip format: the same atlas gives the same bytes on any day


def pack(files: Mapping[str, bytes]) -> bytes:
    """The files as one archive.

    >>> unpack(pack({"a.csv": b"x"}), "a.zip")
    {'a.csv': b'x'}
    """
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, _FIRST_DAY), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def names(data: bytes, shown: str) -> list[str]:
    """The names of the files in an archive, once it is known to be safe to open."""
    with _opened(data, shown) as archive:
        return archive.namelist()


def unpack(data: bytes, shown: str) -> dict[str, bytes]:
    """The files in an archive by name, without their folder."""
    with _opened(data, shown) as archive:
        files: dict[str, bytes] = {}
        left = MAX_UNPACKED
        for part in archive.infolist():
            name = part.filename.rpartition("/")[2]
            if part.is_dir() or part.filename.startswith("__MACOSX/") or name.startswith("."):
                continue
            content = _content(archive, part, left, shown)
            left -= len(content)
            if name in files:
                raise AtlasError([Problem(shown, "", f"holds {name!r} twice; bring an archive of one atlas")])
            files[name] = content
        return files


def refuse_entities(data: bytes, shown: str) -> None:
    """Refuse an office file any part of which declares a document type: the door of every XML bomb, which no office file needs."""
    with _opened(data, shown) as archive:
        for part in archive.infolist():
            if part.filename.endswith((".xml", ".rels", ".vml")):
                _refuse_document_type(_content(archive, part, MAX_UNPACKED, shown), f"{shown}: {part.filename}")


def _refuse_document_type(content: bytes, shown: str) -> None:
    """Read up to the first element, before which alone a document type may stand."""

    class Begun(Exception):
        pass

    def begun(*_):
        raise Begun

    def refused(*_):
        raise AtlasError([Problem(shown, "", "declares an XML document type, which may expand without end; save the file anew")])

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.StartDoctypeDeclHandler = begun, refused
    try:
        parser.Parse(content, True)
    except Begun:
        return
    except expat.ExpatError as error:
        raise AtlasError([Problem(shown, "", f"is not valid XML: {error}")]) from None


def _opened(data: bytes, shown: str) -> zipfile.ZipFile:
    """The archive, if what it declares is within the limits. Sizes are declared by whoever made it; reading checks them again."""
    try:
        archive = zipfile.ZipFile(BytesIO(data))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise AtlasError([Problem(shown, "", f"is not a readable archive: {error}")]) from None
    parts = archive.infolist()
    reason = ""
    if len(parts) > MAX_PARTS:
        reason = f"holds {len(parts):,} files, more than the {MAX_PARTS} that are read"
    elif sum(part.file_size for part in parts) > MAX_UNPACKED:
        reason = f"would unpack to {sum(part.file_size for part in parts):,} bytes, more than the {MAX_UNPACKED:,} that are read"
    elif any(part.file_size > 1_000_000 and part.file_size > MAX_RATIO * max(part.compress_size, 1) for part in parts):
        reason = f"unpacks to more than {MAX_RATIO} times its size, as archives made to exhaust memory do"
    elif any(part.flag_bits & 0x1 for part in parts):
        reason = "is protected with a password; save it without one"
    elif any(part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for part in parts):
        reason = "is packed with a method other than deflate; pack it as an ordinary zip"
    if reason:
        raise AtlasError([Problem(shown, "", reason)])
    return archive


def _content(archive: zipfile.ZipFile, part: zipfile.ZipInfo, left: int, shown: str) -> bytes:
    try:
        with archive.open(part) as file:
            content = file.read(left + 1)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError, zipfile.zlib.error) as error:
        raise AtlasError([Problem(f"{shown}: {part.filename}", "", f"cannot be unpacked: {error}")]) from None
    if len(content) > left:
        raise AtlasError([Problem(shown, "", f"unpacks to more than the {MAX_UNPACKED:,} bytes that are read")])
    return content
