"""An enterprise under every policy, with the reasons."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from zongbu.desk.enterprises import assessing
from zongbu.desk.enterprises.views.common import day_of, enterprise_of, frame
from zongbu.desk.library.policies import policies


def assessments(request: HttpRequest, uscc: str) -> HttpResponse:
    """The recorded facts of a day under every policy; the chosen one unfolds clause by clause."""
    enterprise, as_of = enterprise_of(request, uscc), day_of(request)
    found = [assessing.assess(enterprise, policy, as_of) for policy in policies()]
    asked = request.GET.get("policy", "")
    in_force = {policy.identifier for policy in assessing.active(as_of)}
    chosen = next((one for one in found if one.policy.identifier == asked), None) or next(
        (one for one in found if one.policy.identifier in in_force), found[0] if found else None
    )
    shown = frame(request, enterprise, "assessments") | {
        "as_of": as_of,
        "assessed": found,
        "chosen": chosen,
        "in_force": in_force,
    }
    return render(request, "enterprises/assessments.html", shown)
