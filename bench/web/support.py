"""(j) support: 20,000 awards computed and offered in one run, 50 leads who approve claims at once."""

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

OFFERS, CLAIMS, LEADS, THINK, SECONDS = 20_000, 3_000, 50, 2.0, 40
OFFER_LIMIT, LIMIT = 30.0, 0.4


def offered_and_approved(rounds: int, say: Say) -> Section:
    """Awards are offered to everybody entitled; leads open verified claims and approve them; nothing gets lost."""
    section = Section(f"（十）政策兑现：{OFFERS:,} 笔测算并推送，{LEADS} 名负责人同时批准")
    section.table = [["数据库", "动作", "中位", "95 %", "最长", "每秒动作", "出错", "答复成功而没有留下的"]]
    for database in ("SQLite", "PostgreSQL"):
        say(f"(j) support, {database}")
        with _filled(database) as service:
            _approved(section, database, service, rounds)
    section.remarks = [
        f"推送：{OFFERS:,} 家在名单上的三至五星企业，取事实、测算差额奖励、查名单和禁申期、写申请、办理记录和日志；"
        "同一次运行里每种数据库一遍，只计推送。",
        f"批准：打开申请、打开批准页、写理由批准，每步之间平均停 {THINK:.0f} 秒；每轮 {SECONDS} 秒，共 {rounds} 轮。"
        "动作只计批准一次提交，时间从发出到收完答复；每次批准重新测算、逐项核查、承诺两处资金、签发两张支付单。",
        "没有留下的：服务答复已办理、数据库里却没有办理记录的件数；每轮以后台账逐笔核对。",
    ]
    return section


def _approved(section: Section, database: str, service: Served, rounds: int) -> None:
    took = float((service.folder / "offered.txt").read_text())
    section.goals.append(
        Goal(f"推送 {OFFERS:,} 笔，{database}", f"≤ {OFFER_LIMIT:.0f} s", time_text(took), took <= OFFER_LIMIT)
    )
    before = _stored(service)
    heard = []
    for number in range(rounds):
        done = subprocess.run(
            [sys.executable, "-m", "bench.web.officers", service.address, str(SECONDS), str(THINK),
             str(service.folder / "officers.json"), f"{number}/{rounds}", "approve"],
            check=True, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        heard.append(json.loads(done.stdout))
    lost = sum(one["acknowledged"] for one in heard) - (_stored(service) - before)
    late = [sorted(one["seconds"])[int(len(one["seconds"]) * 0.95)] for one in heard]
    every = [one for found in heard for one in found["seconds"]]
    errors = sum(len(found["wrong"]) for found in heard)
    p95 = statistics.median(late)
    told = f"{time_text(p95)}（{time_text(min(late))}–{time_text(max(late))}）"
    rate = statistics.median(len(found["seconds"]) / SECONDS for found in heard)
    section.table.append(
        [database, "批准", time_text(statistics.median(every)), told, time_text(max(every)), f"{rate:.0f}",
         str(errors), str(lost)]
    )  # fmt: skip
    section.goals.append(
        Goal(
            f"批准，{database}，{LEADS} 名负责人，95 %",
            f"≤ {LIMIT * 1000:.0f} ms，不出错，不丢",
            f"{told}，出错 {errors}，丢 {lost}",
            p95 <= LIMIT and not errors and not lost,
        )
    )
    if errors:
        section.losses.append(f"批准，{database}：{errors} 次出错，例如 {next(w for f in heard for w in f['wrong'])}")


def _stored(service: Served) -> int:
    return int(service.run("-c", _COUNT))


@contextmanager
def _filled(database: str) -> Iterator[Served]:
    if database == "SQLite":
        with _with_claims("", "sqlite") as service:
            yield service
        return
    with throwaway() as cluster:
        if cluster is None:
            raise RuntimeError("PostgreSQL is missing")
        with _with_claims(cluster.url, "postgres") as service:
            yield service


@contextmanager
def _with_claims(url: str, name: str) -> Iterator[Served]:
    def fill(service: Served) -> None:
        started = time.monotonic()
        told = json.loads(service.run("-c", _FILL))
        (service.folder / "officers.json").write_text(json.dumps(told["officers"]))
        (service.folder / "offered.txt").write_text(str(told["seconds"]))
        print(f"filled in {time.monotonic() - started:.0f} s", file=sys.stderr)

    with serving(url, f"support-{name}", fill, afresh=True) as service:
        yield service


_START = """
from zongbu.desk.operation.start import start
start("local")
"""
_FILL = (
    _START
    + f"""
import json, time
from datetime import timedelta
from decimal import Decimal
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone
from zongbu.desk.demo import load
from zongbu.desk.demo.rounds import announced
from zongbu.desk.demo.support import SupportCast
from zongbu.desk.enterprises.actions import record_many
from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel.roles import Role
from zongbu.desk.operation.prepare import migrate
from zongbu.desk.people.districts import DISTRICTS
from zongbu.desk.people.models import Membership, Organisation, Person
from zongbu.desk.recognition.models import Application, Recognition
from zongbu.desk.support.actions import claims, funds, offers
from zongbu.desk.support.measures import offering
from zongbu.desk.support.models import BankAccount, Claim

migrate()
load({OFFERS}, 2023, rounds=False)
today, now, cast = timezone.localdate(), timezone.now(), SupportCast()
round = announced(cast, today.year, opens=today, closes=today + timedelta(days=30), as_of=today)
found = list(Enterprise.objects.filter(name__startswith="示例").exclude(district="").order_by("pk"))
cases = Application.objects.bulk_create((
    Application(
        receipt=f"RD{{one.pk:08d}}", round=round, enterprise=one, district=one.district, state="recognised",
        state_since=now, submitted_at=now, decided_at=now,
    )
    for one in found
), batch_size=500)
Recognition.objects.bulk_create((
    Recognition(
        number=f"ZB{{one.pk}}", code=f"C{{one.pk}}", application=one, round=round, enterprise_id=one.enterprise_id,
        name="示例", district=one.district, recognised_on=today - timedelta(days=30),
    )
    for one in cases
), batch_size=500)
stars = (
    {{"uscc": one.uscc, "star": str(3 + one.pk % 3), "highest_star_paid": "0", "on_dishonesty_list": "false",
      "is_banned": "false"}}
    for one in found
)
record_many(cast[Role.CITY_OFFICER], stars, valid_from=today - timedelta(days=1), batch="stars", prepared=True)
city = cast[Role.CITY_FINANCE]
made = [funds.set_up(city, "市级资金", "city")]
made += [funds.set_up(cast.treasury(code), f"{{code}}资金", "district", district=code) for code in DISTRICTS]
for fund in made:
    funds.appropriate(cast.payer(fund), fund, today.year, Decimal(100_000_000_000), "示例文号")
BankAccount.objects.bulk_create(
    (BankAccount(enterprise=one, holder=one.name, bank="示例银行", number=f"62{{one.pk:014d}}") for one in found),
    batch_size=500,
)
star_award = offering("hangzhou-2023", "star_award")
started = time.perf_counter()
run = offers.offer(cast[Role.CITY_OFFICER], star_award, [one.pk for one in found], today.year)
seconds = time.perf_counter() - started
assert run.offered >= {OFFERS} * 0.95, run
waiting = list(Claim.objects.filter(state="offered").select_related("enterprise").order_by("pk")[:{CLAIMS}])
for claim in waiting:
    claims.confirm(cast.of(claim.enterprise), claim.pk)
office = Organisation.objects.get(kind="city_office")
officers = []
for number in range({LEADS}):
    person = Person(username=f"lead-{{number}}", name=f"示例负责人{{number}}")
    person.set_unusable_password()
    person.save()
    Membership.objects.create(person=person, organisation=office, role=Role.CITY_LEAD)
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    mine = [claim.receipt for claim in waiting[number :: {LEADS}]]
    officers.append({{"session": session.session_key, "receipts": mine}})
print(json.dumps({{"seconds": seconds, "officers": officers}}))
"""
)
_COUNT = (
    _START
    + """
from zongbu.desk.support.ledger.checking import faults
from zongbu.desk.support.models import Claim
wrong = [str(one) for one in faults()]
assert not wrong, wrong[:5]
print(Claim.objects.filter(state="approved").count())
"""
)
