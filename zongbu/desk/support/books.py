"""The books as finance reads them: sums by measure, district and account, what is to come, how long it waits.

Every function names who asks; sums are of the lines and shares of funds that the viewer may read. Amounts in fen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from zongbu.desk.kernel.roles import Reach, Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.library.policies import UnknownPolicy
from zongbu.desk.people.districts import DISTRICTS
from zongbu.desk.support import queries
from zongbu.desk.support.measures import offering
from zongbu.desk.support.models import (
    OPEN_ORDERS,
    Account,
    Budget,
    Claim,
    Fund,
    Level,
    Line,
    Movement,
    PaymentOrder,
    Share,
)
from zongbu.law.names import Names

SPENDING = (Account.RESERVED, Account.COMMITTED, Account.PAID)
"""The accounts that say how far money has gone to somebody."""
AGES = ((0, 7), (8, 15), (16, 30), (31, 60), (61, None))
"""Classes of days since the approval: from, to (both included)."""
FEW = 3
"""Public sums of fewer enterprises are not shown: nobody is to be told what one of them got."""


# --- lines -----------------------------------------------------------------------------------------------------


def lines(viewer: Viewer) -> QuerySet[Line]:
    """The lines of the budgets that the viewer may read."""
    found = Line.objects.select_related("movement__claim", "movement__reimbursement", "budget__fund", "enterprise")
    return found.filter(budget__fund__in=queries.funds(viewer))


def movements(viewer: Viewer) -> QuerySet[Movement]:
    """The movements that touch a budget that the viewer may read."""
    found = Movement.objects.select_related("claim__enterprise", "order", "reimbursement", "counters")
    touching = Line.objects.filter(budget__fund__in=queries.funds(viewer)).values("movement")
    return found.filter(pk__in=touching)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines are asked for; empty: all."""

    fund: int | None = None
    year: int | None = None
    account: str = ""
    policy: str = ""
    measure: str = ""
    district: str = ""
    enterprise: str = ""
    kind: str = ""

    @property
    def used(self) -> bool:
        """Whether anything but the budget narrows the list."""
        return bool(self.account or self.measure or self.district or self.enterprise or self.kind)

    @property
    def query(self) -> str:
        """As the parameters of an address."""
        names = ("fund", "year", "account", "policy", "measure", "district", "enterprise", "kind")
        return urlencode({name: value for name in names if (value := getattr(self, name))})

    def apply(self, found: QuerySet[Line]) -> QuerySet[Line]:
        """The lines that it lets through."""
        plain = {
            "budget__fund": self.fund, "budget__year": self.year, "account": self.account, "policy": self.policy,
            "measure": self.measure, "district": self.district, "movement__kind": self.kind,
        }  # fmt: skip
        found = found.filter(**{name: value for name, value in plain.items() if value})
        if self.enterprise:
            text = self.enterprise
            found = found.filter(Q(enterprise__uscc__iexact=text) | Q(enterprise__name__icontains=text))
        return found


# --- sums ------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Sums:
    """What went through the books under one heading."""

    key: tuple[str, ...]
    title: str
    reserved: int = 0
    committed: int = 0
    paid: int = 0

    @property
    def total(self) -> int:
        return self.reserved + self.committed + self.paid


def measure_title(policy: str, measure: str, lang: str = "zh") -> str:
    """What a measure is called; its identifier where the policy is not here any more."""
    try:
        return Names(offering(policy, measure).policy, lang).rule(measure)
    except UnknownPolicy:
        return measure


def by_measure(found: QuerySet[Line], lang: str = "zh") -> list[Sums]:
    """Sums of lines by measure, the largest first."""
    rows: dict[tuple[str, str], Sums] = {}
    for policy, measure, account, total in _summed(found.exclude(measure=""), "policy", "measure"):
        one = rows.setdefault((policy, measure), Sums((policy, measure), ""))
        setattr(one, account, total)
    for (policy, measure), one in rows.items():
        one.title = measure_title(policy, measure, lang)
    return sorted((one for one in rows.values() if one.total), key=lambda one: (-one.total, one.key))


def by_district(found: QuerySet[Line]) -> list[Sums]:
    """Sums of lines by the district of the enterprise, in the order of the codes."""
    rows: dict[str, Sums] = {}
    for district, account, total in _summed(found.exclude(measure=""), "district"):
        one = rows.setdefault(district, Sums((district,), str(DISTRICTS.get(district, district))))
        setattr(one, account, total)
    return [one for _code, one in sorted(rows.items()) if one.total]


def _summed(found: QuerySet[Line], *fields: str) -> Iterator[tuple[Any, ...]]:
    grouped = found.filter(account__in=SPENDING).order_by().values_list(*fields, "account")
    return iter(grouped.annotate(total=Sum("amount")))


def used(found: Iterable[Budget]) -> dict[str, int]:
    """What budgets hold together, by account, and what they were given."""
    answer = dict.fromkeys((*(str(one) for one in Account), "appropriated"), 0)
    for budget in found:
        for account in Account:
            answer[str(account)] += getattr(budget, account.value)
        answer["appropriated"] += budget.appropriated
    return answer


def bar(budget: Budget) -> list[tuple[str, float, float]]:
    """The parts of a budget for a bar of a hundred: account, where it begins, how wide it is."""
    whole = budget.appropriated
    parts: list[tuple[str, float, float]] = []
    begin = 0
    for account in (Account.PAID, Account.COMMITTED, Account.RESERVED):
        fen = getattr(budget, account.value)
        if whole and fen:
            parts.append((account.value, round(100 * begin / whole, 3), round(100 * fen / whole, 3)))
        begin += fen
    return parts


# --- what is to come -------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Coming:
    """What a measure will still cost: approved and not paid, verified, offered."""

    key: tuple[str, str]
    title: str
    approved: int = 0
    verified: int = 0
    offered: int = 0

    @property
    def total(self) -> int:
        return self.approved + self.verified + self.offered


def forecast(viewer: Viewer, lang: str = "zh") -> list[Coming]:
    """What the viewer's funds will still have to pay.

    Approved and verified are their shares; of what is offered nobody has said yet who pays how much, so that the whole
    amount stands there, for a district's office that of the enterprises in it.
    """
    rows: dict[tuple[str, str], Coming] = {}

    def row(policy: str, measure: str) -> Coming:
        return rows.setdefault((policy, measure), Coming((policy, measure), measure_title(policy, measure, lang)))

    shares = Share.objects.filter(fund__in=queries.funds(viewer)).order_by()
    for state, name in ((("approved", "paying"), "approved"), (("verified",), "verified")):
        amount = F("committed") if name == "approved" else F("amount")
        grouped = shares.filter(claim__state__in=state).values_list("claim__policy", "claim__measure")
        for policy, measure, total in grouped.annotate(total=Sum(amount)):
            if total:
                setattr(row(policy, measure), name, total)
    offered = Claim.objects.filter(state="offered", computed__gt=0).order_by()
    if viewer.reach is Reach.DISTRICT:
        offered = offered.filter(district=viewer.district or "-")
    for policy, measure, total in offered.values_list("policy", "measure").annotate(total=Sum("computed")):
        row(policy, measure).offered = total
    return sorted(rows.values(), key=lambda one: (-one.total, one.key))


@dataclass(frozen=True, slots=True)
class Age:
    """Orders that have not been paid, by the days since the approval (``until`` None: and more)."""

    since: int
    until: int | None
    count: int
    fen: int


def unpaid(viewer: Viewer) -> QuerySet[Any]:
    """The orders (with ``approved_at``) that still have to be paid; failed ones until they are issued anew."""
    # A failed order is somebody's to issue anew only while its case is to be paid and has no other order.
    later = PaymentOrder.objects.filter(pk__gt=OuterRef("pk")).filter(
        Q(share=OuterRef("share")) | Q(reimbursement=OuterRef("reimbursement"))
    )
    waiting = Q(claim__state__in=["approved", "paying"], share__amount__gt=0) | Q(reimbursement__state="approved")
    found = queries.orders(viewer).filter(Q(state__in=OPEN_ORDERS) | (Q(state="failed") & waiting & ~Exists(later)))
    return found.annotate(approved_at=Coalesce("claim__decided_at", "reimbursement__decided_at", "issued_at"))


def ages(viewer: Viewer, today: date | None = None) -> list[Age]:
    """How long approved money has been waiting to be paid; one query."""
    now = today or timezone.localdate()
    waiting = [
        ((now - timezone.localdate(approved)).days, fen)
        for approved, fen in unpaid(viewer).order_by().values_list("approved_at", "amount")
    ]
    found = []
    for since, until in AGES:
        inside = [fen for days, fen in waiting if days >= since and (until is None or days <= until)]
        found.append(Age(since, until, len(inside), sum(inside)))
    return found


def aged(found: QuerySet[Any], since: int, until: int | None, today: date) -> QuerySet[Any]:
    """The orders of ``unpaid`` that are so many days old."""
    found = found.filter(approved_at__lt=_midnight(today - timedelta(days=since - 1)))
    return found if until is None else found.filter(approved_at__gte=_midnight(today - timedelta(days=until)))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day))


def failed(viewer: Viewer) -> tuple[int, int]:
    """How many payments have failed and wait to be issued anew, and their amount."""
    found = unpaid(viewer).filter(state="failed").aggregate(count=Count("pk"), total=Sum("amount"))
    return found["count"], found["total"] or 0


def pays(viewer: Viewer) -> bool:
    """Whether the viewer's office pays from a fund."""
    return viewer.writes and viewer.role in (Role.CITY_FINANCE, Role.DISTRICT_FINANCE)


def fund_years(fund: Fund) -> list[Budget]:
    """The budgets of a fund, the latest first."""
    return list(fund.budgets.order_by("-year"))


# --- for everybody ---------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Cell:
    """A sum of the public table; ``fen`` None: too few enterprises (or it would give another one away)."""

    fen: int | None = 0
    enterprises: int = 0

    @property
    def hidden(self) -> bool:
        return self.fen is None


@dataclass(slots=True)
class Published:
    """What was paid in a year, by measure (rows) and district (columns), with totals at the margins (key ``""``)."""

    year: int
    measures: list[tuple[str, str]] = field(default_factory=list)
    districts: list[str] = field(default_factory=list)
    cells: dict[tuple[tuple[str, str], str], Cell] = field(default_factory=dict)
    demonstration: bool = False

    def cell(self, measure: tuple[str, str], district: str) -> Cell:
        return self.cells.get((measure, district), Cell())


ALL = ("", "")
"""The row of totals."""


def published(year: int) -> Published:
    """What enterprises were paid in a year, less what they gave back, for everybody.

    Sums of fewer than ``FEW`` enterprises are hidden, and with them as many others as it takes that none of the hidden
    ones can be worked out from the totals. What goes from the city to districts is no support of an enterprise and not
    counted here.
    """
    paid = Line.objects.filter(account=Account.PAID, budget__year=year, enterprise__isnull=False).order_by()
    sums: dict[tuple[tuple[str, str], str], tuple[int, set[int]]] = {}
    grouped = paid.values_list("policy", "measure", "district", "enterprise").annotate(total=Sum("amount"))
    for policy, measure, district, enterprise, total in grouped:
        if not total:
            continue
        for key in {((policy, measure), district), ((policy, measure), ""), (ALL, district), (ALL, "")}:
            fen, who = sums.setdefault(key, (0, set()))
            who.add(enterprise)
            sums[key] = fen + total, who
    found = Published(
        year,
        sorted({measure for measure, _district in sums} - {ALL}),
        [code for code in DISTRICTS if any(district == code for _measure, district in sums)],
        {key: Cell(fen, len(who)) for key, (fen, who) in sums.items()},
        paid.filter(movement__claim__demonstration=True).exists(),
    )
    _hide(found)
    return found


def _hide(found: Published) -> None:
    hidden = {key for key, cell in found.cells.items() if 0 < cell.enterprises < FEW}
    rows = [[(measure, code) for code in ["", *found.districts]] for measure in [ALL, *found.measures]]
    columns = [[(measure, code) for measure in [ALL, *found.measures]] for code in ["", *found.districts]]
    while True:
        for line in (*rows, *columns):
            there = [key for key in line if key in found.cells]
            if sum(key in hidden for key in there) != 1:
                continue
            shown = [key for key in there if key not in hidden]
            if not shown:
                continue
            # Within the table before a total, and the smallest of them.
            hidden.add(min(shown, key=lambda key: (key[0] == ALL or not key[1], found.cells[key].fen or 0, key)))
            break
        else:
            break
    for key in hidden:
        found.cells[key] = Cell(None, found.cells[key].enterprises)


def public_years() -> list[int]:
    """The years in which something was paid, the latest first."""
    found = Budget.objects.filter(paid__gt=0).order_by("-year").values_list("year", flat=True).distinct()
    return list(found)


def levels() -> list[tuple[str, str]]:
    """Whose money there is, for choosing."""
    return [(str(one), str(one.label)) for one in Level]
