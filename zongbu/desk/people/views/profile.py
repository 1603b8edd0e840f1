"""One's own account: memberships, second factors, sessions."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from zongbu.desk.kernel.numbers import small_int
from zongbu.desk.kernel.pages import viewer_of
from zongbu.desk.people import actions, continuation, queries
from zongbu.desk.people.factors import factors_of
from zongbu.desk.people.viewers import ACTING, memberships_of


def profile(request: HttpRequest) -> HttpResponse:
    """Who one is here, in which roles, how the account is protected, where one is signed in."""
    person = request.user
    assert person.is_authenticated
    sessions = [
        (one, one.session_key == request.session.session_key) for one in queries.own_sessions(viewer_of(request))[:50]
    ]
    shown = {
        "person": person,
        "memberships": memberships_of(person),
        "unconfirmed": queries.waiting_memberships(viewer_of(request)),
        "factors": factors_of(person),
        "recovery": Authenticator.objects.filter(user=person, type=Authenticator.Type.RECOVERY_CODES).exists(),
        "sessions": sessions,
    }
    return render(request, "people/profile.html", shown)


@require_POST
def act_as(request: HttpRequest) -> HttpResponse:
    """Switch to another of one's memberships; doing it twice changes nothing."""
    membership = actions.act_as(viewer_of(request), small_int(request.POST.get("membership")) or 0)
    request.session[ACTING] = membership.pk
    messages.info(
        request,
        _("您现在以“%(organisation)s”%(role)s的身份办事。")
        % {"organisation": membership.organisation, "role": membership.get_role_display()},
    )
    target = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        return redirect(target)
    return redirect("desk")


@require_POST
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    """End one of one's own sessions."""
    own = queries.own_sessions(viewer_of(request)).filter(pk=pk).first()
    if own is not None:  # it may have ended by itself, or by a first click
        actions.end_own_session(viewer_of(request), pk)
        messages.success(request, _("会话已结束。"))
    return redirect("people:profile")


@never_cache
def go_on(request: HttpRequest) -> HttpResponse:
    """After the time-out: what was being sent is still there, and is sent from here."""
    held = continuation.held(request)
    if held is None:
        return redirect("desk")
    return render(request, "people/continue.html", {"held": held})


@require_POST
def discard(request: HttpRequest) -> HttpResponse:
    """Give up what was being sent."""
    continuation.drop(request)
    return redirect("desk")
