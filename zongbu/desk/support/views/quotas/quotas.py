"""Quotas: who has how many places, what became of them, giving and using them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Q, QuerySet, Sum
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.kernel import journal
from zongbu.desk.kernel.language import language
from zongbu.desk.kernel.numbers import small_int
from zongbu.desk.kernel.pages import attempt, page_of, viewer_of
from zongbu.desk.kernel.roles import ENTERPRISE
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.kernel.submission import once
from zongbu.desk.people.districts import DISTRICTS, district_name
from zongbu.desk.recognition import files
from zongbu.desk.support.actions import quotas as actions
from zongbu.desk.support.books import measure_title
from zongbu.desk.support.forms.quotas import AllocateForm, ReasonForm, TakeBackForm, UseForm
from zongbu.desk.support.handling import organisation_for
from zongbu.desk.support.measures import QUOTA, Offering, offerings
from zongbu.desk.support.models import QuotaAccount, QuotaEntry, QuotaPerson
from zongbu.desk.support.unpaid import queries
from zongbu.desk.support.views.quotas.common import Panel, act_page, choices, crumb, enterprise_of


def allocated_by_formula() -> list[Offering]:
    """The quotas whose number the policy gives."""
    today = timezone.localdate()
    return [
        one
        for one in offerings()
        if one.measure.category == QUOTA and one.computed and one.policy.may_be_activated and one.policy.in_force(today)
    ]


def handled(viewer: Viewer) -> list[Offering]:
    """Those that the viewer's office allocates (a district's: for its own enterprises)."""
    found = []
    for one in allocated_by_formula():
        organisation = organisation_for(one, viewer.district)
        if actions.may_handle(viewer, organisation.pk if organisation is not None else None):
            found.append(one)
    return found


def _rows(request: HttpRequest, viewer: Viewer) -> QuerySet[QuotaAccount]:
    given = request.GET
    found = queries.quotas(viewer)
    if text := given.get("q", "").strip()[:100]:
        found = found.filter(Q(enterprise__name__icontains=text) | Q(enterprise__uscc__istartswith=text))
    if year := small_int(given.get("year")):
        found = found.filter(year=year)
    if measure := given.get("measure", "")[:200]:
        policy, _dot, name = measure.rpartition(".")
        found = found.filter(policy=policy, measure=name)
    if given.get("district", "") in DISTRICTS:
        found = found.filter(district=given["district"])
    return found.order_by("-year", "measure", "enterprise__name", "pk")


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """All accounts that the viewer may read, with the sums of what is shown."""
    viewer = viewer_of(request)
    found = _rows(request, viewer)
    names = ("allocated", "withdrawn", "used", "expired", "balance")
    kinds = queries.quotas(viewer).order_by().values_list("policy", "measure").distinct()
    shown = {
        "page": (page := page_of(request, found)),
        "rows": [
            (one, measure_title(one.policy, one.measure, language()), district_name(one.district)) for one in page
        ],
        "totals": found.order_by().aggregate(**{name: Sum(name) for name in names}),
        "measures": [(f"{policy}.{name}", measure_title(policy, name, language())) for policy, name in kinds],
        "years": sorted(set(queries.quotas(viewer).order_by().values_list("year", flat=True)), reverse=True),
        "districts": () if viewer.district or viewer.uscc else DISTRICTS.items(),
        "chosen": request.GET,
        "filtered": any(request.GET.get(name) for name in ("q", "year", "measure", "district")),
        "may_allocate": bool(viewer.writes and viewer.role not in ENTERPRISE and handled(viewer)),
        "own": viewer.role in ENTERPRISE,
    }
    return render(request, "support/quotas/quotas.html", shown)


@require_POST
def export(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The rows that are shown, as a file; journalled."""
    viewer = viewer_of(request)
    if kind not in files.KINDS:
        raise Http404
    found = _rows(request, viewer)
    with transaction.atomic():
        told = {"format": kind, "filters": request.GET.dict(), "rows": found.count()}
        journal.record("support.export_quotas", viewer, after=told)
    heads = [
        _("企业名称"), _("统一社会信用代码"), _("区县"), _("措施"), _("年度"), _("已分配"), _("已收回"), _("已使用"),
        _("已过期"), _("可用"), _("演示参数"),
    ]  # fmt: skip
    rows: Iterator[list[files.Cell]] = (
        [
            one.enterprise.name, one.enterprise.uscc, district_name(one.district),
            measure_title(one.policy, one.measure, language()), one.year, one.allocated, one.withdrawn, one.used,
            one.expired, one.balance, _("演示参数") if one.demonstration else "",
        ]
        for one in found.iterator(chunk_size=500)
    )  # fmt: skip
    return files.answer(kind, f"quotas-{timezone.localdate():%Y%m%d}", heads, rows)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def allocate(request: HttpRequest) -> HttpResponse:
    """Give what the policy gives: to everybody recognised, or to one."""
    viewer = viewer_of(request)
    offered = handled(viewer)
    form = AllocateForm(choices(offered), request.POST if request.method == "POST" else None)
    year = timezone.localdate().year
    context: dict[str, Any] = {
        "title": _("按政策分配名额"),
        "lead": _(
            "按现行星级和政策公式计算今年的名额，补足差额。星级下降的不自动收回，已使用的从不收回；可以重复运行。"
        ),
        "submit": _("计算并分配"),
        "cancel": reverse("support:quotas"),
        "crumbs": [crumb(_("名额"), "quotas")],
        "hindrance": "" if offered else _("没有由贵单位分配的名额。责任单位由市总部办登记。"),
    }
    if form.is_bound and form.is_valid():
        found = next(one for one in offered if one.key == form.cleaned_data["measure"])
        named: Enterprise | None = None
        if form.cleaned_data["uscc"]:
            every = Enterprise.objects.filter(district=viewer.district) if viewer.district else Enterprise.objects.all()
            named = enterprise_of(form, every)
        if not form.errors:

            def perform() -> actions.Run:
                if named is not None:
                    return actions.allocate(viewer, found, named, year)
                return actions.allocate_all(viewer, found, actions.everybody(found, viewer.district), year)

            if (run := attempt(form, perform)) is not None:
                messages.success(request, told(run))
                for why, number in run.left.items():
                    messages.info(request, _("%(number)s家没有分配：%(why)s") % {"number": number, "why": why})
                if run.above:
                    messages.warning(
                        request, _("%(number)s家已分配的多于现在应有的，需要的逐家收回未用的。") % {"number": run.above}
                    )
                return redirect("support:quotas")
    return render(request, "support/quotas/act.html", {"form": form, **context}, status=400 if form.errors else 200)


def told(run: actions.Run) -> str:
    """What a run has done, in a sentence."""
    return ngettext(
        "计算%(total)d家，给%(enterprises)d家分配%(places)d个名额。",
        "计算%(total)d家，给%(enterprises)d家分配%(places)d个名额。",
        run.total,
    ) % {"total": run.total, "enterprises": run.enterprises, "places": run.places}


@require_safe
def account(request: HttpRequest, pk: int) -> HttpResponse:
    """One account: its numbers, what can be done, every entry."""
    return _page(request, _get(request, pk))


@require_POST
@once
def act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Use places, or take unused ones back."""
    viewer, found = viewer_of(request), _get(request, pk)
    forms: dict[str, type[Form]] = {"use": UseForm, "take_back": TakeBackForm}
    if act not in forms:
        raise Http404
    form = forms[act](request.POST, auto_id=f"id_{act}_%s")

    def perform() -> QuotaEntry:
        data = form.cleaned_data
        if act == "take_back":
            return actions.take_back(viewer, pk, data["number"], data["reason"])
        return actions.use(
            viewer, pk, data["purpose"], number=data["number"], name=data["name"], reference=data["reference"]
        )

    if form.is_valid() and attempt(form, perform) is not None:
        messages.success(request, _("已登记使用。") if act == "use" else _("已收回。"))
        return redirect("support:quota", pk=pk)
    return _page(request, found, (act, form))


@require_http_methods(["GET", "HEAD", "POST"])
@once
def give_back(request: HttpRequest, pk: int, entry: int) -> HttpResponse:
    """Return one use, with the reason."""
    viewer, found = viewer_of(request), _get(request, pk)
    used = get_object_or_404(QuotaEntry, pk=entry, account=found, kind=QuotaEntry.Kind.USED)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {
        "title": _("退回名额"),
        "lead": _("退回「%(purpose)s」使用的%(number)s个名额。今年的可以再用；往年的随即过期。")
        % {"purpose": used.purpose, "number": -used.change},
        "submit": pgettext("quota", "退回"),
        "cancel": reverse("support:quota", args=[pk]),
        "crumbs": [crumb(_("名额"), "quotas"), crumb(str(found.enterprise), "quota", pk)],
        "hindrance": _("这条使用已经退回。") if QuotaEntry.objects.filter(undoes=used).exists() else "",
    }
    return act_page(
        request,
        form,
        lambda: actions.give_back(viewer, entry, form.cleaned_data["reason"]),
        done=_("已退回。"),
        to=str(context["cancel"]),
        context=context,
    )


def may_use(viewer: Viewer, account: QuotaAccount) -> bool:
    """Whether somebody registers uses and returns: the enterprise, and whoever handles the measure."""
    own = viewer.writes and viewer.role in ENTERPRISE and viewer.uscc == account.enterprise.uscc
    return own or actions.may_handle(viewer, account.organisation_id)


def _page(request: HttpRequest, found: QuotaAccount, sent: tuple[str, Form] | None = None) -> HttpResponse:
    viewer = viewer_of(request)
    keeps, uses = actions.may_handle(viewer, found.organisation_id), may_use(viewer, found)
    this_year = found.year == timezone.localdate().year
    panels = []

    def form_of(name: str, kind: type[Form]) -> Form:
        return sent[1] if sent is not None and sent[0] == name else kind(auto_id=f"id_{name}_%s")

    if uses and this_year and (found.balance or sent):
        panels.append(
            Panel("use", pgettext("quota", "使用"), form_of("use", UseForm), _address(found, "use"), first=True)
        )
    surplus = actions.surplus_of(found) if keeps and found.balance else 0
    if keeps and found.balance and surplus != 0:
        note = _("按政策现在应有的名额之外，还有%(number)s个未用。") % {"number": surplus} if surplus else ""
        panels.append(
            Panel(
                "take_back",
                pgettext("act", "收回"),
                form_of("take_back", TakeBackForm),
                _address(found, "take_back"),
                True,
                note,
            )
        )
    entries = list(found.entries.select_related("undone_by", "request"))
    holders = names_of(viewer, found, uses)
    shown = {
        "account": found,
        "title": measure_title(found.policy, found.measure, language()),
        "district": district_name(found.district),
        "handler": found.organisation or _("市总部办"),
        "panels": panels,
        "rows": [
            {
                "entry": one,
                "holder": holders.get(one.pk, ""),
                "undone": hasattr(one, "undone_by"),
                "returnable": uses and one.kind == "used" and not hasattr(one, "undone_by"),
            }
            for one in entries
        ],
        "own": viewer.role in ENTERPRISE,
    }
    return render(request, "support/quotas/quota.html", shown, status=400 if sent else 200)


def names_of(viewer: Viewer, account: QuotaAccount, uses: bool) -> dict[int, str]:
    """For whom places were used: read by those who may use them, nobody else."""
    if not uses:
        return {}
    return dict(QuotaPerson.objects.filter(entry__account=account).values_list("entry", "name"))


def _address(found: QuotaAccount, act: str) -> str:
    return reverse("support:quota_act", args=[found.pk, act])


def _get(request: HttpRequest, pk: int) -> QuotaAccount:
    return get_object_or_404(queries.quotas(viewer_of(request)), pk=pk)
