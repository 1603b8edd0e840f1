"""A finished round with a recognition, revocations and a print run, written straight into the tables: for the walk over
all routes and for the browser, where what is shown matters and not how it came about."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from tests.desk.conftest import USCC
from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.library.policies import policy
from zongbu.desk.people.models import Membership, Person
from zongbu.desk.people.viewers import viewer_as
from zongbu.desk.recognition.models import (
    Application,
    Batch,
    Decision,
    Notice,
    NoticeLine,
    Objection,
    PrintRun,
    Recognition,
    Revocation,
    Round,
)

YEAR = 2019
LONG = "杭州示例数字经济产业投资发展集团股份有限公司（长名称）"


def a_round() -> Round:
    """A round of a past year that is over."""
    found, _new = Round.objects.get_or_create(
        policy="hangzhou-2023",
        year=YEAR,
        defaults={
            "policy_version": policy("hangzhou-2023").version, "title": f"{YEAR}年度总部企业认定", "state": "concluded",
            "as_of": date(2023, 6, 30), "opens": date(YEAR, 5, 1), "closes": date(YEAR, 6, 1), "notice_days": 7,
            "tracks": ["meets_scale", "is_rnd_headquarters", "is_listed_headquarters"], "declaration": "承诺",
        },
    )  # fmt: skip
    return found


def a_recognition(uscc: str = USCC, name: str = LONG, district: str = "330108") -> Recognition:
    """The recognition of an enterprise (made where there is none), with its decision, notice and announcement."""
    enterprise, _new = Enterprise.objects.get_or_create(uscc=uscc, defaults={"name": name, "district": district})
    round, now = a_round(), timezone.now()
    case, new = Application.objects.get_or_create(
        round=round,
        enterprise=enterprise,
        defaults={
            "receipt": f"RD{uscc[-6:]}", "district": district, "state": "recognised", "submitted_at": now,
            "decided_at": now,
        },
    )  # fmt: skip
    if new:
        law = policy(round.policy)
        facts = {"in_city_revenue": "12亿元", "industry_code": "6513", "is_legal_person": "是"}
        assessment = law.assess(facts, as_of=round.as_of)
        Decision.objects.create(
            application=case, outcome="recognise", computed=assessment.results["is_headquarters"],
            tracks=["meets_scale"], deviation="资料另有核实", as_of=round.as_of, known_at=now, policy=law.identifier,
            version=law.version, assessment=assessment.document(), decided_by="某", role="leading_group",
            organisation_name="领导小组",
        )  # fmt: skip
        notice, _made = Notice.objects.get_or_create(
            serial=f"GS-{round.policy}-{YEAR}-1",
            defaults={
                "round": round, "state": "announced", "title": f"{YEAR}年度拟认定总部企业名单公示",
                "starts": date(YEAR, 7, 1), "ends": date(YEAR, 7, 7), "announced_at": now,
                "announcement_serial": f"GG-{round.policy}-{YEAR}-1",
            },
        )  # fmt: skip
        NoticeLine.objects.create(notice=notice, application=case, name=enterprise.name, district=district)
    number = Recognition.objects.count()
    found, _new = Recognition.objects.get_or_create(
        application=case,
        defaults={
            "number": f"ZB{YEAR}-{district}-{number:04d}", "code": "CDEFGHJ" + f"{number:05d}".translate({48: "A", 49: "B"}),
            "round": round, "enterprise": enterprise, "name": enterprise.name, "district": district,
            "tracks": ["meets_scale"], "recognised_on": timezone.localdate() - timedelta(days=30),
        },
    )  # fmt: skip
    return found


STATES = ("hearing", "proposed", "approved")


def a_revocation(state: str = "hearing", uscc: str = "") -> Revocation:
    """A revocation in a state, carried there by the acts themselves, each state at an enterprise of its own."""
    from zongbu.desk.recognition.actions import titles

    recognition = a_recognition(uscc or (USCC if state == "hearing" else f"91330100MA2REV{STATES.index(state):04d}"))
    found = recognition.revocations.first()
    if found is not None:
        return found
    today, city = timezone.localdate(), acting(Role.CITY_OFFICER)
    ground = "检查查实报送的营业收入不实。" * 3
    with transaction.atomic():
        found = titles.open_revocation(city, recognition, ground, "检查报告〔2024〕1号", today)
        if state != "hearing":
            Revocation.objects.filter(pk=found.pk).update(statement="不是故意。", stated_at=timezone.now())
            titles.propose_revocation(city, found.pk, "all")
        if state == "approved":
            titles.approve_revocation(acting(Role.LEADING_GROUP), found.pk, "事实清楚")
    return Revocation.objects.get(pk=found.pk)


def a_print_run(viewer: Viewer | None = None, **given: Any) -> PrintRun:
    """A print run; done with its file unless told otherwise."""
    from zongbu.desk.recognition import printing
    from zongbu.desk.recognition.actions.printing import ask

    a_recognition("91330100MA2PRINT01", "示例打印企业")
    found, _new = ask(viewer or acting(Role.CITY_OFFICER), a_round(), "", "https://zongbu.example")
    if given:
        PrintRun.objects.filter(pk=found.pk).update(**given)
    else:
        printing.run(found.pk, "https://zongbu.example")
    return PrintRun.objects.get(pk=found.pk)


def acting(role: Role) -> Viewer:
    """Somebody in a role: who is there already, or somebody new."""
    from tests.desk.conftest import membership_as

    held = Membership.objects.filter(role=role, ended_at=None).select_related("organisation", "person").first()
    membership = held or membership_as(role)
    person = membership.person
    assert isinstance(person, Person)
    return viewer_as(membership, person)


def a_batch() -> Batch:
    """A submitted batch with one application that waits for its decision, in a round that is over otherwise."""
    round, now = a_round(), timezone.now()
    found, new = Batch.objects.get_or_create(
        round=round, title="示例审定批次", defaults={"state": "submitted", "submitted_at": now}
    )
    if new:
        enterprise, _new = Enterprise.objects.get_or_create(
            uscc="91330100MA2BATCH01", defaults={"name": "示例待审定企业", "district": "330108"}
        )
        Application.objects.create(
            receipt="RDBATCH01", round=round, enterprise=enterprise, district="330108", state="proposed", batch=found,
            proposal="recognise", proposal_reason="符合条件", submitted_at=now,
        )  # fmt: skip
    return found


def an_objection() -> Objection:
    """An objection to a name in a notice, with its reply."""
    case = a_recognition().application
    found, _new = Objection.objects.get_or_create(
        receipt="YY20190705-SAMPLE",
        defaults={
            "kind": "notice", "application": case, "notice": case.notice_lines.get().notice, "state": "dismissed",
            "text": "营业收入不实", "reply": "经核实，数据属实。", "replied_at": timezone.now(),
        },
    )  # fmt: skip
    return found
