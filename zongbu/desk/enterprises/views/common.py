"""What the pages of an enterprise share: whose it is, the tabs, the day, how an act is answered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from zongbu.desk.enterprises import permissions, queries
from zongbu.desk.enterprises.forms.facts import EvidenceMixin
from zongbu.desk.enterprises.models import Enterprise
from zongbu.desk.enterprises.views.uploads import evidence_from
from zongbu.desk.kernel.flow import NotPermitted
from zongbu.desk.kernel.pages import viewer_of
from zongbu.desk.people.districts import district_name
from zongbu.law import InputError

TABS = ("detail", "facts", "group", "events", "assessments", "cases", "journal")


def enterprise_of(request: HttpRequest, uscc: str) -> Enterprise:
    """The enterprise of the address.

    Raises:
        Http404: there is none, or not for this viewer.
    """
    try:
        return queries.get(viewer_of(request), uscc)
    except Enterprise.DoesNotExist:
        raise Http404 from None


def day_of(request: HttpRequest) -> date:
    """The day that the page is about: ``?as_of=``, else today, or the last day of the year one works on."""
    text = request.GET.get("as_of", "")
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    today = timezone.localdate()
    year = getattr(request, "year", today.year)
    return today if year >= today.year else date(year, 12, 31)


def frame(request: HttpRequest, enterprise: Enterprise, tab: str) -> dict[str, Any]:
    """What every page of an enterprise is given."""
    viewer = viewer_of(request)
    labels = (
        _("概况"),
        pgettext("tab", "事实"),
        _("集团"),
        _("事项"),
        pgettext("tab", "体检"),
        _("业务"),
        pgettext("tab", "日志"),
    )
    tabs = [
        (label, reverse(f"enterprises:{name}", args=[enterprise.uscc]), name == tab, None)
        for name, label in zip(TABS, labels, strict=True)
    ]
    return {
        "enterprise": enterprise,
        "tab": tab,
        "district_name": district_name(enterprise.district) if enterprise.district else "",
        "tab_label": labels[TABS.index(tab)],
        "tabs": tabs,
        "list_comma": _("、"),
        "own": viewer.uscc == enterprise.uscc,
        "may_declare": permissions.may_declare(viewer, enterprise),
        "may_record": permissions.may_record(viewer, enterprise),
        "may_find": permissions.may_find(viewer, enterprise),
        "may_bar": permissions.may_bar(viewer),
        "may_tie": permissions.may_tie(viewer, enterprise),
    }


def act(
    request: HttpRequest,
    enterprise: Enterprise,
    form: Form,
    perform: Callable[[dict[str, Any]], object],
    *,
    tab: str,
    heading: str,
    submit: str,
    done: str | Callable[[dict[str, Any]], str],
    intro: str = "",
    template: str = "enterprises/act.html",
    danger: bool = False,
    **more: Any,
) -> HttpResponse:
    """A page with one form and what it does: refused input comes back with the reason, success leads to the tab."""
    if isinstance(form, EvidenceMixin):
        form.offer(enterprise.evidence.all())
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        if isinstance(form, EvidenceMixin):
            given["evidence"] = evidence_from(request, form)
            given.pop("upload", None)
        told = done if isinstance(done, str) else done(given)
        if not form.errors:
            try:
                perform(given)
            except (InputError, NotPermitted) as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, told)
                return redirect(f"enterprises:{tab}", enterprise.uscc)
    shown = frame(request, enterprise, tab) | {
        "form": form,
        "heading": heading,
        "submit": submit,
        "intro": intro,
        "danger": danger,
        "back": reverse(f"enterprises:{tab}", args=[enterprise.uscc]),
    }
    return render(request, template, shown | more)
