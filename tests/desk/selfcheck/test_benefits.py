"""What an enterprise enjoys: money first, then what to apply for; what departments do on their own is no benefit."""

from __future__ import annotations

from datetime import date

from django.template.loader import render_to_string

from zongbu.desk.library.policies import policy
from zongbu.desk.selfcheck.presentation import Check, present

GOOD = {
    "is_legal_person": "是", "registered_in_city": "是", "operates_in_city": "是", "unified_accounting": "是",
    "branches_outside_city": "3", "subsidiaries_outside_city": "3", "on_dishonesty_list": "否", "is_banned": "否",
    "industry_code": "6513", "state_ownership": "none", "city_entry_date": "2015-03-01", "stock_exchange": "none",
    "in_city_revenue": "5000000000", "star": "3", "highest_star_paid": "0",
}  # fmt: skip
FAILING = GOOD | {"branches_outside_city": "0", "subsidiaries_outside_city": "0", "in_city_revenue": "1000000"}


def check(facts: dict[str, str]) -> Check:
    return present(policy("hangzhou-2023").assessor(as_of=date(2026, 6, 30)).assess(facts), "zh")


def test_money_first_then_what_to_apply_for() -> None:
    found = check(GOOD)
    ranks = [one.rank for one in found.benefits]
    assert ranks == sorted(ranks)
    assert {one.category for one in found.enjoyed} <= {"奖补", "名额", "推荐"}
    assert all(one.way for one in found.enjoyed if one.category == "推荐")
    assert {"第三方检查", "动态评估", "统计监测"} & {one.title for one in found.following} <= {
        one.title for one in found.duties
    }
    assert set(found.following) == {*found.enjoyed, *found.services, *found.duties}


def test_who_fails_enjoys_nothing_but_what_is_everybodys() -> None:
    found = check(FAILING)
    assert found.enjoyed == ()
    assert [one.title for one in found.services] == ["年度认定"]
    page = render_to_string("selfcheck/parts/results.html", {"check": found})
    shown = page[page.index('id="check-benefits"') :]
    assert "还没有可以确定享受的奖补、名额和推荐" in shown.partition("<details")[0]
    assert "区县政策报备" not in shown.partition("<details")[0]
