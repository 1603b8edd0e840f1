"""Applying for recognition, and the desks that review it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.desk.browser.pages.page import Page

if TYPE_CHECKING:
    from zongbu.desk.kernel.scope import Viewer


def _applying(rest: str = "", state: str = "district", **given: str) -> Callable[[Viewer], str]:
    """The page of an application in a state that ``tests.desk.recognition.applied`` makes, of the demonstration's own
    enterprise; ``rest`` may name the opinion that a department is asked for."""

    def address(viewer: Viewer) -> str:
        from tests.desk.recognition import applied
        from zongbu.desk.demo import uscc
        from zongbu.desk.people.models import Membership, Organisation

        asked = Membership.objects.filter(role="department_officer").earliest("pk").organisation_id
        department = Organisation.objects.get(pk=asked)
        case = applied.an_application(state, uscc(0), department=department)
        if "{opinion}" in rest:
            return f"/recognition/opinions/{rest.format(opinion=applied.an_opinion(case).pk)}"
        if "{round}" in rest:
            return f"/recognition/rounds/{rest.format(round=case.round_id)}"
        return f"/recognition/applications/{case.receipt}/{rest}"

    return address


APPLYING = [
    Page("one's own applications", "/recognition/mine/", "enterprise_staff"),
    Page("before applying", _applying("{round}/precheck/", "withdrawn"), "enterprise_staff"),
    Page("draft of an application", _applying("", "draft"), "enterprise_staff"),
    Page("way in and contact", _applying("fill/basics/", "draft"), "enterprise_staff"),
    Page("facts of an application", _applying("fill/facts/", "returned"), "enterprise_staff"),
    Page("materials of an application", _applying("fill/materials/", "draft"), "enterprise_staff"),
    Page("review before submission", _applying("submit/", "draft"), "enterprise_staff"),
    Page("submission after correction", _applying("submit/", "returned"), "enterprise_staff"),
    Page("receipt of an application", _applying("receipt/"), "enterprise_staff"),
    Page("returned application", _applying("", "returned"), "enterprise_staff"),
    Page("withdrawing an application", _applying("withdraw/"), "enterprise_staff"),
    Page("objecting to one's refusal", _applying("objection/", "refused"), "enterprise_staff"),
    Page("one's own application with departments", _applying("", "departments"), "enterprise_staff"),
    Page("applications to review", "/recognition/applications/", "district_officer"),
    Page(
        "applications, every filter",
        "/recognition/applications/?show=all&q=示例&state=district,&overdue=1&paper=1&track=-&sort=due"
        "&columns=receipt,uscc,round,district,track,state,turn,submitted,due,result,recommended,opinions,entry",
        "city_officer",
    ),
    Page("all applications", "/recognition/applications/?show=all", "auditor"),
    Page("reviewing an application", _applying("?comment=in_city_revenue"), "district_officer"),
    Page("application with the city office", _applying("", "city"), "city_officer"),
    Page("returning an application", _applying("review/return/"), "district_officer"),
    Page("recommending an application", _applying("review/recommend/"), "district_officer"),
    Page("a group's exception", "/recognition/applications/group-exception/", "district_lead"),
    Page("an application on paper", "/recognition/applications/paper/", "district_officer"),
    Page("a sheet of applications on paper", "/recognition/applications/paper/sheet/", "district_officer"),
    Page("opinions to give", "/recognition/opinions/", "department_officer"),
    Page("opinions given", "/recognition/opinions/?state=given", "department_lead"),
    Page("an opinion to give", _applying("{opinion}/", "departments"), "department_officer"),
    Page("an opinion that was given", _applying("{opinion}/", "city"), "department_officer"),
    Page("passing an opinion on", _applying("{opinion}/delegate/", "departments"), "department_officer"),
]
