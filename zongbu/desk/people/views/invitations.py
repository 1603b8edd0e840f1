"""The page behind an invitation's link."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.pages import viewer_of
from zongbu.desk.kernel.submission import once
from zongbu.desk.people import actions
from zongbu.desk.people.actions.invitations import invitation_of
from zongbu.desk.people.forms import AcceptForm
from zongbu.desk.people.viewers import ACTING
from zongbu.desk.people.views.common import tell


@never_cache
@sensitive_post_parameters("password", "password_again")
@once
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Accept an invitation: with the account one has, or by making one."""
    viewer = viewer_of(request)
    invitation = invitation_of(token)
    if invitation is None or not invitation.open_at(timezone.now()):
        return render(request, "people/invitation_void.html", {"invitation": invitation}, status=410)
    form = AcceptForm(request.POST or None, initial={"name": invitation.name})
    shown = {"invitation": invitation, "form": form, "refusal": ""}
    if request.method == "POST" and viewer.signed_in:
        try:
            membership = actions.accept(viewer, token)
        except Refused as refused:
            shown["refusal"] = str(refused)
        else:
            if membership.waits:
                messages.info(request, _("您已接受邀请；待另一位管理员确认后生效。"))
                return redirect("people:profile")
            request.session[ACTING] = membership.pk
            messages.success(request, _("您已加入“%(organisation)s”。") % {"organisation": membership.organisation})
            return redirect("desk")
    elif request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            joined = actions.accept_as_new(
                token,
                username=given["username"],
                password=given["password"],
                name=given["name"],
                address=viewer.address,
            )
        except (Refused, ValidationError) as fault:
            tell(form, fault)
        else:
            messages.success(request, _("账号已建立，请登录。"))
            if joined.waits:
                messages.info(request, _("您已接受邀请；待另一位管理员确认后生效。"))
            return redirect("account_login")
    return render(request, "people/accept.html", shown)
