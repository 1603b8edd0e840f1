"""Which facts count in a case, and who is kept out at each step: on its way in, at the decision, before the notice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.utils import timezone

from tests.desk.recognition.conftest import Played, announced, qualifying
from zongbu.desk.enterprises import actions as enterprises
from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.recognition import records
from zongbu.desk.recognition.actions import applications, batches, notices, opinions, review, titles
from zongbu.desk.recognition.casefacts import of_case
from zongbu.desk.recognition.checking import conditions
from zongbu.desk.recognition.models import Application, Batch, Recognition, Revocation, Round

pytestmark = pytest.mark.django_db


def declared(played: Played, revenue: str) -> None:
    """The enterprise declares its revenue, on the page of its record."""
    year = played.round.as_of.year - 1
    own = played.people(Role.ENTERPRISE_LEAD)
    enterprises.declare(own, Enterprise.objects.get(pk=played.enterprise.pk), {f"in_city_revenue@{year}": revenue})


def revenue_of(case: Application) -> str:
    return of_case(case).values["in_city_revenue"]


# --- declarations and confirmations ------------------------------------------------------------------------


def test_what_is_declared_after_submitting_does_not_count(played: Played) -> None:
    case = played.submitted()
    assert revenue_of(case) == "1200000000.00"

    declared(played, "2亿元")

    assert revenue_of(case) == "1200000000.00"
    assert records.of(case, timezone.now()).fields["assessment"]["facts"]["in_city_revenue"] == "1200000000.00"


def test_after_a_correction_it_counts_once_it_is_submitted_again(played: Played) -> None:
    played.submitted()
    officer, own = played.people(Role.DISTRICT_OFFICER), played.people(Role.ENTERPRISE_LEAD)
    review.comment(officer, played.pk, "in_city_revenue", "请核对")
    review.return_to_enterprise(officer, played.pk, "请核对")
    declared(played, "11亿元")
    assert revenue_of(played.case) == "1100000000.00"  # the enterprise sees what it has corrected
    applications.sign(own, played.pk, own.name)
    applications.resubmit(own, played.pk)
    assert revenue_of(played.case) == "1100000000.00"


def test_what_a_department_has_confirmed_stands_over_a_later_declaration(played: Played) -> None:
    played.recommended()
    department, own, city = (
        played.people(role) for role in (Role.DEPARTMENT_OFFICER, Role.ENTERPRISE_LEAD, Role.CITY_OFFICER)
    )
    given = {"fits_industrial_orientation": "是", "in_city_revenue": "3亿元"}
    opinions.give(department, played.case.opinions.get().pk, "agree", values=given)
    review.comment(city, played.pk, "in_city_revenue", "与税务数据不一致")
    review.return_to_enterprise(city, played.pk, "请说明")
    declared(played, "12亿元")
    applications.answer(own, played.pk, played.case.comments.get().pk, "按审计报告")
    applications.sign(own, played.pk, own.name)
    applications.resubmit(own, played.pk)

    assert revenue_of(played.case) == "300000000.00"
    record = records.of(played.case, timezone.now())
    assert record.computed is not True
    assert record.fields["sources"]["in_city_revenue"]["source"] == "registry"


def test_a_correction_has_to_be_checked_anew(played: Played) -> None:
    played.submitted()
    officer, own = played.people(Role.DISTRICT_OFFICER), played.people(Role.ENTERPRISE_LEAD)
    review.check_list(officer, played.pk, {name: ("confirmed", "") for name, _title in conditions(played.round)})
    review.comment(officer, played.pk, "in_city_revenue", "请核对")
    review.return_to_enterprise(officer, played.pk, "请核对")
    declared(played, "11亿元")
    applications.sign(own, played.pk, own.name)
    applications.resubmit(own, played.pk)

    left = set(played.case.checks.values_list("result", flat=True))
    assert "meets_scale" not in left
    assert "is_listed_headquarters" in left  # reads nothing that was corrected
    with pytest.raises(Refused, match="核查清单"):
        review.recommend(officer, played.pk, "同意")


# --- barred, listed, beside its group ----------------------------------------------------------------------


def bar(played: Played) -> None:
    enterprises.bar(
        played.people(Role.CITY_OFFICER),
        played.enterprise,
        timezone.localdate(),
        ground="查实虚假",
        source_name="检查报告",
    )


def test_who_is_barred_does_not_resubmit_is_not_approved_and_not_published(played: Played) -> None:
    played.proposed()
    bar(played)
    with pytest.raises(Refused, match="禁申期"):
        batches.decide(played.people(Role.LEADING_GROUP), played.pk, "recognise")
    assert played.case.state == "proposed"


def test_who_is_barred_between_decision_and_notice_is_looked_at_again(played: Played) -> None:
    played.approved()
    bar(played)
    with pytest.raises(Refused, match="没有待公示"):
        notices.publish(played.people(Role.CITY_LEAD), played.round.pk, "公示")
    assert played.case.state == "city"


def test_who_is_listed_does_not_resubmit(played: Played) -> None:
    played.submitted()
    officer, own = played.people(Role.DISTRICT_OFFICER), played.people(Role.ENTERPRISE_LEAD)
    review.comment(officer, played.pk, "", "请补充")
    review.return_to_enterprise(officer, played.pk, "请补充")
    applications.answer(own, played.pk, played.case.comments.get().pk, "已补充")
    applications.sign(own, played.pk, own.name)
    enterprises.list_dishonest(
        played.people(Role.CITY_OFFICER), played.enterprise, timezone.localdate(), source_name="市场监管局"
    )
    with pytest.raises(Refused, match="失信"):
        applications.resubmit(own, played.pk)


def test_a_ban_counts_whatever_the_settings_of_the_round_say(
    people: Callable[[Role], Viewer], enterprise: Enterprise
) -> None:
    round = announced(people, admits="")
    played = Played(people, enterprise, round)
    bar(played)
    with pytest.raises(Refused, match="禁申期"):
        applications.start(people(Role.ENTERPRISE_LEAD), enterprise, round)


def test_members_of_a_group_are_not_both_put_forward(played: Played, person_as: Callable[..., Viewer]) -> None:
    """Refused, the other member applies, the objection is upheld: only one of them goes on."""
    played.proposed("refuse")
    group, city = played.people(Role.LEADING_GROUP), played.people(Role.CITY_OFFICER)
    batches.decide(group, played.pk, "refuse", reason="不符合", deviation="示例")
    other = qualifying(city, "91330100MA27XYZ34X", "示例二科技有限公司")
    enterprises.tie(
        city,
        played.enterprise,
        kind="subsidiary",
        name=other.name,
        uscc=other.uscc,
        share="0.6",
        location="in_city",
        starts=date(2020, 1, 1),
    )
    theirs = person_as(Role.ENTERPRISE_LEAD, uscc=other.uscc)
    second = applications.start(theirs, other, played.round)
    applications.sign(theirs, second.pk, theirs.name)
    applications.submit(theirs, second.pk)
    made = notices.object_to(played.people(Role.ENTERPRISE_LEAD), played.pk, "请复查")
    notices.uphold(city, made.pk, "重新审查")
    batch = batches.make(city, played.round, "第二批")
    with pytest.raises(Refused, match="同一集团"):
        batches.propose(city, played.pk, batch.pk, "recognise", "再报")


# --- batches -----------------------------------------------------------------------------------------------


def test_a_batch_whose_last_application_is_withdrawn_is_closed(
    played: Played, person_as: Callable[..., Viewer]
) -> None:
    played.collected()
    city = played.people(Role.CITY_OFFICER)
    other = qualifying(city, "91330100MA27XYZ56X", "示例三科技有限公司")
    theirs = person_as(Role.ENTERPRISE_LEAD, uscc=other.uscc)
    second = applications.start(theirs, other, played.round)
    applications.sign(theirs, second.pk, theirs.name)
    applications.submit(theirs, second.pk)
    review.check_list(
        played.people(Role.DISTRICT_OFFICER), second.pk, {n: ("confirmed", "") for n, _t in conditions(played.round)}
    )
    review.recommend(played.people(Role.DISTRICT_OFFICER), second.pk, "同意")
    opinion = second.opinions.get()
    opinions.give(
        played.people(Role.DEPARTMENT_OFFICER), opinion.pk, "agree", values={"fits_industrial_orientation": "是"}
    )
    batch = batches.make(city, played.round, "一批")
    for pk in (played.pk, second.pk):
        batches.propose(city, pk, batch.pk, "recognise", "符合")
    batches.submit(city, batch.pk)
    batches.decide(played.people(Role.LEADING_GROUP), played.pk, "recognise")
    applications.withdraw(theirs, second.pk)
    assert Batch.objects.get(pk=batch.pk).state == "decided"


def test_a_lead_who_made_the_batch_does_not_decide_in_it_but_another_lead_does(
    people: Callable[[Role], Viewer], enterprise: Enterprise, person_as: Callable[..., Viewer]
) -> None:
    played = Played(people, enterprise, announced(people, approver="city_lead"))
    played.collected()
    lead, other = person_as(Role.CITY_LEAD), person_as(Role.CITY_LEAD)
    batch = batches.make(lead, played.round, "一批")
    batches.propose(people(Role.CITY_OFFICER), played.pk, batch.pk, "recognise", "符合")
    batches.submit(people(Role.CITY_OFFICER), batch.pk)
    assert batches.decide(other, played.pk, "recognise").state == "approved"
    assert Batch.objects.get(pk=batch.pk).state == "decided"


# --- titles ------------------------------------------------------------------------------------------------


def test_numbers_of_certificates_run_through_a_year_and_revoking_all_leaves_none(
    played: Played, people: Callable[[Role], Viewer]
) -> None:
    case = played.recognised()
    first = Recognition.objects.get(application=case)
    assert first.number.endswith("-0001")
    Recognition.objects.create(
        number="ZB2020-330108-0009", code="OLDCODE23456", application=Played(people, played.enterprise,
        announced(people, year=played.round.year - 1)).submitted(), round=Round.objects.order_by("year").first(),
        enterprise=played.enterprise, name="示例", district="330108", tracks=[], recognised_on=date(2020, 1, 1),
    )  # fmt: skip
    today = timezone.localdate()
    made = titles.open_revocation(people(Role.CITY_OFFICER), first, "虚假材料", "检查报告", today)
    Revocation.objects.filter(pk=made.pk).update(hearing_until=today - timedelta(days=1))
    titles.propose_revocation(people(Role.CITY_OFFICER), made.pk, "all")
    titles.approve_revocation(people(Role.LEADING_GROUP), made.pk, "同意")
    assert [one.revoked_on for one in Recognition.objects.order_by("pk")] == [today, today]


def test_what_cannot_be_recomputed_is_told_and_the_rest_goes_on(played: Played) -> None:
    played.approved()
    decision = records.decisions_of(played.round).get()
    decision.version = "0" * 64
    (again,) = records.replay([decision])
    assert not again.identical
    assert "没有存档" in str(again.differences[0])
