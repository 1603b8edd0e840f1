"""The form that makes a token."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zongbu.desk.api.actions import LONGEST_DAYS
from zongbu.desk.api.scopes import scopes_for
from zongbu.desk.kernel.scope import Viewer


class TokenForm(forms.Form):
    """What the token is for, what it may do, for how long and how often."""

    name = forms.CharField(label=_("用途"), max_length=100, help_text=_("例如：财务系统同步"))
    scopes = forms.MultipleChoiceField(label=_("范围"), widget=forms.CheckboxSelectMultiple)
    days = forms.IntegerField(label=_("有效天数"), min_value=1, max_value=LONGEST_DAYS, initial=90)
    per_minute = forms.IntegerField(label=_("每分钟请求数"), min_value=1, max_value=6000, initial=120)

    def __init__(self, viewer: Viewer, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["scopes"].choices = [(scope.value, scope.label) for scope in scopes_for(viewer.role)]  # type: ignore[attr-defined]
