"""(j) support: 20,000 awards computed and offered in one run, 50 leads who approve claims at once."""

from __future__ import annotations

from bench.scenarios import Goal, Say, Section, time_text
from bench.web.acting import COLUMNS, EAGERLY, SECONDS, SIGNED_IN, START, THINK, Task, acted, filled

OFFERS, CLAIMS, LEADS = 20_000, 3_000, 50
OFFER_LIMIT = 30.0


def offered_and_approved(rounds: int, say: Say) -> Section:
    """Awards are offered to everybody entitled; leads open verified claims and approve them; nothing gets lost."""
    section = Section(f"（十）政策兑现：{OFFERS:,} 笔测算并推送，{LEADS} 名负责人同时批准")
    section.table = [COLUMNS]
    task = Task("批准", "批准", "approve", f"{LEADS} 名负责人", _COUNT)
    for database in ("SQLite", "PostgreSQL"):
        say(f"(j) support, {database}")
        with filled(database, "support", _FILL) as (service, told):
            took = float(str(told["seconds"]))
            section.goals.append(
                Goal(f"推送 {OFFERS:,} 笔，{database}", f"≤ {OFFER_LIMIT:.0f} s", time_text(took), took <= OFFER_LIMIT)
            )
            acted(section, database, service, task, rounds)
    section.remarks = [
        f"推送：{OFFERS:,} 家在名单上的三至五星企业，取事实、测算差额奖励、查名单和禁申期、写申请、办理记录和日志；"
        "同一次运行里每种数据库一遍，只计推送。",
        f"批准：打开申请、打开批准页、写理由批准，每步之间平均停 {THINK:.0f} 秒；每轮 {SECONDS} 秒，共 {rounds} 轮。"
        "动作只计批准一次提交，时间从发出到收完答复；每次批准重新测算、逐项核查、承诺两处资金、签发两张支付单。",
        "没有留下的：服务答复已办理、数据库里却没有办理记录的件数；全部做完后用台账逐笔核对。",
        EAGERLY,
    ]
    return section


_FILL = (
    START
    + SIGNED_IN
    + f"""
import json, time
from datetime import timedelta
from decimal import Decimal
from django.utils import timezone
from zongbu.desk.demo import load
from zongbu.desk.demo.rounds import announced
from zongbu.desk.demo.support import SupportCast
from zongbu.desk.enterprises.actions import record_many
from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel.roles import Role
from zongbu.desk.operation.prepare import migrate
from zongbu.desk.people.districts import DISTRICTS
from zongbu.desk.people.models import Organisation
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
    session = signed_in(f"lead-{{number}}", f"示例负责人{{number}}", office, Role.CITY_LEAD)
    mine = [claim.receipt for claim in waiting[number :: {LEADS}]]
    officers.append({{"session": session, "receipts": mine}})
print(json.dumps({{"seconds": seconds, "officers": officers}}))
"""
)
_COUNT = (
    START
    + """
from zongbu.desk.support.ledger.checking import faults
from zongbu.desk.support.models import Claim
wrong = [str(one) for one in faults()]
assert not wrong, wrong[:5]
print(Claim.objects.filter(state="approved").count())
"""
)
