"""Where uploaded tables lie while they are needed: under random names, outside everything that is served."""

from __future__ import annotations

import hashlib
import secrets
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, cast

from django.core.files import File
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from zongbu.law import InputError

LARGEST = 100 * 2**20
"""Bytes of an upload."""
LARGEST_UNPACKED = 2**30
"""Bytes of a workbook once it is unpacked: a small file must not fill the memory."""
SUFFIXES = (".csv", ".txt", ".tsv", ".xlsx", ".xlsm", ".xls")
FOLDER = "imports"


@dataclass(slots=True)
class Kept:
    """An upload that has been checked and stored: what it is called, and the name under which it lies."""

    name: str
    size: int
    stored: str
    sha256: str
    taken: bool = False
    """Whether something refers to it."""


@contextmanager
def held(upload: File[bytes]) -> Iterator[Kept]:
    """Store an upload for as long as the block runs; it stays if it has been ``taken`` and the block did not fail.

    Raises:
        InputError: as ``keep``.
    """
    kept = keep(upload)
    try:
        yield kept
    except BaseException:
        kept.taken = False
        raise
    finally:
        if not kept.taken:
            remove(kept.stored)


def keep(upload: File[bytes]) -> Kept:
    """Check an upload and store it.

    Raises:
        InputError: it is empty, too large, no table by its name, or an archive that unpacks to too much.
    """
    suffix = Path(upload.name or "").suffix.lower()
    if suffix not in SUFFIXES:
        raise InputError(_("请上传 CSV 或 Excel 文件（.csv、.xlsx、.xls）"))
    if not upload.size:
        raise InputError(_("文件是空的"))
    if upload.size > LARGEST:
        raise InputError(_("文件超过 %(most)s MB，请分成几个文件") % {"most": LARGEST >> 20})
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    content = cast(IO[bytes], upload)
    if zipfile.is_zipfile(content):
        with zipfile.ZipFile(content) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > LARGEST_UNPACKED:
                raise InputError(_("工作簿解开后太大，请另存为 CSV 再上传"))
    upload.seek(0)
    stored = default_storage.save(f"{FOLDER}/{secrets.token_hex(16)}{suffix}", upload)
    return Kept(upload.name or "", upload.size, stored, digest.hexdigest())


def remove(stored: str) -> None:
    """Remove an upload that is not needed any more."""
    if stored:
        default_storage.delete(stored)


@contextmanager
def opened(stored: str) -> Iterator[Path]:
    """The upload as a file that can be read by its path, wherever the storage keeps it.

    Raises:
        InputError: it is not there any more.
    """
    try:
        path = Path(default_storage.path(stored))
    except NotImplementedError:  # kept on another machine
        with default_storage.open(stored) as source, NamedTemporaryFile(suffix=Path(stored).suffix) as copy:
            for chunk in source.chunks():
                copy.write(chunk)
            copy.flush()
            yield Path(copy.name)
        return
    if not path.exists():
        raise InputError(_("上传的文件已经不在了，请重新上传"))
    yield path
