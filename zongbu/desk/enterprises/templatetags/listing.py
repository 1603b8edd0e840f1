"""The long parts of the list of enterprises: hundreds of cells and choices, which templates write ten times slower."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from zongbu.desk.enterprises.listing.catalogue import Column
from zongbu.desk.enterprises.models import Enterprise

register = template.Library()

Option = tuple[str, str, bool]
"""Value, label, whether it is chosen."""
ANY = "0" * 18
"""Stands for the code in the address of a record until it is known."""


def _joined(parts: Iterable[str]) -> SafeString:
    """What was put together from literal markup and escaped values."""
    return mark_safe("".join(parts))  # noqa: S308


@register.simple_tag
def options(given: Iterable[Option]) -> SafeString:
    """The choices of a ``<select>``."""
    return _joined(
        f'<option value="{escape(value)}"{" selected" if chosen else ""}>{escape(label)}</option>'
        for value, label, chosen in given
    )


@register.simple_tag
def boxes(name: str, given: Iterable[Option]) -> SafeString:
    """Boxes to tick, one below the other."""
    return _joined(
        f'<label class="form-check"><input class="form-check-input" type="checkbox" name="{escape(name)}" '
        f'value="{escape(value)}"{" checked" if chosen else ""}>'
        f'<span class="form-check-label">{escape(label)}</span></label>'
        for value, label, chosen in given
    )


@register.simple_tag
def rows(found: Iterable[tuple[Enterprise, list[tuple[Column, str]]]]) -> SafeString:
    """The rows of the list: the name, which leads to the record, and the cells; unknown is a dash that says so."""
    before, after = reverse("enterprises:detail", args=[ANY]).rsplit(ANY, 1)
    unknown = f'<span class="quiet" aria-label="{escape(_("未知"))}">—</span>'
    return _joined(
        f'<tr><th scope="row"><a href="{before}{escape(enterprise.uscc)}{after}" data-row>{escape(enterprise.name)}'
        f"</a></th>{''.join(_cell(column, text, unknown) for column, text in cells)}</tr>\n"
        for enterprise, cells in found
    )


def _cell(column: Column, text: str, unknown: str) -> str:
    start = '<td class="number">' if column.numeric else "<td>"
    return f"{start}{escape(text) if text else unknown}</td>"
