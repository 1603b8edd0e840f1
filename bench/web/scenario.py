"""(h) pages and interface under load, as a section of the report."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.scenarios import Goal, Say, Section, time_text
from bench.web.service import ENTERPRISES, Served, served
from tests.postgres import throwaway
from zongbu.cli.desk import THREADS, WORKERS

USERS, THINK, SECONDS = 50, 1.0, 20
LIMIT = 0.3


def under_load(rounds: int, say: Say) -> Section:
    """Answer times of four kinds of requests with 50 users at once, on SQLite and PostgreSQL."""
    section = Section(f"（八）网页和接口：{USERS} 人同时使用，{ENTERPRISES:,} 家企业")
    section.table = [
        ["请求", "数据库", "中位", "95 %", "最长", "每秒", "出错", f"不停地问（{USERS} 个连接）：每秒、95 %"]
    ]
    for database in ("SQLite", "PostgreSQL"):
        say(f"(h) under load, {database}")
        with _service(database) as service:
            for title, requests in service.requests.items():
                _ask(service.address, requests, think=THINK, seconds=4)  # caches and connections are warm
                calm = [_ask(service.address, requests, think=THINK, seconds=SECONDS) for _ in range(rounds)]
                eager = _ask(service.address, requests, think=0, seconds=SECONDS / 2)
                _tell(section, title, database, calm, eager)
    section.remarks = [
        f"每人看一页平均 {THINK:.0f} 秒再问下一页（{THINK / 2:.1f} 到 {THINK * 1.5:.1f} 秒），"
        f"每轮 {SECONDS} 秒，共 {rounds} 轮；时间从发出请求到收完回答，每次新建连接。"
        f"网页 {WORKERS} 个进程各 {THREADS} 个线程，与数据库、发请求的程序在同一台机器上；"
        "PostgreSQL 是测试用的，没有开 fsync，装入数据以后先整理一次（VACUUM ANALYZE，平时它自己会做）。",
        f"最后一列没有停顿：{USERS} 个连接收到回答立刻再问，看的是最多能答多少；这时的等待主要是排队。",
    ]
    return section


@contextmanager
def _service(database: str) -> Iterator[Served]:
    if database == "SQLite":
        with served("", "sqlite") as service:
            yield service
        return
    with throwaway() as cluster:
        if cluster is None:
            raise RuntimeError("PostgreSQL is missing")
        with served(cluster.url, "postgres") as service:
            yield service


def _ask(address: str, requests: Path, *, think: float, seconds: float) -> dict[str, Any]:
    arguments = [address, str(seconds), str(USERS), str(think), str(requests)]
    done = subprocess.run(
        [sys.executable, "-m", "bench.web.users", *arguments], check=True, stdout=subprocess.PIPE, text=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found | {"rate": len(found["seconds"]) / seconds}


def _tell(section: Section, title: str, database: str, calm: list[dict[str, Any]], eager: dict[str, Any]) -> None:
    late = [_share(one["seconds"], 0.95) for one in calm]
    every = [one for found in calm for one in found["seconds"]]
    errors = sum(found["errors"] for found in calm) + eager["errors"]
    p95 = statistics.median(late)
    section.table.append(
        [
            title,
            database,
            time_text(statistics.median(every)),
            f"{time_text(p95)}（{time_text(min(late))}–{time_text(max(late))}）",
            time_text(max(every)),
            f"{statistics.median(found['rate'] for found in calm):.0f}",
            str(errors),
            f"{eager['rate']:.0f}、{time_text(_share(eager['seconds'], 0.95))}",
        ]
    )
    told = f"{time_text(p95)}（{time_text(min(late))}–{time_text(max(late))}），出错 {errors}"
    section.goals.append(
        Goal(
            f"{title}，{database}，{USERS} 人，95 %",
            f"≤ {LIMIT * 1000:.0f} ms，不出错",
            told,
            p95 <= LIMIT and not errors,
        )
    )
    if errors:
        wrong = [text for found in (*calm, eager) for text in found["wrong"]]
        section.losses.append(f"{title}，{database}：{errors} 次出错，例如 {wrong[0]}")


def _share(seconds: list[float], share: float) -> float:
    return sorted(seconds)[min(len(seconds) - 1, int(len(seconds) * share))]
