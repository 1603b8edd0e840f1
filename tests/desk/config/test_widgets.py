"""Inputs that are written in Python come out as Django's templates would write them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates, get_default_renderer
from django.test.html import parse_html
from django.utils.safestring import mark_safe

from zongbu.desk.config.widgets import WRITERS, Renderer

NASTY = "<b>&\"'</b> 甲"
CHOICES: list[Any] = [("", "—"), (1, NASTY), (NASTY, mark_safe("<i>安全</i>")), (NASTY, [("3", "丙"), ("4", NASTY)])]
ATTRIBUTES: dict[str, Any] = {
    "id": "id_x",
    "class": "form-control",
    "data-a": NASTY,
    "required": True,
    "disabled": False,
}


@pytest.mark.parametrize("attributes", [{}, ATTRIBUTES])
@pytest.mark.parametrize("value", [None, "", NASTY, "1", 1, 1234567, True, False, date(2024, 6, 1)])
@pytest.mark.parametrize(
    "widget",
    [
        forms.TextInput(),
        forms.NumberInput(attrs={"min": 0}),
        forms.EmailInput(),
        forms.URLInput(),
        forms.PasswordInput(render_value=True),
        forms.HiddenInput(),
        forms.DateInput(),
        forms.DateTimeInput(),
        forms.TimeInput(),
        forms.CheckboxInput(),
        forms.Textarea(),
        forms.Select(choices=CHOICES),
        forms.NullBooleanSelect(),
        forms.RadioSelect(choices=CHOICES),
    ],
    ids=lambda one: type(one).__name__,
)
def test_as_the_templates_write_it(widget: forms.Widget, value: Any, attributes: dict[str, Any]) -> None:
    written = widget.render("name<", value, attributes, renderer=Renderer())
    assert parse_html(written) == parse_html(widget.render("name<", value, attributes, renderer=DjangoTemplates()))
    assert isinstance(written, type(mark_safe("")))


@pytest.mark.parametrize(
    "widget", [forms.SelectMultiple(choices=CHOICES), forms.CheckboxSelectMultiple(choices=CHOICES)]
)
@pytest.mark.parametrize("value", [None, [], ["1", NASTY]])
def test_several_choices(widget: forms.Widget, value: Any) -> None:
    written = widget.render("name", value, ATTRIBUTES, renderer=Renderer())
    assert parse_html(written) == parse_html(widget.render("name", value, ATTRIBUTES, renderer=DjangoTemplates()))


def test_it_is_in_use_and_leaves_the_rest_to_the_templates() -> None:
    renderer = get_default_renderer()
    assert isinstance(renderer, Renderer)
    assert "django/forms/widgets/clearable_file_input.html" not in WRITERS
    assert 'type="file"' in forms.ClearableFileInput().render("name", None, renderer=renderer)
