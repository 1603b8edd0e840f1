"""The command line: ``zongbu check | assess | verify | screen | policies | facts``.

Whatever is said on purpose (``ZongbuError``) ends in one clear message on standard error and exit code 2;
nothing ends in a traceback. Commands import what they need when they run, so that each starts quickly.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Annotated, Any

import typer

from zongbu import __version__
from zongbu.cli.assess import assess
from zongbu.cli.check import check
from zongbu.cli.listing import facts, policies
from zongbu.cli.output import emit, tell
from zongbu.cli.screen import screen
from zongbu.cli.verify import verify
from zongbu.law.errors import PolicyError, ZongbuError

WRONG = 2
"""Exit code for input that cannot be used; 1 is for a check that failed."""

DEBUG = "ZONGBU_DEBUG"

app = typer.Typer(
    name="zongbu",
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"]},
)
for command in (assess, screen, check, verify, policies, facts):
    app.command()(command)


def _version(wanted: bool) -> None:
    if wanted:
        emit(f"zongbu {__version__}\n")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def top(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", help="显示版本 Show the version", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """总部经济政策： 可运行、 能说明理由。 Headquarters-economy policy that runs and explains itself."""
    if context.invoked_subcommand is None:
        emit(context.get_help())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code (``arguments`` None: those of the process)."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal that lacks a sign shows ? instead of failing
    if not given or {"--help", "-h"} & set(given):
        _speak_chinese()
    try:
        code = typer.main.get_command(app).main(given, prog_name="zongbu", standalone_mode=False)
        sys.stdout.flush()
    except PolicyError as error:
        tell(str(error))
        return WRONG
    except ZongbuError as error:
        tell(f"错误：{error}")
        return WRONG
    except BrokenPipeError:
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


def usage_message(error: Any) -> str:
    """What is wrong with a command line, in Chinese."""
    kind, message = type(error).__name__, str(error.format_message()).rstrip(".")
    if kind == "NoSuchOption":
        near = get_close_matches(error.option_name, error.possibilities or (), n=1)
        return f"没有选项 {error.option_name}" + (f"，是否想写 {near[0]}" if near else "")
    if kind == "MissingParameter":
        name = getattr(error.param, "metavar", None) or getattr(error.param, "name", "")
        return f"缺少 {name}"
    if match := re.fullmatch(r"No such command ['\"](.+?)['\"].*", message, re.DOTALL):
        near = get_close_matches(
            match[1], [str(c.callback.__name__) for c in app.registered_commands if c.callback], n=1
        )
        return f"没有命令「{match[1]}」" + (f"，是否想写 {near[0]}" if near else "")
    if match := re.fullmatch(r"Got unexpected extra arguments? \((.+)\)", message, re.DOTALL):
        return f"多余的内容：{match[1]}"
    if match := re.fullmatch(r"Option ['\"](.+?)['\"] requires (?:an argument|\d+ arguments)", message):
        return f"选项 {match[1]} 后面要有值"
    return f"用法不对：{message}"


def _leave_quietly() -> int:
    """The reader of our output has gone: nothing more to say, and no complaint when Python closes it."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 141  # what a shell shows for a program that SIGPIPE ended


def _speak_chinese() -> None:
    """Headings of the help pages, with the English word beside."""
    from typer import rich_utils

    rich_utils.ARGUMENTS_PANEL_TITLE = "参数 Arguments"
    rich_utils.OPTIONS_PANEL_TITLE = "选项 Options"
    rich_utils.COMMANDS_PANEL_TITLE = "命令 Commands"
    rich_utils.DEFAULT_STRING = "[缺省 {}]"
    rich_utils.REQUIRED_LONG_STRING = "[必需]"


def run() -> None:
    """Entry point of ``python -m zongbu``."""
    sys.exit(main())
