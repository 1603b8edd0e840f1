"""Where a command writes: results to standard output, everything said about them to standard error."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from rich.console import Console

PLAIN_WIDTH = 110
"""Columns of tables that go to a file or a pipe."""


class ReaderGone(Exception):
    """Whoever read our output has left (``zongbu facts | head``); ``main`` ends quietly then."""


def console(stderr: bool = False) -> Console:
    """A rich console; wide enough for tables where the output is no terminal."""
    from rich.console import Console

    class Careful(Console):
        def on_broken_pipe(self) -> None:
            raise ReaderGone

    stream = sys.stderr if stderr else sys.stdout
    fixed = None if stream.isatty() or os.environ.get("COLUMNS") else PLAIN_WIDTH
    return Careful(stderr=stderr, width=fixed, highlight=False)


def tell(message: str) -> None:
    """Say something to the person, apart from the result."""
    typer.echo(message, err=True)


def emit(text: str) -> None:
    """Write a result as it is: UTF-8, whatever the terminal's own encoding."""
    stream = sys.stdout.buffer
    try:
        stream.write(text.encode("utf-8"))
        stream.flush()
    except BrokenPipeError:
        raise ReaderGone from None


def deliver(text: str, file: str | None) -> None:
    """A result to a file, or to standard output.

    Raises:
        InputError: the file cannot be written.
    """
    if file is None:
        emit(text)
        return
    from zongbu.law.files import write_text

    write_text(file, text)
    tell(f"已写入 {file}")
