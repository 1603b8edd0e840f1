"""Proposing a value for an unpublished parameter, and deciding on it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zongbu.desk.library.forms.fields import DayField, LongField
from zongbu.desk.library.parameters import check_value
from zongbu.desk.library.showing.values import example_of, kind_of
from zongbu.law.errors import InputError
from zongbu.law.policy import Parameter


class ValueForm(forms.Form):
    """A value, its period, and the document that it is taken from; the engine itself checks the value."""

    value = forms.CharField(label=gettext_lazy("值"), max_length=4000)
    valid_from = DayField(label=gettext_lazy("自哪天起适用（含当日）"))
    valid_until = DayField(
        label=gettext_lazy("到哪天为止（含当日）"),
        required=False,
        help_text=gettext_lazy("不填则一直适用，直到录入更新的值。"),
    )
    document = forms.CharField(
        label=gettext_lazy("来源文件的名称"),
        max_length=300,
        help_text=gettext_lazy("载明这个数的正式文件。没有来源的数不能录入。"),
    )
    document_number = forms.CharField(label=gettext_lazy("来源文件的文号"), max_length=100, required=False)
    document_date = DayField(label=gettext_lazy("来源文件的日期"))
    note = LongField(label=gettext_lazy("说明"), required=False, max_length=2000, rows=3)

    def __init__(self, parameter: Parameter, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.parameter = parameter
        self.fields["value"].help_text = _("类型：%(kind)s。写法如 %(example)s；写「未公布」则收回此前录入的值。") % {
            "kind": kind_of(parameter),
            "example": example_of(parameter),
        }
        if parameter.type.kind in ("table", "set"):
            self.fields["value"].widget = forms.Textarea(attrs={"rows": 3, "maxlength": 4000})

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        start, end = data.get("valid_from"), data.get("valid_until")
        if start and end and end < start:
            self.add_error("valid_until", _("止期早于起期。"))
        if data.get("document_date") and data["document_date"] > timezone.localdate():
            self.add_error("document_date", _("来源文件的日期在将来。"))
        if data.get("value") and start:
            try:
                check_value(self.parameter, data["value"], start)
            except InputError as error:
                self.add_error("value", str(error))
        return data


class DecisionForm(forms.Form):
    """The reason of a decision; ``seen`` is the version of the case that the person had before their eyes."""

    reason = LongField(label=gettext_lazy("理由"), required=False, max_length=2000, rows=2)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
