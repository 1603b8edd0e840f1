"""The form in which a year's calendar is pasted."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zongbu.desk.kernel.clock.actions import FIRST, LAST
from zongbu.desk.kernel.clock.parsing import parse


class CalendarForm(forms.Form):
    """Year, source and the special days; ``days`` is cleaned to what was understood."""

    year = forms.IntegerField(label=_("年份"), min_value=FIRST, max_value=LAST)
    source = forms.CharField(
        label=_("来源"),
        max_length=300,
        help_text=_("如：国务院办公厅关于2027年部分节假日安排的通知，国办发明电〔2026〕×号"),
    )
    provisional = forms.BooleanField(
        label=_("尚未正式公布（暂定）"), required=False, help_text=_("暂定年度推算出的期限都会注明“暂定”。")
    )
    days = forms.CharField(
        label=_("特殊日"),
        strip=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false"}),
        help_text=_(
            "每行一天或一段：日期,休或班,名称。例如“2027-10-01至2027-10-07,休,国庆节”“2027-10-09,班,国庆节”。可以直接粘贴CSV。"
        ),
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if "year" in values and "days" in values:
            parsed = parse(values["days"], values["year"])
            for line, fault in parsed.faults:
                self.add_error("days", gettext("第%(line)s行：%(fault)s") % {"line": line, "fault": fault})
            if not parsed.faults and not parsed.days:
                self.add_error("days", gettext("一个特殊日也没有。"))
            values["parsed"] = parsed.days
        return values
