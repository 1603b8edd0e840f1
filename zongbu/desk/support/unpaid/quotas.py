"""Giving and taking places: the only writer of quota accounts and their entries.

Belongs in the transaction of the act that it follows from. The account is locked, so that of many who use places at
once each sees what the others have left.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F, Q, Sum
from django.utils.translation import gettext as _

from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.support.handling import organisation_for
from zongbu.desk.support.measures import Offering
from zongbu.desk.support.models import QuotaAccount, QuotaEntry, SupportRequest

Kind = QuotaEntry.Kind
COLUMNS: Mapping[str, tuple[str, int]] = {
    Kind.ALLOCATED: ("allocated", 1),
    Kind.WITHDRAWN: ("withdrawn", 1),
    Kind.USED: ("used", 1),
    Kind.RETURNED: ("used", -1),
    Kind.EXPIRED: ("expired", 1),
}
"""Which column of the account an entry changes, and in which direction."""
SIGNS = {Kind.ALLOCATED: 1, Kind.RETURNED: 1, Kind.WITHDRAWN: -1, Kind.USED: -1, Kind.EXPIRED: -1}
"""What an entry does to the balance."""


class NotEnough(Refused):
    """An account has fewer places left than are to be taken."""


@dataclass(frozen=True, slots=True)
class Computed:
    """From what an allocation was computed."""

    as_of: date
    number: int
    version: str
    record: Any
    demonstration: bool = False


def account_of(found: Offering, enterprise: Enterprise, year: int) -> QuotaAccount:
    """The account of an enterprise under a measure in a year, locked; made, with nothing in it, where there is none.

    The enterprise is locked before.
    """
    made, _new = QuotaAccount.objects.get_or_create(
        enterprise=enterprise,
        policy=found.policy.identifier,
        measure=found.measure.identifier,
        year=year,
        defaults={
            "district": enterprise.district or "",
            "title": found.measure.title,
            "clause": found.measure.clause,
            "organisation": organisation_for(found, enterprise.district or ""),
        },
    )
    return locked(made.pk)


def locked(pk: int) -> QuotaAccount:
    """The account, read anew and locked.

    Raises:
        Refused: there is none.
    """
    found = QuotaAccount.objects.select_for_update(of=("self",)).select_related("enterprise", "organisation")
    account = found.filter(pk=pk).first()
    if account is None:
        raise Refused(_("这个名额账户不存在。"))
    return account


def post(
    viewer: Viewer,
    account: QuotaAccount,
    kind: QuotaEntry.Kind,
    number: int,
    *,
    purpose: str = "",
    reference: str = "",
    reason: str = "",
    undoes: QuotaEntry | None = None,
    request: SupportRequest | None = None,
    computed: Computed | None = None,
) -> QuotaEntry:
    """Write one entry and bring the (locked) account up to it.

    Raises:
        NotEnough: fewer places are left. ValueError: ``number`` is not above zero.
        TransactionManagementError: called outside a transaction.
    """
    if number <= 0:
        raise ValueError("an entry changes something")
    with transaction.atomic():
        account = locked(account.pk)
        change = SIGNS[kind] * number
        if account.balance + change < 0:
            raise NotEnough(
                _("「%(title)s」%(year)s年度只剩%(left)s个名额，不足%(wanted)s个。")
                % {"title": account.title, "year": account.year, "left": account.balance, "wanted": number}
            )
        entry = QuotaEntry.objects.create(
            account=account,
            kind=kind,
            change=change,
            purpose=purpose.strip()[:100],
            reference=reference.strip()[:60],
            reason=reason.strip()[:500],
            undoes=undoes,
            request=request,
            as_of=computed.as_of if computed else None,
            computed=computed.number if computed else None,
            policy_version=computed.version if computed else "",
            record=computed.record if computed else None,
            person=viewer.person,
            person_name=viewer.name,
            organisation_name=viewer.organisation_name,
        )
        column, direction = COLUMNS[kind]
        changed: dict[str, Any] = {column: F(column) + direction * number, "balance": F("balance") + change}
        if computed is not None and computed.demonstration:
            changed["demonstration"] = True
        QuotaAccount.objects.filter(pk=account.pk).update(**changed)
    return entry


@dataclass(frozen=True, slots=True)
class Fault:
    """A number that is not what the entries add up to."""

    account: QuotaAccount
    column: str
    expected: int
    found: int

    def __str__(self) -> str:
        column = next(one.verbose_name for one in QuotaAccount._meta.fields if one.name == self.column)
        return f"{self.account} {column}：应为 {self.expected} 个，实为 {self.found} 个"


def faults() -> Iterator[Fault]:
    """Accounts whose numbers are not the sums of their entries; for the check of the books."""
    sums: dict[str, Any] = {kind: Sum("entries__change", filter=Q(entries__kind=kind)) for kind in Kind}
    for account in QuotaAccount.objects.select_related("enterprise").annotate(
        **{f"sum_{k}": v for k, v in sums.items()}
    ):
        of = {kind: abs(getattr(account, f"sum_{kind}") or 0) for kind in Kind}
        expected = {
            "allocated": of[Kind.ALLOCATED],
            "withdrawn": of[Kind.WITHDRAWN],
            "used": of[Kind.USED] - of[Kind.RETURNED],
            "expired": of[Kind.EXPIRED],
        }
        expected["balance"] = expected["allocated"] - expected["withdrawn"] - expected["used"] - expected["expired"]
        for column, number in expected.items():
            if getattr(account, column) != number:
                yield Fault(account, column, number, getattr(account, column))
