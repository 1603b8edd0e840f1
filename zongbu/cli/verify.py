"""``zongbu verify``: does a recorded assessment still come out the same?"""

from __future__ import annotations

from typing import Annotated

import typer

from zongbu.cli.output import console

SHOWN = 20
"""Differences that are listed one by one."""


def verify(
    record: Annotated[str, typer.Argument(metavar="RECORD", help="评估记录 zongbu assess --format json 的输出")],
    policy: Annotated[
        str | None,
        typer.Option("--policy", "-p", metavar="ID|FILE", help="当时的政策文件 缺省按记录里的标识"),
    ] = None,
) -> None:
    """核对评估记录 Verify a recorded assessment

    按记录的事实、 参数和口径重算， 说明是否一致。 不一致以 1 退出。
    """
    from zongbu.law.verify import read_document
    from zongbu.law.verify import verify as recompute

    outcome = recompute(read_document(record), policy)
    say = console().print
    if outcome.identical:
        say(
            f"✓ 一致：{record} 按政策「{outcome.policy}」（版本 {outcome.version[:12]}）重算，逐字相同",
            style="green",
            markup=False,
            soft_wrap=True,
        )
        return
    if not outcome.same_version:
        say(
            f"! 政策版本不同：记录为 {outcome.version[:12]}，重算用的是 {outcome.current_version[:12]}。"
            "政策文件在此之后改过；要严格核对，请用 --policy 给出当时的文件",
            style="yellow",
            markup=False,
            soft_wrap=True,
        )
    differences = [item for item in outcome.differences if item.path != "version"]
    if differences:
        say(f"✗ 有 {len(differences)} 处不同：", style="red", markup=False, soft_wrap=True)
    else:
        say("✓ 版本以外，重算的内容逐字相同", style="green", markup=False, soft_wrap=True)
    for difference in differences[:SHOWN]:
        say(f"  {difference}", markup=False, soft_wrap=True)
    if len(differences) > SHOWN:
        say(f"  还有 {len(differences) - SHOWN} 处", markup=False, soft_wrap=True)
    raise typer.Exit(1)
