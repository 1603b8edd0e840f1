"""The whole comparison in one run: `make bench`, or `python -m bench --quick` for a look.

Writes docs/benchmark.md: what was measured against what, as ratios with their spread, which goals are met and
which are missed, and where Zongbu loses.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import platform
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path

from bench import scenarios
from bench.measure import ROOT
from bench.population import DATA, LARGE, MIDDLE, SMALL
from bench.scenarios import Goal, Section
from bench.web.round import officers_at_once
from bench.web.scenario import under_load
from bench.web.support import offered_and_approved

KEPT = DATA / "measured"
REPORT = ROOT / "docs" / "benchmark.md"
_CLOCKS = {
    "wall": "时间是墙上时钟的时间。",
    "cpu": "时间是全部线程的处理器时间（机器上另有别的工作，墙上时间不可靠）。",
}
PACKAGES = ("duckdb", "polars", "numpy", "sqlglot", "openfisca-core", "zen-engine", "django", "gunicorn")


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure Zongbu beside rules written by hand.")
    parser.add_argument("--rounds", type=int, default=5, help="how often everything is measured (default 5)")
    parser.add_argument("--quick", action="store_true", help="1 million rows, 3 rounds, no large table")
    parser.add_argument("--only", default="", help="scenarios by letter, for example abc")
    parser.add_argument(
        "--clock",
        choices=["wall", "cpu"],
        default="wall",
        help="cpu: processor time of all threads, for a machine that others use too",
    )
    parser.add_argument("--report", type=Path, default=REPORT, help="where to write the report")
    chosen = parser.parse_args(arguments)
    os.environ["BENCH_CLOCK"] = chosen.clock
    rounds = min(chosen.rounds, 3) if chosen.quick else chosen.rounds
    middle = SMALL if chosen.quick else MIDDLE
    wanted = chosen.only or ("abdefg" if chosen.quick else "abcdefghij")
    plan: list[tuple[str, Callable[[], Section]]] = [
        ("a", lambda: scenarios.totals(middle, rounds, _say)),
        ("b", lambda: scenarios.written(middle, rounds, _say)),
        ("c", lambda: scenarios.large(LARGE, rounds, _say)),
        ("g", lambda: scenarios.samples(100_000, rounds, _say)),
        ("d", lambda: scenarios.one_enterprise(rounds, _say)),
        ("f", lambda: scenarios.starting(rounds, _say)),
        ("e", lambda: scenarios.many(SMALL, rounds, _say)),
        ("h", lambda: under_load(min(rounds, 3), _say)),
        ("i", lambda: officers_at_once(min(rounds, 3), _say)),
        ("j", lambda: offered_and_approved(min(rounds, 3), _say)),
    ]
    started = time.perf_counter()
    command = "make bench" if not (chosen.quick or chosen.only) else " ".join(["python -m bench", *sys.argv[1:]])
    run = f"{time.strftime('%Y-%m-%d')}，`{command}`"
    for letter, measure in plan:
        if letter in wanted:
            section = measure()
            section.measured = run
            keep(letter, section)
    sections = [section for letter, _ in plan if (section := kept(letter)) is not None]
    minutes = (time.perf_counter() - started) / 60
    text = report(sections, command=command, run=run, rounds=rounds, minutes=minutes)
    chosen.report.parent.mkdir(parents=True, exist_ok=True)
    chosen.report.write_text(text, "utf-8")
    for goal in _goals(sections):
        _say(f"{'met   ' if goal.met else 'MISSED'}  {goal.what}: {goal.measured} ({goal.limit})")
    _say(f"written: {chosen.report}")


def keep(letter: str, section: Section) -> None:
    """Keep what was measured, so that a run of some parts leaves the others in the report."""
    KEPT.mkdir(parents=True, exist_ok=True)
    (KEPT / f"{letter}.json").write_text(json.dumps(asdict(section), ensure_ascii=False, indent=1), "utf-8")


def kept(letter: str) -> Section | None:
    """What was measured last of a part; None if it never was, on this machine."""
    file = KEPT / f"{letter}.json"
    if not file.exists():
        return None
    found = json.loads(file.read_text("utf-8"))
    return Section(**(found | {"goals": [Goal(**goal) for goal in found["goals"]]}))


def report(sections: list[Section], *, command: str, run: str, rounds: int, minutes: float) -> str:
    """The report as Markdown: Chinese, with an English summary.

    Args:
        run: day and command of this run; sections that were measured by another one say so.
        minutes: how long it took.
    """
    goals = _goals(sections)
    met = sum(goal.met for goal in goals)
    losses = [loss for section in sections for loss in section.losses]
    apart = any(section.measured != run for section in sections)
    lines = [
        "# 性能对照",
        "",
        f"> **English summary.** One run of `{command}` measures Zongbu beside the same twelve results written by"
        f" hand in DuckDB SQL, Polars, NumPy, plain Python, OpenFisca and ZEN. Every contender runs in a process"
        f" of its own, taking turns over {rounds} rounds; figures are ratios (median, then the range over the"
        f" rounds), because bare times depend on the machine. Every answer is compared with the exact one in the"
        f" same run.{' Sections that were measured by a run of their own say so.' if apart else ''}"
        f" {met} of {len(goals)} goals are met; the tables say which are missed and where Zongbu loses.",
        "",
        "表格和数字由程序写成，不手工修改。",
        "",
        "| | |",
        "|---|---|",
        f"| 命令 | `{command}`，{minutes:.0f} 分钟{'；有的章节另测，见各节末尾' if apart else ''} |",
        f"| 机器 | {_machine()} |",
        f"| 版本 | {_versions()} |",
        f"| 日期 | {time.strftime('%Y-%m-%d')} |",
        "",
        f"怎样读：各做法轮流测 {rounds} 轮，每次都在单独的进程里，只计计算本身的时间"
        f"（启动和导入不计，另有说明的除外）。{_CLOCKS[os.environ.get('BENCH_CLOCK', 'wall')]}"
        "倍数是同一轮内两者之比的中位数，括号内是各轮的范围；小于 1 表示更快。"
        "企业是按种子生成的虚构数据（`bench/population.py`），含恰好 10 亿元、恰好 10% 等边界值，"
        "每项事实有 3%–10% 未知。"
        "手写规则在 `bench/rules_by_hand/`，参数用演示参数。",
        "",
        "## 目标",
        "",
        *_table([["目标", "限值", "实测", "是否达到"], *([*_cells(goal)] for goal in goals)]),
        "",
        "## 我们落后的地方",
        "",
        *([f"- {loss}" for loss in losses] or ["- 本轮没有。"]),
        *[f"- 未达目标：{goal.what}，{goal.measured}（{goal.limit}）" for goal in goals if not goal.met],
    ]
    for section in sections:
        lines += ["", f"## {section.title}", ""]
        lines += _table(section.table) if section.table else []
        lines += [line for remark in section.remarks for line in ("", remark)]
        if section.measured != run:
            lines += ["", f"这一节另测：{section.measured}。"]
    return "\n".join(lines) + "\n"


def _goals(sections: Iterable[Section]) -> list[Goal]:
    return [goal for section in sections for goal in section.goals]


def _cells(goal: Goal) -> tuple[str, str, str, str]:
    return goal.what, goal.limit, goal.measured, "达到" if goal.met else "**未达到**"


def _table(rows: list[list[str]]) -> list[str]:
    head, *body = rows
    return [_line(head), "|" + "---|" * len(head), *map(_line, body)]


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} 核 {_processor()}，{memory:.0f} GiB 内存，{platform.system()}"


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.machine()


def _versions() -> str:
    found = [f"Python {platform.python_version()}"]
    for package in PACKAGES:
        try:
            found.append(f"{package} {importlib.metadata.version(package)}")
        except importlib.metadata.PackageNotFoundError:
            found.append(f"{package} —")
    return "，".join(found)


def _say(text: str) -> None:
    print(text, flush=True)
