"""What the frame of the pages needs in templates: icons, and the heading that repeats the title."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BoundField, widgets
from django.template.context import Context
from django.template.loader import render_to_string
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from zongbu.desk.config.navigation import Section
from zongbu.desk.kernel.language import language
from zongbu.law import amounts

register = template.Library()


@register.simple_tag
def icon(name: str, more: str = "") -> SafeString:
    """An icon of the sprite (tools/vendor.py has the list). It says nothing by itself: words stand beside it."""
    return _drawn(_sprite(), name, more)


@cache
def _sprite() -> str:
    """The address of the icons, which stays the same while a process runs."""
    return static("vendor/icons.svg")


@lru_cache(maxsize=1024)
def _drawn(sprite: str, name: str, more: str) -> SafeString:
    """Kept: a page draws dozens of icons, and there are few different ones."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>', more, sprite, name
    )


@register.simple_tag
def navigation(sections: Iterable[Section]) -> SafeString:
    """The lines of the desk's navigation, every page the same but for the current one and what waits."""
    return _navigation(tuple(sections), get_language())


@lru_cache(maxsize=1024)
def _navigation(sections: tuple[Section, ...], language: str | None) -> SafeString:  # both are the key
    return render_to_string("parts/navigation.html", {"sections": sections})


@register.simple_tag(takes_context=True)
def block_again(context: Context, name: str) -> str:
    """What a block of the page contains, a second time: the heading shows the title without writing it twice."""
    blocks = context.render_context.get(BLOCK_CONTEXT_KEY)
    block: Any = blocks.get_block(name) if blocks is not None else None
    return block.render(context) if block is not None else ""


@register.filter
def answer_of(value: object) -> str:
    """``met``, ``not_met`` or ``undetermined`` of a value: True, False, None or one of these words."""
    if value is None or value == "":
        return "undetermined"
    if isinstance(value, bool):
        return "met" if value else "not_met"
    return str(value)


@register.filter
def page_numbers(page: Page[Any]) -> list[int | None]:
    """The numbers to offer beside a page: the first, the last and the neighbours; None where some are left out."""
    last = page.paginator.num_pages
    near = {number for number in range(page.number - 2, page.number + 3) if 1 <= number <= last}
    shown: list[int | None] = []
    for number in sorted(near | {1, last}):
        if shown and shown[-1] is not None and number > shown[-1] + 1:
            shown.append(None)
        shown.append(number)
    return shown


@register.filter
def is_checkbox(field: BoundField) -> bool:
    """Whether a field is a single box to tick, whose label stands behind it."""
    return isinstance(field.field.widget, widgets.CheckboxInput)


@register.filter
def described_by(field: BoundField) -> str:
    """The identifiers of the hint and of the error of a field."""
    notes = [f"{field.auto_id}_helptext"] if field.help_text else []
    return " ".join([*notes, f"{field.auto_id}_error"] if field.errors else notes)


@register.simple_tag
def widget(field: BoundField) -> SafeString:
    """The input of a field, dressed for the pages and tied to its hint and its error."""
    kind = field.field.widget
    attributes: dict[str, Any] = {}
    dress = _dress(kind)
    if dress:
        attributes["class"] = " ".join(filter(None, [kind.attrs.get("class", ""), dress]))
    if kind.attrs.get("placeholder") == field.label:  # the label stands above already
        attributes["placeholder"] = ""
    if not field.use_fieldset:
        if notes := described_by(field):
            attributes["aria-describedby"] = notes
        if field.errors:
            attributes["aria-invalid"] = "true"
    return field.as_widget(attrs=attributes)


def _dress(kind: widgets.Widget) -> str:
    match kind:
        case widgets.RadioSelect() | widgets.CheckboxSelectMultiple() | widgets.CheckboxInput():
            return "form-check-input"
        case widgets.Select():
            return "form-select"
        case widgets.MultiWidget():
            return ""
        case _:
            return "form-control"


@register.filter(expects_localtime=True)
def long_date(day: object) -> str:
    """A day as it is written in the reader's language: 2024年6月1日, 1 June 2024. Nothing if it is none."""
    return amounts.day(day, language()) if isinstance(day, date) else ""


@register.filter(expects_localtime=True)
def long_moment(moment: object, seconds: object = "") -> str:
    """Day and time: 2024年6月1日 09:05, 1 June 2024, 09:05; ``:"seconds"`` to the second."""
    if not isinstance(moment, datetime):
        return long_date(moment)
    english = language() == "en"
    time = moment.strftime("%H:%M:%S" if seconds else "%H:%M")
    return f"{amounts.day(moment, language())}{', ' if english else ' '}{time}"
