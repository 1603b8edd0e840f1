"""Where a screening keeps its files: one folder below ``settings.DATA/screenings``, under a random name."""

from __future__ import annotations

import contextlib
import shutil
import time
from pathlib import Path

from django.conf import settings

from zongbu.desk.selfcheck.models import Screening

STILL = 180
"""Seconds without a sign of life after which a running screening counts as broken off."""


def folder(screening: Screening) -> Path:
    """The folder of a screening; made where it is missing."""
    data: Path = settings.DATA
    path = data / "screenings" / screening.folder
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def answers(screening: Screening) -> Path:
    """The answers, one row per enterprise."""
    return folder(screening) / "answers.parquet"


def source(screening: Screening) -> Path:
    """The table of facts while it is screened."""
    return folder(screening) / "facts.csv"


def remove(screening: Screening) -> bool:
    """Remove the files of a screening; returns whether there were any."""
    data: Path = settings.DATA
    path = data / "screenings" / screening.folder
    there = path.exists()
    shutil.rmtree(path, ignore_errors=True)
    return there


def report(screening: Screening, share: float) -> None:
    """Say how far a screening is (0 to 1). In a file: it changes often, and nobody else waits for the database."""
    path = folder(screening) / "progress"
    partial = path.with_suffix(".partial")
    with contextlib.suppress(OSError):
        partial.write_text(f"{share:.4f}")
        partial.replace(path)


def reported(screening: Screening) -> float:
    """How far a screening is, 0 to 1."""
    try:
        return min(1.0, max(0.0, float((folder(screening) / "progress").read_text())))
    except (OSError, ValueError):
        return 0.0


def broken_off(screening: Screening) -> bool:
    """Whether a running screening has given no sign of life for so long that its worker must have ended."""
    if screening.state != Screening.State.RUNNING:
        return False
    try:
        last = (folder(screening) / "progress").stat().st_mtime
    except OSError:
        last = screening.started_at.timestamp() if screening.started_at else 0.0
    return time.time() - last > STILL
