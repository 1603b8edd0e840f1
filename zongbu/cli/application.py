"""The commands, gathered into one application. Each imports what it needs when it runs."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import Annotated, Any

import typer

from zongbu import __version__
from zongbu.cli.assess import assess
from zongbu.cli.check import check
from zongbu.cli.desk import backup, demo, journal, keepers, ledger, manage, replay, restore, serve, sweep
from zongbu.cli.listing import facts, policies
from zongbu.cli.output import emit
from zongbu.cli.screen import screen
from zongbu.cli.verify import verify

COMMANDS = (assess, screen, check, verify, policies, facts, serve, demo, keepers, backup, restore, sweep, replay)

app = typer.Typer(
    name="zongbu",
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"]},
)
for command in COMMANDS:
    app.command()(command)
app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []})(
    manage
)
app.add_typer(journal)
app.add_typer(ledger)


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
        near = get_close_matches(match[1], [command.__name__ for command in COMMANDS], n=1)
        return f"没有命令「{match[1]}」" + (f"，是否想写 {near[0]}" if near else "")
    if match := re.fullmatch(r"Got unexpected extra argument(?:s|\(s\))? \((.+)\)", message, re.DOTALL):
        return f"多余的内容：{match[1]}"
    if match := re.fullmatch(r"Option ['\"](.+?)['\"] requires (?:an argument|\d+ arguments)", message):
        return f"选项 {match[1]} 后面要有值"
    return f"用法不对：{message}"


def speak_chinese() -> None:
    """Headings of the help pages, with the English word beside."""
    from typer import rich_utils

    rich_utils.ARGUMENTS_PANEL_TITLE = "参数 Arguments"
    rich_utils.OPTIONS_PANEL_TITLE = "选项 Options"
    rich_utils.COMMANDS_PANEL_TITLE = "命令 Commands"
    rich_utils.DEFAULT_STRING = "[缺省 {}]"
    rich_utils.REQUIRED_LONG_STRING = "[必需]"
