"""Enterprises register, look at the state by their receipt, and are confirmed by their district."""

from __future__ import annotations

from allauth.core import ratelimit
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from zongbu.desk.kernel import flow
from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.pages import page_of, viewer_of
from zongbu.desk.kernel.submission import once
from zongbu.desk.people import actions, queries
from zongbu.desk.people.actions.registrations import Account
from zongbu.desk.people.districts import district_name
from zongbu.desk.people.flow import REGISTRATION
from zongbu.desk.people.forms import DecisionForm, EnterpriseFields, ReceiptForm, RegistrationForm
from zongbu.desk.people.models import Organisation, Registration
from zongbu.desk.people.recorded import elsewhere, recorded, unplaced
from zongbu.desk.people.uscc import warning_of
from zongbu.desk.people.views.common import tell

SHOWN_ONCE = "registered"
"""Session key of the receipt number and code that the page after the registration shows."""


@never_cache
@sensitive_post_parameters("password", "password_again")
@once
def register(request: HttpRequest) -> HttpResponse:
    """An enterprise registers. Whoever has an enterprise's account already registers a further one with it."""
    viewer = viewer_of(request)
    kind = EnterpriseFields if viewer.signed_in else RegistrationForm
    form = kind(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if not _may_try(request, "register"):
            tell(form, Refused(_("从您的网络提交的次数过多，请一小时后再试。")))
            return render(request, "people/register.html", {"form": form}, status=429)
        account = None if viewer.signed_in else Account(given["username"], given["password"])
        fields = {name: given[name] for name in EnterpriseFields.base_fields}
        try:
            made, code = actions.register(viewer, account=account, **fields)
        except (Refused, ValidationError) as fault:
            tell(form, fault)
        else:
            request.session[SHOWN_ONCE] = {"pk": made.pk, "code": code}
            return redirect("people:registered")
    return render(request, "people/register.html", {"form": form})


@never_cache
def registered(request: HttpRequest) -> HttpResponse:
    """After the registration: receipt number and code, to be kept."""
    kept = request.session.get(SHOWN_ONCE)
    found = Registration.objects.filter(pk=kept["pk"]).first() if kept else None
    if kept is None or found is None:
        return redirect("people:receipt")
    shown = {"registration": found, "code": kept["code"], "warning": warning_of(found.uscc), **_state(found)}
    return render(request, "people/registered.html", shown)


@never_cache
def receipt(request: HttpRequest) -> HttpResponse:
    """The state of a registration, by receipt number and code."""
    form = ReceiptForm(request.POST or None)
    shown: dict[str, object] = {"form": form}
    status = 200
    if request.method == "POST" and form.is_valid():
        if not _may_try(request, "receipt"):
            tell(form, Refused(_("查询次数过多，请十分钟后再试。")))
            status = 429
        else:
            found = queries.registration_by_receipt(**form.cleaned_data)
            if found is None:
                tell(form, Refused(_("收件号与查询码不符，请核对。")))
            else:
                shown |= {"registration": found, **_state(found)}
    return render(request, "people/receipt.html", shown, status=status)


def registrations(request: HttpRequest) -> HttpResponse:
    """The registrations of the district; those that wait come first, the most urgent on top."""
    viewer = viewer_of(request)
    state = request.GET.get("state", "submitted")
    rows = queries.registrations(viewer)
    if state in REGISTRATION.by_name:
        rows = rows.filter(state=state)
    page = page_of(request, rows if state == "submitted" else rows.order_by("-submitted_at", "-pk"))
    dues = flow.dues(REGISTRATION, list(page))
    listed = [
        (one, district_name(one.district), dues[one.pk], REGISTRATION.label(one.state), warning_of(one.uscc))
        for one in page
    ]
    shown = {
        "page": page,
        "rows": listed,
        "state": state,
        "states": REGISTRATION.choices(),
        "today": timezone.localdate(),
    }
    return render(request, "people/registrations.html", shown)


def registration(request: HttpRequest, pk: int) -> HttpResponse:
    """One registration: the matter, what is odd about it, what can be done now."""
    found = get_object_or_404(queries.registrations(viewer_of(request)), pk=pk)
    acts = [act.name for act in flow.possible(REGISTRATION, found, viewer_of(request))]
    return _page(request, found, DecisionForm(initial={"seen": found.version}, acts=acts))


@require_POST
@once
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm or refuse."""
    viewer = viewer_of(request)
    found = get_object_or_404(queries.registrations(viewer), pk=pk)
    form = DecisionForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            if given["decision"] == "confirm":
                actions.confirm(viewer, found, seen=given["seen"])
                said = _("“%(name)s”已确认，对方现在可以登录。") % {"name": found.name}
                record = reverse("enterprises:detail", args=[found.uscc])
                messages.success(request, format_html('{} <a href="{}">{}</a>', said, record, _("查看企业档案")))
            else:
                actions.refuse(viewer, found, reason=given["reason"], seen=given["seen"])
                messages.success(request, _("“%(name)s”未予通过，理由已答复申请人。") % {"name": found.name})
        except Refused as refused:
            tell(form, refused)
        else:
            return redirect("people:registrations")
    return _page(request, get_object_or_404(queries.registrations(viewer), pk=pk), form)


def _page(request: HttpRequest, found: Registration, form: DecisionForm) -> HttpResponse:
    namesakes = Organisation.objects.filter(kind=Organisation.Kind.ENTERPRISE, name=found.name).exclude(uscc=found.uscc)
    known = recorded(found.uscc) if found.state == "submitted" else None
    shown = {
        "registration": found,
        "form": form,
        "acts": flow.possible(REGISTRATION, found, viewer_of(request)),
        "history": [
            (one, next((act.label for act in REGISTRATION.acts if act.name == one.act), one.act))
            for one in flow.history(REGISTRATION, found)
        ],
        "warning": warning_of(found.uscc),
        "namesakes": namesakes[:5],
        "recorded": known,
        "elsewhere": elsewhere(known, found.district),
        **_state(found),
    }
    return render(request, "people/registration.html", shown)


def _state(found: Registration) -> dict[str, object]:
    """Where a registration is, whose turn it is, until when."""
    office = _("%(district)s总部办") % {"district": district_name(found.district)}
    return {
        "office": _("市总部办") if found.state == "submitted" and unplaced(found.uscc) else office,
        "state_label": REGISTRATION.label(found.state),
        "district": district_name(found.district),
        "due": flow.due(REGISTRATION, found),
        "today": timezone.localdate(),
    }


def _may_try(request: HttpRequest, action: str) -> bool:
    """How often from one address is a setting: ``ACCOUNT_RATE_LIMITS``."""
    return bool(ratelimit.consume(request, action=f"people_{action}"))
