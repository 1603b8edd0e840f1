"""Flows: what a table may say, who may act when, that one of two wins, and that duties are never shared."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.desk.kernel.cases import FLOW, Grant
from zongbu.desk.kernel import flow, journal
from zongbu.desk.kernel.flow import Act, Duty, Flow, NotPermitted, Overtaken, Participation, Refused, State, by
from zongbu.desk.kernel.journal import triggers
from zongbu.desk.kernel.journal.models import Entry
from zongbu.desk.kernel.middleware import RefusalMiddleware
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.scope import PUBLIC, Viewer

USCC = "91330100MA27XYZ12X"


def viewer(person: int, role: Role, **given: Any) -> Viewer:
    defaults = {
        "name": f"人员{person}",
        "organisation": int(role in ("enterprise_staff",)) + 1,
        "organisation_name": "某单位",
    }
    return Viewer(role, person=person, **(defaults | given))


FIRM = viewer(1, Role.ENTERPRISE_STAFF, uscc=USCC, organisation_name="示例企业")
OTHER_FIRM = viewer(2, Role.ENTERPRISE_STAFF, uscc="91330100MA27XYZ13X")
OFFICER = viewer(3, Role.CITY_OFFICER, name="张三", organisation_name="市总部办")
SECOND = viewer(4, Role.CITY_OFFICER, name="李四", organisation_name="市总部办")
LEAD = viewer(5, Role.CITY_LEAD, name="王五", organisation_name="市总部办")
PAYER = viewer(6, Role.CITY_OFFICER, name="赵六")
EVERYBODY = [
    FIRM,
    OTHER_FIRM,
    OFFICER,
    SECOND,
    LEAD,
    PAYER,
    viewer(7, Role.AUDITOR),
    viewer(8, Role.LEADING_GROUP),
    PUBLIC,
]


def opened() -> Grant:
    return flow.begin(FLOW, "apply", Grant(uscc=USCC, secret="密"), FIRM)


def do(case: Grant, *acts: tuple[str, Viewer]) -> Grant:
    for act, who in acts:
        case = flow.perform(FLOW, act, Grant, case.pk, who, reason="理由")
    return case


# --- the table -----------------------------------------------------------------------------------------------

A, B = State("a", "甲"), State("b", "乙", final=True)
GO = Act("go", "走", "a", "b", Role.CITY_LEAD)


@pytest.mark.parametrize(
    ("states", "acts", "fault"),
    [
        ((), (), "has no state"),
        ((A, A, B), (GO,), "state a stands twice"),
        ((A, B), (GO, GO), "act go stands twice"),
        ((A, B), (dataclasses.replace(GO, end="c"),), "undeclared state c"),
        ((A, B), (GO, Act("back", "退", "b", "a", Role.CITY_LEAD)), "leads out of the final state b"),
        ((A, B), (dataclasses.replace(GO, who=by()),), "nobody may perform go"),
        ((A, B, State("c", "丙", final=True)), (GO,), "state c cannot be reached"),
        ((A, State("b", "乙")), (GO,), "state b cannot be left"),
        ((A, B), (dataclasses.replace(GO, name="Go!"),), "no identifier"),
        ((A, B), (dataclasses.replace(GO, due=flow.Term(1, since="come")),), "undeclared act come"),
    ],
)
def test_a_faulty_table_is_refused(states: tuple[State, ...], acts: tuple[Act, ...], fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        Flow("test", states, acts)


def test_tables_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        GO.end = "a"  # type: ignore[misc]
    with pytest.raises(KeyError):
        FLOW.act("fly")


# --- one act at a time -----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("grants")
class TestActs:
    def test_a_case_goes_its_way(self) -> None:
        case = do(opened(), ("accept", OFFICER), ("approve", LEAD), ("pay", PAYER))
        assert (case.state, case.version) == ("paid", 3)
        assert [(one.act, one.duty, one.start, one.end, one.person) for one in flow.history(FLOW, case)] == [
            ("apply", "propose", "", "submitted", 1),
            ("accept", "review", "submitted", "accepted", 3),
            ("approve", "approve", "accepted", "approved", 5),
            ("pay", "pay", "approved", "paid", 6),
        ]

    def test_every_act_is_journalled_with_what_it_changed(self) -> None:
        case = opened()
        flow.perform(
            FLOW, "accept", Grant, case.pk, OFFICER, "材料齐全",
            lambda grant: [setattr(grant, "amount", Decimal("9.50")), setattr(grant, "secret", "更密")],
        )  # fmt: skip
        first, second = Entry.objects.all()
        assert (first.act, first.case, first.before, first.subject_name) == (
            "grant.apply",
            f"G-{case.pk}",
            None,
            str(case),
        )
        assert first.after["state"] == "submitted"
        assert "secret" not in first.after
        assert (second.act, second.reason, second.person_name) == ("grant.accept", "材料齐全", "张三")
        assert second.before == {"state": "submitted", "amount": "1.00"}
        assert second.after == {"state": "accepted", "amount": "9.50"}
        case.refresh_from_db()
        assert (case.amount, case.secret) == (Decimal("9.50"), "更密")

    @pytest.mark.parametrize(
        ("act", "who", "kind"),
        [
            ("accept", FIRM, NotPermitted),
            ("accept", PUBLIC, NotPermitted),
            ("accept", viewer(9, Role.AUDITOR), NotPermitted),
            ("approve", LEAD, Overtaken),
            ("correct", OTHER_FIRM, NotPermitted),
        ],
    )
    def test_what_may_not_be_leaves_no_trace(self, act: str, who: Viewer, kind: type[Exception]) -> None:
        case = opened()
        with pytest.raises(kind) as raised:
            do(case, (act, who))
        assert isinstance(raised.value, Refused)
        assert isinstance(raised.value, PermissionDenied) is (kind is NotPermitted)
        case.refresh_from_db()
        assert (case.state, case.version, Entry.objects.count(), Participation.objects.count()) == (
            "submitted",
            0,
            1,
            1,
        )

    def test_an_enterprise_opens_cases_of_its_own_only(self) -> None:
        with pytest.raises(NotPermitted):
            flow.begin(FLOW, "apply", Grant(uscc=USCC), OTHER_FIRM)
        with pytest.raises(NotPermitted):
            flow.begin(FLOW, "apply", Grant(uscc=""), dataclasses.replace(FIRM, uscc=""))
        assert not Grant.objects.exists()

    def test_opening_and_performing_are_not_mixed_up(self) -> None:
        with pytest.raises(ValueError, match="use perform"):
            flow.begin(FLOW, "accept", Grant(uscc=USCC), OFFICER)
        with pytest.raises(ValueError, match="use begin"):
            flow.perform(FLOW, "apply", Grant, 1, FIRM)

    def test_a_guard_says_what_stands_in_the_way(self) -> None:
        case = do(opened(), ("accept", OFFICER))
        Grant.objects.update(amount=0)
        with pytest.raises(Refused, match="金额还没有核定"):
            do(case, ("approve", LEAD))
        case.refresh_from_db()
        assert "金额还没有核定" in flow.hindrance(FLOW, "approve", case, LEAD)

    def test_a_reason_that_is_needed_must_be_given(self) -> None:
        case = opened()
        with pytest.raises(Refused, match="说明理由"):
            flow.perform(FLOW, "send_back", Grant, case.pk, OFFICER, reason="  ")

    def test_a_case_that_is_not_there(self) -> None:
        with pytest.raises(Refused, match="不存在"):
            flow.perform(FLOW, "accept", Grant, 424242, OFFICER)

    def test_a_change_that_breaks_the_model_is_taken_back(self) -> None:
        case = opened()
        with pytest.raises(ValidationError):
            flow.perform(FLOW, "accept", Grant, case.pk, OFFICER, "", lambda grant: setattr(grant, "note", "x" * 11))
        with pytest.raises(RuntimeError):
            flow.perform(
                FLOW, "accept", Grant, case.pk, OFFICER, "", lambda grant: (_ for _ in ()).throw(RuntimeError())
            )
        with pytest.raises(RuntimeError):
            flow.perform(FLOW, "accept", Grant, case.pk, OFFICER, "", _breaks)
        case.refresh_from_db()
        assert (case.state, Entry.objects.count()) == ("submitted", 1)

    def test_what_was_seen_must_still_be_so(self) -> None:
        case = do(opened(), ("accept", OFFICER), ("note", viewer(8, Role.LEADING_GROUP)))
        with pytest.raises(Overtaken, match="人员8已于"):
            flow.perform(FLOW, "pay", Grant, case.pk, PAYER, seen=1)
        assert flow.perform(FLOW, "pay", Grant, case.pk, PAYER, seen=2).state == "paid"

    def test_whoever_is_late_is_told_what_happened(self) -> None:
        case = do(opened(), ("accept", OFFICER), ("reject", SECOND))
        with pytest.raises(Overtaken) as raised:
            do(case, ("approve", LEAD))
        told = str(raised.value)
        moment = timezone.localtime(flow.history(FLOW, case)[-1].moment)
        for part in ("「同意」没有办理", "李四", f"{moment:%Y-%m-%d %H:%M:%S}", "「不同意」", "状态是「不同意」"):
            assert part in told
        with pytest.raises(Overtaken, match="您已于"):
            do(case, ("reject", SECOND))
        with pytest.raises(Overtaken) as raised:
            do(case, ("correct", FIRM))
        assert "市总部办" in str(raised.value)
        assert "李四" not in str(raised.value)

    def test_a_state_that_nobody_declared_cannot_be_stored(self) -> None:
        case = opened()
        with pytest.raises(IntegrityError), transaction.atomic():
            Grant.objects.filter(pk=case.pk).update(state="lost")

    def test_a_participation_is_written_once(self) -> None:
        (one,) = flow.history(FLOW, opened())
        with pytest.raises(TypeError):
            one.save()

    def test_what_is_possible(self) -> None:
        case = opened()
        assert [act.name for act in flow.possible(FLOW, case, OFFICER)] == ["accept", "send_back"]
        assert flow.possible(FLOW, case, FIRM) == []
        case = do(case, ("accept", OFFICER))
        assert [act.name for act in flow.possible(FLOW, case, OFFICER)] == ["send_back"]
        assert [act.name for act in flow.possible(FLOW, case, LEAD)] == ["send_back", "approve", "reject"]
        assert flow.possible(FLOW, do(case, ("approve", LEAD), ("pay", PAYER)), PAYER) == []


def _breaks(grant: Grant) -> None:
    raise RuntimeError


# --- separation of duties --------------------------------------------------------------------------------------


@pytest.mark.usefixtures("grants")
class TestDuties:
    def test_who_reviewed_does_not_approve(self) -> None:
        case = do(opened(), ("accept", OFFICER))
        with pytest.raises(NotPermitted, match="职责分离"):
            do(case, ("approve", OFFICER))
        assert do(case, ("approve", SECOND)).state == "approved"

    def test_who_approved_does_not_pay(self) -> None:
        case = do(opened(), ("accept", OFFICER), ("approve", SECOND))
        with pytest.raises(NotPermitted, match="职责分离"):
            do(case, ("pay", SECOND))

    def test_who_applied_does_not_decide_in_another_role(self) -> None:
        case = do(opened(), ("accept", OFFICER))
        with pytest.raises(NotPermitted, match="职责分离"):
            do(case, ("approve", viewer(FIRM.person or 0, Role.CITY_LEAD)))

    def test_roles_that_exclude_each_other_do_not_meet_in_a_case(self) -> None:
        case = opened()
        with pytest.raises(NotPermitted, match="企业经办人"):
            do(case, ("send_back", viewer(FIRM.person or 0, Role.CITY_LEAD)))

    def test_the_same_duty_twice_is_no_fault(self) -> None:
        case = do(opened(), ("send_back", OFFICER), ("correct", FIRM), ("send_back", OFFICER), ("correct", FIRM))
        assert case.state == "accepted"


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.sampled_from([act.name for act in FLOW.acts[1:]]), st.sampled_from(EVERYBODY)), max_size=14)
)
def test_whatever_people_try(grants: None, tries: list[tuple[str, Viewer]]) -> None:
    with transaction.atomic():
        case, declared = opened(), {state.name for state in FLOW.states}
        for act, who in tries:
            before = Grant.objects.get(pk=case.pk)
            offered = {one.name for one in flow.possible(FLOW, before, who)}
            try:
                case = do(case, (act, who))
            except Refused:
                assert act not in offered
                assert Grant.objects.get(pk=case.pk).state == before.state
            else:
                assert act in offered
                assert before.state in FLOW.act(act).starts
                assert case.state == FLOW.act(act).end
            assert Grant.objects.get(pk=case.pk).state in declared
        past = flow.history(FLOW, case)
        for person in {one.person for one in past}:
            assert len({one.duty for one in past if one.person == person and one.duty}) <= 1
        assert [one.end for one in past[:-1]] == [one.start for one in past[1:]]
        assert past[-1].end == case.state
        assert Entry.objects.filter(case=case.number).count() == len(past)
        assert journal.verify() is None
        transaction.set_rollback(True)


# --- two at once -----------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(3))
def test_of_two_who_act_at_once_one_wins(grants: None, in_threads: Callable[..., list[Any]], attempt: int) -> None:
    case = do(opened(), ("accept", OFFICER))
    tries = [("approve", LEAD), ("reject", SECOND)]
    results = in_threads(lambda n: do(case, tries[n]), 2)
    (winner,) = [n for n, one in enumerate(results) if isinstance(one, Grant)]
    loser = results[1 - winner]
    assert isinstance(loser, Overtaken), loser
    assert tries[winner][1].name in str(loser)
    case.refresh_from_db()
    assert case.state == ("approved", "rejected")[winner]
    assert [one.act for one in flow.history(FLOW, case)] == ["apply", "accept", tries[winner][0]]
    assert journal.verify() is None


@pytest.mark.django_db(transaction=True)
def test_many_cases_at_once_lose_nothing(grants: None, in_threads: Callable[..., list[Any]]) -> None:
    cases = [opened() for _ in range(4)]
    results = in_threads(lambda n: do(cases[n], ("accept", OFFICER), ("approve", LEAD), ("pay", PAYER)).state, 4)
    assert results == ["paid"] * 4
    assert Entry.objects.count() == 16
    assert journal.verify() is None


# --- terms -----------------------------------------------------------------------------------------------------


def set_moments(case: Grant, *days: date) -> None:
    """Lets the acts have happened on these days."""
    triggers.remove(connection)
    for one, day in zip(flow.history(FLOW, case), days, strict=True):
        moment = timezone.make_aware(datetime(day.year, day.month, day.day, 23, 30))
        Participation.objects.filter(pk=one.pk).update(moment=moment)
        Grant.objects.filter(pk=case.pk).update(state_since=moment)
    triggers.install(connection)
    case.refresh_from_db()


@pytest.mark.usefixtures("grants")
class TestTerms:
    def test_a_term_runs_from_when_the_state_was_entered(self) -> None:
        case = opened()
        set_moments(case, date(2024, 9, 26))  # a Thursday before the National Day holiday
        deadline = flow.due(FLOW, case)
        assert deadline is not None
        assert deadline.date == date(2024, 10, 9)  # 27, 29 (worked in exchange) and 30 September, 8 and 9 October
        assert not deadline.provisional

    def test_the_clock_stands_while_a_correction_is_awaited(self) -> None:
        case = do(opened(), ("accept", OFFICER), ("send_back", OFFICER), ("correct", FIRM))
        set_moments(case, date(2024, 6, 3), date(2024, 6, 3), date(2024, 6, 5), date(2024, 6, 14))
        deadline = flow.due(FLOW, case)
        assert deadline is not None
        assert [(pause.start, pause.end, str(pause.reason)) for pause in deadline.pauses] == [
            (date(2024, 6, 5), date(2024, 6, 14), "等待补正")
        ]
        assert deadline.date == date(2024, 6, 26)
        assert any("等待补正" in line for line in deadline.explain("zh"))

    def test_nothing_is_due_where_no_term_runs(self) -> None:
        assert flow.due(FLOW, do(opened(), ("send_back", OFFICER))) is None
        assert flow.due(FLOW, do(opened(), ("accept", OFFICER), ("reject", SECOND))) is None

    def test_the_terms_of_many_cases_in_a_few_queries(self, django_assert_max_num_queries: Any) -> None:
        cases = [do(opened(), ("accept", OFFICER)) for _ in range(5)]
        with django_assert_max_num_queries(4):
            found = flow.dues(FLOW, cases)
        assert found == {case.pk: flow.due(FLOW, case) for case in cases}
        assert all(one is not None and one.date > timezone.localdate() + timedelta(days=9) for one in found.values())

    def test_a_case_keeps_by_when_it_is_due_and_new_calendars_reach_it(self) -> None:
        case = do(opened(), ("accept", OFFICER))
        deadline = flow.due(FLOW, case)
        assert deadline is not None
        assert case.due_on == Grant.objects.get(pk=case.pk).due_on == deadline.date
        assert do(opened(), ("accept", OFFICER), ("send_back", OFFICER)).due_on is None
        Grant.objects.filter(pk=case.pk).update(due_on=date(2020, 1, 1))
        assert flow.renew_dues(FLOW, Grant) == 1
        assert Grant.objects.get(pk=case.pk).due_on == deadline.date
        assert flow.renew_dues(FLOW, Grant) == 0


# --- where a view lets it through ------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(("error", "status"), [(Overtaken("他人已办"), 409), (NotPermitted("不能"), 403)])
def test_a_refusal_is_a_page(error: Exception, status: int) -> None:
    request = RequestFactory().post("/x/", headers={"Referer": "http://testserver/desk/?a=1"})
    request.user, request.session, request.viewer = AnonymousUser(), SessionStore(), PUBLIC  # type: ignore[attr-defined]
    middleware = RefusalMiddleware(lambda _: HttpResponse())
    answer = middleware.process_exception(request, error)
    assert answer is not None
    assert answer.status_code == status
    assert str(error) in answer.content.decode()
    assert 'href="/desk/?a=1"' in answer.content.decode()
    assert middleware.process_exception(request, KeyError()) is None


def test_duties_are_words() -> None:
    assert {duty.value for duty in Duty} == {"propose", "review", "inspect", "approve", "pay"}


# --- several cases at once ---------------------------------------------------------------------------------------


@pytest.mark.usefixtures("grants")
class TestBeginMany:
    def test_each_is_written_as_if_it_were_the_only_one(self) -> None:
        single = opened()
        several = [Grant(uscc=USCC, secret="密") for _n in range(3)]
        flow.begin_many(FLOW, "apply", several, FIRM)
        for case in several:
            case.refresh_from_db()
            assert (case.state, case.version) == (single.state, 0)
            [mine], [alone] = flow.history(FLOW, case), flow.history(FLOW, single)
            for field in ("flow", "act", "duty", "start", "end", "person", "person_name", "role", "organisation"):
                assert getattr(mine, field) == getattr(alone, field)
        told, *others = Entry.objects.filter(act="grant.apply").order_by("sequence")
        for case, other in zip(several, others, strict=True):
            assert (other.subject, other.case) == (str(case.pk), case.number)
            assert other.after == (told.after or {}) | {"id": case.pk}
            assert (other.before, other.subject_name) == (None, str(case))
        assert journal.verify() is None

    def test_none_is_written_if_one_may_not_be(self) -> None:
        cases = [Grant(uscc=USCC), Grant(uscc="91330100MA27XYZ13X")]
        with pytest.raises(NotPermitted):
            flow.begin_many(FLOW, "apply", cases, FIRM)
        with pytest.raises(ValidationError, match="note"):
            flow.begin_many(FLOW, "apply", [Grant(uscc=USCC), Grant(uscc=USCC, note="x" * 11)], FIRM)
        assert not Grant.objects.exists()
        assert not Participation.objects.exists()
        assert not Entry.objects.filter(act="grant.apply").exists()

    def test_nothing_is_nothing(self) -> None:
        flow.begin_many(FLOW, "apply", [], FIRM)
        assert not Entry.objects.exists()
        with pytest.raises(ValueError, match="does not open"):
            flow.begin_many(FLOW, "accept", [], OFFICER)

    def test_the_number_of_statements_does_not_grow(self, django_assert_max_num_queries: Any) -> None:
        with django_assert_max_num_queries(10):
            flow.begin_many(FLOW, "apply", [Grant(uscc=USCC) for _n in range(20)], FIRM)

    def test_a_given_past_is_not_read_again(self, django_assert_num_queries: Any) -> None:
        case = opened()
        past = flow.history(FLOW, case)
        expected = flow.possible(FLOW, case, OFFICER), flow.hindrance(FLOW, "pay", case, OFFICER), flow.due(FLOW, case)
        with django_assert_num_queries(0):
            possible, hindrance = (
                flow.possible(FLOW, case, OFFICER, past),
                flow.hindrance(FLOW, "pay", case, OFFICER, past),
            )
        assert (possible, hindrance, flow.due(FLOW, case, past)) == expected


def test_an_act_that_is_done_again_gives_no_more_time() -> None:
    """A term with ``restarts`` runs from the first of its acts, or from the latest that begins it anew."""
    from zongbu.desk.kernel.flow.perform import _began

    days = {"accept": (3, 20), "return": (5,), "reconsider": (30,)}
    past = sorted(
        (
            flow.Participation(act=act, moment=datetime(2026, 6, day, tzinfo=UTC))
            for act, found in days.items()
            for day in found
        ),
        key=lambda one: one.moment,
    )
    again, once = flow.Term(5, since="accept"), flow.Term(5, since="accept", restarts=("reconsider",))
    assert [_began(term, past[:3]) for term in (again, once)] == [past[2].moment, past[0].moment]
    assert _began(once, past) == past[3].moment
    assert _began(once, past[1:2]) is None
