"""Titles: certificates, changes, revocation, print runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tests.desk.browser.pages.page import Page

if TYPE_CHECKING:
    from zongbu.desk.kernel.scope import Viewer


def _title(route: str, of: Callable[[], object], field: str = "pk") -> Callable[[Viewer], str]:
    """A page about a certificate or a revocation that a maker of ``tests.desk.recognition.titled`` makes."""

    def address(viewer: Viewer) -> str:
        from django.urls import reverse

        return reverse(f"recognition:{route}", args=[getattr(of(), field)])

    return address


def _certificate(own: bool = False) -> Any:
    from tests.desk.recognition import titled
    from zongbu.desk.demo import uscc

    return titled.a_recognition(uscc(0) if own else "91330100MA2TITLED0")


def _revocation(state: str, own: bool = False) -> Any:
    from tests.desk.recognition import titled
    from zongbu.desk.demo import uscc

    return titled.a_revocation(state, uscc(0) if own else "")


def _print_run(**given: object) -> Any:
    from tests.desk.recognition import titled

    return titled.a_print_run(**given)


TITLES = [
    Page("verification", "/recognition/verify/"),
    Page("verification of nonsense", "/recognition/verify/?code=abc", status=400),
    Page("valid certificate", _title("verified", _certificate, "code")),
    Page("revoked certificate", _title("verified", lambda: _revocation("approved").recognition, "code")),
    Page("unknown certificate", "/recognition/verify/ABCDEFGHJKMN/", status=404),
    Page(
        "certificates and letters", lambda viewer: _certificate(own=True) and "/recognition/titles/", "enterprise_staff"
    ),
    Page("register of recognitions", "/recognition/recognitions/", "city_officer"),
    Page("register of recognitions, nothing found", "/recognition/recognitions/?q=没有这家", "district_officer"),
    Page("recognition", _title("recognition", lambda: _revocation("approved").recognition, "number"), "city_officer"),
    Page("one's own recognition", _title("recognition", lambda: _certificate(own=True), "number"), "enterprise_staff"),
    Page("opening a revocation", _title("revoke", _certificate, "number"), "city_officer"),
    Page("revocations", lambda viewer: _revocation("hearing") and "/recognition/revocations/", "city_officer"),
    Page("revocation to answer", _title("revocation", lambda: _revocation("hearing", own=True)), "enterprise_lead"),
    Page("revocation to approve", _title("revocation", lambda: _revocation("proposed")), "leading_group"),
    Page("revocation that took effect", _title("revocation", lambda: _revocation("approved")), "city_lead"),
    Page("print runs", "/recognition/recognitions/print/", "city_officer"),
    Page("print run", _title("print_run", _print_run), "city_officer"),
    Page(
        "print run that failed", _title("print_run", lambda: _print_run(state="failed", error="没有字形")), "city_lead"
    ),
]
