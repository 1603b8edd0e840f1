"""Fields that several forms share."""

from __future__ import annotations

from typing import Any

from django import forms


class DayField(forms.DateField):
    """A day, chosen in the browser's calendar or written as 2024-06-30."""

    def __init__(self, **given: Any) -> None:
        given.setdefault("widget", forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
        given.setdefault("input_formats", ["%Y-%m-%d", "%Y年%m月%d日", "%Y/%m/%d"])
        super().__init__(**given)


class LongField(forms.CharField):
    """A text of several lines; ``rows`` is the height of the box."""

    def __init__(self, *, rows: int = 4, **given: Any) -> None:
        given.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(**given)
