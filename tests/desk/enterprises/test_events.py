"""Lists, bans and material changes: what they make of the record on a day, and how mistakes are taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from tests.desk.conftest import USCC
from zongbu.desk.enterprises import actions, queries
from zongbu.desk.enterprises.actions.events import years_later
from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.library.policies import policy
from zongbu.law import InputError

pytestmark = pytest.mark.django_db


def listed(enterprise: Enterprise, day: date, known_at: datetime | None = None) -> str | None:
    return queries.facts_at(enterprise, day, known_at).get("on_dishonesty_list")


def test_without_any_record_the_list_is_unknown(enterprise: Enterprise) -> None:
    facts = queries.facts_at(enterprise, date.today())
    assert not {"on_dishonesty_list", "is_banned", "banned_until"} & facts.keys()


def test_listed_from_the_day_until_the_day_of_removal(enterprise: Enterprise, city: Viewer) -> None:
    listing = actions.list_dishonest(
        city, enterprise, date(2023, 5, 1), due_on=date(2026, 5, 1), source_name="信用中国"
    )
    assert [listed(enterprise, day) for day in (date(2023, 4, 30), date(2023, 5, 1), date(2025, 1, 1))] == [
        None,
        "true",
        "true",
    ]
    before = timezone.now()
    listing = actions.remove_from_list(city, listing, date(2024, 5, 1), source_name="信用中国")
    assert listing.removed_early
    assert [listed(enterprise, day) for day in (date(2024, 4, 30), date(2024, 5, 1))] == ["true", "false"]
    assert listed(enterprise, date(2024, 6, 1), before) == "true"  # as was known then
    binjiang = policy("binjiang-draft")
    assert queries.facts_at(enterprise, date(2024, 6, 1), policy=binjiang)["removed_from_dishonesty_list"] == "true"
    with pytest.raises(InputError):
        actions.remove_from_list(city, listing, date(2024, 7, 1), source_name="信用中国")


def test_a_later_register_extract_counts_after_the_last_removal(enterprise: Enterprise, city: Viewer) -> None:
    listing = actions.list_dishonest(city, enterprise, date(2022, 1, 1), source_name="信用中国")
    actions.record(city, enterprise, {"on_dishonesty_list": "否"}, source_name="库", valid_from=date(2022, 6, 1))
    assert listed(enterprise, date(2022, 7, 1)) == "true"  # an open interval says more than an extract
    actions.remove_from_list(city, listing, date(2023, 1, 1), source_name="信用中国")
    actions.record(city, enterprise, {"on_dishonesty_list": "是"}, source_name="库", valid_from=date(2024, 1, 1))
    assert [listed(enterprise, date(year, 6, 1)) for year in (2022, 2023, 2024)] == ["true", "false", "true"]


def test_a_mistaken_listing_is_withdrawn_and_stays_in_sight(enterprise: Enterprise, city: Viewer) -> None:
    listing = actions.list_dishonest(city, enterprise, date(2023, 5, 1), source_name="信用中国")
    before = timezone.now()
    with pytest.raises(InputError):
        actions.withdraw_listing(city, listing, "")
    actions.withdraw_listing(city, listing, "同名企业误录")
    assert listed(enterprise, date(2024, 1, 1)) is None
    assert listed(enterprise, date(2024, 1, 1), before) == "true"
    assert enterprise.dishonestylistings.get().withdrawn_reason == "同名企业误录"


def test_a_ban_lasts_as_long_as_the_policy_says(enterprise: Enterprise, city: Viewer) -> None:
    ban = actions.bar(city, enterprise, date(2024, 3, 15), ground="弄虚作假", source_name="领导小组批复")
    assert ban.last_day == date(2026, 3, 15)
    facts = {
        day: queries.facts_at(enterprise, day) for day in (date(2024, 3, 15), date(2026, 3, 15), date(2026, 3, 16))
    }
    assert [one["is_banned"] for one in facts.values()] == ["true", "true", "false"]
    assert {one["banned_until"] for one in facts.values()} == {"2026-03-15"}
    assert "is_banned" not in queries.facts_at(enterprise, date(2024, 3, 14))
    with pytest.raises(InputError, match="最后一日"):
        actions.bar(
            city, enterprise, date(2015, 3, 15), ground="弄虚作假", source_name="批复"
        )  # no policy in force then


def test_a_ban_from_the_29th_of_february() -> None:
    assert years_later(date(2024, 2, 29), 2) == date(2026, 2, 28)
    assert years_later(date(2024, 2, 29), 4) == date(2028, 2, 29)


def test_a_rename_keeps_the_former_name(enterprise: Enterprise, city: Viewer) -> None:
    actions.record_change(city, enterprise, "rename", date(2024, 5, 1), after="示例集团有限公司", source_name="通知书")
    enterprise.refresh_from_db()
    assert (enterprise.name, enterprise.former_names) == ("示例集团有限公司", ["示例科技有限公司"])
    assert queries.facts_at(enterprise, date(2024, 4, 30))["name"] == "示例科技有限公司"
    assert enterprise.materialchanges.get().before == "示例科技有限公司"
    # an older rename that is recorded late does not change the present name: somebody has to say that this is meant
    late = {"after": "中间名有限公司", "source_name": "通知书"}
    with pytest.raises(InputError, match="2024年5月1日起为“示例集团有限公司”（通知书）"):
        actions.record_change(city, enterprise, "rename", date(2018, 1, 1), **late)
    actions.record_change(city, enterprise, "rename", date(2018, 1, 1), later="keep", **late)
    enterprise.refresh_from_db()
    assert (enterprise.name, enterprise.former_names) == ("示例集团有限公司", ["示例科技有限公司", "中间名有限公司"])


def test_moving_in_sets_district_and_entry_date(enterprise: Enterprise, city: Viewer) -> None:
    actions.record_change(city, enterprise, "move_out", date(2021, 1, 1), source_name="通知书")
    enterprise.refresh_from_db()
    facts = queries.facts_at(enterprise, date(2021, 6, 1))
    assert (enterprise.status, facts["registered_in_city"], facts.get("district")) == ("moved_out", "false", None)
    assert enterprise.district == "330108"  # its last district keeps it in sight
    actions.record_change(city, enterprise, "move_in", date(2023, 6, 1), district="330109", source_name="通知书")
    enterprise.refresh_from_db()
    facts = queries.facts_at(enterprise, date(2024, 1, 1))
    assert (enterprise.status, enterprise.district) == ("active", "330109")
    assert (facts["city_entry_date"], facts["registered_in_city"], facts["district"]) == (
        "2023-06-01",
        "true",
        "330109",
    )


def test_a_change_that_later_records_would_hide_is_not_reported_as_done(city: Viewer) -> None:
    today = date.today()
    one = actions.register(city, USCC, "旧名称", "滨江区", source_name="登记库")  # all of it from today on
    month_ago = today - timedelta(days=30)
    for kind, given in (("rename", {"after": "新名称"}), ("move_within", {"district": "330109"})):
        with pytest.raises(InputError, match=r"更晚日期的记录.*登记库"):
            actions.record_change(city, one, kind, month_ago, source_name="通知书", **given)
    assert not one.materialchanges.exists()
    moved = actions.record_change(
        city, one, "move_within", month_ago, district="330109", source_name="通知书", later="replace"
    )
    one.refresh_from_db()
    assert one.district == "330109" == queries.facts_at(one, month_ago)["district"]
    actions.withdraw_change(city, moved, "误录")
    one.refresh_from_db()
    assert one.district == "330108" and "district" not in queries.facts_at(one, month_ago)
    # where today it is so already, only the day is new
    actions.record_change(city, one, "rename", month_ago, before="更旧的名称", after="旧名称", source_name="通知书")
    assert queries.facts_at(one, month_ago)["name"] == "旧名称"


def test_a_status_that_a_later_change_has_overtaken(enterprise: Enterprise, city: Viewer) -> None:
    dissolved = actions.record_change(city, enterprise, "dissolution", date(2024, 6, 1), source_name="公告")
    for later in ("", "replace"):
        with pytest.raises(InputError, match=r"2024年6月1日.*解散注销"):
            actions.record_change(city, enterprise, "liquidation", date(2024, 1, 1), source_name="公告", later=later)
    actions.record_change(city, enterprise, "liquidation", date(2024, 1, 1), source_name="公告", later="keep")
    enterprise.refresh_from_db()
    assert enterprise.status == "dissolved"
    actions.withdraw_change(city, dissolved, "误录")
    enterprise.refresh_from_db()
    assert enterprise.status == "liquidating"


def test_status_follows_the_latest_standing_change(enterprise: Enterprise, other: Enterprise, city: Viewer) -> None:
    actions.record_change(city, enterprise, "liquidation", date(2024, 1, 1), source_name="公告")
    merger = actions.record_change(
        city, enterprise, "merger", date(2024, 6, 1), other=other, absorbed=True, source_name="公告"
    )
    enterprise.refresh_from_db()
    assert enterprise.status == "merged"
    actions.withdraw_change(city, merger, "并未完成")
    enterprise.refresh_from_db()
    assert enterprise.status == "liquidating"


def test_a_withdrawn_change_leaves_the_record_as_it_was(enterprise: Enterprise, city: Viewer) -> None:
    change = actions.record_change(
        city, enterprise, "move_within", date(2024, 1, 1), district="330109", source_name="通知书"
    )
    actions.withdraw_change(city, change, "误录")
    enterprise.refresh_from_db()
    assert enterprise.district == "330108"
    assert queries.facts_at(enterprise, date(2024, 6, 1))["district"] == "330108"
    with pytest.raises(InputError):
        actions.withdraw_change(city, change, "再撤一次")


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("rename", {}),
        ("rename", {"after": "示例科技有限公司"}),
        ("move_in", {}),
        ("merger", {"absorbed": True}),
        ("飞", {}),
    ],
)
def test_what_a_change_needs(enterprise: Enterprise, city: Viewer, kind: str, given: dict[str, object]) -> None:
    with pytest.raises(InputError):
        actions.record_change(city, enterprise, kind, date(2024, 1, 1), **given)  # type: ignore[arg-type]


def test_nothing_happens_in_the_future(enterprise: Enterprise, city: Viewer) -> None:
    tomorrow = datetime.now(ZoneInfo("Asia/Shanghai")).date() + timedelta(days=1)
    with pytest.raises(InputError):
        actions.record_change(city, enterprise, "capital", tomorrow)


def test_districts_record_for_their_own_and_never_bar(
    enterprise: Enterprise, other: Enterprise, person_as: Callable[..., Viewer]
) -> None:
    district = person_as(Role.DISTRICT_OFFICER)
    actions.list_dishonest(district, enterprise, date(2023, 5, 1), source_name="信用中国")
    with pytest.raises(PermissionDenied):
        actions.list_dishonest(district, other, date(2023, 5, 1), source_name="信用中国")
    with pytest.raises(PermissionDenied):
        actions.bar(district, enterprise, date(2024, 3, 15), ground="弄虚作假", source_name="批复")
