"""``zongbu check``: is a policy file sound, do its examples hold, does it stand on its official text?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from zongbu.cli.output import console, tell
from zongbu.law.errors import InputError, PolicyError

if TYPE_CHECKING:
    from zongbu.law.official import Attachment, Place
    from zongbu.law.policy import Policy

STATUS = {
    "found": "在本条",
    "elsewhere": "在别条",
    "missing": "没有找到",
    "unsearched": "无数可查",
}


def check(
    policies: Annotated[
        list[str] | None,
        typer.Argument(metavar="[POLICY]...", help="政策的标识或文件 不写则检查随附的全部", show_default=False),
    ] = None,
    against: Annotated[
        str | None, typer.Option("--against", metavar="OFFICIAL.txt", help="官方文本 逐条对应 逐个参数查出处")
    ] = None,
    accept: Annotated[bool, typer.Option("--accept", help="核对无误后 记下官方文本 以后有变动 会提示复核")] = False,
) -> None:
    """检查政策文件 Check policy files

    检查写法、 示例， 以及与官方文本的对应。 有不符之处以 1 退出。
    """
    from zongbu.law.document import load_policy, shipped_policies

    chosen: list[str] = policies or [str(file.stem) for file in shipped_policies()]
    if accept and against is None:
        raise InputError("--accept 要和 --against 官方文本 一起用")
    if against is not None and (policies is None or len(policies) != 1):
        raise InputError("--against 一次只对一个政策，请写明是哪一个，如 zongbu check hangzhou-2023 --against 文本.txt")
    broken = failed = False
    for name in chosen:
        try:
            policy = load_policy(name)
        except PolicyError as error:
            tell(str(error))
            broken = True
            continue
        sound = _examples(policy)
        if against is not None:
            sound = _against(policy, against, accept, sound) and sound
        failed = failed or not sound
    if broken or failed:
        raise typer.Exit(2 if broken else 1)


def _examples(policy: Policy) -> bool:
    from zongbu.law.check import run_examples

    outcomes = run_examples(policy)
    failures = [outcome for outcome in outcomes if not outcome.passed]
    own = [rule for rule in policy.rules.values() if not rule.policy and rule.kind != "措施"]
    head = (
        f"{policy.identifier} {policy.title}：{len(policy.clauses)} 个条款、{len(own)} 条规则和步骤、"
        f"{len(policy.measures)} 项措施，写法无误"
    )
    say = console().print
    say(head, markup=False, soft_wrap=True)
    if not failures:
        say(f"✓ {len(outcomes)} 个示例全部符合", style="green", soft_wrap=True)
        return True
    say(f"✗ {len(outcomes)} 个示例中 {len(failures)} 个不符合", style="red", soft_wrap=True)
    for outcome in failures:
        place = f"{policy.path.name}:{outcome.example.line}: {outcome.example.title}"
        for failure in outcome.failures:
            say(f"  {place}：{failure}", markup=False, soft_wrap=True)
    return False


def _against(policy: Policy, file: str, accept: bool, examples_hold: bool) -> bool:
    from zongbu.law import check as checks
    from zongbu.law.files import read_text

    text = read_text(file)
    accepted = checks.recorded(policy)
    attachment = checks.check_against(policy, text, accepted.digests if accepted else None)
    sound = _report(policy, attachment, checks.unexplained(attachment), accepted is not None, accept)
    if not accept:
        return sound
    if not (sound and examples_hold):
        tell("有不符之处，没有记下官方文本；请先改正")
        return False
    written = checks.accept(policy, text)
    tell(f"已记下官方文本的文字：{written}")
    return True


def _report(
    policy: Policy, attachment: Attachment, unexplained: tuple[Place, ...], accepted: bool, accept: bool
) -> bool:
    say = console().print
    say()
    say(_places(policy, attachment))
    sound = True
    for label, citations in (
        ("官方文本里没有的条款", attachment.clauses_without_article),
        ("政策文件里没有的条文", attachment.articles_without_clause),
    ):
        if citations:
            sound = False
            say(f"✗ {label}：{'、'.join(citations)}", style="red", soft_wrap=True)
    if attachment.without_gap:
        say(f"✓ {len(attachment.matched)} 个条款全部对应", style="green", soft_wrap=True)
    if unexplained:
        sound = False
        names = "、".join(f"{place.title} {place.figure}" for place in unexplained)
        say(f"✗ 条文里没有、也没有说明出处的数：{names}", style="red", markup=False, soft_wrap=True)
    else:
        count = len(attachment.places_with("found"))
        say(f"✓ {count} 个数在本条找到，其余都有说明", style="green", soft_wrap=True)
    if attachment.needs_review:
        cited = "、".join(attachment.needs_review)
        say(f"! 文字与上次核对的不同，须复核：{cited}", style="yellow", soft_wrap=True)
        sound = sound and accept
    elif not accepted and not accept:
        say("! 这份文本还没有记下；核对无误后加 --accept", style="yellow", soft_wrap=True)
    return sound


def _places(policy: Policy, attachment: Attachment) -> object:
    """Per parameter: where its figure stands."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
    for title in ("参数", "条款", "数", "查找结果", "出处", "摘录或说明"):
        table.add_column(title, overflow="fold", no_wrap=title in ("参数", "条款", "查找结果"))
    for place in attachment.places:
        style = {"found": "green", "unsearched": "dim"}.get(place.status, "yellow" if place.note else "red")
        where = f"{place.citation} 第 {place.line} 行" if place.line is not None else ""
        excerpt = f"…{place.excerpt}…" if place.excerpt else place.note
        cells = (
            place.title,
            place.clause,
            place.figure,
            Text(STATUS[place.status], style=style),
            where,
            excerpt,
        )
        table.add_row(*(cell if isinstance(cell, Text) else Text(cell) for cell in cells))
    return table
