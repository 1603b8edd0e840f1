"""The security officer's desk: accounts, lock-outs, sign-ins, the password policy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.password_validation import password_validators_help_texts
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from zongbu.desk.kernel.flow import Refused
from zongbu.desk.kernel.pages import page_of, viewer_of
from zongbu.desk.kernel.submission import once
from zongbu.desk.people import actions, lockout, queries
from zongbu.desk.people.factors import factors_of
from zongbu.desk.people.forms import ReasonForm
from zongbu.desk.people.models import Person
from zongbu.desk.people.views.common import tell

ACTS: Final[dict[str, tuple[Callable[..., Any], Any, Any]]] = {
    "lock": (actions.lock, gettext_lazy("锁定账号"), gettext_lazy("对方不能再登录，现有会话立即结束。")),
    "unlock": (actions.unlock, gettext_lazy("解除锁定"), gettext_lazy("对方可以再次登录，登录失败的计数清零。")),
    "end-sessions": (actions.end_sessions, gettext_lazy("结束全部会话"), gettext_lazy("对方须重新登录。")),
    "reset-factors": (
        actions.reset_factors,
        gettext_lazy("重置第二因素"),
        gettext_lazy("验证器、通行密钥和恢复码全部作废，对方登录后须重新设置。请先核实本人身份。"),
    ),
    "new-password": (
        actions.require_new_password,
        gettext_lazy("要求更换密码"),
        gettext_lazy("对方在更换密码之前不能做其他事。"),
    ),
}
"""What can be done to an account: action, label, what follows."""

SIGN_IN_LABELS: Final = {
    "people.sign_in": gettext_lazy("登录"),
    "people.sign_in_failed": gettext_lazy("登录失败"),
    "people.sign_out": gettext_lazy("退出"),
    "people.locked_out": gettext_lazy("因失败次数过多被锁定"),
    "people.factor_failed": gettext_lazy("第二因素失败"),
    "people.sign_on_unknown": gettext_lazy("单点登录：身份未知"),
}


def security(request: HttpRequest) -> HttpResponse:
    """Accounts with a search, who is locked out, the policy in force."""
    viewer = viewer_of(request)
    text = request.GET.get("q", "").strip()[:100]
    shown = {
        "page": page_of(request, queries.accounts(viewer, text)),
        "text": text,
        "lockouts": lockout.lockouts(),
        "policy": password_validators_help_texts(),
        "password_days": settings.PASSWORD_DAYS,
        "second_factor": settings.SECOND_FACTOR,
        "limit": settings.AXES_FAILURE_LIMIT,
        "minutes": lockout.MINUTES,
        "idle_minutes": settings.SESSION_COOKIE_AGE // 60,
        "reason": ReasonForm(),
    }
    return render(request, "people/security.html", shown)


def sign_ins(request: HttpRequest) -> HttpResponse:
    """Sign-ins, failures, sign-outs and lock-outs, the latest first."""
    page = page_of(request, queries.sign_ins(viewer_of(request)))
    rows = [(entry, SIGN_IN_LABELS[entry.act]) for entry in page]
    return render(request, "people/sign_ins.html", {"page": page, "rows": rows})


def account(request: HttpRequest, pk: int) -> HttpResponse:
    """One account: memberships, factors, sessions, sign-ins, and what can be done."""
    viewer = viewer_of(request)
    person = _person(request, pk)
    own = person.pk == viewer.person
    hidden = {"unlock"} if person.locked_at is None else {"lock"}
    shown = {
        "person": person,
        "memberships": person.memberships.filter(ended_at=None).select_related("organisation"),
        "factors": factors_of(person),
        "sessions": queries.sessions_of(viewer, person)[:50],
        "sign_ins": [(entry, SIGN_IN_LABELS[entry.act]) for entry in queries.sign_ins(viewer, person.pk)[:20]],
        "acts": [] if own else [(name, label) for name, (_act, label, _follows) in ACTS.items() if name not in hidden],
        "own": own,
    }
    return render(request, "people/account.html", shown)


@once
def account_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Do something to an account, after asking why."""
    person = _person(request, pk)
    if act not in ACTS:
        raise Http404
    perform, label, follows = ACTS[act]
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            perform(viewer_of(request), person, reason=form.cleaned_data["reason"])
        except Refused as refused:
            tell(form, refused)
        else:
            messages.success(request, _("%(act)s：%(person)s，已办理。") % {"act": label, "person": person})
            return redirect("people:account", pk)
    shown = {"person": person, "form": form, "label": label, "follows": follows}
    return render(request, "people/account_act.html", shown)


@require_POST
@once
def lift_lockout(request: HttpRequest) -> HttpResponse:
    """End a lock-out before its time."""
    form = ReasonForm(request.POST)
    username = request.POST.get("username", "")
    if form.is_valid():
        try:
            actions.lift_lockout(viewer_of(request), username, reason=form.cleaned_data["reason"])
            messages.success(request, _("“%(username)s”的锁定已解除。") % {"username": username})
        except Refused as refused:
            messages.error(request, str(refused))
    else:
        messages.error(request, _("请说明理由。"))
    return redirect("people:security")


def _person(request: HttpRequest, pk: int) -> Person:
    found = queries.account(viewer_of(request), pk)
    if found is None:
        raise Http404
    return found
