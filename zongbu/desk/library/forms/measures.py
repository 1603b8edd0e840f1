"""Recording a fair-competition review, and proposing to suspend or resume a measure."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zongbu.desk.library.forms.fields import DayField, LongField
from zongbu.desk.library.models import FairCompetitionReview


class ReviewForm(forms.ModelForm):  # type: ignore[type-arg]
    """A review as its document tells it."""

    reviewed_on = DayField(label=gettext_lazy("审查日期"))
    exception_until = DayField(label=gettext_lazy("例外至（含当日）"), required=False)
    exception_ground = LongField(
        label=gettext_lazy("例外规定的依据和期限"),
        required=False,
        rows=3,
        max_length=2000,
        help_text=gettext_lazy("结论为「适用例外规定」时必填。"),
    )
    note = LongField(label=gettext_lazy("说明"), required=False, rows=3, max_length=2000)

    class Meta:
        model = FairCompetitionReview
        fields = [
            "reviewed_on",
            "conclusion",
            "organisation",
            "document",
            "exception_ground",
            "exception_until",
            "note",
        ]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        exception = data.get("conclusion") == FairCompetitionReview.Conclusion.EXCEPTION
        if exception and not data.get("exception_ground"):
            self.add_error("exception_ground", _("适用例外规定的，要写明依据。"))
        if not exception and data.get("exception_until"):
            self.add_error("exception_until", _("只有适用例外规定的，才有例外期限。"))
        if data.get("reviewed_on") and data["reviewed_on"] > timezone.localdate():
            self.add_error("reviewed_on", _("审查日期在将来。"))
        return data


class SuspensionForm(forms.Form):
    """From when, why, and on which document."""

    effective_from = DayField(label=gettext_lazy("自哪天起（含当日）"))
    reason = LongField(label=gettext_lazy("理由"), max_length=2000, rows=3)
    document = forms.CharField(label=gettext_lazy("依据文件"), max_length=300, required=False)
