"""A service of its own for each test: own folder, own database, run as its users run it."""

from __future__ import annotations

import os
import secrets
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

READY = 60.0


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


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """An empty service on the database that the tests run on."""
    environment = dict(os.environ) | {
        "ZONGBU_PASSWORD_HASHERS": "django.contrib.auth.hashers.MD5PasswordHasher",  # seconds for thirteen accounts
        "ZONGBU_MODE": "local",
        "ZONGBU_DATA": str(tmp_path / "var"),
        "DJANGO_SETTINGS_MODULE": "zongbu.desk.config.settings",
        "ZONGBU_PLAIN_STATIC": "true",
    }
    if connection.vendor == "sqlite":
        environment.pop("DATABASE_URL", None)
        yield Service(environment, tmp_path)
        return
    name = f"service_{secrets.token_hex(4)}"
    server = os.environ["ZONGBU_TEST_POSTGRES"]
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
    environment["DATABASE_URL"] = os.environ["DATABASE_URL"].replace("@/postgres", f"@/{name}")
    yield Service(environment, tmp_path)
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
