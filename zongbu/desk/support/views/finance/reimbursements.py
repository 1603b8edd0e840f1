"""What the city gives back to districts the year after: what was paid, the ceiling, the requests."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from zongbu.desk.kernel import flow
from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.language import language
from zongbu.desk.kernel.pages import page_of, viewer_of
from zongbu.desk.kernel.roles import Reach, Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.kernel.submission import once
from zongbu.desk.library.policies import UnknownPolicy
from zongbu.desk.people.districts import DISTRICTS, district_name
from zongbu.desk.support import books, queries, reimbursing
from zongbu.desk.support.actions import reimbursements as acts
from zongbu.desk.support.flow import REIMBURSEMENT
from zongbu.desk.support.forms.finance import PlainForm, ReasonForm, RequestForm
from zongbu.desk.support.measures import Offering, offering, offerings
from zongbu.desk.support.models import Reimbursement
from zongbu.desk.support.views.finance.budgets import shown as lines_shown
from zongbu.desk.support.views.finance.common import REIMBURSEMENT_TONES, act_page, opened, year_of
from zongbu.law.amounts import decimal_of
from zongbu.law.explain.computation import computation


def giving_back() -> list[Offering]:
    """The measures under which the city gives back to districts, of policies that count."""
    found = [one for one in offerings() if one.measure.reimburses is not None and one.policy.may_be_activated]
    return found


def _named(policy: str, measure: str) -> Offering:
    try:
        found = offering(policy, measure)
    except UnknownPolicy:
        raise Http404(measure) from None
    if found.measure.reimburses is None:
        raise Http404(measure)
    return found


def _asks(viewer: Viewer, district: str) -> bool:
    return viewer.writes and viewer.role in (Role.DISTRICT_LEAD, Role.DISTRICT_FINANCE) and viewer.district == district


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Per district: what it paid in a year, the ceiling, what was asked for and what is left; and the requests."""
    viewer = viewer_of(request)
    year = year_of(request)
    asked = request.GET.get("year")
    if not asked and year == timezone.localdate().year:
        year -= 1  # the year before is the one that can be asked for
    districts = [viewer.district] if viewer.reach is Reach.DISTRICT else list(DISTRICTS)
    tables = []
    for one in giving_back():
        rows: list[dict[str, Any]] = []
        for district in districts:
            row: dict[str, Any] = {"district": district, "name": district_name(district)}
            try:
                row["ceiling"] = reimbursing.ceiling(one, district, year)
            except Refused as refused:
                row["why"] = str(refused)
            row["url"] = reverse(
                "support:ceiling", args=[one.policy.identifier, one.measure.identifier, district, year]
            )
            rows.append(row)
        known = [row["ceiling"] for row in rows if "ceiling" in row]
        tables.append(
            {
                "offering": one,
                "title": books.measure_title(one.policy.identifier, one.measure.identifier, language()),
                "rows": rows,
                "spent": sum(row.spent for row in known),
                "ceiling": sum(row.ceiling for row in known),
                "taken": sum(row.taken for row in known),
                "left": sum(row.left for row in known),
                "demonstration": any(row.assessed.demonstration for row in known),
            }
        )
    found = queries.reimbursements(viewer).order_by("-pk")
    state = request.GET.get("state", "")
    if state in REIMBURSEMENT.by_name:
        found = found.filter(state=state)
    page = page_of(request, found)
    context = {
        "year": year,
        "years": range(timezone.localdate().year, 2022, -1),
        "tables": tables,
        "page": page,
        "rows": [
            {
                "case": one,
                "district": district_name(one.district),
                "state": REIMBURSEMENT.label(one.state),
                "tone": REIMBURSEMENT_TONES[one.state],
            }
            for one in page
        ],
    }
    return render(request, "support/finance/reimbursements.html", context)


@require_safe
def ceiling(request: HttpRequest, policy: str, measure: str, district: str, year: int) -> HttpResponse:
    """One district and year: how the ceiling comes about, and the payments on which it rests."""
    viewer = viewer_of(request)
    _may_see(viewer, district)
    found = _named(policy, measure)
    declared = found.measure.reimburses
    assert declared is not None
    now: reimbursing.Ceiling | None = None
    why = ""
    try:
        now = reimbursing.ceiling(found, district, year)
    except Refused as refused:
        why = str(refused)
    spending = reimbursing.spending(found.policy, declared.measures, district, year)
    readable = books.lines(viewer).filter(pk__in=spending.values("pk")).order_by("-pk")
    page = page_of(request, readable)
    context = {
        "offering": found,
        "title": books.measure_title(policy, measure, language()),
        "district": district,
        "name": district_name(district),
        "year": year,
        "now": now,
        "why": why,
        "steps": computation(now.assessed, declared.ceiling, language()) if now is not None else (),
        "page": page,
        "rows": lines_shown(viewer, list(page)),
        "hidden": not readable.exists() and spending.exists(),
        "cases": queries.reimbursements(viewer).filter(policy=policy, measure=measure, district=district, year=year),
        "states": {name: REIMBURSEMENT.label(name) for name in REIMBURSEMENT.by_name},
        "asks": _asks(viewer, district) and now is not None and now.left > 0 and year < timezone.localdate().year,
        "over": year < timezone.localdate().year,
        "crumbs": [(_("市级次年补助"), f"{reverse('support:reimbursements')}?year={year}")],
    }
    return render(request, "support/finance/ceiling.html", context)


def _may_see(viewer: Viewer, district: str) -> None:
    if district not in DISTRICTS or (viewer.reach is Reach.DISTRICT and viewer.district != district):
        raise Http404(district)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def ask(request: HttpRequest, policy: str, measure: str, district: str, year: int) -> HttpResponse:
    """A district asks for what is left of the ceiling, or less."""
    viewer = viewer_of(request)
    _may_see(viewer, district)
    found = _named(policy, measure)
    hindrance, initial = "", {}
    try:
        now = reimbursing.ceiling(found, district, year)
        initial = {"amount": decimal_of(now.left, 0).scaleb(-2)}
        if not now.left:
            hindrance = _("没有可以申请的金额。")
    except Refused as refused:
        hindrance = str(refused)
    if not _asks(viewer, district):
        hindrance = _("由区县总部办负责人或者区县财政人员申请。")
    form = RequestForm(request.POST if request.method == "POST" else None, initial=initial)
    back = reverse("support:ceiling", args=[policy, measure, district, year])
    context = {
        "title": _("申请%(year)s年度市级补助") % {"year": year},
        "lead": _("按账簿里本区县%(year)s年度的实际支出核算上限，由市总部办核对、批准，市财政拨付。") % {"year": year},
        "submit": _("提出补助申请"),
        "hindrance": hindrance,
        "cancel": back,
        "crumbs": [(_("市级次年补助"), reverse("support:reimbursements")), (district_name(district), back)],
    }

    def perform() -> Any:
        data = form.cleaned_data
        return acts.request(viewer, policy, measure, year, amount=data["amount"], note=data["note"])

    return act_page(
        request,
        form,
        perform,
        done=_("申请已提交，由市总部办核对。"),
        to=lambda made: reverse("support:reimbursement", args=[made.receipt]),
        context=context,
    )


def _case(viewer: Viewer, receipt: str) -> Reimbursement:
    return get_object_or_404(queries.reimbursements(viewer), receipt=receipt)


@require_safe
def show(request: HttpRequest, receipt: str) -> HttpResponse:
    """A request: where it is, what it rests on, then and now; the payment."""
    viewer = viewer_of(request)
    case = _case(viewer, receipt)
    now: reimbursing.Ceiling | None = None
    steps: Any = ()
    try:
        found = offering(case.policy, case.measure)
        now = reimbursing.ceiling(found, case.district, case.year, apart_from=case.pk)
        assert found.measure.reimburses is not None
        steps = computation(now.assessed, found.measure.reimburses.ceiling, language())
    except (Refused, UnknownPolicy):
        pass
    context = {
        "case": case,
        "name": district_name(case.district),
        "title": books.measure_title(case.policy, case.measure, language()),
        "state": REIMBURSEMENT.label(case.state),
        "tone": REIMBURSEMENT_TONES[case.state],
        "turn": _turn(case),
        "now": now,
        "steps": steps,
        "acts": [act for act in flow.possible(REIMBURSEMENT, case, viewer) if act.name != "settle"],
        "decisions": [
            {"one": one, "act": _("送国库") if one.act == "pay_out" else REIMBURSEMENT.act(one.act).label}
            for one in case.decisions.order_by("pk")
        ],
        "orders": queries.orders(viewer).filter(reimbursement=case).order_by("pk"),
        "opens_orders": bool(opened(viewer, "orders")),
        "movements": books.movements(viewer).filter(reimbursement=case),
        "ceiling_url": opened(viewer, "ceiling", case.policy, case.measure, case.district, case.year),
        "history": [
            {"one": one, "act": REIMBURSEMENT.act(one.act).label} for one in reversed(flow.history(REIMBURSEMENT, case))
        ],
        "crumbs": [(_("市级次年补助"), f"{reverse('support:reimbursements')}?year={case.year}")],
    }
    return render(request, "support/finance/reimbursement.html", context)


def _turn(case: Reimbursement) -> str:
    return {
        "requested": _("市总部办核对账簿"),
        "checked": _("市总部办负责人批准"),
        "approved": _("市财政拨付"),
    }.get(case.state, "")


@require_http_methods(["GET", "HEAD", "POST"])
@once
def act(request: HttpRequest, receipt: str, act: str) -> HttpResponse:
    """Check, approve, refuse or withdraw a request."""
    viewer = viewer_of(request)
    case = _case(viewer, receipt)
    performs = {
        "check": acts.check,
        "approve": acts.approve,
        "refuse": acts.refuse,
        "stop": acts.stop,
        "withdraw": acts.withdraw,
    }
    if act not in performs:
        raise Http404(act)
    leads = {
        "check": _("核对账簿里的实际支出和计算的上限，无误后交负责人批准。"),
        "approve": _("批准以后，金额在市级资金里承诺，并签发支付单。"),
        "refuse": _("不予补助，写明理由。"),
        "stop": _("还没有送国库的可以停止：承诺解除，支付单作废，区县可以重新申请。"),
        "withdraw": _("撤回以后可以重新申请。"),
    }
    form_of = ReasonForm if act in ("refuse", "stop") else PlainForm
    form = form_of(request.POST if request.method == "POST" else None)
    here = reverse("support:reimbursement", args=[receipt])
    label = str(REIMBURSEMENT.act(act).label)
    context = {
        "title": label,
        "lead": leads[act],
        "submit": label,
        "danger": act in ("refuse", "stop", "withdraw"),
        "hindrance": flow.hindrance(REIMBURSEMENT, act, case, viewer),
        "cancel": here,
        "crumbs": [(_("市级次年补助"), reverse("support:reimbursements")), (case.receipt, here)],
    }
    return act_page(
        request,
        form,
        lambda: performs[act](viewer, case.pk, form.cleaned_data["reason"]),
        done=_("已办理：%(act)s。") % {"act": label},
        to=here,
        context=context,
    )
