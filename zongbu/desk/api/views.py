"""Pages on which an organisation looks after its tokens."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from zongbu.desk.api import actions, queries
from zongbu.desk.api.forms import TokenForm
from zongbu.desk.api.models import Token
from zongbu.desk.api.scopes import Scope
from zongbu.desk.kernel.submission import once
from zongbu.law import InputError

SHOWN_ONCE = "api_token"
"""Session key: the text of a token that was just made, until it has been shown."""


@never_cache
@require_http_methods(["GET", "POST"])
@once
def token_list(request: Any) -> HttpResponse:
    """The organisation's tokens, and the form that makes one."""
    viewer = request.viewer
    if not viewer.administers:
        raise PermissionDenied
    form = TokenForm(viewer, request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            _token, text = actions.create(viewer, given["name"], given["scopes"], given["days"], given["per_minute"])
        except InputError as error:
            form.add_error(None, str(error))
        else:
            request.session[SHOWN_ONCE] = text
            return redirect("api:tokens")
    shown = request.session.pop(SHOWN_ONCE, "") if request.method == "GET" else ""
    now = timezone.now()
    rows = [
        (token, [Scope(scope).label for scope in token.scopes], token.valid_at(now)) for token in queries.tokens(viewer)
    ]
    return render(request, "api/tokens.html", {"form": form, "rows": rows, "shown": shown})


@require_http_methods(["GET", "POST"])
@once
def token_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once more, then revoke a token."""
    viewer = request.viewer  # type: ignore[attr-defined]
    if not viewer.administers:
        raise PermissionDenied
    try:
        token = queries.tokens(viewer).get(pk=pk)
    except Token.DoesNotExist:
        raise Http404 from None
    if request.method == "POST":
        actions.revoke(viewer, pk)
        messages.success(request, _("已撤销令牌「%s」；用它的程序从现在起不能再访问。") % token.name)
        return redirect("api:tokens")
    return render(request, "api/revoke.html", {"token": token})
