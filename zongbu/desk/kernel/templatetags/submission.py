"""``{% submission %}``: the hidden field that makes a form safe to send twice."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from zongbu.desk.kernel.submission.tokens import FIELD, TOKEN, new_token

register = template.Library()


@register.simple_tag(takes_context=True)
def submission(context: dict[str, Any]) -> SafeString:
    """A one-time token in a hidden field. A form shown again with its errors keeps its token."""
    request = context.get("request")
    sent = request.POST.get(FIELD, "") if request is not None and request.method == "POST" else ""
    return format_html(
        '<input type="hidden" name="{}" value="{}">', FIELD, sent if TOKEN.fullmatch(sent) else new_token()
    )
