"""Decision letters on claims: how much, how that came about row by row, under which clause, and how to object."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils import timezone, translation

from zongbu.desk.kernel import documents
from zongbu.desk.kernel.flow import Refused
from zongbu.desk.recognition.documents.letters import REVIEW
from zongbu.desk.support import stacking
from zongbu.desk.support.documents.capitals import capitals
from zongbu.desk.support.entitlement import Entitlement, assess
from zongbu.desk.support.explaining import kinds
from zongbu.desk.support.measures import Offering, of_claim
from zongbu.desk.support.models import Claim, ClaimDecision
from zongbu.law import InputError
from zongbu.law.amounts import day, full_amount
from zongbu.law.explain.computation import computation

HERE = Path(__file__).resolve().parent
WITH_LETTER = ("approved", "paying", "paid", "given_back", "refused")
"""States of a claim in which there is a decision to tell."""
DECIDING = ("approve", "refuse", "stop")
"""The acts on which there is a letter."""


def letter(claim: Claim) -> bytes:
    """The letter on the latest decision on a claim.

    Raises:
        ClaimDecision.DoesNotExist: nothing has been decided, or it is examined again.
        CannotPrint: a character has no glyph.
    """
    decisions = list(claim.decisions.filter(act__in=DECIDING).order_by("pk"))
    if claim.state not in WITH_LETTER or not decisions:
        raise ClaimDecision.DoesNotExist
    with translation.override("zh-hans"):
        data = _data(claim, decisions[-1], len(decisions))
    return documents.render(HERE / "letter.typ", data)


def _data(claim: Claim, decision: ClaimDecision, number: int) -> dict[str, Any]:
    offering = of_claim(claim)
    granted = decision.act == "approve"
    entitlement = _as_decided(claim, offering, decision)
    return {
        "title": "惠企政策兑现决定书" if granted else "不予兑现决定书",
        "date": timezone.localdate(decision.decided_at).isoformat(),
        "demonstration": claim.demonstration,
        "organ": decision.organisation_name,
        "number": f"决定书编号：{claim.receipt}-{number}",
        "name": claim.enterprise.name,
        "opening": _opening(claim),
        "paragraphs": list(_granted(claim, decision, offering) if granted else _refused(decision, claim, offering)),
        "basis": _basis(decision),
        "rows": _rows(entitlement),
        "remarks": list(_remarks(claim, decision, entitlement)),
        "remedies": list(_remedies(claim, granted)),
    }


def _opening(claim: Claim) -> str:
    moment = claim.submitted_at or claim.state_since
    when = day(timezone.localdate(moment))
    matter = f"{claim.year}年度“{claim.title}”" + (f"（{claim.subject}）" if claim.subject else "")
    if claim.way == Claim.Way.OFFER:
        return f"{matter}免申即享，你单位已于{when}确认（编号：{claim.receipt}）。"
    return f"你单位{when}提交的{matter}兑现申请（编号：{claim.receipt}）收悉。"


def _granted(claim: Claim, decision: ClaimDecision, offering: Offering) -> Iterator[str]:
    amount = decision.amount or 0
    yield (
        f"根据《{offering.policy.title}》{claim.clause}，经核验，决定兑现“{claim.title}”，"
        f"金额为人民币{full_amount(amount)}（大写：{capitals(amount)}）。"
    )
    if decision.computed is None:
        if claim.basis:
            yield f"政策没有写明金额，金额依据：{_ended(claim.basis)}"
    else:
        due = decision.computed - claim.received
        if claim.received:
            before = stacking.counted(offering, claim)
            names = "、".join(f"“{one.title}”（{one.receipt}）" for one in before)
            yield (
                f"按政策测算为{full_amount(decision.computed)}；同一事项已享受{names}{full_amount(claim.received)}，"
                f"从优从高不重复，应发{full_amount(max(0, due))}。"
            )
        if amount != due and claim.amount_reason:
            yield f"测算应发{full_amount(max(0, due))}，核定{full_amount(amount)}，理由：{_ended(claim.amount_reason)}"
    if len(decision.shares) > 1:
        parts = "，".join(f"{one['fund']}承担{full_amount(one['amount'])}" for one in decision.shares)
        yield f"资金来源：{parts}。"
    elif decision.shares:
        yield f"资金来源：{decision.shares[0]['fund']}。"
    if claim.account is not None:
        yield f"款项拨付至你单位登记的收款账户（{claim.account.bank}，账号尾号{claim.account.number[-4:]}）。"
    if decision.reason:
        yield _ended(decision.reason)


def _refused(decision: ClaimDecision, claim: Claim, offering: Offering) -> Iterator[str]:
    done = "停止兑现" if decision.act == "stop" else "不予兑现"
    yield f"根据《{offering.policy.title}》{claim.clause}，经审核，决定{done}“{claim.title}”。"
    if decision.reason:
        yield f"理由：{_ended(decision.reason)}"
    failed = [one for one in decision.checks if one["passed"] is not True]
    for one in failed:
        sign = "不通过" if one["passed"] is False else "不能判断"
        yield f"核查“{one['title']}”{sign}：{_ended(one['text'])}"


def _basis(decision: ClaimDecision) -> str:
    """On which day, with which knowledge, under which text the amount was computed."""
    known = timezone.localtime(decision.known_at)
    return (
        f"以下按{day(decision.as_of)}的情况和截至{day(known.date())}{known:%H:%M}登记的数据计算，"
        f"政策文本版本{decision.version[:12]}。数据有误的，可申请更正。"
    )


def _as_decided(claim: Claim, offering: Offering, decision: ClaimDecision) -> Entitlement | None:
    """The entitlement computed once more with what was known at the decision; None where it does not come out the
    same, so that no letter explains an amount that was not decided."""
    try:
        found = assess(claim.enterprise, [offering], decision.as_of, decision.known_at)[0]
    except (Refused, InputError):
        return None
    same = (found.fen, found.entitled) == (decision.computed, decision.entitled)
    return found if same else None


def _rows(entitlement: Entitlement | None) -> list[dict[str, str]]:
    if entitlement is None:
        return []
    names = kinds()
    return [
        {
            "kind": names[step.kind],
            "label": step.label,
            "formula": step.formula if step.kind != "condition" and step.formula != step.label else "",
            "value": step.value_text,
            "clause": step.clause,
            "demonstration": "演示参数" if step.demonstration else "",
        }
        for step in computation(entitlement.assessment, entitlement.offering.amount_result)
    ]


def _remarks(claim: Claim, decision: ClaimDecision, entitlement: Entitlement | None) -> Iterator[str]:
    if entitlement is None:
        yield "计算过程见决定时存档的计算记录，可向办理单位查阅。"
    if claim.demonstration:
        yield "演示参数：本决定的金额按演示参数计算，不是公布的标准，不产生任何效力。"


def _remedies(claim: Claim, granted: bool) -> Iterator[str]:
    what = "核定的金额" if granted else "本决定"
    yield (
        f"对{what}有异议的，可以登录本系统，在申请（编号：{claim.receipt}）的页面提出异议，写明内容和依据，"
        "由办理单位核查答复；异议成立的，重新核验。政策没有规定提出异议的期限，请尽早提出。"
    )
    yield REVIEW


def _ended(text: str) -> str:
    text = text.strip()
    return text if text.endswith(("。", "！", "？", ".")) else f"{text}。"
