"""Groups: scope on a day, circles, what the ties suggest, figures counted once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zongbu.desk.enterprises import actions, groups, queries
from zongbu.desk.enterprises.models import Enterprise, GroupTie, MetricClaim
from zongbu.desk.enterprises.waiting import waiting
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.kernel.submission import new_token
from zongbu.law import InputError

pytestmark = pytest.mark.django_db
START = date(2020, 1, 1)
METRIC = "in_city_revenue"


@pytest.fixture
def members(city: Viewer) -> list[Enterprise]:
    """Six enterprises, with revenues of 1, 2, 4, 8, 16, 32 亿元 in 2023."""
    actions.record_many(
        city,
        [
            {"uscc": f"91330100MA0000000{n}", "name": f"示例{n}", "district": "滨江", f"{METRIC}@2023": f"{2**n}亿元"}
            for n in range(6)
        ],
        valid_from=date(2024, 1, 1),
    )
    return list(Enterprise.objects.order_by("uscc"))


def hold(viewer: Viewer, parent: Enterprise, child: Enterprise | str, share: str = "0.6", **more: Any) -> GroupTie:
    code = child.uscc if isinstance(child, Enterprise) else ""
    name = child.name if isinstance(child, Enterprise) else child
    given = {"kind": "subsidiary", "location": "outside_city", "starts": START} | more
    return actions.tie(viewer, parent, name=name, uscc=code, share=share, **given)


def test_scope_reaches_up_and_down_through_control(members: list[Enterprise], city: Viewer) -> None:
    a, b, c, d, e, f = members
    hold(city, a, b)
    hold(city, b, c)
    hold(city, a, d, "0.5")
    hold(city, a, e, "0.499999")
    hold(city, f, e, "0.51")
    today = date.today()
    for one in (a, b, c, d):
        assert set(groups.group_scope(one, today)) == {a, b, c, d}
    assert set(groups.group_scope(e, today)) == {e, f}
    with CaptureQueriesContext(connection) as counted:
        groups.member_keys(c, today)
    assert len(counted) == 1


def test_scope_is_that_of_the_day(members: list[Enterprise], city: Viewer) -> None:
    a, b, *_ = members
    tie = hold(city, a, b)
    actions.end_tie(city, tie, date(2023, 6, 30))
    assert set(groups.group_scope(a, date(2023, 6, 30))) == {a, b}
    assert set(groups.group_scope(a, date(2023, 7, 1))) == {a}
    assert set(groups.group_scope(a, date(2019, 12, 31))) == {a}
    hold(city, a, b, "0.7", starts=date(2023, 7, 1))  # the share changed: the old tie ended, a new one begins
    with pytest.raises(InputError, match="已经登记过"):
        hold(city, a, b, "0.8", starts=date(2024, 1, 1))


def test_people_of_a_group_know_the_basics_of_its_members(
    members: list[Enterprise], city: Viewer, person_as: Callable[..., Viewer]
) -> None:
    a, b, c, *_ = members
    hold(city, a, b)
    viewer = person_as(Role.ENTERPRISE_STAFF, uscc=b.uscc)
    assert set(groups.related(viewer)) == {a, b}
    assert set(queries.enterprises(viewer)) == {b}
    with pytest.raises(PermissionDenied):
        hold(viewer, a, c)


def test_a_circle_is_refused(members: list[Enterprise], city: Viewer) -> None:
    a, b, c, d, *_ = members
    hold(city, a, b)
    hold(city, b, c, "0.1")
    with pytest.raises(InputError, match=r"循环持股：示例0 → 示例1 → 示例2"):
        hold(city, c, a)
    with pytest.raises(InputError, match="自己"):
        hold(city, a, a)
    with pytest.raises(IntegrityError), transaction.atomic():
        GroupTie.objects.create(parent=a, child=a, kind="branch", name="a", location="abroad", starts=START)
    hold(city, c, d, until=date(2021, 12, 31))
    hold(city, d, a, starts=date(2022, 1, 1))  # never all three on one day


def test_a_tie_finds_the_record_that_is_opened_later(members: list[Enterprise], city: Viewer) -> None:
    a = members[0]
    for number, opened in enumerate(("register", "record_many")):
        code = f"91330100MA1111111{number}"
        actions.tie(city, a, kind="subsidiary", name="后建档", uscc=code, share=1, location="in_city", starts=START)
        if opened == "register":
            actions.register(city, code, "后建档企业", "滨江区")
        else:
            actions.record_many(city, [{"uscc": code, "name": "后建档企业"}], valid_from=START)
        assert groups.group_scope(a, date.today()).filter(uscc=code).exists()


def test_what_does_not_fit_is_refused(members: list[Enterprise], city: Viewer) -> None:
    a = members[0]
    for more in (
        {"share": "0"},
        {"share": "1.01"},
        {"share": "一半"},
        {"location": "月球"},
        {"until": date(2019, 1, 1)},
    ):
        with pytest.raises(InputError):
            hold(city, a, "乙", **{"share": "0.6", **more})


def test_the_ties_suggest_and_do_not_write(members: list[Enterprise], city: Viewer) -> None:
    a = members[0]
    assert groups.suggestions(a, date.today()) == []
    for number, (kind, share, location) in enumerate(
        [
            ("branch", None, "outside_city"),
            ("branch", None, "abroad"),
            ("branch", None, "in_city"),
            ("subsidiary", "0.5", "abroad"),
            ("subsidiary", "0.75", "outside_city"),
            ("subsidiary", "0.49", "outside_city"),
            ("subsidiary", "1", "in_city"),
        ]
    ):
        hold(city, a, f"成员{number}", share or "1", kind=kind, location=location)
    branches, subsidiaries = groups.suggestions(a, date.today())
    assert (branches.value, branches.recorded, branches.differs) == (2, "", True)
    assert (subsidiaries.value, [tie.name for tie in subsidiaries.doubtful]) == (2, ["成员3"])
    assert "branches_outside_city" not in queries.facts_at(a, date.today())


# --- what others say of an enterprise ---------------------------------------------------------------------


@pytest.fixture
def people(members: list[Enterprise], person_as: Callable[..., Viewer]) -> list[Viewer]:
    """Somebody of each of the six."""
    return [person_as(Role.ENTERPRISE_LEAD, uscc=one.uscc) for one in members]


def test_a_tie_that_a_parent_declares_counts_when_the_other_side_confirms_it(
    members: list[Enterprise], people: list[Viewer], city: Viewer
) -> None:
    a, b, c, *_ = members
    hold(people[1], b, "外地分公司", kind="branch", share="1")
    hold(city, b, c)
    today = date.today()
    tie = actions.tie(
        people[0], a, kind="subsidiary", name="随便写的", uscc=b.uscc, share="0.5", location="in_city", starts=START
    )
    assert (tie.consent, tie.name, tie.counts) == ("proposed", "随便写的", False)
    assert groups.member_keys(a, today) == {a.pk} and groups.member_keys(b, today) == {b.pk, c.pk}
    assert set(groups.related(people[0])) == {a}
    assert [(one.name, one.children) for one in groups.tree(people[0], a, today)] == [(a.name, [])]
    actions.claim(people[0], a, METRIC, 2023, basis="group")
    actions.claim(people[1], b, METRIC, 2023, basis="group")  # nobody else could take it
    counted = groups.counted(a, METRIC, 2023)
    assert counted is not None and [part.entity for part in counted.parts] == [a]
    # a stranger neither asks nor answers
    for stranger in (people[0], people[2]):
        assert not groups.to_answer(stranger).exists()
        with pytest.raises(PermissionDenied):
            actions.answer_tie(stranger, tie, True)
    assert list(groups.to_answer(people[1])) == [tie] == list(groups.to_answer(city))
    with pytest.raises(InputError, match="理由"):
        actions.answer_tie(people[1], tie, False)
    actions.answer_tie(people[1], tie, False, "没有这回事")
    assert groups.member_keys(a, today) == {a.pk} and not groups.to_answer(people[1]).exists()
    actions.answer_tie(city, tie, True, "据审计报告")
    tie.refresh_from_db()
    assert (tie.consent, tie.name) == ("confirmed", b.name)
    assert groups.member_keys(a, today) == {a.pk, b.pk, c.pk}
    with pytest.raises(InputError, match="已经答复"):
        actions.answer_tie(people[1], tie, False, "又反悔")


def test_a_district_answers_for_its_own_only(
    members: list[Enterprise], other: Enterprise, person_as: Callable[..., Viewer]
) -> None:
    a, b, *_ = members
    binjiang, xiaoshan = person_as(Role.DISTRICT_OFFICER), person_as(Role.DISTRICT_OFFICER, district="330109")
    assert hold(binjiang, a, b).counts
    tie = hold(binjiang, a, other)
    assert not tie.counts
    with pytest.raises(PermissionDenied):
        actions.answer_tie(binjiang, tie, True)
    assert actions.answer_tie(xiaoshan, tie, True).counts


def test_a_proposal_stands_in_nobodys_way(members: list[Enterprise], people: list[Viewer], city: Viewer) -> None:
    a, b, *_ = members
    proposed = hold(people[0], a, b)
    hold(city, b, a)
    with pytest.raises(InputError, match="循环持股"):
        actions.answer_tie(people[1], proposed, True)


def test_a_record_that_is_opened_later_is_asked_too(
    members: list[Enterprise], people: list[Viewer], city: Viewer
) -> None:
    code = "91330100MA1111111X"
    actions.tie(
        people[0], members[0], kind="subsidiary", name="后建档", uscc=code, share=1, location="in_city", starts=START
    )
    made = actions.register(city, code, "后建档企业", "滨江区")
    assert made.pk not in groups.member_keys(members[0], date.today())
    assert groups.to_answer(city).get().child == made


def test_below_a_member_only_those_look_who_may_read_its_record(
    members: list[Enterprise], people: list[Viewer], city: Viewer
) -> None:
    a, b, c, d, *_ = members
    for parent, child in ((a, b), (b, c), (a, d)):
        hold(city, parent, child)
    hold(city, c, "丙的秘密子公司")

    def names(found: list[groups.Member]) -> list[object]:
        return [[one.name, *names(one.children)] for one in found]

    today = date.today()
    assert names(groups.tree(people[0], a, today)) == [[a.name, [b.name], [d.name]]]
    assert names(groups.tree(people[2], c, today)) == [[a.name, [b.name, [c.name, ["丙的秘密子公司"]]]]]
    assert names(groups.tree(city, d, today)) == [[a.name, [b.name, [c.name, ["丙的秘密子公司"]]], [d.name]]]


def test_the_page_keeps_figures_of_others_to_themselves(
    members: list[Enterprise], city: Viewer, client_as: Callable[..., Client]
) -> None:
    child, parent = members[2], members[4]
    hold(city, parent, child)
    actions.claim(city, child, METRIC, 2023, basis="own")
    actions.claim(city, parent, METRIC, 2023, basis="group")
    address = reverse("enterprises:group", args=[parent.uscc])
    for client, sees in (
        (client_as(Role.ENTERPRISE_STAFF, uscc=parent.uscc), False),
        (client_as(Role.CITY_LEAD), True),
    ):
        page = client.get(address).content.decode()
        assert tuple(f">{figure}亿元<" in page for figure in ("−4.00", "12.00", "16.00")) == (sees, sees, True)
        assert ("不公开" in page) is not sees


def test_proposals_are_answered_on_their_page(
    members: list[Enterprise], people: list[Viewer], client_as: Callable[..., Client]
) -> None:
    a, b, *_ = members
    tie = hold(people[0], a, b)
    parent, client = client_as(Role.ENTERPRISE_STAFF, uscc=a.uscc), client_as(Role.ENTERPRISE_STAFF, uscc=b.uscc)
    assert "待对方确认" in parent.get(reverse("enterprises:group", args=[a.uscc])).content.decode()
    assert [one.label for one in waiting(people[0])] == [one.label for one in waiting(people[1])][:-1]
    listed = reverse("enterprises:proposals")
    assert a.name not in parent.get(listed).content.decode().partition("<main")[2]
    assert a.name in client.get(listed).content.decode()
    assert a.name in client.get(reverse("enterprises:group", args=[b.uscc])).content.decode()
    address = reverse("enterprises:answer_tie", args=[b.uscc, tie.pk])
    assert a.name in client.get(address).content.decode()
    assert parent.get(address).status_code == 404
    for posted, status in (({"answer": "refused"}, 200), ({"answer": "refused", "reason": "没有这回事"}, 302)):
        assert client.post(address, {"submission": new_token(), **posted}).status_code == status
    assert "没有这回事" in parent.get(reverse("enterprises:group", args=[a.uscc])).content.decode()


def test_an_enterprise_takes_its_own_figure_back(
    members: list[Enterprise], people: list[Viewer], city: Viewer, client_as: Callable[..., Client]
) -> None:
    child, parent = members[2], members[4]
    hold(city, parent, child)
    actions.claim(people[4], parent, METRIC, 2023, basis="group")
    taken = MetricClaim.objects.get(entity=child)
    with pytest.raises(PermissionDenied):
        actions.release(people[0], taken, "别人的")
    with pytest.raises(InputError, match="理由"):
        actions.release(people[2], taken, " ")
    client = client_as(Role.ENTERPRISE_STAFF, uscc=child.uscc)
    address = reverse("enterprises:release", args=[child.uscc, taken.pk])
    assert address in client.get(reverse("enterprises:group", args=[child.uscc])).content.decode()
    assert client.post(address, {"submission": new_token(), "reason": "独立申报"}).status_code == 302
    assert MetricClaim.objects.get(released_at=None).entity == parent
    actions.claim(people[2], child, METRIC, 2023, basis="own")
    for subject in (child, parent):
        assert queries.journal_of(city, subject).filter(act="enterprises.release", reason="独立申报").exists()


# --- figures counted once ---------------------------------------------------------------------------------


def test_a_figure_that_a_subsidiary_claims_is_not_counted_in_its_parent(
    members: list[Enterprise], city: Viewer
) -> None:
    child, parent = members[2], members[4]
    hold(city, parent, child)
    actions.claim(city, child, METRIC, 2023, basis="own", purpose="独立申报")
    actions.claim(city, parent, METRIC, 2023, basis="group")
    counted = groups.counted(parent, METRIC, 2023)
    assert counted is not None and counted.total == Decimal("1200000000")
    assert [(part.entity, part.minus) for part in counted.parts] == [(parent, False), (child, True)]
    assert groups.counted(members[0], METRIC, 2023) is None


def test_what_the_parent_has_claimed_the_subsidiary_cannot_claim_before_it_is_released(
    members: list[Enterprise], city: Viewer
) -> None:
    child, parent = members[2], members[4]
    hold(city, parent, child)
    actions.claim(city, parent, METRIC, 2023, basis="group")
    with pytest.raises(InputError, match="已由 示例4 申报"):
        actions.claim(city, child, METRIC, 2023, basis="own")
    with pytest.raises(IntegrityError), transaction.atomic():
        MetricClaim.objects.create(entity=child, metric=METRIC, year=2023, claimant=child, basis="own")
    actions.release(city, MetricClaim.objects.get(entity=child), "子公司独立申报")
    actions.claim(city, child, METRIC, 2023, basis="own")
    actions.claim(city, child, METRIC, 2022, basis="own")  # another year is another figure


def test_an_unknown_figure_leaves_the_rest_undetermined(members: list[Enterprise], city: Viewer) -> None:
    child, parent = members[2], members[4]
    hold(city, parent, child)
    actions.claim(city, child, "rnd_expense", 2023, basis="own")
    actions.record(city, parent, {"rnd_expense": "3亿元"}, source_name="库", period=2023)
    actions.claim(city, parent, "rnd_expense", 2023, basis="group")
    counted = groups.counted(parent, "rnd_expense", 2023)
    assert counted is not None and counted.declared == Decimal("300000000") and counted.total is None


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    parents=st.lists(st.integers(0, 4), min_size=5, max_size=5),
    claimants=st.lists(st.sampled_from(range(6)), unique=True, max_size=6),
)
def test_nothing_is_counted_twice_in_a_tree(
    members: list[Enterprise], city: Viewer, parents: list[int], claimants: list[int]
) -> None:
    """Whoever claims in whatever order on the group's basis: together they count what the topmost of them declare."""
    point = transaction.savepoint()
    above: dict[int, int] = {}
    for child, drawn in enumerate(parents, start=1):
        above[child] = drawn % child
        hold(city, members[above[child]], members[child])
    claimed = []
    for number in claimants:
        try:
            actions.claim(city, members[number], METRIC, 2023, basis="group")
        except InputError:
            continue
        claimed.append(number)
    figures = {number: Decimal(2**number) * 10**8 for number in range(6)}

    def ancestors(number: int) -> list[int]:
        return [above[number], *ancestors(above[number])] if number in above else []

    tops = [number for number in claimed if not set(ancestors(number)) & set(claimed)]
    counted = [groups.counted(members[number], METRIC, 2023) for number in claimed]
    assert sum(one.total for one in counted if one is not None and one.total is not None) == sum(
        figures[number] for number in tops
    )
    transaction.savepoint_rollback(point)
