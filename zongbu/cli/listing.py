"""``zongbu policies`` and ``zongbu facts``: what there is, as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from zongbu.cli.output import console, tell
from zongbu.law.errors import ZongbuError

if TYPE_CHECKING:
    from rich.table import Table

    from zongbu.law.facts import Dictionary, Fact
    from zongbu.law.policy import Policy

TYPES = {
    "text": "文字", "code": "代码", "boolean": "是否", "integer": "整数", "money": "金额", "ratio": "比例",
    "date": "日期", "choice": "选项",
}  # fmt: skip
KINDS = {"declared": "申报", "registry": "登记", "finding": "认定"}


def policies() -> None:
    """列出随附的政策 List the policies"""
    from zongbu.law.document import load_policy, shipped_policies

    table = _table("政策", "状态*", "条款", "结果", "措施", "示例", "版本*")
    for file in shipped_policies():
        try:
            policy = load_policy(file)
        except ZongbuError as error:
            tell(str(error))
            continue
        until = policy.effective_until.isoformat() if policy.effective_until else ""
        period = f"{policy.effective_from} 至 {until}".rstrip("至 ") if policy.effective_from else "未定"
        counts = (len(policy.clauses), len(policy.results), len(policy.measures), len(policy.examples))
        number = policy.head.get("文号", "").removeprefix("未定")
        beneath = " · ".join(part for part in (number, f"施行 {period}") if part)
        name = f"{policy.identifier}\n{policy.title}\n{beneath}"
        _add(table, name, policy.status, *map(str, counts), policy.version[:12])
    console().print(table)


def facts(
    policy: Annotated[
        str | None,
        typer.Option("--policy", "-p", metavar="ID|FILE", help="只列这个政策读到的事实 含它自己定义的"),
    ] = None,
) -> None:
    """列出政策可用的事实 List the facts"""
    from zongbu.law.facts import load_dictionary

    if policy is None:
        dictionary, wanted = load_dictionary(), None
    else:
        from zongbu.law.document import load_policy

        loaded = load_policy(policy)
        dictionary, wanted = loaded.dictionary, read_by(loaded)
    console().print(_facts(dictionary, wanted))


def read_by(policy: Policy) -> set[str]:
    """The facts that any rule of a policy reads."""
    from zongbu.law import nodes

    return {
        node.identifier
        for rule in policy.rules.values()
        for node in nodes.walk(rule.node)
        if isinstance(node, nodes.FactRef)
    }


def _facts(dictionary: Dictionary, wanted: set[str] | None) -> Table:
    table = _table("事实*", "类型", "来源*", "说明")
    for fact in dictionary.values():
        if wanted is None or fact.identifier in wanted:
            name = f"{fact.title}\n{fact.identifier}"
            _add(table, name, _type(fact), KINDS[fact.kind], _definition(fact))
    return table


def _type(fact: Fact) -> str:
    text = TYPES[fact.type] + (f"（{fact.unit}）" if fact.unit else "")
    return f"{text}\n上年度" if fact.period else text


def _definition(fact: Fact) -> str:
    options = f"可填：{'、'.join(fact.choices.values())}" if fact.type == "choice" else ""
    return "\n".join(part for part in (fact.definition, options) if part)


def _table(*titles: str) -> Table:
    """A table; a column whose title ends in * is never wrapped."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
    for title in titles:
        whole = title.endswith("*")
        table.add_column(title.rstrip("*"), overflow="fold", no_wrap=whole, min_width=4)
    return table


def _add(table: Table, *cells: str) -> None:
    from rich.text import Text

    table.add_row(*(Text(cell) for cell in cells))
