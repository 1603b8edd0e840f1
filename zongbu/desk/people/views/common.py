"""What the pages share."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest

from zongbu.desk.kernel.flow import Refused


def site_of(request: HttpRequest) -> str:
    """Scheme and host under which the service is reached."""
    return request.build_absolute_uri("/").rstrip("/")


def tell(form: Form, fault: Refused | ValidationError) -> None:
    """Show at a form what stood in the way: at the field where there is one, otherwise on top."""
    if isinstance(fault, Refused):
        form.add_error(None, str(fault))
    elif hasattr(fault, "error_dict"):
        for name, errors in fault.error_dict.items():
            form.add_error(name if name in form.fields else None, errors)
    else:
        form.add_error("password" if "password" in form.fields else None, fault)
