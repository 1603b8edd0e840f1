"""Claims of an enterprise in any state, written straight into the tables: for the walk over all routes and for the
browser, where what is shown matters and not how it came about. Each state has a year of its own."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone

from tests.desk.conftest import USCC, membership_as, organisation_for
from zongbu.desk.enterprises.models import Enterprise, EvidenceFile
from zongbu.desk.kernel.flow import Participation
from zongbu.desk.kernel.roles import Role
from zongbu.desk.support import handling
from zongbu.desk.support.flow import CLAIM
from zongbu.desk.support.measures import offering
from zongbu.desk.support.models import (
    BankAccount,
    Claim,
    ClaimComment,
    ClaimDecision,
    ClaimMaterial,
    ClaimObjection,
    Fund,
    Invoice,
    OfferLine,
    OfferRun,
    PaymentBatch,
    PaymentOrder,
    Share,
)

LONG = "杭州示例数字经济产业投资发展集团股份有限公司（长名称）"
STATES = [state.name for state in CLAIM.states]
PAST = {
    "offered": ("offer",),
    "draft": ("start",),
    "submitted": ("start", "submit"),
    "returned": ("start", "submit", "accept", "return"),
    "accepted": ("start", "submit", "accept"),
    "verified": ("start", "submit", "accept", "verify"),
    "approved": ("start", "submit", "accept", "verify", "approve"),
    "paying": ("start", "submit", "accept", "verify", "approve", "pay_out"),
    "paid": ("start", "submit", "accept", "verify", "approve", "pay_out", "settle"),
    "given_back": ("start", "submit", "accept", "verify", "approve", "pay_out", "settle", "give_back_all"),
    "refused": ("start", "submit", "accept", "refuse"),
    "declined": ("offer", "decline"),
    "withdrawn": ("start", "submit", "withdraw"),
}
"""What has been done to a claim in a state."""
REASONS = {"return": "材料有两处不清，请补正后重新提交", "refuse": "租赁合同的承租方不是本企业"}
HELD = ("verified", "approved", "paying", "paid", "given_back")


def a_claim(state: str = "submitted", uscc: str = USCC, measure: str = "") -> Claim:
    """The claim of an enterprise in a state: materials, invoice, comments, shares, orders, a decision."""
    enterprise, _new = Enterprise.objects.get_or_create(uscc=uscc, defaults={"name": LONG, "district": "330108"})
    measure = measure or ("star_award" if state in ("offered", "declined") else "rent_subsidy")
    found = offering("hangzhou-2023", measure)
    place, before = STATES.index(state), timezone.now() - timedelta(days=30)
    today = timezone.localdate()
    year = today.year if state in ("offered", "draft") else 2000 + place
    account, _new = BankAccount.objects.get_or_create(
        enterprise=enterprise,
        ended_at=None,
        defaults={"holder": enterprise.name, "bank": "示例银行股份有限公司杭州滨江支行", "number": "6222000012345678"},
    )
    decided = state in ("approved", "paying", "paid", "given_back", "refused")
    case, new = Claim.objects.get_or_create(
        enterprise=enterprise,
        year=year,
        slot=found.slot(),
        defaults={
            "receipt": f"SC20000101-{uscc[-4:].replace('0', 'X').replace('1', 'Y')}{place:02d}",
            "district": enterprise.district or "330108", "policy": found.policy.identifier,
            "policy_version": found.policy.version, "measure": measure, "title": found.measure.title,
            "clause": found.measure.clause, "way": "offer" if measure == "star_award" else "claim",
            "level": found.measure.level, "organisation": handling.organisation_for(found, "330108") or organisation_for(Role.DISTRICT_OFFICER),
            "as_of": today if year == today.year else date(2025, 12, 31), "state": state, "state_since": before,
            "entitled": True, "computed": 60_0000_00, "amount": 60_0000_00 if state in HELD else None,
            "demonstration": True, "account": account, "contact_name": "张三", "contact_phone": "0571-8500 0001",
            "submitted_at": None if state in ("offered", "draft") else before,
            "signed_by": "李四", "signed_at": None if state in ("offered", "draft") else before,
            "decided_at": before if decided else None, "paid_at": before if state == "paid" else None,
        },
    )  # fmt: skip
    if not new:
        return case
    ends = {act.name: act.end for act in CLAIM.acts}
    for number, act in enumerate(PAST[state]):
        Participation.objects.create(
            flow=CLAIM.name, case=str(case.pk), act=act, start="", end=ends[act],
            moment=before + timedelta(days=number), person_name="某人", organisation_name="滨江区总部办",
            role=Role.DISTRICT_OFFICER, reason=REASONS.get(act, ""),
        )  # fmt: skip
    if measure != "star_award":
        file, _new = EvidenceFile.objects.get_or_create(
            stored=f"{enterprise.pk:040x}aa",
            defaults={"enterprise": enterprise, "name": "租赁合同（2025年签订，含全部附页和补充协议）.pdf", "kind": "pdf",
                      "size": 1, "sha256": "ab" * 32},
        )  # fmt: skip
        for title in found.materials[:2]:
            ClaimMaterial.objects.create(claim=case, title=title, file=file)
        Invoice.objects.create(claim=case, number=f"FP{case.pk:08d}", amount=2_000_000_00)
    if state == "returned":
        for subject, text in (
            ("rent_paid", "与发票合计不一致，请核对"),
            ("material:付款凭证", "凭证看不清，请重新扫描上传"),
            ("", "请补充租赁期限的说明"),
        ):
            ClaimComment.objects.create(
                claim=case, subject=subject, text=text, raised_by="某人", organisation_name="滨江区总部办",
                raised_at=before,
            )  # fmt: skip
    if decided:
        _decision(case, state)
    if state in HELD:
        _money(case, account)
    return case


def an_objection(uscc: str = USCC) -> ClaimObjection:
    """An objection to a refusal that waits for an answer."""
    case = a_claim("refused", uscc)
    found, _new = ClaimObjection.objects.get_or_create(
        claim=case,
        state="received",
        defaults={"receipt": f"SY20000101-{case.pk:06d}", "text": "合同由本企业的分公司签订，费用由本企业支付。"},
    )
    return found


def a_run(*, trial: bool = True) -> OfferRun:
    """A finished apply-free run of somebody of the city office."""
    asked_by = membership_as(Role.CITY_OFFICER)
    found = offering("hangzhou-2023", "star_award")
    run = OfferRun.objects.create(
        policy=found.policy.identifier, measure=found.measure.identifier, title=found.measure.title,
        clause=found.measure.clause, policy_version=found.policy.version, year=timezone.localdate().year, trial=trial,
        state="done", asked_by=asked_by, total=40, done=40, offered=3, amount=2_000_000_00, demonstration=True,
        per_district=[["330106", 1, 500_000_00], ["330108", 2, 1_500_000_00]],
        per_star=[["5", 1, 1_000_000_00], ["3", 2, 1_000_000_00]], finished_at=timezone.now(),
        left=[["现在不在认定名单上", 30], ["已有推送或申请", 5], ["没有应发的金额", 2]],
    )  # fmt: skip
    enterprise, _new = Enterprise.objects.get_or_create(uscc=USCC, defaults={"name": LONG, "district": "330108"})
    OfferLine.objects.create(run=run, enterprise=enterprise, amount=1_000_000_00, star="3")
    return run


def _decision(case: Claim, state: str) -> None:
    refused = state == "refused"
    ClaimDecision.objects.create(
        claim=case, act="refuse" if refused else "approve", amount=case.amount, computed=60_0000_00, entitled=True,
        shares=[],
        checks=[
            {"kind": "in_force", "title": "政策在有效期内", "passed": True, "text": "计算基准日在有效期内。"},
            {"kind": "entitled", "title": "符合享受条件", "passed": not refused, "text": "请看计算说明。"},
            {"kind": "listed", "title": "不在严重违法失信名单", "passed": None, "text": "没有记录，须先查明。"},
        ],
        as_of=case.as_of, known_at=timezone.now(), policy=case.policy, version=case.policy_version, decided=[],
        assessment={}, reason=REASONS["refuse"] if refused else "", decided_by="某人", role=Role.DISTRICT_LEAD,
        organisation_name="滨江区总部办",
    )  # fmt: skip


def _money(case: Claim, account: BankAccount) -> None:
    """The share of the district's fund, an order that failed, and the one that took its place."""
    fund, _new = Fund.objects.get_or_create(
        level="district", district=case.district, defaults={"name": "滨江区总部经济专项资金"}
    )
    state, whole = case.state, case.amount or 0
    share = Share.objects.create(
        claim=case, fund=fund, amount=whole, budget_year=timezone.localdate().year,
        reserved=whole if state == "verified" else 0,
        committed=whole if state in ("approved", "paying") else 0,
        paid=whole if state in ("paid", "given_back") else 0,
        returned=whole if state == "given_back" else 0,
    )  # fmt: skip
    if state == "verified":
        return
    given = {
        "claim": case, "share": share, "fund": fund, "amount": whole, "payee": account.holder, "bank": account.bank,
        "account": account.number,
    }  # fmt: skip
    failed = PaymentOrder.objects.create(
        number=f"ZF20000101-{case.pk:06d}", state="failed", failure="账号与户名不符", **given
    )
    if state == "approved":
        return
    batch = PaymentBatch.objects.create(
        receipt=f"BF20000101-{case.pk:06d}", fund=fund, title="拨付批次", exported_at=timezone.now(),
        state="settled" if state != "paying" else "exported",
    )  # fmt: skip
    PaymentOrder.objects.create(
        number=f"ZF20000101-{case.pk:06d}B", replaces=failed, batch=batch,
        state="exported" if state == "paying" else "paid",
        settled_on=None if state == "paying" else timezone.localdate(), **given,
    )  # fmt: skip
