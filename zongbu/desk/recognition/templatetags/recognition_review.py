"""What the check list of an application writes."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from zongbu.desk.enterprises.models import Recording
from zongbu.desk.kernel.language import language
from zongbu.desk.recognition.showing import Line
from zongbu.law.amounts import day as in_words

register = template.Library()


@register.simple_tag
def fact_rows(lines: Iterable[Line], reviewing: bool, clip: str) -> SafeString:
    """Facts with their values and sources as rows of a table, each with a way to ask for its correction.

    ``clip`` is the icon of a file.

    Written here and not by a template: a page has dozens of rows.
    """
    words = {"correct": _("要求补正"), "unknown": _("未知"), "declared": f"{_('企业申报')}{_('：')}"}
    words["derived"] = _("按名单和期间推算")
    sources: dict[int, str] = {}
    rows = []
    for line in lines:
        title, year = _text(line.title), f' <span class="quiet">{line.year}</span>' if line.year else ""
        comment = (
            f' <a class="comment-link" href="?comment={_text(line.identifier)}#comment">{words["correct"]}'
            f'<span class="visually-hidden"> {title}</span></a>'
            if reviewing
            else ""
        )
        value = _text(line.value) if line.value else f'<span class="quiet">{words["unknown"]}</span>'
        declared = (
            f'<span class="record-block quiet">{words["declared"]}{_text(line.declared)}</span>'
            if line.declared
            else ""
        )
        if line.recording is None:
            source = words["derived"] if line.value else ""
        else:
            if line.recording.pk not in sources:
                sources[line.recording.pk] = _source(line.recording, line, clip)
            source = sources[line.recording.pk]
        name = f'<th scope="row">{title}{year}{comment}</th>'
        rows.append(f'<tr>{name}<td>{value}{declared}</td><td class="quiet">{source}</td></tr>')
    return mark_safe("\n".join(rows))  # noqa: S308 - every text is escaped above


def _source(recording: Recording, line: Line, clip: str) -> str:
    """Who said it, when, and the files that prove it."""
    name = f" · {_text(recording.source_name)}" if recording.source_name else ""
    day = in_words(timezone.localdate(recording.recorded_at), language())
    files = "".join(
        f'<a class="record-file" href="{reverse("enterprises:evidence", args=[one.pk])}">{_text(clip)} '
        f"{_text(one.name)}</a>"
        for one in line.files
    )
    return f'{_text(recording.get_source_display())}{name}<span class="record-block">{_text(day)}</span>{files}'


def _text(value: object) -> str:
    return str(value.__html__()) if hasattr(value, "__html__") else escape(str(value))
