"""Forms of revocation."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zongbu.desk.recognition.models import Revocation

_DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class OpenForm(forms.Form):
    """Beginning to take a title away."""

    ground = forms.CharField(
        label=_("事由"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("查实的事实：什么时候、什么行为、怎样查实。企业会看到。"),
    )  # fmt: skip
    source_name = forms.CharField(
        label=_("依据文件"), max_length=200, help_text=_("检查报告、审计报告、处罚决定等的名称和文号。")
    )
    hearing_until = forms.DateField(
        label=_("陈述申辩期限（含当日）"),
        widget=_DATE,
        help_text=_("政策没有规定期限；预填今天起10个工作日，可以改。期满以前，企业没有陈述的不能报领导小组。"),
    )

    def clean_hearing_until(self) -> Any:
        day = self.cleaned_data["hearing_until"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("陈述申辩期限早于今天。"))
        return day


class StatementForm(forms.Form):
    """What the enterprise says."""

    text = forms.CharField(
        label=_("陈述申辩"), max_length=4000, widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("可以说明事实、提出证据、请求从轻。期限内可以修改，以最后一次为准。"),
    )  # fmt: skip


class ScopeForm(forms.Form):
    """Putting it before the leading group."""

    scope = forms.ChoiceField(label=_("取消范围"), choices=Revocation.Scope, widget=forms.RadioSelect)


class ReasonForm(forms.Form):
    """Approving or dropping."""

    reason = forms.CharField(label=_("理由"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
