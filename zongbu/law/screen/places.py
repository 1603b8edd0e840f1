"""Where a screening reads and writes: three different places, made sure of before anything is read."""

from __future__ import annotations

import os
from pathlib import Path

from zongbu.law.errors import InputError
from zongbu.law.facts.parquet import files_of
from zongbu.law.screen.output import FORMATS, format_of
from zongbu.law.screen.request import Request


def check_places(request: Request) -> None:
    """Refuse a request that would overwrite what it reads, or write two things into one file.

    Raises:
        InputError: result or rejects would replace the source or lie within it, or are one file; an ending or
            a folder is not fit for writing.
    """
    output = Path(request.output) if request.output is not None and writes_file(request) else None
    rejects = rejects_path(request)
    for path in (output, rejects):
        if path is not None:
            format_of(path)
    for path, what in ((output, "结果"), (rejects, "读不了的行")):
        if path is not None and _reads(Path(request.source), path):
            raise InputError(f"{what}要写到「{path}」，那里是要读的表，会被盖掉；请换一个{_option(what)}")
    if output is not None and rejects is not None and _same(output, rejects):
        raise InputError(f"结果和读不了的行都要写到「{output}」；请用 --rejects 给后者另一个文件")


def writes_file(request: Request) -> bool:
    """Whether the rows go to a file; with PostgreSQL a name without a known ending is a table there."""
    if request.output is None:
        return False
    return request.engine != "postgres" or Path(request.output).suffix.lower() in FORMATS


def rejects_path(request: Request) -> Path | None:
    """Where unusable rows are written: as asked, or beside the output file."""
    if request.rejects is not None:
        return Path(request.rejects)
    return Path(request.output).with_suffix(".rejects.csv") if writes_file(request) and request.output else None


def _option(what: str) -> str:
    return "输出文件（--output）" if what == "结果" else "文件（--rejects）"


def _reads(source: Path, path: Path) -> bool:
    """Whether ``path`` is the source, one of its files, or would be the next time (in its folder or pattern)."""
    if _same(source, path) or any(_same(file, path) for file in files_of(source)):
        return True
    here = Path(os.path.realpath(path))
    if source.is_dir():
        return here.is_relative_to(os.path.realpath(source))
    return not source.exists() and any(sign in str(source) for sign in "*?[") and _matches(here, source)


def _matches(path: Path, pattern: Path) -> bool:
    parts = Path(os.path.abspath(pattern)).parts
    if "**" not in parts:
        return path.match(os.path.abspath(pattern))
    fixed = parts[: next(at for at, part in enumerate(parts) if any(sign in part for sign in "*?["))]
    return path.is_relative_to(Path(*fixed))


def _same(one: Path, other: Path) -> bool:
    """Whether two paths are one file: by links too, and by case where the file system knows none."""
    try:
        return os.path.samefile(one, other)
    except OSError:  # one of them is not there yet
        return os.path.normcase(os.path.realpath(one)) == os.path.normcase(os.path.realpath(other))
