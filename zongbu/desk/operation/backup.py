"""Backup and restore of everything the service keeps: database, evidence, other files.

A backup is one ZIP file with a manifest. The database is copied first, at one moment and while the service runs;
evidence is never changed once written, so whatever that copy refers to is there when the files are copied after it.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import sqlite3
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from zongbu.law.errors import InputError

MANIFEST = "manifest.json"
DATABASES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
FOLDERS = ("evidence", "files", "policies", "screenings")
"""What stands beside the database in ``settings.DATA``; files below ``UNDER_WAY`` come and go and are left out."""
UNDER_WAY = ("files/imports",)
FORMAT = 1
_PIECE = 2**20


def backup(target: Path) -> dict[str, Any]:
    """Write a backup to a new file, readable by its owner alone; returns its manifest.

    Raises:
        InputError: the file exists, or the database cannot be copied.
    """
    if target.exists():
        raise InputError(f"「{target}」已经存在，请换一个文件名")
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(target.name + ".part")
    try:
        manifest = _write(unfinished)
        unfinished.rename(target)  # under its own name only when it is whole
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    return manifest


def _write(target: Path) -> dict[str, Any]:
    contents: dict[str, str] = {}
    with tempfile.TemporaryDirectory(prefix="zongbu-backup-") as folder, _private(target) as opened:
        copy = Path(folder) / DATABASES[connection.vendor]
        _copy_database(copy)
        with zipfile.ZipFile(opened, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
            for name, file in ((copy.name, copy), *_files()):
                with suppress(FileNotFoundError):  # gone since it was listed: nothing in the copied database needs it
                    contents[name] = _add(archive, name, file)
            manifest = {
                "format": FORMAT,
                "made_at": timezone.now().isoformat(),
                "version": settings.VERSION,
                "database": connection.vendor,
                "contents": contents,
            }
            archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
    return manifest


def _private(target: Path) -> IO[bytes]:
    return os.fdopen(os.open(target, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b")


def _add(archive: zipfile.ZipFile, name: str, file: Path) -> str:
    """Add a file; returns the digest of what was added, whatever becomes of the file meanwhile."""
    digest = hashlib.sha256()
    with file.open("rb") as source, archive.open(name, "w", force_zip64=True) as target:
        while piece := source.read(_PIECE):
            digest.update(piece)
            target.write(piece)
    return digest.hexdigest()


def restore(source: Path, *, force: bool = False) -> dict[str, Any]:
    """Put a backup in place of what is there; returns its manifest. The service must not run meanwhile.

    Everything is checked and copied beside what is there before anything is replaced. ``force`` replaces existing data.

    Raises:
        InputError: no backup, a damaged one, one of another database, or data is there and ``force`` is not set.
    """
    with tempfile.TemporaryDirectory(prefix="zongbu-restore-") as folder:
        manifest = _unpack(source, Path(folder))
        if manifest["database"] != connection.vendor:
            raise InputError(f"备份来自 {manifest['database']}，现在的数据库是 {connection.vendor}")
        database = Path(folder) / DATABASES[connection.vendor]
        if database.name not in manifest["contents"] or not _sound(database):
            raise InputError(f"「{source}」里没有完好的数据库")
        if not force and _holds_data():
            raise InputError("数据库里已有数据；确认要用备份替换，请加 --force")
        fresh = settings.DATA / f"restored-{secrets.token_hex(4)}"
        try:
            for name in FOLDERS:  # a full disk shows here, before anything is lost
                if (Path(folder) / name).exists():
                    shutil.copytree(Path(folder) / name, fresh / name)
            _put_database(database)
            for name in FOLDERS:
                _swap(settings.DATA / name, fresh / name)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    return manifest


def _swap(place: Path, fresh: Path) -> None:
    """Put a folder in the place of another, which goes last of all."""
    old = place.with_name(f"{place.name}-{secrets.token_hex(4)}")
    if place.exists():
        place.rename(old)
    if fresh.exists():
        fresh.rename(place)
    shutil.rmtree(old, ignore_errors=True)


def _sound(database: Path) -> bool:
    """Whether a file is a database that can be read from end to end (of a PostgreSQL dump the digest has told that)."""
    if not database.is_file():
        return False
    if connection.vendor != "sqlite":
        return True
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as opened:
            return bool(opened.execute("PRAGMA integrity_check").fetchone() == ("ok",))
    except sqlite3.DatabaseError:
        return False


def _files() -> Iterator[tuple[str, Path]]:
    for name in FOLDERS:
        folder = settings.DATA / name
        for file in sorted(folder.rglob("*")) if folder.is_dir() else ():
            inside = f"{name}/{file.relative_to(folder).as_posix()}"
            if file.is_file() and not inside.startswith(UNDER_WAY):
                yield inside, file


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _unpack(source: Path, folder: Path) -> dict[str, Any]:
    try:
        with zipfile.ZipFile(source) as archive:
            manifest: dict[str, Any] = json.loads(archive.read(MANIFEST))
            if manifest.get("format") != FORMAT:
                raise InputError(f"「{source}」的备份格式是 {manifest.get('format')}，本版本只认 {FORMAT}")
            for name, digest in manifest["contents"].items():
                # ``extract`` never leaves the folder: it drops drive letters, roots and ``..``.
                file = Path(archive.extract(name, folder))
                if _digest(file) != digest:
                    raise InputError(f"「{source}」里的 {name} 与清单不符，备份已损坏")
    except FileNotFoundError:
        raise InputError(f"没有文件「{source}」") from None
    except (zipfile.BadZipFile, KeyError, ValueError, AttributeError) as error:
        raise InputError(f"「{source}」不是完整的备份：{error}") from None
    return manifest


def _holds_data() -> bool:
    tables = connection.introspection.table_names()
    return "kernel_entry" in tables and bool(_count("kernel_entry"))


def _count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608 - a name of ours
        return int(cursor.fetchone()[0])


def _copy_database(target: Path) -> None:
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(_sqlite_file())) as source, closing(sqlite3.connect(target)) as copy:
            source.backup(copy)
        return
    _postgres("pg_dump", "--format=custom", "--no-owner", f"--file={target}")


def _put_database(source: Path) -> None:
    if connection.vendor == "sqlite":
        connection.close()
        place = Path(_sqlite_file())
        place.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(source)) as copy, closing(sqlite3.connect(place)) as target:
            copy.backup(target)
        return
    connection.close()
    _postgres("pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction",
              "--dbname", str(connection.get_connection_params()["dbname"]), str(source))  # fmt: skip


def _sqlite_file() -> str:
    return str(settings.DATABASES["default"]["NAME"])


def _postgres(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's own programs on our database; the password travels in the environment."""
    known = connection.get_connection_params()
    where = {
        "PGHOST": known.get("host"),
        "PGPORT": known.get("port"),
        "PGUSER": known.get("user"),
        "PGPASSWORD": known.get("password"),
        "PGDATABASE": known.get("dbname"),
    }
    environment = os.environ | {name: str(value) for name, value in where.items() if value}
    done = subprocess.run(  # noqa: S603 - PostgreSQL's own program
        [program, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise InputError(f"{program} 失败：{done.stderr.strip()[:500]}")
