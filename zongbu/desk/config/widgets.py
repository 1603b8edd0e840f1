"""Inputs of forms, written here and not by Django's templates: a page has dozens, and each takes four templates.

What comes out is what ``django/forms/widgets/*.html`` say; a test compares the two. All that is not listed in
``WRITERS`` is left to the templates.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.utils.formats import localize
from django.utils.safestring import SafeString, mark_safe

Widget = Mapping[str, Any]
"""A widget's context, as ``Widget.get_context`` makes it; every text of it is escaped below."""


class Renderer(DjangoTemplates):
    """Django's own renderer but for the inputs that are everywhere."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> SafeString:
        writer = WRITERS.get(template_name)
        if writer is None:
            return mark_safe(super().render(template_name, context, request))  # noqa: S308 - a template's
        return mark_safe(writer(context["widget"]))  # noqa: S308 - escaped piece by piece


def _attributes(widget: Widget) -> str:
    return "".join(
        f" {_text(name)}" if value is True else f' {_text(name)}="{_text(value)}"'
        for name, value in widget["attrs"].items()
        if value is not False
    )


def _text(value: Any) -> str:
    return str(value.__html__()) if hasattr(value, "__html__") else escape(str(value))


def _said(value: Any) -> str:
    """A value as ``{{ value }}`` writes it."""
    return _text(localize(value))


def _input(widget: Widget) -> str:
    value = f' value="{_text(widget["value"])}"' if widget["value"] is not None else ""
    return f'<input type="{_text(widget["type"])}" name="{_text(widget["name"])}"{value}{_attributes(widget)}>'


def _textarea(widget: Widget) -> str:
    value = _said(widget["value"]) if widget["value"] else ""
    return f'<textarea name="{_text(widget["name"])}"{_attributes(widget)}>\n{value}</textarea>'


def _select(widget: Widget) -> str:
    parts = [f'<select name="{_text(widget["name"])}"{_attributes(widget)}>']
    for group, options, _index in widget["optgroups"]:
        if group:
            parts.append(f'<optgroup label="{_said(group)}">')
        parts += [
            f'<option value="{_text(one["value"])}"{_attributes(one)}>{_said(one["label"])}</option>' for one in options
        ]
        if group:
            parts.append("</optgroup>")
    parts.append("</select>")
    return "\n".join(parts)


def _choices(widget: Widget) -> str:
    """Radio buttons or boxes, one below the other."""
    attributes = widget["attrs"]
    identifier, kind = attributes.get("id"), attributes.get("class")
    parts = ["<div"]
    if identifier:
        parts.append(f' id="{_said(identifier)}"')
    if kind:
        parts.append(f' class="{_said(kind)}"')
    parts.append(">")
    for group, options, _index in widget["optgroups"]:
        if group:
            parts.append(f"<div><label>{_said(group)}</label>")
        parts += [f"<div>{_choice(one)}</div>" for one in options]
        if group:
            parts.append("</div>")
    parts.append("</div>")
    return "".join(parts)


def _choice(widget: Widget) -> str:
    if not widget.get("wrap_label"):
        return _input(widget)
    identifier = widget["attrs"].get("id")
    target = f' for="{_said(identifier)}"' if identifier else ""
    return f"<label{target}>{_input(widget)} {_said(widget['label'])}</label>"


_INPUTS = ("text", "number", "email", "url", "password", "hidden", "date", "datetime", "time", "checkbox")

WRITERS: Mapping[str, Callable[[Widget], str]] = {
    **{f"django/forms/widgets/{name}.html": _input for name in _INPUTS},
    "django/forms/widgets/textarea.html": _textarea,
    "django/forms/widgets/select.html": _select,
    "django/forms/widgets/radio.html": _choices,
    "django/forms/widgets/checkbox_select.html": _choices,
}
"""Template of a widget → who writes it."""
