"""What all tests share: a throwaway PostgreSQL, and no silent skipping of what CI must run."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

import pytest

IN_CI = os.environ.get("CI", "").lower() in ("1", "true", "yes")


def missing(what: str, advice: str) -> NoReturn:
    """Skip because a program is missing; in CI nothing is skipped, so there it fails."""
    message = f"{what} is missing: {advice}"
    if IN_CI:
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("spark") is not None:
        if shutil.which("java") is None and not os.environ.get("JAVA_HOME"):
            missing("Java", "install a Java runtime (17 or newer), or run `make test` as root on Debian")
        if find_spec("pyspark") is None:
            missing("pyspark", "run `make setup-test`")


# --- PostgreSQL ------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def postgres_dsn() -> Iterator[str]:
    """Connection string of an empty PostgreSQL database, in which the user may do everything.

    ``ZONGBU_TEST_POSTGRES`` names a server to use instead of starting one.
    """
    given = os.environ.get("ZONGBU_TEST_POSTGRES")
    if given:
        yield given
        return
    programs = _postgres_programs()
    if programs is None:
        missing("PostgreSQL", "install postgresql, or set ZONGBU_TEST_POSTGRES to a connection string")
    # Not below pytest's own folder: that is closed to the other user under whom the server runs, and its
    # path may be longer than the name of a socket can be.
    folder = Path(tempfile.mkdtemp(prefix="zongbu-pg-"))
    try:
        with _Cluster(programs, folder) as cluster:
            yield cluster.dsn
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _postgres_programs() -> Path | None:
    """The folder of initdb and pg_ctl; Debian keeps them off the PATH."""
    found = shutil.which("initdb")
    if found and shutil.which("pg_ctl"):
        return Path(found).resolve().parent
    installed = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(installed, key=lambda file: int(file.parts[-3]), default=None)
    return newest.parent if newest else None


class _Cluster:
    """A server in a temporary folder that listens on a socket there and nowhere else."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self.programs = programs
        self.folder = folder
        self.data = folder / "data"
        self.user, self.group = _other_user()
        self.dsn = f"host={folder} dbname=postgres user=postgres"

    def __enter__(self) -> _Cluster:
        if self.user:
            shutil.chown(self.folder, self.user)
        self._run("initdb", "--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
        # A server that is thrown away need not survive a power cut.
        options = f"-k {self.folder} -c listen_addresses= -c fsync=off -c full_page_writes=off"
        self._run("pg_ctl", "-w", "-l", str(self.folder / "log"), "-o", options, "start")
        return self

    def __exit__(self, *_: object) -> None:
        self._run("pg_ctl", "-w", "-m", "immediate", "stop")

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [self.programs / program, "-D", self.data, *arguments],
            user=self.user,
            group=self.group,
            extra_groups=None if self.user is None else (),
            cwd=self.folder,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "HOME": str(self.folder)},
            stdin=subprocess.DEVNULL,
            # The server inherits these: a pipe would stay open as long as it runs.
            stdout=(output := (self.folder / f"{program}.out").open("w")),
            stderr=output,
            check=False,
        )
        output.close()
        if done.returncode:
            log = self.folder / "log"
            told = "".join(file.read_text() for file in (Path(output.name), log) if file.exists())
            raise RuntimeError(f"{program} failed:\n{told[-2000:]}")


def _other_user() -> tuple[str | None, int | None]:
    """User and group for the server when we are root, as whom PostgreSQL refuses to run; else nobody else."""
    if os.name == "nt" or os.geteuid() != 0:
        return None, None
    import pwd

    groups = {entry.pw_name: entry.pw_gid for entry in pwd.getpwall()}
    user = next(name for name in ("postgres", "nobody") if name in groups)
    return user, groups[user]
