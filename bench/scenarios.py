"""What is measured: one function per question, each giving a table, its remarks and its goals."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench import many_rules
from bench.measure import Ratio, Series, from_json, interleaved, ratio, ratio_of
from bench.population import population
from bench.rules_by_hand.common import RESULTS, Totals

ZONGBU = "Zongbu"
Say = Callable[[str], None]


@dataclass(frozen=True)
class Goal:
    """A goal of the project: what, its limit in words, what was measured in words, and whether it is met."""

    what: str
    limit: str
    measured: str
    met: bool


@dataclass
class Section:
    """One question with its answer: a table (head first), remarks, goals and where Zongbu loses.

    ``measured`` tells when and by which command.
    """

    title: str
    table: list[list[str]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    goals: list[Goal] = field(default_factory=list)
    losses: list[str] = field(default_factory=list)
    measured: str = ""


def goal_ratio(what: str, limit: float, measured: Ratio) -> Goal:
    return Goal(what, f"≤ {limit:.2f} ×", f"{measured} ×", measured.median <= limit)


def goal_time(what: str, limit: float, seconds: list[float], against: str) -> Goal:
    median = statistics.median(seconds)
    text = f"{time_text(median)}（{time_text(min(seconds))}–{time_text(max(seconds))}），{against}"
    return Goal(what, f"≤ {time_text(limit)}", text, median <= limit)


def time_text(seconds: float) -> str:
    if seconds < 1e-3:
        return f"{seconds * 1e6:.1f} µs"
    return f"{seconds * 1e3:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"


def difference(answer: Mapping[str, list[Any]] | None, exact: Totals, *, knows_unknown: bool = True) -> str:
    """How an answer differs from the exact one, in words."""
    if answer is None:
        return ""
    totals = from_json(answer)
    found = []
    for name in RESULTS:
        mine, right = totals[name], exact[name]
        if mine.met != right.met:
            more = mine.met - right.met
            found.append(f"`{name}` {'多' if more > 0 else '少'}认 {abs(more):,}")
        elif knows_unknown and mine != right:
            found.append(f"`{name}` 不同")
        elif mine.amount is not None and right.amount is not None and mine.amount != right.amount:
            found.append(f"`{name}` 金额差 {mine.amount - right.amount:,} 元")
    if not knows_unknown:
        lumped = sum(exact[name].undetermined for name in RESULTS)
        if lumped:
            found.append(f"{lumped:,} 个“待定”被算成“否”")
    return "一致" if not found else "；".join(found)


def _rows(series: Mapping[str, Series], base: str, rows: int, last: Callable[[str, Series], str]) -> list[list[str]]:
    table = []
    for name, one in series.items():
        if one.failure:
            table.append([name, "—", "—", "—", f"失败：{one.failure}"])
            continue
        rate = rows / one.median / 1e6
        table.append([name, str(ratio(one, series[base])), f"{rate:.3g}", f"{one.peak:,.0f}", last(name, one)])
    return table


def _faster(series: Mapping[str, Series], what: str) -> list[str]:
    """Who was faster than Zongbu."""
    ours = series[ZONGBU]
    found = []
    for name, one in series.items():
        if name.startswith(ZONGBU) or name.startswith("裸扫描") or one.failure or ours.failure:
            continue
        compared = ratio(ours, one)
        if compared.median > 1.02:
            found.append(f"{what}：Zongbu 用时是 {name} 的 {compared} ×")
    return found


def totals(rows: int, rounds: int, say: Say) -> Section:
    """(a) counts and sums of all published results, unknown facts everywhere."""
    say(f"(a) totals over {rows:,} rows")
    source = population(rows)
    series = interleaved(
        {
            "手写 DuckDB SQL": ("totals: DuckDB by hand", source, "plain"),
            ZONGBU: ("totals: Zongbu", source, "no"),
            "手写 DuckDB SQL（按字典编码调优）": ("totals: DuckDB by hand", source, "tuned"),
            "Zongbu，连同漏斗与缺失统计": ("totals: Zongbu", source, "yes"),
            "Polars（分，流式）": ("totals: Polars", source),
            "NumPy（分，掩码，2 线程，Polars 读取）": ("totals: NumPy", source),
            "裸扫描（max）": ("scan", source, "max"),
        },
        rounds,
        say=say,
    )
    base = "手写 DuckDB SQL"
    exact = from_json(series[base].answer)
    section = Section(f"（一）统计全部结果：{rows:,} 家，处处可能未知")
    section.table = [
        ["做法", "用时 ÷ 手写 SQL", "百万行/秒", "峰值 MiB", "与手写 SQL 的结果比"],
        *_rows(series, base, rows, lambda name, one: difference(one.answer, exact)),
    ]
    if not series[ZONGBU].failure:
        section.goals = [goal_ratio("统计：不慢于同义手写 SQL", 1.10, ratio(series[ZONGBU], series[base]))]
    section.losses = _faster(series, "统计")
    return section


def written(rows: int, rounds: int, say: Say) -> Section:
    """(b) all results of all rows as a Parquet file."""
    say(f"(b) all results of {rows:,} rows written")
    source = population(rows)
    base = "手写 DuckDB SQL"
    series = interleaved(
        {
            base: ("write: DuckDB by hand", source, "plain"),
            ZONGBU: ("write: Zongbu", source),
            "手写 DuckDB SQL（按字典编码调优）": ("write: DuckDB by hand", source, "tuned"),
            "Polars（分，流式）": ("write: Polars", source),
        },
        rounds,
        say=say,
    )
    exact = series[base].answer
    section = Section(f"（二）逐行写出全部结果：{rows:,} 家")
    section.table = [
        ["做法", "用时 ÷ 手写 SQL", "百万行/秒", "峰值 MiB", "逐行结果"],
        *_rows(series, base, rows, lambda name, one: "一致" if one.answer == exact else "**不同**"),
    ]
    section.remarks = [
        "都写出企业名称、信用代码、注册区县和全部结果。逐行比对：各列连同行号的散列值相等。"
        "Zongbu 另外检查每个数值是否合法，手写的不检查。",
        "手写 SQL 须关掉 DuckDB 的 `in_clause` 优化：它把长的 IN 列表改成连接，两个线程时会打乱行序。",
    ]
    if not series[ZONGBU].failure:
        section.goals = [goal_ratio("写出：相对同义手写 SQL", 1.15, ratio(series[ZONGBU], series[base]))]
    section.losses = _faster(series, "写出")
    return section


def large(rows: int, rounds: int, say: Say) -> Section:
    """(c) totals over a population of the whole country, against the bare scan."""
    say(f"(c) totals over {rows:,} rows against the bare scan")
    source = population(rows)
    base = "裸扫描（max）"
    series = interleaved(
        {
            base: ("scan", source, "max"),
            "裸扫描（count）": ("scan", source, "count"),
            ZONGBU: ("totals: Zongbu", source, "no"),
            "手写 DuckDB SQL（按字典编码调优）": ("totals: DuckDB by hand", source, "tuned"),
            "Polars（分，流式）": ("totals: Polars", source),
        },
        rounds,
        say=say,
    )
    known = series["手写 DuckDB SQL（按字典编码调优）"]
    exact = from_json(known.answer)
    section = Section(f"（三）{rows:,} 家的统计，与裸扫描相比")
    section.table = [
        ["做法", "用时 ÷ 裸扫描", "百万行/秒", "峰值 MiB", "与手写 SQL 的结果比"],
        *_rows(series, base, rows, lambda name, one: difference(one.answer, exact)),
    ]
    section.remarks = [
        "裸扫描：对规则要读的 26 列各取一次最大值，每个值恰好看一眼，不做别的。"
        "`count(列)` 更省：它只看有没有值，列中没有空值时甚至只读文件头，因此另列一行，不作基准。",
    ]
    ours = series[ZONGBU]
    if not ours.failure:
        against_count = ratio(ours, series["裸扫描（count）"])
        section.remarks.append(f"若以 count 为基准，Zongbu 是 {against_count} ×。")
        section.goals = [
            goal_ratio(f"{rows // 1_000_000} 百万家的统计，相对裸扫描（max）", 1.70, ratio(ours, series[base])),
            goal_ratio(f"{rows // 1_000_000} 百万家的统计，相对裸扫描（count）", 1.70, against_count),
            Goal("峰值内存", "≤ 1,024 MiB", f"{ours.peak:,.0f} MiB", ours.peak <= 1024),
        ]
    section.losses = _faster(series, "大表统计")
    return section


def samples(rows: int, rounds: int, say: Say) -> Section:
    """(g) what works a row at a time or knows no unknown, on complete enterprises."""
    say(f"(g) row by row, {rows:,} complete enterprises")
    source = population(1_000_000, unknowns=False)
    few = max(1_000, rows // 20)
    base = "普通 Python（Decimal，逐行）"
    tasks: dict[str, tuple[str, ...]] = {
        base: ("sample: plain Python", source, str(rows)),
        ZONGBU: ("sample: Zongbu", source, str(rows)),
        "OpenFisca-core（整列，float32）": ("sample: OpenFisca", source, str(rows)),
        "ZEN engine（逐行）": ("sample: ZEN", source, str(few)),
        "精确": ("sample: exact", source, str(rows)),
        "精确，ZEN 的样本": ("sample: exact", source, str(few)),
    }
    series = interleaved(tasks, rounds, say=say)
    exact, exact_few = series.pop("精确"), series.pop("精确，ZEN 的样本")
    section = Section(f"（四）逐行计算：{rows:,} 家事实齐全的企业")
    section.table = [["做法", "每家用时 ÷ 普通 Python", "千行/秒", "与精确结果比"]]
    per_row = {name: [s / (few if "ZEN" in name else rows) for s in one.seconds] for name, one in series.items()}
    for name, one in series.items():
        if one.failure:
            section.table.append([name, "—", "—", f"失败：{one.failure}"])
            continue
        reference = from_json((exact_few if "ZEN" in name else exact).answer)
        rate = 1 / statistics.median(per_row[name]) / 1e3
        differs = difference(one.answer, reference, knows_unknown="ZEN" not in name and "OpenFisca" not in name)
        section.table.append([name, str(ratio_of(per_row[name], per_row[base])), f"{rate:,.3g}", differs])
    section.remarks = [
        "OpenFisca 与 ZEN 没有“未知”，只能给它们事实齐全的企业；营收为零时政策说“待定”，它们说“否”。"
        "OpenFisca 的数是 float32（七位），999,999,999.99 元等于 10 亿元。"
        "Zongbu 在这里是从已检查的值到结果，不含解释。",
        f"ZEN 较慢，只算 {few:,} 家；比的是每家用时。",
    ]
    for name in per_row:
        if name not in (ZONGBU, base) and not series[name].failure and not series[ZONGBU].failure:
            compared = ratio_of(per_row[ZONGBU], per_row[name])
            if compared.median > 1.02:
                section.losses.append(
                    f"事实齐全时逐行计算：Zongbu 每家用时是 {name} 的 {compared} ×（整列计算请用 `screen`）"
                )
    return section


def one_enterprise(rounds: int, say: Say) -> Section:
    """(d) one enterprise: result, explanation, JSON, loading a policy, the whole process."""
    say("(d) one enterprise")
    source = population(1_000_000, unknowns=False)
    contenders = {
        "普通 Python": ("one: plain Python", source),
        ZONGBU: ("one: Zongbu", source),
        "ZEN engine": ("one: ZEN", source),
        "OpenFisca-core": ("one: OpenFisca", source),
        "手写 DuckDB SQL，一行的表": ("one: DuckDB by hand", source),
    }
    series = interleaved(contenders, rounds, say=say)
    pieces: dict[tuple[str, str], list[float]] = {}
    for name, one in series.items():
        for answer in one.answers:
            for piece, seconds in answer.items():
                pieces.setdefault((name, piece), []).append(seconds)
    section = Section("（五）一家企业")
    titles = {
        "result": "只要结果",
        "explanation": "连同完整解释",
        "json": "解释写成 JSON",
        "whole json": "整份评估写成 JSON",
        "from text": "从原始事实到结果",
    }
    base = pieces["普通 Python", "result"]
    section.table = [["做法", *titles.values()]]
    for name in contenders:
        cells = []
        for piece in titles:
            taken = pieces.get((name, piece))
            cells.append(f"{time_text(statistics.median(taken))}，{ratio_of(taken, base)} ×" if taken else "—")
        section.table.append([name, *cells])
    section.remarks = [
        "倍数都以普通 Python 的“只要结果”为 1；括号内为各轮的范围。ZEN 和 OpenFisca 的“解释”是它们自己的跟踪记录。",
    ]
    if not series[ZONGBU].failure:
        section.goals = [
            goal_time(
                what,
                limit,
                pieces[ZONGBU, piece],
                f"普通 Python 的 {ratio_of(pieces[ZONGBU, piece], base)} ×",
            )
            for what, limit, piece in (
                ("一家：结果", 5e-6, "result"),
                ("一家：完整解释树", 50e-6, "explanation"),
                ("一家：完整解释树写成 JSON", 0.2e-3, "json"),
                ("一家：整份评估（另含还缺、差距、口径、参数、事实）写成 JSON", 0.2e-3, "whole json"),
            )
        ]
        compared = ratio_of(pieces[ZONGBU, "result"], base)
        if compared.median > 1.02:
            section.losses.append(f"一家企业的结果：Zongbu 用时是手写普通 Python 的 {compared} ×")
    return section


def starting(rounds: int, say: Say) -> Section:
    """(d, f) loading a policy, compiling a request, the whole command."""
    say("(d, f) loading, compiling, the whole process")
    source = population(1_000_000, unknowns=False)
    series = interleaved(
        {
            "空的 Python 进程": ("process: Python that imports nothing",),
            "读入政策文件": ("load: Zongbu",),
            "编译一次筛查请求": ("compile: Zongbu", "later"),
            "编译进程中的第一次请求": ("compile: Zongbu", "first"),
            "整个命令 `zongbu assess`": ("process: Zongbu", source),
        },
        max(rounds, 7),
        say=say,
    )
    base = "空的 Python 进程"
    section = Section("（六）启动：读政策、编译请求、整个命令")
    section.table = [["事项", "用时 ÷ 空的 Python 进程", "用时（中位）"]]
    limits = {"读入政策文件": 0.150, "编译一次筛查请求": 0.050, "整个命令 `zongbu assess`": 0.6}
    for name, one in series.items():
        if one.failure:
            section.table.append([name, "—", f"失败：{one.failure}"])
            continue
        section.table.append([name, str(ratio(one, series[base])), time_text(one.median)])
        if name in limits:
            against = f"空进程的 {ratio(one, series[base])} ×"
            section.goals.append(goal_time(name, limits[name], one.seconds, against))
    return section


def many(rows: int, rounds: int, say: Say) -> Section:
    """(e) 270 rules at once against ten times 27."""
    say(f"(e) 270 rules over {rows:,} rows")
    source = population(rows)
    copies = list(range(1, 11))
    with tempfile.TemporaryDirectory() as folder:
        whole = many_rules.write(Path(folder) / "all.md", copies, "bench-all")
        tasks = {
            "270 条规则一次算完": (
                "many rules: Zongbu",
                source,
                str(whole),
                ",".join(many_rules.results(copies)),
            )
        }
        for copy in copies:
            part = many_rules.write(Path(folder) / f"{copy}.md", [copy], f"bench-{copy}")
            results = ",".join(many_rules.results([copy]))
            tasks[f"第 {copy} 份 27 条"] = ("many rules: Zongbu", source, str(part), results)
        series = interleaved(tasks, rounds, say=say)
    section = Section(f"（七）规则增多：270 条 × {rows:,} 家")
    failures = {one.failure for one in series.values() if one.failure}
    if failures:
        section.remarks = [f"失败：{failure}" for failure in sorted(failures)]
        return section
    once = series["270 条规则一次算完"]
    apart = [sum(series[f"第 {copy} 份 27 条"].seconds[turn] for copy in copies) for turn in range(rounds)]
    compared = ratio_of(once.seconds, apart)
    section.table = [
        ["做法", "用时 ÷ 十次各 27 条", "峰值 MiB"],
        ["270 条一次算完", str(compared), f"{once.peak:,.0f}"],
        ["十次各 27 条，相加", "1", "—"],
    ]
    section.goals = [goal_ratio("270 条规则，相对 10 × 27 条", 1.30, compared)]
    return section
