"""Applications in any state, written straight into the tables: for the walk over all routes and for the browser, where
what is shown matters and not how it came about. Each state has a round of its own, so that one enterprise has them all.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from tests.desk.conftest import USCC, organisation_for
from zongbu.desk.enterprises.models import Enterprise, EvidenceFile, Referral
from zongbu.desk.kernel.flow import Participation
from zongbu.desk.kernel.roles import Role
from zongbu.desk.library.policies import policy
from zongbu.desk.people.models import Organisation
from zongbu.desk.recognition.flow import APPLICATION
from zongbu.desk.recognition.models import (
    Application,
    ApplicationMaterial,
    CheckItem,
    Declaration,
    FieldComment,
    Opinion,
    RequiredMaterial,
    Round,
    RoundCheck,
)
from zongbu.desk.recognition.settings import OPEN_SETTINGS

LONG = "杭州示例数字经济产业投资发展集团股份有限公司（长名称）"
STATES = [state.name for state in APPLICATION.states]
PAST = {
    "draft": ("start",), "district": ("start", "submit"), "returned": ("start", "submit", "return"),
    "departments": ("start", "submit", "recommend"), "city": ("start", "submit", "recommend", "collect"),
    "withdrawn": ("start", "submit", "withdraw"),
}  # fmt: skip
"""What has been done to an application in a state."""


def a_round(year: int = 2000, department: Organisation | None = None) -> Round:
    """A round that accepts applications today."""
    today = timezone.localdate()
    law = policy("hangzhou-2023")
    found, new = Round.objects.get_or_create(
        policy=law.identifier,
        year=year,
        defaults={
            "policy_version": law.version, "title": f"{year}年度总部企业认定", "state": "open",
            "as_of": date(2025, 6, 30), "opens": today - timedelta(days=20), "closes": today + timedelta(days=5),
            "notice_days": 7, "district_days": 10, "department_days": 5, "correction_days": 5, "office_days": 10,
            "tracks": ["meets_scale", "is_rnd_headquarters", "is_listed_headquarters"],
            "declaration": "本企业承诺所报数据和材料真实、准确、完整。\n\n如有虚假，承担相应责任。",
            "basis": dict.fromkeys(OPEN_SETTINGS, "演示设定：正文没有规定，便于看到到期提醒"), "contact": "0571-8500 0000",
        },
    )  # fmt: skip
    if new:
        asked = department or organisation_for(Role.DEPARTMENT_OFFICER)
        RoundCheck.objects.create(
            round=found, organisation=asked, facts=["in_city_revenue", "fits_industrial_orientation"],
            task="产业导向、上年度在杭营业收入",
        )  # fmt: skip
        RequiredMaterial.objects.create(round=found, title="营业执照", note="加盖公章的复印件")
        RequiredMaterial.objects.create(round=found, title="上市证明", track="is_listed_headquarters", required=False)
    return found


def an_application(
    state: str = "district", uscc: str = USCC, name: str = LONG, department: Organisation | None = None
) -> Application:
    """The application of an enterprise in a state, with materials, a declaration, comments and opinions."""
    enterprise, _new = Enterprise.objects.get_or_create(uscc=uscc, defaults={"name": name, "district": "330108"})
    place = STATES.index(state)
    round, before = a_round(2000 + place, department), timezone.now() - timedelta(days=3)
    submitted = None if state == "draft" else before
    case, new = Application.objects.get_or_create(
        round=round,
        enterprise=enterprise,
        defaults={
            "receipt": f"RD20000101-{uscc[-4:].replace('0', 'X').replace('1', 'Y')}{place:02d}",
            "district": enterprise.district, "state": state, "state_since": before, "submitted_at": submitted,
            "decided_at": before if state in ("approved", "refused", "noticed", "recognised") else None,
            "track": "meets_scale", "contact_name": "张三", "contact_phone": "0571-8500 0001",
        },
    )  # fmt: skip
    if not new:
        return case
    ends = {act.name: act.end for act in APPLICATION.acts}
    for act in PAST.get(state, ("start", "submit")):
        Participation.objects.create(
            flow=APPLICATION.name, case=str(case.pk), act=act, start="", end=ends[act], moment=before,
            person_name="某人", organisation_name=enterprise.name, role=Role.ENTERPRISE_STAFF,
            reason="材料有两处不清，请补正后重新提交" if act == "return" else "",
        )  # fmt: skip
    material = round.materials.get(title="营业执照")
    file, _new = EvidenceFile.objects.get_or_create(
        stored=f"{enterprise.pk:048x}",
        defaults={"enterprise": enterprise, "name": "营业执照（副本，2025年换发，含全部页）.pdf", "kind": "pdf",
                  "size": 1, "sha256": "ab" * 32},
    )  # fmt: skip
    ApplicationMaterial.objects.create(application=case, material=material, file=file)
    if submitted is not None:
        Declaration.objects.create(
            application=case, person_name="李四", text=round.declaration, text_version="0123456789abcdef"
        )
        CheckItem.objects.create(
            application=case, result="meets_scale", verdict="doubtful", note="收入与年报不一致", checked_by="某人"
        )
    if state in ("returned", "district"):
        for subject, text in (("in_city_revenue", "口径应为在杭营业收入，请核对后更正"), ("", "请补充说明集团架构")):
            FieldComment.objects.create(
                application=case, subject=subject, text=text, raised_by="某人", organisation_name="区总部办"
            )
    if state in ("departments", "city"):
        an_opinion(case, "requested" if state == "departments" else "given")
    return case


def an_opinion(case: Application, state: str = "requested") -> Opinion:
    """What a department is asked about an application, or has said."""
    check = case.round.checks.get()
    given: dict[str, Any] = {}
    if state == "given":
        given = {"verdict": "object", "text": "收入数据与税务口径不一致", "given_at": timezone.now()}
    found, new = Opinion.objects.get_or_create(
        application=case,
        check_asked=check,
        defaults={"asked": check.organisation, "organisation": check.organisation, "state": state,
                  "due": timezone.localdate() - timedelta(days=2), **given},
    )  # fmt: skip
    if new:
        Referral.objects.get_or_create(
            enterprise=case.enterprise, organisation=check.organisation, ended_at=None, defaults={"reason": "认定"}
        )
    return found
