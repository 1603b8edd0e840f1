"""What districts and departments fill in: verdicts, field comments, reasons, paper applications, opinions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zongbu.desk.enterprises.forms.facts import FactField, FactsForm
from zongbu.desk.people.models import Organisation
from zongbu.desk.recognition.models import Application, CheckItem, Opinion, Round
from zongbu.desk.recognition.showing import Facts, Line, condition_title, subject_title, track_titles
from zongbu.law import Policy
from zongbu.law.facts import Fact


class CheckForm(forms.Form):
    """A verdict and a note for each condition; those left open stay open."""

    def __init__(
        self, *arguments: Any, conditions: list[tuple[str, str]], checks: Mapping[str, CheckItem], **given: Any
    ) -> None:
        super().__init__(*arguments, **given)
        self.conditions, self.checks = conditions, checks
        for name, title in conditions:
            item = checks.get(name)
            self.fields[f"verdict_{name}"] = forms.ChoiceField(
                label=title,
                choices=CheckItem.Verdict.choices,
                required=False,
                widget=forms.RadioSelect,
                initial=item.verdict if item is not None else None,
            )
            self.fields[f"note_{name}"] = forms.CharField(
                label=_("%s的说明") % title,
                max_length=500,
                required=False,
                initial=item.note if item is not None else "",
            )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for name, _title in self.conditions:
            verdict, note = cleaned.get(f"verdict_{name}"), cleaned.get(f"note_{name}", "")
            if verdict and verdict != CheckItem.Verdict.CONFIRMED and not note.strip():
                self.add_error(f"note_{name}", _("存疑或不符的条件须写明说明。"))
            if note.strip() and not verdict:
                self.add_error(f"verdict_{name}", _("写了说明，请选择核查结论。"))
        return cleaned

    def changed(self) -> dict[str, tuple[str, str]]:
        """Condition → verdict and note, of what was said anew."""
        found = {}
        for name, _title in self.conditions:
            verdict, note = self.cleaned_data[f"verdict_{name}"], self.cleaned_data[f"note_{name}"].strip()
            item = self.checks.get(name)
            if verdict and (item is None or (item.verdict, item.note) != (verdict, note)):
                found[name] = verdict, note
        return found


class CommentForm(forms.Form):
    """What is to be corrected, and where."""

    subject = forms.ChoiceField(label=gettext_lazy("哪一项"), required=False)
    text = forms.CharField(
        label=gettext_lazy("需要补正什么"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("退回后企业在这一项旁边看到。"),
    )

    def __init__(self, *arguments: Any, application: Application, facts: list[Fact], law: Policy, **given: Any) -> None:
        super().__init__(*arguments, **given)
        field = self.fields["subject"]
        assert isinstance(field, forms.ChoiceField)
        materials = {one.pk: one for one in application.round.materials.all()}
        field.choices = [
            ("", _("整份申请")),
            (_("数据"), [(fact.identifier, subject_title(fact.identifier, law, {})) for fact in facts]),
            (_("材料"), [(f"material:{pk}", str(one)) for pk, one in materials.items()]),
        ]


class ReasonForm(forms.Form):
    """Why; ``seen`` is the version that was before the person's eyes."""

    reason = forms.CharField(label=gettext_lazy("理由"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)


class ExceptionForm(forms.Form):
    """A group's exception, for an application that an enterprise names by its number."""

    receipt = forms.CharField(
        label=gettext_lazy("受理号"),
        max_length=24,
        help_text=gettext_lazy("企业草稿页上的编号；草稿的内容不显示给区县。"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    reason = forms.CharField(
        label=gettext_lazy("同意分别申报的理由"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )


# --- paper applications ----------------------------------------------------------------------------------------


class PaperForm(forms.Form):
    """One application that came in on paper."""

    round = forms.ModelChoiceField(Round.objects.none(), label=gettext_lazy("批次"), empty_label=None)
    uscc = forms.CharField(
        label=gettext_lazy("统一社会信用代码"),
        max_length=18,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    track = forms.ChoiceField(label=gettext_lazy("申报途径"), required=False)
    signed_by = forms.CharField(
        label=gettext_lazy("承诺书签署人"), max_length=150, help_text=gettext_lazy("纸质真实性承诺书上的签名。")
    )
    note = forms.CharField(
        label=gettext_lazy("补充说明"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    group_exception = forms.CharField(
        label=gettext_lazy("集团例外理由"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("同一集团已有成员申报、又同意分别申报的，写明理由。"),
    )

    def __init__(self, *arguments: Any, rounds: QuerySet[Round], **given: Any) -> None:
        super().__init__(*arguments, **given)
        of_round, of_track = self.fields["round"], self.fields["track"]
        assert isinstance(of_round, forms.ModelChoiceField)
        assert isinstance(of_track, forms.ChoiceField)
        of_round.queryset = rounds
        titles: dict[str, str] = {}
        for one in rounds:
            titles |= track_titles(one)
        of_track.choices = [("", _("不指定")), *titles.items()]

    def clean_uscc(self) -> str:
        return str(self.cleaned_data["uscc"]).replace(" ", "").upper()


class SheetForm(forms.Form):
    """A sheet of paper applications."""

    round = forms.ModelChoiceField(Round.objects.none(), label=gettext_lazy("批次"), empty_label=None)
    file = forms.FileField(
        label=gettext_lazy("登记表"),
        help_text=gettext_lazy("CSV 或 XLSX，列名：统一社会信用代码、申报途径（可空）、签署人。"),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
    )

    def __init__(self, *arguments: Any, rounds: QuerySet[Round], **given: Any) -> None:
        super().__init__(*arguments, **given)
        field = self.fields["round"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = rounds


# --- opinions --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asked:
    """A fact that a department is asked about: what is known of it, and where to confirm it."""

    line: Line
    field: forms.BoundField
    scale: forms.BoundField | None
    reuse: str
    unit: str


class OpinionForm(FactsForm):
    """Confirmed values and findings, then the verdict."""

    def __init__(self, *arguments: Any, opinion: Opinion, facts: Facts, law: Policy, **given: Any) -> None:
        asked = [law.dictionary[name] for name in opinion.check_asked.facts if name in law.dictionary]
        super().__init__(*arguments, facts=asked, year=opinion.application.round.as_of.year - 1, **given)
        self.lines = {fact.identifier: facts.line(fact) for fact in asked}
        self.known = facts.facts
        self.fields["verdict"] = forms.ChoiceField(
            label=_("审查意见"), choices=Opinion.Verdict.choices, widget=forms.RadioSelect
        )
        self.fields["text"] = forms.CharField(
            label=_("说明"),
            max_length=2000,
            required=False,
            widget=forms.Textarea(attrs={"rows": 4}),
            help_text=_("有异议或不属职责的必须写明；决定以后企业可以看到。"),
        )
        self.fields["seen"] = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def asked(self) -> list[Asked]:
        """The facts asked about, each with its input and the declared value to take over."""
        from zongbu.desk.enterprises import showing

        found = []
        for field, scale in self.facts:
            assert isinstance(field.field, FactField)
            fact = field.field.fact
            known = self.known.get(fact.identifier, "")
            reuse, unit = showing.entered(known, self.money_unit) if fact.type == "money" else (known, "")
            found.append(Asked(self.lines[fact.identifier], field, scale, reuse, unit))
        return found

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        verdict = cleaned.get("verdict")
        if verdict and verdict != Opinion.Verdict.AGREE and not cleaned.get("text", "").strip():
            self.add_error("text", _("有异议或不属职责的，须写明说明。"))
        if verdict == Opinion.Verdict.AGREE:
            for field, _scale in self.facts:
                assert isinstance(field.field, FactField)
                if field.field.fact.kind == "finding" and not self.cleaned.get(field.field.key):
                    self.add_error(field.name, _("请作出认定；不能认定的，选“有异议”或“不属本部门职责”并说明。"))
        return cleaned

    def values(self) -> dict[str, str]:
        """Fact → what was confirmed, as canonical text."""
        found = {}
        for field, _scale in self.facts:
            assert isinstance(field.field, FactField)
            if text := self.cleaned.get(field.field.key):
                found[field.field.fact.identifier] = text
        return found


class DelegateForm(forms.Form):
    """Which other department answers instead, and why."""

    to = forms.ModelChoiceField(Organisation.objects.none(), label=gettext_lazy("转给"))
    reason = forms.CharField(label=gettext_lazy("理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *arguments: Any, departments: QuerySet[Organisation], **given: Any) -> None:
        super().__init__(*arguments, **given)
        field = self.fields["to"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = departments


def titled(application: Application, conditions: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Conditions with their titles in the language of the page."""
    return [(name, condition_title(application.round, name)) for name, _title in conditions]
