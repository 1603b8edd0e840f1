"""Where the money of a claim is: found, approved, ordered, sent to the treasury, paid; per fund that pays a part."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from zongbu.desk.kernel import flow
from zongbu.desk.support.flow import CLAIM
from zongbu.desk.support.models import Claim, PaymentOrder

ORDER_TONES = {"paid": "met", "failed": "refused", "exported": "action", "batched": "action"}


@dataclass(frozen=True, slots=True)
class Mark:
    """A step of the money; ``day`` None while it has not come to that."""

    label: str
    day: date | None
    text: str = ""
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment order as its payee sees it; ``account`` is masked."""

    number: str
    fund: str
    amount: int
    state: str
    label: str
    tone: str
    issued: date
    sent: date | None
    paid: date | None
    failure: str
    account: str
    reissued: bool


@dataclass(frozen=True, slots=True)
class Track:
    """The money of a claim."""

    marks: tuple[Mark, ...]
    payments: tuple[Payment, ...]
    paid: int
    returned: int


def track(case: Claim) -> Track:
    """The money of a claim; three queries."""
    past = flow.history(CLAIM, case)
    shares = list(case.shares.select_related("fund"))
    found = payments(case.orders.select_related("fund", "batch").order_by("pk"))
    latest = {one.act: timezone.localdate(one.moment) for one in past}
    at = case.state
    known = at in ("verified", "approved", "paying", "paid", "given_back")
    approved = at in ("approved", "paying", "paid", "given_back")
    failed = [one for one in found if one.state == "failed" and not one.reissued]
    marks = (
        Mark(_("核定金额"), (latest.get("verify") or latest.get("confirm")) if known else None),
        Mark(_("批准"), latest.get("approve") if approved else None),
        Mark(
            _("送国库支付"),
            max((one.sent for one in found if one.sent is not None and one.state in ("exported", "paid")), default=None)
            if approved
            else None,
            "；".join(one.failure for one in failed),
            bool(failed),
        ),
        Mark(
            _("到账"),
            max((one.paid for one in found if one.paid is not None), default=None)
            if at in ("paid", "given_back")
            else None,
        ),
    )
    return Track(marks, tuple(found), sum(one.paid for one in shares), sum(one.returned for one in shares))


def payments(orders: Iterable[PaymentOrder]) -> list[Payment]:
    """Orders as their payee sees them, void ones left out; ``fund`` and ``batch`` have to be at hand."""
    every: Sequence[PaymentOrder] = list(orders)
    replaced = {one.replaces_id for one in every}
    return [
        Payment(
            one.number,
            str(one.fund),
            one.amount,
            one.state,
            str(one.get_state_display()),
            ORDER_TONES.get(one.state, "neutral"),
            timezone.localdate(one.issued_at),
            timezone.localdate(one.batch.exported_at) if one.batch is not None and one.batch.exported_at else None,
            one.settled_on if one.state == "paid" else None,
            one.failure if one.state == "failed" else "",
            f"{one.bank} …{one.account[-4:]}" if one.account else "",
            one.pk in replaced,
        )
        for one in every
        if one.state != "void"
    ]
