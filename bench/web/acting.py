"""People who act on cases at the same time: what the scenarios of recognition and of support have in common."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from bench.scenarios import Goal, Section, time_text
from bench.web.service import Served, serving
from tests.postgres import throwaway

COLUMNS = [
    "数据库", "动作", "中位", "95 %", "最长", "每秒动作", "出错", "答复成功而没有留下的", "不停地办：每秒动作、95 %",
]  # fmt: skip
THINK, SECONDS, LIMIT = 2.0, 40, 0.4
"""How long people read before each step, how long a round takes, what 95 of 100 acts have to take at most (s)."""
EAGER = 15
"""How long they act without reading (s), which shows how much the service can do at most."""
EAGERLY = "最后一列没有停顿：每人收到答复立刻走下一步，看的是最多能办多少；这时的等待主要是排队，出错和丢失也一并计入。"
"""What is said about that."""
START = """
from zongbu.desk.operation.start import start
start("local")
"""
SIGNED_IN = """
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from zongbu.desk.people.models import Membership, Person

def signed_in(username, name, office, role):
    person = Person(username=username, name=name)
    person.set_unusable_password()
    person.save()
    Membership.objects.create(person=person, organisation=office, role=role)
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    return session.session_key
"""
"""Defines a function that makes somebody with a session; used by what fills a database."""


@dataclass(frozen=True)
class Task:
    """What people do: in words, as ``bench.web.officers`` names it, who they are, and a script that prints how many
    acts the database keeps."""

    title: str
    acts: str
    name: str
    people: str
    count: str


def acted(section: Section, database: str, service: Served, task: Task, rounds: int) -> None:
    """Let them act, round after round, the last time without a pause; a row, a goal and what went wrong are added to
    the section."""
    before = int(service.run("-c", task.count))

    def let(number: int, seconds: float, think: float) -> dict[str, Any]:
        done = subprocess.run(
            [sys.executable, "-m", "bench.web.officers", service.address, str(seconds), str(think),
             str(service.folder / "officers.json"), f"{number}/{rounds + 1}", task.name],
            check=True, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    heard = [let(number, SECONDS, THINK) for number in range(rounds)]
    eager = let(rounds, EAGER, 0)
    lost = sum(one["acknowledged"] for one in (*heard, eager)) - (int(service.run("-c", task.count)) - before)
    late = [_late(one["seconds"]) for one in heard]
    every = [one for found in heard for one in found["seconds"]]
    wrong = [one for found in (*heard, eager) for one in found["wrong"]]
    p95 = statistics.median(late)
    told = f"{time_text(p95)}（{time_text(min(late))}–{time_text(max(late))}）"
    rate = statistics.median(len(found["seconds"]) / SECONDS for found in heard)
    section.table.append(
        [database, task.acts, time_text(statistics.median(every)), told, time_text(max(every)), f"{rate:.0f}",
         str(len(wrong)), str(lost), f"{len(eager['seconds']) / EAGER:.0f}、{time_text(_late(eager['seconds']))}"]
    )  # fmt: skip
    section.goals.append(
        Goal(
            f"{task.title}，{database}，{task.people}，95 %",
            f"≤ {LIMIT * 1000:.0f} ms，不出错，不丢",
            f"{told}，出错 {len(wrong)}，丢 {lost}",
            p95 <= LIMIT and not wrong and not lost,
        )
    )
    if wrong:
        section.losses.append(f"{task.title}，{database}：{len(wrong)} 次出错，例如 {wrong[0]}")


def _late(seconds: list[float]) -> float:
    """What 95 of 100 take at most."""
    return sorted(seconds)[int(len(seconds) * 0.95)]


@contextmanager
def filled(database: str, name: str, script: str) -> Iterator[tuple[Served, dict[str, object]]]:
    """A fresh service on SQLite or PostgreSQL, and what the script that fills it tells, ``officers`` among it. Acts use
    cases up, so that it is made anew each time."""
    if database == "SQLite":
        with _filled("", f"{name}-sqlite", script) as found:
            yield found
        return
    with throwaway() as cluster:
        if cluster is None:
            raise RuntimeError("PostgreSQL is missing")
        with _filled(cluster.url, f"{name}-postgres", script) as found:
            yield found


@contextmanager
def _filled(url: str, name: str, script: str) -> Iterator[tuple[Served, dict[str, object]]]:
    told: dict[str, object] = {}

    def fill(service: Served) -> None:
        started = time.monotonic()
        told.update(json.loads(service.run("-c", script)))
        (service.folder / "officers.json").write_text(json.dumps(told["officers"]))
        print(f"filled in {time.monotonic() - started:.0f} s", file=sys.stderr)

    with serving(url, name, fill, afresh=True) as service:
        yield service, told
