"""What the pages of an enterprise write: days in the language of the page."""

from __future__ import annotations

from datetime import date, datetime

from django import template
from django.utils import timezone

from zongbu.desk.kernel.language import language
from zongbu.law import amounts

register = template.Library()


@register.filter
def day(value: date | None) -> str:
    """2024年6月1日, or 1 June 2024."""
    return amounts.day(value, language()) if value is not None else ""


@register.filter
def moment(value: datetime | None) -> str:
    """A moment to the minute, on the local clock."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    return f"{amounts.day(local.date(), language())} {local:%H:%M}"
