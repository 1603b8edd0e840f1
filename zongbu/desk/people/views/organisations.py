"""All organisations: the desk of the service's administrators."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.pages import page_of, viewer_of
from zongbu.desk.kernel.submission import once
from zongbu.desk.people import actions, queries
from zongbu.desk.people.forms import AdministratorInvitationForm, ChangeOrganisationForm, OrganisationForm
from zongbu.desk.people.models import Organisation
from zongbu.desk.people.views.common import site_of, tell
from zongbu.desk.people.views.members import listed, told


def organisations(request: HttpRequest) -> HttpResponse:
    """All organisations with how many members and administrators they have."""
    text, kind = request.GET.get("q", "").strip()[:100], request.GET.get("kind", "")
    rows = queries.organisations_with_members(viewer_of(request))
    if text:
        rows = rows.filter(name__icontains=text) | rows.filter(uscc__icontains=text)
    if kind in Organisation.Kind.values:
        rows = rows.filter(kind=kind)
    shown = {"page": page_of(request, rows), "text": text, "kind": kind, "kinds": Organisation.Kind.choices}
    return render(request, "people/organisations.html", shown)


@once
def new_organisation(request: HttpRequest) -> HttpResponse:
    """Set up an organisation."""
    form = OrganisationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.create_organisation(viewer_of(request), **form.cleaned_data)
        except (Refused, ValidationError) as fault:
            tell(form, fault)
        else:
            messages.success(request, _("“%(name)s”已设立。下一步：邀请它的第一位管理员。") % {"name": made.name})
            return redirect("people:organisation", made.pk)
    return render(request, "people/new_organisation.html", {"form": form})


def organisation(request: HttpRequest, pk: int) -> HttpResponse:
    """One organisation with its members."""
    found = get_object_or_404(queries.organisations(viewer_of(request)), pk=pk)
    return render(request, "people/organisation.html", listed(request, found))


@once
def change_organisation(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename an organisation, take it out of service or back."""
    found = get_object_or_404(queries.organisations(viewer_of(request)), pk=pk)
    form = ChangeOrganisationForm(request.POST or None, initial={"name": found.name, "active": found.active})
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_organisation(viewer_of(request), found, **form.cleaned_data)
        except (Refused, ValidationError) as fault:
            tell(form, fault)
        else:
            messages.success(request, _("“%(name)s”已更改。") % {"name": found.name})
            return redirect("people:organisation", found.pk)
    return render(request, "people/change_organisation.html", {"form": form, "organisation": found})


@once
def invite_administrator(request: HttpRequest, pk: int) -> HttpResponse:
    """Invite somebody to look after the members of an organisation."""
    found = get_object_or_404(queries.organisations(viewer_of(request)), pk=pk)
    form = AdministratorInvitationForm(request.POST or None, organisation=found)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.invite(
                viewer_of(request),
                found,
                role=form.cleaned_data["role"],
                name=form.cleaned_data["name"],
                email=form.cleaned_data["email"],
                administers=True,
                membership_expires=form.cleaned_data["expires"],
                site=site_of(request),
            )
        except Refused as refused:
            tell(form, refused)
        else:
            messages.success(request, told(made))
            return redirect("people:organisation", found.pk)
    return render(request, "people/invite.html", {"form": form, "organisation": found})
