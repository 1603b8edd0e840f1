"""Enterprises: list, page, group, facts, imports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.desk.browser.pages.page import Page

if TYPE_CHECKING:
    from zongbu.desk.kernel.scope import Viewer


def enterprise(rest: str = "") -> str:
    """A page of the enterprise for which the demonstration's enterprise people act."""
    from zongbu.desk.demo import uscc

    return f"/enterprises/{uscc(0)}/{rest}"


_EVERYTHING = (
    "q=示例&district=330108&star=0&industry=I,65&has=in_city_revenue&lacks=rent_paid&status=active&sort=-in_city_revenue"
    "&columns=uscc,in_city_revenue,rnd_expense,is_banned,city_entry_date,stock_exchange,former_names"
)


def _saved_view(viewer: Viewer) -> str:
    """A shared view that is where the list begins."""
    from zongbu.desk.enterprises.listing.actions import save_view
    from zongbu.desk.enterprises.listing.views import criteria_from

    view = save_view(viewer, "滨江三星以上", criteria_from("district=330108&star=3,4,5"), shared=True)
    return f"/enterprises/?view={view.pk}"


def _import(viewer: Viewer, readable: bool = True) -> int:
    """An import that has been checked: a row to add, one that cannot be used; or one that is no table of enterprises."""
    from datetime import date

    from django.core.files.base import ContentFile

    from zongbu.desk.enterprises.exchange import actions, work

    table = "企业名称,统一社会信用代码,所属区县,2022年度在杭营业收入（万元）,星级,备注\n"
    table += "示例导入企业,91330100MA2IMPORT1,滨江,8200,5,无\n示例错行,91330100MA2IMPORT2,江干区,约八千万,,\n"
    content = table if readable else "甲,乙\n1,2\n"
    file = ContentFile(content.encode("gbk"), "登记库2023年6月.csv")
    run = actions.upload(viewer, file, source_name="市登记库", valid_from=date(2023, 6, 30), year=2022)
    work.check_run(run.pk)
    return run.pk


def _imports(viewer: Viewer) -> str:
    _import(viewer)
    return "/enterprises/import/"


ENTERPRISES = [
    Page("list of enterprises", "/enterprises/", "city_officer"),
    Page("list of enterprises, filtered", "/enterprises/?q=示例", "district_officer"),
    Page("list of enterprises, nothing found", "/enterprises/?q=没有这家", "city_officer"),
    Page("list of enterprises, every filter", f"/enterprises/?{_EVERYTHING}", "city_officer"),
    Page("list of enterprises, saved view", _saved_view, "city_officer"),
    Page("imports", _imports, "city_officer"),
    Page("upload of an import", "/enterprises/import/new/", "district_officer"),
    Page("import to be confirmed", lambda viewer: f"/enterprises/import/{_import(viewer)}/?kind=new", "city_officer"),
    Page("rejects of an import", lambda viewer: f"/enterprises/import/{_import(viewer)}/?kind=rejected", "city_lead"),
    Page("import that cannot be read", lambda viewer: f"/enterprises/import/{_import(viewer, False)}/", "city_lead"),
    Page("an enterprise", lambda viewer: enterprise(), "city_officer"),
    Page("one's own enterprise", lambda viewer: enterprise(), "enterprise_staff"),
    Page("facts", lambda viewer: enterprise("facts/"), "city_officer"),
    Page("one's own facts", lambda viewer: enterprise("facts/"), "enterprise_staff"),
    Page("declaring facts", lambda viewer: enterprise("facts/declare/"), "enterprise_staff"),
    Page("a fact of an enterprise", lambda viewer: enterprise("facts/in_city_revenue/"), "city_officer"),
    Page("recording a fact", lambda viewer: enterprise("facts/in_city_revenue/record/"), "city_officer"),
    Page("finding a fact", lambda viewer: enterprise("facts/is_gone_out_enterprise/find/"), "city_officer"),
    Page("adding to a group", lambda viewer: enterprise("group/add/"), "city_officer"),
    Page("claiming to belong to a group", lambda viewer: enterprise("group/claims/add/"), "city_officer"),
    Page("entering a change", lambda viewer: enterprise("events/add/"), "city_officer"),
    Page("entering a listing", lambda viewer: enterprise("events/listings/add/"), "city_officer"),
    Page("entering a ban", lambda viewer: enterprise("events/bans/add/"), "city_officer"),
    Page("referring an enterprise", lambda viewer: enterprise("refer/"), "city_officer"),
    Page("ties that were proposed", "/enterprises/ties/", "city_officer"),
    Page("attaching a file", lambda viewer: enterprise("evidence/"), "city_officer"),
    Page("group", lambda viewer: enterprise("group/"), "city_officer"),
    Page("events", lambda viewer: enterprise("events/"), "city_officer"),
    Page("assessments", lambda viewer: enterprise("assessments/"), "city_officer"),
    Page("cases", lambda viewer: enterprise("cases/"), "city_officer"),
    Page("journal of an enterprise", lambda viewer: enterprise("journal/"), "auditor"),
    Page("entering an enterprise", "/enterprises/register/", "district_officer"),
]
