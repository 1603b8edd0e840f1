"""Decision letters: what was decided, clause by clause from the stored assessment, and how to object."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils import timezone, translation

from zongbu.desk.kernel import documents
from zongbu.desk.recognition.documents.common import HERE, policy_title, track_titles
from zongbu.desk.recognition.models import Application, Decision, Proposal
from zongbu.law.amounts import day

WITH_LETTER = ("refused", "recognised")
"""States of an application in which its decision is final for now, so that there is a letter."""

REVIEW = (
    "对本决定不服的，可以依照《中华人民共和国行政复议法》，自知道本决定之日起六十日内申请行政复议；"
    "也可以依照《中华人民共和国行政诉讼法》，自知道或者应当知道本决定之日起六个月内提起行政诉讼。"
)
"""The general terms of both laws (行政复议法 §20, 行政诉讼法 §46); the policy sets none of its own."""


def letter(application: Application) -> bytes:
    """The letter on the latest decision on an application.

    Raises:
        Decision.DoesNotExist: nothing has been decided, or it is under review again.
        CannotPrint: a character has no glyph.
    """
    if application.state not in WITH_LETTER:
        raise Decision.DoesNotExist
    decisions = list(application.decisions.order_by("pk"))
    if not decisions:
        raise Decision.DoesNotExist
    with translation.override("zh-hans"):
        data = _data(application, decisions[-1], len(decisions))
    return documents.render(HERE / "letter.typ", data)


def _data(application: Application, decision: Decision, number: int) -> dict[str, Any]:
    round = application.round
    recognised = decision.outcome == Proposal.RECOGNISE
    title = "总部企业认定决定书" if recognised else "不予认定总部企业决定书"
    decided = timezone.localdate(decision.decided_at)
    recognition = getattr(application, "recognition", None) if recognised else None
    dated = recognition.recognised_on if recognition is not None else decided
    return {
        "title": title,
        "date": dated.isoformat(),
        "demonstration": round.demonstration,
        "organ": decision.organisation_name,
        "number": f"决定书编号：{application.receipt}-{number}",
        "name": recognition.name if recognition is not None else application.enterprise.name,
        "opening": opening(application),
        "paragraphs": list(_paragraphs(application, decision)),
        "basis": basis(decision),
        "conditions": conditions(decision.assessment, round.qualifies),
        "remarks": list(_remarks(decision, round.qualifies)),
        "remedies": list(_remedies(application, recognised)),
    }


def opening(application: Application) -> str:
    """What was applied for, when, under which number."""
    submitted = application.submitted_at
    when = f"{day(timezone.localdate(submitted))}提交的" if submitted else ""
    return f"你单位{when}{application.round.title}申请（受理号：{application.receipt}）收悉。"


def _paragraphs(application: Application, decision: Decision) -> Iterator[str]:
    title = policy_title(application.round)
    if decision.outcome == Proposal.RECOGNISE:
        tracks = track_titles(application.round, decision.tracks)
        by = f"，认定途径：{'、'.join(tracks)}" if tracks else ""
        number = getattr(application, "recognition", None)
        yield f"根据《{title}》，经审核并公示，决定认定你单位为总部企业{by}。" + (
            f"证书编号：{number.number}。" if number is not None else ""
        )
    else:
        yield f"根据《{title}》，经审核，决定不予认定你单位为总部企业。"
    if decision.reason:
        yield f"理由：{_ended(decision.reason)}"
    if decision.deviation:
        result = {True: "满足", False: "不满足", None: "待定"}[decision.computed]
        yield f"按登记的事实逐条计算，结果为“{result}”；本决定与计算结果不一致，理由：{_ended(decision.deviation)}"


def basis(decision: Decision) -> str:
    """On which day, with which knowledge, under which text the assessment was made."""
    known = timezone.localtime(decision.known_at)
    return (
        f"以下按{day(decision.as_of)}的情况和截至{day(known.date())}{known:%H:%M}登记的数据逐条判断，"
        f"政策文本版本{decision.version[:12]}。数据有误的，可申请更正。"
    )


def _remarks(decision: Decision, qualifies: str) -> Iterator[str]:
    """Readings that would have decided otherwise, and what was lacking."""
    assessment = decision.assessment
    for reading in assessment.get("readings", {}).values():
        others = [option for option, changes in reading.get("would_differ", {}).items() if qualifies in changes]
        if others:
            other = "、".join(f"“{one}”" for one in others)
            yield f"{reading['clause']}的{reading['title']}按“{reading['used']}”解释；如按{other}解释，结论会不同。"
    lacking = [
        entry["title"] for entry in assessment.get("missing", {}).values() if qualifies in entry.get("decides", ())
    ]
    if lacking:
        yield f"以下数据没有登记，因而不能判断：{'、'.join(lacking)}。"
    clauses = {one["clause"] for one in conditions(assessment, qualifies)}
    demonstrated = [
        one["title"]
        for one in assessment.get("parameters", {}).values()
        if one.get("demonstration") and one["clause"] in clauses  # not those of awards, which decide nothing here
    ]
    if demonstrated:
        yield f"演示参数：{'、'.join(demonstrated)}使用演示值，不是公布的标准。"


def _remedies(application: Application, recognised: bool) -> Iterator[str]:
    contact = application.round.contact
    if recognised:
        yield "认定内容（名称、区县、途径）有误的，请向市总部办提出更正。"
    else:
        yield (
            f"对本决定有异议的，可以登录本系统，在申请（受理号：{application.receipt}）的页面提出异议，"
            "写明内容和依据，由市总部办核查答复；异议成立的，重新审查。政策没有规定提出异议的期限，请尽早提出。"
        )
    yield REVIEW
    if contact:
        yield f"咨询方式：{_ended(contact)}"


def _ended(text: str) -> str:
    text = text.strip()
    return text if text.endswith(("。", "！", "？", ".")) else f"{text}。"


# --- the stored assessment ---------------------------------------------------------------------------------


def conditions(assessment: Mapping[str, Any], qualifies: str) -> list[dict[str, Any]]:
    """The result that decided, then those that it points to, each with its lines from the record.

    A line is ``depth`` (1: directly below its condition), ``text`` with the actual figures, ``clause``, ``answer``
    (``met``, ``failed``, ``open``; empty where the line is no condition), ``pointer`` whether it only points to
    another condition that follows.
    """
    known = {**assessment.get("referred", {}), **assessment.get("results", {})}
    waiting, seen, found = [qualifies], {qualifies}, []
    while waiting:
        entry = known.get(waiting.pop(0))
        if entry is None:
            continue
        lines: list[dict[str, Any]] = []
        for line, depth in _walked(entry["because"].get("children", []), 1):
            pointer = line.get("rule", "")
            lines.append(
                {
                    "depth": depth,
                    "text": line["text"],
                    "clause": line.get("clause", "") if line.get("clause") != entry["clause"] else "",
                    "answer": _answer(line["value"]),
                    "pointer": pointer in known and not line.get("children"),
                }
            )
            if pointer in known and not line.get("children") and pointer not in seen:
                seen.add(pointer)
                waiting.append(pointer)
        found.append(
            {
                "title": entry["title"],
                "clause": entry["clause"],
                "answer": _answer(entry["value"]),
                "lines": lines,
            }
        )
    return found


def _walked(lines: list[dict[str, Any]], depth: int) -> Iterator[tuple[dict[str, Any], int]]:
    for line in lines:
        yield line, depth
        yield from _walked(line.get("children", []), depth + 1)


def _answer(value: Any) -> str:
    if value is None:
        return "open"
    return ("met" if value else "failed") if isinstance(value, bool) else ""
