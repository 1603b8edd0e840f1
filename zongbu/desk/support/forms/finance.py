"""The forms of finance offices: funds, budgets, batches, results, reimbursements."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from zongbu.desk.kernel.roles import Role
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.library.forms.fields import LongField
from zongbu.desk.people.models import Organisation
from zongbu.desk.support.models import Fund, Level, PaymentBatch, Share
from zongbu.law.amounts import full_amount

CENT = Decimal("0.01")


class YuanField(forms.DecimalField):
    """An amount in yuan with at most two places."""

    unit = gettext_lazy("元")

    def __init__(self, **given: Any) -> None:
        given.setdefault("min_value", CENT)
        super().__init__(max_digits=15, decimal_places=2, **given)
        self.widget.attrs |= {"inputmode": "decimal"}

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace(",", "").replace("，", "") if isinstance(value, str) else value)


class FundForm(forms.Form):
    """Setting up a fund: a district's bureau its own, the city's that of the city or of a department."""

    name = forms.CharField(label=gettext_lazy("名称"), max_length=200)
    level = forms.ChoiceField(
        label=gettext_lazy("层级"),
        choices=[(Level.CITY, Level.CITY.label), (Level.DEPARTMENT, Level.DEPARTMENT.label)],
        widget=forms.RadioSelect,
        help_text=gettext_lazy("市级专项资金只有一项；部门的是牵头部门现有的专项资金，每个部门一项。"),
    )
    organisation = forms.ModelChoiceField(
        label=gettext_lazy("部门"),
        queryset=Organisation.objects.none(),
        required=False,
        help_text=gettext_lazy("只在层级选「部门」时填。"),
    )

    def __init__(self, viewer: Viewer, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        if viewer.role == Role.DISTRICT_FINANCE:
            del self.fields["level"], self.fields["organisation"]
            return
        taken = Fund.objects.filter(level=Level.DEPARTMENT).values("organisation")
        departments = Organisation.objects.filter(kind=Organisation.Kind.DEPARTMENT, active=True).exclude(pk__in=taken)
        self.fields["organisation"].queryset = departments.order_by("name")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("level") == Level.DEPARTMENT and data.get("organisation") is None:
            self.add_error("organisation", _("请选择资金所属的部门。"))
        return data


class MoneyForm(forms.Form):
    """Giving a budget money, or taking some back."""

    year = forms.IntegerField(label=gettext_lazy("年度"), min_value=2000, max_value=2100)
    amount = YuanField(label=gettext_lazy("金额"))
    document = forms.CharField(
        label=gettext_lazy("预算文号"),
        max_length=120,
        help_text=gettext_lazy("安排或调减所依据的文件，例如 财预〔2026〕1号。"),
    )
    reason = LongField(label=gettext_lazy("说明"), rows=2, required=False, max_length=2000)


class ReasonForm(forms.Form):
    """An act with its reason."""

    reason = LongField(label=gettext_lazy("理由"), rows=3, max_length=2000)
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)


class PlainForm(forms.Form):
    """An act with a note, or none."""

    reason = LongField(label=gettext_lazy("说明"), rows=3, required=False, max_length=2000)
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)


class CloseForm(forms.Form):
    """Closing a budget."""

    rest = forms.ChoiceField(
        label=gettext_lazy("可用结余"),
        choices=[("carry", gettext_lazy("结转到下一年度")), ("lapse", gettext_lazy("注销"))],
        widget=forms.RadioSelect,
    )
    document = forms.CharField(label=gettext_lazy("关账依据的文号"), max_length=120)
    reason = LongField(label=gettext_lazy("理由"), rows=3, max_length=2000)


class BatchForm(forms.Form):
    """A new batch."""

    title = forms.CharField(label=gettext_lazy("名称"), max_length=200)


class ResultForm(forms.Form):
    """The treasury's results."""

    file = forms.FileField(
        label=gettext_lazy("支付结果文件"),
        help_text=gettext_lazy("XLSX、CSV 或 JSON；列：支付单号、结果、金额（元）、支付日期、国库流水号、失败原因。"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv,.json"}),
    )


class GiveBackForm(forms.Form):
    """Money that an enterprise has given back, share by share."""

    document = forms.CharField(label=gettext_lazy("收款凭证号"), max_length=120)
    reason = LongField(label=gettext_lazy("理由"), rows=3, max_length=2000)

    def __init__(self, shares: list[Share], *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.shares = shares
        fields = {
            f"share-{one.pk}": YuanField(
                label=_("退回%(fund)s") % {"fund": one.fund},
                required=len(shares) == 1,
                max_value=Decimal(one.paid - one.returned) * CENT,
                help_text=_("已支付%(paid)s，已退回%(returned)s。")
                % {"paid": full_amount(one.paid), "returned": full_amount(one.returned)},
            )
            for one in shares
        }
        self.fields = fields | self.fields

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not self.amounts:
            raise forms.ValidationError(_("请填写退回的金额。"))
        return data

    @property
    def amounts(self) -> list[tuple[int, Decimal]]:
        found = [(one.pk, self.cleaned_data.get(f"share-{one.pk}")) for one in self.shares]
        return [(pk, amount) for pk, amount in found if amount]


class RequestForm(forms.Form):
    """A district asks for what the city gives back."""

    amount = YuanField(label=gettext_lazy("申请金额"), help_text=gettext_lazy("不超过还可申请的金额。"))
    note = LongField(label=pgettext_lazy("reimbursement", "说明"), rows=3, required=False, max_length=2000)


def default_title(fund: Fund) -> str:
    """What a new batch of a fund is called unless somebody says otherwise."""
    number = PaymentBatch.objects.filter(fund=fund, made_at__year=timezone.localdate().year).count() + 1
    return _("%(fund)s%(year)s年第%(number)s批") % {
        "fund": fund.name, "year": timezone.localdate().year, "number": number,
    }  # fmt: skip
