"""``zongbu serve | demo | backup | restore | journal | ledger | manage``: the service's commands, each a thin door."""

from __future__ import annotations

from itertools import chain
from pathlib import Path
from typing import Annotated

import typer

from zongbu.cli.output import console, tell

WORKERS, THREADS = 3, 2
"""Web processes and threads of each, for two cores; decision 46 tells why so few threads."""


def serve(
    bind: Annotated[str, typer.Option("--bind", metavar="HOST:PORT", help="监听地址")] = "127.0.0.1:8000",
    workers: Annotated[int, typer.Option("--workers", min=1, help="网页进程数")] = WORKERS,
    threads: Annotated[int, typer.Option("--threads", min=1, help="每个进程的线程数")] = THREADS,
    demo: Annotated[bool, typer.Option("--demo", help="本机演示 第一次先装入演示数据， 并列出账号")] = False,
) -> None:
    """启动服务 Serve the web pages and run background tasks

    设置取自环境变量 （见 docs/deploy.md）； 生产环境缺密钥、 开着调试或 Cookie 不安全时拒绝启动。
    """
    from zongbu.desk.operation.start import start

    start("local" if demo else None)
    from zongbu.desk.operation.serve import run_together, web_command, worker_command

    if demo:
        from zongbu.desk.operation.prepare import collect_static, migrate

        migrate()
        collect_static()
        _load_demo_once()
    tell(f"http://{bind}/")
    raise typer.Exit(run_together([web_command(bind, workers=workers, threads=threads), worker_command()]))


def demo(
    enterprises: Annotated[int, typer.Option("--enterprises", min=0, max=1_000_000, help="虚构企业数")] = 300,
    seed: Annotated[int, typer.Option("--seed", help="随机种子 相同的得到相同的数据")] = 2023,
) -> None:
    """装入演示数据 Load demonstration data

    examples/ 里的真实上市企业， 加上名称以“示例”开头的虚构企业、 13 个区县和各角色的账号。
    """
    from zongbu.desk.operation.start import start

    start("local")
    from zongbu.desk.operation.prepare import migrate

    migrate()
    _demo(enterprises, seed)


def backup(
    target: Annotated[Path, typer.Argument(metavar="FILE", help="备份文件 （ZIP，不得已存在）")],
) -> None:
    """备份 Back up database and evidence while the service runs"""
    from zongbu.desk.operation.start import start

    start()
    from zongbu.desk.operation.backup import backup as make

    manifest = make(target)
    console().print(f"✓ 已备份 {len(manifest['contents'])} 个文件到 {target}", markup=False, soft_wrap=True)


def restore(
    source: Annotated[Path, typer.Argument(metavar="FILE", help="备份文件")],
    force: Annotated[bool, typer.Option("--force", help="替换现有数据")] = False,
) -> None:
    """恢复 Restore a backup, then check the journal"""
    from zongbu.desk.operation.start import start

    start()
    from zongbu.desk.kernel import journal
    from zongbu.desk.operation.backup import restore as put_back

    manifest = put_back(source, force=force)
    found = journal.verify()
    say = console().print
    say(f"✓ 已恢复 {manifest['made_at']} 的备份", markup=False, soft_wrap=True)
    if found is not None:
        say(f"✗ 日志链在第 {found.sequence} 条断开：{found.what}", style="red", markup=False, soft_wrap=True)
        raise typer.Exit(1)
    say("✓ 日志链完整")


def keepers(
    organisation: Annotated[str, typer.Option("--organisation", help="运维机构的名称")],
    administrator: Annotated[str, typer.Option("--administrator", help="系统管理员的账号")],
    security: Annotated[str, typer.Option("--security-officer", help="安全管理员的账号")],
    auditor: Annotated[str, typer.Option("--auditor", help="审计员的账号")],
) -> None:
    """设立首批管理人员 Make the first administrator, security officer and auditor

    只在新服务里用一次， 列出首次登录的密码； 以后的人都由邀请加入， 并经第二人确认。
    """
    from zongbu.desk.operation.start import start

    start()
    from rich.table import Table

    from zongbu.desk.kernel.roles import Role
    from zongbu.desk.operation.keepers import first_keepers

    names = {Role.ADMINISTRATOR: administrator, Role.SECURITY_OFFICER: security, Role.AUDITOR: auditor}
    table = Table("角色", "账号", "首次密码（登录后须更换）")
    for made in first_keepers(organisation, names):
        table.add_row(made.role, made.username, made.password)
    console().print(table)


def sweep() -> None:
    """每日清理 Forget what has been kept long enough （会话、 已用过的表单凭证、 接口的旧回答、 做完的后台任务）"""
    from zongbu.desk.operation.start import start

    start()
    from zongbu.desk.operation.sweep import sweep as forget

    found = forget()
    told = "、".join(f"{name} {count:,}" for name, count in found.items())
    console().print(f"✓ 已清理：{told}", markup=False, soft_wrap=True)


def replay(
    round: Annotated[str, typer.Option("--round", metavar="N", help="批次的年度、 编号 （政策/年度） 或主键")],
    today: Annotated[bool, typer.Option("--today", help="另按今天已知的事实重算， 列出更正会改变哪些决定")] = False,
) -> None:
    """重算一个批次的全部决定 Recompute every decision of a round

    按每个决定存下的事实、 参数、 口径和当时的政策文本重算。 有不同则以 1 退出。
    """
    from zongbu.desk.operation.start import start

    start()
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from zongbu.desk.recognition.records import decisions_of, find_round
    from zongbu.desk.recognition.records import replay as recompute

    found = find_round(round)
    decisions = decisions_of(found)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    say = console().print
    different = changed = count = 0
    with Progress(*columns, console=console(stderr=True), transient=True) as progress:
        bar = progress.add_task("重算", total=decisions.count())
        for one in recompute(decisions.iterator(500), today=today):
            count += 1
            progress.update(bar, completed=count)
            case = one.decision.application
            if not one.identical:
                different += 1
                say(
                    f"✗ {case.receipt} {case.enterprise.name}：{len(one.differences)} 处不同", style="red", markup=False
                )
                for difference in one.differences[:5]:
                    say(f"    {difference}", markup=False, soft_wrap=True)
            if one.would_change:
                changed += 1
                say(
                    f"! {case.receipt} {case.enterprise.name}：{one.change}",
                    style="yellow",
                    markup=False,
                    soft_wrap=True,
                )
    say(f"{found.title}：{count:,} 个决定，{count - different:,} 个逐字相同，{different:,} 个不同", markup=False)
    if today:
        say(f"按今天已知的事实，{changed:,} 个决定的计算结果会不同", markup=False)
    raise typer.Exit(1 if different else 0)


journal = typer.Typer(name="journal", help="日志 Look after the journal", no_args_is_help=True)


@journal.command("verify")
def verify_journal() -> None:
    """核对日志链 Find the first altered, missing or reordered entry （有断开则以 1 退出）"""
    from zongbu.desk.operation.start import start

    start()
    from zongbu.desk.kernel import journal as chain
    from zongbu.desk.kernel.journal.models import Entry

    found = chain.verify()
    if found is None:
        console().print(f"✓ 日志链完整：{Entry.objects.count():,} 条")
        return
    console().print(f"✗ 第 {found.sequence} 条：{found.what}", style="red", markup=False, soft_wrap=True)
    raise typer.Exit(1)


ledger = typer.Typer(name="ledger", help="账簿 Look after the funding ledger", no_args_is_help=True)


@ledger.command("verify")
def verify_ledger() -> None:
    """核对账簿 Hold the funding ledger and the quota accounts against their entries （有不符则以 1 退出）"""
    from zongbu.desk.operation.start import start

    start()
    from zongbu.desk.support.ledger.checking import faults
    from zongbu.desk.support.models import Budget, Movement, QuotaAccount
    from zongbu.desk.support.reimbursing import excesses
    from zongbu.desk.support.unpaid import quotas

    say, found = console().print, 0
    for fault in chain(faults(), quotas.faults()):
        found += 1
        say(f"✗ {fault}", style="red", markup=False, soft_wrap=True)
    for notice in excesses():  # the books are right: money came back after the city had reimbursed
        say(f"! {notice}", style="yellow", markup=False, soft_wrap=True)
    if found:
        say(f"{found:,} 处不符", markup=False)
        raise typer.Exit(1)
    places = QuotaAccount.objects.count()
    say(f"✓ 账簿相符：{Budget.objects.count():,} 个预算，{Movement.objects.count():,} 笔分录，{places:,} 个名额账户")


def manage(
    context: typer.Context,
) -> None:
    """Django 的管理命令 Run a management command of Django （zongbu manage migrate）"""
    from zongbu.desk.operation.start import start

    start()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["zongbu manage", *context.args])


def _demo(enterprises: int, seed: int) -> None:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from zongbu.desk.demo import load

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console(stderr=True), transient=True) as progress:
        bar = progress.add_task("演示数据", total=None)
        load(enterprises, seed, report=lambda done, total: progress.update(bar, completed=done, total=total))


def _load_demo_once() -> None:
    from zongbu.desk.demo import accounts, loaded

    if not loaded():
        _demo(300, 2023)
    from rich.table import Table

    table = Table("角色", "账号", "密码", "组织", title="演示账号（仅限本机）")
    for account in accounts():
        table.add_row(account.role, account.username, account.password, account.organisation)
    console(stderr=True).print(table)
