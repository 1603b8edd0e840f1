"""The pages that are looked at in a browser. Every app adds its own here.

An address may be a text or a function that makes what the page shows and returns the address; it runs in the process of
the server, with Django ready, and is given the viewer who will look. Import models inside of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zongbu.desk.kernel.scope import Viewer
    from zongbu.desk.selfcheck.models import Screening

PUBLIC = "public"


@dataclass(frozen=True)
class Page:
    """A page, by name; ``role`` is the value of a ``Role``; ``status`` what the server answers."""

    name: str
    address: str | Callable[[Viewer], str]
    role: str = PUBLIC
    status: int = 200


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


PAGES = [
    # --- the frame ---------------------------------------------------------------------------------------
    Page("home", "/"),
    Page("home for an enterprise", "/", "enterprise_staff"),
    Page("landing page of an enterprise", "/desk/", "enterprise_lead"),
    Page("landing page of the city office", "/desk/", "city_officer"),
    Page("landing page of a district", "/desk/", "district_lead"),
    Page("landing page of an auditor", "/desk/", "auditor"),
    Page("search without a word", "/search/", "city_officer"),
    Page("search", "/search/?q=总部", "city_officer"),
    Page("not found", "/nothing/here/", status=404),
    Page("not found for an official", "/nothing/here/", "city_officer", status=404),
    # --- signing in --------------------------------------------------------------------------------------
    Page("sign in", "/accounts/login/"),
    Page("sign out", "/accounts/logout/", "enterprise_staff"),
    Page("forgotten password", "/accounts/password/reset/"),
    Page("second factor", "/accounts/2fa/", "city_officer"),
    Page("sessions", "/accounts/sessions/", "city_officer"),
    Page("change of password", "/accounts/password/change/", "enterprise_lead"),
    Page("setting up an authenticator app", "/accounts/2fa/totp/activate/", "city_officer"),
    Page("adding a passkey", "/accounts/2fa/webauthn/add/", "city_officer"),
    Page("passkeys", "/accounts/2fa/webauthn/", "city_officer"),
    Page("who one is, asked again", "/accounts/reauthenticate/", "district_lead"),
    Page("single sign-on", "/accounts/3rdparty/", "city_officer"),
    Page("single sign-on failed", "/accounts/3rdparty/login/error/", status=401),
    Page("single sign-on cancelled", "/accounts/3rdparty/login/cancelled/"),
    Page("reset of a password sent", "/accounts/password/reset/done/"),
    Page("reset of a password by a bad link", "/accounts/password/reset/key/1-bad/"),
    # --- self-check --------------------------------------------------------------------------------------
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
    Page("altered link", "/check/shared/altered/", status=400),
    Page("screenings", "/check/screenings/", "auditor"),
    Page("new screening", "/check/screenings/new/", "city_officer"),
    Page("screening", _screening, "city_officer"),
    Page("row of a screening", _screened_row, "city_lead"),
]


def names() -> list[str]:
    """The names, each once."""
    found = [page.name for page in PAGES]
    assert len(found) == len(set(found)), "a page is listed twice"
    return found
