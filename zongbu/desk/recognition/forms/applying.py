"""What an enterprise fills in: the way in and whom to ask, the facts that still count, files for each material."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zongbu.desk.enterprises import files, showing
from zongbu.desk.enterprises.forms.facts import FactField, FactsForm
from zongbu.desk.enterprises.models import EvidenceFile, Source
from zongbu.desk.recognition.models import Application, ApplicationMaterial, FieldComment, RequiredMaterial
from zongbu.desk.recognition.showing import Picture, track_titles
from zongbu.law.facts import Fact


class BasicsForm(forms.ModelForm):  # type: ignore[type-arg]
    """The way in, and whom to ask."""

    class Meta:
        model = Application
        fields = ("track", "contact_name", "contact_phone", "note")
        widgets = {"note": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *arguments: Any, **given: Any) -> None:
        super().__init__(*arguments, **given)
        titles = track_titles(self.instance.round)
        self.fields["track"] = forms.ChoiceField(
            label=_("申报途径"),
            choices=[*titles.items(), ("", _("不指定"))],
            required=False,
            widget=forms.RadioSelect,
            help_text=_("只决定需要交哪些材料；审查时每条途径都会计算。"),
        )
        if not titles:
            del self.fields["track"]
        self.fields["contact_name"].required = True
        self.fields["contact_phone"].required = True
        self.fields["contact_name"].widget.attrs["autocomplete"] = "name"
        self.fields["contact_phone"].widget.attrs |= {"autocomplete": "tel", "inputmode": "tel"}
        self.fields["note"].help_text = _("材料里没有写清、需要审查人员知道的情况。")


# --- facts -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """A fact in the form; ``before`` is last year's value in words, ``reuse`` and ``unit`` as entered."""

    field: forms.BoundField
    scale: forms.BoundField | None
    before: str
    reuse: str
    unit: str
    comments: tuple[FieldComment, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A topic of the form."""

    title: str
    lines: list[Line]


def asked_for(application: Application, picture: Picture, further: Collection[str] = ()) -> list[Fact]:
    """The facts that the form asks for: what the enterprise declares and can still change the deciding result, what
    it has declared in this application, and what is to be corrected (``further``: what it wants to correct itself)."""
    dictionary = picture.policy.dictionary
    found = dict.fromkeys(fact.identifier for fact in picture.missing())
    told = application.enterprise.records.filter(recording__source=Source.DECLARED)
    found |= dict.fromkeys(told.filter(recording__reason=application.receipt).values_list("fact", flat=True))
    found |= dict.fromkeys(application.comments.filter(resolved_at=None).values_list("subject", flat=True))
    found |= dict.fromkeys(further)
    order = {name: place for place, name in enumerate(dictionary)}
    facts = [dictionary[name] for name in sorted(found, key=lambda one: order.get(one, 0)) if name in order]
    return [fact for fact in facts if fact.kind == "declared"]


class ApplicationFactsForm(FactsForm):
    """The facts of an application; ``comments`` are those of the reviewers, by field."""

    def __init__(
        self,
        *arguments: Any,
        application: Application,
        facts: Iterable[Fact],
        comments: Iterable[FieldComment] = (),
        **given: Any,
    ) -> None:
        self.enterprise = application.enterprise
        year = application.round.as_of.year - 1
        super().__init__(*arguments, facts=facts, year=year, known=self.enterprise.known, **given)
        self.comments: dict[str, list[FieldComment]] = defaultdict(list)
        for one in comments:
            self.comments[one.subject].append(one)

    def sections(self) -> list[Section]:
        """Yearly figures with last year's value to take over, and the rest."""
        yearly: list[Line] = []
        other: list[Line] = []
        for field, unit in self.facts:
            assert isinstance(field.field, FactField)
            fact = field.field.fact
            before = self.enterprise.known.get(f"{fact.identifier}@{self.year - 1}", "") if fact.period else ""
            entered = showing.entered(before, self.money_unit) if fact.type == "money" else (before, "")
            comments = tuple(self.comments.get(fact.identifier, ()))
            line = Line(field, unit, showing.show(fact, before), *entered, comments)
            (yearly if fact.period else other).append(line)
        return [
            Section(title, lines)
            for title, lines in ((_("%s 年数据") % self.year, yearly), (_("现状"), other))
            if lines
        ]

    def told(self) -> dict[str, str]:
        """What was filled in, and what was emptied that had a value before."""
        return {key: text for key, text in self.cleaned.items() if text or self.enterprise.known.get(key)}


# --- materials -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wanted:
    """A material with what has been handed in for it (``material`` None: further ones)."""

    material: RequiredMaterial | None
    title: str
    note: str
    required: bool
    handed: tuple[ApplicationMaterial, ...]
    comments: tuple[FieldComment, ...] = ()
    upload: forms.BoundField | None = None
    reuse: forms.BoundField | None = None

    @property
    def lacking(self) -> bool:
        """Whether it has to be handed in and has not been."""
        return self.required and not self.handed


def wanted_materials(application: Application, comments: Iterable[FieldComment] = ()) -> list[Wanted]:
    """The materials that the application's way in asks for, and further ones, with their files; two queries."""
    handed: dict[int | None, list[ApplicationMaterial]] = defaultdict(list)
    for one in application.materials.select_related("file"):
        handed[one.material_id].append(one)
    about: dict[str, list[FieldComment]] = defaultdict(list)
    for comment in comments:
        about[comment.subject].append(comment)
    found = [
        Wanted(one, one.title, one.note, one.required, tuple(handed[one.pk]), tuple(about[f"material:{one.pk}"]))
        for one in application.round.materials.all()
        if one.track in ("", application.track) or handed[one.pk]
    ]
    further = _("其他材料"), _("还想让审查人员看到的材料。")
    return [*found, Wanted(None, *further, False, tuple(handed[None]))]


class MaterialsForm(forms.Form):
    """A new file, or one that the enterprise has handed in before, for each material."""

    def __init__(self, *arguments: Any, application: Application, wanted: list[Wanted], **given: Any) -> None:
        super().__init__(*arguments, **given)
        self.wanted = wanted
        earlier = application.enterprise.evidence.all()
        any_earlier = earlier.exists()
        for one in wanted:
            self.fields[self.upload_name(one)] = forms.FileField(
                label=one.title,
                required=False,
                widget=forms.FileInput(attrs={"accept": files.ACCEPT}),
            )
            rest = earlier.exclude(pk__in=[handed.file_id for handed in one.handed])
            if any_earlier:
                self.fields[self.reuse_name(one)] = _Earlier(rest, label=one.title, required=False, empty_label="—")

    @staticmethod
    def upload_name(one: Wanted) -> str:
        return f"file_{one.material.pk if one.material else 0}"

    @staticmethod
    def reuse_name(one: Wanted) -> str:
        return f"reuse_{one.material.pk if one.material else 0}"

    def lines(self) -> list[Wanted]:
        """The materials with their fields."""
        return [
            replace(
                one,
                upload=self[self.upload_name(one)],
                reuse=self[self.reuse_name(one)] if self.reuse_name(one) in self.fields else None,
            )
            for one in self.wanted
        ]


class _Earlier(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, file: Any) -> str:
        assert isinstance(file, EvidenceFile)
        return f"{file.name}（{file.uploaded_at:%Y-%m-%d}）"


# --- signing, withdrawing --------------------------------------------------------------------------------------


class SignForm(forms.Form):
    """The declaration of truthfulness, signed by typing one's name."""

    name = forms.CharField(
        label=gettext_lazy("签署人姓名"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=gettext_lazy("与账号姓名一致，即为签署。"),
    )
    agreed = forms.BooleanField(
        label=gettext_lazy("我已阅读上面的承诺，所填内容和所交材料真实、完整。"),
        error_messages={"required": gettext_lazy("请先阅读并同意承诺。")},
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)


class WithdrawForm(forms.Form):
    """Why an application is taken back."""

    reason = forms.CharField(
        label=gettext_lazy("撤回理由"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)


class AnswerForm(forms.Form):
    """What an enterprise has to say to a comment."""

    text = forms.CharField(label=gettext_lazy("说明"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class AppealForm(forms.Form):
    """What an applicant has to say against its refusal."""

    text = forms.CharField(
        label=gettext_lazy("异议内容和依据"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("写明对哪一条、依据什么事实；由市总部办答复，异议成立的重新审查。"),
    )
