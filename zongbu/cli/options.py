"""What people type after a command → values, with a clear message for what cannot be understood."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zongbu.law.errors import InputError

if TYPE_CHECKING:
    from zongbu.law.parameters import Overrides
    from zongbu.law.policy import Policy

DEFAULT_POLICY = "hangzhou-2023"

PolicyOption = Annotated[str, typer.Option("--policy", "-p", metavar="ID|FILE", help="政策的标识 或政策文件")]
AsOfOption = Annotated[
    str | None,
    typer.Option("--as-of", metavar="DATE", help="基准日 如 2023-06-30 缺省为今天", show_default=False),
]
ParametersOption = Annotated[
    str | None, typer.Option("--parameters", metavar="FILE", help="参数文件 YAML 未公布的参数取其中的值")
]
ReadingsOption = Annotated[
    list[str] | None,
    typer.Option("--reading", metavar="名=选项", help="换用解释口径 可写多次 如 分支机构口径=仅分公司"),
]
ResultsOption = Annotated[
    str | None,
    typer.Option("--results", metavar="A,B", help="只要这些结果 标识或名称 用逗号隔开"),
]
SheetOption = Annotated[str | None, typer.Option("--sheet", metavar="NAME", help="工作簿里的工作表")]
LangOption = Annotated[str, typer.Option("--lang", metavar="zh|en", help="说明用的语言")]


def day(text: str | None) -> date:
    """``2023-06-30`` → the date; nothing → today.

    Raises:
        InputError: it is not written so, or there is no such day.
    """
    if text is None:
        return date.today()
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text.strip(), re.ASCII):
        raise InputError(f"日期「{text}」应写成 2023-06-30 的样子（年-月-日，月和日各两位）")
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise InputError(f"没有「{text}」这一天，请检查月份和日期") from None


def listed(text: str | None) -> tuple[str, ...] | None:
    """``a,b`` → (a, b); Chinese commas and blanks separate too. Nothing, or nothing in it → None."""
    parts = tuple(part for part in re.split(r"[,，、;；\s]+", text or "") if part)
    return parts or None


def readings(given: Iterable[str] | None) -> dict[str, str]:
    """``名=选项``, any number of times.

    Raises:
        InputError: one is not written so, or a reading is chosen twice.
    """
    chosen: dict[str, str] = {}
    for text in given or ():
        name, sign, option = text.replace("＝", "=").partition("=")
        if not (sign and name.strip() and option.strip()):
            raise InputError(f"解释口径「{text}」应写成 名=选项，如 分支机构口径=仅分公司")
        if name.strip() in chosen:
            raise InputError(f"解释口径「{name.strip()}」写了两次，请只留一次")
        chosen[name.strip()] = option.strip()
    return chosen


def overrides(file: str | None, policy: Policy) -> Overrides | None:
    """The parameter file, if one is given.

    Raises:
        InputError: it cannot be read, holds nothing for this policy, or has a section for a policy that is
            none (an identifier may be misspelt).
    """
    if file is None:
        return None
    from zongbu.law.parameters import read_overrides

    found = read_overrides(file)
    if not any(owner == policy.identifier or owner in policy.based_on for owner in found):
        owners = "、".join(found) or "（空）"
        raise InputError(f"参数文件「{file}」里没有政策「{policy.identifier}」的参数，只有：{owners}")
    from zongbu.law.document import shipped_policies
    from zongbu.law.formula import nearest

    known = {policy.identifier, *policy.based_on, *(path.stem for path in shipped_policies())}
    for owner in found:
        if owner not in known and not Path(file).with_name(f"{owner}.md").is_file():
            hint = nearest(owner, iter(sorted(known)))
            raise InputError(f"参数文件「{file}」里的「{owner}」不是已知的政策，它的参数不会用到。{hint}")
    return found


def language(text: str) -> str:
    """``zh`` or ``en``.

    Raises:
        InputError: anything else.
    """
    return one_of("--lang", text, ("zh", "en"))


def one_of(option: str, text: str, allowed: tuple[str, ...]) -> str:
    """A word out of a few, whatever its case.

    Raises:
        InputError: it is none of them.
    """
    if text.lower() not in allowed:
        raise InputError(f"{option} 不能是「{text}」，可用：{'、'.join(allowed)}")
    return text.lower()


def memory(text: str | None) -> str | None:
    """A size of memory such as ``500MB`` or ``1.5 GB``, if given, as DuckDB reads it.

    Raises:
        InputError: it is not written so, or is zero.
    """
    if text is None:
        return None
    found = re.fullmatch(r"(\d{1,6}(?:\.\d{1,3})?)\s*([KMGT])(i?)B?", text.strip(), re.ASCII | re.IGNORECASE)
    if found is None or not float(found[1]):
        raise InputError(f"--memory 应是大小，如 500MB、1GB，不能是「{text}」")
    return f"{found[1]}{found[2].upper()}{found[3].lower()}B"


def whole(option: str, text: str | None) -> int | None:
    """A whole number above zero, if given.

    Raises:
        InputError: it is none.
    """
    if text is None:
        return None
    if not re.fullmatch(r"[1-9]\d{0,9}", text.strip(), re.ASCII):
        raise InputError(f"{option} 应是大于零的整数，不能是「{text}」")
    return int(text)
