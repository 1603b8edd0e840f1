"""Only approved values change results; demonstration values say that they are demonstration values."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from tests.desk.conftest import membership_as
from zongbu.desk.kernel.roles import Role
from zongbu.desk.library import policies as policies_module
from zongbu.desk.library.models import EnteredValue
from zongbu.desk.library.parameters import check_value, overrides
from zongbu.desk.library.policies import policies, policy
from zongbu.law import InputError

DAY = date(2024, 6, 1)


def enter(**given: object) -> EnteredValue:
    """An approved value, entered without the two persons' ceremony."""
    values: dict[str, object] = {
        "policy": "hangzhou-2023",
        "parameter": "rent_subsidy_ratio",
        "value": "25%",
        "valid_from": date(2024, 1, 1),
        "document": "总部经济资金管理办法",
        "document_number": "杭财〔2024〕1号",
        "document_date": date(2023, 12, 1),
        "state": "approved",
        "proposed_by": membership_as(Role.CITY_OFFICER).person,
        "decided_by": membership_as(Role.CITY_LEAD).person,
        "decided_at": timezone.now(),
    }
    return EnteredValue.objects.create(**values | given)


def test_all_shipped_policies_are_loaded_once():
    assert [one.identifier for one in policies()] == ["hangzhou-2023", "binjiang-draft"]
    assert policy("hangzhou-2023") is policies()[0]


@pytest.mark.django_db
def test_nothing_entered_means_nothing_overridden():
    assert overrides("hangzhou-2023", DAY) == {}


@pytest.mark.django_db
def test_an_approved_value_applies_from_its_first_day():
    enter()
    assert overrides("hangzhou-2023", date(2023, 12, 31)) == {}
    entry = overrides("hangzhou-2023", DAY)["hangzhou-2023"]["rent_subsidy_ratio"]
    assert entry == {"value": "25%", "source": "《总部经济资金管理办法》（杭财〔2024〕1号，2023年12月1日）"}


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["proposed", "refused", "withdrawn"])
def test_what_is_not_approved_does_not_apply(state: str):
    enter(state=state)
    assert overrides("hangzhou-2023", DAY) == {}


@pytest.mark.django_db
def test_a_newer_value_supersedes_and_an_ended_one_does_not_come_back():
    enter()
    enter(value="30%", valid_from=date(2024, 3, 1), valid_until=date(2024, 12, 31))
    assert overrides("hangzhou-2023", date(2024, 2, 29))["hangzhou-2023"]["rent_subsidy_ratio"]["value"] == "25%"
    assert overrides("hangzhou-2023", date(2024, 12, 31))["hangzhou-2023"]["rent_subsidy_ratio"]["value"] == "30%"
    assert overrides("hangzhou-2023", date(2025, 1, 1)) == {}


@pytest.mark.django_db
def test_a_value_can_be_taken_back():
    enter()
    enter(value="未公布", valid_from=date(2024, 3, 1))
    assert overrides("hangzhou-2023", date(2024, 3, 1)) == {"hangzhou-2023": {}}


@pytest.mark.django_db
def test_what_was_known_then():
    enter(decided_at=timezone.now())
    before = timezone.now() - timedelta(hours=1)
    assert overrides("hangzhou-2023", DAY, before) == {}
    assert overrides("hangzhou-2023", DAY, datetime.now(before.tzinfo))


@pytest.mark.django_db
def test_a_district_gets_the_values_of_the_city_policy_that_it_builds_on():
    enter(parameter="star_award_city_share", value="50%")
    assert overrides("binjiang-draft", DAY)["hangzhou-2023"]["star_award_city_share"]["value"] == "50%"


@pytest.mark.django_db
def test_demonstration_values_stand_in_only_where_nothing_is_approved(settings):
    settings.DEMONSTRATION = True
    enter()
    values = overrides("hangzhou-2023", DAY)["hangzhou-2023"]
    assert values["rent_subsidy_ratio"]["value"] == "25%"
    assert "演示参数" in values["purchase_subsidy_ratio"]["source"]
    assessor = policy("hangzhou-2023").assessor(as_of=DAY, parameters=overrides("hangzhou-2023", DAY))
    assert assessor.parameters["purchase_subsidy_ratio"].demonstration
    assert not assessor.parameters["rent_subsidy_ratio"].demonstration


@pytest.mark.django_db
def test_a_value_entered_for_a_demonstration_is_marked_and_never_leaves_it(settings):
    settings.DEMONSTRATION = True
    enter(demonstration=True)
    assert overrides("hangzhou-2023", DAY)["hangzhou-2023"]["rent_subsidy_ratio"]["source"].startswith("演示参数")
    settings.DEMONSTRATION = False
    assert overrides("hangzhou-2023", DAY) == {}


def test_values_are_checked_by_the_engine():
    known = policy("hangzhou-2023").parameters
    assert check_value(known["star_award_amount"], "{3: 100万元, 其他: 0元}", DAY)
    assert check_value(known["rent_subsidy_ratio"], "未公布", DAY) is None
    for parameter, raw in [
        ("rent_subsidy_ratio", "5万元"),
        ("rent_subsidy_ratio", "很多"),
        ("star_award_amount", "100万元"),
        ("rent_subsidy_cap", "99999999999999999999元"),
        ("incumbent_revenue_floor", "1亿元"),  # published: not open for entry
    ]:
        with pytest.raises(InputError):
            check_value(known[parameter], raw, DAY)


@pytest.mark.django_db
def test_a_value_that_no_longer_fits_is_left_out_instead_of_breaking_every_page(client):
    enter(value="5万元")
    assert overrides("hangzhou-2023", DAY) == {}
    assert client.get("/policies/hangzhou-2023/").status_code == 200


def test_a_faulty_policy_file_does_not_take_the_others_down(settings, later_version):
    file = settings.DATA / "policies" / "broken.md"
    file.write_text("---\n标识: broken\n---\n", "utf-8")
    try:
        policies_module.forget()
        assert [one.identifier for one in policies()] == ["hangzhou-2023", later_version, "binjiang-draft"]
    finally:
        file.unlink()
        policies_module.forget()


def test_many_threads_load_once(monkeypatch):
    loaded = []
    monkeypatch.setattr(policies_module, "_load", lambda: loaded.append(1) or {})
    policies_module.forget()
    try:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda _: policies(), range(16)))
        assert len(loaded) == 1
    finally:
        policies_module.forget()
