"""The self-check, shared results and screenings."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.desk.browser.pages.page import Page

if TYPE_CHECKING:
    from zongbu.desk.kernel.scope import Viewer
    from zongbu.desk.selfcheck.models import Screening


def _shared(viewer: Viewer) -> str:
    """A shared result: some conditions met, one missed by a distance, some open."""
    from datetime import date

    from django.urls import reverse

    from zongbu.desk.library.policies import policy
    from zongbu.desk.selfcheck import sharing

    facts = {
        "is_legal_person": "是", "registered_in_city": "是", "operates_in_city": "是", "unified_accounting": "是",
        "branches_outside_city": "1", "subsidiaries_outside_city": "1", "on_dishonesty_list": "否",
        "industry_code": "6513", "state_ownership": "none", "city_entry_date": "2015-03-01",
        "in_city_revenue": "820000000", "rnd_expense": "90000000", "star": "3", "highest_star_paid": "0",
    }  # fmt: skip
    token = sharing.link(policy("hangzhou-2023"), date(2026, 6, 30), facts)
    return reverse("selfcheck:shared", args=[token])


def _screened(viewer: Viewer) -> Screening:
    """A finished screening of the viewer's, over an enterprise of a long name and one of which nothing is known."""
    from datetime import date

    from django.db import transaction

    from zongbu.desk.enterprises import actions as enterprises
    from zongbu.desk.enterprises.models import Enterprise
    from zongbu.desk.selfcheck import actions
    from zongbu.desk.selfcheck.screening.run import run

    long_name = "杭州示例数字经济产业投资发展集团股份有限公司（筛查演示）"
    with transaction.atomic():
        if not Enterprise.objects.filter(uscc="91330100MA2SCREEN1").exists():
            long_one = enterprises.register(viewer, "91330100MA2SCREEN1", long_name, "330108")
            enterprises.register(viewer, "91330100MA2SCREEN2", "示例筛查企业", "330106")
            facts = {"registered_in_city": "是", "is_legal_person": "是", "in_city_revenue@2025": "8.2亿元"}
            enterprises.record(viewer, long_one, facts, source_name="示例", valid_from=date(2025, 1, 1))
    made, _new = actions.start(viewer, "hangzhou-2023", date(2026, 6, 30))
    run(made.pk)
    return made


def _screening(viewer: Viewer) -> str:
    return f"/check/screenings/{_screened(viewer).pk}/"


def _screened_row(viewer: Viewer) -> str:
    return f"/check/screenings/{_screened(viewer).pk}/rows/91330100MA2SCREEN1/"


def _result_of(**changed: str) -> Callable[[Viewer], str]:
    """A shared result of an enterprise of which everything is known that decides."""

    def address(viewer: Viewer) -> str:
        from datetime import date

        from django.urls import reverse

        from zongbu.desk.library.policies import policy
        from zongbu.desk.selfcheck import sharing

        facts = {
            "is_legal_person": "是", "registered_in_city": "是", "operates_in_city": "是", "unified_accounting": "是",
            "branches_outside_city": "3", "subsidiaries_outside_city": "3", "on_dishonesty_list": "否",
            "is_banned": "否", "industry_code": "6513", "state_ownership": "none", "city_entry_date": "2015-03-01",
            "stock_exchange": "none", "in_city_revenue": "5000000000", "star": "3", "highest_star_paid": "0",
            "fits_industrial_orientation": "是",
        }  # fmt: skip
        known = policy("hangzhou-2023")
        given = {name: text for name, text in (facts | changed).items() if name in known.dictionary}
        return reverse("selfcheck:shared", args=[sharing.link(known, date(2026, 6, 30), given)])

    return address


_FAILING = _result_of(branches_outside_city="0", subsidiaries_outside_city="0", in_city_revenue="1000000")


SELFCHECK = [
    Page("self-check", "/check/"),
    Page("self-check for an enterprise", "/check/?policy=binjiang-draft", "enterprise_staff"),
    Page("question", "/check/question/?policy=hangzhou-2023"),
    Page("question about an amount", "/check/question/?policy=hangzhou-2023&fact=in_city_revenue"),
    Page("question with choices", "/check/question/?policy=hangzhou-2023&fact=state_ownership"),
    Page("question with a long list", "/check/question/?policy=binjiang-draft&fact=district", "city_officer"),
    Page("all questions", "/check/all/?policy=hangzhou-2023"),
    Page("result of knowing nothing", "/check/result/?policy=binjiang-draft"),
    Page("result", _shared),
    Page("result for an official", _shared, "district_officer"),
    Page("result of who fails", _FAILING),
    Page("result of who passes", _result_of()),
    Page("altered link", "/check/shared/altered/", status=400),
    Page("screenings", "/check/screenings/", "auditor"),
    Page("new screening", "/check/screenings/new/", "city_officer"),
    Page("screening", _screening, "city_officer"),
    Page("row of a screening", _screened_row, "city_lead"),
]
