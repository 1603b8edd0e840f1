"""Forms of acts on an enterprise: opening a record, ties, claims, events, referrals."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zongbu.desk.enterprises.actions import Later
from zongbu.desk.enterprises.forms.facts import DateInput, EvidenceMixin
from zongbu.desk.enterprises.models import Enterprise, GroupTie, MaterialChange, MetricClaim
from zongbu.desk.people.districts import DISTRICTS, choices
from zongbu.desk.people.models import Organisation
from zongbu.law.facts import check_uscc


class UsccField(forms.CharField):
    """A unified social credit code; early codes whose check character fails are accepted."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**{"label": _("统一社会信用代码"), "max_length": 18, "min_length": 15, **given})
        self.widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace(" ", "").upper()


class RegisterForm(forms.Form):
    """Opening a record."""

    uscc = UsccField(help_text=_("18 位；早期代码校验位不符的也可以登记。"))
    name = forms.CharField(label=_("企业名称"), max_length=200, help_text=_("营业执照上的全称。"))
    district = forms.ChoiceField(label=_("注册区县"), choices=lambda: choices(blank=True))
    registered_on = forms.DateField(label=_("成立日期"), required=False, widget=DateInput())
    source_name = forms.CharField(label=_("数据来源"), max_length=200, required=False)

    def odd(self) -> str:
        """What is odd about the code, to be told and never to refuse it."""
        return check_uscc(self.cleaned_data.get("uscc", "")) or ""


class TieForm(EvidenceMixin):
    """A branch or a subsidiary."""

    kind = forms.ChoiceField(
        label=_("类别"), choices=GroupTie.Kind.choices, widget=forms.RadioSelect, initial="subsidiary"
    )
    name = forms.CharField(label=_("名称"), max_length=200)
    uscc = UsccField(required=False, help_text=_("在本系统建有档案的，按代码对应。"))
    share = forms.DecimalField(
        label=_("控股比例（%）"),
        required=False,
        min_value=Decimal("0.0001"),
        max_value=100,
        max_digits=7,
        decimal_places=4,
        help_text=_("子公司必填；不低于 50% 为控股，恰为 50% 的需要复核。"),
    )
    location = forms.ChoiceField(label=_("所在地"), choices=GroupTie.Location.choices)
    district = forms.ChoiceField(label=_("区县（在杭州市内的）"), choices=lambda: choices(blank=True), required=False)
    place = forms.CharField(label=_("地点"), max_length=100, required=False, help_text=_("省、市或国家和地区。"))
    starts = forms.DateField(label=_("自哪天起"), widget=DateInput())
    until = forms.DateField(
        label=_("至哪天（含当日）"), widget=DateInput(), required=False, help_text=_("仍然存续的留空。")
    )
    source_name = forms.CharField(
        label=_("依据文件"), max_length=200, required=False, help_text=_("例如：年度审计报告附注。")
    )

    field_order = ("kind", "name", "uscc", "share", "location", "district", "place", "starts", "until", "source_name")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if (
            cleaned.get("kind") == GroupTie.Kind.SUBSIDIARY
            and cleaned.get("share") is None
            and "share" not in self.errors
        ):
            self.add_error("share", _("请填写子公司的控股比例"))
        if cleaned.get("location") != GroupTie.Location.IN_CITY:
            cleaned["district"] = ""
        return cleaned


class DayForm(forms.Form):
    """A day and, where it is asked for, a reason or a source."""

    day = forms.DateField(label=_("日期"), widget=DateInput(), initial=timezone.localdate)
    reason = forms.CharField(label=_("说明"), max_length=300, required=False)


class SourcedDayForm(forms.Form):
    """A day with where it is written."""

    day = forms.DateField(label=_("日期"), widget=DateInput(), initial=timezone.localdate)
    source_name = forms.CharField(label=_("依据文件"), max_length=200)


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("理由"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class AnswerForm(forms.Form):
    """Whether a proposed tie is right."""

    answer = forms.ChoiceField(
        label=_("答复"),
        choices=[("confirmed", _("属实，确认")), ("refused", _("不属实，不认可"))],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("理由"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("不认可的必填。"),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("answer") == "refused" and not cleaned.get("reason", "").strip():
            self.add_error("reason", _("请写明理由"))
        return cleaned


class ClaimForm(forms.Form):
    """Whose figure a figure is."""

    metric = forms.ChoiceField(label=_("指标"))
    year = forms.IntegerField(label=_("年度"), min_value=2000, max_value=2999)
    basis = forms.ChoiceField(
        label=_("计算口径"),
        choices=MetricClaim.Basis.choices,
        widget=forms.RadioSelect,
        help_text=_("集团口径含名下控股子公司；其中已独立申报的不再计入。"),
    )
    purpose = forms.CharField(
        label=_("用途"), max_length=200, required=False, help_text=_("例如：2026 年度总部企业认定。")
    )

    def __init__(self, *arguments: Any, metrics: list[tuple[str, str]], **given: Any) -> None:
        super().__init__(*arguments, **given)
        field = self.fields["metric"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = metrics
        self.fields["year"].initial = timezone.localdate().year - 1


class ChangeForm(EvidenceMixin):
    """A material change."""

    kind = forms.ChoiceField(label=_("事项"), choices=MaterialChange.Kind.choices)
    happened_on = forms.DateField(label=_("发生日期"), widget=DateInput())
    before = forms.CharField(label=_("变更前"), max_length=300, required=False, help_text=_("更名和迁移的自动填入。"))
    after = forms.CharField(label=_("变更后"), max_length=300, required=False, help_text=_("更名的，填写新名称。"))
    district = forms.ChoiceField(
        label=_("迁往区县"),
        choices=lambda: choices(blank=True),
        required=False,
        help_text=_("迁入本市和市内迁移的必填。"),
    )
    other = UsccField(
        label=_("对方企业的统一社会信用代码"),
        required=False,
        help_text=_("合并、分立、股权转让的对方，在本系统建有档案的。"),
    )
    absorbed = forms.BooleanField(label=_("本企业并入对方"), required=False)
    source_name = forms.CharField(label=_("依据文件"), max_length=200, help_text=_("例如：准予变更登记通知书。"))
    later = forms.ChoiceField(
        label=_("档案里有更晚日期的记录时"),
        choices=Later.choices,
        required=False,
        widget=forms.RadioSelect,
        initial="",
    )
    note = forms.CharField(label=_("说明"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}))

    field_order = (
        "kind",
        "happened_on",
        "before",
        "after",
        "district",
        "other",
        "absorbed",
        "source_name",
        "later",
        "note",
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        kind, Kind = cleaned.get("kind"), MaterialChange.Kind
        if kind == Kind.RENAME and not cleaned.get("after"):
            self.add_error("after", _("请填写新名称"))
        if kind in (Kind.MOVE_IN, Kind.MOVE_WITHIN) and cleaned.get("district") not in DISTRICTS:
            self.add_error("district", _("请选择迁入的区县"))
        if kind not in (Kind.MOVE_IN, Kind.MOVE_WITHIN):
            cleaned["district"] = ""
        code = cleaned.get("other")
        cleaned["other"] = Enterprise.objects.filter(uscc=code).first() if code else None
        if code and cleaned["other"] is None:
            self.add_error("other", _("本系统没有这个代码的企业档案"))
        if cleaned.get("absorbed") and kind == Kind.MERGER and cleaned["other"] is None:
            self.add_error("other", _("请填写并入的企业"))
        return cleaned


class ListingForm(EvidenceMixin):
    """On the list of seriously dishonest entities."""

    listed_on = forms.DateField(label=_("列入日期"), widget=DateInput())
    due_on = forms.DateField(label=_("期满日期"), widget=DateInput(), required=False)
    authority = forms.CharField(label=_("列入机关"), max_length=200, required=False)
    ground = forms.CharField(label=_("列入事由"), max_length=300, required=False)
    source_name = forms.CharField(label=_("依据文件"), max_length=200, help_text=_("例如：信用中国 2024-06-01 查询。"))

    field_order = ("listed_on", "due_on", "authority", "ground", "source_name")


class BanForm(EvidenceMixin):
    """Barred from applying."""

    starts = forms.DateField(label=_("起算日（取消称号之日）"), widget=DateInput())
    last_day = forms.DateField(
        label=_("最后一日"),
        widget=DateInput(),
        required=False,
        help_text=_("留空时按当时施行政策的年限计算：2024年3月15日起两年，最后一日为2026年3月15日。"),
    )
    ground = forms.CharField(label=_("事由"), max_length=300)
    source_name = forms.CharField(label=_("依据文件"), max_length=200, help_text=_("领导小组批准文件。"))

    field_order = ("starts", "last_day", "ground", "source_name")


class ReferralForm(forms.Form):
    """To which department."""

    organisation = forms.ModelChoiceField(
        Organisation.objects.filter(
            kind__in=[Organisation.Kind.DEPARTMENT, Organisation.Kind.INSPECTOR], active=True
        ).order_by("kind", "name"),
        label=_("转给"),
    )
    until = forms.DateField(
        label=_("至哪天（含当日）"), widget=DateInput(), required=False, help_text=_("不限期的留空。")
    )
    reason = forms.CharField(label=_("事由"), max_length=300)


class UploadForm(forms.Form):
    """A file as evidence."""

    upload = EvidenceMixin.base_fields["upload"]
    note = forms.CharField(label=_("说明"), max_length=200, required=False)

    def __init__(self, *arguments: Any, **given: Any) -> None:
        super().__init__(*arguments, **given)
        self.fields["upload"].required = True
