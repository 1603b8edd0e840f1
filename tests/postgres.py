"""A throwaway PostgreSQL for the tests: `python -m tests.postgres COMMAND…` runs a command that may use it.

The command finds it in ``DATABASE_URL`` (the service) and ``ZONGBU_TEST_POSTGRES`` (the engine's own tests).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def throwaway() -> Iterator[Cluster | None]:
    """A server for as long as the block runs; None where PostgreSQL is not installed."""
    programs = _postgres_programs()
    if programs is None:
        yield None
        return
    # Not below pytest's own folder: that is closed to the other user under whom the server runs, and its
    # path may be longer than the name of a socket can be.
    folder = Path(tempfile.mkdtemp(prefix="zongbu-pg-"))
    try:
        with Cluster(programs, folder) as cluster:
            yield cluster
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


class Cluster:
    """A server in a temporary folder that listens on a socket there and nowhere else."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self.programs = programs
        self.folder = folder
        self.data = folder / "data"
        self.user, self.group = _other_user()
        self.dsn = f"host={folder} dbname=postgres user=postgres"
        self.url = f"postgres://postgres@/postgres?host={folder}"

    def __enter__(self) -> Cluster:
        if self.user:
            shutil.chown(self.folder, self.user)
        self._run("initdb", "--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
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


def main(command: list[str]) -> int:
    """Run a command beside a server; its exit code, or 1 if there is no PostgreSQL."""
    with throwaway() as cluster:
        if cluster is None:
            print("PostgreSQL is missing: install postgresql", file=sys.stderr)
            return 1
        known = {"DATABASE_URL": cluster.url, "ZONGBU_TEST_POSTGRES": cluster.dsn}
        return subprocess.run(command, env=os.environ | known, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
