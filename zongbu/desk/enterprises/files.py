"""Evidence files on disk: what they are by their content, and where they lie.

Below ``settings.EVIDENCE`` (outside every folder that is served) under random names, readable by the service alone.
"""

from __future__ import annotations

import hashlib
import io
import os
import secrets
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from zongbu.law import InputError

LARGEST: Final = 20 * 2**20
"""Bytes."""
MOST_UNPACKED: Final = 200 * 2**20
MOST_ENTRIES: Final = 5000
KINDS: Final = {
    "pdf": ("application/pdf", (".pdf",)),
    "png": ("image/png", (".png",)),
    "jpeg": ("image/jpeg", (".jpg", ".jpeg")),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (".xlsx",)),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", (".docx",)),
    "ofd": ("application/ofd", (".ofd",)),
}
"""Kind → media type, and the endings that a name of that kind may have."""
ACCEPT: Final = ",".join(ending for _kind, (_media, endings) in KINDS.items() for ending in endings)
_MARKS: Final = {"xlsx": "xl/workbook.xml", "docx": "word/document.xml", "ofd": "ofd.xml"}
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_PNG_END: Final = b"\x00\x00\x00\x00IEND\xaeB`\x82"


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that has been checked and written."""

    name: str
    kind: str
    size: int
    sha256: str
    stored: str
    scan: str


def kind_of(content: bytes) -> str:
    """The kind of a file by its content.

    Raises:
        InputError: none of the accepted kinds, damaged, or two kinds at once.
    """
    if content.startswith(b"%PDF-"):
        end = content.rfind(b"%%EOF")
        _one_kind(content, end >= 0 and not content[end + 5 :].strip(b"\r\n \t\0"))
        return "pdf"
    if content.startswith(_PNG):
        _one_kind(content, content[12:16] == b"IHDR" and content.endswith(_PNG_END))
        return "png"
    if content.startswith(b"\xff\xd8\xff"):
        _one_kind(content, content.rstrip(b"\0\r\n").endswith(b"\xff\xd9"))
        return "jpeg"
    if content.startswith(b"PK\x03\x04"):
        return _kind_of_archive(content)
    raise InputError(_("只接受 PDF、PNG、JPEG、XLSX、DOCX 和 OFD 文件（按内容判断，不看扩展名）"))


def _one_kind(content: bytes, complete: bool) -> None:
    # Something hung behind the end, or an archive inside, is how one file pretends to be two.
    if not complete or zipfile.is_zipfile(io.BytesIO(content)):
        raise InputError(_("文件不完整，或者混有别的内容，请重新导出后上传"))


def _kind_of_archive(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise InputError(_("文件已损坏，打不开")) from None
    names = {entry.filename.lower() for entry in entries}
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise InputError(_("文件加了密码，请去掉密码后上传"))
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise InputError(_("文件解开后过大"))
    if any(name.endswith(("vbaproject.bin", ".exe", ".dll", ".js", ".vbs")) for name in names):
        raise InputError(_("文件含有宏或程序，请另存为不含宏的文件"))
    found = [kind for kind, mark in _MARKS.items() if mark in names]
    if len(found) != 1 or (found[0] != "ofd" and "[content_types].xml" not in names):
        raise InputError(_("只接受 PDF、PNG、JPEG、XLSX、DOCX 和 OFD 文件（按内容判断，不看扩展名）"))
    return found[0]


def clean_name(name: str) -> str:
    """The name of an upload without folders and control characters, at most 200 characters."""
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(character for character in base if character.isprintable() and character not in '<>:"|?*').strip(
        " ."
    )
    if len(kept) > 200:
        stem, dot, ending = kept.rpartition(".")
        kept = f"{stem[: 199 - len(ending)]}{dot}{ending}"
    return kept


def store(name: str, upload: IO[bytes]) -> Stored:
    """Check an upload and write it under a random name.

    Raises:
        InputError: empty, too large, not of an accepted kind, its ending says otherwise, or the scanner objects.
    """
    content = upload.read(LARGEST + 1)
    if not content:
        raise InputError(_("文件是空的"))
    if len(content) > LARGEST:
        raise InputError(_("文件超过 20 MB"))
    kind = kind_of(content)
    shown = clean_name(name)
    endings = KINDS[kind][1]
    if not shown.lower().endswith(endings):
        raise InputError(_("文件内容是 %(kind)s，扩展名应为 %(ending)s") % {"kind": kind.upper(), "ending": endings[0]})
    stored = secrets.token_hex(24)
    place = path_of(stored)
    for folder in (Path(settings.EVIDENCE), place.parent):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        verdict = _scanned(place)
    except BaseException:
        place.unlink(missing_ok=True)
        raise
    return Stored(shown, kind, len(content), hashlib.sha256(content).hexdigest(), stored, verdict)


def _scanned(place: Path) -> str:
    """Ask the scanner that ``EVIDENCE_SCANNER`` names: a callable that takes a path and returns what it found (empty:
    nothing). A scanner that fails lets nothing through."""
    dotted = getattr(settings, "EVIDENCE_SCANNER", "")
    if not dotted:
        return ""
    scanner: Callable[[Path], str] = import_string(dotted)
    try:
        found = scanner(place)
    except Exception as error:
        raise InputError(_("查毒程序没有响应，请稍后再传")) from error
    if found:
        raise InputError(_("查毒程序拒收：%s") % found)
    return dotted


def path_of(stored: str) -> Path:
    """Where a stored file lies.

    Raises:
        ValueError: not a name of ours.
    """
    if len(stored) != 48 or not all(character in "0123456789abcdef" for character in stored):
        raise ValueError(stored)
    return Path(settings.EVIDENCE) / stored[:2] / stored


def discard(stored: str) -> None:
    """Remove a stored file."""
    path_of(stored).unlink(missing_ok=True)
