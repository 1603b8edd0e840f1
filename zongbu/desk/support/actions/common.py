"""What the acts of the support desk share."""

from __future__ import annotations

import secrets

from django.utils import timezone

from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel.flow import Refused
from zongbu.desk.support.models import Claim

SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Signs that are not mistaken for one another."""


def receipt(letters: str) -> str:
    """A number for people: two letters, the day and six signs that tell nothing of how many there are."""
    return f"{letters}{timezone.localdate():%Y%m%d}-{''.join(secrets.choice(SIGNS) for _place in range(6))}"


def locked_claim(pk: int) -> Claim:
    """The claim with what acts need of it, locked and read anew; its enterprise first (see ``hold_enterprise``).

    Raises:
        Refused: there is none.
    """
    enterprise = Claim.objects.filter(pk=pk).values_list("enterprise", flat=True).first()
    if enterprise is None:
        raise Refused("这份申请不存在。")
    hold_enterprise(enterprise)
    found = Claim.objects.select_for_update(of=("self",)).select_related("enterprise", "organisation", "account")
    return found.get(pk=pk)


def hold_enterprise(pk: int) -> Enterprise:
    """The enterprise, locked: of two claims that exclude each other the second one sees the first.

    Whoever locks both locks the enterprise first.
    """
    return Enterprise.objects.select_for_update().get(pk=pk)
