"""What officials fill in: reasons, amounts, comments, assignments, offers, replies."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zongbu.desk.enterprises import showing
from zongbu.desk.people.models import Organisation
from zongbu.desk.support.entitlement import Entitlement
from zongbu.desk.support.measures import Offering
from zongbu.desk.support.models import Claim
from zongbu.law.facts import Fact


class SeenForm(forms.Form):
    """Nothing but the version that was before the person's eyes."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)


class ReasonForm(SeenForm):
    """Why."""

    reason = forms.CharField(label=gettext_lazy("理由"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))


class RemarkForm(SeenForm):
    """What is to be said of it, if anything."""

    reason = forms.CharField(
        label=gettext_lazy("说明"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class YuanField(forms.DecimalField):
    """An amount in yuan, to the fen; 1,000,000.00 is read too."""

    unit = gettext_lazy("元")

    def __init__(self, **given: Any) -> None:
        super().__init__(max_digits=16, decimal_places=2, min_value=Decimal("0.01"), localize=False, **given)
        self.widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]  # the stubs take it for a whole number
        if isinstance(value, str):
            value = value.replace(",", "").replace("，", "").replace(" ", "")
        found: Decimal | None = super().to_python(value)
        return found


class VerifyForm(SeenForm):
    """How much is to be paid: what is computed is filled in, less needs a reason; without a formula an amount and the
    regulation that sets it."""

    amount = YuanField(label=gettext_lazy("核定金额"))
    amount_reason = forms.CharField(
        label=gettext_lazy("与测算不一致的理由"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("低于测算金额时必须写明；不能高于测算金额。"),
    )
    basis = forms.CharField(
        label=gettext_lazy("金额依据"),
        max_length=300,
        help_text=gettext_lazy("政策没有写明金额：写明所依据的规定和条款。"),
    )
    reason = forms.CharField(
        label=gettext_lazy("核验意见"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(
        self, *arguments: Any, claim: Claim, entitlement: Entitlement | None, received: int, **given: Any
    ) -> None:
        initial: dict[str, Any] = {"seen": claim.version, "amount_reason": claim.amount_reason, "basis": claim.basis}
        self.computed = entitlement.fen if entitlement is not None else None
        due = max(0, self.computed - received) if self.computed is not None else None
        before = claim.amount if claim.amount is not None else due
        if before:
            initial["amount"] = Decimal(before).scaleb(-2)
        super().__init__(*arguments, **{**given, "initial": initial})
        if self.computed is not None:
            del self.fields["basis"]
        else:
            del self.fields["amount_reason"]
        if entitlement is not None and entitlement.for_a_person:
            self.fields["reason"].required = True
            self.fields["reason"].help_text = _("须人工核定（%(conditions)s），请写明理由。") % {
                "conditions": _("、").join(entitlement.for_a_person)
            }


class CommentForm(forms.Form):
    """What is to be corrected, and where."""

    subject = forms.ChoiceField(label=gettext_lazy("哪一项"), required=False)
    text = forms.CharField(
        label=gettext_lazy("需要补正什么"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("退回后企业在这一项旁边看到。"),
    )

    def __init__(self, *arguments: Any, offering: Offering, facts: list[Fact], **given: Any) -> None:
        super().__init__(*arguments, **given)
        field = self.fields["subject"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            ("", _("整份申请")),
            (_("数据"), [(fact.identifier, showing.title(fact)) for fact in facts]),
            (_("材料"), [(f"material:{name}", name) for name in offering.materials]),
        ]


class AssignForm(SeenForm):
    """Who is to handle it, and why."""

    organisation = forms.ModelChoiceField(Organisation.objects.none(), label=gettext_lazy("办理单位"))
    reason = forms.CharField(label=gettext_lazy("理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *arguments: Any, organisations: QuerySet[Organisation], **given: Any) -> None:
        super().__init__(*arguments, **given)
        field = self.fields["organisation"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = organisations


class ReplyForm(forms.Form):
    """The answer to an objection; the buttons say whether it is upheld."""

    reply = forms.CharField(
        label=gettext_lazy("答复"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("企业会看到；写明核查的情况和依据。"),
    )


class RunForm(forms.Form):
    """Which measure is to be offered, for which year."""

    measure = forms.ChoiceField(label=gettext_lazy("措施"))
    year = forms.TypedChoiceField(label=gettext_lazy("年度"), coerce=int)

    def __init__(self, *arguments: Any, measures: list[tuple[str, str]], years: list[int], **given: Any) -> None:
        super().__init__(*arguments, **given)
        of_measure, of_year = self.fields["measure"], self.fields["year"]
        assert isinstance(of_measure, forms.ChoiceField)
        assert isinstance(of_year, forms.TypedChoiceField)
        of_measure.choices = measures
        of_year.choices = [(year, str(year)) for year in years]


class UnitForm(forms.Form):
    """Which organisation acts for a unit."""

    organisation = forms.ModelChoiceField(Organisation.objects.none(), label=gettext_lazy("办理单位"))
    reason = forms.CharField(
        label=gettext_lazy("理由或者依据"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    waiting = forms.BooleanField(label=gettext_lazy("把等待指派的申请一并指派给它"), required=False, initial=True)

    def __init__(self, *arguments: Any, organisations: QuerySet[Organisation], waits: int, **given: Any) -> None:
        super().__init__(*arguments, **given)
        field = self.fields["organisation"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = organisations
        if not waits:
            del self.fields["waiting"]
