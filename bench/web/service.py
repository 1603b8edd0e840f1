"""A service of its own for the measurement: database filled once, requests of people who have signed in."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from bench.population import DATA

ENTERPRISES = 100_000
_MAKE_REQUESTS = """
import json
from zongbu.desk.operation.start import start
start("local")
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from zongbu.desk.api.actions import create
from zongbu.desk.demo.synthetic import synthetic, uscc
from zongbu.desk.kernel.roles import Role
from zongbu.desk.people.models import Membership
from zongbu.desk.people.viewers import viewer_as

membership = Membership.objects.get(role=Role.CITY_OFFICER)
membership.administers = True
membership.save()
person = membership.person
session = SessionStore()
session[SESSION_KEY] = str(person.pk)
session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
session[HASH_SESSION_KEY] = person.get_session_auth_hash()
session.create()
cookie = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session.session_key}"}
_token, text = create(viewer_as(membership, person), "bench", ["assess"], 30, 6000)
facts = dict(list(synthetic(1, 2023))[0])
facts = {name: value for name, value in facts.items() if not name.endswith("@2024")}
body = json.dumps({"as_of": "2026-06-30", "facts": facts})
api = {"Authorization": f"Bearer {text}", "Content-Type": "application/json"}

def get(path, headers): return {"method": "GET", "path": path, "headers": headers, "body": "", "expected": 200}

print(json.dumps({
    "企业名录（查找、筛选）": [get(path, cookie) for path in (
        "/enterprises/",
        "/enterprises/?q=%E8%BD%AF%E4%BB%B6",
        "/enterprises/?district=330108",
        "/enterprises/?q=91330100ME0000042",
    )],
    "企业档案": [get(f"/enterprises/{uscc(number)}/", cookie) for number in range(0, 5000, 97)],
    "政策体检": [get("/check/", {}), get("/check/?policy=hangzhou-2023", {})],
    "接口：评估一家": [{"method": "POST", "path": "/api/v1/assess", "headers": api, "body": body, "expected": 200}],
}))
"""


_TIDY = """
from zongbu.desk.operation.start import start
start("local")
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("VACUUM (ANALYZE)")
"""
"""What PostgreSQL does by itself some minutes after so much was put in; the measurement is not of that."""


@dataclass(frozen=True)
class Served:
    """A running service: its address, its data folder, and per scenario a file with requests."""

    address: str
    folder: Path
    environment: dict[str, str]
    requests: dict[str, Path] = field(default_factory=dict)

    def run(self, *arguments: str) -> str:
        """What Python prints when it is run beside the service, with its database."""
        return _run(self.environment, *arguments)


@contextmanager
def served(database_url: str, name: str) -> Iterator[Served]:
    """The service on a database (empty: SQLite) with ``ENTERPRISES`` enterprises; they are made on first use."""

    def fill(service: Served) -> None:
        service.run("-m", "zongbu", "demo", "--enterprises", str(ENTERPRISES))

    with serving(database_url, f"web-{name}", fill) as service:
        for title, asked in json.loads(service.run("-c", _MAKE_REQUESTS)).items():
            service.requests[title] = service.folder / f"requests-{len(service.requests)}.json"
            service.requests[title].write_text(json.dumps(asked))
        yield service


@contextmanager
def serving(database_url: str, name: str, fill: Callable[[Served], None], *, afresh: bool = False) -> Iterator[Served]:
    """A service on a database (empty: SQLite) and in a folder of its own.

    Args:
        fill: puts in what is needed, before the service starts; once for a folder, unless ``afresh``.
    """
    folder = DATA / name
    if afresh:
        shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    environment = dict(os.environ) | {
        "ZONGBU_MODE": "local",
        "ZONGBU_DATA": str(folder),
        "DJANGO_SETTINGS_MODULE": "zongbu.desk.config.settings",
    }
    environment.pop("DATABASE_URL", None)
    if database_url:
        environment["DATABASE_URL"] = database_url
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
    service = Served(address, folder, environment)
    filled = folder / "filled"
    if database_url or not filled.exists():
        fill(service)
        if database_url:
            service.run("-c", _TIDY)
        filled.touch()
    else:  # filled by an earlier version
        service.run("-m", "zongbu", "manage", "migrate", "--verbosity", "0")
        service.run("-m", "zongbu", "sweep")
    service.run("-m", "zongbu", "manage", "collectstatic", "--no-input", "--verbosity", "0")
    command = [sys.executable, "-m", "zongbu", "serve", "--bind", address.removeprefix("http://")]
    with (folder / "serve.log").open("ab") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            _wait(address, process)
            yield service
        finally:
            process.terminate()
            process.wait(60)


def _run(environment: dict[str, str], *arguments: str) -> str:
    return subprocess.run(
        [sys.executable, *arguments], env=environment, check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def _wait(address: str, process: subprocess.Popen[bytes]) -> None:
    limit = time.monotonic() + 120
    while time.monotonic() < limit and process.poll() is None:
        with suppress(urllib.error.URLError, ConnectionError, TimeoutError):
            urllib.request.urlopen(f"{address}/health/", timeout=5)
            return
        time.sleep(0.2)
    raise RuntimeError("the service did not come up")
