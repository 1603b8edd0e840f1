"""Attaching the official text."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from zongbu.desk.kernel.pages import attempt, viewer_of
from zongbu.desk.kernel.submission import once
from zongbu.desk.library import actions
from zongbu.desk.library.forms import OfficialForm
from zongbu.desk.library.views.common import crumbs, reader_of


@require_http_methods(["GET", "HEAD", "POST"])
@once
def attach(request: HttpRequest, policy: str) -> HttpResponse:
    """Lay the official text beside the clauses, and see what fits and what does not."""
    reader = reader_of(policy)
    form = OfficialForm(request.POST, request.FILES) if request.method == "POST" else OfficialForm()
    if form.is_valid():
        data = form.cleaned_data
        made = attempt(
            form, lambda: actions.attach_official(viewer_of(request), policy, form.full_text, data["origin"])
        )
        if made is not None:
            messages.success(request, _("官方文本已挂接，显示在各条旁边；结果不受影响。"))
            return redirect("library:official", policy)
    attachment = reader.attachment
    places = attachment.places_with("missing", "elsewhere") if attachment else ()
    return render(
        request,
        "library/official.html",
        {
            "reader": reader,
            "form": form,
            "official": reader.official,
            "attachment": attachment,
            "unexplained": [place for place in places if not place.note],
            "explained": [place for place in places if place.note],
            "crumbs": crumbs(reader),
        },
        status=400 if form.errors else 200,
    )
