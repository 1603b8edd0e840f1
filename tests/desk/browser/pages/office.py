"""Recognition at the city office: rounds, decisions, notices, lists, statistics."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.desk.browser.pages.page import Page

if TYPE_CHECKING:
    from zongbu.desk.kernel.scope import Viewer


def _round_page(rest: str = "", state: str = "open") -> Callable[[Viewer], str]:
    """A page of the demonstration's running round, or of its finished one."""

    def address(viewer: Viewer) -> str:
        from zongbu.desk.recognition.models import Round

        return f"/recognition/rounds/{Round.objects.filter(state=state).latest('year').pk}/{rest}"

    return address


def _office_page(act: str, state: str) -> Callable[[Viewer], str]:
    """An act of the city office on an application of the demonstration that is in a state."""

    def address(viewer: Viewer) -> str:
        from zongbu.desk.recognition.models import Application

        receipt = Application.objects.filter(state=state, round__state="open").earliest("pk").receipt
        return f"/recognition/office/{receipt}/{act}/"

    return address


def _proposing(viewer: Viewer) -> str:
    """Applications of the demonstration that are put forward together."""
    from zongbu.desk.recognition.models import Application

    found = Application.objects.filter(state="city", round__state="open").order_by("pk")[:2]
    query = "&".join(f"application={one.pk}" for one in found)
    return f"/recognition/rounds/{found[0].round_id}/propose/?{query}"


def _batch_page(rest: str = "") -> Callable[[Viewer], str]:
    """A batch of the demonstration that waits for its decision; ``{}`` stands for one of its applications."""

    def address(viewer: Viewer) -> str:
        from zongbu.desk.recognition.models import Application

        case = Application.objects.filter(state="proposed", batch__state="submitted").earliest("pk")
        return f"/recognition/batches/{case.batch_id}/{rest.format(case.receipt)}"

    return address


def _notice_page(rest: str = "", state: str = "published") -> Callable[[Viewer], str]:
    """A notice of the demonstration; ``{}`` stands for one of its names."""

    def address(viewer: Viewer) -> str:
        from zongbu.desk.recognition.models import NoticeLine

        line = NoticeLine.objects.filter(notice__state=state, withdrawn_at=None).earliest("pk")
        return f"/recognition/notices/{line.notice.serial}/{rest.format(line.pk)}"

    return address


def _objection_page(place: str) -> Callable[[Viewer], str]:
    """An objection to a running notice of the demonstration, below an address."""

    def address(viewer: Viewer) -> str:
        from zongbu.desk.kernel.scope import PUBLIC as ANYBODY
        from zongbu.desk.recognition.actions.notices import object_to
        from zongbu.desk.recognition.models import NoticeLine, Objection

        found = Objection.objects.filter(state="received", kind="notice").first()
        if found is None:
            line = NoticeLine.objects.filter(notice__state="published", withdrawn_at=None).latest("pk")
            found = object_to(ANYBODY, line.application_id, "营业收入不实。" * 9, notice=line.notice_id, name="某单位")
        return f"/recognition/objections/{place}{found.receipt}/"

    return address


def _statistics_page(state: str) -> Callable[[Viewer], str]:
    def address(viewer: Viewer) -> str:
        from zongbu.desk.recognition.models import Round

        round = Round.objects.filter(state=state).latest("year")
        return f"/recognition/statistics/{round.policy}/{round.year}/"

    return address


OFFICE = [
    Page("rounds", "/recognition/rounds/", "leading_group"),
    Page("preparing a round", "/recognition/rounds/new/", "city_officer"),
    Page("round", _round_page(), "city_officer"),
    Page("finished round", _round_page(state="concluded"), "auditor"),
    Page("extending a round", _round_page("acts/extend/"), "city_lead"),
    Page("reminding departments", _round_page("remind/"), "city_officer"),
    Page("consolidated sheet", _round_page("sheet/"), "city_officer"),
    Page("consolidated sheet, nothing found", _round_page("sheet/?q=没有这家"), "leading_group"),
    Page("putting applications forward", _proposing, "city_officer"),
    Page("new batch", _round_page("batches/new/"), "city_officer"),
    Page("publishing", _round_page("publish/"), "city_lead"),
    Page("decisions that depart", _round_page("deviations/", "concluded"), "auditor"),
    Page("decisions that corrections would change", _round_page("corrections/", "concluded"), "city_officer"),
    Page("returning by the office", _office_page("return", "city"), "city_officer"),
    Page("waiting no longer", _office_page("collect", "departments"), "city_officer"),
    Page("batches", "/recognition/batches/", "city_officer"),
    Page("batch to decide", _batch_page(), "leading_group"),
    Page("taking a batch back", _batch_page("acts/take_back/"), "city_officer"),
    Page("deciding an application", _batch_page("{}/decide/"), "leading_group"),
    Page("sending an application back", _batch_page("{}/send-back/"), "leading_group"),
    Page("announcing a list", _notice_page("announce/"), "city_lead"),
    Page("objections", "/recognition/objections/?state=all", "city_officer"),
    Page("an objection", _objection_page(""), "city_lead"),
]


PUBLISHED = [
    Page("list of headquarters enterprises", "/recognition/list/"),
    Page("list of headquarters enterprises, nothing found", "/recognition/list/?q=没有这家"),
    Page("map of the districts", "/recognition/map/"),
    Page("public notices", "/recognition/notices/"),
    Page("public notice", _notice_page()),
    Page("public notice that was announced", _notice_page(state="announced")),
    Page("public notice for the office", _notice_page(), "city_lead"),
    Page("objecting", _notice_page("{}/object/")),
    Page("receipt of an objection", _objection_page("received/")),
    Page("rounds with statistics", "/recognition/statistics/"),
    Page("statistics of a round", _statistics_page("concluded")),
    Page("statistics of a running round", _statistics_page("open")),
]
