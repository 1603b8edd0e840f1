"""Enterprises to check and to screen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from zongbu.desk.enterprises import actions
from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.scope import Viewer

FULL = {
    "registered_in_city": "是",
    "is_legal_person": "是",
    "branches_outside_city": "2",
    "on_dishonesty_list": "否",
    "industry_code": "6513",
    "state_ownership": "无",
    "city_entry_date": "2015-03-01",
    "is_banned": "否",
    "operates_in_city": "是",
    "unified_accounting": "是",
    "in_city_revenue@2025": "12亿元",
    "stock_exchange": "未上市",
}


@pytest.fixture
def enterprise(person_as: Callable[..., Viewer]) -> Callable[..., Enterprise]:
    """``enterprise(uscc, name, district, **facts)`` → a registered enterprise with recorded facts."""
    made: dict[str, Viewer] = {}

    def make(uscc: str, name: str = "", district: str = "330108", **facts: str) -> Enterprise:
        office = made.setdefault("office", person_as(Role.CITY_OFFICER))
        found = actions.register(
            office, uscc, name or f"示例企业 {uscc[-4:]}", district, registered_on=date(2015, 3, 1)
        )
        if facts:
            actions.record(office, found, facts, source_name="示例登记数据", valid_from=date(2025, 1, 1))
        found.refresh_from_db()
        return found

    return make
