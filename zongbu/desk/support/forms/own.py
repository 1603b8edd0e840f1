"""What an enterprise fills in: the start of a claim, missing facts, materials, invoices, contact, account."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zongbu.desk.enterprises.forms.cases import MaterialsForm, Wanted
from zongbu.desk.enterprises.forms.cases import asked_for as asked_in_case
from zongbu.desk.enterprises.forms.facts import by_subject
from zongbu.desk.support.entitlement import Entitlement, keys_of
from zongbu.desk.support.measures import of_claim
from zongbu.desk.support.models import Claim, ClaimComment, ClaimMaterial
from zongbu.law.facts import Fact

INVOICES = 3
"""Empty lines for invoices beside those that are named already."""
MOST_INVOICES = 60
FURTHER = "x"
"""How the fields of further materials are numbered."""


class StartForm(forms.Form):
    """For which year, and for which project where the measure is given for each."""

    year = forms.TypedChoiceField(label=gettext_lazy("年度"), coerce=int)
    subject = forms.CharField(
        label=gettext_lazy("申请的事项"),
        max_length=200,
        help_text=gettext_lazy("项目、标准、人才等的名称；同一年度不同事项可以分别申请。"),
    )

    def __init__(self, *arguments: Any, years: Iterable[int] = (), each: bool = False, **given: Any) -> None:
        super().__init__(*arguments, **given)
        field = self.fields["year"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [(year, _("%(year)s年度") % {"year": year}) for year in years]
        if not each:
            del self.fields["subject"]


# --- facts -----------------------------------------------------------------------------------------------------


def asked_for(claim: Claim, one: Entitlement, further: Collection[str] = ()) -> list[Fact]:
    """The facts that the form asks for: what the measure still lacks, what has been declared in this claim, what is to
    be corrected, and what the enterprise wants to correct itself (``further``)."""
    return asked_in_case(
        claim.enterprise,
        claim.receipt,
        one.offering.policy.dictionary,
        keys_of(one),
        claim.comments.filter(resolved_at=None).values_list("subject", flat=True),
        further,
    )


# --- materials -------------------------------------------------------------------------------------------------


def wanted_materials(claim: Claim, comments: Iterable[ClaimComment] = ()) -> list[Wanted]:
    """The materials that the measure names, and further ones, with their files; one query."""
    handed: dict[str, list[ClaimMaterial]] = defaultdict(list)
    for one in claim.materials.select_related("file"):
        handed[one.title].append(one)
    about = by_subject(comments)
    found = [
        Wanted(str(place), name, name, "", True, tuple(handed[name]), tuple(about[f"material:{name}"]))
        for place, name in enumerate(of_claim(claim).materials)
    ]
    further = tuple(handed[""]), tuple(about["material:"])
    return [*found, Wanted(FURTHER, None, _("其他材料"), "", False, *further)]


class ClaimMaterialsForm(MaterialsForm):
    """The materials of a claim, and its invoices."""

    def __init__(self, *arguments: Any, claim: Claim, **given: Any) -> None:
        super().__init__(*arguments, enterprise=claim.enterprise, **given)
        named = list(claim.invoices.all())
        sent = sum(name.startswith("invoice_") for name in self.data)
        self.number = min(max(len(named) + INVOICES if named else INVOICES, sent), MOST_INVOICES)
        for place in range(self.number):
            known = named[place] if place < len(named) else None
            self.fields[f"invoice_{place}"] = forms.CharField(
                label=_("发票%(number)s号码") % {"number": place + 1},
                max_length=40,
                required=False,
                initial=known.number if known else "",
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
            )
            amount = forms.DecimalField(
                label=_("发票%(number)s金额") % {"number": place + 1},
                max_digits=15,
                decimal_places=2,
                min_value=Decimal("0.01"),
                required=False,
                initial=Decimal(known.amount) / 100 if known is not None and known.amount else None,
                widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
            )
            amount.unit = _("元")  # type: ignore[attr-defined]  # read by parts/field.html
            self.fields[f"amount_{place}"] = amount

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        seen: set[str] = set()
        for place in range(self.number):
            number = "".join((cleaned.get(f"invoice_{place}") or "").split()).upper()
            if not number:
                if cleaned.get(f"amount_{place}"):
                    self.add_error(f"invoice_{place}", _("请填写发票号码。"))
                continue
            if number in seen:
                self.add_error(f"invoice_{place}", _("这张发票已经填过。"))
            seen.add(number)
        return cleaned

    def invoices(self) -> list[tuple[str, Decimal | None]]:
        """What was named: number and amount in yuan."""
        found = ((f"invoice_{place}", f"amount_{place}") for place in range(self.number))
        pairs = [(self.cleaned_data.get(name) or "", self.cleaned_data.get(amount)) for name, amount in found]
        return [(number, amount) for number, amount in pairs if number.strip()]

    def invoice_lines(self) -> Iterator[tuple[int, forms.BoundField, forms.BoundField]]:
        """The fields of the invoices, line by line."""
        for place in range(self.number):
            yield place + 1, self[f"invoice_{place}"], self[f"amount_{place}"]


# --- contact, account, signature -------------------------------------------------------------------------------


class ContactForm(forms.ModelForm):  # type: ignore[type-arg]
    """Whom to ask, and for what."""

    class Meta:
        model = Claim
        fields = ("subject", "contact_name", "contact_phone", "note")
        widgets = {"note": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *arguments: Any, **given: Any) -> None:
        super().__init__(*arguments, **given)
        if of_claim(self.instance).measure.frequency != "each":
            del self.fields["subject"]
        else:
            self.fields["subject"].required = True
            self.fields["subject"].help_text = _("项目、标准、人才等的名称。")
        self.fields["contact_name"].required = True
        self.fields["contact_phone"].required = True
        self.fields["contact_name"].widget.attrs["autocomplete"] = "name"
        self.fields["contact_phone"].widget.attrs |= {"autocomplete": "tel", "inputmode": "tel"}
        self.fields["note"].help_text = _("材料里没有写清、需要办理人员知道的情况。")


class AccountForm(forms.Form):
    """The account into which the enterprise is paid; in its own name only."""

    bank = forms.CharField(
        label=gettext_lazy("开户行"), max_length=200, help_text=gettext_lazy("写到支行，例如：示例银行杭州滨江支行。")
    )
    number = forms.CharField(
        label=gettext_lazy("账号"),
        max_length=60,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=gettext_lazy("6至32位数字，空格不计。"),
    )
    again = forms.CharField(
        label=gettext_lazy("再填一次账号"),
        max_length=60,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    next = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        number, again = ("".join((cleaned.get(name) or "").split()) for name in ("number", "again"))
        if number and again and number != again:
            self.add_error("again", _("两次填写的账号不一致。"))
        return cleaned


class DeclineForm(forms.Form):
    """Why an offer is not taken."""

    reason = forms.CharField(
        label=gettext_lazy("理由"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)


class ObjectForm(forms.Form):
    """What an enterprise has to say against a refusal or the amount."""

    text = forms.CharField(
        label=gettext_lazy("异议内容和依据"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("写明对哪一条、依据什么事实；由作出决定的单位答复，异议成立的重新核验。"),
    )
