"""Facts with provenance: true at, known at, who may write, what is never lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from unittest import mock
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.desk.conftest import USCC
from tests.desk.enterprises.conftest import OTHER
from zongbu.desk.enterprises import actions, queries, values
from zongbu.desk.enterprises.models import Enterprise, FactRecord, Recording, Source
from zongbu.desk.kernel import journal
from zongbu.desk.kernel.journal.models import Entry
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.scope import PUBLIC, Viewer
from zongbu.desk.library.policies import policy
from zongbu.law import InputError
from zongbu.law.facts import BadFacts

pytestmark = pytest.mark.django_db
CHINA = ZoneInfo("Asia/Shanghai")


# --- scoping ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        (Role.PUBLIC, set()),
        (Role.ENTERPRISE_STAFF, {USCC}),
        (Role.ENTERPRISE_LEAD, {USCC}),
        (Role.DISTRICT_OFFICER, {USCC}),
        (Role.DISTRICT_LEAD, {USCC}),
        (Role.DEPARTMENT_OFFICER, set()),
        (Role.INSPECTOR, set()),
        (Role.CITY_OFFICER, {USCC, OTHER}),
        (Role.CITY_LEAD, {USCC, OTHER}),
        (Role.LEADING_GROUP, {USCC, OTHER}),
        (Role.AUDITOR, {USCC, OTHER}),
        (Role.ADMINISTRATOR, set()),
        (Role.SECURITY_OFFICER, set()),
    ],
)
def test_each_role_sees_its_scope(
    enterprise: Enterprise, other: Enterprise, person_as: Callable[..., Viewer], role: Role, seen: set[str]
) -> None:
    viewer = person_as(role) if role != Role.PUBLIC else PUBLIC
    assert {one.uscc for one in queries.enterprises(viewer)} == seen


def test_departments_see_what_is_referred_to_them_until_it_ends(
    enterprise: Enterprise, city: Viewer, person_as: Callable[..., Viewer]
) -> None:
    from zongbu.desk.people.models import Organisation

    department = person_as(Role.DEPARTMENT_OFFICER)
    organisation = Organisation.objects.get(pk=department.organisation)
    referral = actions.refer(city, enterprise, organisation, "产业导向认定")
    assert queries.get(department, USCC) == enterprise
    with pytest.raises(InputError, match="已经转给"):
        actions.refer(city, enterprise, organisation, "再转一次")
    actions.end_referral(city, referral)
    with pytest.raises(Enterprise.DoesNotExist):
        queries.get(department, USCC)


ALLOWED = {
    "declare": {Role.ENTERPRISE_STAFF, Role.ENTERPRISE_LEAD},
    "record": {Role.DISTRICT_OFFICER, Role.DISTRICT_LEAD, Role.CITY_OFFICER, Role.CITY_LEAD},
    "find": {Role.CITY_OFFICER, Role.CITY_LEAD},
    "bar": {Role.CITY_OFFICER, Role.CITY_LEAD},
}


@pytest.mark.parametrize("role", list(Role))
def test_each_role_writes_what_is_its_business(
    enterprise: Enterprise, person_as: Callable[..., Viewer], role: Role
) -> None:
    viewer = person_as(role) if role != Role.PUBLIC else PUBLIC
    acts: dict[str, Callable[[], object]] = {
        "declare": lambda: actions.declare(viewer, enterprise, {"unified_accounting": "是"}),
        "record": lambda: actions.record(viewer, enterprise, {"branches_outside_city": 2}, source_name="登记库"),
        "find": lambda: actions.find(viewer, enterprise, "fits_industrial_orientation", True, "核心产业"),
        "bar": lambda: actions.bar(viewer, enterprise, date(2024, 3, 15), ground="弄虚作假", source_name="批复"),
    }
    for name, act in acts.items():
        if role in ALLOWED[name]:
            act()
        else:
            with pytest.raises(PermissionDenied):
                act()


def test_each_kind_of_fact_comes_from_where_it_should(enterprise: Enterprise, own: Viewer, city: Viewer) -> None:
    with pytest.raises(PermissionDenied):
        actions.declare(own, enterprise, {"branches_outside_city": 3})
    with pytest.raises(PermissionDenied):
        actions.record(city, enterprise, {"fits_industrial_orientation": True}, source_name="库")
    with pytest.raises(PermissionDenied):
        actions.find(city, enterprise, "in_city_revenue", "1亿元", "理由")
    with pytest.raises(InputError, match="理由"):
        actions.find(city, enterprise, "fits_industrial_orientation", True, "  ")
    with pytest.raises(InputError, match="来源"):
        actions.record(city, enterprise, {"branches_outside_city": 3}, source_name=" ")
    with pytest.raises(InputError, match="不能更改"):
        actions.record(city, enterprise, {"uscc": OTHER}, source_name="库")
    with pytest.raises(InputError, match="今天"):
        actions.record(city, enterprise, {"branches_outside_city": 3}, source_name="库", valid_from=date(2999, 1, 1))
    with pytest.raises(InputError, match="还没有结束"):
        actions.declare(own, enterprise, {f"in_city_revenue@{date.today().year}": "1亿元"})


def test_findings_are_made_by_those_whose_business_they_are(
    enterprise: Enterprise, city: Viewer, person_as: Callable[..., Viewer]
) -> None:
    from zongbu.desk.people.models import Organisation

    district, department = person_as(Role.DISTRICT_OFFICER), person_as(Role.DEPARTMENT_OFFICER)
    actions.refer(city, enterprise, Organisation.objects.get(pk=department.organisation), "认定")
    makers = {
        "fits_industrial_orientation": {city, department},
        "star": {city},
        "leading_group_approved": {city},
        "exercises_headquarters_functions": {district},
        "is_gone_out_enterprise": {city, district, department},
    }
    for fact, allowed in makers.items():
        for viewer in (city, department, district):
            if viewer in allowed:
                actions.find(viewer, enterprise, fact, "3" if fact == "star" else "是", "理由")
            else:
                with pytest.raises(PermissionDenied):
                    actions.find(viewer, enterprise, fact, "3" if fact == "star" else "是", "理由")


def test_only_the_city_office_moves_an_enterprise_to_another_district(
    enterprise: Enterprise, city: Viewer, person_as: Callable[..., Viewer]
) -> None:
    today, officer, neighbour = date.today(), person_as(Role.DISTRICT_OFFICER), "330109"
    taken_over = actions.record_change(
        city, actions.register(city, OTHER, "示例", neighbour, registered_on=date(2016, 1, 1)),
        "move_within", date(2024, 1, 1), district=officer.district, source_name="通知书",
    )  # fmt: skip
    for attempt in (
        lambda: actions.record(officer, enterprise, {"district": neighbour}, source_name="库"),
        lambda: actions.record(officer, enterprise, {"district": neighbour}, source_name="库", valid_from=date(2015, 6, 1)),
        lambda: actions.record(officer, enterprise, {"district": ""}, source_name="库"),
        *(
            lambda kind=kind: actions.record_change(  # type: ignore[misc]
                officer, enterprise, kind, date(2024, 1, 1), district=neighbour, source_name="通知书"
            )
            for kind in ("move_within", "move_in", "move_out")
        ),
        lambda: actions.withdraw_change(officer, taken_over, "误录"),
    ):  # fmt: skip
        with pytest.raises(PermissionDenied):
            attempt()
    row = {"uscc": enterprise.uscc, "district": neighbour}
    with pytest.raises(InputError, match="市总部办"):
        actions.record_many(officer, [row], valid_from=today, source=Source.REGISTRY, source_name="库")
    enterprise.refresh_from_db()
    assert enterprise.district == officer.district and not enterprise.materialchanges.exists()
    # its own code, where none is recorded, it may fill in
    actions.record_change(officer, enterprise, "move_out", date(2024, 1, 1), source_name="通知书")
    assert "district" not in queries.facts_at(enterprise, today)
    actions.record(officer, enterprise, {"district": officer.district}, source_name="库")
    assert queries.facts_at(enterprise, today)["district"] == officer.district
    actions.record(city, enterprise, {"district": neighbour}, source_name="库")


def test_an_enterprise_opens_its_record_in_the_district_that_confirmed_it(own: Viewer) -> None:
    with pytest.raises(InputError, match="不一致"):
        actions.register(own, USCC, "示例科技有限公司", "萧山区")
    assert actions.register(own, USCC, "示例科技有限公司", "滨江区").district == "330108"


def test_all_faults_are_told_together(enterprise: Enterprise, own: Viewer) -> None:
    with pytest.raises(BadFacts) as error:
        actions.declare(own, enterprise, {"in_city_revenue": "约3亿", "unified_accounting": "也许", "没有这个": "1"})
    assert len(error.value.faults) == 3


def test_everybody_else_registers_nothing(person_as: Callable[..., Viewer]) -> None:
    for role in set(Role) - {Role.PUBLIC, Role.CITY_OFFICER, Role.CITY_LEAD}:
        with pytest.raises(PermissionDenied):
            actions.register(person_as(role, uscc=OTHER), USCC, "示例", "萧山区")


def test_a_code_is_registered_once_and_early_codes_are_accepted(city: Viewer, enterprise: Enterprise) -> None:
    with pytest.raises(InputError, match="已有企业档案"):
        actions.register(city, USCC.lower(), "另一家", "滨江区")
    assert actions.register(city, "91330100000000000X", "早期代码企业").district == ""


# --- true at, known at ------------------------------------------------------------------------------------


def test_facts_of_a_prior_year_are_those_of_the_year_before(enterprise: Enterprise, own: Viewer) -> None:
    actions.declare(own, enterprise, {"in_city_revenue": "9亿元"}, period=2022)
    actions.declare(own, enterprise, {"in_city_revenue": "12亿元"}, period=2023)
    assert queries.facts_at(enterprise, date(2023, 6, 1))["in_city_revenue"] == "900000000.00"
    assert queries.facts_at(enterprise, date(2024, 1, 1))["in_city_revenue"] == "1200000000.00"
    assert "in_city_revenue" not in queries.facts_at(enterprise, date(2025, 1, 1))


def test_what_is_kept_can_be_assessed(enterprise: Enterprise, own: Viewer, city: Viewer) -> None:
    hangzhou = policy("hangzhou-2023")
    actions.declare(own, enterprise, {"in_city_revenue": "12.3亿元", "operates_in_city": "是"}, period=2023)
    actions.record(
        city,
        enterprise,
        {"行业代码": "I6513", "国有属性": "民营", "上市交易所": "科创板", "在杭登记日": "2015年3月1日"},
        source_name="登记库",
        valid_from=date(2020, 1, 1),
    )
    facts = queries.facts_at(enterprise, date(2024, 6, 1), policy=hangzhou)
    assessment = hangzhou.assess(facts, as_of=date(2024, 6, 1))
    assert assessment["meets_scale"] is True
    for one in (hangzhou, policy("binjiang-draft")):
        one.assess(queries.facts_at(enterprise, date(2024, 6, 1), policy=one), as_of=date(2024, 6, 1))
        one.assess(queries.facts_at(enterprise, date(2024, 6, 1)), as_of=date(2024, 6, 1))


def test_the_snapshot_can_be_assessed_as_it_is(enterprise: Enterprise, own: Viewer) -> None:
    actions.declare(own, enterprise, {"in_city_revenue": "12亿元"}, period=2023)
    actions.declare(own, enterprise, {"in_city_revenue": "9亿元"}, period=2022)
    enterprise.refresh_from_db()
    assert enterprise.known["in_city_revenue@2023"] == "1200000000.00"
    hangzhou = policy("hangzhou-2023")
    assert hangzhou.assess(enterprise.known, as_of=date(2024, 6, 1)).facts["in_city_revenue"] == 1200000000


def test_a_correction_leaves_what_it_corrects(enterprise: Enterprise, city: Viewer) -> None:
    moment = datetime.now(CHINA)
    for number, day in ((3, date(2023, 1, 1)), (5, date(2023, 1, 1)), (1, date(2022, 1, 1))):
        actions.record(city, enterprise, {"branches_outside_city": number}, source_name="库", valid_from=day)
    assert queries.facts_at(enterprise, date(2024, 1, 1))["branches_outside_city"] == "5"
    assert queries.facts_at(enterprise, date(2022, 6, 1))["branches_outside_city"] == "1"
    assert "branches_outside_city" not in queries.facts_at(enterprise, date(2024, 1, 1), moment)
    assert [record.value for record in queries.history(enterprise, "branches_outside_city")] == ["1", "5", "3"]


def test_taking_back_makes_it_unknown_again(enterprise: Enterprise, city: Viewer, own: Viewer) -> None:
    actions.find(city, enterprise, "fits_industrial_orientation", True, "核心产业", valid_from=date(2024, 1, 1))
    actions.take_back(city, enterprise, "fits_industrial_orientation", "材料有误")
    today = date.today()
    assert "fits_industrial_orientation" not in queries.facts_at(enterprise, today)
    assert queries.facts_at(enterprise, date(2024, 6, 1))["fits_industrial_orientation"] == "true"
    enterprise.refresh_from_db()
    assert "fits_industrial_orientation" not in enterprise.known


def test_the_same_again_is_not_recorded_again(enterprise: Enterprise, own: Viewer) -> None:
    assert actions.declare(own, enterprise, {"unified_accounting": "是"}) is not None
    assert actions.declare(own, enterprise, {"unified_accounting": "true"}) is None


@dataclass(frozen=True)
class Told:
    """A record as the naive model keeps it."""

    fact: str
    year: int | None
    value: str
    valid_from: date
    recorded: datetime
    number: int


def naive(told: list[Told], as_of: date, known_at: datetime) -> dict[str, str]:
    """What counts, found by going through everything."""
    answer = {}
    for fact in {one.fact for one in told}:
        known = [one for one in told if one.fact == fact and one.recorded <= known_at]
        if any(one.year is not None for one in known):
            known = [one for one in known if one.year == as_of.year - 1]
            best = max(known, key=lambda one: one.number, default=None)
        else:
            known = [one for one in known if one.valid_from <= as_of]
            best = max(known, key=lambda one: (one.valid_from, one.number), default=None)
        if best is not None and best.value:
            answer[fact] = best.value
    return answer


DAYS = st.dates(date(2021, 1, 1), date(2024, 12, 31))
ENTRIES = st.lists(
    st.tuples(
        st.sampled_from(["branches_outside_city", "subsidiaries_outside_city", "in_city_revenue", "rnd_expense"]),
        st.integers(0, 4),
        st.integers(2020, 2023),
        DAYS,
        st.integers(0, 3),
    ),
    max_size=12,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(entries=ENTRIES, as_of=DAYS, hours=st.integers(-1, 40))
def test_true_at_and_known_at_agree_with_a_naive_model(
    enterprise: Enterprise, city: Viewer, entries: list[tuple[str, int, int, date, int]], as_of: date, hours: int
) -> None:
    start = datetime(2025, 1, 1, tzinfo=CHINA)
    told: list[Told] = []
    point = transaction.savepoint()
    moment = start
    Enterprise.objects.filter(pk=enterprise.pk).update(updated_at=start - timedelta(days=1))
    for number, (fact, value, year, valid_from, pause) in enumerate(entries):
        moment += timedelta(hours=pause)
        yearly = values.dictionary()[fact].period is not None
        text = "" if value == 0 else f"{value}.00" if yearly else str(value)
        key = values.Key(values.dictionary()[fact], year if yearly else None)
        with mock.patch("django.utils.timezone.now", return_value=moment), transaction.atomic():
            from zongbu.desk.enterprises.actions.appending import append, locked

            made, _before, after = append(
                locked(enterprise), city, {key: text}, valid_from=valid_from, source="registry", always=True
            )
        if made is not None:
            told.append(Told(fact, key.year, text, valid_from, made.recorded_at, number))
            assert after == {key.text: text}
    known_at = start + timedelta(hours=hours)
    found = queries.facts_at(enterprise, as_of, known_at)
    asked = {name: value for name, value in found.items() if name in {one.fact for one in told}}
    assert asked == naive(told, as_of, known_at)
    now = naive(told, date.today(), moment)
    enterprise.refresh_from_db()
    assert {name: value for name, value in values.at(enterprise.known, date.today()).items() if name in now} == now
    transaction.savepoint_rollback(point)


def test_a_clock_set_back_does_not_reorder(enterprise: Enterprise, city: Viewer) -> None:
    actions.record(city, enterprise, {"branches_outside_city": 3}, source_name="库", valid_from=date(2023, 1, 1))
    with (
        mock.patch("django.utils.timezone.now", return_value=datetime(2001, 1, 1, tzinfo=CHINA)),
        mock.patch("django.utils.timezone.localdate", return_value=date(2026, 1, 1)),
    ):
        actions.record(city, enterprise, {"branches_outside_city": 4}, source_name="库", valid_from=date(2023, 1, 1))
    moments = list(Recording.objects.order_by("pk").values_list("recorded_at", flat=True))
    assert moments == sorted(moments)


# --- never altered ----------------------------------------------------------------------------------------


def test_records_cannot_be_altered_or_removed(enterprise: Enterprise) -> None:
    record = FactRecord.objects.first()
    assert record is not None
    record.value = "别的"
    for attempt in (
        record.save,
        record.delete,
        lambda: FactRecord.objects.update(value=""),
        lambda: FactRecord.objects.all().delete(),
    ):
        with pytest.raises(PermissionDenied):
            attempt()
    for table in ("enterprises_factrecord", "enterprises_recording"):
        for statement in (f"UPDATE {table} SET id = id + 1000", f"DELETE FROM {table}"):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)


def test_every_act_is_in_the_journal_with_before_and_after(enterprise: Enterprise, city: Viewer) -> None:
    actions.record(city, enterprise, {"branches_outside_city": 3}, source_name="库", valid_from=date(2023, 1, 1))
    actions.record(city, enterprise, {"branches_outside_city": 4}, source_name="库", reason="更正")
    entry = Entry.objects.latest("sequence")
    assert (entry.act, entry.reason) == ("enterprises.record", "更正")
    assert entry.before == {"branches_outside_city": "3"}
    assert entry.after["branches_outside_city"] == "4"
    assert journal.verify() is None


# --- many at once -----------------------------------------------------------------------------------------


def rows(number: int, **more: Any) -> list[dict[str, Any]]:
    return [
        {
            "uscc": f"91330100MA{n:08d}",
            "name": f"示例企业{n}",
            "district": "滨江",
            "in_city_revenue": f"{n}万元",
            **more,
        }
        for n in range(number)
    ]


def test_many_are_recorded_in_batches_and_again_without_duplicates(city: Viewer) -> None:
    before, seen = Entry.objects.count(), []
    outcome = actions.record_many(
        city,
        rows(25),
        valid_from=date(2024, 1, 1),
        source=Source.REGISTRY,
        source_name="库",
        size=10,
        progress=seen.append,
    )
    assert (outcome.created, outcome.records, seen) == (25, 100, [10, 20, 25])
    assert Entry.objects.count() == before + 3 + 25  # one for each batch, one for each enterprise
    again = actions.record_many(city, rows(25), valid_from=date(2024, 1, 1), source=Source.REGISTRY, source_name="库")
    assert (again.created, again.changed, again.unchanged, again.records) == (0, 0, 25, 0)
    more = actions.record_many(
        city,
        rows(25, branches_outside_city="2家"),
        valid_from=date(2024, 2, 1),
        source=Source.REGISTRY,
        source_name="库",
    )
    assert (more.changed, more.records) == (25, 25)
    one = Enterprise.objects.get(uscc="91330100MA00000007")
    assert one.known["branches_outside_city"] == "2" and one.known["in_city_revenue@2023"] == "70000.00"
    assert one.known == {
        name: entry.value for name, entry in sorted(queries.latest_of_many([one.pk], date.today())[one.pk].items())
    }
    assert journal.verify() is None


def test_rows_that_cannot_be_used_are_told(city: Viewer, person_as: Callable[..., Viewer]) -> None:
    bad = [
        *rows(2),
        {"uscc": "91330100MA00000001", "name": "重复"},
        {"name": "没有代码"},
        {"uscc": "91330100MA99999999"},
    ]
    bad.append(
        {"uscc": "91330100MA88888888", "name": "坏数", "in_city_revenue": "约3亿", "fits_industrial_orientation": "是"}
    )
    found: list[Any] = []
    given: dict[str, Any] = {"valid_from": date(2024, 1, 1), "source": Source.REGISTRY, "source_name": "库"}
    with pytest.raises(InputError, match="第 3 行"):
        actions.record_many(city, bad, **given)
    outcome = actions.record_many(city, bad, on_reject=found.append, **given)
    assert (outcome.created, outcome.rejected) == (2, 4)
    assert [row.number for row in found] == [2, 3, 4, 5]
    assert len(found[-1].faults) == 2
    abroad = person_as(Role.DISTRICT_OFFICER, district="330109")
    found.clear()
    actions.record_many(abroad, rows(3), on_reject=found.append, **given)
    assert len(found) == 3
    with pytest.raises(PermissionDenied):
        actions.record_many(person_as(Role.DEPARTMENT_OFFICER), rows(1), **given)


def test_facts_of_many_need_the_same_number_of_queries(city: Viewer, django_assert_num_queries: Any) -> None:
    actions.record_many(city, rows(30), valid_from=date(2024, 1, 1))
    found = list(Enterprise.objects.all())
    for number in (1, 30):
        with django_assert_num_queries(3):
            answer = queries.facts_of_many(found[:number], date(2024, 6, 1))
        assert len(answer) == number
