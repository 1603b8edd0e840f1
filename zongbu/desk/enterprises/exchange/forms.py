"""The form of an upload."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zongbu.desk.enterprises.exchange.storage import LARGEST, SUFFIXES


class UploadForm(forms.Form):
    """An extract of a register: the file, where it comes from, and of when it is."""

    file = forms.FileField(
        label=_("文件"),
        help_text=_(
            "CSV（UTF-8 或 GBK）或 Excel，不超过 %(most)s MB；第一行（或前20行内）是列名，必须有统一社会信用代码。"
        )
        % {"most": LARGEST >> 20},
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(SUFFIXES)}),
    )
    source_name = forms.CharField(
        label=_("数据来源"),
        max_length=200,
        help_text=_("登记机关、系统或文件，如：市市场监管局企业登记库2024年6月。每条记录都会写明。"),
    )
    valid_from = forms.DateField(
        label=_("数据日期"),
        help_text=_("数据截至哪一天；记录从这一天起生效。"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    year = forms.IntegerField(
        label=_("年度数据的年份"),
        help_text=_("营业收入等年度数据，列名里没有写年份时，是哪一年的。"),
        widget=forms.NumberInput(attrs={"min": 2000, "step": 1}),
    )

    def __init__(self, *args: Any, **given: Any) -> None:
        today = timezone.localdate()
        given.setdefault("initial", {"valid_from": today, "year": today.year - 1})
        super().__init__(*args, **given)
