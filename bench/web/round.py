"""(i) a round of recognition: 5,000 applications, 50 officers who act at once, and the replay of 5,000 decisions."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from bench.scenarios import Goal, Say, Section, time_text
from bench.web.service import Served, serving
from tests.postgres import throwaway

APPLICATIONS, OFFICERS, THINK, SECONDS = 5_000, 50, 2.0, 40
LIMIT, REPLAY_LIMIT = 0.4, 10.0


def officers_at_once(rounds: int, say: Say) -> Section:
    """Officers of thirteen districts open applications, fill in the check list and recommend; nothing gets lost."""
    section = Section(f"（九）认定批次：{APPLICATIONS:,} 份申请，{OFFICERS} 名经办人同时办理")
    section.table = [["数据库", "动作", "中位", "95 %", "最长", "每秒动作", "出错", "答复成功而没有留下的"]]
    for database in ("SQLite", "PostgreSQL"):
        say(f"(i) a round, {database}")
        with _filled(database) as service:
            before = _stored(service)
            heard = []
            for number in range(rounds):
                done = subprocess.run(
                    [sys.executable, "-m", "bench.web.officers", service.address, str(SECONDS), str(THINK),
                     str(service.folder / "officers.json"), f"{number}/{rounds}", "recommend"],
                    check=True, stdout=subprocess.PIPE, text=True,
                )  # fmt: skip
                heard.append(json.loads(done.stdout))
            after = _stored(service)
            lost = sum(one["acknowledged"] for one in heard) - (after - before)
            _tell(section, database, heard, lost)
            if database == "SQLite":
                _replayed(section, service, rounds, say)
    section.remarks = [
        f"每份申请三步：打开、填核查清单并保存、写理由推荐（同时向四个部门征求意见），每步之间平均停 {THINK:.0f} 秒；"
        f"每轮 {SECONDS} 秒，共 {rounds} 轮。动作只计保存和推荐两次提交，时间从发出到收完答复。",
        "没有留下的：服务答复已办理、数据库里却没有办理记录的件数。重算用 `zongbu replay` 的同一函数，只计重算。",
    ]
    return section


def _tell(section: Section, database: str, heard: list[dict[str, list[float]]], lost: int) -> None:
    late = [_share(one["seconds"], 0.95) for one in heard]
    every = [one for found in heard for one in found["seconds"]]
    errors = sum(len(found["wrong"]) for found in heard)
    p95 = statistics.median(late)
    told = f"{time_text(p95)}（{time_text(min(late))}–{time_text(max(late))}）"
    rate = statistics.median(len(found["seconds"]) / SECONDS for found in heard)
    section.table.append(
        [database, "保存、推荐", time_text(statistics.median(every)), told, time_text(max(every)), f"{rate:.0f}",
         str(errors), str(lost)]
    )  # fmt: skip
    section.goals.append(
        Goal(
            f"认定批次，{database}，{OFFICERS} 名经办人，95 %",
            f"≤ {LIMIT * 1000:.0f} ms，不出错，不丢",
            f"{told}，出错 {errors}，丢 {lost}",
            p95 <= LIMIT and not errors and not lost,
        )
    )
    if errors:
        section.losses.append(
            f"认定批次，{database}：{errors} 次出错，例如 {next(w for f in heard for w in f['wrong'])}"
        )


def _replayed(section: Section, service: Served, rounds: int, say: Say) -> None:
    say("(i) replay")
    seconds = [float(service.run("-c", _REPLAY)) for _ in range(rounds)]
    middle = statistics.median(seconds)
    told = f"{time_text(middle)}（{time_text(min(seconds))}–{time_text(max(seconds))}）"
    section.goals.append(Goal(f"重算 {APPLICATIONS:,} 个决定", f"≤ {REPLAY_LIMIT:.0f} s", told, middle <= REPLAY_LIMIT))


def _stored(service: Served) -> int:
    return int(service.run("-c", _COUNT))


@contextmanager
def _filled(database: str) -> Iterator[Served]:
    """A fresh service with the round; acts use it up, so that it is made anew each time."""
    if database == "SQLite":
        with _with_round("", "sqlite") as service:
            yield service
        return
    with throwaway() as cluster:
        if cluster is None:
            raise RuntimeError("PostgreSQL is missing")
        with _with_round(cluster.url, "postgres") as service:
            yield service


@contextmanager
def _with_round(url: str, name: str) -> Iterator[Served]:
    def fill(service: Served) -> None:
        started = time.monotonic()
        (service.folder / "officers.json").write_text(service.run("-c", _FILL))
        print(f"filled in {time.monotonic() - started:.0f} s", file=sys.stderr)

    with serving(url, f"round-{name}", fill, afresh=True) as service:
        yield service


def _share(seconds: list[float], share: float) -> float:
    return sorted(seconds)[min(len(seconds) - 1, int(len(seconds) * share))]


_START = """
from zongbu.desk.operation.start import start
start("local")
"""
_FILL = (
    _START
    + f"""
import json, sys
from collections import defaultdict
from datetime import timedelta
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone
from zongbu.desk.demo import load
from zongbu.desk.demo.rounds import Cast, announced
from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel.roles import Role
from zongbu.desk.operation.prepare import migrate
from zongbu.desk.people.models import Membership, Organisation, Person
from zongbu.desk.recognition import records
from zongbu.desk.recognition.models import Application, Decision, Declaration

migrate()
load({APPLICATIONS}, 2023, rounds=False)
today, now = timezone.localdate(), timezone.now()
round = announced(Cast(), today.year, opens=today, closes=today + timedelta(days=30), as_of=today)
found = Enterprise.objects.filter(name__startswith="示例").exclude(district="").order_by("pk")
cases = Application.objects.bulk_create(
    Application(
        receipt=f"RD{{number:08d}}", round=round, enterprise=enterprise, district=enterprise.district,
        state="district", state_since=now, submitted_at=now,
    )
    for number, enterprise in enumerate(found)
)
Declaration.objects.bulk_create(
    Declaration(application=case, person_name="示例", text="示例", text_version="0") for case in cases
)
waiting = defaultdict(list)
for case in cases:
    waiting[case.district].append(case.receipt)
offices = list(Organisation.objects.filter(kind="district_office", district__in=waiting).order_by("district"))
officers = []
for number in range({OFFICERS}):
    office = offices[number % len(offices)]
    person = Person(username=f"officer-{{number}}", name=f"示例经办人{{number}}")
    person.set_unusable_password()
    person.save()
    Membership.objects.create(person=person, organisation=office, role=Role.DISTRICT_OFFICER)
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    # Colleagues share out the applications of their district.
    colleagues = len(range(number % len(offices), {OFFICERS}, len(offices)))
    mine = waiting[office.district][number // len(offices) :: colleagues]
    officers.append({{"session": session.session_key, "receipts": mine}})
for case in cases:
    case.round = round
    record = records.of(case, now)
    outcome = "recognise" if record.computed else "refuse"
    Decision.objects.bulk_create([Decision(
        application=case, outcome=outcome, deviation="" if record.agrees(outcome) else "示例",
        decided_at=now, decided_by="示例", role="leading_group", organisation_name="示例", **record.fields,
    )])
print(json.dumps(officers))
"""
)
_COUNT = (
    _START
    + """
from zongbu.desk.kernel.flow import Participation
from zongbu.desk.recognition.models import CheckItem
checked = CheckItem.objects.order_by().values("application").distinct().count()
print(checked + Participation.objects.filter(act="recommend").count())
"""
)
_REPLAY = (
    _START
    + f"""
import time
from zongbu.desk.recognition.models import Round
from zongbu.desk.recognition.records import decisions_of, replay
started = time.perf_counter()
done = [one.identical for one in replay(decisions_of(Round.objects.get()).iterator(500))]
took = time.perf_counter() - started
assert len(done) >= {APPLICATIONS} * 0.9 and all(done), (len(done), sum(done))
print(took)
"""
)
