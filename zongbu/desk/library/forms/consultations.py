"""Consultations: opening, commenting, moderating, answering, summing up."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zongbu.desk.library.forms.fields import DayField, LongField
from zongbu.desk.library.models import ArticleSummary, Consultation


class ConsultationForm(forms.ModelForm):  # type: ignore[type-arg]
    """When and about what the public is asked."""

    introduction = LongField(label=gettext_lazy("说明"), max_length=4000, rows=5)
    starts = DayField(label=gettext_lazy("开始"))
    ends = DayField(label=gettext_lazy("截止（含当日）"))

    class Meta:
        model = Consultation
        fields = ["title", "introduction", "starts", "ends"]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("starts") and data.get("ends") and data["ends"] < data["starts"]:
            self.add_error("ends", _("截止日早于开始日。"))
        return data


class CommentForm(forms.Form):
    """A comment: as little about the person as possible. ``website`` is a trap for programs that fill everything."""

    citation = forms.ChoiceField(label=gettext_lazy("针对哪一条"), required=False)
    text = LongField(label=gettext_lazy("意见"), max_length=2000, rows=6)
    name = forms.CharField(
        label=gettext_lazy("署名"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("填写后随意见一起公开；不填则显示「匿名」。"),
    )
    contact = forms.CharField(
        label=gettext_lazy("联系方式"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("只供工作人员回访，不公开，征求意见结束 180 天后删除。"),
    )
    consent = forms.BooleanField(label=gettext_lazy("我知道意见经审核后会公开，并同意为办理本次征求意见而处理以上内容"))
    website = forms.CharField(
        required=False, label="", widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"})
    )

    def __init__(self, articles: list[tuple[str, str]], *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.fields["citation"].choices = [("", _("全文")), *articles]  # type: ignore[attr-defined]

    @property
    def trapped(self) -> bool:
        """Whether a program filled in the field that people do not see."""
        return bool(self.data.get("website"))


class HideForm(forms.Form):
    """Why a comment is not shown."""

    reason = forms.CharField(label=gettext_lazy("不予公开的理由"), max_length=300)


class AnswerForm(forms.Form):
    """The answer to a comment."""

    answer = LongField(label=gettext_lazy("答复"), max_length=4000, rows=4)


class SummaryForm(forms.Form):
    """What became of the comments as a whole."""

    summary = LongField(label=gettext_lazy("意见采纳情况"), max_length=8000, rows=8)


class ArticleSummaryForm(forms.Form):
    """What became of the comments on an article."""

    citation = forms.ChoiceField(label=gettext_lazy("条款"), required=False)
    outcome = forms.ChoiceField(label=gettext_lazy("采纳情况"), choices=ArticleSummary.Outcome)
    text = LongField(label=gettext_lazy("归纳与说明"), max_length=4000, rows=4)

    def __init__(self, articles: list[tuple[str, str]], *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.fields["citation"].choices = [("", _("全文")), *articles]  # type: ignore[attr-defined]


class CloseForm(forms.Form):
    """Why a consultation ends before its last day."""

    reason = LongField(label=gettext_lazy("提前结束的理由"), max_length=1000, rows=3)
