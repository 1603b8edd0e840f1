"""Something of each kind to look at: for the walk over all routes and for the browser."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone

from tests.desk.conftest import membership_as
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.library import actions
from zongbu.desk.library.models import Comment, Consultation, EnteredValue, FairCompetitionReview, SuspensionOrder
from zongbu.desk.people.viewers import viewer_as

TABLE = "{3: 100万元, 4: 300万元, 5: 500万元}"


def somebody(role: Role) -> Viewer:
    membership = membership_as(role, name="示例 办事人")
    return viewer_as(membership, membership.person)


def a_proposal() -> EnteredValue:
    """A value that waits for approval."""
    made = EnteredValue.objects.filter(state="proposed").first()
    return made or actions.propose_value(
        somebody(Role.CITY_OFFICER),
        "hangzhou-2023",
        "star_award_amount",
        TABLE,
        valid_from=date(2024, 1, 1),
        document="总部经济专项资金管理办法（示例）",
        document_number="杭财企〔2024〕1号",
        document_date=date(2023, 12, 1),
        note="示例",
    )


def an_approved_value() -> EnteredValue:
    """A value that applies, and one that it superseded."""
    officer, lead = somebody(Role.CITY_OFFICER), somebody(Role.CITY_LEAD)
    made = None
    for start, value in ((date(2023, 6, 1), "20%"), (date(2024, 6, 1), "25%")):
        made = actions.propose_value(
            officer,
            "hangzhou-2023",
            "rent_subsidy_ratio",
            value,
            valid_from=start,
            document="总部经济专项资金管理办法（示例）",
            document_date=start,
        )
        actions.decide_value(lead, made.pk, "approve")
    assert made is not None
    return made


def an_order() -> SuspensionOrder:
    """A suspension that waits for approval."""
    made = SuspensionOrder.objects.filter(state="proposed").first()
    return made or actions.propose_suspension(
        somebody(Role.CITY_OFFICER),
        "hangzhou-2023",
        "talent_evaluation_support",
        "suspend",
        effective_from=date(2024, 9, 1),
        reason="审查结论为应当调整，修订期间暂停（示例）",
    )


def a_suspended_measure() -> tuple[str, str]:
    """A measure that is suspended and has been reviewed."""
    officer, lead = somebody(Role.CITY_OFFICER), somebody(Role.CITY_LEAD)
    measure = ("hangzhou-2023", "purchase_subsidy")
    order = actions.propose_suspension(
        officer, *measure, "suspend", effective_from=date(2024, 9, 1), reason="审查结论为应当调整（示例）"
    )
    actions.decide_suspension(lead, order.pk, "approve")
    actions.record_review(
        officer,
        FairCompetitionReview(
            policy=measure[0],
            measure=measure[1],
            reviewed_on=date(2024, 8, 20),
            conclusion="exception",
            organisation="市发展和改革委员会（示例）",
            document="公平竞争审查表第12号（示例）",
            exception_ground="条例第十二条第一项，实施期限一年（示例）",
            exception_until=date(2025, 8, 20),
        ),
    )
    return measure


def a_consultation() -> Consultation:
    """A consultation that is open, with comments shown, answered, hidden and waiting, and a summary."""
    found = Consultation.objects.filter(policy="binjiang-draft", title__contains="示例").first()
    if found is not None:
        return found
    officer, today = somebody(Role.CITY_OFFICER), timezone.localdate()
    made = actions.open_consultation(
        officer,
        Consultation(
            policy="binjiang-draft",
            title="关于总部经济若干意见公开征求意见（示例）",
            introduction="现向社会公开征求意见。\n\n请在截止日以前逐条提出。",
            starts=today - timedelta(days=5),
            ends=today + timedelta(days=25),
        ),
    )
    said = [
        ("（二）", "配套资金的标准应当公布，企业才好测算。", "示例企业"),
        ("（三）", "希望写明租用办公用房的补助比例。", ""),
        ("", "建议写明施行日期。", ""),
        ("（二）", "与条文无关的内容。", ""),
    ]
    comments = [
        actions.comment(Viewer(), made.pk, citation=citation, text=text, name=name, consent=True)
        for citation, text, name in said
    ]
    actions.moderate(officer, comments[0].pk, show=True)
    actions.answer(officer, comments[0].pk, "标准将在实施细则中公布。")
    actions.moderate(officer, comments[1].pk, show=True)
    actions.moderate(officer, comments[3].pk, show=False, reason="与条文无关")
    actions.summarise_article(officer, made.pk, "（二）", "partly", "标准另行公布。")
    return made


def a_comment() -> Comment:
    """A comment of the consultation that waits for moderation."""
    return Comment.objects.filter(consultation=a_consultation(), state="waiting").earliest("pk")
