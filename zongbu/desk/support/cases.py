"""What an enterprise's page lists of the support desk: its claims, and what gives no money."""

from __future__ import annotations

from django.urls import NoReverseMatch, reverse

from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel.cases import CaseLine
from zongbu.desk.kernel.roles import ENTERPRISE
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.support import queries
from zongbu.desk.support.flow import CLAIM
from zongbu.desk.support.standing import TONES, dues
from zongbu.desk.support.unpaid.cases import cases as unpaid

SHOWN = 50


def cases(viewer: Viewer, enterprise: Enterprise) -> list[CaseLine]:
    """The claims of an enterprise that the viewer may read, the newest first; then its requests and obligations."""
    found = list(queries.claims(viewer).filter(enterprise=enterprise).order_by("-pk")[:SHOWN])
    until = dues(found)
    return [
        CaseLine(
            case.receipt,
            f"{case.title}（{case.year}）",
            CLAIM.label(case.state),
            TONES.get(case.state, "action"),
            case.state_since,
            address(viewer, case.receipt),
            until[case.pk].day if case.pk in until else None,
        )
        for case in found
    ] + unpaid(viewer, enterprise)


def address(viewer: Viewer, receipt: str) -> str:
    """The page of a claim for somebody: an enterprise has its own."""
    try:
        return reverse("support:own" if viewer.role in ENTERPRISE else "support:claim", args=[receipt])
    except NoReverseMatch:
        return ""
