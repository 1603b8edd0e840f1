"""Quotas: what the policy gives, used and returned, never below zero whoever asks and in whatever order."""

from __future__ import annotations

from datetime import date
from unittest import mock

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.desk.conftest import organisation_for
from tests.desk.kernel.conftest import in_threads as in_threads
from tests.desk.support.conftest import People, give_star
from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel.flow import NotPermitted, Refused
from zongbu.desk.kernel.journal.models import Entry
from zongbu.desk.kernel.roles import Role
from zongbu.desk.support.actions import quotas
from zongbu.desk.support.measures import Offering, offering
from zongbu.desk.support.models import QuotaAccount, QuotaEntry, QuotaPerson, ResponsibleUnit
from zongbu.desk.support.unpaid import quotas as ledger

pytestmark = pytest.mark.django_db
THIS_YEAR = timezone.localdate().year


@pytest.fixture
def talents(people: People) -> Offering:
    """The quota of the city's policy, kept by a department."""
    found = offering("hangzhou-2023", "talent_recognition_quota")
    ResponsibleUnit.objects.get_or_create(
        policy="hangzhou-2023",
        unit=found.measure.units[0],
        defaults={"organisation": organisation_for(Role.DEPARTMENT_OFFICER)},
    )
    return found


@pytest.fixture
def account(people: People, enterprise: Enterprise, talents: Offering) -> QuotaAccount:
    """Three places, by three stars."""
    quotas.allocate(people(Role.DEPARTMENT_OFFICER), talents, enterprise, THIS_YEAR)
    return QuotaAccount.objects.get()


def sound() -> bool:
    assert [str(one) for one in ledger.faults()] == []
    return True


def test_places_are_what_the_policy_gives_by_star(account: QuotaAccount) -> None:
    entry = account.entries.get()
    assert (account.allocated, account.balance, account.demonstration) == (3, 3, True)
    assert (entry.kind, entry.change, entry.computed) == ("allocated", 3, 3)
    assert entry.record["results"]["talent_recognition_quota"]
    assert Entry.objects.filter(act="support.allocate").count() == 1
    assert sound()


def test_run_again_it_gives_only_the_difference_of_a_risen_star(
    people: People, enterprise: Enterprise, talents: Offering, account: QuotaAccount
) -> None:
    officer = people(Role.DEPARTMENT_OFFICER)
    again = quotas.allocate_all(officer, talents, quotas.everybody(talents), THIS_YEAR)
    assert (again.total, again.places) == (1, 0)
    give_star(people, enterprise, 5, date(THIS_YEAR, 1, 1))
    risen = quotas.allocate_all(officer, talents, quotas.everybody(talents), THIS_YEAR)
    assert (risen.places, risen.enterprises) == (5, 1)
    account.refresh_from_db()
    assert account.balance == 8
    assert sound()


def test_a_fallen_star_takes_nothing_back_by_itself_and_never_what_is_used(
    people: People, enterprise: Enterprise, talents: Offering, account: QuotaAccount
) -> None:
    officer = people(Role.DEPARTMENT_OFFICER)
    quotas.use(officer, account.pk, "E类人才", number=2)
    give_star(people, enterprise, 1, date(THIS_YEAR, 1, 1))
    run = quotas.allocate_all(officer, talents, [enterprise.pk], THIS_YEAR)
    assert (run.places, run.above) == (0, 1)
    with pytest.raises(Refused, match="只多1个"):
        quotas.take_back(officer, account.pk, 2, "星级下降")
    quotas.take_back(officer, account.pk, 1, "星级下降")
    account.refresh_from_db()
    assert (account.used, account.withdrawn, account.balance) == (2, 1, 0)
    assert sound()


def test_what_is_not_published_is_not_given(
    people: People, enterprise: Enterprise, talents: Offering, settings: pytest.FixtureRequest
) -> None:
    settings.DEMONSTRATION = False  # type: ignore[attr-defined]
    with pytest.raises(Refused, match="没有公布"):
        quotas.allocate(people(Role.DEPARTMENT_OFFICER), talents, enterprise, THIS_YEAR)
    assert not QuotaAccount.objects.exists()


def test_only_who_handles_the_measure_allocates(people: People, enterprise: Enterprise, talents: Offering) -> None:
    for role in (Role.CITY_OFFICER, Role.DISTRICT_OFFICER, Role.ENTERPRISE_LEAD, Role.AUDITOR):
        with pytest.raises(NotPermitted):
            quotas.allocate(people(role), talents, enterprise, THIS_YEAR)


def test_where_nobody_is_entered_the_city_office_allocates(people: People, enterprise: Enterprise) -> None:
    found = offering("hangzhou-2023", "talent_recognition_quota")
    quotas.allocate(people(Role.CITY_OFFICER), found, enterprise, THIS_YEAR)
    assert QuotaAccount.objects.get().organisation is None


def test_a_place_is_used_for_a_purpose_and_returned_once(people: People, account: QuotaAccount) -> None:
    own, officer = people(Role.ENTERPRISE_STAFF), people(Role.DEPARTMENT_OFFICER)
    with pytest.raises(Refused, match="用途"):
        quotas.use(own, account.pk, " ")
    used = quotas.use(own, account.pk, "E类人才认定", name="张三", reference="RC-7")
    assert QuotaPerson.objects.get().name == "张三"
    assert "张三" not in str(list(Entry.objects.filter(act="support.use_place").values()))
    quotas.give_back(officer, used.pk, "未通过认定")
    with pytest.raises(Refused, match="已经退回"):
        quotas.give_back(officer, used.pk, "再退")
    account.refresh_from_db()
    assert (account.used, account.balance) == (0, 3)
    assert sound()


def test_nobody_else_uses_them(people: People, account: QuotaAccount) -> None:
    for role in (Role.CITY_LEAD, Role.DISTRICT_LEAD, Role.AUDITOR, Role.CITY_FINANCE):
        with pytest.raises(NotPermitted):
            quotas.use(people(role), account.pk, "用")


def test_whoever_is_on_the_list_uses_nothing(people: People, enterprise: Enterprise, account: QuotaAccount) -> None:
    from zongbu.desk.enterprises import actions as enterprises

    enterprises.record(
        people(Role.CITY_OFFICER), enterprise, {"on_dishonesty_list": "是"}, source_name="信用", valid_from=date(2021, 1, 1)
    )  # fmt: skip
    with pytest.raises(Refused, match="失信"):
        quotas.use(people(Role.DEPARTMENT_OFFICER), account.pk, "用")


def test_at_the_end_of_the_year_what_is_left_expires_once(people: People, account: QuotaAccount) -> None:
    used = quotas.use(people(Role.DEPARTMENT_OFFICER), account.pk, "用")
    with mock.patch("django.utils.timezone.localdate", return_value=date(THIS_YEAR + 1, 1, 1)):
        assert (quotas.expire(), quotas.expire()) == (1, 0)
        with pytest.raises(Refused, match="不能使用"):
            quotas.use(people(Role.DEPARTMENT_OFFICER), account.pk, "用")
        quotas.give_back(people(Role.DEPARTMENT_OFFICER), used.pk, "未通过")
    account.refresh_from_db()
    assert (account.balance, account.expired, account.used) == (0, 3, 0)
    assert sound()


def test_entries_are_not_altered_and_the_database_refuses_to_go_below_zero(account: QuotaAccount) -> None:
    for broken in (
        lambda: QuotaEntry.objects.filter(pk=account.entries.get().pk)._raw_delete("default"),
        lambda: QuotaAccount.objects.filter(pk=account.pk).update(balance=-1, used=4),
        lambda: QuotaAccount.objects.filter(pk=account.pk).update(balance=9),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            broken()


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_use_the_last_three_places(people: People, account: QuotaAccount, in_threads) -> None:  # type: ignore[no-untyped-def]
    officer = people(Role.DEPARTMENT_OFFICER)
    done = in_threads(lambda number: quotas.use(officer, account.pk, f"第{number}个"), 20)
    assert sum(isinstance(one, QuotaEntry) for one in done) == 3
    assert all(isinstance(one, QuotaEntry | ledger.NotEnough) for one in done), done
    account.refresh_from_db()
    assert (account.used, account.balance) == (3, 0)
    assert sound()


ACTS = st.lists(
    st.tuples(st.sampled_from(["allocate", "use", "return", "take_back", "star", "expire"]), st.integers(1, 5)),
    max_size=12,
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_no_sequence_of_acts_takes_more_than_is_there(
    people: People, enterprise: Enterprise, talents: Offering, acts: list[tuple[str, int]]
) -> None:
    officer, used = people(Role.DEPARTMENT_OFFICER), []
    with transaction.atomic():
        for act, number in acts:
            account = QuotaAccount.objects.first()
            try:
                with transaction.atomic():
                    if act == "allocate":
                        quotas.allocate(officer, talents, enterprise, THIS_YEAR)
                    elif act == "star":
                        give_star(people, enterprise, number, date(THIS_YEAR, 1, 1))
                    elif act == "expire":
                        quotas.expire()
                    elif account is not None and act == "use":
                        used.append(quotas.use(officer, account.pk, "用", number=number).pk)
                    elif account is not None and act == "take_back":
                        quotas.take_back(officer, account.pk, number, "收回")
                    elif used and act == "return":
                        quotas.give_back(officer, used[number % len(used)], "退")
            except Refused:
                pass
            for one in QuotaAccount.objects.all():
                assert one.balance >= 0 and one.used >= 0
                assert one.balance == sum(one.entries.values_list("change", flat=True))
            assert sound()
        transaction.set_rollback(True)
