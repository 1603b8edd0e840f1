"""What has to be done before the service can be used."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

STAMP = ".collected"


def migrate() -> None:
    """Bring the database to the present shape; quick when there is nothing to do."""
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)


def collect_static() -> None:
    """Gather the static files under stamped names; nothing to do where none has changed since."""
    stamp, now = settings.STATIC_ROOT / STAMP, _fingerprint()
    if stamp.is_file() and stamp.read_text() == now:
        return
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(now)


def _fingerprint() -> str:
    """Names, sizes and times of all static files, in short."""
    found = hashlib.sha256()
    for name, file in sorted(_static_files()):
        state = file.stat()
        found.update(f"{name} {state.st_size} {state.st_mtime_ns}\n".encode())
    return found.hexdigest()


def _static_files() -> Iterator[tuple[str, Path]]:
    for finder in get_finders():
        for name, storage in finder.list([]):
            yield name, Path(storage.path(name))
