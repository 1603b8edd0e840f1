"""My policies: what an enterprise gets, could get, cannot get yet; and one measure with its amount explained."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.language import language
from zongbu.desk.kernel.numbers import small_int
from zongbu.desk.kernel.pages import performed, viewer_of
from zongbu.desk.kernel.submission import once
from zongbu.desk.library.policies import UnknownPolicy, policies
from zongbu.desk.library.showing import companion
from zongbu.desk.support import benefits, checks, explaining, handling, stacking
from zongbu.desk.support.actions import claims as acts
from zongbu.desk.support.forms.own import StartForm
from zongbu.desk.support.measures import ENCOURAGEMENT, MONEY, QUOTA, Offering, offering
from zongbu.desk.support.models import Claim, Level
from zongbu.desk.support.standing import ENDED
from zongbu.desk.support.views.own.common import own_enterprise
from zongbu.law.names import Names


def years(today: date) -> list[int]:
    """The years for which anything could have been claimed, this one first: from the first policy in force on."""
    starts = [one.effective_from.year for one in policies() if one.may_be_activated and one.effective_from is not None]
    return list(range(today.year, min([*starts, today.year]) - 1, -1))


def year_of(request: HttpRequest, today: date) -> int:
    """The year that is asked for; this one where it is none that can be claimed for."""
    chosen = small_int(request.GET.get("year", request.POST.get("year")))
    return chosen if chosen in years(today) else today.year


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Everything about this enterprise and the measures of a year."""
    today, enterprise = timezone.localdate(), own_enterprise(request)
    year = year_of(request, today)
    shown: dict[str, Any] = {"enterprise": enterprise, "year": year, "years": years(today)}
    if enterprise is None:
        return render(request, "support/own/benefits.html", shown)
    shown["hindrances"] = [one for one in checks.standing(enterprise, today) if one.passed is not True]
    try:
        found = benefits.picture(enterprise, year, today)
    except Refused as error:
        return render(request, "support/own/benefits.html", shown | {"fault": str(error)})
    account = enterprise.bank_accounts.filter(ended_at=None).first()
    live = [one for one in found.claims if one.state not in ENDED]
    shown |= {
        "picture": found,
        "offers": [(one, "" if account else _("请先登记收款账户。")) for one in live if one.state == "offered"],
        "current": [one for one in live if one.state != "offered"],
        "ended": [one for one in found.claims if one.state in ENDED],
        "account": account,
        "empty": not live,
    }
    return render(request, "support/own/benefits.html", shown)


@require_safe
def one(request: HttpRequest, policy: str, measure: str) -> HttpResponse:
    """A measure for this enterprise: whom it is for, how much and why, what happens next, and the start of a claim."""
    today = timezone.localdate()
    return _benefit(request, *_asked(request, policy, measure), StartForm(initial={"year": year_of(request, today)}))


@require_POST
@once
def start(request: HttpRequest, policy: str, measure: str) -> HttpResponse:
    """Begin a draft."""
    enterprise, found = _asked(request, policy, measure)
    form = StartForm(request.POST, years=years(timezone.localdate()), each=found.measure.frequency == "each")
    made: list[Claim] = []

    def perform() -> None:
        given = form.cleaned_data
        made.append(
            acts.start(viewer_of(request), enterprise, policy, measure, given["year"], subject=given.get("subject", ""))
        )

    if form.is_valid() and performed(form, perform):
        messages.info(request, _("已建立草稿。提交以前不算申请，办理单位也看不到。"))
        return redirect("support:own_fill", made[0].receipt, "facts")
    return _benefit(request, enterprise, found, form)


def _asked(request: HttpRequest, policy: str, measure: str) -> tuple[Enterprise, Offering]:
    """The enterprise and the measure of the address.

    Raises:
        Http404: there is no such measure, or the viewer's enterprise has no record.
    """
    enterprise = own_enterprise(request)
    try:
        found = offering(policy, measure)
    except UnknownPolicy:
        raise Http404 from None
    if enterprise is None:
        raise Http404
    return enterprise, found


def _benefit(request: HttpRequest, enterprise: Enterprise, found: Offering, form: StartForm) -> HttpResponse:
    viewer, today = viewer_of(request), timezone.localdate()
    each = found.measure.frequency == "each"
    year = year_of(request, today)
    if not form.is_bound:
        form = StartForm(initial={"year": year}, years=years(today), each=each)
    policy, lang = found.policy, language()
    draft = benefits.draft(policy)
    clause = policy.clause(found.measure.clause)
    shown: dict[str, Any] = {
        "enterprise": enterprise,
        "policy": policy,
        "policy_title": companion.head(policy, "名称", lang),
        "measure": found.measure,
        "offering": found,
        "clause": clause,
        "restatement": companion.restatement(policy, clause, lang)[0],
        "year": year,
        "years": years(today),
        "draft": draft,
        "encouragement": found.measure.category == ENCOURAGEMENT,
        "handler": handling.organisation_for(found, enterprise.district),
        "payers": [str(Level(payer.level).label) for payer in found.measure.payers],
        "details": {
            name: found.measure.details.get(key, "")
            for name, key in (("units", "责任单位"), ("pay", "出资"), ("term", "期限"), ("note", "说明"))
        },
        "material_note": found.measure.details.get("材料", "").partition("；")[2],
        "term": policy.term_of(found.measure.identifier, today),
        "form": form,
    }
    try:
        first, others = benefits.one(enterprise, found, year, today)
    except Refused as error:
        title = Names(policy, lang).rule(found.measure.identifier)
        return render(request, "support/own/benefit.html", shown | {"fault": str(error), "title": title})
    received = stacking.received(found, enterprise.pk, year)
    computed = found.computed and found.measure.category in (MONEY, QUOTA)
    blocked = _blocked(enterprise, found, first, year, today)
    shown |= {
        "title": first.title,
        "benefit": first,
        "rows": explaining.rows(first.entitlement, received, beside=others) if not shown["encouragement"] else [],
        "computed": computed,
        "conflict": explaining.conflict(first, others),
        "others": others,
        "claims": list(
            Claim.objects.filter(
                enterprise=enterprise, policy=policy.identifier, measure=found.measure.identifier
            ).order_by("-pk")[:20]
        ),
        "may_start": first.claimable and not draft and not blocked and viewer.writes,
        "blocked": blocked,
    }
    return render(request, "support/own/benefit.html", shown)


def _blocked(enterprise: Enterprise, found: Offering, first: benefits.Benefit, year: int, today: date) -> str:
    """What stands in the way of beginning a claim, in words; asked only where the button would be."""
    if not first.claimable or benefits.draft(found.policy):
        return ""
    return checks.against(checks.entering(found, enterprise, acts.as_of_year(year), today), strict=False)
