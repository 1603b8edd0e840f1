"""The public page that tells whether a certificate holds, and no more than is printed on it."""

from __future__ import annotations

import re
import time
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from zongbu.desk.kernel.pages import viewer_of
from zongbu.desk.people.districts import district_name
from zongbu.desk.recognition.models import Recognition

CODE = re.compile(r"[2-9A-HJ-NP-Z]{12}")
MOST, WINDOW = 60, 600
"""How many codes one address may ask for in a span of seconds. Codes cannot be guessed; this is against the attempt."""


@never_cache
@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    """Where a code is typed; leads to the page of the code, the one that QR codes lead to."""
    typed = request.GET.get("code", "")
    code = cleaned(typed)
    if CODE.fullmatch(code):
        return redirect("recognition:verified", code=code)
    error = _("验证码是 12 位字母和数字，印在证书左下角。") if typed.strip() else ""
    return _page(request, {"typed": typed[:40], "error": error}, 400 if error else 200)


@never_cache
@require_safe
def verified(request: HttpRequest, code: str) -> HttpResponse:
    """Whether the certificate of a code holds today."""
    if too_often("verify", viewer_of(request).address):
        return _page(request, {"typed": code[:40], "error": _("查询次数过多，请十分钟后再试。")}, 429)
    found = None
    if CODE.fullmatch(cleaned(code)):
        found = Recognition.objects.filter(code=cleaned(code)).select_related("round").first()
    shown: dict[str, Any] = {"typed": code[:40], "asked": True, "recognition": found}
    if found is not None:
        shown |= {"standing": standing(found), "district": district_name(found.district)}
    return _page(request, shown, 200 if found is not None else 404)


def too_often(what: str, address: str) -> bool:
    """Counts a question; the limits of allauth do not count GET, and a page that a QR code leads to must be one."""
    key = f"{what}:{int(time.time()) // WINDOW}:{address}"
    asked = int(cache.get(key, 0)) + 1
    cache.set(key, asked, WINDOW)
    return asked > MOST


def cleaned(code: str) -> str:
    """A code as it is kept: without hyphens and blanks, in capitals."""
    return re.sub(r"[\s\-－—]", "", code).upper()


def standing(found: Recognition) -> str:
    """``valid``, ``revoked`` or ``expired`` today."""
    today = timezone.localdate()
    if found.revoked_on is not None and found.revoked_on <= today:
        return "revoked"
    return "valid" if found.valid_on(today) else "expired"


def _page(request: HttpRequest, shown: dict[str, Any], status: int) -> HttpResponse:
    response = render(request, "recognition/titles/verify.html", shown, status=status)
    response["X-Robots-Tag"] = "noindex"
    return response
