"""What the acts of the support desk share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel.flow import NotPermitted, Refused
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.support.flow import pays_from
from zongbu.desk.support.models import Claim, Fund


def keeper_of(viewer: Viewer, fund: Fund) -> None:
    """Only the finance office that pays from a fund goes on.

    Raises:
        NotPermitted: anybody else.
    """
    if not viewer.writes or not pays_from(viewer, fund):
        raise NotPermitted(_("这项资金不由您的单位管理。"))


def locked_claim(pk: int) -> Claim:
    """The claim with what acts need of it, locked and read anew; its enterprise first (see ``hold_enterprise``).

    Raises:
        Refused: there is none.
    """
    enterprise = Claim.objects.filter(pk=pk).values_list("enterprise", flat=True).first()
    if enterprise is None:
        raise Refused(_("这份申请不存在。"))
    hold_enterprise(enterprise)
    found = Claim.objects.select_for_update(of=("self",)).select_related("enterprise", "organisation", "account")
    return found.get(pk=pk)


def hold_enterprises(keys: Iterable[int]) -> None:
    """Many enterprises, locked in the order of their keys: an act on several cases begins with them all."""
    hold_rows(Enterprise.objects.filter(pk__in=set(keys)))


def hold_rows(found: QuerySet[Any]) -> None:
    """Rows, locked in the order of their keys. An act that needs several kinds takes them in this order: enterprises,
    claims, orders, shares, requests of districts, budgets, and the journal last; an entry about a row needs it too."""
    list(found.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))


def hold_enterprise(pk: int) -> Enterprise:
    """The enterprise, locked: of two claims that exclude each other the second one sees the first.

    Whoever locks both locks the enterprise first.
    """
    return Enterprise.objects.select_for_update().get(pk=pk)
