"""What these pages share."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from zongbu.desk.kernel.documents import CannotPrint


def base_of(request: HttpRequest) -> str:
    """The service's address as the public knows it, without a slash at its end: it is printed on certificates."""
    return settings.PUBLIC_ADDRESS or request.build_absolute_uri("/").rstrip("/")


def pdf(request: HttpRequest, name: str, make: Callable[[], bytes]) -> HttpResponse:
    """A document as a download; a page that says why where it cannot be made.

    Raises:
        Http404: there is no such document (yet).
    """
    try:
        content = make()
    except ObjectDoesNotExist:
        raise Http404 from None
    except CannotPrint as error:
        return render(request, "recognition/titles/unprintable.html", {"why": str(error)}, status=422)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    response["X-Robots-Tag"] = "noindex"
    return response
