"""What an enterprise's page lists of recognition: its applications."""

from __future__ import annotations

from django.urls import reverse

from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel.cases import CaseLine
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.recognition import queries
from zongbu.desk.recognition.flow import APPLICATION
from zongbu.desk.recognition.standing import TONES
from zongbu.desk.recognition.terms import dues

SHOWN = 50


def cases(viewer: Viewer, enterprise: Enterprise) -> list[CaseLine]:
    """The applications of an enterprise that the viewer may read, the newest first."""
    found = list(queries.applications(viewer).filter(enterprise=enterprise).order_by("-pk")[:SHOWN])
    queries.veil(viewer, found)
    until = dues(found, viewer)
    return [
        CaseLine(
            case.receipt,
            case.round.title,
            APPLICATION.label(case.state),
            TONES.get(case.state, "action"),
            case.state_since,
            reverse("recognition:application", args=[case.receipt]),
            until[case.pk].day if case.pk in until else None,
        )
        for case in found
    ]
