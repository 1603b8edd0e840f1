"""Serving: gunicorn for the web and a worker for background tasks, one stopping with the other."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from types import FrameType

PATIENCE = 20.0
"""Seconds that the processes are given to finish what they do before they are killed."""


def web_command(bind: str, *, workers: int, threads: int) -> list[str]:
    """The command line of the web server."""
    return [
        sys.executable, "-m", "gunicorn", "zongbu.desk.config.wsgi:application", "--bind", bind,
        "--worker-class", "gthread", "--workers", str(workers), "--threads", str(threads),
        "--worker-tmp-dir", "/dev/shm" if os.path.isdir("/dev/shm") else "/tmp",  # noqa: S108 - gunicorn's heartbeat only
        "--max-requests", "20000", "--max-requests-jitter", "2000", "--graceful-timeout", "15", "--no-control-socket",
    ]  # fmt: skip


def worker_command() -> list[str]:
    """The command line of the background worker."""
    return [sys.executable, "-m", "django", "db_worker"]


def run_together(commands: Sequence[Sequence[str]]) -> int:
    """Run the commands until one ends or the process is told to stop; then end the others. Returns the exit code.

    The code is 0 if somebody asked to stop (SIGINT, SIGTERM), otherwise that of the command that ended by itself.
    """
    stopped = False

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal stopped
        stopped = True

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    running = [subprocess.Popen(command, start_new_session=True) for command in commands]  # noqa: S603 - ours
    ended = None
    while not stopped and ended is None:
        time.sleep(0.2)
        ended = next((process for process in running if process.poll() is not None), None)
    for process in running:
        if process.poll() is None:
            process.terminate()
    limit = time.monotonic() + PATIENCE
    for process in running:
        try:
            process.wait(max(0.1, limit - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
    return ended.returncode or 1 if ended is not None and not stopped else 0
