"""The command line: ``zongbu check | assess | verify | screen | policies | facts``.

Whatever is said on purpose (``ZongbuError``) ends in one clear message on standard error and exit code 2;
nothing ends in a traceback.
"""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from collections.abc import Sequence

WRONG = 2
"""Exit code for input that cannot be used; 1 is for a check that failed."""

DEBUG = "ZONGBU_DEBUG"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code (``arguments`` None: those of the process)."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal that lacks a sign shows ? instead of failing
    before = gc.get_threshold()
    gc.set_threshold(100_000, *before[1:])  # starting up makes much and throws nothing away
    try:
        return _run(given)
    finally:
        gc.set_threshold(*before)


def _run(given: list[str]) -> int:
    import typer

    from zongbu.cli.application import app, speak_chinese
    from zongbu.cli.output import ReaderGone, tell
    from zongbu.law.errors import PolicyError, ZongbuError

    if not given or {"--help", "-h"} & set(given):
        speak_chinese()
    try:
        code = typer.main.get_command(app).main(given, prog_name="zongbu", standalone_mode=False)
        sys.stdout.flush()
    except PolicyError as error:
        tell(str(error))
        return WRONG
    except ZongbuError as error:
        tell(f"错误：{error}")
        return WRONG
    except (ReaderGone, BrokenPipeError):
        return _leave_quietly()
    except KeyboardInterrupt:
        tell("已中断")
        return 130
    except OSError as error:
        name = f"「{error.filename}」" if error.filename else ""
        tell(f"错误：读写{name}失败：{error.strerror or error}")
        return WRONG
    except MemoryError:
        tell("错误：内存不够")
        return WRONG
    except Exception as error:
        return _other(error)
    return code if isinstance(code, int) else 0


def _other(error: Exception) -> int:
    """Wrong usage is told as such; whatever is left is a fault of ours."""
    from zongbu.cli.application import usage_message
    from zongbu.cli.output import tell

    if type(error).__name__ == "Abort":
        tell("已中断")
        return 130
    if hasattr(error, "format_message") and hasattr(error, "exit_code"):
        tell(f"错误：{usage_message(error)}。用 zongbu --help 或 zongbu 命令 --help 查看用法")
        return WRONG
    if os.environ.get(DEBUG):
        raise error
    summary = f"{type(error).__name__}: {error}".split("\n")[0]
    tell(f"程序内部错误：{summary}。请报告给维护者；设环境变量 {DEBUG}=1 可看到详情")
    return 70


def _leave_quietly() -> int:
    """The reader of our output has gone: nothing more to say, and no complaint when Python closes it."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 141  # what a shell shows for a program that SIGPIPE ended


def run() -> None:
    """Entry point of ``python -m zongbu``."""
    sys.exit(main())
