"""Certificates, one or many."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from django.urls import reverse
from django.utils import translation

from zongbu.desk.kernel import documents
from zongbu.desk.people.districts import district_name
from zongbu.desk.recognition.documents.common import HERE, approver, policy_title, track_titles
from zongbu.desk.recognition.models import Recognition


def certificate(recognition: Recognition, base: str) -> bytes:
    """The certificate of a recognition; crossed out once it is revoked.

    Args:
        base: the service's address without a slash at its end; the QR code leads to the public verification below it.

    Raises:
        CannotPrint: a character of the name has no glyph.
    """
    return certificates([recognition], base)


def certificates(recognitions: Iterable[Recognition], base: str, *, tagged: bool = True) -> bytes:
    """Many certificates as one PDF, a page each, in the order given. Of the same round; ``round`` is at hand.

    Raises:
        CannotPrint: a character has no glyph. ValueError: there is none to print.
    """
    with translation.override("zh-hans"):
        organ = cache(approver)
        shown = [_data(one, base, organ(one.round)) for one in recognitions]
    if not shown:
        raise ValueError("no certificates")
    return documents.render(
        HERE / "certificate.typ",
        {
            "title": "总部企业证书",
            "date": max(one["recognised_on"] for one in shown),
            "demonstration": any(one["demonstration"] for one in shown),
            "certificates": shown,
        },
        tagged=tagged,
    )


def verification(recognition: Recognition, base: str) -> str:
    """The absolute address of the public page that tells whether a certificate holds."""
    return f"{base}{reverse('recognition:verified', args=[recognition.code])}"


def grouped(code: str) -> str:
    """A code as it is printed: ABCD-EFGH-JKMN."""
    return "-".join(code[place : place + 4] for place in range(0, len(code), 4))


def _data(recognition: Recognition, base: str, organ: str) -> dict[str, Any]:
    address = verification(recognition, base)
    round = recognition.round
    return {
        "number": recognition.number,
        "name": recognition.name,
        "year": round.year,
        "policy": policy_title(round),
        "district": district_name(recognition.district),
        "tracks": track_titles(round, recognition.tracks) or ["—"],
        "recognised_on": recognition.recognised_on.isoformat(),
        "valid_until": recognition.valid_until.isoformat() if recognition.valid_until else "",
        "revoked_on": recognition.revoked_on.isoformat() if recognition.revoked_on else "",
        "code": grouped(recognition.code),
        "address": address,
        "qr": documents.qr(address),
        "organ": organ,
        "demonstration": round.demonstration,
    }
