"""A service of its own for each test: own folder, own database, run as its users run it."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from django.db import connection

READY = 180.0
"""Seconds within which a service has to answer, its demonstration loaded: what `make run` may take."""


@dataclass
class Service:
    """The environment of a service and the commands on it."""

    environment: dict[str, str]
    folder: Path

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """A command of ours, to its end."""
        return subprocess.run(
            [sys.executable, "-m", "zongbu", *command],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def python(self, code: str) -> str:
        """Python in the service's own process world; what it prints."""
        text = f"from zongbu.desk.operation.start import start\nstart()\n{code}"
        done = subprocess.run(
            [sys.executable, "-c", text], env=self.environment, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    @contextmanager
    def serving(self, *options: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
        """The service while the block runs: its address and its process (a session of its own)."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        process = subprocess.Popen(
            [sys.executable, "-m", "zongbu", "serve", "--bind", f"127.0.0.1:{port}", *options],
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=(self.folder / "serve.log").open("ab"),
            start_new_session=True,
        )
        address = f"http://127.0.0.1:{port}"
        try:
            self._wait(address, process)
            yield address, process
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(30)
            if process.poll() is None:
                process.kill()

    def _wait(self, address: str, process: subprocess.Popen[bytes]) -> None:
        limit = time.monotonic() + READY
        while time.monotonic() < limit:
            assert process.poll() is None, (self.folder / "serve.log").read_text()[-2000:]
            with suppress(urllib.error.URLError, ConnectionError, TimeoutError):
                urllib.request.urlopen(f"{address}/health/", timeout=2)
                return
            time.sleep(0.1)
        pytest.fail("the service did not come up:\n" + (self.folder / "serve.log").read_text()[-2000:])


def _environment(folder: Path) -> dict[str, str]:
    """Of a service with its files in a folder and, on SQLite, its database."""
    environment = dict(os.environ) | {
        "ZONGBU_PASSWORD_HASHERS": "django.contrib.auth.hashers.MD5PasswordHasher",  # seconds for thirteen accounts
        "ZONGBU_MODE": "local",
        "ZONGBU_DATA": str(folder / "var"),
        "DJANGO_SETTINGS_MODULE": "zongbu.desk.config.settings",
        "ZONGBU_PLAIN_STATIC": "true",
    }
    if connection.vendor == "sqlite":
        environment.pop("DATABASE_URL", None)
    return environment


@contextmanager
def _made(folder: Path, like: Service | None = None) -> Iterator[Service]:
    """A service in a folder: empty, or like another one that nobody uses at the moment."""
    environment = _environment(folder)
    if like is not None:
        shutil.copytree(like.folder / "var", folder / "var")
    if connection.vendor == "sqlite":
        yield Service(environment, folder)
        return
    name = f"service_{secrets.token_hex(4)}"
    server = os.environ["ZONGBU_TEST_POSTGRES"]
    template = (
        "" if like is None else f" TEMPLATE {like.environment['DATABASE_URL'].rpartition('@/')[2].partition('?')[0]}"
    )
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}{template}")
    environment["DATABASE_URL"] = os.environ["DATABASE_URL"].replace("@/postgres", f"@/{name}")
    yield Service(environment, folder)
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """An empty service on the database that the tests run on."""
    with _made(tmp_path) as made:
        yield made


@pytest.fixture(scope="session")
def _loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service with the demonstration and one enterprise, to be copied: making it takes a quarter of a minute."""
    with _made(tmp_path_factory.mktemp("loaded")) as made:
        done = made.run("demo", "--enterprises", "1")
        assert done.returncode == 0, done.stderr
        yield made


@pytest.fixture
def demonstration(tmp_path: Path, _loaded: Service) -> Iterator[Service]:
    """A service with the demonstration and one enterprise."""
    with _made(tmp_path, _loaded) as made:
        yield made
