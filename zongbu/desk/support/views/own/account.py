"""The account into which an enterprise is paid: registering it, replacing it, and the ones before it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from zongbu.desk.kernel.pages import performed, viewer_of
from zongbu.desk.kernel.submission import once
from zongbu.desk.support.actions import claims as acts
from zongbu.desk.support.forms.own import AccountForm
from zongbu.desk.support.views.own.common import own_enterprise


@once
def account(request: HttpRequest) -> HttpResponse:
    """The account in use, those before it (masked), and the form."""
    viewer, enterprise = viewer_of(request), own_enterprise(request)
    back = request.GET.get("next", "")
    form = AccountForm(request.POST or None, initial={"next": back})
    if request.method == "POST" and enterprise is not None and form.is_valid():
        given = form.cleaned_data
        done = performed(
            form, lambda: acts.choose_account(viewer, enterprise, enterprise.name, given["bank"], given["number"])
        )
        if done:
            messages.success(request, _("收款账户已登记。没有提交的申请和待确认的待遇都改用这个账户。"))
            return redirect(_safe(request, given["next"]))
    accounts = list(enterprise.bank_accounts.select_related("added_by")) if enterprise is not None else []
    shown = {
        "enterprise": enterprise,
        "form": form,
        "current": next((one for one in accounts if one.ended_at is None), None),
        "earlier": [one for one in accounts if one.ended_at is not None],
        "back": _safe(request, back) if back else "",
    }
    return render(request, "support/own/account.html", shown)


def _safe(request: HttpRequest, back: str) -> str:
    """Where one came from, if that is a page of this service."""
    fine = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return back if back and fine else reverse("support:account")
