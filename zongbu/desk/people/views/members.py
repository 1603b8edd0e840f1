"""The members of one's organisation."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.pages import page_of, viewer_of
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.kernel.submission import once
from zongbu.desk.people import actions, queries
from zongbu.desk.people.forms import ChangeMembershipForm, ConfirmationForm, InvitationForm, ReasonForm
from zongbu.desk.people.models import Invitation, Membership, Organisation
from zongbu.desk.people.views.common import site_of, tell


def members(request: HttpRequest) -> HttpResponse:
    """Who belongs to the organisation, in which role and until when; open invitations."""
    organisation = get_object_or_404(Organisation, pk=viewer_of(request).organisation)
    return render(request, "people/members.html", listed(request, organisation))


def listed(request: HttpRequest, organisation: Organisation) -> dict[str, object]:
    """What a list of members shows."""
    viewer = viewer_of(request)
    manages = actions.may_administer(viewer, organisation)
    now = timezone.now()
    return {
        "organisation": organisation,
        "page": page_of(request, queries.members(viewer, organisation)),
        "manages": manages,
        "to_confirm": set(queries.to_confirm(viewer).filter(organisation=organisation).values_list("pk", flat=True)),
        "today": timezone.localdate(),
        "invitations": [
            # Whoever sees a link can use it, so only who invited does: two people stay two people.
            (one, one.open_at(now), site_of(request) + actions.link_of(one) if _shows_link(viewer, one) else "")
            for one in queries.invitations(viewer, organisation)
        ],
    }


def _shows_link(viewer: Viewer, invitation: Invitation) -> bool:
    return not invitation.email and invitation.invited_by_id == viewer.person


def confirmations(request: HttpRequest) -> HttpResponse:
    """What others proposed and waits for the viewer to confirm."""
    page = page_of(request, queries.to_confirm(viewer_of(request)))
    return render(request, "people/confirmations.html", {"page": page})


@once
def confirm_membership(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm or decline, as the second person, a new membership or a rise."""
    found = get_object_or_404(queries.to_confirm(viewer_of(request)), pk=pk)
    form = ConfirmationForm(request.POST or None, initial={"seen": found.proposed_at})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            if given["decision"] == "confirm":
                actions.confirm_membership(viewer_of(request), found, seen=given["seen"])
                messages.success(request, _("已确认%(person)s的成员资格，现在生效。") % {"person": found.person})
            else:
                actions.decline_membership(viewer_of(request), found, reason=given["reason"], seen=given["seen"])
                messages.success(request, _("对%(person)s的成员资格未予确认。") % {"person": found.person})
        except Refused as refused:
            tell(form, refused)
        else:
            return redirect("people:confirmations")
    _role, administers, expires = found.proposed
    shown = {"form": form, "membership": found, "administers": administers, "expires": expires}
    return render(request, "people/confirm_membership.html", shown)


@once
def invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody into one's organisation."""
    organisation = get_object_or_404(Organisation, pk=viewer_of(request).organisation)
    form = InvitationForm(request.POST or None, organisation=organisation)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.invite(
                viewer_of(request),
                organisation,
                role=form.cleaned_data["role"],
                name=form.cleaned_data["name"],
                email=form.cleaned_data["email"],
                administers=form.cleaned_data["administers"],
                membership_expires=form.cleaned_data["expires"],
                site=site_of(request),
            )
        except Refused as refused:
            tell(form, refused)
        else:
            messages.success(request, told(made))
            return redirect("people:members")
    return render(request, "people/invite.html", {"form": form, "organisation": organisation})


def told(invitation: Invitation) -> str:
    """What happened, and what comes next."""
    if invitation.email:
        return _("邀请已发到 %(email)s；对方接受后就出现在成员名单中。") % {"email": invitation.email}
    return _("邀请已建立。请把下面的链接转交%(name)s本人；链接只能使用一次。") % {"name": invitation.name}


@once
def membership(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a member's role, administration or end."""
    found = _found(request, pk)
    form = ChangeMembershipForm(
        request.POST or None,
        organisation=found.organisation,
        initial={"role": found.role, "administers": found.administers, "expires": found.expires},
    )
    if request.method == "POST" and form.is_valid():
        try:
            changed = actions.change_membership(viewer_of(request), found, **form.cleaned_data)
        except Refused as refused:
            tell(form, refused)
        else:
            text = (
                _("已提请更改%(person)s的成员资格，待另一位管理员确认后生效。")
                if changed.waits
                else _("已更改%(person)s的成员资格。")
            )
            messages.success(request, text % {"person": found.person})
            return _back(request, found.organisation)
    return render(request, "people/membership.html", {"form": form, "membership": found})


@once
def end_membership(request: HttpRequest, pk: int) -> HttpResponse:
    """End a membership, after asking why."""
    found = _found(request, pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.end_membership(viewer_of(request), found, **form.cleaned_data)
        except Refused as refused:
            tell(form, refused)
        else:
            messages.success(request, _("%(person)s的成员资格已终止。") % {"person": found.person})
            return _back(request, found.organisation)
    return render(request, "people/end_membership.html", {"form": form, "membership": found})


@require_POST
@once
def renew_invitation(request: HttpRequest, pk: int) -> HttpResponse:
    """A new link instead of the former one."""
    return _settle(request, pk, renew=True)


@require_POST
@once
def withdraw_invitation(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an invitation back."""
    return _settle(request, pk, renew=False)


def _settle(request: HttpRequest, pk: int, *, renew: bool) -> HttpResponse:
    viewer = viewer_of(request)
    found = Invitation.objects.select_related("organisation").filter(pk=pk).first()
    if found is None or not actions.may_administer(viewer, found.organisation):
        raise Http404
    try:
        if renew:
            messages.success(request, told(actions.renew_invitation(viewer, found, site=site_of(request))))
        else:
            actions.withdraw_invitation(viewer, found)
            messages.success(request, _("对%(name)s的邀请已撤回，链接不再有效。") % {"name": found.name})
    except Refused as refused:
        messages.error(request, str(refused))
    return _back(request, found.organisation)


def _found(request: HttpRequest, pk: int) -> Membership:
    found = queries.membership(viewer_of(request), pk)
    if found is None:
        raise Http404
    return found


def _back(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    if organisation.pk == viewer_of(request).organisation:
        return redirect("people:members")
    return redirect("people:organisation", organisation.pk)
