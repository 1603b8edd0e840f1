"""(i) a round of recognition: 5,000 applications, 50 officers who act at once, and the replay of 5,000 decisions."""

from __future__ import annotations

import statistics

from bench.scenarios import Goal, Say, Section, time_text
from bench.web.acting import COLUMNS, EAGERLY, SECONDS, SIGNED_IN, START, THINK, Task, acted, filled
from bench.web.service import Served

APPLICATIONS, OFFICERS = 5_000, 50
REPLAY_LIMIT = 10.0


def officers_at_once(rounds: int, say: Say) -> Section:
    """Officers of thirteen districts open applications, fill in the check list and recommend; nothing gets lost."""
    section = Section(f"（九）认定批次：{APPLICATIONS:,} 份申请，{OFFICERS} 名经办人同时办理")
    section.table = [COLUMNS]
    task = Task("认定批次", "保存、推荐", "recommend", f"{OFFICERS} 名经办人", _COUNT)
    for database in ("SQLite", "PostgreSQL"):
        say(f"(i) a round, {database}")
        with filled(database, "round", _FILL) as (service, _told):
            acted(section, database, service, task, rounds)
            if database == "SQLite":
                _replayed(section, service, rounds, say)
    section.remarks = [
        f"每份申请三步：打开、填核查清单并保存、写理由推荐（同时向四个部门征求意见），每步之间平均停 {THINK:.0f} 秒；"
        f"每轮 {SECONDS} 秒，共 {rounds} 轮。动作只计保存和推荐两次提交，时间从发出到收完答复。",
        "没有留下的：服务答复已办理、数据库里却没有办理记录的件数。重算用 `zongbu replay` 的同一函数，只计重算。",
        EAGERLY,
    ]
    return section


def _replayed(section: Section, service: Served, rounds: int, say: Say) -> None:
    say("(i) replay")
    seconds = [float(service.run("-c", _REPLAY)) for _ in range(rounds)]
    middle = statistics.median(seconds)
    told = f"{time_text(middle)}（{time_text(min(seconds))}–{time_text(max(seconds))}）"
    section.goals.append(Goal(f"重算 {APPLICATIONS:,} 个决定", f"≤ {REPLAY_LIMIT:.0f} s", told, middle <= REPLAY_LIMIT))


_FILL = (
    START
    + SIGNED_IN
    + f"""
import json
from collections import defaultdict
from datetime import timedelta
from django.utils import timezone
from zongbu.desk.demo import load
from zongbu.desk.demo.rounds import Cast, announced
from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel.roles import Role
from zongbu.desk.operation.prepare import migrate
from zongbu.desk.people.models import Organisation
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
    session = signed_in(f"officer-{{number}}", f"示例经办人{{number}}", office, Role.DISTRICT_OFFICER)
    # Colleagues share out the applications of their district.
    colleagues = len(range(number % len(offices), {OFFICERS}, len(offices)))
    mine = waiting[office.district][number // len(offices) :: colleagues]
    officers.append({{"session": session, "receipts": mine}})
for case in cases:
    case.round = round
    record = records.of(case, now)
    outcome = "recognise" if record.computed else "refuse"
    Decision.objects.bulk_create([Decision(
        application=case, outcome=outcome, deviation="" if record.agrees(outcome) else "示例",
        decided_at=now, decided_by="示例", role="leading_group", organisation_name="示例", **record.fields,
    )])
print(json.dumps({{"officers": officers}}))
"""
)
_COUNT = (
    START
    + """
from zongbu.desk.kernel.flow import Participation
from zongbu.desk.recognition.models import CheckItem
checked = CheckItem.objects.order_by().values("application").distinct().count()
print(checked + Participation.objects.filter(act="recommend").count())
"""
)
_REPLAY = (
    START
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
