"""The forms of the city office and of whoever decides."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from zongbu.desk.kernel.language import language
from zongbu.desk.library.forms.fields import DayField, LongField
from zongbu.desk.library.showing.usage import usage
from zongbu.desk.people.models import Organisation
from zongbu.desk.recognition.actions.rounds import Check, Material
from zongbu.desk.recognition.models import APPROVERS, Batch, FieldComment, Notice, Proposal, Round
from zongbu.desk.recognition.settings import OPEN_SETTINGS, conditions_of, default_tracks
from zongbu.desk.recognition.sheet import track_titles
from zongbu.law import Policy
from zongbu.law.names import Names


class RoundForm(forms.ModelForm):  # type: ignore[type-arg]
    """Everything that a round settles, with the reason of each setting that the policy leaves open.

    The policy is settled first: conditions, tracks and facts are chosen among those that it has.
    """

    year = forms.IntegerField(label=gettext_lazy("年度"), min_value=2000, max_value=2100)
    as_of = DayField(
        label=gettext_lazy("评估基准日"), help_text=gettext_lazy("按这一天的政策和数据计算；上年度数据是它的前一年。")
    )
    opens = DayField(label=gettext_lazy("申报开始"))
    closes = DayField(label=gettext_lazy("申报截止（含当日）"))
    approver = forms.ChoiceField(label=gettext_lazy("最后批准"), choices=APPROVERS)
    qualifies = forms.ChoiceField(label=gettext_lazy("决定认定的条件"))
    admits = forms.ChoiceField(
        label=gettext_lazy("决定可否申报的条件"),
        required=False,
        help_text=gettext_lazy("不满足的企业在每一种申报方式下都不能申报（禁申期）。"),
    )
    tracks = forms.MultipleChoiceField(
        label=gettext_lazy("认定途径"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("企业从中选一个；符合哪些途径由系统计算。"),
    )
    declaration = LongField(
        label=gettext_lazy("真实性承诺文本"), rows=4, help_text=gettext_lazy("企业每次提交前签署的就是这段文字。")
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Round
        fields = [
            "title", "year", "as_of", "opens", "closes", "qualifies", "admits", "tracks", "approver", "notice_days",
            "district_days", "department_days", "correction_days", "office_days", "valid_years", "declaration",
            "contact",
        ]  # fmt: skip
        help_texts = {
            "notice_days": gettext_lazy("首日计入。政策没有规定天数。"),
            "district_days": gettext_lazy("不填：不设期限。"),
            "valid_years": gettext_lazy("不填：证书不写有效期。"),
            "contact": gettext_lazy("公开：申报企业看到的咨询电话或地址。"),
        }

    SECTIONS = (
        ("round", gettext_lazy("认定批次"), ("title", "year"), ()),
        ("window", gettext_lazy("申报时间和基准日"), ("opens", "closes", "as_of"), ("window", "as_of")),
        ("conditions", gettext_lazy("条件和途径"), ("qualifies", "admits", "tracks"), ()),
        ("approver", gettext_lazy("最后批准"), ("approver",), ("approver",)),
        ("notice", gettext_lazy("公示"), ("notice_days",), ("notice_days",)),
        (
            "terms",
            gettext_lazy("期限和有效期（工作日）"),
            ("district_days", "department_days", "correction_days", "office_days", "valid_years"),
            ("terms",),
        ),
        ("text", gettext_lazy("承诺和咨询"), ("declaration", "contact"), ()),
    )
    """Name, title, fields, and the open settings whose reason belongs there."""

    def __init__(self, law: Policy, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        names = Names(law, language())
        offered = [(name, names.rule(name)) for name in conditions_of(law)]
        self.fields["qualifies"].choices = offered  # type: ignore[attr-defined]
        self.fields["admits"].choices = [("", _("不设")), *offered]  # type: ignore[attr-defined]
        self.fields["tracks"].choices = offered  # type: ignore[attr-defined]
        if not self.instance.pk and "tracks" not in self.initial:
            self.initial["tracks"] = default_tracks(law)
        for name in ("notice_days", "district_days", "department_days", "correction_days", "office_days"):
            self.fields[name].unit = _("自然日") if name == "notice_days" else _("工作日")  # type: ignore[attr-defined]
        self.fields["valid_years"].unit = _("年")  # type: ignore[attr-defined]
        for name, title in OPEN_SETTINGS.items():
            self.fields[f"basis_{name}"] = forms.CharField(
                label=_("理由：%(title)s") % {"title": title},
                required=False,
                max_length=500,
                widget=forms.Textarea(attrs={"rows": 2}),
                initial=(self.instance.basis or {}).get(name, "") or self.initial.get(f"basis_{name}", ""),
                help_text=_("政策没有规定，申报企业会看到这个理由。发布前必填。"),
            )
        self.law = law

    @property
    def sections(self) -> list[dict[str, Any]]:
        """The fields by topic, as the page shows them."""
        return [
            {
                "name": name,
                "title": title,
                "fields": [self[field] for field in fields] + [self[f"basis_{one}"] for one in reasons],
            }
            for name, title, fields, reasons in self.SECTIONS
        ]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        opens, closes = data.get("opens"), data.get("closes")
        if isinstance(opens, date) and isinstance(closes, date) and closes < opens:
            self.add_error("closes", _("截止日早于开始日。"))
        same = Round.objects.filter(policy=self.law.identifier, year=data.get("year") or 0).exclude(state="cancelled")
        if other := same.exclude(pk=self.instance.pk).first():
            self.add_error("year", _("这一年度已有批次：%(title)s。") % {"title": other.title})
        return data

    @property
    def basis(self) -> dict[str, str]:
        """The reasons that were given, by setting."""
        return {name: self.cleaned_data[f"basis_{name}"].strip() for name in OPEN_SETTINGS}

    @property
    def values(self) -> dict[str, Any]:
        """What the act is given, field by field."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields} | {"basis": self.basis}


class CheckForm(forms.Form):
    """A department, the facts that it checks, and its task in words."""

    organisation = forms.ModelChoiceField(label=gettext_lazy("部门"), queryset=Organisation.objects.none())
    task = forms.CharField(label=gettext_lazy("审查内容"), max_length=300)
    facts = forms.MultipleChoiceField(
        label=gettext_lazy("核对的事实"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, law: Policy, departments: list[Organisation], deciding: str, **given: Any) -> None:
        super().__init__(*args, **given)
        names = Names(law, language())
        field = self.fields["organisation"]
        field.queryset = Organisation.objects.filter(kind=Organisation.Kind.DEPARTMENT, active=True)  # type: ignore[attr-defined]
        field.choices = [("", "—"), *((one.pk, one.name) for one in departments)]  # type: ignore[attr-defined]
        self.fields["facts"].choices = [  # type: ignore[attr-defined]
            (name, names.fact(name)) for name in usage(law).facts(deciding)
        ]

    @property
    def chosen(self) -> int:
        """How many facts are ticked: the list itself is folded away."""
        return len(self["facts"].value() or [])


class MaterialForm(forms.Form):
    """A document that applicants hand in."""

    title = forms.CharField(label=gettext_lazy("材料"), max_length=200)
    note = forms.CharField(label=gettext_lazy("要求"), max_length=300, required=False)
    track = forms.ChoiceField(label=gettext_lazy("用于途径"), required=False)
    required = forms.BooleanField(label=gettext_lazy("必交"), required=False, initial=True)

    def __init__(self, *args: Any, law: Policy, **given: Any) -> None:
        super().__init__(*args, **given)
        offered = list(conditions_of(law))
        self.fields["track"].choices = [  # type: ignore[attr-defined]
            ("", _("全部途径")),
            *zip(offered, track_titles(law, offered), strict=True),
        ]


class Rows(forms.BaseFormSet):  # type: ignore[type-arg]
    """Rows of which empty ones and those ticked for removal are left out; ``unique`` may occur once."""

    unique = ""
    twice = ""

    def clean(self) -> None:
        seen: set[Any] = set()
        for form in self.kept:
            value = form.cleaned_data.get(self.unique)
            if value is not None and value in seen:
                form.add_error(self.unique, self.twice)
            seen.add(value)

    @property
    def kept(self) -> list[forms.Form]:
        """The rows that count."""
        return [
            form
            for form in self.forms
            # A row taken over from an earlier round counts though nobody has changed it.
            if (given := getattr(form, "cleaned_data", {})).get(self.unique) and not given.get("DELETE")
        ]


class CheckRows(Rows):
    unique = "organisation"

    @property
    def twice(self) -> str:  # type: ignore[override]
        return _("同一个部门只能列一次。")

    @property
    def checks(self) -> list[Check]:
        """As the act takes them."""
        found = [form.cleaned_data for form in self.kept]
        return [Check(one["organisation"].pk, tuple(one["facts"]), one["task"]) for one in found]


class MaterialRows(Rows):
    unique = "title"

    @property
    def twice(self) -> str:  # type: ignore[override]
        return _("同一种材料只能列一次。")

    @property
    def materials(self) -> list[Material]:
        """As the act takes them."""
        found = [form.cleaned_data for form in self.kept]
        return [Material(one["title"], one["note"], one["track"], one["required"]) for one in found]


def row_sets(
    law: Policy, deciding: str, posted: Mapping[str, Any] | None, checks: list[Any], materials: list[Any]
) -> tuple[CheckRows, MaterialRows]:
    """The departments and the materials as rows of forms, with a few empty ones at the end."""
    check_set = forms.formset_factory(CheckForm, formset=CheckRows, extra=2 if checks else 4, can_delete=True)
    material_set = forms.formset_factory(MaterialForm, formset=MaterialRows, extra=2, can_delete=True)
    departments = list(Organisation.objects.filter(kind=Organisation.Kind.DEPARTMENT, active=True).order_by("name"))
    given = {"law": law, "departments": departments, "deciding": deciding}
    return (
        check_set(posted, prefix="checks", initial=checks, form_kwargs=given),  # type: ignore[return-value]
        material_set(posted, prefix="materials", initial=materials, form_kwargs={"law": law}),
    )


# --- acts --------------------------------------------------------------------------------------------------


class ReasonForm(forms.Form):
    """Why; ``seen`` is what the person had before their eyes."""

    reason = LongField(label=gettext_lazy("理由"), max_length=1000, rows=3)
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)


class PlainForm(forms.Form):
    """Nothing but that it is meant."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)


class ExtendForm(forms.Form):
    """Until when applications come in, and why longer."""

    closes = DayField(label=gettext_lazy("新的截止日（含当日）"))
    reason = LongField(label=gettext_lazy("延长的理由"), max_length=1000, rows=3)


class CommentForm(forms.Form):
    """What is to be corrected: a fact, a material or the form as a whole."""

    subject = forms.ChoiceField(label=gettext_lazy("哪一项"), required=False)
    text = LongField(label=gettext_lazy("需要补正的内容"), max_length=500, rows=2)

    def __init__(self, subjects: list[tuple[str, Any]], *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.fields["subject"].choices = subjects  # type: ignore[attr-defined]


class ProposeForm(forms.Form):
    """Into which batch, what is proposed, and why."""

    batch = forms.ChoiceField(label=pgettext_lazy("one", "审定批次"), required=False)
    title = forms.CharField(
        label=gettext_lazy("新批次的名称"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("选了已有批次就不填。"),
    )
    proposal = forms.ChoiceField(label=gettext_lazy("拟办意见"), choices=Proposal, widget=forms.RadioSelect)
    reason = LongField(
        label=gettext_lazy("拟办理由"),
        max_length=2000,
        rows=3,
        help_text=gettext_lazy("写给审定的人看；与计算结果不一致的，写明为什么。"),
    )

    def __init__(self, batches: list[Batch], *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.fields["batch"].choices = [  # type: ignore[attr-defined]
            *((str(one.pk), one.title) for one in batches),
            ("", _("新建一个批次")),
        ]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not data.get("batch") and not data.get("title", "").strip():
            self.add_error("title", _("请选一个批次，或写明新批次的名称。"))
        return data


class BatchForm(forms.ModelForm):  # type: ignore[type-arg]
    """A batch: its name and what is said with it."""

    note = LongField(label=gettext_lazy("说明"), max_length=4000, rows=3, required=False)

    class Meta:
        model = Batch
        fields = ["title", "note"]


class DecideForm(forms.Form):
    """One decision. ``deviation`` is asked for where it departs from the engine's result."""

    outcome = forms.ChoiceField(label=gettext_lazy("决定"), choices=Proposal, widget=forms.RadioSelect)
    reason = LongField(
        label=gettext_lazy("理由"),
        max_length=2000,
        rows=3,
        required=False,
        help_text=gettext_lazy("不予认定的，必须写明理由；写进决定书。"),
    )
    deviation = LongField(
        label=gettext_lazy("与计算结果不一致的理由"),
        max_length=2000,
        rows=3,
        required=False,
        help_text=gettext_lazy(
            "决定与系统计算结果不一致（含待定）时必填。记入日志，并随批次统计公开，请不要写企业的数据。"
        ),
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("outcome") == Proposal.REFUSE and not data.get("reason", "").strip():
            self.add_error("reason", _("不予认定的，请写明理由。"))
        return data


class DecideAllForm(forms.Form):
    """Decide a whole batch as proposed."""

    reason = LongField(
        label=gettext_lazy("审定意见"),
        max_length=2000,
        rows=2,
        required=False,
        help_text=gettext_lazy("不填：采用每件的拟办理由。"),
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)


class NoticeForm(forms.ModelForm):  # type: ignore[type-arg]
    """A notice: title, text and first day; the last day follows from the round."""

    title = forms.CharField(label=gettext_lazy("标题"), max_length=200)
    text = LongField(label=gettext_lazy("正文"), max_length=4000, rows=6, required=False)
    starts = DayField(label=gettext_lazy("公示开始"))

    class Meta:
        model = Notice
        fields = ["title", "text", "starts"]


class ReplyForm(forms.Form):
    """The reply to an objection, and what follows from it."""

    EFFECTS = (
        ("uphold", gettext_lazy("异议成立：企业退出公示，申请退回市总部办重新审查")),
        ("dismiss", gettext_lazy("异议不成立：公示照常进行")),
    )
    effect = forms.ChoiceField(label=gettext_lazy("处理结果"), choices=EFFECTS, widget=forms.RadioSelect)
    reply = LongField(
        label=gettext_lazy("答复"), max_length=4000, rows=5, help_text=gettext_lazy("提出异议的人凭收件号可以看到。")
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)


def subjects_of(law: Policy, round: Round) -> list[tuple[str, Any]]:
    """What can be commented on in an application of a round: the form, the facts that decide, the materials."""
    names = Names(law, language())
    facts = [(name, names.fact(name)) for name in usage(law).facts(round.qualifies)]
    materials = [(f"material:{one.pk}", one.title) for one in round.materials.all()]
    groups: list[tuple[str, Any]] = [("", _("整份申请")), (_("数据"), facts)]
    return [*groups, (_("材料"), materials)] if materials else groups


def subject_title(comment: FieldComment, subjects: list[tuple[str, Any]]) -> str:
    """What a comment is about, in words."""
    for key, value in subjects:
        if isinstance(value, list):
            for name, title in value:
                if name == comment.subject:
                    return str(title)
        elif key == comment.subject:
            return str(value)
    return comment.subject
