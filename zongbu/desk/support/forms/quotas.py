"""The forms of quotas, requests, selections and obligations."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from zongbu.desk.library.forms.fields import DayField, LongField
from zongbu.desk.people.models import Organisation
from zongbu.desk.support.models.selections import APPROVERS

STAYS = gettext_lazy("会长期保存，不要写个人信息。")
"""Said beside every text that is not erased."""


class PlainForm(forms.Form):
    """Nothing but the button; ``seen`` is the version that the person had before their eyes."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)


class ReasonForm(PlainForm):
    reason = LongField(label=gettext_lazy("理由"), rows=3, max_length=500, help_text=STAYS)


class WithdrawForm(PlainForm):
    reason = LongField(label=gettext_lazy("理由"), rows=2, max_length=500, required=False, help_text=STAYS)


# --- quotas --------------------------------------------------------------------------------------------------------


class UseForm(PlainForm):
    """A use: a purpose; a name only where it is needed."""

    purpose = forms.CharField(
        label=gettext_lazy("用途"), max_length=100, help_text=gettext_lazy("例如：E类人才认定。不要写个人信息。")
    )
    number = forms.IntegerField(label=gettext_lazy("数量"), min_value=1, max_value=1000, initial=1)
    name = forms.CharField(
        label=gettext_lazy("使用人姓名"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("办事确实需要才写；单独存放，期满删除，不进入审计日志。"),
    )
    reference = forms.CharField(
        label=gettext_lazy("部门办理编号"), max_length=60, required=False, help_text=gettext_lazy("部门自己的受理号。")
    )


class TakeBackForm(PlainForm):
    number = forms.IntegerField(label=gettext_lazy("数量"), min_value=1, max_value=1000, initial=1)
    reason = LongField(label=gettext_lazy("理由"), rows=2, max_length=500, help_text=STAYS)


class AllocateForm(PlainForm):
    """For which measure; for all, or for one enterprise."""

    measure = forms.ChoiceField(label=gettext_lazy("措施"))
    uscc = forms.CharField(
        label=gettext_lazy("企业"),
        max_length=18,
        required=False,
        help_text=gettext_lazy("统一社会信用代码；不填就是全部已认定的企业。"),
    )

    def __init__(self, measures: list[tuple[str, str]], *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.fields["measure"].choices = measures  # type: ignore[attr-defined]


# --- requests ------------------------------------------------------------------------------------------------------


class AskForm(PlainForm):
    """Only what it takes: the matter, and whom to call. A field for each material that the measure names."""

    subject = forms.CharField(label=gettext_lazy("办理事项"), max_length=200)
    text = LongField(label=pgettext_lazy("request", "说明"), rows=4, max_length=2000, required=False)
    contact_name = forms.CharField(label=gettext_lazy("联系人"), max_length=60)
    contact_phone = forms.CharField(label=gettext_lazy("联系电话"), max_length=30)

    def __init__(self, materials: tuple[str, ...] = (), *args: Any, required: bool = True, **given: Any) -> None:
        super().__init__(*args, **given)
        self.materials = {f"material{number}": title for number, title in enumerate(materials)}
        for name, title in self.materials.items():
            self.fields[name] = forms.FileField(label=title, required=required)
        least = _("只写办事所需的最少信息。给个人办的，写称呼和事由即可，不要写证件号、住址、病情等。")
        self.fields["subject"].help_text = least


class ReferForm(AskForm):
    """An official names the enterprise, the measure and the reason."""

    uscc = forms.CharField(label=gettext_lazy("企业"), max_length=18, help_text=gettext_lazy("统一社会信用代码"))
    measure = forms.ChoiceField(label=gettext_lazy("措施"))
    reason = LongField(label=gettext_lazy("转介理由"), rows=2, max_length=500, help_text=STAYS)

    field_order = ["uscc", "measure", "reason", "subject", "text", "contact_name", "contact_phone"]

    def __init__(self, measures: list[tuple[str, str]], *args: Any, **given: Any) -> None:
        super().__init__((), *args, **given)
        self.fields["measure"].choices = measures  # type: ignore[attr-defined]


class GrantForm(PlainForm):
    reason = LongField(label=gettext_lazy("办理结果"), rows=2, max_length=500, required=False, help_text=STAYS)


class GrantPlacesForm(GrantForm):
    number = forms.IntegerField(label=gettext_lazy("给予名额"), min_value=1, max_value=1000)
    field_order = ["number", "reason"]


class AssignForm(PlainForm):
    organisation = forms.ModelChoiceField(label=gettext_lazy("办理单位"), queryset=Organisation.objects.none())
    reason = LongField(label=gettext_lazy("理由"), rows=2, max_length=500, help_text=STAYS)

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        kinds = [Organisation.Kind.DEPARTMENT, Organisation.Kind.DISTRICT_OFFICE, Organisation.Kind.CITY_OFFICE]
        found = Organisation.objects.filter(active=True, kind__in=kinds).order_by("kind", "name")
        self.fields["organisation"].queryset = found  # type: ignore[attr-defined]


class RetentionForm(PlainForm):
    days = forms.IntegerField(label=gettext_lazy("保存天数"), min_value=1, max_value=3650)
    reason = LongField(label=gettext_lazy("理由"), rows=3, max_length=1000)

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.fields["days"].unit = _("天")  # type: ignore[attr-defined]


# --- selections ----------------------------------------------------------------------------------------------------


class ListForm(PlainForm):
    """A new list."""

    measure = forms.ChoiceField(label=gettext_lazy("措施"))
    title = forms.CharField(label=gettext_lazy("名称"), max_length=100)
    year = forms.IntegerField(label=gettext_lazy("年度"), min_value=2000, max_value=2100)
    approver = forms.ChoiceField(label=gettext_lazy("决定人"), choices=APPROVERS)
    places = forms.IntegerField(
        label=gettext_lazy("名额"),
        min_value=1,
        max_value=10000,
        required=False,
        help_text=gettext_lazy("没有公布的不填，不作限制。"),
    )
    basis = LongField(
        label=gettext_lazy("标准和依据"), rows=4, max_length=1000, help_text=gettext_lazy("公布时人人看到。")
    )

    def __init__(self, measures: list[tuple[str, str]], *args: Any, district: bool = False, **given: Any) -> None:
        super().__init__(*args, **given)
        self.fields["measure"].choices = measures  # type: ignore[attr-defined]
        offered = APPROVERS if district else [one for one in APPROVERS if one[0] != "district_lead"]
        self.fields["approver"].choices = list(reversed(offered)) if district else offered  # type: ignore[attr-defined]


class CandidateForm(PlainForm):
    uscc = forms.CharField(label=gettext_lazy("企业"), max_length=18, help_text=gettext_lazy("统一社会信用代码"))
    published_name = forms.CharField(
        label=gettext_lazy("公布的姓名或项目"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("列入后会公布；没有就不填。"),
    )


class PublishForm(PlainForm):
    notice = LongField(label=gettext_lazy("公布说明"), rows=3, max_length=1000, required=False)


# --- obligations ---------------------------------------------------------------------------------------------------


class ObligationForm(PlainForm):
    """What was promised, and the first milestones: one a line."""

    uscc = forms.CharField(label=gettext_lazy("企业"), max_length=18, help_text=gettext_lazy("统一社会信用代码"))
    measure = forms.ChoiceField(label=gettext_lazy("措施"))
    title = forms.CharField(label=gettext_lazy("项目名称"), max_length=200)
    text = LongField(label=gettext_lazy("约定的义务"), rows=4, max_length=2000)
    figure = forms.DecimalField(
        label=gettext_lazy("约定数额"), max_digits=18, decimal_places=2, min_value=0, required=False
    )
    unit = forms.CharField(
        label=gettext_lazy("计量单位"), max_length=20, required=False, help_text=gettext_lazy("例如：万元、人、平方米")
    )
    document = forms.CharField(
        label=gettext_lazy("依据文件"), max_length=200, help_text=gettext_lazy("合同或协议的名称和编号")
    )
    signed_on = DayField(label=gettext_lazy("签订日期"), required=False)
    request = forms.CharField(
        label=gettext_lazy("相关申请"), max_length=24, required=False, help_text=gettext_lazy("申请编号，没有就不填")
    )

    def __init__(self, measures: list[tuple[str, str]], *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.fields["measure"].choices = measures  # type: ignore[attr-defined]


class StepForm(PlainForm):
    title = forms.CharField(label=gettext_lazy("节点内容"), max_length=200)
    due_on = DayField(label=gettext_lazy("到期日"))
    figure = forms.DecimalField(
        label=gettext_lazy("应达到"), max_digits=18, decimal_places=2, min_value=0, required=False
    )


StepFormSet = forms.formset_factory(StepForm, extra=3, max_num=20)


class ReportForm(PlainForm):
    text = LongField(label=gettext_lazy("完成情况"), rows=3, max_length=2000)
    figure = forms.DecimalField(
        label=gettext_lazy("实际达到"), max_digits=18, decimal_places=2, min_value=0, required=False
    )
    upload = forms.FileField(label=gettext_lazy("证明材料"), required=False)


class MeetForm(PlainForm):
    figure = forms.DecimalField(
        label=gettext_lazy("实际达到"), max_digits=18, decimal_places=2, min_value=0, required=False
    )
    reason = LongField(label=gettext_lazy("确认依据"), rows=2, max_length=500)


class PostponeForm(PlainForm):
    until = DayField(label=gettext_lazy("新的到期日"))
    reason = LongField(label=gettext_lazy("理由"), rows=2, max_length=500)
