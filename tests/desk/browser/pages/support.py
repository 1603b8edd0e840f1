"""Support: claims, offers, and what gives no money."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tests.desk.browser.pages.page import Page

if TYPE_CHECKING:
    from zongbu.desk.kernel.scope import Viewer


def _owned(rest: str = "", state: str = "submitted", of: str = "own") -> Callable[[Viewer], str]:
    """A page of the demonstration enterprise's claim in a state; ``of`` is ``own`` or another page beside it."""

    def address(viewer: Viewer) -> str:
        from tests.desk.support import owned
        from zongbu.desk.demo import uscc

        case = owned.an_objection(uscc(0)).claim if of == "objection" else owned.a_claim(state, uscc(0))
        return f"/support/own/{case.receipt}/{rest}" if of in ("own", "objection") else f"/support/{of}/{rest}"

    return address


def _examined(rest: str = "", state: str = "accepted") -> Callable[[Viewer], str]:
    """The page of a claim in a state as the office that handles it sees it; ``rest`` is what stands behind it."""

    def address(viewer: Viewer) -> str:
        from tests.desk.support import owned
        from zongbu.desk.demo import uscc
        from zongbu.desk.support.models import Claim

        if rest == "objection":
            made = owned.an_objection(uscc(0))
            Claim.objects.filter(pk=made.claim_id).update(organisation=viewer.organisation)
            return f"/support/objections/{made.receipt}/"
        case = owned.a_claim(state, uscc(0))
        Claim.objects.filter(pk=case.pk).update(organisation=viewer.organisation)
        return (
            f"/support/claims/approve/?claim={case.receipt}"
            if rest == "many"
            else f"/support/claims/{case.receipt}/{rest}"
        )

    return address


def _offer_run(**given: Any) -> Callable[[Viewer], str]:
    """The page of an apply-free run."""

    def address(viewer: Viewer) -> str:
        from tests.desk.support import owned
        from zongbu.desk.support.models import OfferRun

        made = owned.a_run(trial=given.get("trial", True))
        OfferRun.objects.filter(pk=made.pk).update(asked_by=viewer.membership, **given)
        return f"/support/offers/{made.pk}/"

    return address


def _unpaid(route: str, maker: str, state: str = "") -> Callable[[Viewer], str]:
    """A page of quotas, requests, lists or obligations that a maker of ``tests.desk.support.unpaid`` makes: of the
    viewer's enterprise, or handled by the viewer's office."""

    def address(viewer: Viewer) -> str:
        from django.urls import reverse

        from tests.desk.support import unpaid
        from zongbu.desk.kernel.roles import CITY, DEPARTMENT, DISTRICT

        given: dict[str, Any] = {"state": state} if state else {}
        if viewer.uscc and maker != "a_selection":
            given["uscc"] = viewer.uscc
        if viewer.role in CITY | DEPARTMENT | DISTRICT:
            given["office"] = viewer
        made = getattr(unpaid, maker)(**given)
        return reverse(f"support:{route}", args=[made.receipt if route in ("request", "obligation") else made.pk])

    return address


def _returned_place(viewer: Viewer) -> str:
    from tests.desk.support import unpaid

    account = unpaid.a_quota("91330100MA2TITLED0", office=viewer)
    used = account.entries.filter(kind="used", undone_by=None).latest("pk")
    return f"/support/quotas/{account.pk}/return/{used.pk}/"


OWN = [
    Page("my policies", _owned(of="my", state="offered"), "enterprise_staff"),
    Page("my policies, an earlier year", "/support/my/?year=2024", "enterprise_lead"),
    Page("a measure for oneself", "/support/my/hangzhou-2023/rent_subsidy/", "enterprise_staff"),
    Page("a measure given for each project", "/support/my/hangzhou-2023/talent_housing_subsidy/", "enterprise_staff"),
    Page("a measure of a draft", "/support/my/binjiang-draft/matching_fund/", "enterprise_lead"),
    Page("an encouragement", "/support/my/hangzhou-2023/local_cultivation/", "enterprise_staff"),
    *(
        Page(f"one's own claim, {state}", _owned(state=state), "enterprise_staff")
        for state in (
            "offered",
            "draft",
            "submitted",
            "returned",
            "verified",
            "approved",
            "paid",
            "refused",
            "withdrawn",
        )
    ),
    Page("one's own claim with an objection", _owned(of="objection"), "enterprise_lead"),
    Page("filling facts of a claim", _owned("fill/facts/", "draft"), "enterprise_staff"),
    Page("filling facts of a returned claim", _owned("fill/facts/", "returned"), "enterprise_staff"),
    Page("filling materials of a claim", _owned("fill/materials/", "returned"), "enterprise_staff"),
    Page("filling contact of a claim", _owned("fill/contact/", "returned"), "enterprise_staff"),
    Page("submitting a claim", _owned("submit/", "draft"), "enterprise_staff"),
    Page("receipt of a claim", _owned("receipt/"), "enterprise_staff"),
    Page("withdrawing a claim", _owned("withdraw/"), "enterprise_staff"),
    Page("declining an offer", _owned("decline/", "offered"), "enterprise_staff"),
    Page("objecting to a refusal", _owned("objection/", "refused"), "enterprise_staff"),
    Page("where the money is", _owned(of="money", state="approved"), "enterprise_staff"),
    Page("bank account", _owned(of="account"), "enterprise_staff"),
]


OFFICIALS = [
    Page("claims to work through", "/support/claims/", "district_officer"),
    Page("claims of a district's lead", "/support/claims/?show=verified", "district_lead"),
    Page("all claims", "/support/claims/?show=all&way=claim&least=1&year=2024", "city_officer"),
    Page("claims nobody handles", "/support/claims/?show=unassigned", "city_lead"),
    Page("claims of a department", "/support/claims/", "department_officer"),
    *(
        Page(f"a claim of the office's, {state}", _examined(state=state), "district_lead")
        for state in ("submitted", "returned", "accepted", "verified", "approved", "paid", "refused")
    ),
    Page("a claim for an auditor", _examined(state="paid"), "auditor"),
    *(
        Page(f"to {act} a claim", _examined(f"act/{act}/", state), "district_lead")
        for act, state in (
            ("accept", "submitted"),
            ("return", "accepted"),
            ("verify", "accepted"),
            ("approve", "verified"),
            ("refuse", "verified"),
            ("correct", "approved"),
        )
    ),
    Page("assigning a claim", _examined("act/assign/", "submitted"), "city_lead"),
    Page("approving many claims", _examined("many", "verified"), "district_lead"),
    Page("objections to claims", "/support/objections/", "city_officer"),
    Page("an objection to a claim", _examined("objection"), "district_lead"),
    Page("offers", "/support/offers/", "city_officer"),
    Page("what a run would offer", _offer_run(), "city_officer"),
    Page("a run under way", _offer_run(state="running", done=20), "city_lead"),
    Page("a run that failed", _offer_run(state="failed", error="后台进程中断，没有做完", trial=False), "city_lead"),
    Page("what a run has offered", _offer_run(trial=False), "leading_group"),
    Page("responsible units", "/support/units/", "city_lead"),
    Page("a responsible unit", "/support/units/hangzhou-2023/科技部门/", "city_lead"),
    Page("every measure", "/support/measures/", "district_officer"),
]


UNPAID = [
    Page("quotas", "/support/quotas/", "city_officer"),
    Page("own quotas", "/support/quotas/", "enterprise_staff"),
    Page("allocating quotas", "/support/quotas/allocate/", "city_officer"),
    Page("a quota account", _unpaid("quota", "a_quota"), "department_officer"),
    Page("an own quota account", _unpaid("quota", "a_quota"), "enterprise_staff"),
    Page("returning a place", _returned_place, "department_officer"),
    Page("requests", "/support/requests/?show=all", "city_lead"),
    Page("own requests, and what can be asked for", "/support/requests/", "enterprise_staff"),
    Page("asking for a service", "/support/requests/ask/hangzhou-2023/green_channel/", "enterprise_staff"),
    Page("referring an enterprise for a measure", "/support/requests/refer/", "district_officer"),
    Page("how long personal data are kept", "/support/requests/retention/", "city_lead"),
    Page("a request to handle", _unpaid("request", "a_request", "received"), "department_officer"),
    Page("an own request to correct", _unpaid("request", "a_request", "returned"), "enterprise_staff"),
    Page("a granted request", _unpaid("request", "a_request", "granted"), "auditor"),
    Page("lists for selection", "/support/selections/", "leading_group"),
    Page("a new list", "/support/selections/new/", "city_officer"),
    Page("a list drawn up", _unpaid("selection", "a_selection", "draft"), "city_officer"),
    Page("a list to decide", _unpaid("selection", "a_selection", "proposed"), "leading_group"),
    Page("published lists", "/support/selected/"),
    Page("a published list", _unpaid("selected_one", "a_selection", "published")),
    Page("obligations", "/support/obligations/", "city_officer"),
    Page("registering an obligation", "/support/obligations/new/", "district_officer"),
    Page("an obligation", _unpaid("obligation", "an_obligation", "reported"), "district_officer"),
    Page("an own obligation", _unpaid("obligation", "an_obligation", "pending"), "enterprise_staff"),
]
