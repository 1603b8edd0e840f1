"""Every measure as its policy file declares it, with the claims that there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from zongbu.desk.kernel.language import language
from zongbu.desk.kernel.pages import viewer_of
from zongbu.desk.library.measures import suspensions
from zongbu.desk.library.policies import policies
from zongbu.desk.support import queries
from zongbu.desk.support.benefits import category_word
from zongbu.desk.support.measures import ENCOURAGEMENT, MONEY, QUOTA, REFERRAL, SERVICE, Offering
from zongbu.desk.support.models import Level
from zongbu.law import Policy
from zongbu.law.names import Names


@dataclass(frozen=True)
class Row:
    """A measure in words, with how many claims are open and paid, and how much was paid (fen)."""

    offering: Offering
    title: str
    kind: str
    way: str
    whom: str
    exclusive: list[str]
    not_stacking: list[str]
    payers: list[str]
    frequency: str
    term: str
    suspended: bool
    open: int
    paid: int
    fen: int
    address: str


CATEGORIES = (MONEY, QUOTA, REFERRAL, SERVICE, ENCOURAGEMENT)
OPEN = ("offered", "submitted", "returned", "accepted", "verified", "approved", "paying")


@require_safe
def measures(request: HttpRequest) -> HttpResponse:
    """Measure by measure what the files say; a new file shows here without a line of code."""
    viewer, today, lang = viewer_of(request), timezone.localdate(), language()
    made = queries.claims(viewer).order_by().values_list("policy", "measure")
    counts = {
        (policy, measure): (open_, paid, fen or 0)
        for policy, measure, open_, paid, fen in made.annotate(
            open=Count("pk", filter=Q(state__in=OPEN)),
            paid=Count("pk", filter=Q(state="paid")),
            fen=Sum("amount", filter=Q(state="paid")),
        )
    }
    every = [one for one in policies() if one.measures]
    names_of = {one.identifier for one in every}
    chosen, kind = request.GET.get("policy", ""), request.GET.get("kind", "")
    chosen = chosen if chosen in names_of else ""
    kind = kind if kind in CATEGORIES else ""
    groups = []
    for policy in every:
        if chosen not in ("", policy.identifier):
            continue
        halted, names = suspensions(policy.identifier, today), Names(policy, lang)
        rows = [
            _row(Offering(policy, one), names, name in halted, counts.get((policy.identifier, name), (0, 0, 0)))
            for name, one in policy.measures.items()
            if kind in ("", one.category)
        ]
        groups.append((policy, _force(policy), rows))
    shown = {
        "groups": groups,
        "tabs": [(_("全部"), _address(kind=kind), not chosen)]
        + [(one.title, _address(one.identifier, kind), chosen == one.identifier) for one in every],
        "kinds": [(_("全部"), _address(chosen), not kind)]
        + [(category_word(one), _address(chosen, one), one == kind) for one in CATEGORIES],
    }
    return render(request, "support/office/measures.html", shown)


def _address(policy: str = "", kind: str = "") -> str:
    return f"?{urlencode({name: value for name, value in (('policy', policy), ('kind', kind)) if value})}"


def _force(policy: Policy) -> tuple[str, str]:
    """Whether a policy is in force, in words, and the tone."""
    today = timezone.localdate()
    if not policy.may_be_activated:
        return (_("征求意见稿，不能兑现") if policy.status == "征求意见" else _("未施行或已废止，不能兑现")), "open"
    return (_("有效"), "met") if policy.in_force(today) else (_("不在有效期内"), "neutral")


def _row(one: Offering, names: Names, suspended: bool, counts: tuple[int, int, int]) -> Row:
    measure = one.measure
    return Row(
        one,
        names.rule(measure.identifier),
        category_word(measure.category),
        {"claim": _("申报享受"), "offer": _("免申即享"), "combined": _("由其他措施合计"), "": "—"}[measure.way],
        {"enterprise": _("企业"), "person": _("个人"), "district": _("区县")}[measure.recipient],
        [names.rule(name) for name in one.excluding if name != measure.identifier],
        [_other(one, name, names) for name in measure.not_stacking],
        [str(Level(payer.level).label) for payer in measure.payers],
        {"yearly": _("每年"), "once": _("一次"), "each": _("每件")}[measure.frequency],
        _term(one),
        suspended,
        *counts,
        f"{reverse('support:claims')}?{urlencode({'show': 'all', 'measure': one.key})}",
    )


def _other(one: Offering, name: str, names: Names) -> str:
    policy, _dot, measure = name.rpartition(".")
    if not policy:
        return names.rule(measure)
    below = one.policy.based_on.get(policy)
    return Names(below, language()).rule(measure) if below is not None and measure in below.rules else name


def _term(one: Offering) -> str:
    found: Any = one.policy.term_of(one.measure.identifier, timezone.localdate())
    if found is None:
        return one.measure.details.get("期限", "")
    number, unit = found
    return (
        _("%(number)d个工作日") % {"number": number} if unit == "个工作日" else _("%(number)d天") % {"number": number}
    )
