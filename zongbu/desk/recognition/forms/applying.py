"""What an enterprise fills in: the way in and whom to ask, the facts that still count, files for each material."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zongbu.desk.enterprises.forms.cases import Wanted
from zongbu.desk.enterprises.forms.cases import asked_for as asked_in_case
from zongbu.desk.enterprises.forms.facts import by_subject
from zongbu.desk.recognition.models import Application, ApplicationMaterial, FieldComment
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


def asked_for(application: Application, picture: Picture, further: Collection[str] = ()) -> list[Fact]:
    """The facts that the form asks for: what can still change the deciding result, what has been declared in this
    application, what is to be corrected, and what the enterprise wants to correct itself (``further``)."""
    return asked_in_case(
        application.enterprise,
        application.receipt,
        picture.policy.dictionary,
        (fact.identifier for fact in picture.missing()),
        application.comments.filter(resolved_at=None).values_list("subject", flat=True),
        further,
    )


# --- materials -------------------------------------------------------------------------------------------------


def wanted_materials(application: Application, comments: Iterable[FieldComment] = ()) -> list[Wanted]:
    """The materials that the application's way in asks for, and further ones, with their files; two queries."""
    handed: dict[int | None, list[ApplicationMaterial]] = defaultdict(list)
    for one in application.materials.select_related("file"):
        handed[one.material_id].append(one)
    about = by_subject(comments)
    found = [
        Wanted(
            str(one.pk), one.pk, one.title, one.note, one.required, tuple(handed[one.pk]),
            tuple(about[f"material:{one.pk}"]),
        )
        for one in application.round.materials.all()
        if one.track in ("", application.track) or handed[one.pk]
    ]  # fmt: skip
    return [*found, Wanted("0", None, _("其他材料"), _("还想让审查人员看到的材料。"), False, tuple(handed[None]))]


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
